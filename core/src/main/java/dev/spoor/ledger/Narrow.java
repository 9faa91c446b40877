package dev.spoor.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Unsigned numbers in memory as they are kept: in as many bytes each as the largest needs, none at
 * all where they are all the same. Not to be changed.
 */
final class Narrow {
    final int count;

    /** What all of them are, where none of the arrays is there. */
    final int same;

    final byte @Nullable [] bytes;
    final short @Nullable [] shorts;
    private final int @Nullable [] ints;

    private Narrow(
            int count,
            int same,
            byte @Nullable [] bytes,
            short @Nullable [] shorts,
            int @Nullable [] ints) {
        this.count = count;
        this.same = same;
        this.bytes = bytes;
        this.shorts = shorts;
        this.ints = ints;
    }

    /** So many times the same. */
    static Narrow same(int count, int value) {
        return new Narrow(count, value, null, null, null);
    }

    /**
     * How far each number lies above the least of them; null where one is further away than an int
     * tells.
     */
    static @Nullable Narrow above(long least, long[] values) {
        long most = 0;
        for (long value : values) {
            long far = value - least;
            if (far < 0) {
                return null;
            }
            most |= far;
        }
        if (most == 0) {
            return same(values.length, 0);
        }
        int count = values.length;
        if (most <= 0xff) {
            var bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) (values[i] - least);
            }
            return new Narrow(count, 0, bytes, null, null);
        }
        if (most <= 0xffff) {
            var shorts = new short[count];
            for (int i = 0; i < count; i++) {
                shorts[i] = (short) (values[i] - least);
            }
            return new Narrow(count, 0, null, shorts, null);
        }
        if (most > Integer.MAX_VALUE) {
            return null;
        }
        var ints = new int[count];
        for (int i = 0; i < count; i++) {
            ints[i] = (int) (values[i] - least);
        }
        return new Narrow(count, 0, null, null, ints);
    }

    /** As many as there must be, as {@link Numbers#write} wrote them. */
    static Narrow read(Bytes.In in, int expected) {
        int count = in.count(expected);
        int width = in.u8();
        if (count != expected) {
            throw in.bad("tells " + count + " values (expected: " + expected + ")");
        }
        if (width > 4) {
            throw in.bad("a small number is " + width + " bytes wide (expected: 0..4)");
        }
        in.need((long) width * count);
        int at = in.at;
        in.at += width * count;
        return switch (width) {
            case 0 -> same(count, 0);
            case 1 ->
                    new Narrow(count, 0, Arrays.copyOfRange(in.array, at, at + count), null, null);
            case 2 -> new Narrow(count, 0, null, shorts(in.array, at, count), null);
            default -> new Narrow(count, 0, null, null, ints(in.array, at, count, width));
        };
    }

    private static short[] shorts(byte[] planes, int at, int count) {
        var shorts = new short[count];
        for (int i = 0; i < count; i++) {
            shorts[i] = (short) (planes[at + i] & 0xff | planes[at + count + i] << 8);
        }
        return shorts;
    }

    private static int[] ints(byte[] planes, int at, int count, int width) {
        var ints = new int[count];
        for (int plane = 0; plane < width; plane++) {
            for (int i = 0; i < count; i++) {
                ints[i] |= (planes[at + plane * count + i] & 0xff) << 8 * plane;
            }
        }
        return ints;
    }

    int at(int i) {
        if (bytes != null) {
            return bytes[i] & 0xff;
        }
        if (shorts != null) {
            return shorts[i] & 0xffff;
        }
        return ints != null ? ints[i] : same;
    }

    /** Whether all of them are in 0..end-1. */
    boolean below(int end) {
        if (bytes != null) {
            return end > 0xff || below(bytes, end);
        }
        if (shorts != null) {
            return end > 0xffff || below(shorts, end);
        }
        return ints != null ? below(ints, end) : count == 0 || same >= 0 && same < end;
    }

    // Each loop stands alone, so that what the optimising compiler takes is small

    private static boolean below(byte[] bytes, int end) {
        int most = 0;
        for (byte b : bytes) {
            most = Math.max(most, b & 0xff);
        }
        return most < end;
    }

    private static boolean below(short[] shorts, int end) {
        int most = 0;
        for (short s : shorts) {
            most = Math.max(most, s & 0xffff);
        }
        return most < end;
    }

    private static boolean below(int[] ints, int end) {
        for (int i : ints) {
            if (i < 0 || i >= end) {
                return false;
            }
        }
        return true;
    }

    /** The places, as bits, of the numbers whose entry in a table is this. */
    long[] among(byte[] table, byte asked) {
        var found = new long[(count + 63) / 64];
        if (bytes != null) {
            int one = single(table, asked);
            if (one >= 0) {
                equal(bytes, one, found);
            } else {
                among(bytes, table, asked, found);
            }
        } else if (shorts != null) {
            among(shorts, table, asked, found);
        } else {
            for (int i = 0; i < count; i++) {
                found[i >>> 6] |= table[at(i)] == asked ? 1L << i : 0;
            }
        }
        return found;
    }

    /** The only place of the table with this entry; -1 where there are more or none. */
    private static int single(byte[] table, byte asked) {
        int found = -1;
        for (int i = 0; i < table.length; i++) {
            if (table[i] == asked) {
                if (found >= 0) {
                    return -1;
                }
                found = i;
            }
        }
        return found;
    }

    /** Eight bytes are compared at a time. */
    private static void equal(byte[] bytes, int asked, long[] found) {
        long pattern = asked * 0x0101010101010101L;
        int whole = bytes.length & ~7;
        for (int i = 0; i < whole; i += 8) {
            long apart = (long) EIGHT.get(bytes, i) ^ pattern;
            long zero = ~((apart & LOW_BITS) + LOW_BITS | apart | LOW_BITS);
            if (zero != 0) { // one bit of each byte to the lowest eight
                found[i >>> 6] |= ((zero >>> 7) * 0x0102040810204080L >>> 56) << (i & 63);
            }
        }
        for (int i = whole; i < bytes.length; i++) {
            found[i >>> 6] |= (bytes[i] & 0xff) == asked ? 1L << i : 0;
        }
    }

    private static final VarHandle EIGHT =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;

    private static void among(byte[] bytes, byte[] table, byte asked, long[] found) {
        for (int i = 0; i < bytes.length; i++) {
            found[i >>> 6] |= table[bytes[i] & 0xff] == asked ? 1L << i : 0;
        }
    }

    private static void among(short[] shorts, byte[] table, byte asked, long[] found) {
        for (int i = 0; i < shorts.length; i++) {
            found[i >>> 6] |= table[shorts[i] & 0xffff] == asked ? 1L << i : 0;
        }
    }

    /** What it takes of memory, in bytes. */
    long weight() {
        return 32L
                + (bytes == null ? 0 : bytes.length)
                + (shorts == null ? 0 : 2L * shorts.length)
                + (ints == null ? 0 : 4L * ints.length);
    }
}
