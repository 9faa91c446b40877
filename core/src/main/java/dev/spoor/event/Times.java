package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** When an event happened, by what its kind says. */
public final class Times {
    private Times() {}

    /** The event's time, or null when it does not tell one. */
    public static @Nullable Instant of(
            Kind kind, Wrapping wrapping, byte[] view, int offset, int length) {
        var tree = Lens.tree(kind, wrapping, view, offset, length);
        return switch (kind) {
            case KUBERNETES_AUDIT -> AuditEvent.of(tree).time();
            default -> parse(tree.path("time").asString(""));
        };
    }

    /** RFC 3339; null for anything else. */
    public static @Nullable Instant parse(String text) {
        if (text.length() < 20 || text.length() > 40) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** RFC 3339 in bytes; null for anything else. */
    public static @Nullable Instant parse(byte[] bytes, int from, int to) {
        return parse(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
    }
}
