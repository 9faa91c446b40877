package dev.spoor.query;

import dev.spoor.event.Source;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who answers questions about events. */
public interface EventSearch {
    /**
     * Gives every received event that the predicate holds for, in ledger order, until the visitor
     * returns false. Spoor's own records ({@code source.kind: spoor.*}) are given only to a
     * predicate that names {@code source.kind} and holds for them.
     *
     * @param since inclusive, {@code until} exclusive; null = open. Events without a time are
     *     inside only when both are open.
     */
    void search(
            Predicate predicate, @Nullable Instant since, @Nullable Instant until, Visitor visitor);

    /** All sources, by number. */
    List<Source> sources();

    /** Takes one event; false ends the search. */
    interface Visitor {
        boolean take(Stored event);

        /** Whether the event at this position is wanted at all; asked before it is put together. */
        default boolean wants(long position) {
            return true;
        }
    }
}
