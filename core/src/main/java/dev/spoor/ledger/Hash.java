package dev.spoor.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A quick hash of bytes. Not for keys chosen to collide: whoever uses it bounds his chains. Filters
 * in segments are made with it, so it is part of the format.
 */
final class Hash {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Hash() {}

    static int of(byte[] b, int from, int to) {
        long h = wide(b, from, to);
        return (int) (h ^ h >>> 32);
    }

    /** The bytes from {@code i} on, fewer than eight, as one number. */
    private static long tail(byte[] b, int from, int i, int to) {
        if (to - from >= 8) {
            return i == to ? 0 : (long) Bytes.LONG.get(b, to - 8) & (1L << (to - i) * 8) - 1;
        }
        long tail = 0;
        for (int at = i; at < to; at++) {
            tail = tail << 8 | (b[at] & 0xff);
        }
        return tail;
    }

    /** Multiply and mix, eight bytes at a time. */
    static long wide(byte[] b, int from, int to) {
        long h = 0x9E3779B97F4A7C15L ^ to - from;
        int i = from;
        for (int last = to - 8; i <= last; i += 8) {
            h = (h ^ (long) LONG.get(b, i)) * 0xBF58476D1CE4E5B9L;
            h ^= h >>> 32;
        }
        h = (h ^ tail(b, from, i, to)) * 0x94D049BB133111EBL;
        return h ^ h >>> 29;
    }
}
