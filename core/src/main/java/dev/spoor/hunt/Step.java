package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;

/** A stage while it runs: takes rows, gives rows to the next. */
interface Step {
    /** False when no further row can change the answer. */
    boolean take(Row row);

    /** No more rows come: gives what is left, then tells the next. */
    void finish();

    /**
     * Gives another step what this one would give if no more rows came, and goes on as if it had
     * not; nothing where rows flow through, or are too many to be looked through twice.
     */
    default void soFar(Step other) {
        other.finish();
    }
}
