package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One thing an actor did, with everything the rules say about it: findings on the same request are
 * one act.
 *
 * @param findings the most severe first
 * @param event what was judged; null when it was no audit record
 * @param actor null when nobody is named
 * @param events every record, in order
 */
record Act(
        List<Finding> findings,
        @Nullable AuditEvent event,
        @Nullable Actor actor,
        @Nullable Instant time,
        List<EventRef> events) {

    /** What became of a request. */
    enum Outcome {
        DONE,
        /** Not authenticated or not allowed. */
        REFUSED,
        /** There was no such object. */
        ABSENT,
        /** Any other error. */
        FAILED,
        /** No answer is recorded. */
        OPEN
    }

    /** In time; what tells no time comes last, in the order of the sources. */
    static final Comparator<Act> ORDER =
            Comparator.comparing(Act::time, Comparator.nullsLast(Comparator.naturalOrder()))
                    .thenComparing(Act::sequence)
                    .thenComparing(act -> act.events().getFirst())
                    .thenComparing(act -> act.findings().getFirst().rule());

    private static final Comparator<Finding> WORST_FIRST =
            Comparator.comparing(Finding::level)
                    .reversed()
                    .thenComparing(finding -> finding.techniques().isEmpty())
                    .thenComparingInt(finding -> Tactics.gravity(Tactics.role(finding)))
                    .thenComparing(Finding::rule)
                    .thenComparing(finding -> finding.events().getFirst())
                    .thenComparing(Finding::id);

    /**
     * Joins findings that begin with the same record, unless one claims a whole sequence; the
     * answer is in {@link #ORDER}.
     */
    static List<Act> of(List<Finding> findings) {
        var byRecord = new LinkedHashMap<EventRef, List<Finding>>();
        var acts = new ArrayList<Act>();
        for (var finding : findings) {
            if (finding.about() == Finding.About.SEQUENCE) {
                acts.add(act(List.of(finding)));
            } else {
                byRecord.computeIfAbsent(first(finding), _ -> new ArrayList<>(1)).add(finding);
            }
        }
        for (var same : byRecord.values()) {
            same.sort(WORST_FIRST);
            acts.add(act(same));
        }
        acts.sort(ORDER);
        return acts;
    }

    private static EventRef first(Finding finding) {
        var first = finding.events().getFirst();
        for (var event : finding.events()) {
            first = event.compareTo(first) < 0 ? event : first;
        }
        return first;
    }

    private static Act act(List<Finding> same) {
        return same.size() == 1 && same.getFirst().events().size() == 1
                ? act(same, same.getFirst().events())
                : act(same, records(same));
    }

    private static List<EventRef> records(List<Finding> same) {
        var records = new TreeSet<EventRef>();
        same.forEach(finding -> records.addAll(finding.events()));
        return List.copyOf(records);
    }

    private static Act act(List<Finding> same, List<EventRef> records) {
        Actor actor = null;
        AuditEvent event = null;
        Instant time = null;
        for (var finding : same) {
            if (event == null && finding.request() != null) {
                event = finding.request().last();
                actor = Actor.of(finding.request().source(), event);
            }
            time = time == null ? finding.time() : time;
        }
        return new Act(List.copyOf(same), event, actor, time, records);
    }

    /** Several acts told as one thing: how its first request ended says nothing of it. */
    boolean sequence() {
        return worst().about() == Finding.About.SEQUENCE;
    }

    /** How many requests it stands for: a finding may tell equal ones together. */
    int requests() {
        if (events.size() == 1) {
            return 1;
        }
        var ids = new HashSet<Object>();
        for (var event : events) {
            ids.add(event.auditID() == null ? event : event.auditID());
        }
        return ids.size();
    }

    Finding worst() {
        return findings.getFirst();
    }

    Level level() {
        return worst().level();
    }

    String role() {
        return Tactics.role(worst());
    }

    /** The parts of an attack that its worst findings, which may be several, speak of. */
    Set<String> roles() {
        var roles = new TreeSet<String>();
        for (var finding : findings) {
            if (finding.level() == level()) {
                roles.add(Tactics.role(finding));
            }
        }
        return roles;
    }

    Outcome outcome() {
        if (event == null || event.succeeded() || event.code() == 304) {
            return Outcome.DONE;
        }
        return switch (event.code()) {
            case 0 -> Outcome.OPEN;
            case 401, 403 -> Outcome.REFUSED;
            case 404 -> Outcome.ABSENT;
            default -> Outcome.FAILED;
        };
    }

    @Nullable EntityRef object() {
        return event == null ? null : Names.object(event);
    }

    /** The actor in words, with the name it used instead of its own. */
    String who() {
        if (actor == null || event == null) {
            var entities = worst().entities();
            return entities.isEmpty() ? "somebody" : Plain.value(entities.getFirst().id());
        }
        return event.impersonatedUser().isEmpty()
                ? actor.inWords()
                : actor.inWords() + " as " + Plain.value(event.impersonatedUser());
    }

    EntityRef actorEntity() {
        if (actor != null) {
            return actor.entity();
        }
        var entities = worst().entities();
        return entities.isEmpty() ? new EntityRef("user", "") : entities.getFirst();
    }
}
