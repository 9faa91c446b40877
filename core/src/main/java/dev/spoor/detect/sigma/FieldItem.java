package dev.spoor.detect.sigma;

import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One line of a detection item, {@code field|modifier|…: value(s)}, as a predicate. Without a field
 * name it is a keyword search in every value of the event.
 */
final class FieldItem {
    /** More values under one field are refused. */
    static final int VALUES_MAX = 10_000;

    /** Never holds. */
    private static final Predicate NEVER = new Predicate.Any(List.of());

    private final Yaml.Entry at;
    private final String field;
    private final List<String> modifiers;
    private final Placeholders placeholders;

    private FieldItem(Yaml.Entry at, String key, Placeholders placeholders) {
        this.at = at;
        var parts = List.of(key.split("\\|", -1));
        this.field = parts.getFirst();
        this.modifiers = parts.subList(1, parts.size());
        this.placeholders = placeholders;
        for (var modifier : modifiers) {
            if (!Modifier.known(modifier)) {
                throw misfit(
                        "modifier '"
                                + Words.shown(modifier)
                                + "' is not known (expected one of "
                                + String.join(", ", Modifier.names())
                                + ")");
            }
        }
    }

    static Item of(String key, Yaml.Entry entry, Placeholders placeholders) {
        if (entry.key() == Yaml.Scalar.Type.NULL) {
            return keywords(entry.value(), placeholders);
        }
        if (!entry.text()) {
            throw new Misfit(
                    entry.line(), entry.column(), "a field's name is text: put it in quotes");
        }
        return new FieldItem(entry, key, placeholders).item();
    }

    /** A value, or a list of them, that names no field: found anywhere in the event, any case. */
    static Item keywords(Yaml value, Placeholders placeholders) {
        var entry = new Yaml.Entry(value.line(), value.column(), Yaml.Scalar.Type.TEXT, value);
        return new FieldItem(entry, "", placeholders).item();
    }

    private Item item() {
        var scalars = scalars();
        var values = new ArrayList<Value>(scalars.size());
        boolean re = modifiers.contains("re");
        for (var scalar : scalars) {
            values.add(re ? asRegex(scalar) : value(scalar));
        }
        var modifier = new Modifier(field, placeholders);
        for (int place = 0; place < modifiers.size(); place++) {
            var name = modifiers.get(place);
            boolean read = place == 0 && name.equals("re");
            for (int i = 0; i < values.size(); i++) {
                try {
                    values.set(i, read ? values.get(i) : modifier.apply(name, values.get(i)));
                } catch (IllegalArgumentException e) {
                    throw scalars.get(i).misfit(Words.shown(String.valueOf(e.getMessage())));
                }
            }
            modifier.done(name);
        }
        return linked(scalars, values);
    }

    /** Under {@code re} every value is text, whatever YAML makes of it. */
    private static Value asRegex(Yaml.Scalar scalar) {
        var text =
                switch (scalar.type()) {
                    case NULL -> "None";
                    case BOOLEAN -> scalar.text().equals("true") ? "True" : "False";
                    case NUMBER ->
                            plain(scalar.number())
                                    + (scalar.text().endsWith(".0") ? ".0" : ""); // as Python
                    case TEXT, DATE -> scalar.text();
                };
        return new Value.Regex(text, Set.of());
    }

    private static Value value(Yaml.Scalar scalar) {
        return switch (scalar.type()) {
            case TEXT -> {
                try {
                    yield new Value.Text(Pattern.of(scalar.text()), false);
                } catch (IllegalArgumentException e) {
                    throw scalar.misfit(String.valueOf(e.getMessage()));
                }
            }
            case NUMBER -> new Value.Number(scalar.number());
            case BOOLEAN -> new Value.Truth(scalar.text().equals("true"));
            case NULL -> new Value.Null();
            case DATE -> throw scalar.misfit("YAML takes this for a date: put it in quotes");
        };
    }

