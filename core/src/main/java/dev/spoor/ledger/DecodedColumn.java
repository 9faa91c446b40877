package dev.spoor.ledger;

import dev.spoor.ledger.SegmentReader.Values;

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

    private boolean printed;

    /** Numbers of URI templates; empty for other columns. */
    long[] numbers = new long[0];

    /** By value: where its numbers start; URI only. */
    int[] numberStarts = new int[0];

    DecodedColumn(int[] codes, Values dictionary) {
        this.count = codes.length;
        this.codes = codes;
        this.dictionary = dictionary;
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

    /** Appends the identifiers' text behind the literals that are there. */
    private void print() {
        printed = true;
        int count = uuids.length / 2;
        var out = new Bytes(literals.length + count * 36);
        out.bytes(literals);
        for (int i = 0; i < count; i++) {
            literalStarts[i] = out.size;
            Uuids.print(uuids[2 * i], uuids[2 * i + 1], out);
            literalEnds[i] = out.size;
        }
        literals = out.array;
    }

    private void text(int value) {
        if (uuids.length > 0 && !printed && codes[value] < 0) {
            print();
        }
    }

    byte[] bytes(int value) {
        text(value);
        return codes[value] >= 0 ? dictionary.bytes() : literals;
    }

    int from(int value) {
        text(value);
        int code = codes[value];
        return code >= 0 ? dictionary.start(code) : literalStarts[-1 - code];
    }

    int to(int value) {
        text(value);
        int code = codes[value];
        return code >= 0 ? dictionary.ends()[code] : literalEnds[-1 - code];
    }
}
