package dev.spoor.detect.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rules that were read, and what was refused.
 *
 * @param correlations those whose rules are all here once the set is {@link #linked}
 * @param filters not yet applied; none once the set is linked
 */
public record RuleSet(
        List<Rule> rules,
        List<Correlation> correlations,
        List<Filter> filters,
        List<Refused> refused) {
    public static final RuleSet NONE = of(List.of());

    /** Correlations of correlations deeper than this are refused. */
    public static final int CHAIN_MAX = 16;

    public RuleSet {
        rules = List.copyOf(rules);
        correlations = List.copyOf(correlations);
        filters = List.copyOf(filters);
        refused = List.copyOf(refused);
    }

    /** Rules and nothing else. */
    public static RuleSet of(List<Rule> rules) {
        return new RuleSet(rules, List.of(), List.of(), List.of());
    }

    /**
     * A rule file that could not be used.
     *
     * @param line from 1
     * @param column from 1
     * @param reason one clause, fit to be printed
     */
    public record Refused(String file, int line, int column, String reason) {
        /** {@code file:line:column: reason}. */
        @Override
        public String toString() {
            return file + ":" + line + ":" + column + ": " + reason;
        }
    }

    /** This set and another, in this order. */
    public RuleSet and(RuleSet other) {
        return new RuleSet(
                joined(rules, other.rules),
                joined(correlations, other.correlations),
                joined(filters, other.filters),
                joined(refused, other.refused));
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        var all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    /** How a reference to a rule is compared: a UUID in any spelling, else the name as it is. */
    public static String key(String reference) {
        var hex = Metadata.hex(reference);
        return hex == null ? reference : hex;
    }

    /**
     * The set with its filters applied to its rules, and its correlations checked: one that refers
     * to a rule that is not here, or in a circle to itself, is refused.
     */
    public RuleSet linked() {
        var filtered = new ArrayList<Rule>(rules.size());
        for (var rule : rules) {
            for (var filter : filters) {
                rule = filter.isFor(rule) ? rule.filtered(filter.condition()) : rule;
            }
            filtered.add(rule);
        }
        var known = new HashSet<String>();
        filtered.forEach(rule -> known.addAll(rule.names()));
        var waiting = new ArrayList<>(correlations);
        var ready = new ArrayList<Correlation>();
        for (int round = 0; round < CHAIN_MAX && !waiting.isEmpty(); round++) {
            var next = waiting.stream().filter(one -> refersTo(one, known)).toList();
            next.forEach(one -> known.addAll(one.names()));
            ready.addAll(next);
            waiting.removeAll(next);
        }
        var all = new ArrayList<>(refused);
        waiting.forEach(one -> all.add(unlinked(one, known)));
        return new RuleSet(filtered, ready, List.of(), all);
    }

    private static boolean refersTo(Correlation correlation, Set<String> known) {
        return correlation.rules().stream().allMatch(rule -> known.contains(key(rule)));
    }

    private Refused unlinked(Correlation correlation, Set<String> known) {
        var names = new HashSet<>(known);
        correlations.forEach(one -> names.addAll(one.names()));
        var missing =
                correlation.rules().stream().filter(rule -> !names.contains(key(rule))).toList();
        return new Refused(
                correlation.file(),
                correlation.line(),
                correlation.column(),
                missing.isEmpty()
                        ? "correlations that refer to each other in a circle, or deeper than "
                                + CHAIN_MAX
                        : "no rule has this id or name: "
                                + Words.shown(String.join(", ", missing)));
    }

    /**
     * The rules that a correlation speaks for (without {@code generate}): they are no findings of
     * their own. Rules of ours never fall silent because somebody refers to them.
     */
    public Set<Rule> silent() {
        Map<String, Rule> byName = new HashMap<>();
        rules.forEach(rule -> rule.names().forEach(name -> byName.put(name, rule)));
        var silent = new HashSet<Rule>();
        for (var correlation : correlations) {
            for (var reference : correlation.rules()) {
                var rule = byName.get(key(reference));
                if (rule != null && !correlation.generate() && !rule.ours()) {
                    silent.add(rule);
                }
            }
        }
        return silent;
    }
}
