package dev.spoor.detect;

import dev.spoor.detect.correlate.Episode;
import dev.spoor.detect.correlate.Groups;
import dev.spoor.detect.correlate.Occurrence;
import dev.spoor.detect.sigma.Correlation;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what correlations need of the events that their rules matched, and tells their episodes as
 * findings when all events are known. A record that was delivered twice counts once.
 */
final class Correlator {
    /**
     * More matches of correlated rules are not correlated; a gap says so. About 250 bytes are kept
     * of each, half a kilobyte of those that are findings of their own as well.
     */
    static final int MATCHES_MAX = 500_000;

    /** More values of one field of one event are left out. */
    private static final int VALUES_MAX = 64;

    /** Of more different values equal ones are no longer kept once. */
    private static final int TEXTS_MAX = 200_000;

    /** A longer value is cut: it groups with those that begin alike. */
    private static final int VALUE_CHARS_MAX = 512;

    /** After so many values it is clear whether a field's values come again. */
    private static final int TRIED = 4_096;

    /** What a rule's matches are asked for; the fields in a fixed order. */
    private record Wanted(List<String> fields, int[] asked, int[] again) {
        Wanted(Set<String> fields) {
            this(
                    List.copyOf(new TreeSet<>(fields)),
                    new int[fields.size()],
                    new int[fields.size()]);
        }

        /** Whether equal values of a field are kept once: not when nearly all are different. */
        boolean sharing(int field) {
            return asked[field] < TRIED || again[field] > asked[field] >> 3;
        }
    }

    /**
     * An event that a rule matched; what a finding tells of it besides is added when it is part of
     * one.
     */
    static final class Match implements Occurrence, Claimant {
        private final Instant at;
        private final long time;
        private final Wanted wanted;
        private final String[][] values;
        private final EventRef judged;
        private final long content;
        private List<EntityRef> entities = List.of();
        private List<String> techniques = List.of();
        private List<EventRef> records;
        private @Nullable AuditRequest request;

        /** Whether its finding would still have to look its records up. */
        private boolean bare;

        Match(Instant at, Wanted wanted, String[][] values, EventRef judged, long content) {
            this.at = at;
            this.time = nanos(at);
            this.wanted = wanted;
            this.values = values;
            this.judged = judged;
            this.content = content;
            this.records = List.of(judged);
        }

        @Override
        public void attach(AuditRequest whole, EventRef record) {
            var all = new TreeSet<>(records);
            all.addAll(whole.records());
            records = List.copyOf(all);
            if (record.equals(judged)) {
                request = whole;
            }
        }

        String auditID() {
            return String.valueOf(judged.auditID());
        }

        private void tell(List<EntityRef> concerned, List<String> named) {
            entities = concerned;
            techniques = named;
        }

        @Override
        public long time() {
            return time;
        }

        @Override
        public List<String> values(String field) {
            int place = wanted.fields().indexOf(field);
            return place < 0 ? List.of() : List.of(values[place]);
        }

        @Override
        public long tie() {
            return content;
        }
    }

    private final RuleSet set;
    private final Map<Rule, Kept> kept = new HashMap<>();

    /**
     * What is kept of a rule.
     *
     * @param wanted null when no correlation asks for it
     * @param silent a correlation speaks for it: it is no finding of its own
     */
    private record Kept(@Nullable Wanted wanted, boolean silent, List<Match> matches) {}

    private final Map<String, String> texts = new HashMap<>();
    private @Nullable List<Episode> episodes;
    private final Map<List<EntityRef>, List<EntityRef>> lists = new HashMap<>();
    private int matches;
    private long beyond;
    private long timeless;

