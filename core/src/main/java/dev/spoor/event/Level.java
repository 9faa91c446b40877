package dev.spoor.event;

import dev.spoor.fault.Rejected;
import java.util.Locale;

/** Severity in Sigma's words, in rising order. */
public enum Level {
    INFORMATIONAL,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL;

    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Level of(String id) {
        for (var level : values()) {
            if (level.id().equals(id)) {
                return level;
            }
        }
        throw new Rejected(
                "level: " + id + " (expected: informational, low, medium, high or critical)");
    }
}
