package dev.spoor.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Distinct values of a column in order of first appearance, by their raw bytes. Codes are dense
 * from 0 and valid for one {@link #generation}; a segment starts a new one. A column with too many
 * distinct values closes: from then on its values are literals (code -1), also in later
 * generations, so that unique identifiers cost no hashing.
 */
public final class Dictionary {
    /** Longer values are literals. */
    public static final int VALUE_BYTES_MAX = 2048;

    /** More distinct values in one generation close the dictionary. */
    public static final int VALUES_MAX = 1 << 16;

    /** More bytes of distinct values in one generation close the dictionary. */
    public static final int BYTES_MAX = 4 << 20;

    /** After this many look-ups a share of new values above a third closes the dictionary. */
    private static final int TRIAL = 2048;

    /** A longer chain of collisions closes the dictionary. */
    private static final int PROBES_MAX = 256;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private int generation;
    private boolean closed;
    private int size;
    private long lookups;
    private int[] slots = new int[64]; // code + 1, 0 = free
    private int[] hashes = new int[32];
    private int[] ends = new int[33]; // value i = arena[ends[i]..ends[i + 1]]
    private byte[] arena = new byte[512];
    private int last = -1;

    /** Rises when all codes were forgotten. */
    public int generation() {
        return generation;
    }

    /** Number of distinct values. */
    public int size() {
        return size;
    }

    /** Closes at once: the values are known to be unique (identifiers, times, bodies). */
    public void close() {
        closed = true;
    }

    /** Forgets all codes; a closed dictionary stays closed. */
    public void reset() {
        generation++;
        size = 0;
        lookups = 0;
        last = -1;
        Arrays.fill(slots, 0);
    }

    /** A copy of the raw bytes of a value. */
    public byte[] value(int code) {
        return Arrays.copyOfRange(arena, ends[code], ends[code + 1]);
    }

    /**
     * Where the values' bytes stand, for readers that do not copy; valid until the next look-up.
     */
    public byte[] arena() {
        return arena;
    }

    public int start(int code) {
        return ends[code];
    }

    public int end(int code) {
        return ends[code + 1];
    }

    /** The value's code, new if it was not known; -1 = literal. */
    public int code(byte[] bytes, int from, int to) {
        if (closed) {
            return -1;
        }
        int length = to - from;
        if (last >= 0
                && ends[last + 1] - ends[last] == length
                && Ranges.equal(arena, ends[last], bytes, from, length)) {
            return last;
        }
        if (length > VALUE_BYTES_MAX) {
            return -1;
        }
        lookups++;
        int hash = hash(bytes, from, length);
        int mask = slots.length - 1;
        int slot = hash & mask;
        int probes = 0;
        for (int held = slots[slot]; held != 0; held = slots[slot]) {
            if (++probes > PROBES_MAX) {
                closed = true; // keys chosen to collide
                return -1;
            }
            int code = held - 1;
            if (hashes[code] == hash
                    && ends[code + 1] - ends[code] == length
                    && Ranges.equal(arena, ends[code], bytes, from, length)) {
                last = code;
                return code;
            }
            slot = (slot + 1) & mask;
        }
        if (size >= VALUES_MAX
                || ends[size] + length > BYTES_MAX
                || (lookups >= TRIAL && size > lookups / 3)) {
            closed = true;
            return -1;
        }
        return add(bytes, from, length, hash, slot);
    }

    private int add(byte[] bytes, int from, int length, int hash, int slot) {
        int code = size++;
        if (code == hashes.length) {
            hashes = Arrays.copyOf(hashes, hashes.length * 2);
            ends = Arrays.copyOf(ends, hashes.length + 1);
        }
        int start = ends[code];
        if (start + length > arena.length) {
            arena = Arrays.copyOf(arena, Math.max(arena.length * 2, start + length));
        }
        System.arraycopy(bytes, from, arena, start, length);
        ends[code + 1] = start + length;
        hashes[code] = hash;
        slots[slot] = code + 1;
        if (size * 2 > slots.length) {
            grow();
        }
        last = code;
        return code;
    }

    private void grow() {
        slots = new int[slots.length * 2];
        int mask = slots.length - 1;
        for (int code = 0; code < size; code++) {
            int slot = hashes[code] & mask;
            while (slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            slots[slot] = code + 1;
        }
    }

    /**
     * Multiply-mix over 8 bytes at a time; not for keys chosen to collide (tables stay bounded).
     */
    private static int hash(byte[] bytes, int from, int length) {
        long h = 0x9E3779B97F4A7C15L ^ length;
        int i = from;
        int wide = from + length - 8;
        for (; i <= wide; i += 8) {
            h = (h ^ (long) LONG.get(bytes, i)) * 0xBF58476D1CE4E5B9L;
            h ^= h >>> 32;
        }
        long tail = 0;
        if (length >= 8) {
            tail = (long) LONG.get(bytes, wide); // some of it once more
        } else {
            for (int end = from + length; i < end; i++) {
                tail = tail << 8 | (bytes[i] & 0xff);
            }
        }
        h = (h ^ tail) * 0x94D049BB133111EBL;
        h ^= h >>> 29;
        return (int) (h ^ h >>> 32);
    }
}
