package dev.spoor.ledger;

import java.util.Arrays;

/** UUIDs as 16 bytes (RFC 9562 section 4, lower-case hex), and those already seen in a block. */
final class Uuids {
    private static final byte[] DIGITS =
            "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final byte[] VALUES = new byte[256];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < 16; i++) {
            VALUES[DIGITS[i]] = (byte) i;
        }
    }

    private long[] keys = new long[4096]; // pairs
    private int[] indexes = new int[2048]; // + 1
    private int size;

    int size() {
        return size;
    }

    void clear() {
        Arrays.fill(indexes, 0);
        size = 0;
    }

    /** Where it was first seen, from 0, or -1 and remembered. */
    int index(long high, long low) {
        if (size * 2 >= indexes.length) {
            grow();
        }
        int mask = indexes.length - 1;
        int slot = slot(high, low, mask);
        while (indexes[slot] != 0) {
            if (keys[2 * slot] == high && keys[2 * slot + 1] == low) {
                return indexes[slot] - 1;
            }
            slot = (slot + 1) & mask;
        }
        keys[2 * slot] = high;
        keys[2 * slot + 1] = low;
        indexes[slot] = ++size;
        return -1;
    }

    boolean contains(long high, long low) {
        int mask = indexes.length - 1;
        for (int slot = slot(high, low, mask); indexes[slot] != 0; slot = (slot + 1) & mask) {
            if (keys[2 * slot] == high && keys[2 * slot + 1] == low) {
                return true;
            }
        }
        return false;
    }

    private static int slot(long high, long low, int mask) {
        long h = (high ^ Long.rotateLeft(low, 31)) * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 40) & mask;
    }

    private void grow() {
        var oldKeys = keys;
        var oldIndexes = indexes;
        keys = new long[oldKeys.length * 2];
        indexes = new int[oldIndexes.length * 2];
        int mask = indexes.length - 1;
        for (int i = 0; i < oldIndexes.length; i++) {
            if (oldIndexes[i] != 0) {
                int slot = slot(oldKeys[2 * i], oldKeys[2 * i + 1], mask);
                while (indexes[slot] != 0) {
                    slot = (slot + 1) & mask;
                }
                keys[2 * slot] = oldKeys[2 * i];
                keys[2 * slot + 1] = oldKeys[2 * i + 1];
                indexes[slot] = oldIndexes[i];
            }
        }
    }

    static boolean conforms(byte[] b, int from, int to) {
        if (to - from != 36) {
            return false;
        }
        for (int i = 0; i < 36; i++) {
            byte c = b[from + i];
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? c != '-' : VALUES[c & 0xff] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether all bytes are lower-case hexadecimal digits. */
    static boolean hexadecimal(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (VALUES[b[i] & 0xff] < 0) {
                return false;
            }
        }
        return true;
    }

    /** Two lower-case hexadecimal digits become one byte; their number is even. */
    static void pairs(byte[] b, int from, int to, byte[] into, int at) {
        for (int i = from; i < to; i += 2) {
            into[at++] = (byte) (VALUES[b[i]] << 4 | VALUES[b[i + 1]]);
        }
    }

    /** The value of a lower-case hexadecimal digit. */
    static int digit(byte c) {
        return VALUES[c];
    }

    /** The lower-case hexadecimal digit of a value below 16. */
    static byte digit(int value) {
        return DIGITS[value];
    }

    static long high(byte[] b, int from) {
        return hex(b, from, 8) << 32 | hex(b, from + 9, 4) << 16 | hex(b, from + 14, 4);
    }

    static long low(byte[] b, int from) {
        return hex(b, from + 19, 4) << 48 | hex(b, from + 24, 12);
    }

    private static long hex(byte[] b, int from, int digits) {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            value = value << 4 | VALUES[b[i]];
        }
        return value;
    }

    static void print(long high, long low, Bytes out) {
        out.room(36);
        put(high >>> 32, 8, out);
        out.array[out.size++] = '-';
        put(high >>> 16, 4, out);
        out.array[out.size++] = '-';
        put(high, 4, out);
        out.array[out.size++] = '-';
        put(low >>> 48, 4, out);
        out.array[out.size++] = '-';
        put(low, 12, out);
    }

    private static void put(long value, int digits, Bytes out) {
        for (int i = digits - 1; i >= 0; i--) {
            out.array[out.size + i] = DIGITS[(int) (value & 15)];
            value >>>= 4;
        }
        out.size += digits;
    }
}
