package dev.spoor.query;

import com.google.re2j.Pattern;
import dev.spoor.event.EventView;
import dev.spoor.event.Times;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A test on one value; a value itself. Text tests see a string's decoded text, a number's or
 * boolean's source form; objects are seen by {@link Exists} only.
 */
public sealed interface Test {
    record Exists() implements Test {}

    /** The value is JSON null, or the field is missing. */
    record IsNull() implements Test {}

    record Equal(String text, boolean caseSensitive) implements Test {}

    /** Equals one of the texts, case-sensitive. */
    record OneOf(Set<String> texts) implements Test {
        public OneOf {
            texts = Set.copyOf(texts);
        }
    }

    record Prefix(String text, boolean caseSensitive) implements Test {}

    record Suffix(String text, boolean caseSensitive) implements Test {}

    record Contains(String text, boolean caseSensitive) implements Test {}

    /**
     * The whole value matches a list of literal parts with gaps of any text between them: {@code
     * a*b} is parts {@code ["a", "b"]}. A {@code ?} in a Sigma pattern is {@link #ANY_ONE} inside a
     * part.
     */
    record Like(List<String> parts, boolean caseSensitive) implements Test {
        /** Stands for exactly one character. */
        public static final char ANY_ONE = '\uE000';

        public Like {
            parts = List.copyOf(parts);
        }
    }

    /** Found anywhere in the value (RE2 syntax, linear time). */
    record Regex(Pattern pattern) implements Test {}

    /**
     * As {@link Regex}, for expressions that no linear engine holds; throws {@link StepsExceeded}
     * where it comes to no verdict.
     */
    record SteppedRegex(Stepped pattern) implements Test {}

    /**
     * A part of a time (RFC 3339) in the zone in which it is written; {@code op} as in {@link
     * Compare}, values that are not times do not pass.
     */
    record TimePart(Unit unit, String op, int number) implements Test {
        /** Weeks are those of ISO 8601: 1 to 53. */
        public enum Unit {
            MINUTE,
            HOUR,
            DAY,
            WEEK,
            MONTH,
            YEAR
        }
    }

    /** {@code op} is one of {@code < <= > >= = !=}; values that are not numbers do not pass. */
    record Compare(String op, BigDecimal number) implements Test {}

    /**
     * The value is a time (RFC 3339) before or after the given one; {@code op} as in {@link
     * Compare}, values that are not times do not pass.
     */
    record When(String op, Instant time) implements Test {}

    /**
     * The value is an address inside the block (RFC 4632, RFC 4291); anything else does not pass.
     */
    record Cidr(Network network) implements Test {}

    /**
     * The value equals any value of another field of the same event, or starts with it, ends with
     * it, or (both) contains it.
     */
    record FieldEqual(String other, boolean caseSensitive, boolean starts, boolean ends)
            implements Test {
        public FieldEqual(String other, boolean caseSensitive) {
            this(other, caseSensitive, false, false);
        }

        private Test against(String text) {
            return starts && ends
                    ? new Contains(text, caseSensitive)
                    : starts
                            ? new Prefix(text, caseSensitive)
                            : ends
                                    ? new Suffix(text, caseSensitive)
                                    : new Equal(text, caseSensitive);
        }
    }

    /**
     * Some value of the field is on that side of some value of another field of the same event:
     * both numbers, or both times; {@code op} as in {@link Compare}.
     */
    record FieldCompare(String op, String other) implements Test {}

    /**
     * The value is an object that the condition holds for, fields named from there: of a list one
     * and the same element. The condition asks no {@link Predicate.Text}.
     */
    record Element(Predicate part) implements Test {}

