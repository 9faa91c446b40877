package dev.spoor.event;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A recorded loss of evidence.
 *
 * @param kind one of {@link #KINDS} (contract)
 * @param source path of the source, or of what could not be opened
 * @param at when it happened, or null when the input does not tell
 * @param detail what was lost and why, one sentence, control characters escaped
 * @param events how many events are concerned, 0 = unknown
 */
public record Gap(String kind, String source, @Nullable Instant at, String detail, long events) {
    public static final Set<String> KINDS =
            Set.of(
                    "cut",
                    "parse",
                    "silence",
                    "rotation",
                    "refused",
                    "clock",
                    "unreadable",
                    "limit",
                    "loop",
                    "repeat");

    public Gap {
        if (!KINDS.contains(kind)) {
            throw new IllegalArgumentException(
                    "gap kind: " + kind + " (expected one of " + KINDS + ")");
        }
    }
}
