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
 * A rule's claim about events. A scan makes hundreds of thousands of them, so its sentence and its
 * entities may be told by the event that it keeps, each time they are asked for.
 */
public final class Finding {
    /** What a finding claims. */
    public enum About {
        /** An act. */
        ACT,

        /** Somebody, not an act: it explains, it tells no step. Per actor and hour. */
        ACTOR,

        /** Several acts together: it tells what they are, not how one of them ended. */
        SEQUENCE
    }

    /** Says what is not kept in words; the same every time. */
    interface Telling {
        String why();

        List<EntityRef> entities();
    }

    /** Words that are kept. */
    record Told(String why, List<EntityRef> entities) implements Telling {
        Told {
            entities = List.copyOf(entities);
        }
    }

    private final String id;
    private final String rule;
    private final @Nullable String author;
    private final @Nullable String link;
    private final String title;
    private final Level level;
    private final List<String> techniques;
    private final @Nullable Instant time;
    private final Telling telling;
    private final List<EventRef> events;
    private final List<EventRef> errand;
    private final @Nullable AuditRequest request;
    private final About about;

    Finding(
            String id,
            String rule,
            @Nullable String author,
            @Nullable String link,
            String title,
            Level level,
            List<String> techniques,
            @Nullable Instant time,
            Telling telling,
            List<EventRef> events,
            List<EventRef> errand,
            @Nullable AuditRequest request,
            About about) {
        this.id = id;
        this.rule = rule;
        this.author = author;
        this.link = link;
        this.title = title;
        this.level = level;
        this.techniques = List.copyOf(techniques);
        this.time = time;
        this.telling = telling;
        this.events = List.copyOf(events);
        this.errand = List.copyOf(errand);
        this.request = request;
        this.about = about;
        if (this.events.isEmpty()) {
            throw new IllegalArgumentException(
                    "finding " + rule + ": no events (expected: at least one)");
        }
    }

    /** A finding that keeps its words, to whose act nothing else belongs. */
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
                new Told(why, entities),
                events,
                List.of(),
                request,
                about);
    }

    /** {@code F-n} in the order of the document. */
    public String id() {
        return id;
    }

    /** Ours, or the Sigma id of a foreign rule, which then has its author and link. */
    public String rule() {
        return rule;
    }

    public @Nullable String author() {
        return author;
    }

    public @Nullable String link() {
        return link;
    }

    /** Secrets are masked, as in {@link #why}. */
    public String title() {
        return title;
    }

    public Level level() {
        return level;
    }

    /** ATT&amp;CK and Microsoft ids, best first. */
    public List<String> techniques() {
        return techniques;
    }

    /**
     * Of the first event concerned, of an order of events that of the last; null when no event
     * tells a time.
     */
    public @Nullable Instant time() {
        return time;
    }

    /** Concerned, the actor first. */
    public List<EntityRef> entities() {
        return telling.entities();
    }

    /** Every record that the claim rests on, all stages, never shortened. */
    public List<EventRef> events() {
        return events;
    }

    /**
     * Records of what the same client looked up for the act or took back after it ({@link
     * Errands}): they belong to the act, the claim does not rest on them.
     */
    public List<EventRef> errand() {
        return errand;
    }

    /** One sentence in plain words naming the act. */
    public String why() {
        return telling.why();
    }

    /**
     * What was judged: for a finding over several requests, the first; null when the event is no
     * audit record.
     */
    public @Nullable AuditRequest request() {
        return request;
    }

    /** What is claimed. */
    public About about() {
        return about;
    }

    /** All records concerned, those of the claim first. */
    public List<EventRef> concerned() {
        return errand.isEmpty() ? events : Stream.concat(events.stream(), errand.stream()).toList();
    }

    /** The same finding at another level, and why. */
    public Finding lowered(Level to, String because) {
        return as(
                id, to, events, because.isEmpty() ? telling : new More(telling, because), request);
    }

    /** A sentence and what was added to it. */
    private record More(Telling told, String added) implements Telling {
        @Override
        public String why() {
            return told.why() + added;
        }

        @Override
        public List<EntityRef> entities() {
            return told.entities();
        }
    }

    /** The same finding under another number. */
    Finding numbered(String number) {
        return number.equals(id) ? this : as(number, level, events, telling, request);
    }

    /** The same finding with more records of the requests it rests on. */
    Finding resting(List<EventRef> records, AuditRequest whole) {
        return as(id, level, records, telling, whole);
    }

    private Finding as(
            String number,
            Level at,
            List<EventRef> records,
            Telling told,
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
                told,
                records,
                errand,
                judged,
                about);
    }
}
