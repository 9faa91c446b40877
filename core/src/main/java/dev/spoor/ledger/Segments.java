package dev.spoor.ledger;

import dev.spoor.event.Kind;
import dev.spoor.event.Wrapping;

/** What writer and reader of segments must agree on beside the bytes. */
final class Segments {
    /** The column whose times others are told as difference to, row by row. */
    static final String BASE_TIME = "requestReceivedTimestamp";

    private Segments() {}

    static String fileName(int number) {
        return "segment-%08d.spoor".formatted(number);
    }

    /**
     * The column that tells an event's time for kinds whose values stand where the lens says; empty
     * = ask the lens.
     */
    static String timePath(Kind kind, Wrapping wrapping) {
        return switch (kind) {
            case KUBERNETES_AUDIT -> wrapping == Wrapping.GKE ? "" : BASE_TIME;
            case CONTAINER_CRI -> "time";
            default -> "";
        };
    }
}
