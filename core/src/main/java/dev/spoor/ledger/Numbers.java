package dev.spoor.ledger;

/**
 * Streams of integers as byte planes: all lowest bytes, then all second bytes, …; see docs/format.
 */
final class Numbers {
    private Numbers() {}

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    /** Bytes that hold the value, unsigned. */
    static int width(long value) {
        return (71 - Long.numberOfLeadingZeros(value)) / 8;
    }

    /** Count, width in bytes, planes. */
    static void write(long[] values, int count, Bytes out) {
        int width = width(all(values, count));
        out.varint(count).u8(width);
        out.room(width * count);
        for (int plane = 0; plane < width; plane++) {
            write(values, count, plane * 8, out.array, out.size);
            out.size += count;
        }
    }

    // Each loop stands alone, so that what the optimising compiler takes is small

    /** The bits that any of them has. */
    private static long all(long[] values, int count) {
        long all = 0;
        for (int i = 0; i < count; i++) {
            all |= values[i];
        }
        return all;
    }

    private static void write(long[] values, int count, int shift, byte[] array, int at) {
        for (int i = 0; i < count; i++) {
            array[at + i] = (byte) (values[i] >>> shift);
        }
    }

    private static void read(byte[] array, int at, int shift, long[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] |= (array[at + i] & 0xffL) << shift;
        }
    }

    /** Each number the sum of it and all before, which stand as signed steps. */
    static void sum(long[] steps) {
        long last = 0;
        for (int i = 0; i < steps.length; i++) {
            last += unzigzag(steps[i]);
            steps[i] = last;
        }
    }

    /** Each number the signed step from the one before, the first from 0; sums undo it. */
    static void steps(long[] values, int count) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            long value = values[i];
            values[i] = zigzag(value - last);
            last = value;
        }
    }

    static int[] ints(long[] values) {
        var ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }

    static long[] read(Bytes.In in, int max) {
        int count = in.count(max);
        int width = in.u8();
        if (width > 8) {
            throw in.bad("a number is " + width + " bytes wide (expected: 0..8)");
        }
        in.need((long) width * count);
        var values = new long[count];
        for (int plane = 0; plane < width; plane++) {
            read(in.array, in.at, plane * 8, values);
            in.at += count;
        }
        return values;
    }

    /** Reads as many numbers as there must be. */
    static long[] exactly(Bytes.In in, int count) {
        var values = read(in, count);
        if (values.length != count) {
            throw in.bad("tells " + values.length + " values (expected: " + count + ")");
        }
        return values;
    }
}
