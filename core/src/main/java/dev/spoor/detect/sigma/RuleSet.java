package dev.spoor.detect.sigma;

import java.util.List;

/** Rules that were read, and what was refused. */
public record RuleSet(List<Rule> rules, List<Refused> refused) {
    public static final RuleSet NONE = new RuleSet(List.of(), List.of());

    public RuleSet {
        rules = List.copyOf(rules);
        refused = List.copyOf(refused);
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
}
