package dev.spoor.hunt;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.spoor.event.Times;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import dev.spoor.query.Test;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a filter.
 *
 * <pre>
 * any   := all ("or" all)*
 * all   := unit (["and"] unit)*             inside field:( … ) the "and" must be written
 * unit  := "not" unit | "(" any ")" | field ":" value | field op operand | text
 * value := "*" | word with * and ? | "quoted" | /regex/[i] | network | op operand | range | "(" any ")"
 * op    := "<" | "<=" | ">" | ">=" | "=" | "!="
 * range := "[" operand "to" operand "]"     { and } leave the end out, * leaves it open
 * text  := "*" | word with * and ? | "quoted" | /regex/[i]
 * </pre>
 */
final class FilterParser {
    private static final java.util.regex.Pattern NUMBER =
            java.util.regex.Pattern.compile("[-+]?\\d{1,100}(\\.\\d{1,100})?([eE][-+]?\\d{1,3})?");
    private static final java.util.regex.Pattern NETWORK =
            java.util.regex.Pattern.compile("[0-9a-fA-F.:]{2,45}/\\d{1,3}");
    private static final String NAME_STOPS = ":<>=!";

    private final Cursor cursor;

    /** Whether fields of the row itself ({@code _time}, {@code _line}) may be asked for. */
    private final boolean rows;

    /** What ends the filter beside ) and |: ] of a part of a sequence; 0 = nothing. */
    private final char close;

    private int depth;
    private int elements; // { } of elements that are open

    FilterParser(Cursor cursor, boolean rows) {
        this(cursor, rows, (char) 0);
    }

    FilterParser(Cursor cursor, boolean rows, char close) {
        this.cursor = cursor;
        this.rows = rows;
        this.close = close;
    }

    Predicate filter() {
        cursor.space();
        var filter = any(null);
        cursor.space();
        if (cursor.here() == ')' && close != ')') {
            throw cursor.error("no ) here: nothing is open");
        }
        return filter;
    }

    private Predicate any(@Nullable String field) {
        var parts = new ArrayList<Predicate>();
        do {
            parts.add(all(field));
        } while (keyword("or"));
        return parts.size() == 1 ? parts.getFirst() : new Predicate.Any(parts);
    }

    private Predicate all(@Nullable String field) {
        var parts = new ArrayList<Predicate>();
        parts.add(unit(field));
        while (true) {
            cursor.space();
            if (cursor.end() || cursor.boundary() || closes() || ahead("or")) {
                break;
            }
            if (!keyword("and") && field != null) {
                throw cursor.error("and, or or ) between the values of " + field);
            }
            parts.add(unit(field));
        }
        return parts.size() == 1 ? parts.getFirst() : new Predicate.All(parts);
    }

    private Predicate unit(@Nullable String field) {
        cursor.space();
        int start = cursor.position();
        if (++depth > Query.DEPTH_MAX) {
            throw cursor.error("at most " + Query.DEPTH_MAX + " ( and not inside each other");
        }
        Predicate unit;
        if (keyword("not")) {
            unit = new Predicate.Not(unit(field));
        } else if (cursor.skip("(")) {
            unit = group(field, start);
        } else if (field != null) {
            unit = value(field);
        } else {
            unit = fieldOrText();
        }
        depth--;
        if (!cursor.boundary() && !closes()) {
            throw cursor.error("a space, and, or, ) or | here");
        }
        return unit;
    }

    private boolean closes() {
        char c = cursor.here();
        return !cursor.end() && (c == close || elements > 0 && c == '}');
    }

    /** Where a word without quotes ends beside the usual places. */
    private String stops() {
        return (close == ']' ? "]" : "") + (elements > 0 ? "}" : "");
    }

    private Predicate group(@Nullable String field, int start) {
        var inner = any(field);
        cursor.space();
        if (!cursor.skip(")")) {
            throw cursor.error(
                    cursor.end() ? start : cursor.position(), "a closing ) for this one");
        }
        return inner;
    }

    private boolean ahead(String keyword) {
        int before = cursor.position();
        boolean found = keyword(keyword);
        cursor.back(before);
        return found;
    }

