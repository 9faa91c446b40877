package dev.spoor.detect;

import dev.spoor.event.AuditRequest;
import dev.spoor.event.EventRef;

/** Rests on a request, and wants its records when they are all known. */
interface Claimant {
    /**
     * @param judged the record that the claim rests on, one of the request's
     */
    void attach(AuditRequest whole, EventRef judged);
}
