package dev.spoor.ledger;

/**
 * Which runs of three bytes occur among a block's literals of a column: learned when the block is
 * first searched for a text, so that the next text that is not there is not looked for.
 */
final class Trigrams {
    private static final int BITS = 18;

    private final long[] bits = new long[1 << BITS - 6];

    /** Whether a letter may be written as an escape somewhere: then any text may be there. */
    private final boolean escapes;

    Trigrams(DecodedColumn column) {
        int from = Integer.MAX_VALUE;
        int to = 0;
        for (int i = 0; i < column.literalStarts.length; i++) {
            from = Math.min(from, column.literalStarts[i]);
            to = Math.max(to, column.literalEnds[i]);
        }
        var bytes = column.literals;
        boolean escaped = false;
        for (int i = from; i < to - 2; i++) {
            int at = slot(bytes[i], bytes[i + 1], bytes[i + 2]);
            bits[at >>> 6] |= 1L << at;
            escaped |= bytes[i] == '\\' && bytes[i + 1] == 'u';
        }
        escapes = escaped;
    }

    boolean escapes() {
        return escapes;
    }

    private static int slot(byte a, byte b, byte c) {
        return ((a & 0xff) << 16 | (b & 0xff) << 8 | c & 0xff) * 0x9E3779B1 >>> 32 - BITS;
    }

    /** False when the text is in no literal; true says nothing. */
    boolean mayHold(byte[] text) {
        if (escapes) {
            return true;
        }
        for (int i = 0; i < text.length - 2; i++) {
            int at = slot(text[i], text[i + 1], text[i + 2]);
            if ((bits[at >>> 6] >>> at & 1) == 0) {
                return false;
            }
        }
        return true;
    }
}