    private boolean keyword(String keyword) {
        cursor.space();
        int before = cursor.position();
        if (cursor.word(NAME_STOPS + stops()).is(keyword)
                && (cursor.boundary()
                        || closes()
                        || cursor.here() == '('
                        || cursor.here() == '"')) {
            return true;
        }
        cursor.back(before);
        return false;
    }

    // --- field conditions and free text

    private Predicate fieldOrText() {
        int start = cursor.position();
        if (cursor.here() == '"') {
            var text = cursor.quoted();
            if (elements > 0 && !sign()) {
                throw cursor.error(start, "field:value of the element (no text alone inside { })");
            }
            return condition(text, start, false)
                    ? field(text, start)
                    : new Predicate.Text(new Test.Contains(nonEmpty(text, start), false));
        }
        if (cursor.regexEnd(stops()) >= 0) {
            return new Predicate.Text(regex());
        }
        var word = cursor.word(NAME_STOPS + stops());
        if (word.literal().isEmpty()) {
            throw cursor.error("a field, a word or (");
        }
        if (word.is("and") || word.is("or")) {
            throw cursor.error(start, "a field, a word or ( before " + word.literal());
        }
        if (condition(word.literal(), start, word.wild())) {
            return field(word.literal(), start);
        }
        if (elements > 0) {
            throw cursor.error(start, "field:value of the element (no word alone inside { })");
        }
        return text(word);
    }

    private boolean sign() {
        int before = cursor.position();
        cursor.space();
        boolean sign = ":<>=".indexOf(cursor.here()) >= 0 && !cursor.end() || cursor.next("!=");
        cursor.back(before);
        return sign;
    }

    /** Whether a sign follows that makes what stands before it a field. */
    private boolean condition(String name, int start, boolean wild) {
        int before = cursor.position();
        cursor.space();
        boolean sign = ":<>=".indexOf(cursor.here()) >= 0 && !cursor.end() || cursor.next("!=");
        if (!sign) {
            cursor.back(before);
            if (cursor.here() == '!') {
                throw cursor.error("!= or a space");
            }
            return false;
        }
        if (wild) {
            throw cursor.error(start, "a field name without * and ? (one field, or a word alone)");
        }
        if (name.isEmpty()) {
            throw cursor.error(start, "a field name");
        }
        if (!rows && Rows.OWN.contains(name)) {
            throw cursor.error(
                    start,
                    "a field of the event; "
                            + name
                            + " is asked for after a pipe: | where "
                            + name
                            + " …"
                            + (name.equals(Rows.TIME) ? ", or with --since and --until" : ""));
        }
        return true;
    }

    private Predicate field(String name, int start) {
        if (cursor.skip(":")) {
            cursor.space();
            int open = cursor.position();
            return cursor.skip("(") ? group(name, open) : value(name);
        }
        var comparison = comparison(name);
        if (comparison == null) {
            throw cursor.error(start, "field:value");
        }
        return comparison;
    }

    private static Predicate text(Cursor.Word word) {
        if (word.star()) {
            return Predicates.EVERYTHING;
        }
        var parts = new ArrayList<>(word.parts());
        if (parts.size() > 1 && parts.getFirst().isEmpty()) {
            parts.removeFirst();
        }
        if (parts.size() > 1 && parts.getLast().isEmpty()) {
            parts.removeLast();
        }
        if (parts.size() == 1 && parts.getFirst().indexOf(Test.Like.ANY_ONE) < 0) {
            return new Predicate.Text(new Test.Contains(parts.getFirst(), false));
        }
        parts.addFirst("");
        parts.addLast("");
        return new Predicate.Text(new Test.Like(parts, false));
    }

    private String nonEmpty(String text, int start) {
        if (text.isEmpty()) {
            throw cursor.error(start, "some text between the quotes");
        }
        return text;
    }

    // --- values

