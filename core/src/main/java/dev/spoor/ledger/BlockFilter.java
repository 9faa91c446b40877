package dev.spoor.ledger;

import dev.spoor.event.Source;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Evaluates a predicate over a segment: first which blocks can hold an answer at all, then over the
 * columns of a block: rows that must hold, and rows that may (undecided ones are read whole). A
 * test runs once per distinct value of a segment, on the values that the field has there, so that
 * it answers as it would on the event.
 */
final class BlockFilter {
    /** {@code must} ⊆ the rows that hold ⊆ {@code may}. */
    record Rows(BitSet must, BitSet may) {}

    private static final byte YES = 1;
    private static final byte NO = 2;
    private static final byte ASK = 3;

    private final SegmentReader segment;
    private final BlockMasks masks;
    private final List<Source> sources;
    private final Predicate predicate;
    private final boolean own;
    private final Map<Predicate.Field, Leaf> leaves = new IdentityHashMap<>();

    /**
     * @param predicate in normal form
     * @param own whether Spoor's own records may be answers
     */
    BlockFilter(
            SegmentReader segment,
            BlockMasks masks,
            List<Source> sources,
            Predicate predicate,
            boolean own) {
        this.segment = segment;
        this.masks = masks;
        this.sources = sources;
        this.predicate = predicate;
        this.own = own;
    }

    /** What one leaf answers in this segment. */
    private static final class Leaf {
        final Predicate.Field field;

        /** By form and column: by dictionary code. */
        final Map<Long, byte[]> verdicts = new HashMap<>();

        /** Where the field stands, by form. */
        final Map<Long, Supply> supplies = new HashMap<>();

        /** For tests of what no event can say of itself, by source; 0 = not yet known. */
        final byte[] bySource;

        /** The identifiers that an exact test asks for. */
        @Nullable UuidSet uuids;

        /** A part that every passing value has in its bytes. */
        final byte @Nullable [] part;

        /** Whether the part could be written differently in a number (1e3, 1E+3). */
        final boolean numeric;

        Leaf(Predicate.Field field, int sources) {
            this.field = field;
            this.bySource = new byte[sources];
            this.part = literalPart(field.test());
            this.numeric =
                    part != null
                            && new String(part, StandardCharsets.US_ASCII).matches("[-+0-9.eE]*");
        }

        /** Whether a value of the column cannot pass, by its bytes. */
        boolean absent(dev.spoor.event.Column.Type type, byte[] bytes, int from, int to) {
            var asked = partIn(type);
            return asked != null
                    && !Search.contains(bytes, from, to, asked)
                    && !Search.contains(bytes, from, to, Search.UNICODE_ESCAPE);
        }

        /** The part that must stand in the bytes of a value of a column of this type. */
        byte @Nullable [] partIn(dev.spoor.event.Column.Type type) {
            return numeric && type != dev.spoor.event.Column.Type.STRING ? null : part;
        }

        /** Whether it holds where there is no value. */
        boolean ofNothing() {
            return field.test() instanceof Test.IsNull;
        }

        /** Texts one of which the value must be; null for other tests. */
        @Nullable Set<String> exact() {
            return switch (field.test()) {
                case Test.OneOf(var texts) -> texts;
                case Test.Equal(var text, var caseSensitive) when caseSensitive -> Set.of(text);
                default -> null;
            };
        }
    }

    private Supply supply(Leaf leaf, Source source) {
        long form = BlockMasks.form(source);
        var known = leaf.supplies.get(form);
        if (known == null) {
            known = masks.supply(source, leaf.field.field());
            leaf.supplies.put(form, known);
        }
        return known;
    }

    private Leaf leaf(Predicate.Field field) {
        return leaves.computeIfAbsent(field, f -> new Leaf(f, sources.size()));
    }

    // --- which blocks

    /** Blocks of the segment that can hold an answer, as bits. */
    long blocks() {
        return blocks(predicate);
    }

