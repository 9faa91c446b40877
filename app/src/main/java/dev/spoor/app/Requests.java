package dev.spoor.app;

/**
 * Counts API requests among their records: two or three records with one auditID are one.
 *
 * <p>Exact while the records of one request lie within {@link #GENERATION} other requests; memory
 * stays at two tables whatever the input holds.
 */
final class Requests {
    /** So many ids are remembered, and those of the generation before. */
    static final int GENERATION = 1 << 20;

    private static final int SLOTS = GENERATION * 2;

    /** So many are looked up at once: the waits for memory then overlap. */
    private static final int BATCH = 512;

    private final long[] batch = new long[BATCH];
    private int waiting;

    private long[] young = new long[1 << 12];
    private long[] old = new long[0];
    private int held;
    private long count;
    private boolean repeated;

    long count() {
        lookUp();
        return count;
    }

    /** Whether any id came twice, or may have: older ids than are remembered were forgotten. */
    boolean repeated() {
        lookUp();
        return repeated;
    }

    /** Counts the id if it is new. {@code hash} is a good 64-bit hash of source and auditID. */
    void add(long hash) {
        batch[waiting++] = hash == 0 ? 1 : hash;
        if (waiting == BATCH) {
            lookUp();
        }
    }

    private void lookUp() {
        for (int i = 0; i < waiting; i++) {
            take(batch[i]);
        }
        waiting = 0;
    }

    private void take(long key) {
        if (holds(old, key) || !put(young, key)) {
            repeated = true;
            return;
        }
        count++;
        held++;
        if (held == GENERATION) {
            repeated |= old.length > 0;
            old = young;
            young = new long[SLOTS];
            held = 0;
        } else if (held * 2 > young.length) {
            grow();
        }
    }

    /** Counts a request that has no id to be joined by. */
    void addSingle() {
        count++;
        repeated = true; // who knows
    }

    private void grow() {
        var wider = new long[young.length * 2];
        for (long key : young) {
            if (key != 0) {
                put(wider, key);
            }
        }
        young = wider;
    }

    private static boolean holds(long[] table, long key) {
        if (table.length == 0) {
            return false;
        }
        int slot = slot(table, key);
        while (table[slot] != 0) {
            if (table[slot] == key) {
                return true;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return false;
    }

    private static boolean put(long[] table, long key) {
        int slot = slot(table, key);
        while (table[slot] != 0) {
            if (table[slot] == key) {
                return false;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        table[slot] = key;
        return true;
    }

    private static int slot(long[] table, long key) {
        return (int) (key ^ (key >>> 32)) & (table.length - 1);
    }

    /** 64-bit hash of a source number and the bytes of an id; FNV-1a with a last mixing step. */
    static long hash(int source, byte[] bytes, int from, int to) {
        long hash = 0xcbf29ce484222325L ^ source;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        hash *= 0xd6e8feb86659fd93L;
        return hash ^ (hash >>> 32);
    }
}
