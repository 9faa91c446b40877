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

    /** Numbers of URI templates; empty for other columns. */
    long[] numbers = new long[0];

    /** By value: where its numbers start; URI only. */
    int[] numberStarts = new int[0];

    DecodedColumn(int[] codes, Values dictionary) {
        this.count = codes.length;
        this.codes = codes;
        this.dictionary = dictionary;
    }

    byte[] bytes(int value) {
        return codes[value] >= 0 ? dictionary.bytes() : literals;
    }

    int from(int value) {
        int code = codes[value];
        return code >= 0 ? dictionary.start(code) : literalStarts[-1 - code];
    }

    int to(int value) {
        int code = codes[value];
        return code >= 0 ? dictionary.ends()[code] : literalEnds[-1 - code];
    }
}
