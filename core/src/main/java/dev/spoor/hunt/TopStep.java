package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.databind.JsonNode;

final class TopStep implements Step {
    private final Stage.Top stage;
    private final List<String> names;
    private final List<Stage.Key> keys;
    private final Groups<long[]> groups;
    private final Step next;

    TopStep(Stage.Top stage, Held held, Step next) {
        this.stage = stage;
        this.names = stage.after(Columns.EVENTS).names();
        this.keys = new ArrayList<>(stage.by());
        this.keys.addAll(stage.fields());
        this.groups = new Groups<>(stage.rare() ? "rare" : "top", held, () -> new long[1]);
        this.next = next;
    }

    @Override
    public boolean take(Row row) {
        groups.each(row, keys, count -> count[0] += row.weight());
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
        var byGroup = new LinkedHashMap<List<JsonNode>, List<Groups.Group<long[]>>>();
        for (var group : groups.sorted()) {
            byGroup.computeIfAbsent(
                            group.keys().subList(0, stage.by().size()), _ -> new ArrayList<>())
                    .add(group);
        }
        boolean more = true;
        for (var rows : byGroup.values()) {
            more = more && give(rows, next);
        }
        next.finish();
    }

    private boolean give(List<Groups.Group<long[]>> rows, Step next) {
        long total = rows.stream().mapToLong(row -> row.gathered()[0]).sum();
        Comparator<Groups.Group<long[]>> byCount =
                Comparator.comparingLong(row -> row.gathered()[0]);
        rows.sort(stage.rare() ? byCount : byCount.reversed());
        for (var row : rows.subList(0, (int) Math.min(stage.rows(), rows.size()))) {
            long count = row.gathered()[0];
            var cells = new ArrayList<>(row.keys());
            cells.add(Cells.number(count));
            cells.add(
                    Cells.number(
                            BigDecimal.valueOf(count * 100)
                                    .divide(BigDecimal.valueOf(total), 2, RoundingMode.HALF_UP)));
            if (!next.take(new Rows.OfTable(names, cells))) {
                return false;
            }
        }
        return true;
    }
}
