package dev.spoor.detect.sigma;

import dev.spoor.detect.sigma.Correlation.Condition;
import dev.spoor.detect.sigma.Correlation.Expression;
import dev.spoor.detect.sigma.Correlation.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a correlation rule; accepts and refuses what the reference does. */
final class CorrelationParser {
    private static final Map<String, String> OPERATORS =
            Map.of("lt", "<", "lte", "<=", "gt", ">", "gte", ">=", "eq", "=", "neq", "!=");
    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})([smhdwMy])");

    /** A longer expression, or one nested deeper than 50, is refused. */
    private static final int WORDS_MAX = 1000;

    private static final int DEPTH_MAX = 50;

    private final Yaml.Mapping map;
    private final String file;

    private CorrelationParser(Yaml.Mapping map, String file) {
        this.map = map;
        this.file = file;
    }

    static Correlation read(Yaml.Mapping map, String file) {
        return new CorrelationParser(map, file).read();
    }

    private Correlation read() {
        var head = Metadata.of(map);
        var entry = map.entries().get("correlation");
        if (entry == null || !(entry.value() instanceof Yaml.Mapping own)) {
            throw map.misfit("'correlation' is a map");
        }
        var type = type(own);
        boolean temporal = type == Type.TEMPORAL || type == Type.TEMPORAL_ORDERED;
        var named = rules(own);
        var condition = condition(own, type, named == null ? 0 : named.size());
        var rules = named;
        if (condition instanceof Condition.Said(var expression)) {
            rules = agreed(own, expression, named);
        } else if (rules == null) {
            throw own.misfit(
                    temporal
                            ? "'rules' is missing (or a condition that names them)"
                            : "'rules' is missing");
        }
        var id = head.id() != null ? text(map, "id") : head.name();
        var names = new LinkedHashSet<String>();
        if (head.id() != null) {
            names.add(head.id());
        }
        if (head.name() != null) {
            names.add(RuleSet.key(head.name()));
        }
        return new Correlation(
                id == null ? RuleParser.stem(file) : id,
                names,
                head.title(),
                head.author(),
                head.link(),
                head.level(),
                head.techniques(),
                type,
                rules,
                groupBy(own),
                span(own),
                aliases(own),
                condition,
                generate(own),
                file,
                entry.line(),
                entry.column());
    }

    private static Type type(Yaml.Mapping own) {
        var text = Metadata.text(own, "type");
        for (var type : Type.values()) {
            if (type.name().equalsIgnoreCase(text)) {
                return type;
            }
        }
        throw at(own, "type")
                .misfit(
                        "correlation type: expected one of "
                                + String.join(
                                        ", ",
                                        java.util.Arrays.stream(Type.values())
                                                .map(one -> one.name().toLowerCase(Locale.ROOT))
                                                .toList()));
    }

    private static @Nullable List<String> rules(Yaml.Mapping own) {
        var value = own.get("rules");
        if (value == null || value.isNull()) {
            return null;
        }
        if (value instanceof Yaml.Mapping) {
            throw value.misfit("'rules' is a rule's id or name, or a list of them");
        }
        var rules = new ArrayList<String>();
        for (var one : value.asList()) {
            if (!(one instanceof Yaml.Scalar(_, _, var text, var type))
                    || type != Yaml.Scalar.Type.TEXT) {
                throw one.misfit("a rule is referred to by its id or its name");
            }
            rules.add(text);
        }
        return rules;
    }

    /** The expression and the list of rules must name the same. */
    private static List<String> agreed(
            Yaml.Mapping own, Expression expression, @Nullable List<String> named) {
        var said = new LinkedHashSet<String>();
        expression.addRules(said);
        if (named == null || named.isEmpty()) {
            return List.copyOf(said);
        }
        if (!said.equals(Set.copyOf(named))) {
            throw at(own, "condition").misfit("the condition and 'rules' name different rules");
        }
        return named;
    }

    private static boolean generate(Yaml.Mapping own) {
        var value = own.get("generate");
        if (value == null || value.isNull()) {
            return false;
        }
        if (value instanceof Yaml.Scalar(_, _, var text, var type)
                && type == Yaml.Scalar.Type.BOOLEAN) {
            return text.equals("true");
        }
        throw value.misfit("'generate' is true or false");
    }

    private static List<String> groupBy(Yaml.Mapping own) {
        var value = own.get("group-by");
        if (value == null || value.isNull()) {
            return List.of();
        }
        boolean several = value instanceof Yaml.Sequence;
        if (!several
                && (!(value instanceof Yaml.Scalar(_, _, _, var type))
                        || type != Yaml.Scalar.Type.TEXT)) {
            throw value.misfit("'group-by' is a field or a list of fields");
        }
        var fields = new ArrayList<String>();
        for (var one : value.asList()) {
            if (!(one instanceof Yaml.Scalar(_, _, var text, _))) {
                throw one.misfit("'group-by' is a field or a list of fields");
            }
            fields.add(text);
        }
        return fields;
    }

    private static Duration span(Yaml.Mapping own) {
        var value = own.get("timespan");
        var matcher =
                SPAN.matcher(
                        value instanceof Yaml.Scalar(_, _, var text, var type)
                                        && type == Yaml.Scalar.Type.TEXT
                                ? text
                                : "");
        if (value == null || value.isNull()) {
            throw own.misfit("'timespan' is missing");
        }
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw value.misfit("timespan: expected a number and one of s m h d w M y, such as 10m");
        }
        long unit =
                switch (matcher.group(2)) {
                    case "s" -> 1;
                    case "m" -> 60;
                    case "h" -> 3_600;
                    case "d" -> 86_400;
                    case "w" -> 604_800;
                    case "M" -> 2_629_746;
                    default -> 31_556_952;
                };
        return Duration.ofSeconds(Long.parseLong(matcher.group(1)) * unit);
    }

    private static Map<String, Map<String, String>> aliases(Yaml.Mapping own) {
        var value = own.get("aliases");
        if (value == null || value.isNull()) {
            return Map.of();
        }
        if (!(value instanceof Yaml.Mapping all)) {
            throw value.misfit("'aliases' is a map");
        }
        var aliases = new HashMap<String, Map<String, String>>();
        for (var alias : all.entries().entrySet()) {
            if (!(alias.getValue().value() instanceof Yaml.Mapping mapping)) {
                throw alias.getValue().value().misfit("an alias is a map: rule, field");
            }
            var fields = new LinkedHashMap<String, String>();
            for (var rule : mapping.entries().entrySet()) {
                if (rule.getValue().value() instanceof Yaml.Scalar(_, _, var field, _)) {
                    fields.put(rule.getKey(), field);
                } else {
                    throw rule.getValue().value().misfit("an alias names one field per rule");
                }
            }
            aliases.put(alias.getKey(), fields);
        }
        return aliases;
    }

    private static Condition condition(Yaml.Mapping own, Type type, int rules) {
        boolean temporal = type == Type.TEMPORAL || type == Type.TEMPORAL_ORDERED;
        var value = own.get("condition");
        if (value == null || value.isNull()) {
            if (!temporal) {
                throw own.misfit("'condition' is missing");
            }
            return new Condition.Compared(">=", BigDecimal.valueOf(rules), List.of(), 50);
        }
        if (value instanceof Yaml.Scalar scalar && scalar.type() == Yaml.Scalar.Type.TEXT) {
            if (!temporal) {
                throw value.misfit("only temporal correlations take an expression over rules");
            }
            return new Condition.Said(new Words(scalar).expression());
        }
        if (!(value instanceof Yaml.Mapping map)) {
            throw value.misfit("'condition' is a map such as {gte: 10}, or an expression");
        }
        return compared(map, type);
    }

    private static Condition compared(Yaml.Mapping map, Type type) {
        var operators = map.entries().keySet().stream().filter(OPERATORS::containsKey).toList();
        if (operators.size() != 1) {
            throw map.misfit("a condition has exactly one of lt, lte, gt, gte, eq, neq");
        }
        for (var entry : map.entries().entrySet()) {
            if (!OPERATORS.containsKey(entry.getKey())
                    && !Set.of("field", "percentile").contains(entry.getKey())) {
                throw new Misfit(
                        entry.getValue().line(),
                        entry.getValue().column(),
                        "a condition has an operator, 'field' and 'percentile'");
            }
        }
        var operator = operators.getFirst();
        var fields = fields(map);
        boolean ofValues =
                type != Type.EVENT_COUNT && type != Type.TEMPORAL && type != Type.TEMPORAL_ORDERED;
        if (ofValues && fields == null) {
            throw map.misfit("the condition names no 'field'");
        }
        var number = number(map, operator);
        var percentile = map.get("percentile") == null ? null : number(map, "percentile");
        return new Condition.Compared(
                String.valueOf(OPERATORS.get(operator)),
                number,
                fields == null ? List.of() : fields,
                percentile == null ? 50 : percentile.intValue());
    }

    private static @Nullable List<String> fields(Yaml.Mapping map) {
        var value = map.get("field");
        if (value == null || value.isNull()) {
            return null;
        }
        var fields = new ArrayList<String>();
        for (var one : value.asList()) {
            if (!(one instanceof Yaml.Scalar(_, _, var text, _))) {
                throw one.misfit("'field' is a field's name or a list of names");
            }
            fields.add(text);
        }
        return fields;
    }

    private static BigDecimal number(Yaml.Mapping map, String key) {
        var value = at(map, key);
        if (value instanceof Yaml.Scalar scalar) {
            try {
                return switch (scalar.type()) {
                    case NUMBER -> scalar.number();
                    case BOOLEAN -> scalar.text().equals("true") ? BigDecimal.ONE : BigDecimal.ZERO;
                    case TEXT -> YamlScalars.decimal(scalar.text().strip());
                    case NULL, DATE -> throw new NumberFormatException(scalar.text());
                };
            } catch (NumberFormatException e) { // told below
            }
        }
        throw value.misfit("'" + key + "' is a number");
    }

    private static Yaml at(Yaml.Mapping map, String key) {
        var value = map.get(key);
        return value == null ? map : value;
    }

    private static String text(Yaml.Mapping map, String key) {
        var text = Metadata.text(map, key);
        return text == null ? "" : text;
    }

    /** An expression over rules: {@code not} binds most, then {@code and}, then {@code or}. */
    private static final class Words {
        private static final Pattern WORD = Pattern.compile("\\s*([()]|[A-Za-z_][A-Za-z0-9_]*)");

        private final Yaml.Scalar scalar;
        private final List<String> words = new ArrayList<>();
        private int next;
        private int depth;

        Words(Yaml.Scalar scalar) {
            this.scalar = scalar;
            var matcher = WORD.matcher(scalar.text());
            int end = 0;
            while (matcher.lookingAt()) {
                words.add(matcher.group(1));
                end = matcher.end();
                matcher.region(end, scalar.text().length());
            }
            if (!scalar.text().substring(end).isBlank() || words.size() > WORDS_MAX) {
                throw scalar.misfit(
                        "not an expression over rules (names, and, or, not, parentheses)");
            }
        }

        Expression expression() {
            var whole = or();
            if (next < words.size()) {
                throw scalar.misfit("'" + words.get(next) + "' does not belong here");
            }
            return whole;
        }

        private Expression or() {
            var parts = new ArrayList<Expression>();
            do {
                parts.add(and());
            } while (took("or"));
            return parts.size() == 1 ? parts.getFirst() : new Expression.Or(parts);
        }

        private Expression and() {
            var parts = new ArrayList<Expression>();
            do {
                parts.add(not());
            } while (took("and"));
            return parts.size() == 1 ? parts.getFirst() : new Expression.And(parts);
        }

        private Expression not() {
            if (++depth > DEPTH_MAX) {
                throw scalar.misfit("an expression nested deeper than " + DEPTH_MAX);
            }
            try {
                if (took("not")) {
                    return new Expression.Not(not());
                }
                if (next >= words.size()) {
                    throw scalar.misfit("the expression ends too early");
                }
                var word = words.get(next++);
                if (word.equals("(")) {
                    var inner = or();
                    if (!took(")")) {
                        throw scalar.misfit("a parenthesis is never closed");
                    }
                    return inner;
                }
                if (Set.of(")", "and", "or").contains(word)) {
                    throw scalar.misfit("'" + word + "' does not belong here");
                }
                return new Expression.Seen(word);
            } finally {
                depth--;
            }
        }

        private boolean took(String word) {
            if (next < words.size() && words.get(next).equals(word)) {
                next++;
                return true;
            }
            return false;
        }
    }
}
