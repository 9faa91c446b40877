package dev.spoor.ledger;

/**
 * RFC 3339 times in UTC with 1 to 9 digits of fraction, as (nanoseconds since 1970, digits): only
 * those that print back to the same bytes.
 */
final class Stamp {
    static final long NONE = Long.MIN_VALUE;

    private static final long[] SCALE = {
        1_000_000_000L,
        100_000_000L,
        10_000_000L,
        1_000_000L,
        100_000L,
        10_000L,
        1_000L,
        100L,
        10L,
        1L
    };

    private Stamp() {}

    /** Nanoseconds in one unit of the last digit. */
    static long unit(int digits) {
        return SCALE[digits];
    }

    /** Digits of fraction of a time of this length in bytes. */
    static int digits(int length) {
        return length - 21;
    }

    /** Nanoseconds since 1970, or {@link #NONE} when the bytes are not of this form. */
    static long parse(byte[] b, int from, int to) {
        int length = to - from;
        if (length < 22 || length > 30) {
            return NONE;
        }
        if (b[from + 4] != '-'
                || b[from + 7] != '-'
                || b[from + 10] != 'T'
                || b[from + 13] != ':'
                || b[from + 16] != ':'
                || b[from + 19] != '.'
                || b[to - 1] != 'Z') {
            return NONE;
        }
        int year = two(b, from) * 100 + two(b, from + 2);
        int month = two(b, from + 5);
        int day = two(b, from + 8);
        int hour = two(b, from + 11);
        int minute = two(b, from + 14);
        int second = two(b, from + 17);
        long seconds = seconds(year, month, day, hour, minute, second);
        if (seconds == NONE) {
            return NONE;
        }
        long fraction = 0;
        for (int i = from + 20; i < to - 1; i++) {
            int digit = b[i] - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            fraction = fraction * 10 + digit;
        }
        return seconds * 1_000_000_000L + fraction * SCALE[digits(length)];
    }

    /** Seconds since 1970, or {@link #NONE} when there is no such time. */
    static long seconds(int year, int month, int day, int hour, int minute, int second) {
        if (year < 1700 || year > 2200 || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
            return NONE;
        }
        if (month < 1
                || month > 12
                || day < 1
                || day > days(year, month)
                || second < 0
                || second > 59) {
            return NONE;
        }
        return epochDay(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second;
    }

    private static int two(byte[] b, int at) {
        int tens = b[at] - '0';
        int ones = b[at + 1] - '0';
        return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -10_000 : tens * 10 + ones;
    }

    private static int days(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    /**
     * Days since 1970-01-01 in the proleptic Gregorian calendar (years from March, as eras of 400).
     */
    private static long epochDay(int year, int month, int day) {
        int y = month <= 2 ? year - 1 : year;
        int era = y / 400;
        int ofEra = y - era * 400;
        int ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097L + ofEra * 365L + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
    }

    /** The year, 1970 for {@link #NONE}. */
    static int year(long nanos) {
        if (nanos == NONE) {
            return 1970;
        }
        long z = Math.floorDiv(nanos, 86_400_000_000_000L) + 719_468;
        long era = z / 146_097;
        int ofEra = (int) (z - era * 146_097);
        int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
        int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        return (int) (yearOfEra + era * 400) + ((5 * ofYear + 2) / 153 < 10 ? 0 : 1);
    }

    /**
     * A day as it stands before the hour. Events lie side by side: the last day printed is often
     * the next.
     */
    private record Day(long number, byte[] text) {
        static Day of(long number) {
            long z = number + 719_468;
            long era = z / 146_097;
            int ofEra = (int) (z - era * 146_097);
            int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
            int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            int m = (5 * ofYear + 2) / 153;
            int month = m < 10 ? m + 3 : m - 9;
            int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
            var text = new byte[11];
            put(text, 0, year / 100);
            put(text, 2, year % 100);
            text[4] = '-';
            put(text, 5, month);
            text[7] = '-';
            put(text, 8, ofYear - (153 * m + 2) / 5 + 1);
            text[10] = 'T';
            return new Day(number, text);
        }
    }

    private static volatile Day last = Day.of(0);

    /** Writes the time with that many digits; returns the length. */
    static int print(long nanos, int digits, byte[] out, int at) {
        long seconds = Math.floorDiv(nanos, 1_000_000_000L);
        long fraction = (nanos - seconds * 1_000_000_000L) / SCALE[digits];
        long number = Math.floorDiv(seconds, 86_400L);
        int second = (int) (seconds - number * 86_400L);
        var day = last;
        if (day.number != number) {
            day = Day.of(number);
            last = day;
        }
        System.arraycopy(day.text, 0, out, at, 11);
        put(out, at + 11, second / 3600);
        out[at + 13] = ':';
        put(out, at + 14, second / 60 % 60);
        out[at + 16] = ':';
        put(out, at + 17, second % 60);
        out[at + 19] = '.';
        for (int i = digits - 1; i >= 0; i--) {
            out[at + 20 + i] = (byte) ('0' + fraction % 10);
            fraction /= 10;
        }
        out[at + 20 + digits] = 'Z';
        return 21 + digits;
    }

    private static void put(byte[] out, int at, int value) {
        out[at] = (byte) ('0' + value / 10);
        out[at + 1] = (byte) ('0' + value % 10);
    }
}
