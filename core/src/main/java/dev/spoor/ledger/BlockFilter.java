package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import dev.spoor.query.EventSearch.Made;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
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

    private static final Rows NO_ROWS = new Rows(new BitSet(0), new BitSet(0));

    private final SegmentReader segment;
    private final BlockMasks masks;
    private final Asked asked;
    private final Map<Predicate.Field, Leaf> leaves = new IdentityHashMap<>();

    /** What leaves asked several times answer in one block. */
    private final Map<Leaf, Rows> known = new IdentityHashMap<>();

    /** The same of parts that several conditions have and codes tell. */
    private final Map<Predicate, Rows> knownParts = new IdentityHashMap<>();

    /** Of the same block: rows that may have members of which fields are made. */
    private final Map<Set<String>, BitSet> withMembers = new HashMap<>();

    /** Of the same block, by column and row: request URIs that were written out. */
    private final Map<Integer, byte[]> uris = new HashMap<>();

    private @Nullable Block knownOf;

    BlockFilter(SegmentReader segment, BlockMasks masks, Asked asked) {
        this.segment = segment;
        this.masks = masks;
        this.asked = asked;
        for (var column : segment.columns) {
            if (column.look() == Column.Look.URI) {
                written.add(column.path());
            }
        }
    }

    /** What one leaf answers in this segment. */
    private static final class Leaf {
        final Predicate.Field field;

        /** By form and column: by dictionary code. */
        final Map<Long, byte[]> verdicts = new HashMap<>();

        /** By column: blocks that hold a dictionary value that may pass. */
        final Map<Integer, Long> ofCodes = new HashMap<>();

        /** Where the field stands, by form. */
        final Map<Long, Supply> supplies = new HashMap<>();

        /** Whether its field is made of others, and of which. */
        final Made made;

        /** Blocks that can hold an answer; told once. */
        long blocks;

        boolean blocksTold;

        /** The identifiers that an exact test asks for. */
        @Nullable UuidSet uuids;

        /** A part that every passing value has in its bytes. */
        final @Nullable Search part;

        /** What {@link Folded} values that pass must hold; null = that tells nothing. */
        final @Nullable Search small;

        /** Whether the part could be written differently in a number (1e3, 1E+3). */
        final boolean numeric;

        /** Whether its field is told by one member, value by value. */
        final boolean derived;

        /**
         * @param part null where the values are made of others
         */
        Leaf(Predicate.Field field, Made made, @Nullable Search part) {
            this.field = field;
            this.made = made;
            this.exact = exact(field.test());
            this.folded =
                    field.test() instanceof Test.Equal(var text, var cs) && !cs
                            ? Supply.folded(text)
                            : null;
            this.derived = made.alone() && !field.test().looksAside();
            this.part = part;
            this.numeric = part != null && numeric(part.part);
            var small = made.made() ? null : Folded.part(field.test());
            this.small = small == null || numeric(small.part) ? null : small;
        }

        /** Whether a value of the column cannot pass, by its bytes. */
        boolean absent(Column.Type type, byte[] bytes, int from, int to) {
            var asked = partIn(type);
            return asked != null
                    && !asked.in(bytes, from, to)
                    && !Search.UNICODE_ESCAPE.in(bytes, from, to);
        }

        /** The part that must stand in the bytes of a value of a column of this type. */
        @Nullable Search partIn(Column.Type type) {
            return numeric && type != Column.Type.STRING ? null : part;
        }

        /** Whether it holds where there is no value. */
        boolean ofNothing() {
            return field.test() instanceof Test.IsNull;
        }

        /** Texts one of which the value must be; null for other tests. */
        final @Nullable Set<String> exact;

        /** The text that the value must be in any case, {@link Supply#folded}; or null. */
        final @Nullable String folded;

        private static @Nullable Set<String> exact(Test test) {
            return switch (test) {
                case Test.OneOf(var texts) -> texts;
                case Test.Equal(var text, var caseSensitive) when caseSensitive -> Set.of(text);
                default -> null;
            };
        }

        /** Whether an index tells which values of a dictionary pass. */
        boolean indexed() {
            return exact != null || folded != null;
        }

        /** Whether the codes that pass are fewer than those of a block usually are. */
        boolean few() {
            return folded != null || exact != null && exact.size() <= 8;
        }

        /** Takes the codes of the column's dictionary values that pass. */
        void codes(Supply supply, int column, IntConsumer each) {
            if (folded != null) {
                for (int code : supply.codesOfFolded(column, folded)) {
                    each.accept(code);
                }
            }
            for (var text : exact == null ? Set.<String>of() : exact) {
                for (int code : supply.codesOf(column, text)) {
                    each.accept(code);
                }
            }
        }
    }

    private Supply supply(Leaf leaf, Source source) {
        long form = BlockMasks.form(source);
        var known = leaf.supplies.get(form);
        if (known == null) {
            known =
                    leaf.derived
                            ? derived(leaf.field.field(), source)
                            : masks.supply(source, leaf.field.field());
            leaf.supplies.put(form, known);
        }
        return known;
    }

    private Supply derived(String field, Source source) {
        var derived = asked.derived(field, source);
        return new Supply(masks.supply(source, derived.member), derived);
    }

    private Leaf leaf(Predicate.Field field) {
        var known = leaves.get(field);
        if (known == null) {
            var made = asked.made(field.field());
            known = new Leaf(field, made, made.made() ? null : asked.part(field));
            leaves.put(field, known);
        }
        return known;
    }

    // --- which blocks

    /** Blocks of the segment that can hold an answer to a condition, as bits. */
    long blocks(Predicate part) {
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
            case Predicate.Field field -> {
                var leaf = leaf(field);
                if (!leaf.blocksTold) {
                    leaf.blocks = blocks(leaf);
                    leaf.blocksTold = true;
                }
                yield leaf.blocks;
            }
        };
    }

    private long blocks(Leaf leaf) {
        if (asked.own) {
            return Asked.onlyGaps(leaf.field) ? masks.gaps() : masks.all();
        }
        if (Asked.ofSource(leaf.field)) {
            long forms = asked.formsOf(leaf.field);
            return forms == 0 ? 0 : masks.ofForms(forms);
        }
        if (leaf.made.made() && !leaf.derived) {
            return leaf.ofNothing() ? masks.all() : masks.ofMembers(leaf.made.of(), asked.forms);
        }
        if (leaf.field.test().looksAside()) {
            return masks.all();
        }
        long found = 0;
        long open = 0;
        for (var form : asked.forms.entrySet()) {
            if (Supply.direct(form.getValue(), leaf.field.field())) {
                found |= blocks(leaf, form.getValue()) & masks.ofForms(form.getKey());
            } else {
                open |= form.getKey();
            }
        }
        return found | (open == 0 ? 0 : masks.ofForms(open));
    }

    private long blocks(Leaf leaf, Source source) {
        var supply = supply(leaf, source);
        long found = supply.ask() | (leaf.ofNothing() ? supply.missing() : 0);
        for (int column : supply.columns) {
            if (segment.columns.get(column).look() == Column.Look.URI) {
                found |= masks.ofColumn(column);
                continue;
            }
            found |= literals(leaf, column);
            var codes = segment.values(column).masks();
            if (leaf.indexed() && !supply.unread(column)) {
                var blocks = new long[1];
                leaf.codes(supply, column, code -> blocks[0] |= codes[code]);
                found |= blocks[0];
                continue;
            }
            var verdicts = verdicts(leaf, source, supply, column);
            for (int code = 0; code < verdicts.length; code++) {
                if (verdicts[code] != NO) {
                    found |= codes[code];
                }
            }
        }
        return found;
    }

    /** Blocks that can hold an answer among the literals of the column. */
    private long literals(Leaf leaf, int column) {
        long found = masks.literals(column);
        if (segment.columns.get(column).look() != Column.Look.UUID) {
            var part = leaf.partIn(type(column));
            return masks.holding(column, part == null ? null : part.part, found);
        }
        var exact = leaf.exact;
        if (exact == null) {
            return found;
        }
        if (leaf.uuids == null) {
            leaf.uuids = UuidSet.of(exact);
        }
        return masks.holding(column, leaf.uuids, found);
    }

    private Column.Type type(int column) {
        return segment.columns.get(column).type();
    }

    // --- which rows

    /** The rows of a block that hold, and that may hold; the caller's own. */
    Rows rows(Predicate condition, Block block) {
        if (knownOf != block) {
            known.clear();
            knownParts.clear();
            withMembers.clear();
            uris.clear();
            knownOf = block;
        }
        rest = condition;
        if (condition instanceof Predicate.All(var parts)) {
            var open = new ArrayList<Predicate>();
            var rows = all(parts, block, block.all(), open);
            rest = new Predicate.All(open);
            return rows == NO_ROWS ? new Rows(new BitSet(0), new BitSet(0)) : rows;
        }
        var rows = rows(condition, block, block.all());
        return new Rows((BitSet) rows.must().clone(), (BitSet) rows.may().clone());
    }

    /** What is left to be asked of the rows that may hold, of the last condition. */
    Predicate rest() {
        return rest;
    }

    private Predicate rest = new Predicate.Everything();

    /**
     * Evaluates a part.
     *
     * @param wanted rows whose answer matters; the others may be told either way
     * @return not to be changed
     */
    private Rows rows(Predicate part, Block block, BitSet wanted) {
        boolean shared =
                !(part instanceof Predicate.Field) && asked.repeated(part) && cost(part) == BY_CODE;
        if (!shared) {
            return told(part, block, wanted);
        }
        var known = knownParts.get(part);
        if (known == null) {
            known = told(part, block, block.all());
            knownParts.put(part, known);
        }
        return known;
    }

    private Rows told(Predicate part, Block block, BitSet wanted) {
        return switch (part) {
            case Predicate.Everything() -> new Rows(block.all(), block.all());
            case Predicate.Text _ -> new Rows(new BitSet(), block.all());
            case Predicate.Not(var inner) -> {
                var rows = rows(inner, block, wanted);
                yield new Rows(without(block.all(), rows.may()), without(block.all(), rows.must()));
            }
            case Predicate.All(var parts) -> all(parts, block, wanted, new ArrayList<>());
            case Predicate.Any(var parts) -> {
                var rows = new Rows(new BitSet(block.rows()), new BitSet(block.rows()));
                var open = wanted;
                for (var each : parts) {
                    var more = rows(each, block, open);
                    if (more.may().isEmpty()) {
                        continue;
                    }
                    rows.must().or(more.must());
                    rows.may().or(more.may());
                    open = without(open, more.must());
                }
                yield rows;
            }
            case Predicate.Field field -> field(leaf(field), block, wanted);
        };
    }

    private static BitSet without(BitSet all, BitSet some) {
        var rest = (BitSet) all.clone();
        rest.andNot(some);
        return rest;
    }

    /**
     * What is quickly told comes first and leaves the others fewer rows.
     *
     * @param open takes the parts that do not hold for all rows that are left
     */
    private Rows all(List<Predicate> parts, Block block, BitSet wanted, List<Predicate> open) {
        long bit = 1L << block.entry().index();
        for (var each : parts) {
            if (each instanceof Predicate.Field && (blocks(each) & bit) == 0) {
                return NO_ROWS;
            }
        }
        var must = (BitSet) block.all().clone();
        var may = (BitSet) wanted.clone();
        var told = new ArrayList<Rows>(parts.size());
        var order = new ArrayList<Predicate>(parts.size());
        for (int cost = BY_CODE; cost <= BY_WRITTEN; cost++) {
            for (var each : parts) {
                if (cost(each) != cost) {
                    continue;
                }
                if (may.isEmpty()) {
                    return NO_ROWS;
                }
                var more = rows(each, block, may);
                must.and(more.must());
                may.and(more.may());
                told.add(more);
                order.add(each);
            }
        }
        must.and(may);
        for (int i = 0; i < told.size() && !must.equals(may); i++) {
            if (!without(may, told.get(i).must()).isEmpty()) {
                open.add(order.get(i));
            }
        }
        return new Rows(must, may);
    }

    /** What it takes to tell a part of a block: codes compared. */
    private static final int BY_CODE = 0;

    /** Values looked at. */
    private static final int BY_VALUE = 1;

    /** Values that are written out first, as request URIs. */
    private static final int BY_WRITTEN = 2;

    private final Map<Predicate, Integer> costs = new IdentityHashMap<>();

    private int cost(Predicate part) {
        var known = costs.get(part);
        if (known == null) {
            known =
                    switch (part) {
                        case Predicate.Everything() -> BY_CODE;
                        case Predicate.Text _ -> BY_VALUE;
                        case Predicate.Not(var inner) -> cost(inner);
                        case Predicate.All(var parts) -> dearest(parts);
                        case Predicate.Any(var parts) -> dearest(parts);
                        case Predicate.Field field -> cost(leaf(field));
                    };
            costs.put(part, known);
        }
        return known;
    }

    private int dearest(List<Predicate> parts) {
        int most = BY_CODE;
        for (var part : parts) {
            most = Math.max(most, cost(part));
        }
        return most;
    }

    private int cost(Leaf leaf) {
        if (leaf.made.made() && !leaf.derived) {
            return BY_CODE; // only shapes are looked at
        }
        var path = leaf.derived ? leaf.made.of().iterator().next() : leaf.field.field();
        if (written.contains(path)) {
            return BY_WRITTEN;
        }
        return leaf.derived
                        || leaf.indexed()
                        || leaf.field.test() instanceof Test.IsNull
                        || leaf.field.test() instanceof Test.Exists
                ? BY_CODE
                : BY_VALUE;
    }

    /** Paths whose values are not kept as they are. */
    private final Set<String> written = new HashSet<>();

    private Rows field(Leaf leaf, Block block, BitSet wanted) {
        if ((blocks(leaf.field) & 1L << block.entry().index()) == 0) {
            return NO_ROWS;
        }
        boolean repeated = asked.repeated(leaf.field);
        if (repeated) {
            var told = known.get(leaf);
            if (told != null) {
                return told;
            }
        }
        var rows = new Rows(new BitSet(block.rows()), new BitSet(block.rows()));
        boolean whole = true;
        for (var like : block.rowsByForm().values()) {
            whole &= form(leaf, block, block.sources[like.nextSetBit(0)], like, wanted, rows);
        }
        if (repeated && whole) {
            known.put(leaf, rows);
        }
        return rows;
    }

    /**
     * Rows of one form: those of the sources like this one.
     *
     * @return whether all rows were told, not only those that are wanted
     */
    private boolean form(
            Leaf leaf, Block block, int number, BitSet like, BitSet wanted, Rows rows) {
        if (number >= 0 && Asked.ofSource(leaf.field)) {
            var holds = asked.bySource(leaf.field);
            for (int row = like.nextSetBit(0); row >= 0; row = like.nextSetBit(row + 1)) {
                if (holds[block.sources[row]]) {
                    rows.must().set(row);
                    rows.may().set(row);
                }
            }
            return true;
        }
        if (number < 0) {
            rows.may().or(like);
            return true;
        }
        var source = asked.sources.get(number);
        if (leaf.made.made() && !leaf.derived) {
            made(leaf, block, source, like, rows);
            return true;
        }
        if (!Supply.direct(source, leaf.field.field())) {
            rows.may().or(like);
            return true;
        }
        var supply = supply(leaf, source);
        if (leaf.field.test().looksAside()) {
            aside(leaf, supply, block, source, like, rows);
            return true;
        }
        boolean each = false;
        for (int shape : block.shapesPresent()) {
            int column = supply.byShape[shape];
            each |= column == Supply.ASK || column == Supply.MISSING && leaf.ofNothing();
        }
        if (each) {
            var shapes = block.shapes;
            var byShape = supply.byShape;
            boolean nothing = leaf.ofNothing();
            for (int row = 0; row < shapes.count; row++) {
                int column = byShape[shapes.at(row)];
                boolean missing = nothing && column == Supply.MISSING;
                if ((missing || column == Supply.ASK) && like.get(row)) {
                    rows.may().set(row);
                    rows.must().set(row, missing);
                }
            }
        }
        boolean whole = true;
        for (int column : supply.columns) {
            if (block.has(column)) {
                whole &= values(leaf, block, source, supply, column, like, wanted, rows);
            }
        }
        return whole;
    }

    /** A field that is made of others has no value where these are missing. */
    private void made(Leaf leaf, Block block, Source source, BitSet like, Rows rows) {
        boolean known =
                !leaf.made.of().isEmpty() && Lens.identity(source.kind(), source.wrapping());
        if (!known) {
            rows.may().or(like);
            return;
        }
        var having = (BitSet) like.clone();
        having.and(withMembers.computeIfAbsent(leaf.made.of(), of -> rowsWith(of, block)));
        rows.may().or(having);
        if (leaf.ofNothing()) {
            rows.may().or(like);
            rows.must().or(without(like, having));
        }
    }

    /** Rows that may have one of the members. */
    private BitSet rowsWith(Set<String> members, Block block) {
        var shapes = masks.shapesWith(members);
        var having = new BitSet(block.rows());
        for (int row = 0; row < block.rows(); row++) {
            if (shapes[block.shapes.at(row)]) {
                having.set(row);
            }
        }
        return having;
    }

    /** A field that is compared with another has to be there, and the other one, too. */
    private void aside(
            Leaf leaf, Supply supply, Block block, Source source, BitSet like, Rows rows) {
        var other =
                switch (leaf.field.test()) {
                    case Test.FieldEqual(var name, _, _, _) -> name;
                    case Test.FieldCompare(_, var name) -> name;
                    default -> null;
                };
        var beside =
                other == null || !Supply.direct(source, other)
                        ? supply
                        : masks.supply(source, other);
        for (int row = like.nextSetBit(0); row >= 0; row = like.nextSetBit(row + 1)) {
            int shape = block.shapes.at(row);
            if (supply.byShape[shape] != Supply.MISSING
                    && beside.byShape[shape] != Supply.MISSING) {
                rows.may().set(row);
            }
        }
    }

    /** Decides the rows whose field is supplied by this column. */
    private boolean values(
            Leaf leaf,
            Block block,
            Source source,
            Supply supply,
            int index,
            BitSet like,
            BitSet wanted,
            Rows rows) {
        var look = segment.columns.get(index).look();
        if (look == Column.Look.URI && 8 * wanted.cardinality() < block.rows()) {
            uris(leaf, block, supply, index, like, wanted, rows);
            return false;
        }
        var column = block.readable(index);
        var verdicts =
                look == Column.Look.URI ? NO_VERDICTS : verdicts(leaf, source, supply, index);
        var rowOf = block.rowsOf(index);
        boolean alone = supply.columns.length == 1 && like.cardinality() == block.rows();
        var part = leaf.partIn(type(index));
        if (part != null
                && part.part.length > 2
                && look != Column.Look.URI
                && column.literalCount > 0
                && column.unwritten() == 0) {
            masks.learnedTexts(block, index);
        }
        var found = found(leaf, supply, block, index, column, part);
        boolean known = (blocksOfCodes(leaf, index, verdicts) >>> block.entry().index() & 1) == 0;
        if (known && (found == NONE_FOUND || column.literalCount == 0)) {
            return true; // none of its values is here
        }
        var ruling =
                new Ruling(leaf, supply, index, column, rowOf, block, alone, like, wanted, rows);
        if (!known) {
            byCode(ruling, verdicts, leaf.few() && !supply.unread(index));
        }
        return found == NONE_FOUND || byLiteral(ruling, found);
    }

    /**
     * Tells the values that are in the dictionary.
     *
     * @param few whether an index tells which codes pass
     */
    private void byCode(Ruling ruling, byte[] verdicts, boolean few) {
        var column = ruling.column;
        var told = new byte[column.codes.length]; // by id
        boolean yes = false;
        boolean ask = false;
        if (few) {
            ruling.leaf.codes(
                    ruling.supply,
                    ruling.index,
                    code -> {
                        int id = column.id(code);
                        if (id >= 0) {
                            told[id] = YES;
                        }
                    });
        }
        for (int id = Format.FIRST_LOCAL; id < told.length; id++) {
            if (!few) {
                told[id] = verdicts[column.codes[id]];
            }
            yes |= told[id] == YES;
            ask |= told[id] == ASK;
        }
        if (yes) {
            passing(ruling, told, YES);
        }
        if (ask) {
            passing(ruling, told, ASK);
        }
    }

    /** Tells the values of the ids that have this verdict. */
    private void passing(Ruling ruling, byte[] told, byte verdict) {
        var column = ruling.column;
        var byId = column.byId();
        if (byId == null) {
            ruling.tell(column.ids.among(told, verdict), verdict);
            return;
        }
        for (int id = Format.FIRST_LOCAL; id < told.length; id++) {
            for (int i = byId.starts()[id]; told[id] == verdict && i < byId.starts()[id + 1]; i++) {
                ruling.tell(ruling.rowOf[byId.values()[i]], verdict);
            }
        }
    }

    /**
     * Tells the literals.
     *
     * @param found by literal: what is known; null = nothing
     * @return false when some were not told
     */
    private boolean byLiteral(Ruling ruling, byte @Nullable [] found) {
        var column = ruling.column;
        if (column.literalCount == 0) {
            return true;
        }
        boolean whole = true;
        for (int value = 0; value < column.count; value++) {
            int literal = column.literal(value);
            if (literal >= 0) {
                byte verdict = found == null ? 0 : found[literal];
                whole &= verdict == NO || tell(ruling, verdict, value);
            }
        }
        return whole;
    }

    /** What the values of a column in a block are told into. */
    private record Ruling(
            Leaf leaf,
            Supply supply,
            int index,
            DecodedColumn column,
            short[] rowOf,
            Block block,
            boolean alone,
            BitSet like,
            BitSet wanted,
            Rows rows) {
        boolean supplies(int row) {
            return alone || like.get(row) && supply.byShape[block.shapes.at(row)] == index;
        }

        void tell(int row, byte verdict) {
            if (supplies(row)) {
                BlockFilter.tell(verdict, row, rows);
            }
        }

        /** Tells the values whose bits are set. */
        void tell(long[] values, byte verdict) {
            if (alone && rowOf.length == block.rows()) {
                var some = BitSet.valueOf(values);
                rows.may.or(some);
                if (verdict == YES) {
                    rows.must.or(some);
                }
                return;
            }
            for (int i = 0; i < values.length; i++) {
                for (long bits = values[i]; bits != 0; bits &= bits - 1) {
                    tell(rowOf[i * 64 + Long.numberOfTrailingZeros(bits)], verdict);
                }
            }
        }
    }

    /**
     * @param verdict not {@link #NO}; 0 = the value is to be looked at
     * @return false when it was not told
     */
    private boolean tell(Ruling ruling, byte verdict, int value) {
        int row = ruling.rowOf[value];
        if (!ruling.supplies(row)) {
            return true;
        }
        if (verdict == 0 && !ruling.wanted.get(row)) {
            return false;
        }
        byte told =
                verdict != 0
                        ? verdict
                        : literal(ruling.leaf, ruling.supply, ruling.index, ruling.column, value);
        tell(told, row, ruling.rows);
        return true;
    }

    private static void tell(byte verdict, int row, Rows rows) {
        if (verdict == YES) {
            rows.must().set(row);
        }
        if (verdict != NO) {
            rows.may().set(row);
        }
    }

    private static final byte[] NO_VERDICTS = {};

    /** Blocks that hold a dictionary value that may pass. */
    private long blocksOfCodes(Leaf leaf, int column, byte[] verdicts) {
        var told = leaf.ofCodes.get(column);
        if (told != null) {
            return told;
        }
        long found = 0;
        if (verdicts.length > 0) {
            var codes = segment.values(column).masks();
            for (int code = 0; code < verdicts.length; code++) {
                found |= verdicts[code] != NO ? codes[code] : 0;
            }
        }
        leaf.ofCodes.put(column, found);
        return found;
    }

    /** Few request URIs are written out one by one, not with all others of the block. */
    private void uris(
            Leaf leaf,
            Block block,
            Supply supply,
            int index,
            BitSet like,
            BitSet wanted,
            Rows rows) {
        for (int row = wanted.nextSetBit(0); row >= 0; row = wanted.nextSetBit(row + 1)) {
            if (!like.get(row) || supply.byShape[block.shapes.at(row)] != index) {
                continue;
            }
            int at = row;
            var uri =
                    uris.computeIfAbsent(
                            index * Format.BLOCK_EVENTS + row, _ -> block.uri(index, at).copy());
            byte verdict =
                    leaf.absent(type(index), uri, 0, uri.length)
                            ? NO
                            : verdict(leaf.field.test(), supply.read(index, uri, 0, uri.length));
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
            @Nullable Search part) {
        if (part == null
                || column.literalCount == 0
                || column.unwritten() > 0
                || mayEscape(block, index, column)) {
            return null;
        }
        var verdicts = new byte[column.literalCount];
        Arrays.fill(verdicts, NO);
        var any = new boolean[1];
        // Of a text the part alone is asked, and it stands there unescaped
        boolean whole =
                leaf.field.test() instanceof Test.Contains(var text, var cs)
                        && cs
                        && type(index) == Column.Type.STRING
                        && segment.columns.get(index).path().equals(supply.field)
                        && Arrays.equals(text.getBytes(StandardCharsets.UTF_8), part.part);
        part.each(
                column,
                (literal, at) -> {
                    boolean plain = whole && !Search.escapedBefore(column, literal, at);
                    verdicts[literal] = plain ? YES : 0;
                    any[0] = true;
                    return plain || !whole;
                });
        return any[0] ? verdicts : NONE_FOUND;
    }

    /** No literal has the part. */
    private static final byte[] NONE_FOUND = {};

    private boolean mayEscape(Block block, int index, DecodedColumn column) {
        return segment.columns.get(index).look() == Column.Look.URI
                ? column.escapes()
                : masks.mayEscape(block, index);
    }

    private byte literal(Leaf leaf, Supply supply, int index, DecodedColumn column, int value) {
        var entry = segment.columns.get(index);
        if (column.uuid(value) && entry.path().equals(leaf.field.field())) {
            var exact = leaf.exact;
            if (exact != null) {
                if (leaf.uuids == null) {
                    leaf.uuids = UuidSet.of(exact);
                }
                return leaf.uuids.contains(column.high(value), column.low(value)) ? YES : NO;
            }
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
        if (leaf.indexed() && !supply.unread(column)) {
            Arrays.fill(verdicts, NO);
            leaf.codes(supply, column, code -> verdicts[code] = YES);
            return;
        }
        each(leaf, supply, column, verdicts);
    }

    private void each(Leaf leaf, Supply supply, int column, byte[] verdicts) {
        var dictionary = segment.values(column);
        if (leaf.small != null) {
            Arrays.fill(verdicts, NO);
            segment.folded(column).holding(leaf.small).stream()
                    .forEach(code ->
                            verdicts[code] =
                                    verdict(leaf.field.test(), supply.ofCode(column, code)));
            return;
        }
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
     * Bytes that stand in every passing value, however it is escaped but for {@code \\u}: of what
     * JSON never escapes otherwise, so without quotes, slashes and control characters.
     */
    static @Nullable Search literalPart(Test test) {
        var text =
                switch (test) {
                    case Test.Equal(var t, var cs) when cs -> t;
                    case Test.Prefix(var t, var cs) when cs -> t;
                    case Test.Suffix(var t, var cs) when cs -> t;
                    case Test.Contains(var t, var cs) when cs -> t;
                    case Test.Like(var parts, var cs) when cs -> longest(parts);
                    default -> "";
                };
        var best = longest(List.of(ESCAPED.split(text)));
        return best.length() < 2 ? null : new Search(best.getBytes(StandardCharsets.UTF_8));
    }

    private static final Pattern ESCAPED =
            Pattern.compile("[\"\\\\/\\x00-\\x1f\\x7f\\ud800-\\udfff\\ufffd\ue000]+");

    /** Whether it could be written otherwise where it stands in a number. */
    private static boolean numeric(byte[] part) {
        for (byte b : part) {
            if ("-+0123456789.eE".indexOf(b) < 0) {
                return false;
            }
        }
        return true;
    }

    private static String longest(List<String> parts) {
        var best = "";
        for (var part : new ArrayList<>(parts)) {
            best = part.length() > best.length() ? part : best;
        }
        return best;
    }
}
