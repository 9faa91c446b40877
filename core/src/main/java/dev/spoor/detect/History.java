package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import dev.spoor.query.Test;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Rules over events that are kept: all of them in one go through whoever keeps the events, so that
 * what rules have in common is answered once and most events are never put together. Says which
 * rules hold for an event, as {@link Matcher} does, and nothing more. For one thread.
 */
public final class History {
    private final FactSource facts;
    private final List<Predicate> conditions;
    private final Undecided<Integer> undecided = new Undecided<>();

    public History(List<Rule> rules, FactSource facts) {
        this(facts, rules.stream().map(History::condition).toList());
    }

    /**
     * Asks conditions that are no rules.
     *
     * @param facts what their derived fields are told from
     */
    History(FactSource facts, List<Predicate> conditions) {
        this.facts = facts;
        this.conditions = List.copyOf(conditions);
    }

    /** A rule is asked only about the logs that it is for. */
    static Predicate condition(Rule rule) {
        var kinds = rule.logsource().kinds().stream().map(Kind::id).collect(Collectors.toSet());
        var kind = new Predicate.Field(Predicate.SOURCE_KIND, new Test.OneOf(kinds));
        return new Predicate.All(List.of(kind, rule.condition()));
    }

    /** Takes what was found. */
    public interface Each {
        /**
         * Takes one event; false ends the search.
         *
         * @param holding numbers of the rules that hold: valid during this call
         * @param event put together when it is asked for, during this call
         */
        boolean take(long position, BitSet holding, Supplier<Stored> event);

        /** Called now and then, also while nothing is found: throws to end the search at once. */
        default void tick() {}
    }

    /** Gives every event of the span that some rule holds for, in ledger order. */
    public void search(EventSearch kept, Span span, Each each) {
        kept.match(conditions, span, new Matching(each));
    }

    private final class Matching implements EventSearch.Matching {
        private final Each each;
        private @Nullable JsonView seen;
        private @Nullable RuleView view;

        Matching(Each each) {
            this.each = each;
        }

        @Override
        public EventSearch.Made made(String field) {
            if (!field.startsWith(RuleView.FACT)) {
                return EventSearch.Made.NO;
            }
            var origin = facts.origin(field);
            return new EventSearch.Made(true, origin.members(), origin.alone());
        }

        @Override
        public List<JsonNode> values(String field, JsonView event) {
            return facts.values(event, field);
        }

        @Override
        public boolean holds(int condition, Predicate predicate, JsonView event) {
            if (view == null || seen != event) {
                seen = event;
                view = new RuleView(event, facts);
            }
            return undecided.holds(condition, predicate, view);
        }

        @Override
        public boolean take(long position, BitSet holding, Supplier<Stored> event) {
            return each.take(position, holding, event);
        }

        @Override
        public void tick() {
            each.tick();
        }
    }

    /**
     * Numbers of the rules that came to no verdict because a regular expression gave up, and how
     * often.
     */
    public Map<Integer, Long> undecided() {
        return undecided.counted();
    }
}
