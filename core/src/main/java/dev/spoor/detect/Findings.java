package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import dev.spoor.query.StepsExceeded;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers what rules claim into findings: one per request, or one per actor or act and hour. */
final class Findings {
    /** What belongs into one finding. */
    private record Key(int rule, String actor, String act, @Nullable Instant hour) {}

    /** A finding in the making: its first request tells it, at the highest level met. */
    static class Draft implements Claimant {
        private final Rule rule;
        private Level level = Level.INFORMATIONAL;
        private String why = "";
        private String title = "";
        private List<String> techniques = List.of();
        private @Nullable Instant time;
        private List<EntityRef> entities = List.of();
        private @Nullable AuditRequest request;
        private final List<EventRef> events = new ArrayList<>(2);
        private @Nullable Set<EventRef> errand;
        private final @Nullable Errands errands;
        private int requests;
        private EventRef first = new EventRef(0, Long.MAX_VALUE, 0, 0, null, null);

        Draft(Rule rule, Errands errands) {
            this.rule = rule;
            this.errands = rule.group() == Rule.Grouping.ACTOR_HOUR ? null : errands;
        }

        @Override
        public void attach(AuditRequest whole, EventRef judged) {
            events.addAll(whole.records());
            if (judged == first) {
                request = whole;
            }
            if (errands != null) {
                errands.note(this, whole);
            }
        }

        /** Takes the records of a request that was made for the act, or took it back. */
        void errand(List<EventRef> records) {
            if (errand == null) {
                errand = new TreeSet<>();
            }
            errand.addAll(records);
        }

        /** Every record once, in order. */
        private void settle() {
            if (events.size() > 1) {
                var distinct = new TreeSet<>(events);
                events.clear();
                events.addAll(distinct);
            }
            if (errand != null) {
                events.forEach(errand::remove);
            }
        }
    }

    private final Errands errands = new Errands();
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<Key, Draft> grouped = new HashMap<>();
    private final Map<Rule, Long> ungraded = new LinkedHashMap<>();
    private final Map<Rule, Integer> numbers = new IdentityHashMap<>();

    /**
     * Adds what a rule claims of one event.
     *
     * @param grade of the rule ({@link Questions#grade}), or {@link Teller#GRADE_UNKNOWN}
     * @param event null when it is no audit record
     * @param judged the record that the claim rests on
     */
    Draft add(
            Rule rule,
            int grade,
            RuleView view,
            @Nullable AuditEvent event,
            @Nullable Instant time,
            EventRef judged) {
        var teller = new Teller(view, event);
        var draft = draft(rule, view, teller, time);
        int held = grade == Teller.GRADE_UNKNOWN ? grade(rule, teller) : grade;
        draft.requests++;
        draft.events.add(judged);
        boolean earlier = draft.requests == 1 || before(time, judged, draft);
        int rise = Teller.level(rule, held).compareTo(draft.level);
        if (draft.requests == 1 || rise > 0 || rise == 0 && earlier) {
            var verdict = teller.verdict(rule, held);
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

    /** A grade whose pattern gives up is not known to hold: the finding has its rule's level. */
    private int grade(Rule rule, Teller teller) {
        try {
            return teller.grade(rule);
        } catch (StepsExceeded e) {
            ungraded.merge(rule, 1L, Long::sum);
            return rule.levels().size();
        }
    }

    /** Rules whose grade a regular expression left open, and how often. */
    Map<Rule, Long> ungraded() {
        return ungraded;
    }

    private Draft draft(Rule rule, RuleView view, Teller teller, @Nullable Instant time) {
        if (rule.group() == Rule.Grouping.NONE) {
            var draft = new Draft(rule, errands);
            drafts.add(draft);
            return draft;
        }
        return grouped.computeIfAbsent(
                key(rule, view, teller, time),
                _ -> {
                    var draft = new Draft(rule, errands);
                    drafts.add(draft);
                    return draft;
                });
    }

    private static boolean before(@Nullable Instant time, EventRef first, Draft draft) {
        int order = EARLIEST.compare(time, draft.time);
        return order < 0 || order == 0 && first.compareTo(draft.first) < 0;
    }

    private static final Comparator<@Nullable Instant> EARLIEST =
            Comparator.nullsLast(Comparator.naturalOrder());

    private Key key(Rule rule, RuleView view, Teller teller, @Nullable Instant time) {
        var hour = time == null ? null : time.truncatedTo(ChronoUnit.HOURS);
        int number = numbers.computeIfAbsent(rule, _ -> numbers.size());
        var cluster = view.view().source().cluster() + "\n";
        return rule.group() == Rule.Grouping.ACTOR_HOUR
                ? new Key(number, cluster + teller.actor(), "", hour)
                : new Key(number, cluster + teller.client(), teller.act(), hour);
    }

    List<Finding> sorted() {
        errands.settle();
        drafts.forEach(Draft::settle);
        var sorted = new ArrayList<>(drafts);
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
                            draft.errand == null ? List.of() : List.copyOf(draft.errand),
                            draft.requests == 1
                                    ? draft.why
                                    : draft.why
                                            + " ("
                                            + draft.requests
                                            + (draft.request == null
                                                    ? " times within the hour)"
                                                    : " requests within the hour)"),
                            draft.request,
                            rule.group() == Rule.Grouping.ACTOR_HOUR
                                    ? Finding.About.ACTOR
                                    : Finding.About.ACT));
        }
        return findings;
    }

    /** All findings in the order of the document, numbered from {@code F-1}. */
    static List<Finding> numbered(List<Finding> sorted, List<Finding> others) {
        if (others.isEmpty()) {
            return sorted;
        }
        var all = new ArrayList<>(sorted);
        all.addAll(others);
        all.sort(
                Comparator.<Finding, @Nullable Instant>comparing(Finding::time, EARLIEST)
                        .thenComparing(Finding::rule)
                        .thenComparing(finding -> finding.events().getFirst())
                        .thenComparing(Finding::why));
        for (int i = 0; i < all.size(); i++) {
            all.set(i, all.get(i).numbered("F-" + (i + 1)));
        }
        return all;
    }
}