    private long blocks(Predicate part) {
        return switch (part) {
            case Predicate.Everything(), Predicate.Text _ -> masks.all();
            case Predicate.Not(var inner) ->
                    inner instanceof Predicate.Everything ? 0 : masks.all();
            case Predicate.All(var parts) -> {
                long found = masks.all();
                for (var each : parts) {
                    found &= found == 0 ? 0 : blocks(each);
                }
                yield found;
            }
            case Predicate.Any(var parts) -> {
                long found = 0;
                for (var each : parts) {
                    found |= blocks(each);
                }
                yield found;
            }
            case Predicate.Field field -> blocks(leaf(field));
        };
    }

    private long blocks(Leaf leaf) {
        if (own && leaf.field.field().equals("source.kind") && onlyGaps(leaf)) {
            return masks.gaps();
        }
        if (own || leaf.field.test().looksAside()) {
            return masks.all();
        }
        long found = 0;
        long asked = 0;
        long seen = 0;
        for (var source : sources) {
            long form = BlockMasks.form(source);
            if (ofSource(leaf.field)) {
                asked |= bySource(leaf, source.id()) == YES ? form : 0;
            } else if (!Supply.direct(source, leaf.field.field())) {
                asked |= form;
            } else if ((seen & form) == 0) {
                seen |= form;
                found |= blocks(leaf, source) & masks.ofForms(form);
            }
        }
        return found | (asked == 0 ? 0 : masks.ofForms(asked));
    }

    private static boolean onlyGaps(Leaf leaf) {
        var exact = leaf.exact();
        return exact != null && exact.equals(Set.of(dev.spoor.event.Kind.SPOOR_GAP.id()));
    }

    private long blocks(Leaf leaf, Source source) {
        var supply = supply(leaf, source);
        long found = supply.ask | (leaf.ofNothing() ? supply.missing : 0);
        for (int column : supply.columns) {
            found |= literals(leaf, column);
            var values = segment.values(column);
            var verdicts = verdicts(leaf, source, supply, column);
            for (int code = 0; code < verdicts.length; code++) {
                if (verdicts[code] != NO) {
                    found |= values.masks()[code];
                }
            }
        }
        return found;
    }

    /** Blocks that can hold an answer among the literals of the column. */
    private long literals(Leaf leaf, int column) {
        long found = masks.literals(column);
        if (segment.columns.get(column).look() != dev.spoor.event.Column.Look.UUID) {
            return masks.holding(column, leaf.partIn(type(column)), found);
        }
        var exact = leaf.exact();
        if (exact == null) {
            return found;
        }
        if (leaf.uuids == null) {
            leaf.uuids = UuidSet.of(exact);
        }
        return masks.holding(column, leaf.uuids, found);
    }

    private dev.spoor.event.Column.Type type(int column) {
        return segment.columns.get(column).type();
    }

    // --- which rows

    Rows rows(Block block) {
        return rows(predicate, block, block.all());
    }

