package dev.spoor.app;

import dev.spoor.fault.Rejected;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When a search has taken long enough; never without {@code --timeout}. */
final class Deadline implements BooleanSupplier {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");
    private static final Map<String, Duration> UNITS =
            Map.of(
                    "ms", Duration.ofMillis(1),
                    "s", Duration.ofSeconds(1),
                    "m", Duration.ofMinutes(1),
                    "h", Duration.ofHours(1));

    private final long started = System.nanoTime();
    private final long nanos;

    Deadline(@Nullable String timeout) {
        nanos = timeout == null ? Long.MAX_VALUE : span(timeout).toNanos();
    }

    private static Duration span(String timeout) {
        var matcher = SPAN.matcher(timeout);
        var unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new Rejected("--timeout " + timeout + " (expected: 500ms, 30s, 5m or 1h)");
        }
        return unit.multipliedBy(Long.parseLong(matcher.group(1)));
    }

    @Override
    public boolean getAsBoolean() {
        return System.nanoTime() - started >= nanos;
    }
}
