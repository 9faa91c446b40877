package dev.spoor.app;

import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;

/** Finds events that are kept whole but cannot be read whole. */
final class Nesting {
    private Nesting() {}

    /**
     * Whether a record of this kind can be read to its end; other kinds hold no JSON to be read.
     */
    static boolean whole(Kind kind, Received record) {
        return switch (kind) {
            case KUBERNETES_AUDIT,
                    CONTAINER_DOCKER,
                    JOURNAL,
                    FALCO,
                    TETRAGON,
                    OPA,
                    GATEKEEPER,
                    JSON ->
                    Json.read(record.view, record.viewOffset, record.viewLength).complete();
            case CONTAINER_CRI, SYSLOG, TEXT, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP -> true;
        };
    }
}