    Correlator(RuleSet set) {
        this.set = set;
        var rules = new HashMap<String, Rule>();
        set.rules().forEach(rule -> rule.names().forEach(name -> rules.put(name, rule)));
        var correlations = new HashMap<String, Correlation>();
        set.correlations().forEach(one -> one.names().forEach(name -> correlations.put(name, one)));
        var wanted = new HashMap<Rule, Wanted>();
        for (var correlation : set.correlations()) {
            want(correlation, Set.of(), rules, correlations, wanted);
        }
        var silent = set.silent();
        for (var rule : set.rules()) {
            kept.put(rule, new Kept(wanted.get(rule), silent.contains(rule), new ArrayList<>()));
        }
    }

    /** Notes the fields that the correlation and those above it ask of its rules' events. */
    private void want(
            Correlation correlation,
            Set<String> above,
            Map<String, Rule> rules,
            Map<String, Correlation> correlations,
            Map<Rule, Wanted> wanted) {
        for (var reference : correlation.rules()) {
            var name = RuleSet.key(reference);
            var fields = new HashSet<>(above);
            var rule = rules.get(name);
            var inner = correlations.get(name);
            var names =
                    rule != null ? rule.names() : inner != null ? inner.names() : Set.<String>of();
            correlation.groupBy().forEach(field -> fields.add(correlation.field(field, names)));
            if (correlation.condition() instanceof Correlation.Condition.Compared compared) {
                fields.addAll(compared.fields());
            }
            if (rule != null) {
                wanted.merge(
                        rule,
                        new Wanted(fields),
                        (one, other) -> {
                            var all = new TreeSet<>(one.fields());
                            all.addAll(other.fields());
                            return new Wanted(all);
                        });
            } else if (inner != null) {
                want(inner, fields, rules, correlations, wanted);
            }
        }
    }

    /** Whether a correlation speaks for the rule: it is no finding of its own. */
    boolean silences(Rule rule) {
        return kept(rule).silent();
    }

    /** Whether nothing but silent rules that a correlation asks for hold for an event. */
    boolean aside(Prefilter.Verdict verdict, List<Rule> asked) {
        if (!verdict.open().isEmpty()) {
            return false;
        }
        for (int rule : verdict.sure()) {
            if (!kept(asked.get(rule)).silent()) {
                return false;
            }
        }
        return verdict.sure().length > 0;
    }

    /**
     * Takes an event that a rule matched.
     *
     * @param content a hash of its bytes
     * @return what wants to know the event's other records; null when no correlation asks
     */
    @Nullable Claimant take(
            Rule rule,
            RuleView view,
            @Nullable AuditEvent event,
            @Nullable Instant time,
            EventRef judged,
            long content) {
        var match = match(rule, view, time, judged, content);
        if (match != null) {
            tell(match, rule, new Teller(view, event));
        }
        return match;
    }

    /**
     * Takes an audit record that ends its request and that only silent rules matched: whatever else
     * a finding tells is looked up when there is one ({@link #bare}).
     */
    void takeBare(Rule rule, RuleView view, AuditEvent event, EventRef judged) {
        var match = match(rule, view, event.time(), judged, event.auditID().hashCode());
        if (match != null) {
            match.bare = true;
        }
    }

    private @Nullable Match match(
            Rule rule, RuleView view, @Nullable Instant time, EventRef judged, long content) {
        var own = kept(rule);
        var asks = own.wanted();
        if (asks == null) {
            return null;
        }
        if (time == null) {
            timeless++;
            return null;
        }
        if (matches >= MATCHES_MAX) {
            beyond++;
            return null;
        }
        matches++;
        var values = new String[asks.fields().size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = values(view, asks, i);
        }
        var match = new Match(time, asks, values, judged, content);
        own.matches().add(match);
        return match;
    }

    private Kept kept(Rule rule) {
        return Objects.requireNonNull(kept.get(rule), "a rule of this set");
    }

    private void tell(Match match, Rule rule, Teller teller) {
        match.tell(lists.computeIfAbsent(teller.entities(), list -> list), teller.techniques(rule));
    }

