package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing byte string: fixed integers big-endian, varints as in docs/format (LEB128). */
final class Bytes {
    static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    byte[] array;
    int size;

    Bytes(int capacity) {
        array = new byte[capacity];
    }

    /** These bytes, not copied. */
    static Bytes of(byte[] bytes) {
        var all = new Bytes(0);
        all.array = bytes;
        all.size = bytes.length;
        return all;
    }

    void clear() {
        size = 0;
    }

    void room(int more) {
        if (size + more > array.length) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
        }
    }

    Bytes u8(int value) {
        room(1);
        array[size++] = (byte) value;
        return this;
    }

    Bytes i32(int value) {
        room(4);
        INT.set(array, size, value);
        size += 4;
        return this;
    }

    Bytes i64(long value) {
        room(8);
        LONG.set(array, size, value);
        size += 8;
        return this;
    }

    /** Unsigned LEB128. */
    Bytes varint(long value) {
        room(10);
        while ((value & ~0x7fL) != 0) {
            array[size++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        array[size++] = (byte) value;
        return this;
    }

    Bytes bytes(byte[] source, int from, int length) {
        room(length);
        System.arraycopy(source, from, array, size, length);
        size += length;
        return this;
    }

    Bytes bytes(byte[] source) {
        return bytes(source, 0, source.length);
    }

    /** Varint length, then UTF-8. */
    Bytes text(String value) {
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        return varint(utf8.length).bytes(utf8);
    }

    byte[] copy() {
        return Arrays.copyOf(array, size);
    }

    /**
     * Reads what {@link Bytes} wrote; a read past the end is {@link Tampered}, never an array
     * fault.
     */
    static final class In {
        final byte[] array;
        int at;
        final int end;
        private final String place;

        In(byte[] array, int from, int end, String place) {
            this.array = array;
            this.at = from;
            this.end = end;
            this.place = place;
        }

        In(byte[] array, String place) {
            this(array, 0, array.length, place);
        }

        Tampered bad(String what) {
            return new Tampered(place + ": " + what);
        }

        void need(long more) {
            if (more < 0 || more > end - at) {
                throw bad("ends early (expected " + more + " bytes more)");
            }
        }

        int u8() {
            need(1);
            return array[at++] & 0xff;
        }

        int i32() {
            need(4);
            int value = (int) INT.get(array, at);
            at += 4;
            return value;
        }

        long i64() {
            need(8);
            long value = (long) LONG.get(array, at);
            at += 8;
            return value;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                int b = u8();
                value |= (long) (b & 0x7f) << shift;
                if (b < 0x80) {
                    return value;
                }
            }
            throw bad("a varint is longer than 10 bytes");
        }

        /** A varint that must lie within 0..max. */
        int count(long max) {
            long value = varint();
            if (value < 0 || value > max) {
                throw bad("a count is " + value + " (expected: 0.." + max + ")");
            }
            return (int) value;
        }

        /** A fixed-width integer that must lie within 0..max. */
        int count32(int max) {
            int value = i32();
            if (value < 0 || value > max) {
                throw bad("a count is " + value + " (expected: 0.." + max + ")");
            }
            return value;
        }

        void skip(int length) {
            need(length);
            at += length;
        }

        byte[] bytes(int length) {
            need(length);
            at += length;
            return Arrays.copyOfRange(array, at - length, at);
        }

        String text() {
            int length = count(end - at);
            at += length;
            return new String(array, at - length, length, StandardCharsets.UTF_8);
        }

        boolean more() {
            return at < end;
        }

        void done() {
            if (at != end) {
                throw bad((end - at) + " bytes too many");
            }
        }
    }
}
