package dev.spoor.ledger;

/**
 * Which UUIDs may occur among a block's literals of a column: a Bloom filter of five probes and at
 * least ten bits for each.
 */
final class Identifiers {
    private static final int PROBES = 5;
    private static final int BITS = 10;
    private static final int LOG_MIN = 6;
    private static final int LOG_MAX = 20;

    private final long[] words;
    private final int log;

    /** Whether there are literals that are no UUIDs, of which nothing is known. */
    private final boolean others;

    private Identifiers(long[] words, int log, boolean others) {
        this.words = words;
        this.log = log;
        this.others = others;
    }

    /**
     * An empty filter.
     *
     * @param count how many will be added
     */
    static Identifiers of(int count, boolean others) {
        int log = LOG_MIN;
        while (log < LOG_MAX && 1 << log < count * BITS) {
            log++;
        }
        return new Identifiers(new long[1 << log - 6], log, others);
    }

    private static long mix(long high, long low) {
        long h = (high ^ Long.rotateLeft(low, 31)) * 0x9E3779B97F4A7C15L;
        return (h ^ h >>> 32) * 0xBF58476D1CE4E5B9L;
    }

    void add(long high, long low) {
        long hash = mix(high, low);
        for (int i = 0; i < PROBES; i++) {
            int at = probe(hash, i);
            words[at >>> 6] |= 1L << at;
        }
    }

    private int probe(long hash, int i) {
        return ((int) (hash >>> 32) + i * ((int) hash | 1)) >>> 32 - log;
    }

    /** False when the identifier is in no literal; true says nothing. */
    boolean mayHold(long high, long low) {
        long hash = mix(high, low);
        for (int i = 0; i < PROBES; i++) {
            int at = probe(hash, i);
            if ((words[at >>> 6] >>> at & 1) == 0) {
                return false;
            }
        }
        return true;
    }

    boolean others() {
        return others;
    }

    /** False when none of them is in a literal. */
    boolean mayHold(UuidSet asked) {
        if (others) {
            return true;
        }
        for (int i = 0; i < asked.size(); i++) {
            if (mayHold(asked.high(i), asked.low(i))) {
                return true;
            }
        }
        return false;
    }

    void write(Bytes out) {
        out.u8(log).u8(others ? 1 : 0);
        for (long word : words) {
            out.i64(word);
        }
    }

    static Identifiers read(Bytes.In in) {
        int log = in.u8();
        if (log < LOG_MIN || log > LOG_MAX) {
            throw in.bad("a filter has 2^" + log + " bits (expected: 2^6..2^20)");
        }
        var filter = new Identifiers(new long[1 << log - 6], log, in.u8() == 1);
        for (int i = 0; i < filter.words.length; i++) {
            filter.words[i] = in.i64();
        }
        return filter;
    }

    /** Memory it takes, in values of eight bytes. */
    int weight() {
        return words.length + 4;
    }
}
