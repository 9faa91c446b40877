package dev.spoor.ledger;

/**
 * Which runs of three bytes occur among a block's literals of a column, so that a block is not read
 * for a text that is not there. Written beside the block where the literals are many, else learned
 * when the block is first searched for a text.
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
        int from = Integer.MAX_VALUE;
        int to = 0;
        for (int i = 0; i < column.literalStarts.length; i++) {
            from = Math.min(from, column.literalStarts[i]);
            to = Math.max(to, column.literalEnds[i]);
        }
        return of(column.literals, from, to);
    }

    /** Of all bytes in a range; runs across the borders of texts count as well. */
    static Trigrams of(byte[] bytes, int from, int to) {
        var words = new long[1 << LOG_MAX - 6];
        long suspect = 0;
        int i = from;
        for (; i <= to - 8; i += 6) {
            long word =
                    (long) Bytes.LONG.get(bytes, i); // six runs, the next begins with the last two
            suspect |= zeros(word ^ BACKSLASHES) >>> 8 & zeros(word ^ LETTERS_U);
            set(words, (int) (word >>> 40));
            set(words, (int) (word >>> 32));
            set(words, (int) (word >>> 24));
            set(words, (int) (word >>> 16));
            set(words, (int) (word >>> 8));
            set(words, (int) word);
        }
        int rest = i;
        for (; i < to - 2; i++) {
            set(words, (bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff);
        }
        boolean escapes =
                suspect != 0
                        ? Search.UNICODE_ESCAPE.in(bytes, from, to)
                        : Search.UNICODE_ESCAPE.in(bytes, rest, to);
        return folded(words, escapes);
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
        return escapes || all(text, 0, text.length);
    }

    /** Whether it tells the truth of a literal. */
    boolean holds(DecodedColumn column, int value) {
        var bytes = column.bytes(value);
        int from = column.from(value);
        int to = column.to(value);
        return all(bytes, from, to) && (escapes || !escaped(bytes, from, to));
    }

    private boolean all(byte[] text, int from, int to) {
        long all = 1;
        int i = from;
        for (; i <= to - 8; i += 6) {
            long word =
                    (long) Bytes.LONG.get(text, i); // six runs, the next begins with the last two
            all &= bit((int) (word >>> 40)) & bit((int) (word >>> 32)) & bit((int) (word >>> 24));
            all &= bit((int) (word >>> 16)) & bit((int) (word >>> 8)) & bit((int) word);
        }
        for (; i < to - 2; i++) {
            all &= bit((text[i] & 0xff) << 16 | (text[i + 1] & 0xff) << 8 | text[i + 2] & 0xff);
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