    private String[] values(RuleView view, Wanted asks, int field) {
        var found = view.values(asks.fields().get(field));
        if (found.size() == 1 && !found.getFirst().isContainer() && !found.getFirst().isNull()) {
            return new String[] {shared(found.getFirst().asString(""), asks, field)};
        }
        var values = new LinkedHashSet<String>();
        for (var value : found) {
            if (!value.isContainer() && !value.isNull() && values.size() < VALUES_MAX) {
                values.add(shared(value.asString(""), asks, field));
            }
        }
        return values.toArray(String[]::new);
    }

    private String shared(String text, Wanted asks, int field) {
        var cut = text.length() > VALUE_CHARS_MAX ? text.substring(0, VALUE_CHARS_MAX) : text;
        if (!asks.sharing(field)) {
            return cut;
        }
        asks.asked()[field]++;
        var known = texts.get(cut);
        if (known == null && texts.size() < TEXTS_MAX) {
            texts.put(cut, cut);
        }
        asks.again()[field] += known == null ? 0 : 1;
        return known == null ? cut : known;
    }

    /** A record that came twice, or in two stages of its request, counts once. */
    private static List<Match> distinct(List<Match> matches) {
        var sorted = new ArrayList<>(matches);
        sorted.sort(
                Comparator.comparingLong(Match::time)
                        .thenComparingLong(Match::tie)
                        .thenComparing(match -> match.bare)
                        .thenComparing(match -> match.judged));
        var distinct = new ArrayList<Match>(sorted.size());
        for (var match : sorted) {
            var last = distinct.isEmpty() ? null : distinct.getLast();
            if (last == null || last.at.compareTo(match.at) != 0 || last.content != match.content) {
                distinct.add(match);
            }
        }
        return distinct;
    }

    /** Which matches of which rules a finding will tell of, and knows too little about. */
    Map<Long, Map.Entry<Rule, Match>> bare() {
        var bare = new HashMap<Long, Map.Entry<Rule, Match>>();
        var told = new LinkedHashSet<Match>();
        episodes().forEach(episode -> gather(episode, told));
        kept.forEach((rule, own) ->
                own.matches()
                        .forEach(match -> {
                            if (match.bare && told.contains(match)) {
                                bare.put(match.judged.position(), Map.entry(rule, match));
                            }
                        }));
        return bare;
    }

    /** Tells a bare match's event. */
    Claimant told(Rule rule, Match match, RuleView view, AuditEvent event) {
        tell(match, rule, new Teller(view, event));
        return match;
    }

    /**
     * The findings of all correlations, in no order; to be called when all records are attached.
     */
    List<Finding> findings() {
        return episodes().stream().map(Correlator::finding).toList();
    }

    /** What the correlations that speak for themselves found. */
    private List<Episode> episodes() {
        if (episodes == null) {
            episodes = correlated();
        }
        return episodes;
    }

    private List<Episode> correlated() {
        var findings = new ArrayList<Episode>();
        Map<String, List<? extends Occurrence>> told = new HashMap<>();
        Map<String, Set<String>> names = new HashMap<>();
        for (var rule : set.rules()) {
            var distinct = distinct(kept(rule).matches());
            for (var name : rule.names()) {
                told.put(name, distinct);
                names.put(name, rule.names());
            }
        }
        var inner = new HashSet<String>();
        set.correlations().stream()
                .filter(one -> !one.generate())
                .forEach(one -> one.rules().forEach(rule -> inner.add(RuleSet.key(rule))));
        for (var correlation : set.correlations()) {
            var groups = new Groups(correlation);
            for (int i = 0; i < correlation.rules().size(); i++) {
                var name = RuleSet.key(correlation.rules().get(i));
                for (var occurrence : told.getOrDefault(name, List.of())) {
                    groups.add(occurrence, i, names.getOrDefault(name, Set.of()));
                }
            }
            var found = groups.episodes();
            for (var name : correlation.names()) {
                told.put(name, found);
                names.put(name, correlation.names());
            }
            if (correlation.names().stream().noneMatch(inner::contains)) {
                findings.addAll(found);
            }
        }
        return findings;
    }

