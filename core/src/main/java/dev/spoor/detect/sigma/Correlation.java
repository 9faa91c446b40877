package dev.spoor.detect.sigma;

import dev.spoor.event.Level;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A correlation rule (Sigma correlation rules specification 2.1): what must be true of the events
 * of other rules within a span of time.
 *
 * @param id the Sigma id, else its name, else the file's name without its ending
 * @param names by which other correlations may refer to it
 * @param rules what it refers to, by id or name, in their order
 * @param groupBy fields or aliases whose values tell groups apart
 * @param aliases per alias: by rule (id or name) the field that it stands for
 * @param generate its rules are findings of their own, too
 * @param file where it is written; {@code line} and {@code column} from 1
 */
public record Correlation(
        String id,
        Set<String> names,
        String title,
        @Nullable String author,
        @Nullable String link,
        Level level,
        List<String> techniques,
        Type type,
        List<String> rules,
        List<String> groupBy,
        Duration span,
        Map<String, Map<String, String>> aliases,
        Condition condition,
        boolean generate,
        String file,
        int line,
        int column) {
    /** What is looked at. */
    public enum Type {
        EVENT_COUNT,
        VALUE_COUNT,
        TEMPORAL,
        TEMPORAL_ORDERED,
        VALUE_SUM,
        VALUE_AVG,
        VALUE_PERCENTILE,
        VALUE_MEDIAN
    }

    /** When it is true. */
    public sealed interface Condition {
        /**
         * A number compared.
         *
         * @param op one of {@code < <= > >= = !=}
         * @param fields whose values are counted or computed with; empty where events are counted
         * @param percentile 0 to 100
         */
        record Compared(String op, BigDecimal number, List<String> fields, int percentile)
                implements Condition {
            public Compared {
                fields = List.copyOf(fields);
            }
        }

        /** An expression over which rules have matched. */
        record Said(Expression expression) implements Condition {}
    }

    /** Which rules have matched: {@code a and (b or not c)}. */
    public sealed interface Expression {
        record Seen(String rule) implements Expression {}

        record And(List<Expression> parts) implements Expression {
            public And {
                parts = List.copyOf(parts);
            }
        }

        record Or(List<Expression> parts) implements Expression {
            public Or {
                parts = List.copyOf(parts);
            }
        }

        record Not(Expression part) implements Expression {}

        /** Whether it is true when these rules have matched. */
        default boolean holds(Set<String> seen) {
            return switch (this) {
                case Seen(var rule) -> seen.contains(rule);
                case And(var parts) -> parts.stream().allMatch(part -> part.holds(seen));
                case Or(var parts) -> parts.stream().anyMatch(part -> part.holds(seen));
                case Not(var part) -> !part.holds(seen);
            };
        }

        /** Adds the rules that it names, in their order. */
        default void addRules(Set<String> rules) {
            switch (this) {
                case Seen(var rule) -> rules.add(rule);
                case And(var parts) -> parts.forEach(part -> part.addRules(rules));
                case Or(var parts) -> parts.forEach(part -> part.addRules(rules));
                case Not(var part) -> part.addRules(rules);
            }
        }
    }

    public Correlation {
        names = Set.copyOf(names);
        techniques = List.copyOf(techniques);
        rules = List.copyOf(rules);
        groupBy = List.copyOf(groupBy);
        aliases = Map.copyOf(aliases);
    }

    /** The field that a group-by name stands for in events of a rule known by these names. */
    public String field(String name, Set<String> ruleNames) {
        for (var entry : aliases.getOrDefault(name, Map.of()).entrySet()) {
            if (ruleNames.contains(RuleSet.key(entry.getKey()))) {
                return entry.getValue();
            }
        }
        return name;
    }
}
