package dev.spoor.report;

import java.time.Duration;
import java.util.Locale;

/** Counts, sizes and durations in words. */
final class Sizes {
    private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};

    private Sizes() {}

    /** {@code 12,345}. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 1 event}, {@code 12,345 events}; a noun in -y takes -ies. */
    static String counted(long count, String noun) {
        if (count == 1) {
            return "1 " + noun;
        }
        var many =
                noun.endsWith("y") && !noun.endsWith("ey")
                        ? noun.substring(0, noun.length() - 1) + "ies"
                        : noun + "s";
        return count(count) + " " + many;
    }

    /** Decimal units, two to three digits: {@code 8.4 MB}. */
    static String bytes(long bytes) {
        if (bytes < 1000) {
            return counted(bytes, "byte");
        }
        double size = bytes;
        int unit = 0;
        while (size >= 999.5 && unit < UNITS.length - 1) {
            size /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, size < 9.95 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
    }

    /** The two largest units: {@code 2 h 5 min}, {@code 14 s}. */
    static String duration(Duration duration) {
        long seconds = Math.max(0, duration.getSeconds());
        if (seconds < 1) {
            return "under 1 s";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        if (seconds < 86400) {
            return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
        }
        return two(seconds / 86400, "d", seconds % 86400 / 3600, "h");
    }

    private static String two(long major, String unit, long minor, String minorUnit) {
        return minor == 0 ? major + " " + unit : major + " " + unit + " " + minor + " " + minorUnit;
    }
}
