package dev.spoor.ledger;

import dev.spoor.event.Kind;
import dev.spoor.event.Times;
import dev.spoor.event.Wrapping;
import java.util.List;

/** What writer and reader of segments must agree on beside the bytes. */
final class Segments {
    /**
     * The columns whose times others are told as difference to, row by row; the first that tells a
     * row's time counts.
     */
    static final List<String> BASE_TIMES = List.of("requestReceivedTimestamp", "time");

    private Segments() {}

    /**
     * Where events of the kind keep their time, best first, when a text of RFC 3339 there is it;
     * empty = only the event itself can tell.
     */
    static List<String> timePaths(Kind kind, Wrapping wrapping) {
        return switch (kind) {
            case KUBERNETES_AUDIT ->
                    wrapping == Wrapping.GKE ? List.of() : List.of(BASE_TIMES.getFirst());
            case JSON -> Times.JSON_KEYS;
            default -> List.of();
        };
    }

    /**
     * The column that tells an event's time for kinds whose values stand where the lens says; empty
     * = ask the lens.
     */
    static String timePath(Kind kind, Wrapping wrapping) {
        return switch (kind) {
            case KUBERNETES_AUDIT -> wrapping == Wrapping.GKE ? "" : BASE_TIMES.getFirst();
            case CONTAINER_CRI -> "time";
            default -> "";
        };
    }
}
