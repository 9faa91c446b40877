package dev.spoor.hunt;

import dev.spoor.hunt.Rows.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
                        switch (row) {
                            case Rows.OfEvent event -> Cells.cell(event.values(name));
                            case Rows.OfTable table -> table.cell(name);
                        });
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
            return switch (row) {
                case Rows.OfEvent event -> next.take(event);
                case Rows.OfTable(var names, var cells) ->
                        next.take(new Rows.OfTable(Stage.renamed(names, stage.names()), cells));
            };
        }

        @Override
        public void finish() {
            next.finish();
        }
    }
}
