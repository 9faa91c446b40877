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
import java.util.Set;
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

        /** The identifiers that an exact test asks for; null when the test is of another kind. */
        private @Nullable UuidSet wanted(Predicate.Field field, SegmentReader.ColumnEntry entry) {
            if (!entry.path().equals(field.field())) {
                return null;
            }
            return switch (field.test()) {
                case Test.OneOf(var texts) -> set(texts);
                case Test.Equal(var text, var caseSensitive) when caseSensitive ->
                        set(Set.of(text));
                default -> null;
            };
        }

        private UuidSet set(Set<String> texts) {
            if (uuids == null) {
                uuids = UuidSet.of(texts);
            }
            return uuids;
        }

        private @Nullable UuidSet uuids;

        /** By source: whether columns answer for it; 0 = not yet known. */
        private final byte[] direct = new byte[sources.size()];

        boolean direct(int source, String field) {
            if (direct[source] == 0) {
                direct[source] = BlockFilter.direct(sources.get(source), field) ? YES : NO;
            }
            return direct[source] == YES;
        }

        Leaf(Predicate.Field field) {
            suppliers = new int[segment.shapes.size()];
            for (int shape = 0; shape < suppliers.length; shape++) {
                suppliers[shape] = supplier(field, shape);
            }
        }
    }

    Rows rows(Block block) {
        return rows(predicate, block, all(block.rows()));
    }

    /**
     * Evaluates a part.
     *
     * @param asked rows whose answer matters; the others may be told either way
     */
    private Rows rows(Predicate part, Block block, BitSet asked) {
        int count = block.rows();
        return switch (part) {
            case Predicate.Everything() -> new Rows(all(count), all(count));
            case Predicate.Text _ -> new Rows(new BitSet(), all(count));
            case Predicate.Not(var inner) -> {
                var rows = rows(inner, block, asked);
                rows.must().flip(0, count);
                rows.may().flip(0, count);
                yield new Rows(rows.may(), rows.must());
            }
            case Predicate.All(var parts) -> {
                var rows = new Rows(all(count), (BitSet) asked.clone());
                for (var each : parts) {
                    if (rows.may().isEmpty()) {
                        break;
                    }
                    var more = rows(each, block, rows.may());
                    rows.must().and(more.must());
                    rows.may().and(more.may());
                }
                rows.must().and(rows.may());
                yield rows;
            }
            case Predicate.Any(var parts) -> {
                var rows = new Rows(new BitSet(count), new BitSet(count));
                var open = (BitSet) asked.clone();
                for (var each : parts) {
                    var more = rows(each, block, open);
                    rows.must().or(more.must());
                    rows.may().or(more.may());
                    open.andNot(more.must());
                }
                yield rows;
            }
            case Predicate.Field field -> field(field, block, asked);
        };
    }

    private static BitSet all(int count) {
        var bits = new BitSet(count);
        bits.set(0, count);
        return bits;
    }

    private Rows field(Predicate.Field field, Block block, BitSet asked) {
        var rows = new Rows(new BitSet(block.rows()), new BitSet(block.rows()));
        var leaf = leaves.computeIfAbsent(field, Leaf::new);
        var suppliers = new java.util.TreeSet<Integer>();
        var missing = new byte[sources.size()];
        boolean ofSource = ofSource(field);
        for (int row = asked.nextSetBit(0); row >= 0; row = asked.nextSetBit(row + 1)) {
            int number = block.sources[row];
            int supplier =
                    number >= 0 && ofSource
                            ? -1
                            : number < 0 || !leaf.direct(number, field.field())
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
            values(field, leaf, block, column, asked, rows);
        }
        return rows;
    }

    /** Decides the rows whose field is supplied by this column. */
    private void values(
            Predicate.Field field, Leaf leaf, Block block, int index, BitSet asked, Rows rows) {
        var column = block.column(index);
        var rowOf = block.rowsOf(index);
        var entry = segment.columns.get(index);
        if (entry.look() == Column.Look.BODY) {
            block.placeBodies();
        }
        var verdicts =
                leaf.verdicts.computeIfAbsent(index, _ -> new byte[column.dictionary.size()]);
        var uuids = column.uuids.length == 0 ? null : leaf.wanted(field, entry);
        for (int value = 0; value < column.count; value++) {
            int row = rowOf[value];
            if (!asked.get(row)) {
                continue;
            }
            int number = block.sources[row];
            if (number < 0
                    || leaf.suppliers[block.shapes[row]] != index
                    || !leaf.direct(number, field.field())) {
                continue;
            }
            int code = column.codes[value];
            byte verdict = code >= 0 ? verdicts[code] : 0;
            if (verdict == 0) {
                verdict =
                        uuids != null && column.uuid(value)
                                ? uuids.contains(column.high(value), column.low(value)) ? YES : NO
                                : verdict(field, sources.get(number), entry, column, value);
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

    private static byte verdict(
            Predicate.Field field,
            Source source,
            SegmentReader.ColumnEntry entry,
            DecodedColumn column,
            int value) {
        var bytes = column.bytes(value);
        int from = column.from(value);
        int to = column.to(value);
        if (entry.type() == Column.Type.JSON
                && !mayHold(field.field(), entry.path(), bytes, from, to)) {
            return holds(field, source, null, null) ? YES : NO;
        }
        var node = node(entry.type(), bytes, from, to);
        if (node == null) {
            return ASK;
        }
        if (node.isString() && entry.path().equals(field.field()) && plain(field.test())) {
            return field.test().holds(node) ? YES : NO;
        }
        return holds(field, source, entry.path(), node) ? YES : NO;
    }

    /** Tests whose answer for one text is the answer for a field with that one value. */
    private static boolean plain(Test test) {
        return !(test instanceof Test.Exists
                || test instanceof Test.IsNull
                || test instanceof Test.FieldEqual);
    }

    /**
     * Whether an object can have the field: the longest key of the path must stand in it, or an
     * escape.
     */
    private static boolean mayHold(String field, String path, byte[] bytes, int from, int to) {
        if (to - from < 64 || !field.startsWith(path + ".")) {
            return true;
        }
        var longest = "";
        for (var key : field.substring(path.length() + 1).split("\\.")) {
            longest = key.length() > longest.length() ? key : longest;
        }
        return contains(bytes, from, to, longest.getBytes(StandardCharsets.UTF_8))
                || contains(bytes, from, to, UNICODE_ESCAPE);
    }

    private static final byte[] UNICODE_ESCAPE = {'\\', 'u'};

    private static boolean contains(byte[] bytes, int from, int to, byte[] part) {
        if (part.length == 0) {
            return true;
        }
        byte first = part[0];
        for (int i = from, last = to - part.length; i <= last; i++) {
            if (bytes[i] == first
                    && java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
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

    /** What no event can say of itself: decided once per source. */
    private static boolean ofSource(Predicate.Field field) {
        return (field.field().equals("source.kind") || field.field().equals("source.path"))
                && !(field.test() instanceof Test.FieldEqual);
    }

    /**
     * Whether the kind's normal form has the values where they stand in the bytes, and this field
     * is one of them.
     */
    private static boolean direct(Source source, String field) {
        return Lens.identity(source.kind(), source.wrapping())
                && !field.equals("source.kind")
                && !field.equals("source.path")
                && !field.equals("source.cluster")
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
