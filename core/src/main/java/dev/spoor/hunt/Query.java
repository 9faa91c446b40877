package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import java.util.List;

/**
 * A question: which events (in normal form, {@link Predicates#simplify}), and what the pipes make
 * of them. A value: it can be kept, compared and written down again.
 */
public record Query(Predicate filter, List<Stage> stages) {
    /** Characters of a query's text; a longer one is refused. */
    public static final int LENGTH_MAX = 8192;

    /** Parentheses and {@code not} inside each other; deeper ones are refused. */
    public static final int DEPTH_MAX = 100;

    /** Pipes of one query; more are refused. */
    public static final int STAGES_MAX = 50;

    /** Characters of one regular expression; a longer one is refused. */
    public static final int REGEX_LENGTH_MAX = 1000;

    /** Columns, keys or aggregates of one stage; more are refused. */
    public static final int COLUMNS_MAX = 100;

    /**
     * @throws Rejected when a stage asks for a column that the stage before it does not give
     */
    public Query {
        filter = Predicates.simplify(filter);
        stages = List.copyOf(stages);
        if (stages.size() > STAGES_MAX) {
            throw new Rejected(
                    "stages: %d (expected: at most %d)".formatted(stages.size(), STAGES_MAX));
        }
        var columns = Columns.EVENTS;
        for (var stage : stages) {
            columns = stage.after(columns);
        }
    }

    /**
     * Reads the text of a query (docs/query.md).
     *
     * @throws Rejected naming the column and what was expected, with a second and third line that
     *     show the place
     */
    public static Query parse(String text) {
        return new QueryParser(text).query();
    }

    /** Whether the answer is a table; otherwise it is events. */
    public boolean table() {
        var columns = Columns.EVENTS;
        for (var stage : stages) {
            columns = stage.after(columns);
        }
        return !columns.events();
    }

    /** The query written down; {@link #parse} gives an equal query back. */
    public String text() {
        return QueryText.of(this);
    }
}