    /**
     * Evaluates a part.
     *
     * @param asked rows whose answer matters; the others may be told either way
     */
    private Rows rows(Predicate part, Block block, BitSet asked) {
        int count = block.rows();
        return switch (part) {
            case Predicate.Everything() ->
                    new Rows((BitSet) block.all().clone(), (BitSet) block.all().clone());
            case Predicate.Text _ -> new Rows(new BitSet(), (BitSet) block.all().clone());
            case Predicate.Not(var inner) -> {
                var rows = rows(inner, block, asked);
                rows.must().flip(0, count);
                rows.may().flip(0, count);
                yield new Rows(rows.may(), rows.must());
            }
            case Predicate.All(var parts) -> {
                var rows = new Rows((BitSet) block.all().clone(), (BitSet) asked.clone());
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
            case Predicate.Field field -> field(leaf(field), block, asked);
        };
    }

    private Rows field(Leaf leaf, Block block, BitSet asked) {
        var rows = new Rows(new BitSet(block.rows()), new BitSet(block.rows()));
        var forms = block.rowsByForm();
        for (var like : forms.values()) {
            var bits = asked;
            if (forms.size() > 1) {
                bits = (BitSet) like.clone();
                bits.and(asked);
            }
            form(leaf, block, block.sources[like.nextSetBit(0)], bits, rows);
        }
        return rows;
    }

    /** Rows of one form: those of the sources like this one. */
    private void form(Leaf leaf, Block block, int number, BitSet asked, Rows rows) {
        if (number >= 0 && ofSource(leaf.field)) {
            for (int row = asked.nextSetBit(0); row >= 0; row = asked.nextSetBit(row + 1)) {
                if (bySource(leaf, block.sources[row]) == YES) {
                    rows.must().set(row);
                    rows.may().set(row);
                }
            }
            return;
        }
        if (number < 0
                || leaf.field.test().looksAside()
                || !Supply.direct(sources.get(number), leaf.field.field())) {
            rows.may().or(asked);
            return;
        }
        var source = sources.get(number);
        var supply = supply(leaf, source);
        boolean each = false;
        for (int shape : block.shapesPresent()) {
            int column = supply.byShape[shape];
            each |= column == Supply.ASK || column == Supply.MISSING && leaf.ofNothing();
        }
        if (each) {
            for (int row = asked.nextSetBit(0); row >= 0; row = asked.nextSetBit(row + 1)) {
                int column = supply.byShape[block.shapes[row]];
                if (column == Supply.ASK) {
                    rows.may().set(row);
                } else if (column == Supply.MISSING && leaf.ofNothing()) {
                    rows.may().set(row);
                    rows.must().set(row);
                }
            }
        }
        for (int column : supply.columns) {
            if (block.has(column)) {
                values(leaf, block, source, supply, column, asked, rows);
            }
        }
    }

    /** Decides the rows whose field is supplied by this column. */
    private void values(
            Leaf leaf,
            Block block,
            Source source,
            Supply supply,
            int index,
            BitSet asked,
            Rows rows) {
        var verdicts = verdicts(leaf, source, supply, index);
        var column = block.column(index);
        var rowOf = block.rowsOf(index);
        var codes = column.codes;
        boolean alone = supply.columns.length == 1;
        var part = leaf.partIn(type(index));
        if (part != null
                && part.length > 2
                && column.literalStarts.length > 0
                && column.uuids.length + column.stamps.length == 0) {
            if (segment.columns.get(index).look() == dev.spoor.event.Column.Look.BODY) {
                block.placeBodies();
            }
            masks.learnedTexts(block, index);
        }
        var found = found(leaf, supply, block, index, column, part);
        for (int value = 0; value < codes.length; value++) {
            int code = codes[value];
            byte verdict = code >= 0 ? verdicts[code] : found == null ? 0 : found[-1 - code];
            if (verdict == NO) {
                continue;
            }
            int row = rowOf[value];
            if (!asked.get(row) || !alone && supply.byShape[block.shapes[row]] != index) {
                continue;
            }
            if (verdict == 0) {
                verdict = literal(leaf, block, supply, index, column, value);
            }
            if (verdict == YES) {
                rows.must().set(row);
            }
            if (verdict != NO) {
                rows.may().set(row);
            }
        }
    }

    /**
     * By literal: what a search for the part through all of them at once tells; 0 = to be looked
     * at. Null where it tells nothing.
     */
    private byte @Nullable [] found(
            Leaf leaf,
            Supply supply,
            Block block,
            int index,
            DecodedColumn column,
            byte @Nullable [] part) {
        if (part == null
                || column.literalStarts.length == 0
                || column.uuids.length + column.stamps.length > 0
                || masks.mayEscape(block, index)) {
            return null;
        }
        var verdicts = new byte[column.literalStarts.length];
        java.util.Arrays.fill(verdicts, NO);
        // Of a text the part alone is asked, and it stands there unescaped
        boolean whole =
                leaf.field.test() instanceof Test.Contains(var text, var cs)
                        && cs
                        && type(index) == dev.spoor.event.Column.Type.STRING
                        && segment.columns.get(index).path().equals(supply.field)
                        && java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), part);
        new Search.Hits(column, part)
                .each((literal, at) -> {
                    boolean plain = whole && !Search.escapedBefore(column, literal, at);
                    verdicts[literal] = verdicts[literal] == YES || plain ? YES : 0;
                });
        return verdicts;
    }

    private byte literal(
            Leaf leaf, Block block, Supply supply, int index, DecodedColumn column, int value) {
        var entry = segment.columns.get(index);
        if (column.uuid(value) && entry.path().equals(leaf.field.field())) {
            var exact = leaf.exact();
            if (exact != null) {
                if (leaf.uuids == null) {
                    leaf.uuids = UuidSet.of(exact);
                }
                return leaf.uuids.contains(column.high(value), column.low(value)) ? YES : NO;
            }
        }
        if (entry.look() == dev.spoor.event.Column.Look.BODY) {
            block.placeBodies();
        }
        if (leaf.absent(entry.type(), column.bytes(value), column.from(value), column.to(value))) {
            return NO;
        }
        return verdict(leaf.field.test(), supply.values(index, column, value));
    }

    // --- verdicts

    /** By dictionary code of the column, for events of the source's form. */
    private byte[] verdicts(Leaf leaf, Source source, Supply supply, int column) {
        long key = (long) Long.numberOfTrailingZeros(BlockMasks.form(source)) << 32 | column;
        var known = leaf.verdicts.get(key);
        if (known == null) {
            known = new byte[segment.values(column).size()];
            fill(leaf, supply, column, known);
            leaf.verdicts.put(key, known);
        }
        return known;
    }

    private void fill(Leaf leaf, Supply supply, int column, byte[] verdicts) {
        var exact = leaf.exact();
        if (exact != null && !supply.unread(column)) {
            java.util.Arrays.fill(verdicts, NO);
            for (var text : exact) {
                for (int code : supply.codesOf(column, text)) {
                    verdicts[code] = YES;
                }
            }
            return;
        }
        each(leaf, supply, column, verdicts);
    }

    private void each(Leaf leaf, Supply supply, int column, byte[] verdicts) {
        var dictionary = segment.values(column);
        var type = segment.columns.get(column).type();
        for (int code = 0; code < verdicts.length; code++) {
            boolean absent =
                    leaf.absent(
                            type,
                            dictionary.bytes(),
                            dictionary.start(code),
                            dictionary.ends()[code]);
            verdicts[code] = absent ? NO : verdict(leaf.field.test(), supply.ofCode(column, code));
        }
    }

    private static byte verdict(Test test, List<JsonNode> values) {
        if (values == Supply.UNREAD) {
            return ASK;
        }
        if (test instanceof Test.IsNull && values.isEmpty()) {
            return YES;
        }
        for (var value : values) {
            if (test.holds(value)) {
                return YES;
            }
        }
        return NO;
    }

    /**
     * Bytes that stand in every passing value, however it is escaped but for {@code \\u}: letters,
     * digits and signs that JSON never escapes otherwise.
     */
    private static byte @Nullable [] literalPart(Test test) {
        var text =
                switch (test) {
                    case Test.Equal(var t, var cs) when cs -> t;
                    case Test.Prefix(var t, var cs) when cs -> t;
                    case Test.Suffix(var t, var cs) when cs -> t;
                    case Test.Contains(var t, var cs) when cs -> t;
                    case Test.Like(var parts, var cs) when cs -> longest(parts);
                    default -> "";
                };
        var best = longest(List.of(text.split("[^A-Za-z0-9 ._:=+@-]+")));
        return best.length() < 2 ? null : best.getBytes(StandardCharsets.US_ASCII);
    }

    private static String longest(List<String> parts) {
        var best = "";
        for (var part : new ArrayList<>(parts)) {
            best = part.length() > best.length() ? part : best;
        }
        return best;
    }

    /** What no event can say of itself: decided once per source. */
    private static boolean ofSource(Predicate.Field field) {
        return (field.field().equals("source.kind") || field.field().equals("source.path"))
                && !field.test().looksAside();
    }

    private byte bySource(Leaf leaf, int number) {
        if (leaf.bySource[number] == 0) {
            var source = sources.get(number);
            var text =
                    leaf.field.field().equals("source.kind") ? source.kind().id() : source.path();
            var values =
                    List.<JsonNode>of(
                            tools.jackson.databind.node.JsonNodeFactory.instance.stringNode(text));
            leaf.bySource[number] = verdict(leaf.field.test(), values);
        }
        return leaf.bySource[number];
    }
}
