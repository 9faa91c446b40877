package dev.spoor.detect;

import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule's claim about events.
 *
 * @param id {@code F-n} in the order of the document
 * @param rule ours, or the Sigma id of a foreign rule, which then has its author and link
 * @param techniques ATT&CK and Microsoft ids, best first
 * @param time of the first event concerned; null when no event tells a time
 * @param entities concerned, the actor first
 * @param events every record concerned, all stages, never shortened
 * @param title secrets are masked, as in {@code why}
 * @param why one sentence in plain words naming the act
 * @param request what was judged: for a finding over several requests, the first; null when the
 *     event is no audit record
 * @param actorOnly the rule names an actor, not an act (grouped per actor and hour): it explains,
 *     it does not tell a step
 */
public record Finding(
        String id,
        String rule,
        @Nullable String author,
        @Nullable String link,
        String title,
        Level level,
        List<String> techniques,
        @Nullable Instant time,
        List<EntityRef> entities,
        List<EventRef> events,
        String why,
        @Nullable AuditRequest request,
        boolean actorOnly) {
    public Finding {
        techniques = List.copyOf(techniques);
        entities = List.copyOf(entities);
        events = List.copyOf(events);
        if (events.isEmpty()) {
            throw new IllegalArgumentException(
                    "finding " + rule + ": no events (expected: at least one)");
        }
    }

    /** The same finding under another number. */
    Finding numbered(String number) {
        return new Finding(
                number,
                rule,
                author,
                link,
                title,
                level,
                techniques,
                time,
                entities,
                events,
                why,
                request,
                actorOnly);
    }
}