    /**
     * Whether the field passes on this event: any of its values, or, for {@link IsNull}, none at
     * all.
     */
    default boolean holdsForAny(EventView event, String field) {
        var values = event.values(field);
        return switch (this) {
            case IsNull() -> values.isEmpty() || anyNull(values);
            case Exists() -> !values.isEmpty();
            case FieldEqual reference -> {
                for (var right : event.values(reference.other())) {
                    var test = reference.against(right.asString(""));
                    if (!right.isContainer()
                            && !right.isNull()
                            && values.stream().anyMatch(test::holds)) {
                        yield true;
                    }
                }
                yield false;
            }
            case FieldCompare(var op, var other) -> {
                for (var right : event.values(other)) {
                    for (var value : values) {
                        if (beside(op, value, right)) {
                            yield true;
                        }
                    }
                }
                yield false;
            }
            default -> {
                for (var value : values) {
                    if (holds(value)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    private static boolean anyNull(List<JsonNode> values) {
        for (var value : values) {
            if (value.isNull()) {
                return true;
            }
        }
        return false;
    }

    /** Whether one value passes; {@link FieldEqual} needs the event and never holds here. */
    default boolean holds(JsonNode value) {
        return switch (this) {
            case Exists() -> true;
            case IsNull() -> value.isNull();
            case Compare(var op, var number) ->
                    value.isNumber() && compares(op, value.decimalValue().compareTo(number))
                            || value.isString() && comparesText(value.asString(), op, number);
            case FieldEqual _, FieldCompare _ -> false;
            case Element(var part) -> value.isObject() && part.holds(new ElementView(value));
            default -> !value.isContainer() && !value.isNull() && holdsForText(value.asString(""));
        };
    }

    /** Whether a text passes. */
    default boolean holdsForText(String value) {
        return switch (this) {
            case Exists() -> true;
            case IsNull(), FieldEqual _, FieldCompare _, Element _ -> false;
            case Equal(var text, var cs) -> cs ? value.equals(text) : value.equalsIgnoreCase(text);
            case OneOf(var texts) -> texts.contains(value);
            case Prefix(var text, var cs) -> value.regionMatches(!cs, 0, text, 0, text.length());
            case Suffix(var text, var cs) ->
                    value.regionMatches(
                            !cs, value.length() - text.length(), text, 0, text.length());
            case Contains(var text, var cs) ->
                    cs ? value.contains(text) : Likeness.containsIgnoringCase(value, text);
            case Like like -> Likeness.matches(like, value);
            case Regex(var pattern) -> pattern.matcher(value).find();
            case SteppedRegex(var pattern) -> pattern.find(value);
            case TimePart part -> TimeParts.holds(part, value);
            case Compare(var op, var number) -> comparesText(value, op, number);
            case When(var op, var time) -> {
                var own = Times.parse(value);
                yield own != null && compares(op, own.compareTo(time));
            }
            case Cidr(var network) -> network.contains(value);
        };
    }

    private static boolean beside(String op, JsonNode left, JsonNode right) {
        var number = number(right);
        if (number != null) {
            return new Compare(op, number).holds(left);
        }
        var time = right.isString() ? Times.parse(right.asString()) : null;
        return time != null && new When(op, time).holds(left);
    }

    private static @Nullable BigDecimal number(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue();
        }
        if (!value.isString() || value.asString().isEmpty() || value.asString().length() > 100) {
            return null;
        }
        try {
            return new BigDecimal(value.asString());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /**
     * Whether the values of its field alone do not answer it: it looks at other fields, or may come
     * to no verdict.
     */
    default boolean looksAside() {
        return this instanceof FieldEqual
                || this instanceof FieldCompare
                || this instanceof SteppedRegex;
    }

    /** One element of a list as an event of its own. */
    record ElementView(JsonNode tree) implements EventView {
        @Override
        public List<JsonNode> values(String field) {
            var found = new java.util.ArrayList<JsonNode>(1);
            dev.spoor.event.JsonView.collect(tree, field, found);
            return found;
        }

        @Override
        public String text() {
            return "";
        }
    }

    private static boolean comparesText(String value, String op, BigDecimal number) {
        if (value.isEmpty() || value.length() > 100) {
            return false;
        }
        try {
            return compares(op, new BigDecimal(value).compareTo(number));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static boolean compares(String op, int order) {
        return switch (op) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            case "=" -> order == 0;
            case "!=" -> order != 0;
            default -> throw new IllegalArgumentException("op: " + op);
        };
    }
}
