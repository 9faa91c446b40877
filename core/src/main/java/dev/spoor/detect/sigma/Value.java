package dev.spoor.detect.sigma;

import dev.spoor.query.Network;
import dev.spoor.query.Test;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;

/**
 * A value of a detection item while its modifiers are applied, one after the other; each modifier
 * takes some of these kinds and refuses the others, as the reference does.
 */
sealed interface Value {
    /** Text with wildcards. */
    record Text(Pattern pattern, boolean cased) implements Value {}

    record Number(BigDecimal number) implements Value {}

    /** A part of a time and what it is compared with. */
    record TimePart(Test.TimePart.Unit unit, int number) implements Value {}

    record Truth(boolean value) implements Value {}

    record Null() implements Value {}

    /** The expression as written; flags {@code i m s}. */
    record Regex(String source, Set<Character> flags) implements Value {
        public Regex {
            flags = Set.copyOf(flags);
        }
    }

    record Cidr(Network network) implements Value {}

    /** {@code op} is one of {@code < <= > >=}. */
    record Compare(String op, BigDecimal number) implements Value {}

    record CompareTime(String op, TimePart part) implements Value {}

    /** The value of another field, whole or a part of this one's. */
    record Reference(String field, boolean starts, boolean ends) implements Value {}

    record Exists(boolean expected) implements Value {}

    /** Several that stand for one: any of them, also where {@code all} links the values. */
    record Several(List<Value> values) implements Value {
        public Several {
            values = List.copyOf(values);
        }
    }

    /** A value nobody has given: a placeholder without values. It never matches. */
    record Unknown(String placeholder) implements Value {}

    /** What a value is called in a message. */
    default String kind() {
        return switch (this) {
            case Text _, Unknown _ -> "text";
            case Number _ -> "a number";
            case TimePart _ -> "a part of a time";
            case Truth _ -> "true or false";
            case Null _ -> "null";
            case Regex _ -> "a regular expression";
            case Cidr _ -> "a network";
            case Compare _, CompareTime _ -> "a comparison";
            case Reference _ -> "a field's name";
            case Exists _ -> "an existence";
            case Several _ -> "several values";
        };
    }
}
