package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Dictionary;
import dev.spoor.event.Scanned;
import java.util.Arrays;

/** The values of one column in the block that is being filled, and how they are written. */
final class ColumnBuffer {
    final Column column;

    /** Its place among the columns of the segment. */
    final int index;

    /** What codes refer to: the column's dictionary, or the templates of a URI column. */
    final Dictionary dictionary;

    /** Bit per block of the segment, by code: where the value occurs. */
    long[] masks = new long[64];

    private long literalBlocks;
    private int count;
    private int[] codes = new int[64]; // -1 own encoding, -2 text
    private int[] rows = new int[64]; // of each value
    private final Bytes literals = new Bytes(256); // of codes below 0, in order
    private int[] ends = new int[64];
    private int literalCount;
    private int encoding; // of the literals, once written
    private long[] numbers = new long[64]; // URI only
    private int numberCount;
    private int[] marks = new int[0]; // by code: local id while encoding

    ColumnBuffer(Column column, int index) {
        this.column = column;
        this.index = index;
        this.dictionary = column.look() == Column.Look.URI ? new Dictionary() : column.dictionary();
    }

    int count() {
        return count;
    }

    /** Bit per block of the segment: where a value is not in the dictionary. */
    long literalBlocks() {
        return literalBlocks;
    }

    /** When it is written: columns of base times come first, in the order of their paths. */
    int pass() {
        int base = Segments.BASE_TIMES.indexOf(column.path());
        return base >= 0 && column.look() == Column.Look.TIME ? base : Segments.BASE_TIMES.size();
    }

    int literalBytes() {
        return literals.size;
    }

    void add(int code, byte[] bytes, int from, int to, int row) {
        if (count == codes.length) {
            codes = Arrays.copyOf(codes, count * 2);
            rows = Arrays.copyOf(rows, count * 2);
        }
        rows[count] = row;
        codes[count++] = code;
        if (code < 0) {
            literal(bytes, from, to);
        }
    }

    private void literal(byte[] bytes, int from, int to) {
        if (literalCount == ends.length) {
            ends = Arrays.copyOf(ends, literalCount * 2);
        }
        literals.bytes(bytes, from, to - from);
        ends[literalCount++] = literals.size;
    }

    void addUri(Uris uris, Scanned event, int[] parts, int value, int row) {
        int from = event.from(value);
        int to = event.to(value);
        int code =
                uris.take(event, parts, from, to)
                        ? dictionary.code(uris.template, 0, uris.length)
                        : -1;
        add(code < 0 ? -2 : code, event.bytes(), from, to, row);
        if (code >= 0) {
            if (numberCount + uris.count > numbers.length) {
                numbers =
                        Arrays.copyOf(
                                numbers, Math.max(numbers.length * 2, numberCount + uris.count));
            }
            System.arraycopy(uris.numbers, 0, numbers, numberCount, uris.count);
            numberCount += uris.count;
        }
    }

    void clear() {
        count = 0;
        literalCount = 0;
        numberCount = 0;
        literals.clear();
    }

    private int start(int literal) {
        return literal == 0 ? 0 : ends[literal - 1];
    }

    /**
     * Writes the chunk: ids, local dictionary, literals.
     *
     * @param times by row: the event's own time in nanoseconds, {@link Stamp#NONE} if unknown;
     *     filled by the base time column, used by the others
     * @param bodies where body literals go, in the order of {@code rows}; taken by the block
     */
    void write(Bytes out, int block, long[] times, Scratch scratch) {
        literalBlocks |= literalCount > 0 ? 1L << block : 0;
        int own = conform(scratch);
        encoding = own;
        int distinct = locals(block, scratch);
        out.varint(count);
        out.varint(distinct);
        var sorted = scratch.longs(Math.max(count, distinct));
        rises(scratch.codes, distinct, sorted);
        Numbers.write(sorted, distinct, out);
        if (ids(codes, count, marks, sorted)) {
            out.u8(1).varint(count == 0 ? 0 : sorted[0]);
        } else {
            out.u8(0);
            Numbers.write(sorted, count, out);
        }
        for (int i = 0; i < distinct; i++) {
            marks[scratch.codes[i]] = 0;
        }
        out.u8(own);
        literals(own, out, times, scratch);
    }

    private static void rises(int[] sorted, int count, long[] into) {
        int last = 0;
        for (int i = 0; i < count; i++) {
            into[i] = sorted[i] - last;
            last = sorted[i];
        }
    }

    /** Local ids of codes; true when all are one. */
    private static boolean ids(int[] codes, int count, int[] marks, long[] into) {
        long differ = 0;
        for (int i = 0; i < count; i++) {
            int code = codes[i];
            long id = code >= 0 ? marks[code] : -1 - code;
            into[i] = id;
            differ |= id ^ into[0];
        }
        return differ == 0;
    }

