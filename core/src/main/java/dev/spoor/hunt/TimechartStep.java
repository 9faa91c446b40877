package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * One line per span, one column per series. The series with the most rows have a column of their
 * own, the others are merged: exactly, for every aggregate.
 */
final class TimechartStep implements Step {
    /** More spans than these are given without the empty ones between. */
    static final int FILLED_MAX = 10_000;

    private final Stage.Timechart stage;
    private final Held held;
    private final Step next;
    private final List<Stage.Key> keys;
    private final List<Aggregate> aggregates;
    private final Groups<List<Accumulator>> groups;

    TimechartStep(Stage.Timechart stage, Held held, Step next) {
        this.stage = stage;
        this.held = held;
        this.next = next;
        var time = new Stage.Key.OfTime(stage.span());
        this.keys =
                stage.by() == null
                        ? List.of(time)
                        : List.of(time, new Stage.Key.OfField(stage.by()));
        this.aggregates = new ArrayList<>(stage.aggregates());
        this.aggregates.add(Aggregate.of(Aggregate.Function.COUNT, null)); // weighs the series
        this.groups =
                new Groups<>("timechart", held, () -> StatsStep.accumulators(aggregates, held));
    }

    @Override
    public boolean take(Row row) {
        var values = StatsStep.values(aggregates, row);
        groups.each(row, keys, accumulators -> StatsStep.add(accumulators, values, row.weight()));
        return true;
    }

    @Override
    public void finish() {
        var gathered = groups.sorted();
        if (stage.by() == null) {
            giveColumns(gathered);
        } else {
            giveSeries(gathered);
        }
        next.finish();
    }

    private void giveColumns(List<Groups.Group<List<Accumulator>>> gathered) {
        var names = new ArrayList<String>();
        names.add(Stage.TIME);
        stage.aggregates().forEach(aggregate -> names.add(aggregate.name()));
        var lines = new LinkedHashMap<JsonNode, List<Accumulator>>();
        gathered.forEach(group -> lines.put(group.keys().getFirst(), group.gathered()));
        for (var time : filled(lines.keySet())) {
            var found = lines.get(time);
            var results = found == null ? StatsStep.accumulators(aggregates, held) : found;
            var cells = new ArrayList<JsonNode>();
            cells.add(time);
            for (int i = 0; i < stage.aggregates().size(); i++) {
                cells.add(results.get(i).result());
            }
            if (!next.take(new Rows.OfTable(names, cells))) {
                return;
            }
        }
    }

    private void giveSeries(List<Groups.Group<List<Accumulator>>> gathered) {
        var columns = columns(gathered);
        var names = new ArrayList<String>();
        names.add(Stage.TIME);
        names.addAll(names(columns, gathered));
        int width = names.size() - 1;
        var lines = new LinkedHashMap<JsonNode, Accumulator[]>();
        for (var group : gathered) {
            var line = lines.computeIfAbsent(group.keys().getFirst(), _ -> new Accumulator[width]);
            int column = columns.getOrDefault(group.keys().getLast(), width - 1);
            if (line[column] == null) {
                line[column] = group.gathered().getFirst();
            } else {
                line[column].merge(group.gathered().getFirst());
            }
        }
        for (var time : filled(lines.keySet())) {
            var line = lines.getOrDefault(time, new Accumulator[width]);
            var cells = new ArrayList<JsonNode>();
            cells.add(time);
            for (var cell : line) {
                cells.add((cell == null ? fresh() : cell).result());
            }
            if (!next.take(new Rows.OfTable(names, cells))) {
                return;
            }
        }
    }

    private Accumulator fresh() {
        return Accumulator.of(stage.aggregates().getFirst(), held);
    }

    /** The series with a column of their own, largest first. */
    private static Map<JsonNode, Integer> columns(List<Groups.Group<List<Accumulator>>> gathered) {
        var rows = new HashMap<JsonNode, Long>();
        for (var group : gathered) {
            rows.merge(
                    group.keys().getLast(),
                    group.gathered().getLast().result().asLong(),
                    Long::sum);
        }
        var largest = new ArrayList<>(rows.keySet());
        largest.sort(
                Comparator.comparingLong((JsonNode key) -> -rows.getOrDefault(key, 0L))
                        .thenComparing(Cells.ORDER));
        var columns = new LinkedHashMap<JsonNode, Integer>();
        for (var key : largest.subList(0, Math.min(largest.size(), Stage.SERIES_MAX))) {
            columns.put(key, columns.size());
        }
        return columns;
    }

    private static List<String> names(
            Map<JsonNode, Integer> columns, List<Groups.Group<List<Accumulator>>> gathered) {
        var names = new ArrayList<String>();
        var taken = new HashSet<>(List.of(Stage.TIME, Stage.OTHER));
        for (var key : columns.keySet()) {
            var name = key.isNull() ? Stage.NONE : Cells.shown(key);
            while (!taken.add(name)) {
                name += "'"; // a value that looks like another column
            }
            names.add(name);
        }
        if (gathered.stream().anyMatch(group -> !columns.containsKey(group.keys().getLast()))) {
            names.add(Stage.OTHER);
        }
        return names;
    }

    /** The spans, with the empty ones between them unless these were too many. */
    private List<JsonNode> filled(java.util.Collection<JsonNode> times) {
        var known = times.stream().filter(time -> !time.isNull()).toList();
        long step = stage.span().toSeconds();
        if (known.isEmpty()) {
            return List.copyOf(times);
        }
        long first = Instant.parse(known.getFirst().asString()).getEpochSecond();
        long last = Instant.parse(known.getLast().asString()).getEpochSecond();
        if ((last - first) / step >= FILLED_MAX) {
            return List.copyOf(times);
        }
        var all = new ArrayList<JsonNode>();
        for (long second = first; second <= last; second += step) {
            all.add(Cells.seconds(second));
        }
        if (known.size() < times.size()) {
            all.add(Cells.NULL);
        }
        return all;
    }
}
