package dev.spoor.ledger;

import dev.spoor.event.Scanned;
import dev.spoor.event.Shape;
import java.util.Arrays;

/**
 * Request URIs as templates: parts equal to the event's own namespace, name or resource become one
 * byte, long numbers go to a stream of their own. What cannot be taken back exactly stays text.
 */
final class Uris {
    static final byte NAMESPACE = 1;
    static final byte NAME = 2;
    static final byte RESOURCE = 3;
    static final byte NUMBER = 4;

    /** Paths whose values may stand in the URI, by marker - 1. */
    static final String[] PARTS = {"objectRef.namespace", "objectRef.name", "objectRef.resource"};

    private static final int DIGITS_MIN = 3;
    private static final int DIGITS_MAX = 18;
    private static final int LENGTH_MAX = 4096;

    byte[] template = new byte[256];
    int length;
    long[] numbers = new long[16];
    int count;

    /** Index of the part's value in the shape, or -1. */
    static int[] parts(Shape shape) {
        var found = new int[PARTS.length];
        for (int part = 0; part < found.length; part++) {
            found[part] = -1;
            for (int i = 0; i < shape.count(); i++) {
                if (shape.column(i).path().equals(PARTS[part])) {
                    found[part] = i;
                }
            }
        }
        return found;
    }

    /** Makes the template of a URI; false when it must stay text. */
    boolean take(Scanned event, int[] parts, int from, int to) {
        length = 0;
        count = 0;
        byte[] b = event.bytes();
        if (to - from > LENGTH_MAX) {
            return false;
        }
        if (template.length < to - from) {
            template = new byte[LENGTH_MAX];
        }
        if (numbers.length < (to - from) / DIGITS_MIN + 1) {
            numbers = new long[LENGTH_MAX / DIGITS_MIN + 1];
        }
        int at = from;
        boolean start = false;
        while (at < to) {
            byte c = b[at];
            if (c >= 0 && c < 8) {
                return false;
            }
            if (start) {
                int end = part(event, parts, b, at, to);
                if (end > 0) {
                    at = end;
                    start = false;
                    continue;
                }
            }
            if (c >= '1' && c <= '9') {
                at = number(b, at, to);
                start = false;
                continue;
            }
            template[length++] = c;
            at++;
            start =
                    c == '/'
                            || c == '='
                            || (c == 'D' && at - from >= 3 && b[at - 2] == '3' && b[at - 3] == '%');
        }
        return true;
    }

    private int part(Scanned event, int[] parts, byte[] b, int at, int to) {
        for (int part = parts.length - 1; part >= 0; part--) {
            int value = parts[part];
            if (value < 0) {
                continue;
            }
            int size = event.to(value) - event.from(value);
            int end = at + size;
            if (size > 0
                    && end <= to
                    && (end == to || boundary(b[end]))
                    && Arrays.equals(b, at, end, b, event.from(value), event.to(value))) {
                template[length++] = (byte) (part + 1);
                return end;
            }
        }
        return -1;
    }

    private static boolean boundary(byte c) {
        return c == '/' || c == '?' || c == '&' || c == '%' || c == ':';
    }

    private int number(byte[] b, int at, int to) {
        int end = at;
        long value = 0;
        while (end < to && b[end] >= '0' && b[end] <= '9' && end - at < DIGITS_MAX) {
            value = value * 10 + b[end++] - '0';
        }
        if (end - at < DIGITS_MIN) {
            while (at < end) {
                template[length++] = b[at++];
            }
        } else {
            template[length++] = NUMBER;
            numbers[count++] = value;
        }
        return end;
    }

    /** How many numbers the template takes. */
    static int numbers(byte[] template, int from, int to) {
        int found = 0;
        for (int i = from; i < to; i++) {
            if (template[i] == NUMBER) {
                found++;
            }
        }
        return found;
    }

    /** A part's value in the event that is being put together. */
    interface PartValues {
        /**
         * Appends the value of part {@code marker - 1}; null parts are {@link
         * dev.spoor.fault.Tampered}.
         */
        void append(int part);
    }

    /** Puts a URI together; {@code next[0]} is the index of its first number. */
    static void expand(
            byte[] template,
            int from,
            int to,
            long[] numbers,
            int[] next,
            PartValues parts,
            Bytes out) {
        for (int i = from; i < to; i++) {
            byte c = template[i];
            if (c == NUMBER) {
                decimal(numbers[next[0]++], out);
            } else if (c >= NAMESPACE && c <= RESOURCE) {
                parts.append(c - 1);
            } else {
                out.u8(c);
            }
        }
    }

    static void decimal(long value, Bytes out) {
        if (value < 0) {
            out.u8('-');
            value = -value;
        }
        out.room(20);
        if (value >= 0 && value < 100_000) {
            small((int) value, out);
            return;
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        for (int i = digits - 1; i >= 0; i--) {
            out.array[out.size + i] = (byte) ('0' + value % 10);
            value /= 10;
        }
        out.size += digits;
    }

    /** Most numbers of logs have few digits. */
    private static void small(int value, Bytes out) {
        int digits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5;
        int rest = value;
        for (int i = out.size + digits - 1; i > out.size; i--) {
            int tenth = rest / 10;
            out.array[i] = (byte) ('0' + rest - tenth * 10);
            rest = tenth;
        }
        out.array[out.size] = (byte) ('0' + rest);
        out.size += digits;
    }
}
