package dev.spoor.intake;

import dev.spoor.event.Kind;
import dev.spoor.event.Wrapping;
import org.jspecify.annotations.Nullable;

/**
 * What a source was recognised as.
 *
 * @param path where its events stand in each JSON value of the source, as {@code items[]} or {@code
 *     logEvents[].message}; empty: each value is an event
 * @param cluster as told by the wrapping, or null
 */
record Format(
        Kind kind, Wrapping wrapping, Framing framing, String path, @Nullable String cluster) {
    enum Framing {
        /** Each line is an event. */
        LINES,
        /** A time and a name stand before the event on its line. */
        PREFIXED_LINES,
        /** JSON values that span lines, or hold several events. */
        ITEMS,
        /** Lines of UTF-16. */
        WIDE_LINES
    }

    static Format lines(Kind kind) {
        return new Format(kind, Wrapping.NATIVE, Framing.LINES, "", null);
    }

    Format withPath(String path) {
        return new Format(kind, wrapping, Framing.ITEMS, path, cluster);
    }

    boolean json() {
        return switch (kind) {
            case KUBERNETES_AUDIT,
                    CONTAINER_DOCKER,
                    JOURNAL,
                    FALCO,
                    TETRAGON,
                    OPA,
                    GATEKEEPER,
                    JSON ->
                    true;
            case CONTAINER_CRI, SYSLOG, TEXT, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP -> false;
        };
    }
}
