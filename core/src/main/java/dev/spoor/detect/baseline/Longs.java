package dev.spoor.detect.baseline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A map from numbers to things; a full one is emptied, for what is forgotten is asked again. */
final class Longs<T> {
    private static final int SIZE_MAX = 1 << 18;

    private long[] keys = new long[1 << 10];
    private @Nullable Object[] values = new Object[1 << 10];
    private int held;

    @SuppressWarnings("unchecked") // only put() writes, and only T
    @Nullable T get(long key) {
        int mask = keys.length - 1;
        for (int slot = slot(key) & mask; ; slot = (slot + 1) & mask) {
            var value = values[slot];
            if (value == null || keys[slot] == key) {
                return (T) value;
            }
        }
    }

    void put(long key, T value) {
        if (held * 2 >= keys.length) {
            grow();
        }
        int mask = keys.length - 1;
        int slot = slot(key) & mask;
        while (values[slot] != null && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        held += values[slot] == null ? 1 : 0;
        keys[slot] = key;
        values[slot] = value;
    }

    void clear() {
        Arrays.fill(values, null);
        held = 0;
    }

    private void grow() {
        if (keys.length >= SIZE_MAX) {
            clear();
            return;
        }
        var oldKeys = keys;
        var oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new Object[oldKeys.length * 2];
        int mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = slot(oldKeys[i]) & mask;
                while (values[slot] != null) {
                    slot = (slot + 1) & mask;
                }
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }

    private static int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ mixed >>> 32);
    }
}
