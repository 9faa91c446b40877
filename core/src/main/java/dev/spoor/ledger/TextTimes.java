package dev.spoor.ledger;

/**
 * Times as programs write them into their messages: {@code 2026-11-20T11:56:17.109} (with T or
 * space, point or comma), {@code 20/Nov/2026:11:56:17}, and klog's {@code 1120 11:56:17.109203}
 * without a year.
 *
 * <p>A form is a number above 0 that says all about how the time is written: kind, separators and
 * digits of the fraction.
 */
final class TextTimes {
    private static final int ISO = 1;
    private static final int LOG = 2;
    private static final int KLOG = 3;
    private static final int SPACE = 4; // between day and hour
    private static final int COMMA = 8; // before the fraction
    private static final int DIGITS = 16; // times the digits of the fraction

    private static final byte[] MONTHS =
            "JanFebMarAprMayJunJulAugSepOctNovDec"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private TextTimes() {}

    /** The form of the time that starts here, 0 when none does. */
    static int form(byte[] b, int at, int end) {
        if (end - at < 20 && end - at != 19) {
            return 0;
        }
        if (b[at + 4] == '-') {
            return iso(b, at, end);
        }
        if (end - at == 19) {
            return 0;
        }
        if (b[at + 2] == '/') {
            return b[at + 6] == '/'
                            && b[at + 11] == ':'
                            && clock(b, at + 12, end)
                            && digits(b, at, 2)
                            && digits(b, at + 7, 4)
                    ? LOG
                    : 0;
        }
        return b[at + 4] == ' '
                        && clock(b, at + 5, end)
                        && b[at + 13] == '.'
                        && digits(b, at, 4)
                        && digits(b, at + 14, 6)
                ? KLOG
                : 0;
    }

    private static int iso(byte[] b, int at, int end) {
        if (b[at + 7] != '-'
                || (b[at + 10] != 'T' && b[at + 10] != ' ')
                || !clock(b, at + 11, end)
                || !digits(b, at, 4)
                || !digits(b, at + 5, 2)
                || !digits(b, at + 8, 2)) {
            return 0;
        }
        int form = ISO | (b[at + 10] == ' ' ? SPACE : 0);
        int point = at + 19;
        if (point < end && (b[point] == '.' || b[point] == ',')) {
            int fraction = 0;
            while (fraction < 9
                    && point + 1 + fraction < end
                    && b[point + 1 + fraction] >= '0'
                    && b[point + 1 + fraction] <= '9') {
                fraction++;
            }
            if (fraction > 0) {
                form += fraction * DIGITS + (b[point] == ',' ? COMMA : 0);
            }
        }
        return form;
    }

    private static boolean clock(byte[] b, int at, int end) {
        return at + 8 <= end
                && b[at + 2] == ':'
                && b[at + 5] == ':'
                && digits(b, at, 2)
                && digits(b, at + 3, 2)
                && digits(b, at + 6, 2);
    }

    private static boolean digits(byte[] b, int at, int count) {
        for (int i = at; i < at + count; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return false;
            }
        }
        return true;
    }

    /** Whether a number read from a file is a form. */
    static boolean known(long form) {
        return form == LOG
                || form == KLOG
                || (form > 0
                        && form < 10 * DIGITS
                        && (form & 3) == ISO
                        && (form >= DIGITS || (form & COMMA) == 0));
    }

    static int length(int form) {
        return switch (form & 3) {
            case LOG, KLOG -> 20;
            default -> 19 + (form >= DIGITS ? 1 + form / DIGITS : 0);
        };
    }

    /** Nanoseconds in one unit of the last digit. */
    static long unit(int form) {
        return switch (form & 3) {
            case LOG -> 1_000_000_000L;
            case KLOG -> 1000L;
            default -> Stamp.unit(form / DIGITS);
        };
    }

    /**
     * Nanoseconds since 1970 of a text of this form; {@link Stamp#NONE} when it is no time.
     *
     * @param near lends its year where the text has none
     */
    static long parse(int form, byte[] b, int at, long near) {
        return switch (form & 3) {
            case LOG ->
                    nanos(number(b, at + 7, 4), month(b, at + 3), number(b, at, 2), b, at + 12, 0);
            case KLOG ->
                    nanos(
                            Stamp.year(near),
                            number(b, at, 2),
                            number(b, at + 2, 2),
                            b,
                            at + 5,
                            number(b, at + 14, 6) * 1000L);
            default -> {
                int fraction = form / DIGITS;
                yield nanos(
                        number(b, at, 4),
                        number(b, at + 5, 2),
                        number(b, at + 8, 2),
                        b,
                        at + 11,
                        fraction == 0 ? 0 : number(b, at + 20, fraction) * Stamp.unit(fraction));
            }
        };
    }

    private static long nanos(int year, int month, int day, byte[] b, int clock, long fraction) {
        long seconds =
                Stamp.seconds(
                        year,
                        month,
                        day,
                        number(b, clock, 2),
                        number(b, clock + 3, 2),
                        number(b, clock + 6, 2));
        return seconds == Stamp.NONE ? Stamp.NONE : seconds * 1_000_000_000L + fraction;
    }

    private static int number(byte[] b, int at, int count) {
        int value = 0;
        for (int i = at; i < at + count; i++) {
            value = value * 10 + b[i] - '0';
        }
        return value;
    }

    private static int month(byte[] b, int at) {
        for (int i = 0; i < MONTHS.length; i += 3) {
            if (b[at] == MONTHS[i] && b[at + 1] == MONTHS[i + 1] && b[at + 2] == MONTHS[i + 2]) {
                return i / 3 + 1;
            }
        }
        return 0;
    }

    /** Appends the time as text. */
    static void print(int form, long nanos, Bytes out) {
        out.room(64);
        int at = out.size;
        byte[] b = out.array;
        int digits = (form & 3) == KLOG ? 6 : (form & 3) == LOG ? 1 : Math.max(1, form / DIGITS);
        // behind what is to be written: YYYY-MM-DDTHH:MM:SS.f…Z
        int iso = at + 32;
        Stamp.print(nanos, digits, b, iso);
        switch (form & 3) {
            case LOG -> {
                b[at] = b[iso + 8];
                b[at + 1] = b[iso + 9];
                b[at + 2] = '/';
                System.arraycopy(MONTHS, (number(b, iso + 5, 2) - 1) * 3, b, at + 3, 3);
                b[at + 6] = '/';
                System.arraycopy(b, iso, b, at + 7, 4);
                b[at + 11] = ':';
                System.arraycopy(b, iso + 11, b, at + 12, 8);
            }
            case KLOG -> {
                b[at] = b[iso + 5];
                b[at + 1] = b[iso + 6];
                b[at + 2] = b[iso + 8];
                b[at + 3] = b[iso + 9];
                b[at + 4] = ' ';
                System.arraycopy(b, iso + 11, b, at + 5, 15);
            }
            default -> {
                System.arraycopy(b, iso, b, at, 20 + digits);
                b[at + 10] = (byte) ((form & SPACE) != 0 ? ' ' : 'T');
                b[at + 19] = (byte) ((form & COMMA) != 0 ? ',' : '.');
            }
        }
        out.size += length(form);
    }
}