    private Predicate value(String field) {
        cursor.space();
        int start = cursor.position();
        var comparison = comparison(field);
        if (comparison != null) {
            return comparison;
        }
        if (cursor.here() == '"') {
            return new Predicate.Field(field, new Test.Equal(cursor.quoted(), true));
        }
        if (cursor.here() == '{' && !rangeAhead()) {
            return element(field);
        }
        if (cursor.here() == '[' || cursor.here() == '{') {
            return range(field);
        }
        if (cursor.regexEnd(stops()) >= 0) {
            return new Predicate.Field(field, regex());
        }
        var word = cursor.word(stops());
        if (word.literal().isEmpty()) {
            throw cursor.error("a value after " + field + ":");
        }
        if (word.is("and") || word.is("or") || word.is("not")) {
            throw cursor.error(
                    start,
                    "a value (a word of the language stands in quotes: \"%s\")"
                            .formatted(word.literal()));
        }
        return new Predicate.Field(field, test(word));
    }

    /** Whether {@code {a to b]} stands here, not the conditions of an element. */
    private boolean rangeAhead() {
        int before = cursor.position();
        cursor.skip("{");
        cursor.space();
        boolean range = false;
        if (cursor.here() == '"') {
            cursor.quoted();
            cursor.space();
            range = cursor.word("]}").is("to");
        } else if (!cursor.word("]}").literal().isEmpty()) {
            cursor.space();
            range = cursor.word("]}").is("to");
        }
        cursor.back(before);
        return range;
    }

    /** One element of a list, or an object, that all conditions hold for. */
    private Predicate element(String field) {
        int start = cursor.position();
        cursor.skip("{");
        elements++;
        var inner = any(null);
        elements--;
        cursor.space();
        if (!cursor.skip("}")) {
            throw cursor.error(
                    cursor.end() ? start : cursor.position(), "a closing } for this one");
        }
        return new Predicate.Field(
                field, new Test.Element(dev.spoor.query.Predicates.simplify(inner)));
    }

    private Test test(Cursor.Word word) {
        if (word.star()) {
            return new Test.Exists();
        }
        if (!word.wild()) {
            return word.plain() && NETWORK.matcher(word.literal()).matches()
                    ? network(word)
                    : new Test.Equal(word.literal(), true);
        }
        var parts = word.parts();
        boolean literal = parts.stream().allMatch(part -> part.indexOf(Test.Like.ANY_ONE) < 0);
        if (literal && parts.size() == 2 && parts.getLast().isEmpty()) {
            return new Test.Prefix(parts.getFirst(), true);
        }
        if (literal && parts.size() == 2 && parts.getFirst().isEmpty()) {
            return new Test.Suffix(parts.getLast(), true);
        }
        if (literal
                && parts.size() == 3
                && parts.getFirst().isEmpty()
                && parts.getLast().isEmpty()) {
            return new Test.Contains(parts.get(1), true);
        }
        return new Test.Like(parts, true);
    }

    private Test network(Cursor.Word word) {
        var address = word.literal().substring(0, word.literal().indexOf('/'));
        try {
            Network.of(address);
        } catch (Rejected e) {
            return new Test.Equal(word.literal(), true); // looks like one, is none: 1/2
        }
        try {
            return new Test.Cidr(Network.of(word.literal()));
        } catch (Rejected e) {
            throw cursor.because(word.start(), e);
        }
    }

    Test.Regex regex() {
        int start = cursor.position();
        int end = cursor.regexEnd(stops());
        cursor.back(end);
        var written = cursor.from(start);
        boolean anyCase = written.endsWith("i");
        var pattern =
                written.substring(1, written.length() - (anyCase ? 2 : 1))
                        .replace("\\/", "/")
                        .replaceAll("\\(\\?<([A-Za-z_])", "(?P<$1");
        if (pattern.length() > Query.REGEX_LENGTH_MAX) {
            throw cursor.error(
                    start,
                    "a regular expression of at most " + Query.REGEX_LENGTH_MAX + " characters");
        }
        if (!RegexSize.fits(pattern)) {
            throw cursor.error(
                    start,
                    "a regular expression with fewer repetitions (at most "
                            + RegexSize.SIZE_MAX
                            + " characters when written out)");
        }
        try {
            return new Test.Regex(Pattern.compile(pattern, anyCase ? Pattern.CASE_INSENSITIVE : 0));
        } catch (PatternSyntaxException e) {
            throw cursor.error(start, "a regular expression (RE2): " + e.getDescription());
        }
    }

