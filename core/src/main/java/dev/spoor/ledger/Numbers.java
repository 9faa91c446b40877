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
        long all = 0;
        for (int i = 0; i < count; i++) {
            all |= values[i];
        }
        int width = width(all);
        out.varint(count).u8(width);
        out.room(width * count);
        for (int plane = 0; plane < width; plane++) {
            int shift = plane * 8;
            byte[] array = out.array;
            int at = out.size;
            for (int i = 0; i < count; i++) {
                array[at + i] = (byte) (values[i] >>> shift);
            }
            out.size += count;
        }
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
            int shift = plane * 8;
            for (int i = 0; i < count; i++) {
                values[i] |= (in.array[in.at + i] & 0xffL) << shift;
            }
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
