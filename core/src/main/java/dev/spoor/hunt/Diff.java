package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Compares two sets of events, value by value. A value's score is how surprising its count here
 * would be if these events were drawn like the others: the log-likelihood ratio of its two shares
 * (Dunning 1993, G² of the two-by-two table). Only values with a larger share here than there are
 * given.
 */
final class Diff {
    private record Found(String field, JsonNode value, long count, long other, double score) {}

    private static final class Side {
        final Map<String, JsonNode> values = new HashMap<>();
        final Map<String, Long> counts = new HashMap<>();
        long total;
    }

    private final Stage.Diff stage;
    private final Predicate filter;
    private final EventSearch search;
    private final Held held;
    private final Shown shown;

    /** Events of both sides, by field. */
    private final Map<String, long[]> sums = new HashMap<>();

    Diff(Stage.Diff stage, Predicate filter, EventSearch search, Held held, Shown shown) {
        this.stage = stage;
        this.filter = filter;
        this.search = search;
        this.held = held;
        this.shown = shown;
    }

    /** Gives its rows; returns how many events these were. */
    long run(Span span, Step next) {
        var found = new ArrayList<Found>();
        long total = 0;
        for (var field : stage.asked()) {
            var here = side(filter, span, field);
            var there =
                    switch (stage.against()) {
                        case Stage.Against.Others(var others) -> side(others, span, field);
                        case Stage.Against.Before(var length) -> {
                            var since = span.since();
                            if (since == null) {
                                throw new Rejected(
                                        "diff against a span of time needs a beginning (expected:"
                                                + " --since, the others are those before it)");
                            }
                            yield side(filter, Span.of(since.minus(length), since), field);
                        }
                        case Stage.Against.Span(var from, var to) ->
                                side(filter, Span.of(from, to), field);
                    };
            total = here.total;
            compare(field, here, there, found);
        }
        found.sort(
                Comparator.comparingDouble((Found f) -> -f.score)
                        .thenComparing(Found::field)
                        .thenComparing(Found::value, Cells.ORDER));
        for (var one : found.subList(0, (int) Math.min(stage.rows(), found.size()))) {
            var totals = sums.getOrDefault(one.field, new long[2]);
            var cells =
                    List.of(
                            Cells.text(one.field),
                            one.value,
                            Cells.number(one.count),
                            PatternsStep.percent(one.count, totals[0]),
                            Cells.number(one.other),
                            PatternsStep.percent(one.other, totals[1]),
                            Cells.number(
                                    BigDecimal.valueOf(one.score)
                                            .setScale(1, RoundingMode.HALF_UP)));
            if (!next.take(new Rows.OfTable(Stage.Diff.COLUMNS, cells))) {
                break;
            }
        }
        next.finish();
        return total;
    }

    private Side side(Predicate filter, Span span, String field) {
        var side = new Side();
        var keys = List.<Stage.Key>of(new Stage.Key.OfField(field));
        Counting.run(
                filter,
                search,
                span,
                Counting.keys(keys, List.of()),
                held,
                shown,
                new Counting.Taking() {
                    @Override
                    public boolean take(Rows.Row row) {
                        side.total += row.weight();
                        for (var value : Groups.values(row, keys.getFirst())) {
                            var id = Cells.id(value);
                            if (side.values.putIfAbsent(id, value) == null) {
                                held.hold(200 + 4L * id.length(), "diff");
                            }
                            side.counts.merge(id, row.weight(), Long::sum);
                        }
                        return true;
                    }

                    @Override
                    public void tick() {
                        held.ask();
                    }
                });
        return side;
    }

    private void compare(String field, Side here, Side there, List<Found> found) {
        sums.put(field, new long[] {here.total, there.total});
        for (var entry : here.counts.entrySet()) {
            var value = here.values.getOrDefault(entry.getKey(), Cells.NULL);
            long count = entry.getValue();
            long other = there.counts.getOrDefault(entry.getKey(), 0L);
            boolean more =
                    (double) count * Math.max(1, there.total)
                            > (double) other * Math.max(1, here.total);
            if (more && !value.isNull()) {
                found.add(
                        new Found(
                                field,
                                value,
                                count,
                                other,
                                score(count, here.total, other, there.total)));
            }
        }
    }

    /** G² of the table (with the value, without it) × (here, there). */
    static double score(long a, long here, long b, long there) {
        double all = here + there;
        double with = a + b;
        return 2
                * (term(a, with * here / all)
                        + term(b, with * there / all)
                        + term(here - a, (all - with) * here / all)
                        + term(there - b, (all - with) * there / all));
    }

    private static double term(double observed, double expected) {
        return observed <= 0 || expected <= 0 ? 0 : observed * Math.log(observed / expected);
    }
}
