package dev.spoor.detect;

import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A rule's claim about events.
 *
 * @param id {@code F-n} in the order of the document
 * @param rule ours, or the Sigma id of a foreign rule, which then has its author and link
 * @param techniques ATT&CK and Microsoft ids, best first
 * @param time of the first event concerned, of an order of events that of the last; null when no
 *     event tells a time
 * @param entities concerned, the actor first
 * @param events every record that the claim rests on, all stages, never shortened
 * @param errand records of what the same client looked up for the act or took back after it ({@link
 *     Errands}): they belong to the act, the claim does not rest on them
 * @param title secrets are masked, as in {@code why}
 * @param why one sentence in plain words naming the act
 * @param request what was judged: for a finding over several requests, the first; null when the
 *     event is no audit record
 * @param about what is claimed
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
        List<EventRef> errand,
        String why,
        @Nullable AuditRequest request,
        About about) {
    /** What a finding claims. */
    public enum About {
        /** An act. */
        ACT,

        /** Somebody, not an act: it explains, it tells no step. Per actor and hour. */
        ACTOR,

        /** Several acts together: it tells what they are, not how one of them ended. */
        SEQUENCE
    }

    public Finding {
        techniques = List.copyOf(techniques);
        entities = List.copyOf(entities);
        events = List.copyOf(events);
        errand = List.copyOf(errand);
        if (events.isEmpty()) {
            throw new IllegalArgumentException(
                    "finding " + rule + ": no events (expected: at least one)");
        }
    }

    /** A finding to whose act nothing else belongs. */
    public Finding(
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
            About about) {
        this(
                id,
                rule,
                author,
                link,
                title,
                level,
                techniques,
                time,
                entities,
                events,
                List.of(),
                why,
                request,
                about);
    }

    /** All records concerned, those of the claim first. */
    public List<EventRef> concerned() {
        return Stream.concat(events.stream(), errand.stream()).toList();
    }

    /** The same finding at another level, and why. */
    public Finding lowered(Level to, String because) {
        return as(id, to, events, why + because, request);
    }

    /** The same finding under another number. */
    Finding numbered(String number) {
        return as(number, level, events, why, request);
    }

    /** The same finding with more records of the requests it rests on. */
    Finding resting(List<EventRef> records, AuditRequest whole) {
        return as(id, level, records, why, whole);
    }

    private Finding as(
            String number,
            Level at,
            List<EventRef> records,
            String because,
            @Nullable AuditRequest judged) {
        return new Finding(
                number,
                rule,
                author,
                link,
                title,
                at,
                techniques,
                time,
                entities,
                records,
                errand,
                because,
                judged,
                about);
    }
}
