package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Between the escaped slice of a JSON string and its text, by {@link Escape} dialect. Works on
 * bytes; bytes that are not UTF-8 pass unchanged in both directions.
 */
public final class Escaping {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private Escaping() {}

    /**
     * Decodes the inside of a JSON string (without its quotes) and returns how many bytes were
     * written. An escape that JSON does not know stays as it is; a lone surrogate becomes U+FFFD.
     *
     * @param into at least {@code to - from} bytes: the text is never longer than its escaped form
     */
    public static int decode(byte[] slice, int from, int to, byte[] into) {
        int out = 0;
        int i = from;
        while (i < to) {
            byte b = slice[i];
            if (b != '\\' || i + 1 >= to) {
                into[out++] = b;
                i++;
                continue;
            }
            int simple = simple(slice[i + 1]);
            if (simple >= 0) {
                into[out++] = (byte) simple;
                i += 2;
                continue;
            }
            int unit = slice[i + 1] == 'u' ? unit(slice, i + 2, to) : -1;
            if (unit < 0) {
                into[out++] = b;
                i++;
                continue;
            }
            i += 6;
            int point = unit;
            if (Character.isHighSurrogate((char) unit)
                    && i + 1 < to
                    && slice[i] == '\\'
                    && slice[i + 1] == 'u') {
                int low = unit(slice, i + 2, to);
                if (low >= 0 && Character.isLowSurrogate((char) low)) {
                    point = Character.toCodePoint((char) unit, (char) low);
                    i += 6;
                }
            }
            out = utf8(point, into, out);
        }
        return out;
    }

    /** The escaped form of a text in a dialect; a text in dialect NONE is its own form. */
    public static byte[] encode(Escape dialect, byte[] view, int offset, int length) {
        if (dialect == Escape.NONE) {
            return Arrays.copyOfRange(view, offset, offset + length);
        }
        if (dialect == Escape.OTHER) {
            throw new IllegalArgumentException("escape: OTHER cannot be reproduced from the view");
        }
        var out = new byte[length + length / 4 + 16];
        int size = 0;
        for (int i = offset, end = offset + length; i < end; i++) {
            if (size + 6 > out.length) {
                out = Arrays.copyOf(out, out.length * 2);
            }
            if (separator(dialect, view, i, end)) {
                size = escape(0x2000 | (view[i + 2] & 0x3f), out, size);
                i += 2;
            } else {
                size = put(dialect, view[i], out, size);
            }
        }
        return Arrays.copyOf(out, size);
    }

    /**
     * The dialect in which escaping the view gives exactly this slice, or {@link Escape#OTHER}.
     * {@link Escape#NONE} when both are equal byte for byte.
     */
    public static Escape dialect(
            byte[] slice, int from, int to, byte[] view, int viewFrom, int viewTo) {
        if (Arrays.equals(slice, from, to, view, viewFrom, viewTo)) {
            return Escape.NONE;
        }
        if (gives(Escape.MINIMAL, slice, from, to, view, viewFrom, viewTo)) {
            return Escape.MINIMAL;
        }
        return gives(Escape.GO, slice, from, to, view, viewFrom, viewTo) ? Escape.GO : Escape.OTHER;
    }

    private static boolean gives(
            Escape dialect, byte[] slice, int from, int to, byte[] view, int viewFrom, int viewTo) {
        var scratch = new byte[6];
        int at = from;
        for (int i = viewFrom; i < viewTo; i++) {
            int size;
            if (separator(dialect, view, i, viewTo)) {
                size = escape(0x2000 | (view[i + 2] & 0x3f), scratch, 0);
                i += 2;
            } else {
                size = put(dialect, view[i], scratch, 0);
            }
            if (at + size > to || !Arrays.equals(scratch, 0, size, slice, at, at + size)) {
                return false;
            }
            at += size;
        }
        return at == to;
    }

    /** U+2028 or U+2029, which Go escapes always: e2 80 a8, e2 80 a9. */
    private static boolean separator(Escape dialect, byte[] view, int i, int end) {
        return dialect == Escape.GO
                && view[i] == (byte) 0xe2
                && i + 2 < end
                && view[i + 1] == (byte) 0x80
                && (view[i + 2] == (byte) 0xa8 || view[i + 2] == (byte) 0xa9);
    }

    private static int put(Escape dialect, byte b, byte[] out, int size) {
        if (b < 0 || (b >= 0x20 && b != '"' && b != '\\')) {
            if (dialect == Escape.GO && (b == '<' || b == '>' || b == '&')) {
                return escape(b, out, size);
            }
            out[size] = b;
            return size + 1;
        }
        int letter =
                switch (b) {
                    case '"' -> '"';
                    case '\\' -> '\\';
                    case '\b' -> 'b';
                    case '\f' -> 'f';
                    case '\n' -> 'n';
                    case '\r' -> 'r';
                    case '\t' -> 't';
                    default -> 0;
                };
        if (letter == 0) {
            return escape(b, out, size);
        }
        out[size] = '\\';
        out[size + 1] = (byte) letter;
        return size + 2;
    }

    private static int escape(int unit, byte[] out, int size) {
        out[size] = '\\';
        out[size + 1] = 'u';
        out[size + 2] = HEX[unit >> 12 & 0xf];
        out[size + 3] = HEX[unit >> 8 & 0xf];
        out[size + 4] = HEX[unit >> 4 & 0xf];
        out[size + 5] = HEX[unit & 0xf];
        return size + 6;
    }

    private static int simple(byte letter) {
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
    }

    private static int unit(byte[] slice, int from, int to) {
        if (from + 4 > to) {
            return -1;
        }
        int unit = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = Character.digit(slice[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private static int utf8(int point, byte[] into, int at) {
        int value = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
        if (value < 0x80) {
            into[at] = (byte) value;
            return at + 1;
        }
        if (value < 0x800) {
            into[at] = (byte) (0xc0 | value >> 6);
            into[at + 1] = (byte) (0x80 | (value & 0x3f));
            return at + 2;
        }
        if (value < 0x10000) {
            into[at] = (byte) (0xe0 | value >> 12);
            into[at + 1] = (byte) (0x80 | (value >> 6 & 0x3f));
            into[at + 2] = (byte) (0x80 | (value & 0x3f));
            return at + 3;
        }
        into[at] = (byte) (0xf0 | value >> 18);
        into[at + 1] = (byte) (0x80 | (value >> 12 & 0x3f));
        into[at + 2] = (byte) (0x80 | (value >> 6 & 0x3f));
        into[at + 3] = (byte) (0x80 | (value & 0x3f));
        return at + 4;
    }
}
