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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what correlations need of the events that their rules matched, and tells their episodes as
 * findings when all events are known. A record that was delivered twice counts once.
 */
final class Correlator {
    /**
     * More matches of correlated rules are not correlated; a gap says so. About half a kilobyte is
     * kept of each.
     */
    static final int MATCHES_MAX = 250_000;

    /** More values of one field of one event are left out. */
    private static final int VALUES_MAX = 64;

    /** A longer value is cut: it groups with those that begin alike. */
    private static final int VALUE_CHARS_MAX = 512;

    /** What a rule's matches are asked for. */
    private record Wanted(Set<String> fields) {}

    /** A record of an event, by which it is known again. */
    private record Known(Rule rule, Instant time, long content) {}

    /** An event that a rule matched; its records are added when they are all known. */
    static final class Match implements Occurrence, Claimant {
        private final long time;
        private final Instant at;
        private final Map<String, List<String>> values;
        private final List<EntityRef> entities;
        private final List<String> techniques;
        private final EventRef judged;
        private final List<EventRef> records = new ArrayList<>(1);
        private @Nullable AuditRequest request;
        private final long content;

        Match(
                Instant at,
                Map<String, List<String>> values,
                List<EntityRef> entities,
                List<String> techniques,
                EventRef judged,
                long content) {
            this.at = at;
            this.time = nanos(at);
            this.values = values;
            this.entities = entities;
            this.techniques = techniques;
            this.judged = judged;
            this.content = content;
            records.add(judged);
        }

        @Override
        public void attach(AuditRequest whole, EventRef record) {
            records.addAll(whole.records());
            if (record == judged) {
                request = whole;
            }
        }

        @Override
        public long time() {
            return time;
        }

        @Override
        public List<String> values(String field) {
            return values.getOrDefault(field, List.of());
        }

        @Override
        public long tie() {
            return content;
        }
    }

    private final RuleSet set;
    private final Map<Rule, Wanted> wanted = new HashMap<>();
    private final Map<Rule, List<Match>> matches = new HashMap<>();
    private final Set<Known> known = new HashSet<>();
    private final Set<Rule> silent;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<List<EntityRef>, List<EntityRef>> lists = new HashMap<>();
    private int kept;
    private long beyond;
    private long timeless;

    Correlator(RuleSet set) {
        this.set = set;
        this.silent = set.silent();
        var rules = new HashMap<String, Rule>();
        set.rules().forEach(rule -> rule.names().forEach(name -> rules.put(name, rule)));
        var correlations = new HashMap<String, Correlation>();
        set.correlations().forEach(one -> one.names().forEach(name -> correlations.put(name, one)));
        for (var correlation : set.correlations()) {
            want(correlation, Set.of(), rules, correlations);
        }
    }

    /** Notes the fields that the correlation and those above it ask of its rules' events. */
    private void want(
            Correlation correlation,
            Set<String> above,
            Map<String, Rule> rules,
            Map<String, Correlation> correlations) {
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
                wanted.computeIfAbsent(rule, _ -> new Wanted(new TreeSet<>()))
                        .fields()
                        .addAll(fields);
            } else if (inner != null) {
                want(inner, fields, rules, correlations);
            }
        }
    }

    /** Whether a correlation speaks for the rule: it is no finding of its own. */
    boolean silences(Rule rule) {
        return silent.contains(rule);
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
        var asks = wanted.get(rule);
        if (asks == null) {
            return null;
        }
        if (time == null) {
            timeless++;
            return null;
        }
        if (!known.add(new Known(rule, time, content))) {
            return null;
        }
        if (kept >= MATCHES_MAX) {
            beyond++;
            return null;
        }
        kept++;
        var teller = new Teller(view, event);
        var values = new HashMap<String, List<String>>();
        for (var field : asks.fields()) {
            values.put(field, values(view, field));
        }
        var match =
                new Match(
                        time,
                        values,
                        lists.computeIfAbsent(teller.entities(), list -> list),
                        teller.techniques(rule),
                        judged,
                        content);
        matches.computeIfAbsent(rule, _ -> new ArrayList<>()).add(match);
        return match;
    }

    private List<String> values(RuleView view, String field) {
        var values = new LinkedHashSet<String>();
        for (var value : view.values(field)) {
            if (!value.isContainer() && !value.isNull() && values.size() < VALUES_MAX) {
                var text = value.asString("");
                var cut =
                        text.length() > VALUE_CHARS_MAX ? text.substring(0, VALUE_CHARS_MAX) : text;
                values.add(texts.computeIfAbsent(cut, same -> same));
            }
        }
        return List.copyOf(values);
    }

    /**
     * The findings of all correlations, in no order; to be called when all records are attached.
     */
    List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        Map<String, List<? extends Occurrence>> told = new HashMap<>();
        Map<String, Set<String>> names = new HashMap<>();
        for (var rule : set.rules()) {
            for (var name : rule.names()) {
                told.put(name, matches.getOrDefault(rule, List.of()));
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
            var episodes = groups.episodes();
            for (var name : correlation.names()) {
                told.put(name, episodes);
                names.put(name, correlation.names());
            }
            if (correlation.names().stream().noneMatch(inner::contains)) {
                episodes.forEach(episode -> findings.add(finding(episode)));
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
                first.at,
                List.copyOf(entities),
                List.copyOf(records),
                why(episode, all.size()),
                first.request,
                false);
    }

    private static void gather(Occurrence occurrence, Set<Match> all) {
        switch (occurrence) {
            case Match match -> all.add(match);
            case Episode episode -> episode.events().forEach(one -> gather(one, all));
            default -> throw new IllegalStateException(occurrence.toString());
        }
    }

    /** {@code Many failed logins: 12 events within 10 minutes, user.username alice}. */
    private static String why(Episode episode, int events) {
        var correlation = episode.correlation();
        var text = new StringBuilder(Teller.shown(correlation.title()));
        text.append(": ").append(events).append(events == 1 ? " event" : " events");
        text.append(", each within ").append(span(correlation.span().toSeconds()));
        for (int i = 0; i < correlation.groupBy().size(); i++) {
            text.append(", ")
                    .append(Teller.shown(correlation.groupBy().get(i)))
                    .append(' ')
                    .append(Teller.shown(episode.group().get(i)));
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