    /** The values linked by or, or by and under {@code all}; negated under {@code neq}. */
    private Item linked(List<Yaml.Scalar> scalars, List<Value> values) {
        if (values.isEmpty()) {
            if (field.isEmpty()) {
                return new Item(NEVER, misfit("an empty list of keywords"), Set.of());
            }
            values.add(new Value.Null()); // as the reference: no value at all
        }
        var open = new java.util.TreeSet<String>();
        var any = new ArrayList<Predicate>(values.size());
        for (int i = 0; i < values.size(); i++) {
            try {
                any.add(predicate(values.get(i), open));
            } catch (IllegalArgumentException e) {
                throw scalars.get(i).misfit(Words.shown(String.valueOf(e.getMessage())));
            }
        }
        var joined =
                any.size() == 1
                        ? any.getFirst()
                        : modifiers.contains("all")
                                ? new Predicate.All(any)
                                : new Predicate.Any(any);
        return new Item(modifiers.contains("neq") ? new Predicate.Not(joined) : joined, null, open);
    }

    private List<Yaml.Scalar> scalars() {
        var scalars = new ArrayList<Yaml.Scalar>();
        if (at.value() instanceof Yaml.Mapping mapping) {
            throw mapping.misfit(
                    "a field takes a value or a list of values (nested fields are written with"
                            + " dots)");
        }
        for (var item : at.value().asList()) {
            if (!(item instanceof Yaml.Scalar scalar)) {
                throw item.misfit("a list of values holds plain values only");
            }
            scalars.add(scalar);
        }
        if (scalars.size() > VALUES_MAX) {
            throw misfit("more than " + VALUES_MAX + " values");
        }
        return scalars;
    }

    private Predicate predicate(Value value, Set<String> open) {
        return switch (value) {
            case Value.Several(var values) -> {
                var any = new ArrayList<Predicate>(values.size());
                values.forEach(one -> any.add(predicate(one, open)));
                yield any.size() == 1 ? any.getFirst() : new Predicate.Any(any);
            }
            case Value.Null() ->
                    field.isEmpty() ? NEVER : new Predicate.Field(field, new Test.IsNull());
            case Value.Exists(var expected) -> {
                var there = new Predicate.Field(field, new Test.Exists());
                yield expected ? there : new Predicate.Not(there);
            }
            case Value.Unknown(var name) -> {
                open.add(name);
                yield NEVER;
            }
            case Value.Reference(var other, var starts, var ends) ->
                    field.isEmpty() // no field to compare with
                            ? NEVER
                            : new Predicate.Field(
                                    field, new Test.FieldEqual(other, false, starts, ends));
            default -> {
                var test = test(value);
                yield field.isEmpty() ? new Predicate.Text(test) : new Predicate.Field(field, test);
            }
        };
    }

    private Test test(Value value) {
        return switch (value) {
            case Value.Text(var pattern, var cased) -> {
                boolean search = field.isEmpty();
                yield (search ? pattern.startingWith().endingWith() : pattern).test(cased);
            }
            case Value.Number(var number) ->
                    field.isEmpty()
                            ? new Test.Contains(plain(number), false)
                            : new Test.Equal(plain(number), false);
            case Value.Truth(var truth) -> new Test.Equal(String.valueOf(truth), false);
            case Value.TimePart(var unit, var number) -> new Test.TimePart(unit, "=", number);
            case Value.CompareTime(var op, Value.TimePart(var unit, var number)) ->
                    new Test.TimePart(unit, op, number);
            case Value.Compare(var op, var number) -> new Test.Compare(op, number);
            case Value.Cidr(var network) -> new Test.Cidr(network);
            case Value.Regex regex -> Regexes.test(regex);
            case Value.Null _,
                    Value.Exists _,
                    Value.Unknown _,
                    Value.Reference _,
                    Value.Several _ ->
                    throw new IllegalStateException(value.kind());
        };
    }

    /** A number as events write it: without exponent, without empty fraction. */
    private static String plain(BigDecimal number) {
        var stripped = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        return stripped.toPlainString();
    }

    private Misfit misfit(String reason) {
        return new Misfit(at.line(), at.column(), reason);
    }
}
