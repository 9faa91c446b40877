package dev.spoor.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compares short runs of bytes, as values and what stands between them are: eight at a time,
 * without the preparation that pays off for long ones.
 */
public final class Ranges {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** From here on {@link Arrays#equals} is quicker. */
    private static final int LONG_MIN = 64;

    private Ranges() {}

    /**
     * Whether so many bytes from one place on are those from another on.
     *
     * @throws IndexOutOfBoundsException when one of them does not stand in its array
     */
    public static boolean equal(byte[] a, int from, byte[] b, int at, int length) {
        if (length < 4) {
            for (int i = 0; i < length; i++) {
                if (a[from + i] != b[at + i]) {
                    return false;
                }
            }
            return true;
        }
        if (length < 8) {
            int last = length - 4;
            return (int) INT.get(a, from) == (int) INT.get(b, at)
                    && (int) INT.get(a, from + last) == (int) INT.get(b, at + last);
        }
        if (length >= LONG_MIN) {
            return Arrays.equals(a, from, from + length, b, at, at + length);
        }
        int last = length - 8;
        for (int i = 0; i < last; i += 8) {
            if ((long) LONG.get(a, from + i) != (long) LONG.get(b, at + i)) {
                return false;
            }
        }
        return (long) LONG.get(a, from + last) == (long) LONG.get(b, at + last);
    }
}
