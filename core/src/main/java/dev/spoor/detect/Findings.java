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
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gathers what rules claim into findings: one per request, or one per actor or act and hour. */
final class Findings {
    /**
     * What belongs into one finding: the same rule, hour and actor, or client and act: what a thief
     * does with a stolen name, from elsewhere or with another program, is never folded into what
     * its owner does. Looks at the first event instead of keeping words made of it.
     *
     * @param number of the rule
     * @param name of the object, also of one whose name stands only in a body
     * @param place of what is no audit record, and whom it concerns
     */
    private record Key(
            int number,
            boolean act,
            @Nullable Instant hour,
            @Nullable String cluster,
            @Nullable AuditEvent event,
            String name,
            @Nullable Object place) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && number == key.number
                    && Objects.equals(hour, key.hour)
                    && Objects.equals(cluster, key.cluster)
                    && Objects.equals(place, key.place)
                    && same(event, key.event)
                    && name.equals(key.name);
        }

        private boolean same(@Nullable AuditEvent one, @Nullable AuditEvent other) {
            if (one == null || other == null) {
                return one == other;
            }
            return one.user().equals(other.user())
                    && one.impersonatedUser().equals(other.impersonatedUser())
                    && (!act || sameAct(one, other));
        }

        private static boolean sameAct(AuditEvent one, AuditEvent other) {
            var object = one.object();
            return one.code() == other.code()
                    && one.verb().equals(other.verb())
                    && object.resource().equals(other.object().resource())
                    && object.subresource().equals(other.object().subresource())
                    && object.namespace().equals(other.object().namespace())
                    && one.address().equals(other.address())
                    && one.userAgent().equals(other.userAgent())
                    && (!object.resource().isEmpty()
                            || one.requestURI().equals(other.requestURI()));
        }

        @Override
        public int hashCode() {
            int hash = number * 31 + Objects.hashCode(hour);
            if (event == null) {
                return hash * 31 + Objects.hashCode(place);
            }
            hash = hash * 31 + event.user().hashCode();
            if (!act) {
                return hash * 31 + event.impersonatedUser().hashCode();
            }
            hash = hash * 31 + event.verb().hashCode();
            hash = hash * 31 + event.object().namespace().hashCode();
            hash = hash * 31 + event.address().hashCode();
            hash = hash * 31 + event.object().resource().hashCode();
            return hash * 31
                    + (event.object().resource().isEmpty()
                            ? event.requestURI().hashCode()
                            : name.hashCode());
        }
    }

    /**
     * A finding in the making: its first request tells it, at the highest level met. There may be
     * hundreds of thousands: what the event tells by itself is put into words when it is asked for.
     */
    static class Draft implements Claimant, Finding.Telling {
        private final Rule rule;
        private Level level = Level.INFORMATIONAL;

        /** Null: the event tells it at this grade. */
        private @Nullable String why = "";

        private int grade;
        private @Nullable AuditEvent graded;
        private String title = "";
        private List<String> techniques = List.of();
        private @Nullable Instant time;

        /** Null: those of the event. */
        private @Nullable List<EntityRef> entities = List.of();

        private @Nullable AuditEvent named;
        private @Nullable AuditRequest request;
        private List<EventRef> events = List.of();
        private @Nullable Set<EventRef> errand;
        private final @Nullable Errands errands;
        private int requests;
        private EventRef first = NONE;

        Draft(Rule rule, Errands errands) {
            this.rule = rule;
            this.errands = rule.group() == Rule.Grouping.ACTOR_HOUR ? null : errands;
        }

        @Override
        public void attach(AuditRequest whole, EventRef judged) {
            whole.records().forEach(this::record);
            if (judged == first) {
                request = whole;
            }
            if (errands != null) {
                errands.note(this, whole);
            }
        }

        private void record(EventRef record) {
            switch (events.size()) {
                case 0 -> events = List.of(record);
                case 1 -> {
                    if (!events.getFirst().equals(record)) {
                        events = new ArrayList<>(events);
                        events.add(record);
                    }
                }
                default -> events.add(record);
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
                events = List.copyOf(new TreeSet<>(events));
            }
            if (errand != null) {
                events.forEach(errand::remove);
            }
        }

        /** Takes what the event says of the claim; in words only where it cannot say it later. */
        private void tell(Teller teller, int held, boolean lasts) {
            level = Teller.level(rule, held);
            grade = held;
            graded = lasts ? teller.lasting() : null;
            why = graded == null ? teller.why(rule, held) : null;
        }

        private void name(Teller teller) {
            named = teller.lasting();
            entities = named == null ? teller.entities() : null;
            title = teller.title(rule);
            techniques = teller.techniques(rule);
        }

        @Override
        public String why() {
            var said =
                    why == null && graded != null
                            ? new Teller(null, graded).why(rule, grade)
                            : Objects.requireNonNullElse(why, "");
            if (requests == 1) {
                return said;
            }
            return said
                    + " ("
                    + requests
                    + (request == null ? " times within the hour)" : " requests within the hour)");
        }

        @Override
        public List<EntityRef> entities() {
            return entities == null && named != null
                    ? new Teller(null, named).entities()
                    : Objects.requireNonNullElse(entities, List.of());
        }

        private Finding finding(int number) {
            return new Finding(
                    "F-" + number,
                    rule.id(),
                    rule.author(),
                    rule.link(),
                    title,
                    level,
                    techniques,
                    time,
                    this,
                    events,
                    errand == null ? List.of() : List.copyOf(errand),
                    request,
                    rule.group() == Rule.Grouping.ACTOR_HOUR
                            ? Finding.About.ACTOR
                            : Finding.About.ACT);
        }
    }

    private static final EventRef NONE = new EventRef(0, Long.MAX_VALUE, 0, 0, null, null);

    private final Errands errands = new Errands();
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<Key, Draft> grouped = new HashMap<>();
    private final Map<Rule, Long> ungraded = new LinkedHashMap<>();
    private final Map<Rule, Integer> numbers = new IdentityHashMap<>();

    /** Whether an event alone can fill these words, by the words. */
    private final Map<String, Boolean> lasting = new HashMap<>();

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
        draft.record(judged);
        boolean earlier = draft.requests == 1 || before(time, judged, draft);
        int rise = Teller.level(rule, held).compareTo(draft.level);
        if (draft.requests == 1 || rise > 0 || rise == 0 && earlier) {
            var template = teller.template(rule, held);
            draft.tell(teller, held, lasting.computeIfAbsent(template, Teller::lasts));
        }
        if (earlier) {
            draft.time = time;
            draft.first = judged;
            draft.name(teller);
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
        boolean act = rule.group() == Rule.Grouping.ACT_HOUR;
        var event = teller.event();
        return new Key(
                numbers.computeIfAbsent(rule, _ -> numbers.size()),
                act,
                time == null ? null : time.truncatedTo(ChronoUnit.HOURS),
                view.view().source().cluster(),
                event,
                act && event != null ? teller.name(event) : "",
                act && event == null
                        ? List.of(view.view().source().path(), teller.entities())
                        : null);
    }

    List<Finding> sorted() {
        errands.settle();
        drafts.forEach(Draft::settle);
        var sorted = new ArrayList<>(drafts);
        sorted.sort(
                Comparator.<Draft, @Nullable Instant>comparing(draft -> draft.time, EARLIEST)
                        .thenComparing(draft -> draft.rule.id())
                        .thenComparing(draft -> draft.events.getFirst())
                        .thenComparing(Draft::why));
        var findings = new ArrayList<Finding>(sorted.size());
        for (var draft : sorted) {
            findings.add(draft.finding(findings.size() + 1));
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
