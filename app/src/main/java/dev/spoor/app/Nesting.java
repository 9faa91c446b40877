package dev.spoor.app;

import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;

/** Finds events that are kept whole but cannot be read whole. */
final class Nesting {
    /**
     * Shorter records are not looked at: what nests too deeply in so few bytes says nothing, and
     * most records are shorter.
     */
    static final int LOOK_FROM_BYTES = 4096;

    private Nesting() {}

    /**
     * Whether the record may be nested deeper than {@link Json#DEPTH_MAX}; brackets in text count
     * too.
     */
    static boolean deep(Received record) {
        if (record.viewLength < LOOK_FROM_BYTES) {
            return false;
        }
        int depth = 0;
        int end = record.viewOffset + record.viewLength;
        for (int i = record.viewOffset; i < end; i++) {
            int bracket = record.view[i] | 0x20; // [ and { differ in this bit, and so do ] and }
            if (bracket == '{') {
                if (++depth > Json.DEPTH_MAX) {
                    return true;
                }
            } else if (bracket == '}') {
                depth--;
            }
        }
        return false;
    }

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
