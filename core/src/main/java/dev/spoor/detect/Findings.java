package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers what rules claim into findings: one per request, or one per actor or act and hour. */
final class Findings {
    /** What belongs into one finding; {@code one} tells apart what is not grouped. */
    private record Key(int rule, String actor, String act, @Nullable Instant hour, long one) {}

    /** A finding in the making: its first request tells it, at the highest level met. */
    static final class Draft {
        private final Rule rule;
        private Level level = Level.INFORMATIONAL;
        private String why = "";
        private String title = "";
        private List<String> techniques = List.of();
        private @Nullable Instant time;
        private List<EntityRef> entities = List.of();
        private @Nullable AuditRequest request;
        private final TreeSet<EventRef> events = new TreeSet<>();
        private int requests;
        private EventRef first = new EventRef(0, Long.MAX_VALUE, 0, 0, null, null);

        Draft(Rule rule) {
            this.rule = rule;
        }

        /** Adds a request's records once they are all known; {@code judged} is one of them. */
        void attach(AuditRequest whole, EventRef judged) {
            events.addAll(whole.records());
            if (judged == first) {
                request = whole;
            }
        }
    }

    private final Map<Key, Draft> drafts = new HashMap<>();
    private final Map<Rule, Integer> numbers = new IdentityHashMap<>();
    private long single;

    /**
     * Adds what a rule claims of one event.
     *
     * @param event null when it is no audit record
     * @param judged the record that the claim rests on
     */
    Draft add(
            Rule rule,
            RuleView view,
            @Nullable AuditEvent event,
            @Nullable Instant time,
            EventRef judged) {
        var teller = new Teller(view, event);
        var draft = drafts.computeIfAbsent(key(rule, view, teller, time), _ -> new Draft(rule));
        var verdict = teller.verdict(rule);
        draft.requests++;
        draft.events.add(judged);
        boolean earlier = draft.requests == 1 || before(time, judged, draft);
        int rise = verdict.level().compareTo(draft.level);
        if (draft.requests == 1 || rise > 0 || rise == 0 && earlier) {
            draft.level = verdict.level();
            draft.why = verdict.why();
        }
        if (earlier) {
            draft.time = time;
            draft.first = judged;
            draft.entities = teller.entities();
            draft.title = teller.title(rule);
            draft.techniques = teller.techniques(rule);
        }
        return draft;
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
        int number = numbers.computeIfAbsent(rule, _ -> numbers.size());
        return switch (rule.group()) {
            case NONE -> new Key(number, "", "", null, ++single);
            case ACTOR_HOUR -> new Key(number, cluster + teller.actor(), "", hour, 0);
            case ACT_HOUR -> new Key(number, cluster + teller.client(), teller.act(), hour, 0);
        };
    }

    List<Finding> sorted() {
        var sorted = new ArrayList<>(drafts.values());
        sorted.sort(
                Comparator.<Draft, @Nullable Instant>comparing(draft -> draft.time, EARLIEST)
                        .thenComparing(draft -> draft.rule.id())
                        .thenComparing(draft -> draft.events.getFirst())
                        .thenComparing(draft -> draft.why));
        var findings = new ArrayList<Finding>(sorted.size());
        for (var draft : sorted) {
            var rule = draft.rule;
            findings.add(
                    new Finding(
                            "F-" + (findings.size() + 1),
                            rule.id(),
                            rule.author(),
                            rule.link(),
                            draft.title,
                            draft.level,
                            draft.techniques,
                            draft.time,
                            draft.entities,
                            List.copyOf(draft.events),
                            draft.requests == 1
                                    ? draft.why
                                    : draft.why
                                            + " ("
                                            + draft.requests
                                            + (draft.request == null
                                                    ? " times within the hour)"
                                                    : " requests within the hour)"),
                            draft.request,
                            rule.group() == Rule.Grouping.ACTOR_HOUR));
        }
        return findings;
    }
}
