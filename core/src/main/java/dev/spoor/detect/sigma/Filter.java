package dev.spoor.detect.sigma;

import dev.spoor.query.Predicate;
import java.util.Set;

/**
 * A Sigma filter (Sigma filters specification 2.1): what must hold, too, of events of the rules it
 * is for.
 *
 * @param rules ids and names of the rules; empty = every rule of the log source
 */
public record Filter(String id, Logsource logsource, Set<String> rules, Predicate condition) {
    public Filter {
        rules = Set.copyOf(rules);
    }

    boolean isFor(Rule rule) {
        return logsource.contains(rule.logsource())
                && (rules.isEmpty() || rules.stream().anyMatch(rule.names()::contains));
    }
}
