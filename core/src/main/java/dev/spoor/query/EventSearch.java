package dev.spoor.query;

import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Who answers questions about events. */
public interface EventSearch {
    /**
     * Gives every received event of the span that the predicate holds for, in ledger order, until
     * the visitor returns false. Spoor's own records ({@code source.kind: spoor.*}) are given only
     * to a predicate that names {@code source.kind} and holds for them.
     */
    void search(Predicate predicate, Span span, Visitor visitor);

    /** The same for a span of time: {@code since} inclusive, {@code until} exclusive. */
    default void search(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        search(predicate, Span.of(since, until), visitor);
    }

    /** The same events as {@link #search}, the last one first. */
    void searchBack(Predicate predicate, Span span, Visitor visitor);

    /**
     * Counts the events that {@link #search} would give, by keys: as many as possible without
     * putting events together, the others one by one. In no order.
     */
    default void count(Predicate predicate, Span span, List<Key> keys, Counter counter) {
        search(predicate, span, counter);
    }

    /**
     * Asks many conditions at once, as rules over history: what they have in common is answered
     * once. Gives every received event that at least one holds for, in ledger order; Spoor's own
     * records are never given.
     */
    default void match(List<Predicate> conditions, Span span, Matching matching) {
        var simple = conditions.stream().map(Predicates::simplify).toList();
        search(
                Predicates.EVERYTHING,
                span,
                new Visitor() {
                    @Override
                    public boolean take(Stored event) {
                        var holding = new BitSet(simple.size());
                        for (int i = 0; i < simple.size(); i++) {
                            holding.set(i, matching.holds(i, simple.get(i), event.fields()));
                        }
                        return holding.isEmpty()
                                || matching.take(event.position(), holding, () -> event);
                    }

                    @Override
                    public void tick() {
                        matching.tick();
                    }
                });
    }

    /** All sources, by number. */
    List<Source> sources();

    /**
     * What no answer given so far could read, in words, each once: events may be missing in them.
     */
    default List<String> unread() {
        return List.of();
    }

    /** What the last search, count or part of one has cost; null where nothing is skipped. */
    default @Nullable Work work() {
        return null;
    }

    /** Takes one event; false ends the search. */
    interface Visitor {
        boolean take(Stored event);

        /** Whether the event at this position is wanted at all; asked before it is put together. */
        default boolean wants(long position) {
            return true;
        }

        /**
         * Whether events of this span of time are wanted at all; asked before a block of them is
         * looked at.
         */
        default boolean wants(Instant from, Instant to) {
            return true;
        }

        /**
         * Called now and then, also while nothing is found: throws to end the search at once
         * (cancelled, out of time).
         */
        default void tick() {}
    }

    /** Takes what {@link #match} finds, and judges what only the event itself can tell. */
    interface Matching {
        /**
         * Whether the field is no value of the event but made of some: then {@link #holds} is asked
         * about it.
         */
        default Made made(String field) {
            return Made.NO;
        }

        /**
         * The values of a field that is {@link Made#alone}.
         *
         * @param event has only the member that they are made of
         */
        default List<JsonNode> values(String field, JsonView event) {
            return event.values(field);
        }

        /**
         * Whether a condition holds for an event.
         *
         * @param condition its number; {@code predicate} is what is left of it to be asked
         * @param event valid during this call; the same one for all conditions that are asked of it
         */
        default boolean holds(int condition, Predicate predicate, JsonView event) {
            return predicate.holds(event);
        }

        /**
         * Takes one event; false ends the search.
         *
         * @param holding the numbers of the conditions that hold: valid during this call
         * @param event put together when it is asked for, during this call
         */
        boolean take(long position, BitSet holding, Supplier<Stored> event);

        /** As {@link Visitor#tick}. */
        default void tick() {}
    }

    /**
     * Whether and of what a field is made.
     *
     * @param made false = it stands in the event as others do
     * @param of the members of the event without all of which it has no value; empty = not known
     * @param alone made of the only member named and of nothing else, so that it is told once for
     *     events in which that is the same
     */
    record Made(boolean made, Set<String> of, boolean alone) {
        /** It stands in the event. */
        public static final Made NO = new Made(false, Set.of(), false);

        public Made {
            of = Set.copyOf(of);
        }
    }

    /** Takes what {@link #count} finds. */
    interface Counter extends Visitor {
        /**
         * @param values by key: what {@link dev.spoor.event.EventView#values} gives for a field,
         *     the seconds since 1970 of its start for a bin; empty for no value
         * @param events so many events have them
         */
        void counted(List<List<JsonNode>> values, long events);
    }

    /** What events are counted by. */
    sealed interface Key {
        /**
         * The values of a field.
         *
         * @param kinds where a value may be taken from among the others of its event; events of
         *     other kinds are given one by one
         */
        record Field(String name, Set<Kind> kinds) implements Key {
            public Field {
                kinds = Set.copyOf(kinds);
            }
        }

        /** The time, rounded down to whole spans of so many seconds since 1970. */
        record Bin(long seconds) implements Key {}
    }

    /**
     * What was looked at, and what was passed over and why.
     *
     * @param blocks all there are; {@code byTime} lie outside the span asked for, {@code byValue}
     *     hold no value that could pass, {@code unasked} were not reached or not wanted any more,
     *     the others were read
     * @param rebuilt events that were put together; {@code bytes} read from the disk
     */
    record Work(long blocks, long byTime, long byValue, long unasked, long rebuilt, long bytes) {}
}
