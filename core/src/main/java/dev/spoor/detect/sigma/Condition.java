package dev.spoor.detect.sigma;

import dev.spoor.query.Predicate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a condition over named detection items: {@code or} binds least, then {@code and}, {@code
 * not}, {@code 1 of} / {@code all of}, parentheses (specification, "Condition"). The keywords are
 * lower case, as for the reference.
 *
 * <p>An item whose field is missing does not hold, so {@code not filter} holds for an event without
 * the filter's field.
 */
final class Condition {
    /** Deeper parentheses or chains of {@code not} are refused. */
    static final int DEPTH_MAX = 50;

    /** More words are refused. */
    static final int WORDS_MAX = 5_000;

    private static final Pattern WORD = Pattern.compile("[ \\t\\r\\n]*([()|]|[^\\s()|]+)");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern SELECTION = Pattern.compile("[A-Za-z0-9*_]+");

    private record Word(String text, int at) {
        boolean is(String keyword) {
            return text.equals(keyword);
        }
    }

    private final Map<String, Item> items;
    private final Yaml.Scalar scalar;
    private final List<Word> words = new ArrayList<>();
    private final Set<String> open = new TreeSet<>();
    private int next;
    private int depth;

    private Condition(Yaml.Scalar scalar, Map<String, Item> items) {
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

    /**
     * @return the whole condition, with the placeholders of the items it names that have no values
     */
    static Item of(Yaml.Scalar scalar, Map<String, Item> items) {
        if (scalar.type() != Yaml.Scalar.Type.TEXT) {
            throw scalar.misfit("a condition is text");
        }
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
        return new Item(whole, null, condition.open);
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
            boolean negates = !items.containsKey("not") && took("not");
            return negates ? new Predicate.Not(not()) : atom();
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
        if (next < words.size() && words.get(next).is("of")) {
            if (word.is("1") || word.is("any")) {
                return new Predicate.Any(chosen());
            }
            if (word.is("all")) {
                return new Predicate.All(chosen());
            }
            throw misfit(word.at(), "only '1 of' and 'all of' are known");
        }
        var item = NAME.matcher(word.text()).matches() ? items.get(word.text()) : null;
        if (item == null) {
            throw misfit(
                    word.at(),
                    "'"
                            + Words.shown(word.text())
                            + "' is no detection item (expected one of "
                            + Words.shown(String.join(", ", items.keySet()))
                            + ")");
        }
        return named(item);
    }

    private Predicate named(Item item) {
        var unusable = item.unusable();
        if (unusable != null) {
            throw unusable;
        }
        open.addAll(item.open());
        return item.predicate();
    }

    /** Names that begin with {@code _} are chosen only by patterns that begin so. */
    private List<Predicate> chosen() {
        next++;
        if (next >= words.size()) {
            throw misfit(scalar.text().length(), "'of' needs a name, a pattern or 'them'");
        }
        var word = words.get(next++);
        if (!SELECTION.matcher(word.text()).matches()) {
            throw misfit(
                    word.at(),
                    "a pattern has letters, digits, '_' and '*' only: it ends too early");
        }
        var pattern = word.is("them") ? null : glob(word.text());
        var parts = new ArrayList<Predicate>();
        for (var item : items.entrySet()) {
            boolean hidden = item.getKey().startsWith("_") && !word.text().startsWith("_");
            if (!hidden && (pattern == null || pattern.matcher(item.getKey()).matches())) {
                parts.add(named(item.getValue()));
            }
        }
        if (parts.isEmpty()) {
            throw misfit(
                    word.at(), "no detection item is called '" + Words.shown(word.text()) + "'");
        }
        return parts;
    }

    private static @Nullable Pattern glob(String text) {
        return Pattern.compile(text.replaceAll("\\*+", ".*"));
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
