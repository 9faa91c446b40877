package dev.spoor.report;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON (RFC 8259) as UTF-8 bytes, without blanks. A document names dozens of megabytes of
 * short texts that are nearly all printable ASCII: these are copied, not translated.
 *
 * <p>Escaped are what JSON demands, DEL and every hidden character ({@link Visible#hidden}) up to
 * U+FFFF. A lone surrogate becomes U+FFFD. The caller closes what it opens.
 */
final class JsonWriter {
    private static final int BUFFER_BYTES = 1 << 16;

    /** The most bytes that one character takes: an escape. */
    private static final int CHAR_BYTES_MAX = 6;

    /** Longer texts are written in pieces. */
    private static final int PIECE_CHARS = BUFFER_BYTES / CHAR_BYTES_MAX - 2;

    private static final byte[] UPPER = ascii("0123456789ABCDEF");
    private static final byte[] LOWER = ascii("0123456789abcdef");
    private static final byte[] NULL = ascii("null");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    /** Of ASCII: 1 = stands as it is. */
    private static final byte[] PLAIN = plain();

    private static final long SECONDS_A_DAY = 86_400;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int end;

    /** Whether a comma must stand before what comes next. */
    private boolean comma;

    /** {@code 2026-01-02T} of the day written last. */
    private byte[] date = new byte[0];

    private long day = Long.MIN_VALUE;

    JsonWriter(OutputStream out) {
        this.out = out;
    }

    private static byte[] plain() {
        var plain = new byte[128];
        Arrays.fill(plain, ' ', 0x7f, (byte) 1);
        plain['"'] = 0;
        plain['\\'] = 0;
        return plain;
    }

    /** A member's name as it is written: quoted, with its colon. To be made once. */
    static byte[] name(String name) {
        return ascii('"' + name + "\":");
    }

    private static byte[] ascii(String text) {
        var bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    void open(char bracket) {
        room(2);
        separate();
        buffer[end++] = (byte) bracket;
        comma = false;
    }

    void close(char bracket) {
        room(1);
        buffer[end++] = (byte) bracket;
        comma = true;
    }

    /** What {@link #name(String)} has made; a value must follow. */
    void member(byte[] name) {
        room(name.length + 1);
        separate();
        put(name);
        comma = false;
    }

    void number(long value) {
        value(ascii(Long.toString(value)));
    }

    void number(double value) {
        value(ascii(Double.toString(value)));
    }

    void bool(boolean value) {
        value(value ? TRUE : FALSE);
    }

    void none() {
        value(NULL);
    }

    private void value(byte[] bytes) {
        room(bytes.length + 1);
        separate();
        put(bytes);
        comma = true;
    }

    /** RFC 3339 in UTC, as {@link Instant#toString} writes it. */
    void time(Instant time) {
        long days = Math.floorDiv(time.getEpochSecond(), SECONDS_A_DAY);
        if (days != day) {
            var whole = LocalDate.ofEpochDay(days).toString();
            if (whole.length() != 10) { // a year of more than four digits
                text(time.toString());
                return;
            }
            day = days;
            date = ascii(whole + "T");
        }
        room(date.length + 25);
        separate();
        buffer[end++] = '"';
        put(date);
        int second = (int) Math.floorMod(time.getEpochSecond(), SECONDS_A_DAY);
        digits(second / 3600, 2);
        buffer[end++] = ':';
        digits(second / 60 % 60, 2);
        buffer[end++] = ':';
        digits(second % 60, 2);
        int nano = time.getNano();
        if (nano != 0) {
            buffer[end++] = '.';
            if (nano % 1_000_000 == 0) {
                digits(nano / 1_000_000, 3);
            } else if (nano % 1_000 == 0) {
                digits(nano / 1_000, 6);
            } else {
                digits(nano, 9);
            }
        }
        buffer[end++] = 'Z';
        buffer[end++] = '"';
        comma = true;
    }

    private void digits(int value, int count) {
        int rest = value;
        for (int i = count - 1; i >= 0; i--) {
            buffer[end + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += count;
    }

    void text(@Nullable String text) {
        if (text == null) {
            none();
            return;
        }
        room(2);
        separate();
        buffer[end++] = '"';
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + PIECE_CHARS);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--;
            }
            room((to - from) * CHAR_BYTES_MAX);
            end = piece(text, from, to, buffer, end);
            from = to;
        }
        room(1);
        buffer[end++] = '"';
        comma = true;
    }

    /** Puts characters where there is room for the longest escapes of all; says where they end. */
    private static int piece(String text, int from, int to, byte[] into, int at) {
        int end = at;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < 0x80 && PLAIN[c] != 0) {
                into[end++] = (byte) c;
            } else if (Character.isSurrogate(c)) {
                boolean pair =
                        Character.isHighSurrogate(c)
                                && i + 1 < to
                                && Character.isLowSurrogate(text.charAt(i + 1));
                end = utf8(pair ? Character.toCodePoint(c, text.charAt(i + 1)) : 0xfffd, into, end);
                i += pair ? 1 : 0;
            } else {
                end = special(c, into, end);
            }
        }
        return end;
    }

    private static int special(char c, byte[] into, int at) {
        int end = at;
        int letter =
                switch (c) {
                    case '"', '\\' -> c;
                    case '\b' -> 'b';
                    case '\t' -> 't';
                    case '\n' -> 'n';
                    case '\f' -> 'f';
                    case '\r' -> 'r';
                    default -> 0;
                };
        if (letter != 0) {
            into[end++] = '\\';
            into[end++] = (byte) letter;
            return end;
        }
        if (c >= 0x80 && !Visible.hidden(c)) {
            return utf8(c, into, end);
        }
        var hex = c < 0x80 ? UPPER : LOWER;
        into[end++] = '\\';
        into[end++] = 'u';
        into[end++] = hex[c >> 12];
        into[end++] = hex[c >> 8 & 15];
        into[end++] = hex[c >> 4 & 15];
        into[end++] = hex[c & 15];
        return end;
    }

    private static int utf8(int c, byte[] into, int at) {
        int end = at;
        if (c < 0x800) {
            into[end++] = (byte) (0xc0 | c >> 6);
        } else {
            if (c < 0x10000) {
                into[end++] = (byte) (0xe0 | c >> 12);
            } else {
                into[end++] = (byte) (0xf0 | c >> 18);
                into[end++] = (byte) (0x80 | c >> 12 & 0x3f);
            }
            into[end++] = (byte) (0x80 | c >> 6 & 0x3f);
        }
        into[end++] = (byte) (0x80 | c & 0x3f);
        return end;
    }

    private void separate() {
        if (comma) {
            buffer[end++] = ',';
        }
    }

    private void put(byte[] bytes) {
        System.arraycopy(bytes, 0, buffer, end, bytes.length);
        end += bytes.length;
    }

    private void room(int bytes) {
        if (end + bytes > buffer.length) {
            drain();
        }
    }

    private void drain() {
        try {
            out.write(buffer, 0, end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        end = 0;
    }

    /** Hands on what is written; does not flush the stream. */
    void finish() {
        drain();
    }
}
