package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.ArrayList;
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
     * @param span which events are asked at all
     * @throws dev.spoor.fault.Rejected when a limit of groups or memory is met: never an answer in
     *     part
     * @throws dev.spoor.fault.Overloaded when the time is over or the thread was interrupted
     */
    public static Outcome run(
            Query query, EventSearch search, Span span, HuntLimits limits, Answer answer) {
        return run(query, search, span, limits, LookupTable.Tables.NONE, answer);
    }

    /**
     * The same, with tables that the query may name.
     *
     * @param tables who reads them
     */
    public static Outcome run(
            Query query,
            EventSearch search,
            Span span,
            HuntLimits limits,
            LookupTable.Tables tables,
            Answer answer) {
        var run = new Run(query, limits, tables, answer);
        run.asked = search;
        var filter = query.filter();
        var stages = query.stages();
        if (stages.isEmpty()) {
            search.search(filter, span, run);
            return run.finish();
        }
        switch (stages.getFirst()) {
            case Stage.Diff diff -> {
                var compared = new Diff(diff, filter, search, run.held, run.shown);
                run.matched = compared.run(span, run.second);
                return run.outcome();
            }
            case Stage.Sequence sequence ->
                    search.search(
                            Predicates.simplify(new Predicate.All(List.of(filter, sequence.any()))),
                            span,
                            run);
            case Stage.Tail(var rows) when rows <= BACK_MAX ->
                    last(search, filter, span, rows, run);
            case Stage.Sort sort when run.first instanceof SortStep step && byTime(sort) -> {
                run.wanted = step;
                if (sort.orders().getFirst().descending()) {
                    // Of equal times the one first in the ledger counts: kept by its position
                    search.searchBack(filter, span, run);
                } else {
                    search.search(filter, span, run);
                }
            }
            default -> {
                var keys = Counting.keys(stages.getFirst());
                Counting.run(filter, search, span, keys, run.held, run.shown, run.counting());
            }
        }
        return run.finish();
    }

    /** Rows of {@code tail} that are looked for from the end. */
    private static final long BACK_MAX = 100_000;

    private static boolean byTime(Stage.Sort sort) {
        return sort.orders().getFirst().column().equals(Rows.TIME);
    }

    /** Reads from the end, as far as rows are asked for. */
    private static void last(EventSearch search, Predicate filter, Span span, long rows, Run run) {
        var found = new ArrayList<Stored>();
        search.searchBack(
                filter,
                span,
                new EventSearch.Visitor() {
                    @Override
                    public boolean take(Stored event) {
                        var kept = event.unparsed();
                        run.held.hold(SortStep.bytes(new Rows.OfEvent(kept, run.shown)), "tail");
                        found.add(kept);
                        return found.size() < rows;
                    }

                    @Override
                    public void tick() {
                        run.tick();
                    }
                });
        for (var event : found.reversed()) {
            if (!run.take(event)) {
                break;
            }
        }
    }

    /**
     * The pipes alone, for events that arrive by themselves and are known to pass the filter: hand
     * over each, then finish.
     */
    public static final class Run implements EventSearch.Visitor, Progress.Asked {
        private final List<Stage> stages;
        private final HuntLimits limits;
        private final LookupTable.Tables tables;
        private final Held held;
        private final Shown shown = new Shown();
        private final Last last;
        private @Nullable EventSearch asked;
        private final Step first;

        /** What follows the first stage. */
        private final Step second;

        private @Nullable SortStep wanted;
        private long matched;

        public Run(Query query, HuntLimits limits, Answer answer) {
            this(query, limits, LookupTable.Tables.NONE, answer);
        }

        public Run(Query query, HuntLimits limits, LookupTable.Tables tables, Answer answer) {
            this(query.stages(), Columns.EVENTS, limits, tables, answer);
        }

        /**
         * @param given what comes before the first stage
         */
        private Run(
                List<Stage> stages,
                Columns given,
                HuntLimits limits,
                LookupTable.Tables tables,
                Answer answer) {
            this.stages = stages;
            this.limits = limits;
            this.tables = tables;
            held = new Held(limits);
            var columns = given;
            for (var stage : stages) {
                columns = stage.after(columns);
            }
            last = new Last(columns, limits.rowsMax(), answer);
            Step step = last;
            Step after = last;
            for (int i = stages.size() - 1; i >= 0; i--) {
                after = step;
                step = step(stages, i, held, tables, step);
            }
            first = step;
            second = after;
        }

        @Override
        public boolean take(Stored event) {
            held.tick();
            matched++;
            return first.take(new Rows.OfEvent(event, shown));
        }

        /** Takes rows that may stand for many. */
        private Counting.Taking counting() {
            return new Counting.Taking() {
                @Override
                public boolean take(Row row) {
                    matched += row.weight();
                    return first.take(row);
                }

                @Override
                public void tick() {
                    Run.this.tick();
                }
            };
        }

        @Override
        public boolean wants(Instant from, Instant to) {
            return wanted == null || wanted.wants(from, to);
        }

        @Override
        public void tick() {
            held.ask();
            limits.progress().at(this);
        }

        @Override
        public double share() {
            var work = asked == null ? null : asked.work();
            return work == null || work.blocks() == 0
                    ? -1
                    : 1 - (double) work.unasked() / work.blocks();
        }

        @Override
        public long matched() {
            return matched;
        }

        /** The stages after the first, on what the first would give now. */
        @Override
        public void soFar(int rows, Answer answer) {
            if (stages.isEmpty()) {
                return;
            }
            var rest = stages.subList(1, stages.size());
            var columns = stages.getFirst().after(Columns.EVENTS);
            var few = limits.withRows(rows).telling(Progress.NONE);
            first.soFar(new Run(rest, columns, few, tables, answer).first);
        }

        /** Whether as many rows were given as may be. */
        public boolean full() {
            return last.given == last.rowsMax;
        }

        /** Gives what was still waited for. */
        public Outcome finish() {
            first.finish();
            return outcome();
        }

        private Outcome outcome() {
            return new Outcome(matched, last.given, last.limited);
        }
    }

    private static Step step(
            List<Stage> stages, int i, Held held, LookupTable.Tables tables, Step next) {
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
            case Stage.Dedup dedup -> new SmallSteps.Dedup(dedup, held, next);
            case Stage.Patterns patterns -> new PatternsStep(patterns, held, next);
            case Stage.Diff _ -> new SmallSteps.Nothing(next); // its rows come from two searches
            case Stage.Sequence sequence -> new SequenceStep(sequence, held, next);
            case Stage.Lookup(var file, var field, var column) ->
                    new SmallSteps.Lookup(field, tables.table(file).by(column), next);
            case Stage.Extract extract -> new SmallSteps.Extract(extract, extract.names(), next);
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
            return give(row);
        }

        private boolean give(Row row) {
            return switch (row) {
                case Rows.OfEvent event -> answer.event(event.event());
                case Rows.Extended(var inner, _) -> give(inner);
                case Rows.OfCount _ ->
                        throw new IllegalStateException("counts come before stages that count");
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
