package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Evaluates a predicate over the columns of a block: rows that must hold, and rows that may
 * (undecided ones are read whole). A test runs once per distinct value of a segment, on a small
 * tree that holds that value at its path, so that it answers as it would on the event.
 */
final class BlockFilter {
    /** {@code must} ⊆ the rows that hold ⊆ {@code may}. */
    record Rows(BitSet must, BitSet may) {}

    private static final byte YES = 1;
    private static final byte NO = 2;
    private static final byte ASK = 3;

    private final SegmentReader segment;
    private final List<Source> sources;
    private final Predicate predicate;
    private final Map<Predicate.Field, Leaf> leaves = new IdentityHashMap<>();

    BlockFilter(SegmentReader segment, List<Source> sources, Predicate predicate) {
        this.segment = segment;
        this.sources = sources;
        this.predicate = predicate;
    }

    /** Verdicts of one leaf in this segment. */
    private final class Leaf {
        /** By column: by dictionary code, 0 = not yet known. */
        final Map<Integer, byte[]> verdicts = new HashMap<>();

        /** By shape: the one column that can supply the field, -1 = none, -2 = ask the row. */
        final int[] suppliers;

        Leaf(Predicate.Field field) {
            suppliers = new int[segment.shapes.size()];
            for (int shape = 0; shape < suppliers.length; shape++) {
                suppliers[shape] = supplier(field, shape);
            }
        }
    }

    Rows rows(Block block) {
        return rows(predicate, block);
    }

    private Rows rows(Predicate part, Block block) {
        int count = block.rows();
        return switch (part) {
            case Predicate.Everything() -> new Rows(all(count), all(count));
            case Predicate.Text _ -> new Rows(new BitSet(), all(count));
            case Predicate.Not(var inner) -> {
                var rows = rows(inner, block);
                rows.must().flip(0, count);
                rows.may().flip(0, count);
                yield new Rows(rows.may(), rows.must());
            }
            case Predicate.All(var parts) -> {
                var rows = new Rows(all(count), all(count));
                for (var each : parts) {
                    if (rows.may().isEmpty()) {
                        break;
                    }
                    var more = rows(each, block);
                    rows.must().and(more.must());
                    rows.may().and(more.may());
                }
                yield rows;
            }
            case Predicate.Any(var parts) -> {
                var rows = new Rows(new BitSet(count), new BitSet(count));
                for (var each : parts) {
                    var more = rows(each, block);
                    rows.must().or(more.must());
                    rows.may().or(more.may());
                }
                yield rows;
            }
            case Predicate.Field field -> field(field, block);
        };
    }

    private static BitSet all(int count) {
        var bits = new BitSet(count);
        bits.set(0, count);
        return bits;
    }

    private Rows field(Predicate.Field field, Block block) {
        var rows = new Rows(new BitSet(block.rows()), new BitSet(block.rows()));
        var leaf = leaves.computeIfAbsent(field, Leaf::new);
        var suppliers = new java.util.TreeSet<Integer>();
        var missing = new byte[sources.size()];
        for (int row = 0; row < block.rows(); row++) {
            int number = block.sources[row];
            int supplier =
                    number < 0 || !direct(sources.get(number), field.field())
                            ? -2
                            : leaf.suppliers[block.shapes[row]];
            if (supplier == -2) {
                rows.may().set(row);
                continue;
            }
            if (supplier >= 0) {
                suppliers.add(supplier);
                continue;
            }
            if (missing[number] == 0) {
                missing[number] = holds(field, sources.get(number), null, null) ? YES : NO;
            }
            if (missing[number] == YES) {
                rows.must().set(row);
                rows.may().set(row);
            }
        }
        for (int column : suppliers) {
            values(field, leaf, block, column, rows);
        }
        return rows;
    }

