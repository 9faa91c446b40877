package dev.spoor.report;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as a reader sees them; always UTC. */
final class Moments {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter PARTS =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter SHORT_DAY =
            DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);

    private Moments() {}

    static LocalDate date(Instant time) {
        return time.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** {@code 23 November 2026}. */
    static String day(Instant time) {
        return DAY.format(time.atOffset(ZoneOffset.UTC));
    }

    /** {@code 23 Nov}. */
    static String shortDay(Instant time) {
        return SHORT_DAY.format(time.atOffset(ZoneOffset.UTC));
    }

    /** {@code 05:24:37}. */
    static String clock(Instant time) {
        return CLOCK.format(time.atOffset(ZoneOffset.UTC));
    }

    /** A tick of an axis, no finer than its step. */
    static String tick(Instant time, Duration step) {
        var utc = time.atOffset(ZoneOffset.UTC);
        if (step.toHours() >= 24) {
            return SHORT_DAY.format(utc);
        }
        if (step.toMillis() < 1000) {
            return PARTS.format(utc);
        }
        return step.toSeconds() % 60 == 0 ? MINUTE.format(utc) : CLOCK.format(utc);
    }

    /** {@code 23 November 2026, 05:24:37 – 05:31:02 UTC}. */
    static String span(Instant from, Instant to) {
        if (!from.isBefore(to) || clock(from).equals(clock(to)) && date(from).equals(date(to))) {
            return day(from) + ", " + clock(from) + " UTC";
        }
        return date(from).equals(date(to))
                ? day(from) + ", " + clock(from) + " – " + clock(to) + " UTC"
                : day(from) + ", " + clock(from) + " – " + day(to) + ", " + clock(to) + " UTC";
    }
}