    // --- comparisons

    private @Nullable Predicate comparison(String field) {
        for (var op : List.of("<=", ">=", "!=", "<", ">", "=")) {
            if (cursor.skip(op)) {
                cursor.space();
                return switch (op) {
                    case "=" -> equal(field);
                    case "!=" -> new Predicate.Not(equal(field));
                    default -> {
                        var other = otherField();
                        yield other == null
                                ? compared(field, op, operand(")" + stops()))
                                : new Predicate.Field(field, new Test.FieldCompare(op, other));
                    }
                };
            }
        }
        return null;
    }

    /** {@code =} is {@code :}, except that numbers are equal as numbers and times as times. */
    private Predicate equal(String field) {
        if (cursor.here() == '(' || "<>=!:".indexOf(cursor.here()) >= 0 && !cursor.end()) {
            throw cursor.error("a value");
        }
        int before = cursor.position();
        var other = otherField();
        if (other != null) {
            return new Predicate.Field(field, new Test.FieldEqual(other, true));
        }
        if (cursor.here() != '"') {
            var word = cursor.word(stops());
            var test = word.plain() ? comparing("=", word.literal()) : null;
            if (test != null) {
                return new Predicate.Field(field, test);
            }
            cursor.back(before);
        }
        return value(field);
    }

    /** The name in {@code field(name)}, another field of the same event; else null. */
    private @Nullable String otherField() {
        int before = cursor.position();
        if (!cursor.word(NAME_STOPS).is("field") || !cursor.skip("(")) {
            cursor.back(before);
            return null;
        }
        cursor.space();
        int start = cursor.position();
        var name = cursor.here() == '"' ? cursor.quoted() : cursor.word("").literal();
        cursor.space();
        if (name.isEmpty() || !cursor.skip(")")) {
            throw cursor.error(start, "a field: field(user.username)");
        }
        return name;
    }

    private record Operand(int start, String text) {}

    private Operand operand(String stops) {
        int start = cursor.position();
        var text = cursor.here() == '"' ? cursor.quoted() : cursor.word(stops).literal();
        if (text.isEmpty()) {
            throw cursor.error(start, "a number or a time");
        }
        return new Operand(start, text);
    }

    private Predicate compared(String field, String op, Operand operand) {
        var test = comparing(op, operand.text());
        if (test == null) {
            throw cursor.error(operand.start(), "a number, or a time such as 2026-01-02T03:04:05Z");
        }
        return new Predicate.Field(field, test);
    }

    private static @Nullable Test comparing(String op, String text) {
        if (NUMBER.matcher(text).matches()) {
            return new Test.Compare(op, new BigDecimal(text));
        }
        var time = Times.parse(text);
        return time == null ? null : new Test.When(op, time);
    }

    private Predicate range(String field) {
        int start = cursor.position();
        boolean fromIncluded = cursor.skip("[");
        if (!fromIncluded) {
            cursor.skip("{");
        }
        cursor.space();
        var from = operand("]}");
        cursor.space();
        if (!cursor.word("]}").is("to")) {
            throw cursor.error(start, "a range such as [400 to 499]");
        }
        cursor.space();
        var to = operand("]}");
        cursor.space();
        boolean toIncluded = cursor.skip("]");
        if (!toIncluded && !cursor.skip("}")) {
            throw cursor.error("] or } at the end of the range");
        }
        var parts = new ArrayList<Predicate>();
        if (!from.text().equals("*")) {
            parts.add(compared(field, fromIncluded ? ">=" : ">", from));
        }
        if (!to.text().equals("*")) {
            parts.add(compared(field, toIncluded ? "<=" : "<", to));
        }
        return parts.isEmpty()
                ? new Predicate.Field(field, new Test.Exists())
                : parts.size() == 1 ? parts.getFirst() : new Predicate.All(parts);
    }
}
