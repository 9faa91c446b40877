package dev.spoor.event;

import java.util.List;

/**
 * All stages of one API call.
 *
 * @param source the source it was read from
 * @param last the last stage recorded, in normal form: what the request is judged by
 * @param records every record of the request, in stage order
 */
public record AuditRequest(Source source, AuditEvent last, List<EventRef> records) {
    public AuditRequest {
        records = List.copyOf(records);
        if (records.isEmpty()) {
            throw new IllegalArgumentException("records: none (expected: at least one)");
        }
    }
}