    /** Distinct codes in rising order into scratch.codes; local ids into marks. */
    private int locals(int block, Scratch scratch) {
        if (marks.length < dictionary.size()) {
            marks = Arrays.copyOf(marks, Math.max(dictionary.size(), marks.length * 2));
        }
        if (masks.length < dictionary.size()) {
            masks = Arrays.copyOf(masks, Math.max(dictionary.size(), masks.length * 2));
        }
        if (scratch.codes.length < count) {
            scratch.codes = new int[count];
        }
        int distinct = distinct(codes, count, marks, scratch.codes);
        Arrays.sort(scratch.codes, 0, distinct);
        for (int i = 0; i < distinct; i++) {
            marks[scratch.codes[i]] = i + Format.FIRST_LOCAL;
            masks[scratch.codes[i]] |= 1L << block;
        }
        return distinct;
    }

    private static int distinct(int[] codes, int count, int[] marks, int[] into) {
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            int code = codes[i];
            if (code >= 0 && marks[code] == 0) {
                marks[code] = 1;
                into[distinct++] = code;
            }
        }
        return distinct;
    }

    /** Chooses the literals' own encoding, and marks those that do not fit it as text (code -2). */
    private int conform(Scratch scratch) {
        if (column.look() == Column.Look.URI) {
            return Format.LITERAL_URI;
        }
        if (literalCount == 0) {
            return Format.LITERAL_NONE;
        }
        return switch (column.look()) {
            case BODY -> Format.LITERAL_BODY;
            case UUID -> {
                mark(i -> Uuids.conforms(literals.array, start(i), ends[i]));
                yield Format.LITERAL_UUID;
            }
            case TIME -> {
                scratch.stamps =
                        scratch.stamps.length < literalCount
                                ? new long[literalCount * 2]
                                : scratch.stamps;
                mark(i -> {
                    scratch.stamps[i] = Stamp.parse(literals.array, start(i), ends[i]);
                    return scratch.stamps[i] != Stamp.NONE;
                });
                yield Format.LITERAL_TIME;
            }
            default -> integers() ? Format.LITERAL_INT : Format.LITERAL_TEXT;
        };
    }

    private interface Fits {
        boolean test(int literal);
    }

    private void mark(Fits fits) {
        int literal = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] < 0) {
                codes[i] = fits.test(literal++) ? -1 : -2;
            }
        }
    }

    private boolean integers() {
        for (int i = 0; i < literalCount; i++) {
            if (!integer(literals.array, start(i), ends[i])) {
                return false;
            }
        }
        return true;
    }

    /** Decimal as Java prints a long: no leading zero, no plus, at most 18 digits. */
    private static boolean integer(byte[] b, int from, int to) {
        int at = from < to && b[from] == '-' ? from + 1 : from;
        int digits = to - at;
        if (digits < 1 || digits > 18 || (b[at] == '0' && (digits > 1 || at > from))) {
            return false;
        }
        for (; at < to; at++) {
            if (b[at] < '0' || b[at] > '9') {
                return false;
            }
        }
        return true;
    }

    private void literals(int own, Bytes out, long[] times, Scratch scratch) {
        switch (own) {
            case Format.LITERAL_NONE -> {
                return;
            }
            case Format.LITERAL_INT -> integers(out, scratch);
            case Format.LITERAL_UUID -> uuids(out, scratch);
            case Format.LITERAL_TIME -> times(out, times, scratch);
            case Format.LITERAL_BODY -> {
                var lengths = scratch.longs(literalCount);
                for (int i = 0; i < literalCount; i++) {
                    lengths[i] = ends[i] - start(i);
                }
                Numbers.write(lengths, literalCount, out);
                return;
            }
            case Format.LITERAL_URI -> uriNumbers(out, scratch);
            default -> {
                texts(out, times, scratch);
                return;
            }
        }
        text(out, -2, scratch);
    }

    private void texts(Bytes out, long[] times, Scratch scratch) {
        scratch.texts.clear();
        int literal = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] < 0) {
                scratch.texts.add(start(literal), ends[literal], times[rows[i]]);
                literal++;
            }
        }
        scratch.texts.write(literals.array, out);
    }

    /** Literals that do not fit the column's own encoding. */
    private void text(Bytes out, int code, Scratch scratch) {
        var lengths = scratch.longs(literalCount);
        int texts = 0;
        int literal = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] < 0) {
                if (codes[i] == code) {
                    lengths[texts++] = ends[literal] - start(literal);
                }
                literal++;
            }
        }
        Numbers.write(lengths, texts, out);
        literal = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] < 0) {
                if (codes[i] == code) {
                    out.bytes(literals.array, start(literal), ends[literal] - start(literal));
                }
                literal++;
            }
        }
    }

    private void integers(Bytes out, Scratch scratch) {
        var deltas = scratch.longs(literalCount);
        for (int i = 0; i < literalCount; i++) {
            deltas[i] = value(literals.array, start(i), ends[i]);
        }
        Numbers.steps(deltas, literalCount);
        Numbers.write(deltas, literalCount, out);
    }

    private static long value(byte[] b, int from, int to) {
        boolean minus = b[from] == '-';
        long value = 0;
        for (int at = minus ? from + 1 : from; at < to; at++) {
            value = value * 10 + b[at] - '0';
        }
        return minus ? -value : value;
    }

    /** A UUID seen before in the block is a distance back (in new ones); a new one is 16 bytes. */
    private void uuids(Bytes out, Scratch scratch) {
        var back = scratch.longs(literalCount);
        var fresh = scratch.fresh;
        fresh.clear();
        scratch.uuids.clear();
        int written = 0;
        int literal = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] >= 0) {
                continue;
            }
            if (codes[i] == -1) {
                long high = Uuids.high(literals.array, start(literal));
                long low = Uuids.low(literals.array, start(literal));
                int known = scratch.uuids.index(high, low);
                if (known < 0) {
                    fresh.i64(high).i64(low);
                    back[written++] = 0;
                } else {
                    back[written++] = scratch.uuids.size() - known;
                }
            }
            literal++;
        }
        Numbers.write(back, written, out);
        out.varint(fresh.size).bytes(fresh.array, 0, fresh.size);
    }

    private void times(Bytes out, long[] times, Scratch scratch) {
        boolean base = pass() < Segments.BASE_TIMES.size();
        var ticks = scratch.longs(literalCount);
        var digits = scratch.digits(literalCount);
        int written = 0;
        int literal = 0;
        long last = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] == -1) {
                long nanos = scratch.stamps[literal];
                int fraction = Stamp.digits(ends[literal] - start(literal));
                long own = times[rows[i]];
                ticks[written] = ticks(nanos, !base && own != Stamp.NONE ? own : last, fraction);
                digits[written++] = fraction;
                last = nanos;
                times[rows[i]] = base && own == Stamp.NONE ? nanos : own;
            }
            literal += codes[i] < 0 ? 1 : 0;
        }
        long common = written == 0 ? 0 : digits[0];
        for (int i = 0; i < written; i++) {
            digits[i] ^= common;
        }
        out.varint(common);
        Numbers.write(digits, written, out);
        Numbers.write(ticks, written, out);
    }

    /** How far a time lies from another, in units of its last digit. */
    private static long ticks(long nanos, long from, int fraction) {
        long unit = Stamp.unit(fraction);
        return Numbers.zigzag(Math.floorDiv(nanos, unit) - Math.floorDiv(from, unit));
    }

    /** Numbers of URIs, each as difference to the last one with as many digits. */
    private void uriNumbers(Bytes out, Scratch scratch) {
        var deltas = scratch.longs(numberCount);
        var last = new long[64];
        for (int i = 0; i < numberCount; i++) {
            int size = 64 - Long.numberOfLeadingZeros(numbers[i]);
            deltas[i] =
                    size <= 16 ? numbers[i] << 1 : Numbers.zigzag(numbers[i] - last[16]) << 1 | 1;
            last[16] = size <= 16 ? last[16] : numbers[i];
        }
        Numbers.write(deltas, numberCount, out);
    }

    /**
     * Appends a filter of the literals, where they are many enough for one; true when it did. Asked
     * after {@link #write}. Bodies have none: it would cost a twentieth of all the work on an audit
     * log, and most words of bodies stand in every block.
     */
    boolean filter(Bytes out) {
        if (literals.size < BlockFilters.LITERAL_BYTES_MIN) {
            return false;
        }
        return switch (encoding) {
            case Format.LITERAL_TEXT -> {
                out.varint(index).u8(BlockFilters.TEXTS);
                Trigrams.of(literals.array, ends, literalCount).write(out);
                yield true;
            }
            case Format.LITERAL_UUID -> {
                identifiers(out);
                yield true;
            }
            default -> false;
        };
    }

    private void identifiers(Bytes out) {
        int texts = 0;
        for (int i = 0; i < count; i++) {
            texts += codes[i] == -2 ? 1 : 0;
        }
        var filter = Identifiers.of(literalCount - texts, texts > 0);
        int literal = 0;
        for (int i = 0; i < count; i++) {
            if (codes[i] == -1) {
                int at = start(literal);
                filter.add(Uuids.high(literals.array, at), Uuids.low(literals.array, at));
            }
            literal += codes[i] < 0 ? 1 : 0;
        }
        out.varint(index).u8(BlockFilters.IDENTIFIERS);
        filter.write(out);
    }

    /** Appends literal {@code i} to the bodies of the block. */
    void body(int literal, Bytes bodies) {
        bodies.bytes(literals.array, start(literal), ends[literal] - start(literal));
    }

    int code(int value) {
        return codes[value];
    }

    /** Buffers used while one column is written, shared by all. */
    static final class Scratch {
        int[] codes = new int[1024];
        long[] stamps = new long[1024];
        final TextWriter texts = new TextWriter();
        final Bytes fresh = new Bytes(1024);
        final Uuids uuids = new Uuids();
        private long[] longs = new long[Format.BLOCK_EVENTS];
        private long[] digits = new long[Format.BLOCK_EVENTS];

        long[] longs(int size) {
            if (longs.length < size) {
                longs = new long[size * 2];
            }
            return longs;
        }

        long[] digits(int size) {
            if (digits.length < size) {
                digits = new long[size * 2];
            }
            return digits;
        }
    }
}
