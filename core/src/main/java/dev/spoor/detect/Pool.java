package dev.spoor.detect;

import dev.spoor.event.AuditEvent;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps one copy of what many events have in common (users, groups, addresses, clients, decisions),
 * so that a hundred thousand findings can keep their events.
 */
final class Pool {
    /** More different values are kept by each event for itself. */
    static final int VALUES_MAX = 50_000;

    /** Bytes of events whose bodies are kept with their findings; later ones are kept without. */
    static final long BODY_BYTES_MAX = 24 << 20;

    private final Map<Object, Object> values = new HashMap<>();
    private long bodyBytes;
    private long without;

    /** Events that were kept without their bodies. */
    long without() {
        return without;
    }

    /**
     * The same event, sharing its parts; without its bodies once too many are kept.
     *
     * @param bytes size of the event as recorded
     */
    AuditEvent slim(AuditEvent event, int bytes) {
        boolean keep = keeps(event, bytes);
        return new AuditEvent(
                event.auditID(),
                one(event.stage()),
                one(event.level()),
                one(event.verb()),
                event.requestURI(),
                one(event.user()),
                one(event.userUid()),
                one(event.groups()),
                one(event.extra()),
                one(event.impersonatedUser()),
                one(event.impersonatedGroups()),
                one(event.sourceIPs()),
                one(event.userAgent()),
                one(event.object()),
                event.code(),
                one(event.statusMessage()),
                keep ? event.requestBody() : null,
                keep ? event.responseBody() : null,
                event.received(),
                event.stageTime(),
                one(event.annotations()));
    }

    /** As {@link #slim}, for an event whose parts are shared already. */
    AuditEvent bodies(AuditEvent event, int bytes) {
        return keeps(event, bytes) ? event : event.withoutBodies();
    }

    private boolean keeps(AuditEvent event, int bytes) {
        boolean body = event.requestBody() != null || event.responseBody() != null;
        bodyBytes += body ? bytes : 0;
        boolean keep = bodyBytes <= BODY_BYTES_MAX;
        without += body && !keep ? 1 : 0;
        return keep;
    }

    /** Takes out of the bodies what no story tells; to be called when the event has been judged. */
    static void prune(AuditEvent event) {
        if (event.requestBody() != null) {
            event.requestBody().shrink();
        }
        if (event.responseBody() != null) {
            event.responseBody().shrink();
        }
    }

    @SuppressWarnings("unchecked")
    private <T> T one(T value) {
        var known = values.get(value);
        if (known != null) {
            return (T) known; // equal values have equal types here: text, lists, maps, references
        }
        if (values.size() < VALUES_MAX) {
            values.put(value, value);
        }
        return value;
    }
}
