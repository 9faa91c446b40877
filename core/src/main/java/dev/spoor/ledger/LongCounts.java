package dev.spoor.ledger;

import java.util.Arrays;

/** Counts by number: open addressing, without objects. Numbers are 0 or more. */
final class LongCounts {
    private long[] keys = new long[256];
    private long[] counts = new long[256];
    private int size;

    LongCounts() {
        Arrays.fill(keys, -1);
    }

    void add(long key) {
        add(key, 1);
    }

    void add(long key, long count) {
        int mask = keys.length - 1;
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 40) & mask;
        while (keys[slot] != key) {
            if (keys[slot] < 0) {
                insert(slot, key, count);
                return;
            }
            slot = slot + 1 & mask;
        }
        counts[slot] += count;
    }

    private void insert(int slot, long key, long count) {
        keys[slot] = key;
        counts[slot] = count;
        if (++size * 2 > keys.length) {
            var oldKeys = keys;
            var oldCounts = counts;
            keys = new long[oldKeys.length * 2];
            counts = new long[keys.length];
            Arrays.fill(keys, -1);
            int mask = keys.length - 1;
            for (int i = 0; i < oldKeys.length; i++) {
                if (oldKeys[i] >= 0) {
                    int at = (int) (oldKeys[i] * 0x9E3779B97F4A7C15L >>> 40) & mask;
                    while (keys[at] >= 0) {
                        at = at + 1 & mask;
                    }
                    keys[at] = oldKeys[i];
                    counts[at] = oldCounts[i];
                }
            }
        }
    }

    /** Takes a number and how often it was added. */
    interface Each {
        void take(long key, long count);
    }

    void each(Each each) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] >= 0) {
                each.take(keys[i], counts[i]);
            }
        }
    }

    void clear() {
        if (size > 0) {
            keys = new long[256];
            counts = new long[256];
            size = 0;
            Arrays.fill(keys, -1);
        }
    }
}