    private static Finding finding(Episode episode) {
        var all = new LinkedHashSet<Match>();
        gather(episode, all);
        var first = all.iterator().next();
        var entities = new LinkedHashSet<EntityRef>();
        var techniques = new LinkedHashSet<String>();
        var records = new TreeSet<EventRef>();
        for (var match : all) {
            entities.addAll(match.entities);
            techniques.addAll(match.techniques);
            records.addAll(match.records);
        }
        var correlation = episode.correlation();
        return new Finding(
                "F-0",
                correlation.id(),
                correlation.author(),
                correlation.link(),
                correlation.title(),
                correlation.level(),
                correlation.techniques().isEmpty()
                        ? List.copyOf(techniques)
                        : correlation.techniques(),
                ends(correlation) ? last(all) : first.at,
                List.copyOf(entities),
                List.copyOf(records),
                why(episode, all.size()),
                first.request,
                Finding.About.SEQUENCE);
    }

    /** An order is there with its last event; a number of events begins with the first. */
    private static boolean ends(Correlation correlation) {
        return switch (correlation.type()) {
            case TEMPORAL, TEMPORAL_ORDERED -> true;
            case EVENT_COUNT, VALUE_COUNT, VALUE_SUM, VALUE_AVG, VALUE_PERCENTILE, VALUE_MEDIAN ->
                    false;
        };
    }

    private static Instant last(Set<Match> matches) {
        return matches.stream().map(match -> match.at).max(Comparator.naturalOrder()).orElseThrow();
    }

    private static void gather(Occurrence occurrence, Set<Match> all) {
        switch (occurrence) {
            case Match match -> all.add(match);
            case Episode episode -> episode.events().forEach(one -> gather(one, all));
            default -> throw new IllegalStateException(occurrence.toString());
        }
    }

    /** A group of what must hold for all, such as {@code spoor.success}, tells nothing more. */
    private static final String HOLDS = "true";

    /** {@code Many failed logins: 12 events within 10 minutes, user.username alice}. */
    private static String why(Episode episode, int events) {
        var correlation = episode.correlation();
        var text = new StringBuilder(Teller.shown(correlation.title()));
        text.append(": ").append(events).append(events == 1 ? " event" : " events");
        text.append(", each within ").append(span(correlation.span().toSeconds()));
        for (int i = 0; i < correlation.groupBy().size(); i++) {
            if (!episode.group().get(i).equals(HOLDS)) {
                text.append(", ")
                        .append(Teller.shown(correlation.groupBy().get(i)))
                        .append(' ')
                        .append(Teller.shown(episode.group().get(i)));
            }
        }
        return text.toString();
    }

    private static String span(long seconds) {
        return seconds % 86_400 == 0
                ? seconds / 86_400 + " d"
                : seconds % 3_600 == 0
                        ? seconds / 3_600 + " h"
                        : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
    }

    /** What was not correlated. */
    List<Gap> gaps() {
        var gaps = new ArrayList<Gap>();
        if (beyond > 0) {
            gaps.add(
                    new Gap(
                            "limit",
                            "correlations",
                            null,
                            "more than "
                                    + MATCHES_MAX
                                    + " events of correlated rules: the others were not correlated",
                            beyond));
        }
        if (timeless > 0) {
            gaps.add(
                    new Gap(
                            "clock",
                            "correlations",
                            null,
                            "events of correlated rules tell no time: they were not correlated",
                            timeless));
        }
        return gaps;
    }

    private static long nanos(Instant time) {
        try {
            return Math.addExact(
                    Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
        } catch (ArithmeticException e) { // before 1677 or after 2262
            return time.getEpochSecond() < 0 ? Long.MIN_VALUE / 2 : Long.MAX_VALUE / 2;
        }
    }
}