    /** Decides the rows whose field is supplied by this column. */
    private void values(Predicate.Field field, Leaf leaf, Block block, int index, Rows rows) {
        var column = block.column(index);
        var rowOf = block.rowsOf(index);
        var entry = segment.columns.get(index);
        if (entry.look() == Column.Look.BODY) {
            block.placeBodies();
        }
        var verdicts =
                leaf.verdicts.computeIfAbsent(index, _ -> new byte[column.dictionary.size()]);
        for (int value = 0; value < column.count; value++) {
            int row = rowOf[value];
            int number = block.sources[row];
            if (number < 0
                    || leaf.suppliers[block.shapes[row]] != index
                    || !direct(sources.get(number), field.field())) {
                continue;
            }
            int code = column.codes[value];
            byte verdict = code >= 0 ? verdicts[code] : 0;
            if (verdict == 0) {
                var node =
                        node(
                                entry.type(),
                                column.bytes(value),
                                column.from(value),
                                column.to(value));
                verdict =
                        node == null
                                ? ASK
                                : holds(field, sources.get(number), entry.path(), node) ? YES : NO;
                if (code >= 0) {
                    verdicts[code] = verdict;
                }
            }
            if (verdict == YES) {
                rows.must().set(row);
            }
            if (verdict != NO) {
                rows.may().set(row);
            }
        }
    }

    /** The value as a node; null when it is not one by itself. */
    private static @Nullable JsonNode node(Column.Type type, byte[] bytes, int from, int to) {
        return switch (type) {
            case STRING -> {
                for (int i = from; i < to; i++) {
                    if (bytes[i] == '\\' || (bytes[i] >= 0 && bytes[i] < ' ')) {
                        var quoted = new byte[to - from + 2];
                        quoted[0] = '"';
                        quoted[quoted.length - 1] = '"';
                        System.arraycopy(bytes, from, quoted, 1, to - from);
                        var parsed = Json.read(quoted, 0, quoted.length);
                        yield parsed.complete() ? parsed.value() : null;
                    }
                }
                yield JsonNodeFactory.instance.stringNode(
                        new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
            case SCALAR, JSON -> {
                var parsed = Json.read(bytes, from, to - from);
                yield parsed.complete() ? parsed.value() : null;
            }
            case TOKEN, REST -> null;
        };
    }

    private static boolean holds(
            Predicate.Field field, Source source, @Nullable String path, @Nullable JsonNode value) {
        var tree = JsonNodeFactory.instance.objectNode();
        if (path != null && value != null) {
            tree.set(path, value);
        }
        return field.holds(new JsonView(source, tree, new byte[0], 0, 0));
    }

    /**
     * Whether the kind's normal form has the values where they stand in the bytes, and this field
     * is one of them.
     */
    private static boolean direct(Source source, String field) {
        return Lens.identity(source.kind(), source.wrapping())
                && !field.startsWith("source.")
                && !field.equals("k8s.cluster.name")
                && !field.endsWith("Timestamp");
    }

    private int supplier(Predicate.Field field, int shape) {
        if (field.test() instanceof Test.FieldEqual) {
            return -2;
        }
        var names = new java.util.ArrayList<String>(List.of(field.field()));
        for (var kind : dev.spoor.event.Kind.values()) {
            names.addAll(Lens.originals(kind, field.field()));
        }
        int found = -1;
        for (int index : segment.shapes.get(shape).columns()) {
            var column = segment.columns.get(index);
            if (column.type() == Column.Type.REST || column.type() == Column.Type.TOKEN) {
                return -2;
            }
            for (var name : names) {
                if (column.path().startsWith(name + ".")) {
                    return -2; // the field is an object whose parts are columns
                }
                if (supplies(column, name)) {
                    if (found >= 0 || column.look() == Column.Look.URI) {
                        return -2;
                    }
                    found = index;
                    break;
                }
            }
        }
        boolean shy = field.test() instanceof Test.Exists || field.test() instanceof Test.IsNull;
        return found == -1 && shy ? -2 : found;
    }

    private static boolean supplies(SegmentReader.ColumnEntry column, String name) {
        var path = column.path();
        return path.equals(name)
                || (column.type() == Column.Type.JSON && name.startsWith(path + "."));
    }
}
