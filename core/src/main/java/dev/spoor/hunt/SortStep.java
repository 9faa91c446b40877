package dev.spoor.hunt;

import dev.spoor.event.Times;
import dev.spoor.hunt.Rows.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import tools.jackson.databind.JsonNode;

/** Keeps all rows, or with a limit (a {@code head} follows) only the first ones. */
final class SortStep implements Step {
    private record Kept(long number, List<JsonNode> keys, Row row, long bytes) {}

    private final Stage.Sort stage;
    private final long rowsMax;
    private final Held held;
    private final Step next;
    private final PriorityQueue<Kept> kept;
    private long number;

    SortStep(Stage.Sort stage, long rowsMax, Held held, Step next) {
        this.stage = stage;
        this.rowsMax = rowsMax;
        this.held = held;
        this.next = next;
        this.kept = new PriorityQueue<>(order().reversed());
    }

    private Comparator<Kept> order() {
        return (a, b) -> {
            held.tick(); // putting many rows in order takes long, too
            for (int i = 0; i < stage.orders().size(); i++) {
                var left = a.keys().get(i);
                var right = b.keys().get(i);
                int order =
                        left.isNull() || right.isNull() || !stage.orders().get(i).descending()
                                ? Cells.ORDER.compare(left, right)
                                : Cells.ORDER.compare(right, left);
                if (order != 0) {
                    return order;
                }
            }
            return Long.compare(a.number(), b.number());
        };
    }

    @Override
    public boolean take(Row row) {
        var keys = new ArrayList<JsonNode>(stage.orders().size());
        long bytes = 64 + bytes(row);
        for (var order : stage.orders()) {
            var values = row.values(order.column());
            var key = values.isEmpty() ? Cells.NULL : Cells.key(values.getFirst());
            bytes += Cells.bytes(key);
            keys.add(key);
        }
        // Events may come from the last to the first: their place tells which came first
        long order = row instanceof Rows.OfEvent(var event, _) ? event.position() : number++;
        kept.add(new Kept(order, keys, bare(row), bytes));
        held.hold(bytes, "sort");
        if (kept.size() > rowsMax) {
            held.release(kept.remove().bytes());
        }
        return true;
    }

    /**
     * Whether rows of these times can still come among the first; asked only where the time of the
     * row decides before everything else.
     */
    boolean wants(Instant from, Instant to) {
        if (rowsMax == Long.MAX_VALUE || kept.size() < rowsMax) {
            return true;
        }
        var worst = kept.peek();
        var time = worst == null ? null : Times.parse(worst.keys().getFirst().asString(""));
        return time == null
                || (stage.orders().getFirst().descending()
                        ? !to.isBefore(time)
                        : !from.isAfter(time));
    }

    /** An event without its parsed form. */
    static Row bare(Row row) {
        return switch (row) {
            case Rows.OfEvent event -> event.bare();
            case Rows.OfTable table -> table;
            case Rows.OfCount count -> count;
            case Rows.Extended(var inner, var more) -> new Rows.Extended(bare(inner), more);
        };
    }

    static long bytes(Row row) {
        return switch (row) {
            case Rows.OfEvent(var event, _) ->
                    160L
                            + event.original().length
                            + (event.view() == event.original() ? 0 : event.view().length);
            case Rows.OfCount _ -> 256;
            case Rows.Extended(var inner, var more) -> {
                long bytes = 64 + bytes(inner);
                for (var values : more.values()) {
                    for (var value : values) {
                        bytes += 64 + Cells.bytes(value);
                    }
                }
                yield bytes;
            }
            case Rows.OfTable(_, var cells) -> {
                long bytes = 64;
                for (var cell : cells) {
                    bytes += Cells.bytes(cell);
                }
                yield bytes;
            }
        };
    }

    /** More rows are not put in order only to be shown on the way. */
    private static final int SHOWN_MAX = 10_000;

    @Override
    public void finish() {
        var rows = new ArrayList<>(kept);
        kept.clear();
        give(rows, next);
    }

    @Override
    public void soFar(Step other) {
        give(kept.size() > SHOWN_MAX ? new ArrayList<>() : new ArrayList<>(kept), other);
    }

    private void give(List<Kept> rows, Step next) {
        rows.sort(order());
        for (var row : rows) {
            if (!next.take(row.row())) {
                break;
            }
        }
        next.finish();
    }
}
