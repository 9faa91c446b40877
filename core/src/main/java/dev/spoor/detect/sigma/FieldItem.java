package dev.spoor.detect.sigma;

import com.google.re2j.PatternSyntaxException;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One line of a detection item, {@code field|modifier|…: value(s)}, as a predicate. Without a field
 * name it is a keyword search in the whole event.
 */
final class FieldItem {
    /** More values under one field are refused. */
    static final int VALUES_MAX = 10_000;

    /** A longer regular expression is refused. */
    static final int REGEX_CHARS_MAX = 4096;

    private static final Set<String> KNOWN =
            Set.of(
                    "contains",
                    "startswith",
                    "endswith",
                    "all",
                    "re",
                    "i",
                    "m",
                    "s",
                    "cased",
                    "exists",
                    "cidr",
                    "lt",
                    "lte",
                    "gt",
                    "gte",
                    "neq",
                    "base64",
                    "base64offset",
                    "wide",
                    "utf16le",
                    "utf16be",
                    "utf16",
                    "windash",
                    "fieldref",
                    "expand",
                    "minute",
                    "hour",
                    "day",
                    "month",
                    "year");

    private final Yaml.Entry at;
    private final String field;
    private final List<String> modifiers;
    private final Placeholders placeholders;
    private final boolean cased;

    private FieldItem(Yaml.Entry at, String key, Placeholders placeholders) {
        this.at = at;
        var parts = List.of(key.split("\\|", -1));
        this.field = parts.getFirst();
        this.modifiers = parts.subList(1, parts.size());
        this.placeholders = placeholders;
        this.cased = modifiers.contains("cased");
        check();
    }

    static Predicate of(String key, Yaml.Entry entry, Placeholders placeholders) {
        return new FieldItem(entry, key, placeholders).predicate();
    }

    /** A value of a list that names no field: found anywhere in the event, any case. */
    static Predicate keyword(Yaml.Scalar value, Placeholders placeholders) {
        var entry = new Yaml.Entry(value.line(), value.column(), value);
        return of("", entry, placeholders);
    }

    private void check() {
        for (var modifier : modifiers) {
            if (!KNOWN.contains(modifier)) {
                throw misfit(
                        "modifier '"
                                + Words.shown(modifier)
                                + "' is not known (expected one of "
                                + String.join(", ", new TreeSet<>(KNOWN))
                                + ")");
            }
        }
        boolean re = modifiers.contains("re");
        for (var flag : List.of("i", "m", "s")) {
            if (modifiers.contains(flag) && !re) {
                throw misfit("modifier '" + flag + "' only follows 're'");
            }
        }
        if (modifiers.stream().filter(KINDS::contains).count() > 1) {
            throw misfit("these modifiers exclude each other: " + String.join("|", modifiers));
        }
        if (KINDS.stream().anyMatch(modifiers::contains)
                && SHAPES.stream().anyMatch(modifiers::contains)
                && !modifiers.contains("expand")) {
            throw misfit("these modifiers exclude each other: " + String.join("|", modifiers));
        }
        if (field.isEmpty()
                && KINDS.stream().anyMatch(modifiers::contains)
                && !modifiers.contains("re")) {
            throw misfit("a search in the whole event takes text or a regular expression");
        }
    }

    /** What a value is; text unless one of these is given. */
    private static final Set<String> KINDS =
            Set.of(
                    "re",
                    "exists",
                    "cidr",
                    "lt",
                    "lte",
                    "gt",
                    "gte",
                    "fieldref",
                    "minute",
                    "hour",
                    "day",
                    "month",
                    "year");

    /** What is done to a text. */
    private static final Set<String> SHAPES =
            Set.of(
                    "contains",
                    "startswith",
                    "endswith",
                    "base64",
                    "base64offset",
                    "wide",
                    "utf16le",
                    "utf16be",
                    "utf16",
                    "windash");

    private Predicate predicate() {
        var values = values();
        var any = new ArrayList<Predicate>(values.size());
        for (var value : values) {
            any.add(one(value));
        }
        var joined =
                any.size() == 1
                        ? any.getFirst()
                        : modifiers.contains("all")
                                ? new Predicate.All(any)
                                : new Predicate.Any(any);
        return modifiers.contains("neq") ? new Predicate.Not(joined) : joined;
    }

    private List<Yaml.Scalar> values() {
        var values = new ArrayList<Yaml.Scalar>();
        switch (at.value()) {
            case Yaml.Scalar scalar -> values.add(scalar);
            case Yaml.Sequence(_, _, var items) -> {
                for (var item : items) {
                    if (!(item instanceof Yaml.Scalar scalar)) {
                        throw item.misfit("a list of values holds plain values only");
                    }
                    values.add(scalar);
                }
            }
            case Yaml.Mapping mapping ->
                    throw mapping.misfit(
                            "a field takes a value or a list of values (nested fields are written"
                                    + " with dots)");
        }
        if (values.isEmpty()) {
            throw misfit("an empty list never matches (expected: at least one value)");
        }
        if (values.size() > VALUES_MAX) {
            throw misfit("more than " + VALUES_MAX + " values");
        }
        if (modifiers.contains("all") && values.size() == 1) {
            throw misfit("'all' needs at least two values");
        }
        return values;
    }

