package dev.spoor.detect.cases;

import dev.spoor.detect.Detector;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.query.InMemoryEvents;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs the cases of case files against rules and correlations ({@code spoor rules test}). */
public final class RuleTests {
    private static final Pattern CASE_FILE = Pattern.compile("(?m)^rule:");

    private final RuleSet rules;

    public RuleTests(RuleSet rules) {
        this.rules = rules;
    }

    /**
     * One case and what came of it.
     *
     * @param line from 1, where the case is written
     * @param failure null when the rule says what the case expects
     */
    public record Outcome(
            String file,
            int line,
            String rule,
            String sort,
            String name,
            @Nullable String failure) {}

    /** Whether the text is a case file and no rule. */
    public static boolean isCaseFile(String text) {
        return CASE_FILE.matcher(text).find();
    }

    /**
     * The outcome of every case of one file.
     *
     * @throws Rejected when the file is no case file
     */
    public List<Outcome> run(String file, String text) {
        var outcomes = new ArrayList<Outcome>();
        for (var one : RuleCases.read(file, text)) {
            var rule = rule(one.rule());
            var failure =
                    rule == null
                            ? "no rule has this id or name: " + one.rule()
                            : one.failure(rule).orElse(null);
            outcomes.add(
                    new Outcome(
                            file,
                            line(text, one.name()),
                            one.rule(),
                            one.sort().word(),
                            one.name(),
                            failure));
        }
        for (var one : RuleSequence.read(file, text)) {
            outcomes.add(
                    new Outcome(
                            file,
                            line(text, one.name()),
                            one.rule(),
                            one.sort().word(),
                            one.name(),
                            failure(one)));
        }
        return outcomes;
    }

    private @Nullable Rule rule(String reference) {
        var key = RuleSet.key(reference);
        for (var rule : rules.rules()) {
            if (rule.id().equals(reference) || rule.names().contains(key)) {
                return rule;
            }
        }
        return null;
    }

    private static int line(String text, String name) {
        var words = name.split("[\"']", 2)[0];
        var lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(words)) {
                return i + 1;
            }
        }
        return 1;
    }

    private @Nullable String failure(RuleSequence sequence) {
        var ids = ids(sequence.rule());
        if (ids.isEmpty()) {
            return "no rule has this id or name: " + sequence.rule();
        }
        boolean found = told(sequence).stream().anyMatch(ids::contains);
        boolean expected = sequence.sort() != RuleCase.Sort.NEAR_MISS;
        return found == expected ? null : found ? "found, though it is a near miss" : "not found";
    }

    /** By what findings of the rule or correlation are called. */
    private List<String> ids(String reference) {
        var key = RuleSet.key(reference);
        var ids = new ArrayList<String>();
        var rule = rule(reference);
        if (rule != null) {
            ids.add(rule.id());
        }
        for (var one : rules.correlations()) {
            if (one.id().equals(reference) || one.names().contains(key)) {
                ids.add(one.id());
            }
        }
        return ids;
    }

    /** The rules with findings on the events, in the order given, by their own times. */
    private List<String> told(RuleSequence sequence) {
        var events = new InMemoryEvents();
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var detector = new Detector(rules, new Facts());
        Map<Kind, Integer> sources = new EnumMap<>(Kind.class);
        var record = new Received();
        long position = 0;
        for (var step : sequence.steps()) {
            var source =
                    sources.computeIfAbsent(
                            step.kind(), kind -> events.open(kind, Wrapping.NATIVE, "case", null));
            var bytes = RuleCase.bytes(step.event());
            record.plain(bytes, 0, bytes.length);
            record.source = source;
            record.line = position + 1;
            events.take(record);
            scanner.scan(step.kind(), bytes, 0, bytes.length, scanned);
            detector.take(record, scanned, events.sources().get(source), position++);
        }
        return detector.finish(events, true).findings().stream().map(one -> one.rule()).toList();
    }
}
