package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.detect.Readiness;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.event.Level;
import dev.spoor.query.EventSearch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells findings as incidents. The same findings in any order, over the same events, give the same
 * answer.
 */
public final class Incidents {
    /** Tactics an incident spans before its level rises by one. */
    static final int TACTICS_FOR_MORE = 3;

    private Incidents() {}

    /**
     * Groups findings into incidents ({@link Grouping} says how) and tells each: title, level,
     * sentences, scope, and what happened because of it.
     *
     * @param events the received events; asked a bounded number of times
     * @param gaps losses of the whole input; an incident names those inside its time
     */
    public static Told tell(
            List<Finding> findings, EventSearch events, List<Gap> gaps, Readiness readiness) {
        var telling = new ArrayList<Finding>();
        var explaining = new ArrayList<Finding>();
        for (var finding : findings) {
            if (finding.request() == null && finding.entities().isEmpty()) {
                continue; // nobody and nothing to tell it of: it stays a finding
            }
            (finding.about() == Finding.About.ACTOR ? explaining : telling).add(finding);
        }
        var acts = Act.of(telling);
        var grouping = new Grouping(acts);
        var around = Surroundings.of(events, grouping.sessions());
        var stories = grouping.joined(around);
        var explained = explained(stories, explaining);
        var incidents = new ArrayList<Incident>();
        var incidentOf = new HashMap<String, String>();
        for (int i = 0; i < stories.size(); i++) {
            var id = "I-" + (i + 1);
            var incident = incident(id, stories.get(i), explained.get(i), around, gaps, readiness);
            incidents.add(incident);
            incident.findings().forEach(finding -> incidentOf.put(finding, id));
        }
        return new Told(incidents, incidentOf);
    }

    private static Incident incident(
            String id,
            List<Act> acts,
            List<Finding> explaining,
            Surroundings around,
            List<Gap> gaps,
            Readiness readiness) {
        var steps = Story.steps(acts);
        var told = new ArrayList<Finding>();
        var actors = new LinkedHashSet<EntityRef>();
        for (var act : acts) {
            told.addAll(act.findings());
            actors.add(act.actorEntity());
        }
        told.addAll(explaining);
        var ids = new LinkedHashSet<String>();
        told.forEach(finding -> ids.add(finding.id()));
        return new Incident(
                id,
                Story.title(steps),
                level(acts),
                start(acts),
                end(acts),
                List.copyOf(actors),
                Story.techniques(told),
                List.copyOf(ids),
                events(acts, around),
                Story.sentences(steps, around),
                new Scoping(acts, around).scope(gaps, readiness));
    }

    private record Placed(@Nullable Instant time, EventRef event, String role) {}

    /** Every record once, in time: of the acts, and of what was seen around them. */
    private static List<Incident.Told> events(List<Act> acts, Surroundings around) {
        var roles = new LinkedHashMap<EventRef, Placed>();
        for (var act : acts) {
            var role = act.role();
            act.events()
                    .forEach(
                            event -> roles.putIfAbsent(event, new Placed(act.time(), event, role)));
        }
        for (var act : acts) {
            for (var seen : around.seen(act)) {
                var role = Consequences.role(act, seen);
                roles.putIfAbsent(seen.ref(), new Placed(seen.time(), seen.ref(), role));
            }
        }
        var byTime =
                Comparator.comparing(
                                Placed::time,
                                Comparator.nullsLast(Comparator.<Instant>naturalOrder()))
                        .thenComparing(Placed::event);
        return roles.values().stream()
                .sorted(byTime)
                .map(placed -> new Incident.Told(placed.event(), placed.role()))
                .toList();
    }

    /**
     * The highest level of a finding, at least medium (what forms a pattern is worth a look); one
     * more when it spans {@link #TACTICS_FOR_MORE} tactics and something grave succeeded: a finding
     * of level high or above on a request that was done.
     */
    private static Level level(List<Act> acts) {
        var level = Level.MEDIUM;
        var roles = new HashSet<String>();
        boolean graveDone = false;
        for (var act : acts) {
            level = act.level().compareTo(level) > 0 ? act.level() : level;
            roles.addAll(act.roles());
            graveDone |=
                    act.level().compareTo(Level.HIGH) >= 0 && act.outcome() == Act.Outcome.DONE;
        }
        return graveDone && roles.size() >= TACTICS_FOR_MORE ? Level.CRITICAL : level;
    }

    private static @Nullable Instant start(List<Act> acts) {
        return acts.getFirst().time();
    }

    private static @Nullable Instant end(List<Act> acts) {
        return acts.stream()
                .map(Act::time)
                .filter(time -> time != null)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The findings that only name an actor, given to that actor's incident around their time. */
    private static List<List<Finding>> explained(
            List<List<Act>> stories, List<Finding> explaining) {
        var byUser = new HashMap<Key, List<Integer>>();
        var given = new ArrayList<List<Finding>>();
        var ends = new ArrayList<@Nullable Instant>();
        for (int i = 0; i < stories.size(); i++) {
            given.add(new ArrayList<>());
            ends.add(end(stories.get(i)));
            Set<Key> users = new HashSet<>();
            for (var act : stories.get(i)) {
                if (act.actor() != null && !act.actor().shared()) {
                    users.add(new Key(act.actor().cluster(), act.actor().user()));
                }
            }
            for (var user : users) {
                byUser.computeIfAbsent(user, _ -> new ArrayList<>()).add(i);
            }
        }
        var ordered = new ArrayList<>(explaining);
        ordered.sort(
                Comparator.comparing(Finding::time, Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(finding -> finding.events().getFirst())
                        .thenComparing(Finding::rule)
                        .thenComparing(Finding::id));
        for (var finding : ordered) {
            var actor =
                    finding.request() == null
                            ? null
                            : Actor.of(finding.request().source(), finding.request().last());
            if (actor == null || finding.time() == null) {
                continue;
            }
            for (int i : byUser.getOrDefault(new Key(actor.cluster(), actor.user()), List.of())) {
                if (around(start(stories.get(i)), ends.get(i), finding.time())) {
                    given.get(i).add(finding);
                    break;
                }
            }
        }
        return given;
    }

    private record Key(String cluster, String user) {}

    /** Such a finding stands for an hour of acts, so it may begin before the incident. */
    private static boolean around(@Nullable Instant start, @Nullable Instant end, Instant time) {
        return start != null
                && end != null
                && !time.isBefore(start.minus(Grouping.NEAR_MAX))
                && !time.isAfter(end);
    }
}