    private Predicate one(Yaml.Scalar value) {
        try {
            if (modifiers.contains("exists")) {
                return exists(value);
            }
            var tests = tests(value);
            var any = new ArrayList<Predicate>(tests.size());
            for (var test : tests) {
                any.add(
                        field.isEmpty()
                                ? new Predicate.Text(test)
                                : new Predicate.Field(field, test));
            }
            return any.size() == 1 ? any.getFirst() : new Predicate.Any(any);
        } catch (IllegalArgumentException | Rejected e) {
            throw value.misfit(Words.shown(String.valueOf(e.getMessage())));
        }
    }

    private Predicate exists(Yaml.Scalar value) {
        var there = new Predicate.Field(field, new Test.Exists());
        if (field.isEmpty() || value.type() != Yaml.Scalar.Type.BOOLEAN) {
            throw new IllegalArgumentException("'exists' takes a field, and true or false");
        }
        return value.text().equals("true") ? there : new Predicate.Not(there);
    }

    private List<Test> tests(Yaml.Scalar value) {
        if (value.type() == Yaml.Scalar.Type.NULL) {
            if (field.isEmpty()
                    || at.value() instanceof Yaml.Sequence
                    || !modifiers.stream().allMatch("neq"::equals)) {
                throw new IllegalArgumentException(
                        "null needs a field and stands alone, without list and modifier");
            }
            return List.of(new Test.IsNull());
        }
        if (!modifiers.contains("expand")) {
            return ofText(value.text());
        }
        var tests = new ArrayList<Test>();
        for (var text : placeholders.expand(value.text())) {
            tests.addAll(ofText(text));
        }
        return tests;
    }

    private List<Test> ofText(String text) {
        for (var modifier : modifiers) {
            switch (modifier) {
                case "re" -> {
                    return List.of(regex(text));
                }
                case "cidr" -> {
                    return List.of(new Test.Cidr(Network.of(text)));
                }
                case "lt" -> {
                    return List.of(new Test.Compare("<", number(text)));
                }
                case "lte" -> {
                    return List.of(new Test.Compare("<=", number(text)));
                }
                case "gt" -> {
                    return List.of(new Test.Compare(">", number(text)));
                }
                case "gte" -> {
                    return List.of(new Test.Compare(">=", number(text)));
                }
                case "fieldref" -> {
                    return List.of(new Test.FieldEqual(text, cased));
                }
                case "minute", "hour", "day", "month", "year" -> {
                    return List.of(timePart(modifier, text));
                }
                default -> {}
            }
        }
        return shaped(text);
    }

    private List<Test> shaped(String text) {
        var values = List.of(new Encoded(Pattern.of(text), false, cased));
        for (var modifier : modifiers) {
            var next = new ArrayList<Encoded>();
            for (var value : values) {
                next.addAll(value.apply(modifier));
            }
            values = next;
        }
        var tests = new ArrayList<Test>();
        for (var value : values) {
            var pattern = value.pattern();
            if (field.isEmpty()) {
                if (pattern.marked().isEmpty()) {
                    throw new IllegalArgumentException("an empty keyword matches everything");
                }
                pattern = pattern.startingWith().endingWith();
            }
            tests.add(pattern.test(value.cased()));
        }
        return tests;
    }

    private Test regex(String text) {
        if (text.length() > REGEX_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "regular expression longer than " + REGEX_CHARS_MAX + " characters");
        }
        int flags = 0;
        flags |= modifiers.contains("i") ? com.google.re2j.Pattern.CASE_INSENSITIVE : 0;
        flags |= modifiers.contains("m") ? com.google.re2j.Pattern.MULTILINE : 0;
        flags |= modifiers.contains("s") ? com.google.re2j.Pattern.DOTALL : 0;
        try {
            return new Test.Regex(com.google.re2j.Pattern.compile(text, flags));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "regular expression not in RE2 syntax (look-around and back references are"
                            + " not): "
                            + e.getMessage(),
                    e);
        }
    }

    private static BigDecimal number(String text) {
        if (text.length() > 100) {
            throw new IllegalArgumentException("number longer than 100 characters");
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number: " + text, e);
        }
    }

    /** A part of an RFC 3339 time, in the time zone in which it is written. */
    private static Test timePart(String part, String text) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + part + "' takes a number: " + text, e);
        }
        if (number < 0 || number > 9999) {
            throw new IllegalArgumentException("'" + part + "' out of range: " + text);
        }
        var two = String.format(Locale.ROOT, "%02d", number);
        var regex =
                switch (part) {
                    case "year" -> String.format(Locale.ROOT, "^%04d-", number);
                    case "month" -> "^\\d{4}-" + two + "-";
                    case "day" -> "^\\d{4}-\\d\\d-" + two + "(\\D|$)";
                    case "hour" -> "^\\d{4}-\\d\\d-\\d\\d[Tt ]" + two + ":";
                    default -> "^\\d{4}-\\d\\d-\\d\\d[Tt ]\\d\\d:" + two + "(\\D|$)";
                };
        return new Test.Regex(com.google.re2j.Pattern.compile(regex));
    }

    private Misfit misfit(String reason) {
        return new Misfit(at.line(), at.column(), reason);
    }
}
