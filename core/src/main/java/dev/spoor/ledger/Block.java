package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Escape;
import dev.spoor.event.Escaping;
import dev.spoor.event.Ranges;
import dev.spoor.event.Source;
import dev.spoor.fault.Tampered;
import dev.spoor.ledger.SegmentReader.BlockEntry;
import dev.spoor.ledger.SegmentReader.ShapeEntry;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One block, decoded column by column as they are asked for. Rows are given in rising order by
 * {@link #seek}; the bytes of a row are put together by {@link #view} and {@link #original}. Not
 * thread-safe.
 */
final class Block {
    private final SegmentReader segment;
    private final BlockEntry entry;
    private final @Nullable DecodedColumn[] columns; // by segment column
    private final Map<BitSet, short[]> rowsByShapes = new HashMap<>();
    private final short[] @Nullable [] rowsByColumn;
    private final Map<Integer, DecodedColumn> written = new HashMap<>();
    private final SegmentReader.Groups groups;
    private final int[] cursors; // by group of columns: index of the current row's value
    private final int[] chunk; // by segment column: position in the block + 1
    private final Bytes row = new Bytes(4096);
    private int at;

    /** Columns that do not hold, and {@link #BODIES}. */
    private final Map<Integer, Tampered> damaged = new HashMap<>();

    private static final int BODIES = -1;
    private boolean bodiesPlaced;
    private @Nullable List<Bytes.In> smalls;
    private boolean basesRead;
    private long @Nullable [] bases;

    /** By row: the number of its shape in the segment. */
    final Narrow shapes;

    final int[] sources;
    private Bytes.@Nullable In rest; // of the rows' section, while it is at hand
    private @Nullable Rest told;
    private final Map<Long, BitSet> rowsByForm = new LinkedHashMap<>();
    private int @Nullable [] shapesPresent;
    private @Nullable RowTimes times;
    private @Nullable BitSet all;
    private long weight;
    private byte @Nullable [] originals;
    private int[] originalEnds = new int[0];
    private int originalAt; // originals before the row below
    private int originalRow;

    Block(SegmentReader segment, BlockEntry entry) {
        this.segment = segment;
        this.entry = entry;
        int count = segment.columns.size();
        columns = new DecodedColumn[count];
        rowsByColumn = new short[count][];
        groups = segment.groups();
        cursors = new int[groups.count()];
        chunk = new int[count];
        columnsByShape = new DecodedColumn[segment.shapes.size()][];
        for (int i = 0; i < entry.columns().length; i++) {
            chunk[entry.columns()[i]] = i + 1;
        }
        var in = new Bytes.In(segment.read(entry.rowsSection()), entry.rowsSection().place());
        int rows = rows(in);
        shapes = Narrow.read(in, rows);
        if (!shapes.below(segment.shapes.size())) {
            throw in.bad("names a shape that is not there");
        }
        var steps = Numbers.exactly(in, rows);
        Numbers.sum(steps);
        sources = segment.shared(Numbers.ints(steps));
        checkSources(steps, in);
        rest = in;
        weight = 1024L + 16L * count + shapes.weight() + 4L * columnsByShape.length;
    }

    private int rows(Bytes.In in) {
        int rows = in.count(Format.BLOCK_EVENTS);
        if (rows != entry.rows()) {
            throw in.bad(rows + " rows (expected: " + entry.rows() + ")");
        }
        return rows;
    }

    /** Lets go of what can be read again and most questions never need. */
    void slim() {
        rest = null;
        fewBefore |= few;
        few = false;
        if (bases != null) {
            weight -= 8L * bases.length;
            bases = null;
            basesRead = false;
        }
    }

    /** Bytes of bodies that it holds: much, and seldom asked for. */
    long bodiesWeight() {
        return bodiesWeight;
    }

    /** Lets go of the bodies: they are unpacked again when somebody asks for one. */
    void dropBodies() {
        if (bodies == null) {
            return;
        }
        bodies = null;
        for (int i = 0; i < columns.length; i++) {
            var column = columns[i];
            if (column != null && column.shared) {
                column.literals = NO_BYTES;
            }
        }
        bodiesWeight = 0;
    }

    private static final byte[] NO_BYTES = {};

    /** Who unpacks bodies of which single ones are asked; null = they are held. */
    private @Nullable LentBodies lent;

    void lend(LentBodies bodies) {
        lent = bodies;
    }

    /** As they stand sealed, opened: no key is needed again. */
    private byte @Nullable [] packedBodies;

    private LentBodies.@Nullable Frames frames;

    /** Whether the visit before asked for bodies, but for few; and whether this one does. */
    private boolean fewBefore;

    private boolean few;

    /** What their values' lengths say. */
    private int bodiesLength;

    private final LentBodies.Packed packed =
            new LentBodies.Packed() {
                @Override
                public byte[] unpackInto(byte[] place) {
                    var known = packedBodies;
                    if (known == null) {
                        known = segment.opened(entry.bodies());
                        packedBodies = known;
                        weight += known.length;
                    }
                    return segment.unpacked(known, entry.bodies(), bodiesLength, place);
                }

                @Override
                public int length() {
                    return bodiesLength;
                }

                @Override
                public LentBodies.@Nullable Frames frames() {
                    return frames;
                }

                @Override
                public void keep(LentBodies.Frames all) {
                    frames = all;
                    weight += all.weight() - (packedBodies == null ? 0 : packedBodies.length);
                    packedBodies = null;
                }
            };

    /** All of them, where they are held. */
    private byte @Nullable [] bodies;

    private long bodiesWeight;

    /** The rows' section from what {@link #readRest} reads on. */
    private Bytes.In rest() {
        var known = rest;
        if (known == null) {
            known = new Bytes.In(segment.read(entry.rowsSection()), entry.rowsSection().place());
            int rows = rows(known);
            Narrow.read(known, rows);
            Numbers.exactly(known, rows);
        }
        rest = null;
        return known;
    }

    /** Of the rows, what only whole events need. */
    record Rest(Longs lines, Longs items, Longs flags, Longs received) {
        /** How the original differs from the view, as the ordinal of {@link Escape}. */
        int escape(int row) {
            return (int) flags.at(row) >>> 4;
        }
    }

    Rest told() {
        var known = told;
        if (known == null) {
            known = readRest();
            told = known;
            weight +=
                    known.lines.weight()
                            + known.items.weight()
                            + known.flags.weight()
                            + known.received.weight();
        }
        return known;
    }

    private Rest readRest() {
        var in = rest();
        int rows = rows();
        var lines = Numbers.exactly(in, rows);
        sumLines(lines);
        var items = Numbers.exactly(in, rows);
        sumItems(items);
        var flags = Numbers.exactly(in, rows);
        long first = in.i64();
        var received = Numbers.exactly(in, rows);
        Numbers.sum(received);
        add(received, first);
        in.done();
        return new Rest(Longs.of(lines), Longs.of(items), Longs.of(flags), Longs.of(received));
    }

    // Each loop stands alone: the compiler leaves a method of many loops in the middle of each

    private void checkSources(long[] told, Bytes.In in) {
        int declared = segment.sources().size();
        for (long source : told) {
            if (source < Ledger.ERASED || source >= declared) {
                throw in.bad("names source " + source);
            }
        }
    }

    private static void sumLines(long[] lines) {
        long last = 0;
        for (int i = 0; i < lines.length; i++) {
            last += Numbers.unzigzag(lines[i]) + 1;
            lines[i] = last;
        }
    }

    private static void sumItems(long[] items) {
        long last = 0;
        for (int i = 0; i < items.length; i++) {
            last = items[i] == 0 ? 0 : items[i] == 1 ? last + 1 : items[i] - 2;
            items[i] = last;
        }
    }

    private static void add(long[] values, long more) {
        for (int i = 0; i < values.length; i++) {
            values[i] += more;
        }
    }

    /** Roughly the bytes of memory that the decoded parts take. */
    long weight() {
        long bytes = weight + bodiesWeight;
        for (var column : columns) {
            if (column != null) {
                bytes += column.weight();
            }
        }
        return bytes;
    }

    /** The shapes of its rows, each once. */
    int[] shapesPresent() {
        if (shapesPresent == null) {
            var seen = new boolean[segment.shapes.size()];
            for (int row = 0; row < shapes.count; row++) {
                seen[shapes.at(row)] = true;
            }
            shapesPresent = IntStream.range(0, seen.length).filter(shape -> seen[shape]).toArray();
            weight += 16 + 4L * shapesPresent.length;
        }
        return shapesPresent;
    }

    /** By shape: whether a received event has it, not only Spoor's own. */
    boolean[] shapesReceived() {
        var received = new boolean[segment.shapes.size()];
        if (!rowsByForm().containsKey(BlockMasks.OWN)) {
            for (int shape : shapesPresent()) {
                received[shape] = true;
            }
            return received;
        }
        for (int row = 0; row < sources.length; row++) {
            received[shapes.at(row)] |= sources[row] >= 0;
        }
        return received;
    }

    /** Rows by the form of their source ({@link BlockMasks#form}); Spoor's own are one form. */
    Map<Long, BitSet> rowsByForm() {
        if (rowsByForm.isEmpty()) {
            int last = Integer.MIN_VALUE;
            BitSet bits = new BitSet();
            for (int row = 0; row < sources.length; row++) {
                int number = sources[row];
                if (number != last) {
                    last = number;
                    long form =
                            number < 0
                                    ? BlockMasks.OWN
                                    : BlockMasks.form(segment.sources().get(number).source());
                    bits = rowsByForm.computeIfAbsent(form, _ -> new BitSet());
                }
                bits.set(row);
            }
        }
        return rowsByForm;
    }

    /** By row: when it happened. */
    RowTimes times() {
        if (times == null) {
            var told = new long[rows()];
            Arrays.fill(told, Stamp.NONE);
            for (var form : rowsByForm().entrySet()) {
                int number = sources[form.getValue().nextSetBit(0)];
                if (number >= 0) {
                    times(segment.sources().get(number).source(), form.getValue(), told);
                }
            }
            times = new RowTimes(told);
            weight += times.weight();
        }
        return times;
    }

    private void times(Source source, BitSet rows, long[] times) {
        var paths = Segments.timePaths(source.kind(), source.wrapping());
        var columns = new HashSet<Integer>();
        var byShape = new int[segment.shapes.size()];
        Arrays.fill(byShape, -1);
        for (int shape : shapesPresent()) {
            int column = timeColumn(segment.shapes.get(shape), paths);
            byShape[shape] = column;
            if (column >= 0) {
                columns.add(column);
            }
        }
        for (int index : columns) {
            boolean known = this.columns[index] != null;
            var column = column(index);
            var rowOf = rowsOf(index);
            for (int value = 0; value < column.count; value++) {
                int row = rowOf[value];
                if (byShape[shapes.at(row)] == index && rows.get(row)) {
                    times[row] = column.stamp(value);
                }
            }
            if (!known) { // nobody else has asked for it: what was needed of it is kept
                this.columns[index] = null;
            }
        }
    }

    /** The shape's one column of a text at one of the paths, or -1. */
    private int timeColumn(ShapeEntry shape, List<String> paths) {
        int found = -1;
        for (int index : shape.columns()) {
            var column = segment.columns.get(index);
            if (column.type() == Column.Type.REST || column.type() == Column.Type.TOKEN) {
                return -1;
            }
            if (paths.contains(column.path())) {
                if (found >= 0 || column.type() != Column.Type.STRING) {
                    return -1;
                }
                found = index;
            }
        }
        return found;
    }

    /** All rows. Not to be changed. */
    BitSet all() {
        if (all == null) {
            all = new BitSet(rows());
            all.set(0, rows());
        }
        return all;
    }

    /** The forms of its events, as bits. */
    long forms() {
        long forms = 0;
        for (long form : rowsByForm().keySet()) {
            forms |= form;
        }
        return forms;
    }

    int rows() {
        return entry.rows();
    }

    long first() {
        return entry.first();
    }

    BlockEntry entry() {
        return entry;
    }

    SegmentReader segment() {
        return segment;
    }

    ShapeEntry shape(int row) {
        return segment.shapes.get(shapes.at(row));
    }

    boolean has(int column) {
        return chunk[column] != 0;
    }

    /** Whether a column is decoded already. */
    boolean knows(int column) {
        return columns[column] != null;
    }

    /** The same of its times. */
    boolean timesKnown() {
        return times != null;
    }

    /** A column of this block, decoded on first use; it must have one ({@link #has}). */
    DecodedColumn column(int index) {
        var column = columns[index];
        if (column == null) {
            hold(damaged.get(index));
            try {
                column = decode(index, chunk(chunk[index] - 1));
            } catch (Tampered e) {
                damaged.put(index, e);
                throw e;
            }
            columns[index] = column;
        }
        return column;
    }

    /** What did not hold once does not hold again, and is not read again. */
    private static void hold(@Nullable Tampered before) {
        if (before != null) {
            throw before;
        }
    }

    private Bytes.In chunk(int at) {
        var section = entry.chunks()[at];
        if (section.length() > 0) {
            return new Bytes.In(segment.read(section), section.place());
        }
        if (smalls == null) {
            smalls = segment.smalls(entry.small(), List.of(entry.chunks()), entry.chunks().length);
        }
        var known = smalls.get(at); // may be decoded again
        return new Bytes.In(known.array, known.at, known.end, section.place());
    }

    private DecodedColumn decode(int index, Bytes.In in) {
        int count = in.count(Format.BLOCK_EVENTS);
        var dictionary = segment.values(index);
        int distinct = in.count(Math.min(count, dictionary.size()));
        var local = codes(in, distinct, dictionary.size());
        var ids =
                in.u8() == 1
                        ? Narrow.same(count, in.count(distinct + (long) Format.FIRST_LOCAL))
                        : Narrow.read(in, count);
        if (!ids.below(distinct + Format.FIRST_LOCAL)) {
            throw in.bad("names an id that is not there");
        }
        int own = count(ids, 0);
        int texts = count(ids, 1);
        var column = new DecodedColumn(ids, local, own, texts, dictionary);
        literals(index, column, own, texts, in);
        in.done();
        return column;
    }

    private static int[] codes(Bytes.In in, int distinct, int size) {
        var steps = Numbers.exactly(in, distinct);
        var codes = new int[distinct + Format.FIRST_LOCAL];
        codes[0] = -1;
        codes[1] = -1;
        long code = 0;
        for (int i = 0; i < distinct; i++) {
            code += steps[i];
            codes[i + Format.FIRST_LOCAL] = (int) code;
            if (steps[i] < 0 || code < 0 || code >= size) {
                throw in.bad("names value " + code + " (expected: below " + size + ")");
            }
        }
        return codes;
    }

    private static int count(Narrow ids, int asked) {
        if (ids.bytes != null) {
            return count(ids.bytes, asked);
        }
        int count = 0;
        for (int i = 0; i < ids.count; i++) {
            count += ids.at(i) == asked ? 1 : 0;
        }
        return count;
    }

    private static int count(byte[] ids, int asked) {
        int count = 0;
        for (byte id : ids) {
            count += id == asked ? 1 : 0;
        }
        return count;
    }

    private void literals(int index, DecodedColumn column, int own, int texts, Bytes.In in) {
        int encoding = in.u8();
        var out = new Bytes(64 + (encoding == Format.LITERAL_INT ? own * 24 : 0));
        if (encoding != Format.LITERAL_UUID && encoding != Format.LITERAL_TIME) {
            column.placed();
        }
        switch (encoding) {
            case Format.LITERAL_NONE -> {
                if (own + texts > 0) {
                    throw in.bad("literals are missing");
                }
                return;
            }
            case Format.LITERAL_TEXT -> {
                texts(index, column, own, in);
                return;
            }
            case Format.LITERAL_INT -> {
                long last = 0;
                var deltas = Numbers.exactly(in, own);
                for (int i = 0; i < own; i++) {
                    last += Numbers.unzigzag(deltas[i]);
                    Uris.decimal(last, out);
                    end(column, i, out);
                }
            }
            case Format.LITERAL_UUID -> uuids(column, own, in);
            case Format.LITERAL_TIME -> times(index, column, own, in);
            case Format.LITERAL_BODY -> {
                var lengths = Numbers.exactly(in, own);
                for (int i = 0; i < own; i++) {
                    if (lengths[i] < 0 || lengths[i] > Format.SECTION_BYTES_MAX) {
                        throw in.bad("a length is out of range");
                    }
                    column.literalEnds[i] = (int) lengths[i]; // lengths until the bodies are placed
                }
                return;
            }
            case Format.LITERAL_URI -> numbers(column, in);
            default -> throw in.bad("an encoding of literals is not known");
        }
        text(column, own, texts, out, in);
        column.literals = out.array;
    }

    /** Literal {@code i} is what was appended since the one before. */
    private static void end(DecodedColumn column, int i, Bytes out) {
        column.literalStarts[i] = i == 0 ? 0 : column.literalEnds[i - 1];
        column.literalEnds[i] = out.size;
    }

    private void text(DecodedColumn column, int first, int count, Bytes out, Bytes.In in) {
        var lengths = Numbers.exactly(in, count);
        int place = first - column.unwritten();
        for (int i = 0; i < count; i++) {
            if (lengths[i] < 0 || lengths[i] > in.end - in.at) {
                throw in.bad("a length is out of range");
            }
            column.literalStarts[place + i] = out.size;
            out.bytes(in.array, in.at, (int) lengths[i]);
            in.at += (int) lengths[i];
            column.literalEnds[place + i] = out.size;
        }
    }

    private void texts(int index, DecodedColumn column, int own, Bytes.In in) {
        var base = new long[own];
        Arrays.fill(base, Stamp.NONE);
        var times = baseTimes();
        if (times != null) {
            var rows = spread(index, column.count);
            for (int i = 0; i < column.count; i++) {
                int literal = column.literal(i);
                if (literal >= 0 && literal < own) {
                    base[literal] = times[rows[i]];
                }
            }
        }
        var texts = TextReader.read(in, own, base);
        column.literals = texts.bytes;
        column.literalStarts = texts.starts;
        column.literalEnds = texts.ends;
    }

    private static void uuids(DecodedColumn column, int own, Bytes.In in) {
        var back = Numbers.exactly(in, own);
        int fresh = in.count(in.end - in.at);
        in.need(fresh);
        int base = in.at;
        in.at += fresh;
        int known = 0;
        var uuids = new long[2 * own];
        var pair = new Bytes.In(in.array, base, base + fresh, "identifiers");
        for (int i = 0; i < own; i++) {
            long at = back[i] == 0 ? known++ : known - back[i];
            if (at < 0 || (at + 1) * 16 > fresh) {
                throw in.bad("names an identifier that is not there");
            }
            pair.at = base + (int) at * 16;
            uuids[2 * i] = pair.i64();
            uuids[2 * i + 1] = pair.i64();
        }
        column.identifiers(uuids);
        column.placed();
    }

    private void times(int index, DecodedColumn column, int own, Bytes.In in) {
        boolean base = Segments.BASE_TIMES.contains(segment.columns.get(index).path());
        long common = in.varint();
        var digits = digits(Numbers.exactly(in, own), common, in);
        var nanos = Numbers.exactly(in, own);
        var baseTimes = base ? null : baseTimes();
        if (baseTimes == null) {
            sumTimes(nanos, digits);
        } else {
            addTimes(column, baseTimes, spread(index, column.count), nanos, digits);
        }
        column.times(nanos, digits);
        column.placed();
    }

    private static byte[] digits(long[] told, long common, Bytes.In in) {
        var digits = new byte[told.length];
        for (int i = 0; i < digits.length; i++) {
            long fraction = told[i] ^ common;
            if (fraction < 1 || fraction > 9) {
                throw in.bad("a time has " + fraction + " digits");
            }
            digits[i] = (byte) fraction;
        }
        return digits;
    }

    /** Ticks, each a step from the time before it, become times. */
    private static void sumTimes(long[] ticks, byte[] digits) {
        int digitsOfUnit = 0;
        long unit = 1;
        long tick = 0; // the last time in units
        for (int i = 0; i < ticks.length; i++) {
            if (digits[i] != digitsOfUnit) {
                digitsOfUnit = digits[i];
                long last = tick * unit;
                unit = Stamp.unit(digitsOfUnit);
                tick = Math.floorDiv(last, unit);
            }
            tick += Numbers.unzigzag(ticks[i]);
            ticks[i] = tick * unit;
        }
    }

    /** Ticks, each a step from the base time of its row where there is one, become times. */
    private static void addTimes(
            DecodedColumn column, long[] baseTimes, short[] rows, long[] ticks, byte[] digits) {
        long last = 0;
        int literal = 0;
        for (int i = 0; i < rows.length; i++) {
            int at = column.literal(i);
            if (at < 0 || at >= ticks.length) {
                continue;
            }
            long unit = Stamp.unit(digits[literal]);
            long from = baseTimes[rows[i]] != Stamp.NONE ? baseTimes[rows[i]] : last;
            last = (Math.floorDiv(from, unit) + Numbers.unzigzag(ticks[literal])) * unit;
            ticks[literal++] = last;
        }
    }

    /**
     * By row: the time that others are told as difference to, {@link Stamp#NONE} where there is
     * none; null when no row has one.
     */
    private long @Nullable [] baseTimes() {
        if (!basesRead) {
            basesRead = true;
            for (var path : Segments.BASE_TIMES) {
                for (int index : entry.columns()) {
                    var column = segment.columns.get(index);
                    if (column.look() == Column.Look.TIME && column.path().equals(path)) {
                        takeBase(index);
                    }
                }
            }
        }
        return bases;
    }

    private void takeBase(int index) {
        if (bases == null) {
            bases = new long[rows()];
            Arrays.fill(bases, Stamp.NONE);
            weight += 8L * rows();
        }
        var column = column(index);
        var rows = rowsOf(index);
        for (int i = 0; i < column.count; i++) {
            if (bases[rows[i]] == Stamp.NONE) {
                bases[rows[i]] = column.stamp(i);
            }
        }
    }

    private static void numbers(DecodedColumn column, Bytes.In in) {
        var deltas = Numbers.read(in, Format.SECTION_BYTES_MAX / 8);
        long last = 0;
        for (int i = 0; i < deltas.length; i++) {
            if ((deltas[i] & 1) == 0) {
                deltas[i] >>>= 1;
            } else {
                last += Numbers.unzigzag(deltas[i] >>> 1);
                deltas[i] = last;
            }
        }
        column.numbers = deltas;
        column.numberStarts = new int[column.count];
        var takes = new int[column.dictionary.size()];
        Arrays.fill(takes, -1);
        int at = 0;
        for (int i = 0; i < column.count; i++) {
            column.numberStarts[i] = at;
            int code = column.code(i);
            if (code >= 0) {
                if (takes[code] < 0) {
                    takes[code] =
                            Uris.numbers(
                                    column.dictionary.bytes(),
                                    column.dictionary.start(code),
                                    column.dictionary.ends()[code]);
                }
                at += takes[code];
            }
        }
        if (at != deltas.length) {
            throw in.bad(deltas.length + " numbers of request URIs (expected: " + at + ")");
        }
    }

    /**
     * The column with every value as it stands in its event: bodies have their place, request URIs
     * are written out (all of them are literals then).
     */
    DecodedColumn readable(int index) {
        return switch (segment.columns.get(index).look()) {
            case BODY -> {
                placeBodies();
                yield column(index);
            }
            case URI -> written.computeIfAbsent(index, this::write);
            default -> column(index);
        };
    }

    /**
     * A literal of a column that is no request URI, for callers that ask for few: bodies are not
     * held for it. The bytes are used again.
     */
    Bytes literal(int index, int value) {
        one.clear();
        var column = column(index);
        if (segment.columns.get(index).look() == Column.Look.BODY) {
            findBodies();
            body(column, value, one);
        } else {
            column.append(value, one);
        }
        return one;
    }

    private final Bytes one = new Bytes(256);

    private final Bytes uri = new Bytes(256);

    /** The request URI of one row; the bytes are used again. */
    Bytes uri(int index, int row) {
        int value = valueOf(index, row);
        uri.clear();
        if (value >= 0) {
            write(column(index), value, row, uri);
        }
        return uri;
    }

    private void write(DecodedColumn column, int value, int row, Bytes out) {
        int code = column.code(value);
        if (code < 0) {
            column.append(value, out);
            return;
        }
        Uris.expand(
                column.dictionary.bytes(),
                column.dictionary.start(code),
                column.dictionary.ends()[code],
                column.numbers,
                new int[] {column.numberStarts[value]},
                part -> sibling(shape(row), part, row, out),
                out);
    }

    private DecodedColumn write(int index) {
        var column = column(index);
        var rows = rowsOf(index);
        var starts = new int[column.count];
        var ends = new int[column.count];
        var out = new Bytes(64 * column.count);
        for (int value = 0; value < column.count; value++) {
            starts[value] = out.size;
            write(column, value, rows[value], out);
            ends[value] = out.size;
        }
        var whole = DecodedColumn.ofLiterals(column.count);
        whole.literals = out.array;
        whole.literalStarts = starts;
        whole.literalEnds = ends;
        weight += whole.weight();
        return whole;
    }

    private void sibling(ShapeEntry shape, int part, int row, Bytes out) {
        int index = partColumn(shape, part);
        var column = column(index);
        int value = valueOf(index, row);
        if (value < 0) {
            throw new Tampered(entry.rowsSection().place() + ": a request URI has no " + part);
        }
        column.append(value, out);
    }

    /** The row's value of the column, or below 0. */
    int valueOf(int index, int row) {
        var rows = rowsOf(index);
        return rows.length == rows() ? row : Arrays.binarySearch(rows, (short) row);
    }

    private static final short[] EVERY_ROW = everyRow();

    private static short[] everyRow() {
        var rows = new short[Format.BLOCK_EVENTS];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = (short) row;
        }
        return rows;
    }

    /** By value of the column: its row. */
    short[] rowsOf(int index) {
        var rows = rowsByColumn[index];
        if (rows == null) {
            rows = spread(index, column(index).count);
            rowsByColumn[index] = rows;
        }
        return rows;
    }

    /** Columns of the same shapes have the same rows, and one array of them. */
    private short[] spread(int index, int columnCount) {
        var has = segment.shapesOf(index);
        var rows = rowsByShapes.get(has);
        if (rows == null) {
            rows = spread(has);
            rowsByShapes.put(has, rows);
        }
        if (rows.length != columnCount) {
            throw new Tampered(
                    entry.rowsSection().place()
                            + ": "
                            + rows.length
                            + " values for column "
                            + segment.columns.get(index).path()
                            + " (expected: "
                            + columnCount
                            + ")");
        }
        return rows;
    }

    private short[] spread(BitSet has) {
        var among = new boolean[segment.shapes.size()];
        has.stream().forEach(shape -> among[shape] = true);
        boolean every = true;
        for (int shape : shapesPresent()) {
            every &= among[shape];
        }
        if (every && rows() == EVERY_ROW.length) {
            return EVERY_ROW;
        }
        var rows = new short[rows()];
        int value = 0;
        for (int row = 0; row < rows.length; row++) {
            rows[value] = (short) row;
            value += among[shapes.at(row)] ? 1 : 0;
        }
        weight += 2L * value;
        return Arrays.copyOf(rows, value);
    }

    /** Holds the bodies, and gives every literal of one its place in them. */
    void placeBodies() {
        if (bodies == null) {
            whole(() -> holdBodies());
        }
    }

    /**
     * Gives every body literal its place in the block's bodies, which stand in the order of the
     * events; where they are lent nothing is read yet.
     */
    private void findBodies() {
        if (lent == null) {
            placeBodies();
        } else {
            whole(() -> findEachBody());
        }
    }

    private void whole(Runnable reading) {
        hold(damaged.get(BODIES));
        try {
            reading.run();
        } catch (Tampered e) {
            damaged.put(BODIES, e);
            throw e;
        } catch (IndexOutOfBoundsException e) {
            damaged.put(BODIES, new Tampered(entry.bodies().place() + ": does not decode: " + e));
            hold(damaged.get(BODIES));
        }
    }

    private void holdBodies() {
        findEachBody();
        var read =
                packedBodies == null
                        ? segment.read(entry.bodies())
                        : segment.unpacked(packedBodies, entry.bodies());
        checkBodies(read.length);
        bodies = read;
        bodiesWeight = read.length;
        for (var column : columns) {
            if (column != null && column.shared) {
                column.literals = read;
            }
        }
    }

    private void checkBodies(int length) {
        if (bodiesLength != length) {
            throw new Tampered(
                    entry.bodies().place()
                            + ": "
                            + length
                            + " bytes (expected: "
                            + bodiesLength
                            + ")");
        }
    }

    /** Appends a body. */
    private void body(DecodedColumn column, int value, Bytes out) {
        int from = column.from(value);
        int to = column.to(value);
        var held = bodies;
        if (held != null) {
            out.bytes(held, from, to - from);
            return;
        }
        var lender = Objects.requireNonNull(lent);
        whole(() -> few = lender.append(packed, from, to, fewBefore, out));
    }

    private void findEachBody() {
        if (bodiesPlaced) {
            return;
        }
        var values = new int[columns.length];
        var literals = new int[columns.length];
        var body = new boolean[columns.length];
        for (int i = 0; i < columns.length; i++) {
            body[i] = has(i) && segment.columns.get(i).look() == Column.Look.BODY;
            if (body[i]) {
                var column = column(i);
                column.shared = true;
                rowsOf(i); // as many values as the rows say
            }
        }
        long place = 0;
        var ofShape = new int[segment.shapes.size()][];
        for (int shape : shapesPresent()) {
            ofShape[shape] =
                    Arrays.stream(segment.shapes.get(shape).columns())
                            .filter(c -> body[c])
                            .toArray();
        }
        for (int row = 0; row < rows(); row++) {
            for (int c : ofShape[shapes.at(row)]) {
                var column = column(c);
                if (column.literal(values[c]++) >= 0) {
                    int literal = literals[c]++;
                    column.literalStarts[literal] = (int) place;
                    place += column.literalEnds[literal];
                    column.literalEnds[literal] = (int) place;
                }
            }
        }
        if (place > Format.SECTION_BYTES_MAX) {
            throw new Tampered(entry.bodies().place() + ": a length is out of range");
        }
        bodiesLength = (int) place;
        bodiesPlaced = true;
    }

    /** What does not hold in a column of this block. */
    Tampered bad(String what, int column) {
        return new Tampered(
                entry.filters().place()
                        + ", column "
                        + segment.columns.get(column).path()
                        + ": "
                        + what);
    }

    /** Moves to a row; the next ones are nearest. */
    void seek(int target) {
        if (target < at || target - at > MARK_EVERY) {
            jump(target);
        }
        for (; at < target; at++) {
            for (int group : groups.ofShape()[shapes.at(at)]) {
                cursors[group]++;
            }
        }
    }

    /** Rows between two marks. */
    private static final int MARK_EVERY = 128;

    /** By mark and group of columns: how many values the rows before it have. */
    private short @Nullable [] marks;

    /** Goes to the last mark before the row. */
    private void jump(int target) {
        int mark = target / MARK_EVERY;
        if (mark == 0) {
            Arrays.fill(cursors, 0);
        } else {
            var known = marks;
            if (known == null) {
                known = mark();
                marks = known;
                weight += 2L * known.length;
            }
            for (int group = 0; group < cursors.length; group++) {
                cursors[group] = known[mark * cursors.length + group];
            }
        }
        at = mark * MARK_EVERY;
    }

    private short[] mark() {
        var marks = new short[(rows() / MARK_EVERY + 1) * cursors.length];
        var counts = new int[groups.ofShape().length];
        for (int row = 0; row < rows(); row++) {
            counts[shapes.at(row)]++;
            if ((row + 1) % MARK_EVERY == 0) {
                int mark = (row + 1) / MARK_EVERY * cursors.length;
                System.arraycopy(marks, mark - cursors.length, marks, mark, cursors.length);
                for (int shape : shapesPresent()) {
                    for (int group : groups.ofShape()[shape]) {
                        marks[mark + group] += (short) counts[shape];
                    }
                    counts[shape] = 0;
                }
            }
        }
        return marks;
    }

    /** The view of the current row; the array is reused, its content ends at {@link Bytes#size}. */
    Bytes view() {
        row.clear();
        var shape = shape(at);
        var columns = columns(shapes.at(at));
        for (int i = 0; i < columns.length; i++) {
            row.bytes(shape.gaps()[i]);
            var column = columns[i];
            int index = shape.columns()[i];
            if (column == null) {
                append(index);
            } else {
                append(column, index);
            }
        }
        row.bytes(shape.gaps()[columns.length]);
        return row;
    }

    private void append(DecodedColumn column, int index) {
        int value = cursor(index);
        if (value >= column.count) {
            throw tooMany(index);
        }
        if (column.shared && column.literal(value) >= 0) {
            body(column, value, row);
        } else {
            column.append(value, row);
        }
    }

    /** By shape: its columns in this block, null those whose values must be written out first. */
    private final @Nullable DecodedColumn[] @Nullable [] columnsByShape;

    private @Nullable DecodedColumn[] columns(int number) {
        var known = columnsByShape[number];
        if (known == null) {
            var shape = segment.shapes.get(number);
            known = new DecodedColumn[shape.columns().length];
            for (int i = 0; i < known.length; i++) {
                int index = shape.columns()[i];
                if (segment.columns.get(index).look() != Column.Look.URI) {
                    known[i] = placed(index);
                }
            }
            columnsByShape[number] = known;
            weight += 16 + 4L * known.length;
        }
        return known;
    }

    /** Whether the view of the current row is these bytes. */
    boolean isView(byte[] b, int from, int to) {
        var shape = shape(at);
        var columns = columns(shapes.at(at));
        int next = from;
        for (int i = 0; i < columns.length; i++) {
            var gap = shape.gaps()[i];
            if (!isPart(gap, 0, gap.length, b, next, to)) {
                return false;
            }
            next += gap.length;
            int index = shape.columns()[i];
            int length = isValue(columns[i], index, b, next, to);
            if (length < 0) {
                return false;
            }
            next += length;
        }
        var last = shape.gaps()[columns.length];
        return last.length == to - next && Ranges.equal(last, 0, b, next, last.length);
    }

    /** Length of the current row's value if these bytes begin with it, else -1. */
    private int isValue(@Nullable DecodedColumn column, int index, byte[] b, int next, int to) {
        if (column == null) {
            row.clear();
            append(index);
            return isPart(row.array, 0, row.size, b, next, to) ? row.size : -1;
        }
        int value = cursor(index);
        if (value >= column.count) {
            throw tooMany(index);
        }
        return column.lengthIn(value, b, next, to);
    }

    private static boolean isPart(byte[] part, int start, int length, byte[] b, int from, int to) {
        return length <= to - from && Ranges.equal(part, start, b, from, length);
    }

    /** The column, with a value for the current row. */
    private DecodedColumn placed(int index) {
        var column = column(index);
        if (cursor(index) >= column.count) {
            throw tooMany(index);
        }
        if (segment.columns.get(index).look() == Column.Look.BODY) {
            findBodies();
        }
        return column;
    }

    /** Which of the column's values is the current row's. */
    private int cursor(int index) {
        return cursors[groups.ofColumn()[index]];
    }

    private Tampered tooMany(int index) {
        return new Tampered(
                entry.rowsSection().place()
                        + ": more values than column "
                        + segment.columns.get(index).path()
                        + " has");
    }

    private void append(int index) {
        var column = placed(index);
        var look = segment.columns.get(index).look();
        int value = cursor(index);
        int code = column.code(value);
        if (look == Column.Look.URI && code >= 0) {
            int[] next = {column.numberStarts[value]};
            var shape = shape(at);
            Uris.expand(
                    column.dictionary.bytes(),
                    column.dictionary.start(code),
                    column.dictionary.ends()[code],
                    column.numbers,
                    next,
                    part -> part(shape, part),
                    row);
            return;
        }
        column.append(value, row);
    }

    /**
     * Appends the value of the URI's sibling; the last column of that path counts, as for the
     * writer.
     */
    private void part(ShapeEntry shape, int part) {
        append(partColumn(shape, part));
    }

    private int partColumn(ShapeEntry shape, int part) {
        int found = -1;
        for (int c : shape.columns()) {
            if (segment.columns.get(c).path().equals(Uris.PARTS[part])) {
                found = c;
            }
        }
        if (found < 0) {
            throw new Tampered(
                    entry.rowsSection().place()
                            + ": a request URI names a part that the event does not have");
        }
        return found;
    }

    /** The original bytes of the current row, given its view. */
    byte[] original(Bytes view) {
        var escape = Escape.values()[Math.min(told().escape(at), Escape.OTHER.ordinal())];
        return switch (escape) {
            case NONE -> view.copy();
            case MINIMAL, GO -> Escaping.encode(escape, view.array, 0, view.size);
            case OTHER -> kept();
        };
    }

    private byte[] kept() {
        if (originals == null) {
            var in = new Bytes.In(segment.read(entry.originals()), entry.originals().place());
            originalEnds = SegmentReader.ends(Numbers.read(in, Format.BLOCK_EVENTS), in);
            originals = in.bytes(in.end - in.at);
        }
        if (at < originalRow) {
            originalRow = 0;
            originalAt = 0;
        }
        for (; originalRow < at; originalRow++) {
            originalAt += told().escape(originalRow) == Escape.OTHER.ordinal() ? 1 : 0;
        }
        if (originalAt >= originalEnds.length || originalEnds[originalAt] > originals.length) {
            throw new Tampered(entry.originals().place() + ": fewer originals than the rows say");
        }
        return Arrays.copyOfRange(
                originals,
                originalAt == 0 ? 0 : originalEnds[originalAt - 1],
                originalEnds[originalAt]);
    }
}
