package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The stages of a few lines each. */
final class SmallSteps {
    private SmallSteps() {}

    static final class Head implements Step {
        private final Step next;
        private long left;

        Head(long rows, Step next) {
            this.left = rows;
            this.next = next;
        }

        @Override
        public boolean take(Row row) {
            if (left == 0) {
                return false;
            }
            left--;
            return next.take(row) && left > 0;
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    static final class Tail implements Step {
        private final long rows;
        private final Held held;
        private final Step next;
        private final ArrayDeque<Row> kept = new ArrayDeque<>();

        Tail(long rows, Held held, Step next) {
            this.rows = rows;
            this.held = held;
            this.next = next;
        }

        @Override
        public boolean take(Row row) {
            if (kept.size() == rows) {
                held.release(SortStep.bytes(kept.remove()));
            }
            kept.add(SortStep.bare(row));
            held.hold(SortStep.bytes(row), "tail");
            return true;
        }

        @Override
        public void finish() {
            for (var row : kept) {
                if (!next.take(row)) {
                    break;
                }
            }
            next.finish();
        }
    }

    record Where(Stage.Where stage, Step next) implements Step {
        @Override
        public boolean take(Row row) {
            return !stage.filter().holds(row) || next.take(row);
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    record Fields(Stage.Fields stage, Step next) implements Step {
        @Override
        public boolean take(Row row) {
            var cells = new ArrayList<JsonNode>(stage.names().size());
            for (var name : stage.names()) {
                cells.add(
                        row instanceof Rows.OfTable table
                                ? table.cell(name)
                                : Cells.cell(row.values(name)));
            }
            return next.take(new Rows.OfTable(stage.names(), cells));
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    record Rename(Stage.Rename stage, Step next) implements Step {
        @Override
        public boolean take(Row row) {
            return row instanceof Rows.OfTable(var names, var cells)
                    ? next.take(new Rows.OfTable(Stage.renamed(names, stage.names()), cells))
                    : next.take(row);
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    /** Passes nothing on of itself. */
    record Nothing(Step next) implements Step {
        @Override
        public boolean take(Row row) {
            return false;
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    static final class Dedup implements Step {
        private final List<Stage.Key> keys;
        private final Groups<boolean[]> groups;
        private final Step next;

        Dedup(Stage.Dedup stage, Held held, Step next) {
            this.keys = stage.fields().stream().<Stage.Key>map(Stage.Key.OfField::new).toList();
            this.groups = new Groups<>("dedup", held, () -> new boolean[1]);
            this.next = next;
        }

        @Override
        public boolean take(Row row) {
            var fresh = new boolean[1];
            groups.each(
                    row,
                    keys,
                    seen -> {
                        fresh[0] |= !seen[0];
                        seen[0] = true;
                    });
            return !fresh[0] || next.take(row);
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    /** Adds columns to rows; where there are none to add, they are null. */
    private static Row extended(Row row, List<String> names, Map<String, List<JsonNode>> more) {
        if (!(row instanceof Rows.OfTable(var columns, var cells))) {
            return new Rows.Extended(row, more);
        }
        var allNames = new ArrayList<>(columns);
        var allCells = new ArrayList<>(cells);
        for (var name : names) {
            var cell = Cells.cell(more.getOrDefault(name, List.of()));
            int at = allNames.indexOf(name);
            if (at < 0) {
                allNames.add(name);
                allCells.add(cell);
            } else if (!cell.isNull()) {
                allCells.set(at, cell);
            }
        }
        return new Rows.OfTable(allNames, allCells);
    }

    record Lookup(String field, LookupTable.Index table, Step next) implements Step {
        @Override
        public boolean take(Row row) {
            var found = table.find(row.values(field));
            var more = new HashMap<String, List<JsonNode>>();
            if (found != null) {
                found.forEach((name, cell) -> more.put(name, List.of(cell)));
            }
            return next.take(extended(row, table.added(), more));
        }

        @Override
        public void finish() {
            next.finish();
        }
    }

    record Extract(Stage.Extract stage, List<String> names, Step next) implements Step {
        @Override
        public boolean take(Row row) {
            var more = new HashMap<String, List<JsonNode>>();
            for (var value : row.values(stage.field())) {
                var matcher = stage.pattern().matcher(Cells.shown(value));
                if (matcher.find()) {
                    for (var name : names) {
                        var part = matcher.group(name);
                        if (part != null) {
                            more.put(name, List.of(Cells.text(part)));
                        }
                    }
                    break;
                }
            }
            return next.take(extended(row, names, more));
        }

        @Override
        public void finish() {
            next.finish();
        }
    }
}
