package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

final class StatsStep implements Step {
    private final Stage.Stats stage;
    private final List<String> names;
    private final Groups<List<Accumulator>> groups;
    private final Step next;

    StatsStep(Stage.Stats stage, Held held, Step next) {
        this.stage = stage;
        this.names = stage.after(Columns.EVENTS).names();
        this.groups = new Groups<>("stats", held, () -> accumulators(stage.aggregates(), held));
        this.next = next;
    }

    static List<Accumulator> accumulators(List<Aggregate> aggregates, Held held) {
        var all = new ArrayList<Accumulator>(aggregates.size());
        aggregates.forEach(aggregate -> all.add(Accumulator.of(aggregate, held)));
        return all;
    }

    static List<List<JsonNode>> values(List<Aggregate> aggregates, Row row) {
        var all = new ArrayList<List<JsonNode>>(aggregates.size());
        for (var aggregate : aggregates) {
            all.add(aggregate.field() == null ? List.of() : row.values(aggregate.field()));
        }
        return all;
    }

    static void add(List<Accumulator> accumulators, List<List<JsonNode>> values, long rows) {
        for (int i = 0; i < accumulators.size(); i++) {
            accumulators.get(i).add(values.get(i), rows);
        }
    }

    @Override
    public boolean take(Row row) {
        var values = values(stage.aggregates(), row);
        groups.each(row, stage.keys(), accumulators -> add(accumulators, values, row.weight()));
        return true;
    }

    @Override
    public void finish() {
        give(next);
    }

    @Override
    public void soFar(Step other) {
        give(other);
    }

    private void give(Step next) {
        if (stage.keys().isEmpty()) {
            groups.at(List.of()); // count() of nothing is 0
        }
        for (var group : groups.sorted()) {
            var cells = new ArrayList<>(group.keys());
            group.gathered().forEach(accumulator -> cells.add(accumulator.result()));
            if (!next.take(new Rows.OfTable(names, cells))) {
                break;
            }
        }
        next.finish();
    }
}
