package dev.spoor.ledger;

import dev.spoor.ledger.SegmentReader.Values;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The values of one column in one block: codes into the segment's dictionary, and literals. */
final class DecodedColumn {
    final int count;

    /** Dictionary code of each value, or -1 - index of its literal. */
    final int[] codes;

    final Values dictionary;

    /** Literals; for bodies the block's bodies, shared. */
    byte[] literals = new byte[0];

    int[] literalStarts = new int[0];
    int[] literalEnds = new int[0];

    /** UUID literals as pairs of numbers; their text is made when it is first asked for. */
    long[] uuids = new long[0];

    /** Time literals in nanoseconds since 1970, and their digits of fraction; printed likewise. */
    long[] stamps = new long[0];

    long[] digits = new long[0];

    private @Nullable Bytes printed;

    /** Numbers of URI templates; empty for other columns. */
    long[] numbers = new long[0];

    /** By value: where its numbers start; URI only. */
    int[] numberStarts = new int[0];

    DecodedColumn(int[] codes, Values dictionary) {
        this.count = codes.length;
        this.codes = codes;
        this.dictionary = dictionary;
    }

    /**
     * The values in the order of their codes, so that a question touches only those that answer it.
     *
     * @param codes those that occur, rising
     * @param starts by place in {@code codes}, and the end behind: where their values begin in
     *     {@code values}; what stands before the first are literals
     */
    record ByCode(int[] codes, int[] starts, short[] values) {
        /** Where a code stands in {@link #codes}, below 0 when it does not occur. */
        int place(int code) {
            return Arrays.binarySearch(codes, code);
        }
    }

    private @Nullable ByCode byCode;
    private boolean asked;

    /** The same; null at the first question, since sorting takes longer than looking at all. */
    @Nullable ByCode byCode() {
        if (byCode == null && asked) {
            byCode = sorted();
        }
        asked = true;
        return byCode;
    }

    private ByCode sorted() {
        int last = -1;
        for (int code : codes) {
            last = Math.max(last, code);
        }
        var next = new int[last + 3]; // by code + 2: how many values it has, then where they begin
        for (int code : codes) {
            next[Math.max(code, -1) + 2]++;
        }
        int distinct = 0;
        for (int code = 0; code <= last; code++) {
            distinct += next[code + 2] > 0 ? 1 : 0;
        }
        var here = new int[distinct];
        var starts = new int[distinct + 1];
        starts[0] = next[1];
        int place = 0;
        for (int code = 0; code <= last; code++) {
            int values = next[code + 2];
            next[code + 2] = values + next[code + 1];
            if (values > 0) {
                here[place++] = code;
                starts[place] = next[code + 2];
            }
        }
        var values = new short[count];
        for (int value = 0; value < count; value++) {
            values[next[Math.max(codes[value], -1) + 1]++] = (short) value;
        }
        return new ByCode(here, starts, values);
    }

    /** What it takes of memory now, in bytes; printing identifiers and times makes it more. */
    long weight() {
        return 256L
                + literals.length
                + (byCode == null ? 0 : 2L * count + 8L * byCode.codes.length)
                + 4L * (codes.length + literalStarts.length + literalEnds.length)
                + 4L * numberStarts.length
                + 8L * (uuids.length + stamps.length + digits.length + numbers.length);
    }

    /** Whether the value is an identifier kept as a number ({@link #high}, {@link #low}). */
    boolean uuid(int value) {
        int literal = -1 - codes[value];
        return literal >= 0 && 2 * literal < uuids.length;
    }

    long high(int value) {
        return uuids[2 * (-1 - codes[value])];
    }

    long low(int value) {
        return uuids[2 * (-1 - codes[value]) + 1];
    }

    /** The time in nanoseconds since 1970, or {@link Stamp#NONE} when it is not one kept so. */
    long stamp(int value) {
        int literal = -1 - codes[value];
        return literal >= 0 && literal < stamps.length ? stamps[literal] : Stamp.NONE;
    }

    /** The text of identifiers or times is made behind the literals that are there. */
    private void write(int value) {
        int literal = -1 - codes[value];
        if (literal >= 0
                && literalEnds[literal] == 0
                && literal < stamps.length + uuids.length / 2) {
            print(literal);
        }
    }

    private void print(int literal) {
        if (printed == null) {
            printed = new Bytes(literals.length + literalEnds.length * 36 + 36);
            printed.bytes(literals);
        }
        literalStarts[literal] = printed.size;
        if (literal < stamps.length) {
            printed.room(32);
            printed.size +=
                    Stamp.print(
                            stamps[literal], (int) digits[literal], printed.array, printed.size);
        } else {
            Uuids.print(uuids[2 * literal], uuids[2 * literal + 1], printed);
        }
        literalEnds[literal] = printed.size;
        literals = printed.array;
    }

    private @Nullable Boolean escapes;

    /** Whether a letter may be written as an escape somewhere in the literals. */
    boolean escapes() {
        var known = escapes;
        if (known == null) {
            int last = literalEnds.length - 1;
            known = last >= 0 && Search.UNICODE_ESCAPE.in(literals, 0, literalEnds[last]);
            escapes = known;
        }
        return known;
    }

    byte[] bytes(int value) {
        write(value);
        return codes[value] >= 0 ? dictionary.bytes() : literals;
    }

    int from(int value) {
        write(value);
        int code = codes[value];
        return code >= 0 ? dictionary.start(code) : literalStarts[-1 - code];
    }

    int to(int value) {
        write(value);
        int code = codes[value];
        return code >= 0 ? dictionary.ends()[code] : literalEnds[-1 - code];
    }
}
