package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers what rules claim into findings: one per request, or one per actor or act and hour. */
final class Findings {
    /** What belongs into one finding; {@code one} tells apart what is not grouped. */
    private record Key(Rule rule, String actor, String act, @Nullable Instant hour, long one) {}

    /** A finding in the making: its first request tells it, at the highest level met. */
    private static final class Draft {
        Level level = Level.INFORMATIONAL;
        String why = "";
        @Nullable Instant time;
        List<EntityRef> entities = List.of();
        @Nullable AuditRequest request;
        final TreeSet<EventRef> events = new TreeSet<>();
        int requests;
        EventRef first = new EventRef(0, Long.MAX_VALUE, 0, 0, null, null);
    }

    private final Map<Key, Draft> drafts = new HashMap<>();
    private long single;

    void add(
            Rule rule,
            RuleView view,
            @Nullable AuditRequest request,
            @Nullable Instant time,
            List<EventRef> events) {
        var teller = new Teller(view, request == null ? null : request.last());
        var draft = drafts.computeIfAbsent(key(rule, view, teller, time), _ -> new Draft());
        var verdict = teller.verdict(rule);
        draft.requests++;
        draft.events.addAll(events);
        boolean earlier = draft.requests == 1 || before(time, events.getFirst(), draft);
        int rise = verdict.level().compareTo(draft.level);
        if (draft.requests == 1 || rise > 0 || rise == 0 && earlier) {
            draft.level = verdict.level();
            draft.why = verdict.why();
        }
        if (earlier) {
            draft.time = time;
            draft.first = events.getFirst();
            draft.entities = teller.entities();
            draft.request = request;
        }
    }

    private static boolean before(@Nullable Instant time, EventRef first, Draft draft) {
        int order = EARLIEST.compare(time, draft.time);
        return order < 0 || order == 0 && first.compareTo(draft.first) < 0;
    }

    private static final Comparator<@Nullable Instant> EARLIEST =
            Comparator.nullsLast(Comparator.naturalOrder());

    private Key key(Rule rule, RuleView view, Teller teller, @Nullable Instant time) {
        var hour = time == null ? null : time.truncatedTo(ChronoUnit.HOURS);
        var cluster = view.view().source().cluster() + "\n";
        return switch (rule.group()) {
            case NONE -> new Key(rule, "", "", null, ++single);
            case ACTOR_HOUR -> new Key(rule, cluster + teller.actor(), "", hour, 0);
            case ACT_HOUR -> new Key(rule, cluster + teller.client(), teller.act(), hour, 0);
        };
    }

    List<Finding> sorted() {
        var sorted = new ArrayList<>(drafts.entrySet());
        sorted.sort(
                Comparator.<Map.Entry<Key, Draft>, @Nullable Instant>comparing(
                                entry -> entry.getValue().time, EARLIEST)
                        .thenComparing(entry -> entry.getKey().rule().id())
                        .thenComparing(entry -> entry.getValue().events.getFirst())
                        .thenComparing(entry -> entry.getValue().why));
        var findings = new ArrayList<Finding>(sorted.size());
        for (var entry : sorted) {
            var rule = entry.getKey().rule();
            var draft = entry.getValue();
            findings.add(
                    new Finding(
                            "F-" + (findings.size() + 1),
                            rule.id(),
                            rule.author(),
                            rule.link(),
                            rule.title(),
                            draft.level,
                            rule.techniques(),
                            draft.time,
                            draft.entities,
                            List.copyOf(draft.events),
                            draft.requests == 1
                                    ? draft.why
                                    : draft.why
                                            + " ("
                                            + draft.requests
                                            + " requests within the hour)",
                            draft.request,
                            rule.group() == Rule.Grouping.ACTOR_HOUR));
        }
        return findings;
    }
}
