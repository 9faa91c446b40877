package dev.spoor.detect;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * A span of time that comes every week, in the local time of a place: {@code sat 22:00 to 04:00
 * Europe/Berlin} begins on Saturday evening, whatever the clocks of summer do, and ends on Sunday.
 * Where clocks are set back the hour that comes twice counts twice; one that is left out does not
 * come.
 *
 * @param days on which it begins
 * @param from inclusive
 * @param to exclusive; not after {@code from} = on the next day
 */
record Weekly(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    Weekly {
        days = Set.copyOf(days);
    }

    boolean holds(Instant time) {
        var there = time.atZone(zone);
        var clock = there.toLocalTime();
        var today = there.getDayOfWeek();
        if (from.isBefore(to)) {
            return days.contains(today) && !clock.isBefore(from) && clock.isBefore(to);
        }
        return days.contains(today) && !clock.isBefore(from)
                || days.contains(today.minus(1)) && clock.isBefore(to);
    }

    /**
     * A day by its English name or the first three letters of it.
     *
     * @throws DateTimeException when it is none
     */
    static DayOfWeek day(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        for (var day : EnumSet.allOf(DayOfWeek.class)) {
            var whole = day.name().toLowerCase(Locale.ROOT);
            if (lower.equals(whole) || lower.equals(whole.substring(0, 3))) {
                return day;
            }
        }
        throw new DateTimeException("no day: " + name);
    }

    @Override
    public String toString() {
        var names =
                days.stream()
                        .sorted()
                        .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
                        .toList();
        return String.join(", ", names) + " " + from + " to " + to + " " + zone;
    }
}
