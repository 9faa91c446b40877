package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.EventView;
import dev.spoor.event.JsonView;
import dev.spoor.event.Mask;
import dev.spoor.query.Predicate;
import dev.spoor.query.StepsExceeded;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Why a rule holds for an event, or does not: the condition as a tree, each part with its answer.
 *
 * @param text what the part asks: {@code all of}, {@code user.username is "alice"}, the name of a
 *     detection item
 * @param answer whether it holds
 * @param values what the event has in the field that is asked; at most {@link #VALUES_MAX}
 * @param decides the parent's answer would be another without it, or it is the answer's reason
 */
public record Explanation(
        String text, Answer answer, List<String> values, boolean decides, List<Explanation> parts) {
    /** More values of a field are not shown. */
    public static final int VALUES_MAX = 8;

    /** Longer values and texts are cut. */
    private static final int CHARS_MAX = 200;

    /** What a part says. */
    public enum Answer {
        YES,
        NO,
        /** A regular expression gave up. */
        UNDECIDED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Explanation {
        values = List.copyOf(values);
        parts = List.copyOf(parts);
    }

    /** An event, and the same with its secrets masked, whose values are shown. */
    private record Seen(EventView event, EventView masked) {}

    /** The rule's condition, explained on this event; the values shown are masked. */
    public static Explanation of(Rule rule, RuleView event) {
        Map<Predicate, String> names = new IdentityHashMap<>();
        rule.items().forEach((name, item) -> names.put(item, name));
        var masked =
                new JsonView(
                        event.view().source(), Mask.tree(event.view().tree()), new byte[0], 0, 0);
        return of(rule.condition(), new Seen(event, event.over(masked)), names, true);
    }

    private static Explanation of(
            Predicate predicate, Seen seen, Map<Predicate, String> names, boolean decides) {
        var answer = answer(predicate, seen.event());
        var name = names.get(predicate);
        var inner = new IdentityHashMap<>(names);
        inner.remove(predicate);
        if (name != null) {
            var part = of(predicate, seen, inner, decides);
            return new Explanation(name, answer, List.of(), decides, List.of(part));
        }
        return switch (predicate) {
            case Predicate.Everything() -> leaf("every event", answer, List.of(), decides);
            case Predicate.All(var parts) ->
                    new Explanation(
                            "all of",
                            answer,
                            List.of(),
                            decides,
                            parts(parts, seen, inner, decides, answer));
            case Predicate.Any(var parts) ->
                    new Explanation(
                            parts.isEmpty() ? "nothing" : "any of",
                            answer,
                            List.of(),
                            decides,
                            parts(parts, seen, inner, decides, answer));
            case Predicate.Not(var part) ->
                    new Explanation(
                            "not",
                            answer,
                            List.of(),
                            decides,
                            List.of(of(part, seen, inner, decides)));
            case Predicate.Text(var test) ->
                    leaf("any value " + words(test), answer, List.of(), decides);
            case Predicate.Field(var field, var test) ->
                    leaf(field + " " + words(test), answer, values(seen.masked(), field), decides);
        };
    }

    /** The parts whose answer is the whole's are its reason. */
    private static List<Explanation> parts(
            List<Predicate> parts,
            Seen seen,
            Map<Predicate, String> names,
            boolean decides,
            Answer whole) {
        var all = new ArrayList<Explanation>();
        for (var part : parts) {
            all.add(of(part, seen, names, decides && answer(part, seen.event()) == whole));
        }
        return all;
    }

    private static Explanation leaf(
            String text, Answer answer, List<String> values, boolean decides) {
        return new Explanation(text, answer, values, decides, List.of());
    }

    private static Answer answer(Predicate predicate, EventView event) {
        try {
            return predicate.holds(event) ? Answer.YES : Answer.NO;
        } catch (StepsExceeded e) {
            return Answer.UNDECIDED;
        }
    }

    private static List<String> values(EventView event, String field) {
        var all = event.values(field);
        return all.stream().limit(VALUES_MAX).map(Explanation::shown).toList();
    }

    private static String shown(JsonNode value) {
        var text = value.isContainer() ? value.toString() : value.asString("null");
        return text.length() > CHARS_MAX ? text.substring(0, CHARS_MAX) + "…" : text;
    }

    /** What a test asks, in words that follow the field's name. */
    private static String words(Test test) {
        var words =
                switch (test) {
                    case Test.Exists() -> "is there";
                    case Test.IsNull() -> "is null or missing";
                    case Test.Equal(var text, var cased) -> "is " + quoted(text, cased);
                    case Test.OneOf(var texts) -> "is one of " + texts.stream().sorted().toList();
                    case Test.Prefix(var text, var cased) -> "starts with " + quoted(text, cased);
                    case Test.Suffix(var text, var cased) -> "ends with " + quoted(text, cased);
                    case Test.Contains(var text, var cased) -> "contains " + quoted(text, cased);
                    case Test.Like(var parts, var cased) ->
                            "is like "
                                    + quoted(
                                            String.join("*", parts).replace(Test.Like.ANY_ONE, '?'),
                                            cased);
                    case Test.Regex(var pattern) -> "matches /" + pattern.pattern() + "/";
                    case Test.SteppedRegex(var pattern) -> "matches /" + pattern + "/";
                    case Test.TimePart(var unit, var op, var number) ->
                            "has " + unit.name().toLowerCase(Locale.ROOT) + " " + op + " " + number;
                    case Test.Compare(var op, var number) -> op + " " + number.toPlainString();
                    case Test.When(var op, var time) -> op + " " + time;
                    case Test.Cidr(var network) -> "is in " + network.notation();
                    case Test.FieldEqual(var other, _, var starts, var ends) ->
                            (starts && ends
                                            ? "contains the value of "
                                            : starts
                                                    ? "starts with the value of "
                                                    : ends
                                                            ? "ends with the value of "
                                                            : "is the value of ")
                                    + other;
                    case Test.FieldCompare(var op, var other) -> op + " the value of " + other;
                    case Test.Element(var part) ->
                            "has an element for which all of this holds: " + part.fields();
                };
        return words.length() > CHARS_MAX ? words.substring(0, CHARS_MAX) + "…" : words;
    }

    private static String quoted(String text, boolean cased) {
        return "\"" + text + "\"" + (cased ? " (case counts)" : "");
    }
}
