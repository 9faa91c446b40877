package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries. The filter goes to whoever keeps the events; the pipes run here, on one event at a
 * time, in bounded memory. The same events in the same order give the same answer.
 */
public final class Hunts {
    private Hunts() {}

    /**
     * Asks and gives the answer as it comes.
     *
     * @param since inclusive, {@code until} exclusive; null = open, as in {@link EventSearch}
     * @throws dev.spoor.fault.Rejected when a limit of groups or memory is met: never an answer in
     *     part
     * @throws dev.spoor.fault.Overloaded when the time is over or the thread was interrupted
     */
    public static Outcome run(
            Query query,
            EventSearch search,
            @Nullable Instant since,
            @Nullable Instant until,
            HuntLimits limits,
            Answer answer) {
        var run = new Run(query, limits, answer);
        search.search(query.filter(), since, until, run);
        return run.finish();
    }

    /**
     * The pipes alone, for events that arrive by themselves and are known to pass the filter: hand
     * over each, then finish.
     */
    public static final class Run implements EventSearch.Visitor {
        private final Held held;
        private final Shown shown = new Shown();
        private final Last last;
        private final Step first;
        private long matched;

        public Run(Query query, HuntLimits limits, Answer answer) {
            held = new Held(limits);
            var columns = Columns.EVENTS;
            for (var stage : query.stages()) {
                columns = stage.after(columns);
            }
            last = new Last(columns, limits.rowsMax(), answer);
            Step step = last;
            for (int i = query.stages().size() - 1; i >= 0; i--) {
                step = step(query.stages(), i, held, step);
            }
            first = step;
        }

        @Override
        public boolean take(Stored event) {
            held.tick();
            matched++;
            return first.take(new Rows.OfEvent(event, shown));
        }

        /** Gives what was still waited for. */
        public Outcome finish() {
            first.finish();
            return new Outcome(matched, last.given, last.limited);
        }
    }

    private static Step step(List<Stage> stages, int i, Held held, Step next) {
        return switch (stages.get(i)) {
            case Stage.Stats stats -> new StatsStep(stats, held, next);
            case Stage.Top top -> new TopStep(top, held, next);
            case Stage.Sort sort -> {
                boolean head = i + 1 < stages.size() && stages.get(i + 1) instanceof Stage.Head;
                long rows =
                        head && stages.get(i + 1) instanceof Stage.Head(var count)
                                ? count
                                : Long.MAX_VALUE;
                yield new SortStep(sort, rows, held, next);
            }
            case Stage.Head(var rows) -> new SmallSteps.Head(rows, next);
            case Stage.Tail(var rows) -> new SmallSteps.Tail(rows, held, next);
            case Stage.Where where -> new SmallSteps.Where(where, next);
            case Stage.Fields fields -> new SmallSteps.Fields(fields, next);
            case Stage.Timechart chart -> new TimechartStep(chart, held, next);
            case Stage.Rename rename -> new SmallSteps.Rename(rename, next);
        };
    }

    /** Hands rows to the answer, as many as it may have. */
    private static final class Last implements Step {
        private final Columns columns;
        private final long rowsMax;
        private final Answer answer;
        private long given;
        private boolean limited;
        private boolean named;

        Last(Columns columns, long rowsMax, Answer answer) {
            this.columns = columns;
            this.rowsMax = rowsMax;
            this.answer = answer;
        }

        @Override
        public boolean take(Row row) {
            if (given == rowsMax) {
                limited = true;
                return false;
            }
            given++;
            return switch (row) {
                case Rows.OfEvent event -> answer.event(event.event());
                case Rows.OfTable(var names, var cells) -> {
                    name(names);
                    yield answer.row(cells);
                }
            };
        }

        private void name(List<String> names) {
            if (!named) {
                named = true;
                answer.columns(names);
            }
        }

        @Override
        public void finish() {
            if (!columns.events()) {
                name(columns.names());
            }
        }
    }
}
