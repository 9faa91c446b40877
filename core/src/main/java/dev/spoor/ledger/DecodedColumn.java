package dev.spoor.ledger;

import dev.spoor.ledger.SegmentReader.Values;
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

    /** What it takes of memory now, in bytes; printing identifiers and times makes it more. */
    long weight() {
        return 256L
                + literals.length
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
