package dev.spoor.detect.sigma;

import dev.spoor.query.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a condition over named detection items: {@code or} binds least, then {@code and}, {@code
 * not}, {@code 1 of} / {@code all of}, parentheses (specification, "Condition").
 *
 * <p>An item whose field is missing does not hold, so {@code not filter} holds for an event without
 * the filter's field.
 */
final class Condition {
    /** Deeper parentheses or chains of {@code not} are refused. */
    static final int DEPTH_MAX = 50;

    /** More words are refused. */
    static final int WORDS_MAX = 5_000;

    private static final Pattern WORD = Pattern.compile("\\s*([()|]|[^\\s()|]+)");

    private record Word(String text, int at) {
        boolean is(String keyword) {
            return text.toLowerCase(Locale.ROOT).equals(keyword);
        }
    }

    private final Map<String, Predicate> items;
    private final Yaml.Scalar scalar;
    private final List<Word> words = new ArrayList<>();
    private int next;
    private int depth;

    private Condition(Yaml.Scalar scalar, Map<String, Predicate> items) {
        this.items = items;
        this.scalar = scalar;
        var matcher = WORD.matcher(scalar.text());
        while (matcher.lookingAt()) {
            words.add(new Word(matcher.group(1), matcher.start(1)));
            matcher.region(matcher.end(), scalar.text().length());
            if (words.size() > WORDS_MAX) {
                throw scalar.misfit("a condition of more than " + WORDS_MAX + " words");
            }
        }
    }

    static Predicate of(Yaml.Scalar scalar, Map<String, Predicate> items) {
        var condition = new Condition(scalar, items);
        var whole = condition.or();
        if (condition.next < condition.words.size()) {
            var word = condition.words.get(condition.next);
            throw condition.misfit(
                    word.at(),
                    word.is("|")
                            ? "aggregations after '|' are not part of Sigma 2 (correlation rules"
                                    + " took their place)"
                            : "'"
                                    + Words.shown(word.text())
                                    + "' does not belong here (expected:"
                                    + " and, or, the end)");
        }
        return whole;
    }

    private Predicate or() {
        var parts = new ArrayList<Predicate>();
        do {
            parts.add(and());
        } while (took("or"));
        return parts.size() == 1 ? parts.getFirst() : new Predicate.Any(parts);
    }

    private Predicate and() {
        var parts = new ArrayList<Predicate>();
        do {
            parts.add(not());
        } while (took("and"));
        return parts.size() == 1 ? parts.getFirst() : new Predicate.All(parts);
    }

    private Predicate not() {
        if (++depth > DEPTH_MAX) {
            throw scalar.misfit("a condition nested deeper than " + DEPTH_MAX);
        }
        try {
            return took("not") ? new Predicate.Not(not()) : atom();
        } finally {
            depth--;
        }
    }

    private Predicate atom() {
        if (next >= words.size()) {
            throw misfit(
                    scalar.text().length(),
                    "the condition ends here (expected: the name of a detection item)");
        }
        var word = words.get(next++);
        if (word.is("(")) {
            var inner = or();
            if (!took(")")) {
                throw misfit(word.at(), "this parenthesis is never closed");
            }
            return inner;
        }
        boolean followedByOf = next < words.size() && words.get(next).is("of");
        if (followedByOf) {
            if (word.is("1") || word.is("any")) {
                return new Predicate.Any(chosen());
            }
            if (word.is("all")) {
                return new Predicate.All(chosen());
            }
            throw misfit(word.at(), "only '1 of' and 'all of' are known");
        }
        var item = items.get(word.text());
        if (item == null) {
            throw misfit(
                    word.at(),
                    "'"
                            + Words.shown(word.text())
                            + "' is no detection item (expected one of "
                            + Words.shown(String.join(", ", items.keySet()))
                            + ")");
        }
        return item;
    }

    private List<Predicate> chosen() {
        next++;
        if (next >= words.size()) {
            throw misfit(scalar.text().length(), "'of' needs a name, a pattern or 'them'");
        }
        var word = words.get(next++);
        boolean them = word.is("them");
        var pattern =
                Pattern.compile(
                        List.of(word.text().split("\\*", -1)).stream()
                                .map(Pattern::quote)
                                .collect(java.util.stream.Collectors.joining(".*")));
        var parts = new ArrayList<Predicate>();
        for (var item : items.entrySet()) {
            if (them ? !item.getKey().startsWith("_") : pattern.matcher(item.getKey()).matches()) {
                parts.add(item.getValue());
            }
        }
        if (parts.isEmpty()) {
            throw misfit(
                    word.at(), "no detection item is called '" + Words.shown(word.text()) + "'");
        }
        return parts;
    }

    private boolean took(String keyword) {
        if (next < words.size() && words.get(next).is(keyword)) {
            next++;
            return true;
        }
        return false;
    }

    /** Exact for a condition on one line; for a folded one the place where it begins. */
    private Misfit misfit(int at, String reason) {
        boolean oneLine = scalar.text().indexOf('\n') < 0;
        return new Misfit(scalar.line(), scalar.column() + (oneLine ? at : 0), reason);
    }
}
