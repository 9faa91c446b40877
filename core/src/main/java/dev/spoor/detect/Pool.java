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

    private final Map<Object, Object> values = new HashMap<>();

    /** The same event, sharing its parts. */
    AuditEvent slim(AuditEvent event) {
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
                event.requestObject(),
                event.responseObject(),
                event.received(),
                event.stageTime(),
                one(event.annotations()));
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
