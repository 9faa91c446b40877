package dev.spoor.incident;

import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Findings told as one story.
 *
 * @param id {@code I-n} in order of start
 * @param actors the first is the main one
 * @param findings ids of its findings in story order
 * @param events every record, in story order, each with its role
 * @param story ordered sentences, each with the events it tells
 */
public record Incident(
        String id,
        String title,
        Level level,
        @Nullable Instant start,
        @Nullable Instant end,
        List<EntityRef> actors,
        List<String> techniques,
        List<String> findings,
        List<Told> events,
        List<Sentence> story,
        Scope scope) {
    public Incident {
        actors = List.copyOf(actors);
        techniques = List.copyOf(techniques);
        findings = List.copyOf(findings);
        events = List.copyOf(events);
        story = List.copyOf(story);
    }

    /**
     * An event in its place in the story.
     *
     * @param role the tactic of the step ({@code access}, {@code execution}, {@code persistence},
     *     {@code escalation}, {@code evasion}, {@code credentials}, {@code discovery}, {@code
     *     lateral}, {@code collection}, {@code exfiltration}, {@code impact}), or {@code context}:
     *     not the actor's own request
     */
    public record Told(EventRef event, String role) {}

    /**
     * One step of the story.
     *
     * @param text one sentence, without the time
     * @param actor who did it; object what it was done to, null when there is none
     */
    public record Sentence(
            @Nullable Instant time,
            String text,
            String role,
            Level level,
            EntityRef actor,
            @Nullable EntityRef object,
            List<String> findings,
            List<EventRef> events) {
        public Sentence {
            findings = List.copyOf(findings);
            events = List.copyOf(events);
        }

        /** The same step in other words. */
        Sentence with(String text) {
            return new Sentence(time, text, role, level, actor, object, findings, events);
        }
    }

    /** Touched, could have touched, unknown. */
    public record Scope(List<Touched> touched, List<Could> couldTouch, List<String> unknown) {
        public Scope {
            touched = List.copyOf(touched);
            couldTouch = List.copyOf(couldTouch);
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * What the actors reached.
     *
     * @param how {@code read}, {@code created}, {@code changed}, {@code deleted}, {@code executed
     *     in}, …
     */
    public record Touched(EntityRef entity, String how) {}

    public record Could(EntityRef entity, List<String> through) {
        public Could {
            through = List.copyOf(through);
        }
    }
}
