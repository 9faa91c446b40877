package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.hunt.Rows.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/**
 * Rows put together by keys. Keys of the map are texts, so that an attacker who makes their hashes
 * collide gains nothing.
 */
final class Groups<T> {
    /** What one group belongs to, and what it has gathered. */
    record Group<T>(List<JsonNode> keys, T gathered) {}

    private static final Comparator<List<JsonNode>> BY_KEYS =
            (a, b) -> {
                for (int i = 0; i < a.size(); i++) {
                    int order = Cells.ORDER.compare(a.get(i), b.get(i));
                    if (order != 0) {
                        return order;
                    }
                }
                return 0;
            };

    private static final int BINS_MAX = 10_000;

    private final Map<Long, List<JsonNode>> bins = new HashMap<>();
    private final String stage;
    private final Held held;
    private final Supplier<T> fresh;
    private final Map<String, Group<T>> groups = new HashMap<>();

    Groups(String stage, Held held, Supplier<T> fresh) {
        this.stage = stage;
        this.held = held;
        this.fresh = fresh;
    }

    /** Every group that the row belongs to: one per combination of different values. */
    void each(Row row, List<Stage.Key> keys, Consumer<T> action) {
        each(row, keys, 0, new ArrayList<>(), action);
    }

    private void each(
            Row row, List<Stage.Key> keys, int from, List<JsonNode> chosen, Consumer<T> action) {
        if (from == keys.size()) {
            action.accept(at(chosen));
            return;
        }
        for (var value : keyValues(row, keys.get(from))) {
            chosen.add(value);
            each(row, keys, from + 1, chosen, action);
            chosen.removeLast();
        }
    }

    /** Keeps the texts of the bins seen, as long as they are few. */
    private List<JsonNode> keyValues(Row row, Stage.Key key) {
        if (!(key instanceof Stage.Key.OfTime(var span))) {
            return values(row, key);
        }
        var time = row.time();
        if (time == null) {
            return List.of(Cells.NULL);
        }
        long seconds = span.toSeconds();
        if (bins.size() > BINS_MAX) {
            bins.clear();
        }
        return bins.computeIfAbsent(
                Math.floorDiv(time.getEpochSecond(), seconds) * seconds,
                start -> List.of(Cells.seconds(start)));
    }

    /** The different values of a key in a row; no value is one, too. */
    static List<JsonNode> values(Row row, Stage.Key key) {
        return switch (key) {
            case Stage.Key.OfTime(var span) -> List.of(bin(row, span.toSeconds()));
            case Stage.Key.OfField(var name) -> {
                var values = row.values(name);
                if (values.size() == 1) {
                    yield List.of(Cells.key(values.getFirst()));
                }
                var different = new java.util.LinkedHashMap<String, JsonNode>();
                for (var value : values) {
                    var cell = Cells.key(value);
                    different.putIfAbsent(Cells.id(cell), cell);
                }
                yield different.isEmpty() ? List.of(Cells.NULL) : List.copyOf(different.values());
            }
        };
    }

    private static JsonNode bin(Row row, long seconds) {
        var time = row.time();
        return time == null
                ? Cells.NULL
                : Cells.seconds(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
    }

    T at(List<JsonNode> keys) {
        var id = new StringBuilder();
        for (var key : keys) {
            var part = Cells.id(key);
            id.append(part.length()).append(':').append(part);
        }
        var group = groups.get(id.toString());
        if (group == null) {
            if (groups.size() == held.groupsMax()) {
                throw new Rejected(
                        "%s: more than %d groups (expected: a narrower filter or fewer keys)"
                                .formatted(stage, held.groupsMax()));
            }
            held.hold(256 + 4L * id.length(), stage);
            group = new Group<>(List.copyOf(keys), fresh.get());
            groups.put(id.toString(), group);
        }
        return group.gathered();
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** All groups in order of their keys. */
    List<Group<T>> sorted() {
        var all = new ArrayList<>(groups.values());
        all.sort((a, b) -> {
            held.tick();
            return BY_KEYS.compare(a.keys(), b.keys());
        });
        return all;
    }
}
