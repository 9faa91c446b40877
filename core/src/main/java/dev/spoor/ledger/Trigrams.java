package dev.spoor.ledger;

/**
 * Which runs of three bytes occur at the even places of a block's literals of a column, so that a
 * block is not read for a text that is not there: a part of a literal has its own even or its own
 * odd runs among them. Every second run makes half as many bits to set and to keep as all of them;
 * it denies a short text less often, and one of three bytes never. Written beside the block where
 * the literals are many, else learned when the block is first searched for a text.
 */
final class Trigrams {
    private static final int LOG_MAX = 18;
    private static final int LOG_MIN = 9;

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = ONES << 7;
    private static final long BACKSLASHES = ONES * '\\';
    private static final long LETTERS_U = ONES * 'u';

    private final long[] words;

    /** Logarithm of the number of bits. */
    private final int log;

    /** Whether a letter may be written as an escape somewhere: then any text may be there. */
    private final boolean escapes;

    private Trigrams(long[] words, int log, boolean escapes) {
        this.words = words;
        this.log = log;
        this.escapes = escapes;
    }

    /** Of the literals of a decoded column. */
    static Trigrams of(DecodedColumn column) {
        var words = new long[1 << LOG_MAX - 6];
        boolean escapes = false;
        for (int i = 0; i < column.literalStarts.length; i++) {
            escapes |= add(words, column.literals, column.literalStarts[i], column.literalEnds[i]);
        }
        return folded(words, escapes);
    }

    /** Of texts that stand one after the other, the first from 0 on. */
    static Trigrams of(byte[] bytes, int[] ends, int count) {
        var words = new long[1 << LOG_MAX - 6];
        boolean escapes = false;
        int from = 0;
        for (int i = 0; i < count; i++) {
            escapes |= add(words, bytes, from, ends[i]);
            from = ends[i];
        }
        return folded(words, escapes);
    }

    /**
     * Adds every second run of a text; true when there is a letter that is written as an escape.
     */
    private static boolean add(long[] words, byte[] bytes, int from, int to) {
        long suspect = 0;
        int i = from;
        for (; i <= to - 8; i += 6) {
            long word = (long) Bytes.LONG.get(bytes, i); // three runs; two bytes belong to the next
            suspect |= zeros(word ^ BACKSLASHES) >>> 8 & zeros(word ^ LETTERS_U);
            set(words, (int) (word >>> 40));
            set(words, (int) (word >>> 24));
            set(words, (int) (word >>> 8));
        }
        int rest = suspect == 0 ? i : from;
        for (; i < to - 2; i += 2) {
            set(words, run(bytes, i));
        }
        return Search.UNICODE_ESCAPE.in(bytes, rest, to);
    }

    private static int run(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
    }

    private static void set(long[] words, int run) {
        int at = (run & 0xffffff) * 0x9E3779B1 >>> 32 - LOG_MAX;
        words[at >>> 6] |= 1L << at;
    }

    /** Half as large, as long as one bit in eight or fewer is set. */
    private static Trigrams folded(long[] words, boolean escapes) {
        int log = LOG_MAX;
        int set = 0;
        for (long word : words) {
            set += Long.bitCount(word);
        }
        while (log > LOG_MIN && set * 8L < 1L << log - 1) {
            log--;
            var half = new long[1 << log - 6];
            for (int i = 0; i < half.length; i++) {
                half[i] = pairs(words[2 * i]) | pairs(words[2 * i + 1]) << 32;
            }
            words = half;
        }
        return new Trigrams(words, log, escapes);
    }

    /** 32 bits, each the or of two neighbours. */
    private static long pairs(long word) {
        long x = (word | word >>> 1) & 0x5555555555555555L;
        x = (x | x >>> 1) & 0x3333333333333333L;
        x = (x | x >>> 2) & 0x0F0F0F0F0F0F0F0FL;
        x = (x | x >>> 4) & 0x00FF00FF00FF00FFL;
        x = (x | x >>> 8) & 0x0000FFFF0000FFFFL;
        return (x | x >>> 16) & 0xFFFFFFFFL;
    }

    void write(Bytes out) {
        out.u8(log).u8(escapes ? 1 : 0);
        for (long word : words) {
            out.i64(word);
        }
    }

    static Trigrams read(Bytes.In in) {
        int log = in.u8();
        if (log < LOG_MIN || log > LOG_MAX) {
            throw in.bad("a filter has 2^" + log + " bits (expected: 2^9..2^18)");
        }
        boolean escapes = in.u8() == 1;
        var words = new long[1 << log - 6];
        for (int i = 0; i < words.length; i++) {
            words[i] = in.i64();
        }
        return new Trigrams(words, log, escapes);
    }

    boolean escapes() {
        return escapes;
    }

    /** Memory it takes, in values of eight bytes. */
    int weight() {
        return words.length + 4;
    }

    /** False when the text is in no literal; true says nothing. */
    boolean mayHold(byte[] text) {
        return escapes || all(text, 0, text.length) || all(text, 1, text.length);
    }

    /** Whether it tells the truth of a literal. */
    boolean holds(DecodedColumn column, int value) {
        var bytes = column.bytes(value);
        int from = column.from(value);
        int to = column.to(value);
        return all(bytes, from, to) && (escapes || !escaped(bytes, from, to));
    }

    /** Whether every second run is there, the first at {@code from}. */
    private boolean all(byte[] text, int from, int to) {
        long all = 1;
        int i = from;
        for (; i <= to - 8; i += 6) {
            long word = (long) Bytes.LONG.get(text, i); // three runs; two bytes belong to the next
            all &= bit((int) (word >>> 40)) & bit((int) (word >>> 24)) & bit((int) (word >>> 8));
        }
        for (; i < to - 2; i += 2) {
            all &= bit(run(text, i));
        }
        return (all & 1) != 0;
    }

    /** Bit 0 tells whether the run in the lowest three bytes may be there. */
    private long bit(int run) {
        int at = (run & 0xffffff) * 0x9E3779B1 >>> 32 - log;
        return words[at >>> 6] >>> at;
    }

    /** Whether {@code \\u} stands in the text. */
    private static boolean escaped(byte[] text, int from, int to) {
        int i = from;
        for (; i <= to - 8; i += 7) {
            long word = (long) Bytes.LONG.get(text, i);
            if ((zeros(word ^ BACKSLASHES) >>> 8 & zeros(word ^ LETTERS_U)) != 0) {
                break; // likely, never unlikely: looked at once more
            }
        }
        return Search.UNICODE_ESCAPE.in(text, i, to);
    }

    /** The high bit of every byte that is zero, and maybe of one before such a byte. */
    private static long zeros(long word) {
        return word - ONES & ~word & HIGHS;
    }
}
