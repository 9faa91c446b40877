package dev.spoor.app;

import dev.spoor.event.Times;
import dev.spoor.fault.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A time as a person types it. */
final class Moment {
    private static final Pattern RELATIVE = Pattern.compile("-([0-9]{1,6})([smhdw])");

    private Moment() {}

    /**
     * RFC 3339 ({@code 2026-01-02T03:04:05Z}), or relative to now: {@code -90s}, {@code -30m},
     * {@code -24h}, {@code -7d}, {@code -2w}.
     *
     * @param option named in the complaint
     * @return null for null
     */
    static @Nullable Instant of(String option, @Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        var relative = RELATIVE.matcher(text);
        if (relative.matches()) {
            return now.minus(length(Long.parseLong(relative.group(1)), relative.group(2)));
        }
        var instant = Times.parse(text);
        if (instant == null) {
            throw new Rejected(
                    option
                            + " "
                            + text
                            + ": not a time (expected RFC 3339 such as 2026-01-02T03:04:05Z,"
                            + " or back from now such as -24h or -7d)");
        }
        return instant;
    }

    private static Duration length(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(count * 7);
        };
    }
}
