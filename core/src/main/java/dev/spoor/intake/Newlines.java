package dev.spoor.intake;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds line ends eight bytes at a time. */
final class Newlines {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long PATTERN = ONES * '\n';

    private Newlines() {}

    /** Index of the next line feed, or -1. */
    static int next(byte[] bytes, int from, int to) {
        int i = from;
        for (int wide = to - 32; i <= wide; i += 32) {
            long a = hit((long) LONG.get(bytes, i));
            long b = hit((long) LONG.get(bytes, i + 8));
            long c = hit((long) LONG.get(bytes, i + 16));
            long d = hit((long) LONG.get(bytes, i + 24));
            if ((a | b | c | d) != 0) {
                if (a != 0) {
                    return i + (Long.numberOfTrailingZeros(a) >>> 3);
                }
                if (b != 0) {
                    return i + 8 + (Long.numberOfTrailingZeros(b) >>> 3);
                }
                if (c != 0) {
                    return i + 16 + (Long.numberOfTrailingZeros(c) >>> 3);
                }
                return i + 24 + (Long.numberOfTrailingZeros(d) >>> 3);
            }
        }
        for (; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** The lowest set bit marks the first line feed of the word (higher bits may be false). */
    private static long hit(long word) {
        long x = word ^ PATTERN;
        return (x - ONES) & ~x & HIGHS;
    }

    static long count(byte[] bytes, int from, int to) {
        long count = 0;
        for (int i = next(bytes, from, to); i >= 0; i = next(bytes, i + 1, to)) {
            count++;
        }
        return count;
    }
}
