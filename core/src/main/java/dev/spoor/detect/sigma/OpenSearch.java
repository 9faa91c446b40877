package dev.spoor.detect.sigma;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Rules as queries for OpenSearch (its query DSL as JSON), for fields that are mapped as {@code
 * keyword}, {@code ip}, {@code date}, number or {@code nested}.
 *
 * <p>What the DSL cannot say is refused with the reason, never approximated: fields that Spoor
 * derives ({@code spoor.…}), fields compared with fields, and regular expressions that Lucene's
 * syntax has not. Keywords search the analysed text of all fields, which finds whole words more
 * readily than parts of them.
 */
public final class OpenSearch {
    /** What Lucene's expressions have no word for: groups with a flag, anchors, borders, lazy. */
    private static final Pattern NOT_LUCENE =
            Pattern.compile("\\(\\?|\\\\[bBAzZpPQGk1-9]|[*+?}]\\?|(?<!\\\\)[\\^$]|\\[\\[:");

    private static final String RESERVED_BY_LUCENE = "#@&<>~\"";

    private OpenSearch() {}

    /**
     * The rule's condition as a query.
     *
     * @return maps, lists, texts, numbers and booleans, to be written as JSON
     * @throws Rejected with the reason when the query language cannot say it
     */
    public static Map<String, Object> query(Rule rule) {
        return query(rule.condition());
    }

    private static Map<String, Object> query(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Everything() -> Map.of("match_all", Map.of());
            case Predicate.All(var parts) -> bool("filter", all(parts));
            case Predicate.Any(var parts) when parts.isEmpty() -> Map.of("match_none", Map.of());
            case Predicate.Any(var parts) -> any(all(parts));
            case Predicate.Not(var part) -> bool("must_not", List.of(query(part)));
            case Predicate.Text(var test) -> text(test);
            case Predicate.Field(var field, var test) -> field(field, test);
        };
    }

    private static List<Map<String, Object>> all(List<Predicate> parts) {
        return parts.stream().map(OpenSearch::query).toList();
    }

    private static Map<String, Object> bool(String occurrence, Object queries) {
        return Map.of("bool", Map.of(occurrence, queries));
    }

    private static Map<String, Object> any(List<Map<String, Object>> queries) {
        return Map.of("bool", ordered("should", queries, "minimum_should_match", 1));
    }

    private static Map<String, Object> ordered(String a, Object one, String b, Object other) {
        var map = new LinkedHashMap<String, Object>();
        map.put(a, one);
        map.put(b, other);
        return map;
    }

    private static Map<String, Object> field(String field, Test test) {
        if (field.startsWith("spoor.")) {
            throw new Rejected(field + " is derived by Spoor and stands in no event");
        }
        return switch (test) {
            case Test.Exists() -> Map.of("exists", Map.of("field", field));
            case Test.IsNull() ->
                    bool("must_not", List.of(Map.of("exists", Map.of("field", field))));
            case Test.Equal(var text, var cased) -> of("term", field, text, cased);
            case Test.OneOf(var texts) ->
                    Map.of("terms", Map.of(field, texts.stream().sorted().toList()));
            case Test.Prefix(var text, var cased) -> of("prefix", field, text, cased);
            case Test.Suffix(var text, var cased) -> of("wildcard", field, "*" + wild(text), cased);
            case Test.Contains(var text, var cased) ->
                    of("wildcard", field, "*" + wild(text) + "*", cased);
            case Test.Like(var parts, var cased) ->
                    of(
                            "wildcard",
                            field,
                            String.join("*", parts.stream().map(OpenSearch::wild).toList()),
                            cased);
            case Test.Regex(var pattern) -> regex(field, pattern);
            case Test.SteppedRegex _ ->
                    throw new Rejected(
                            field + ": look-around or a back reference in an expression");
            case Test.TimePart part -> script(field, part);
            case Test.Compare(var op, var number) -> range(field, op, number);
            case Test.When(var op, var time) -> range(field, op, time.toString());
            case Test.Cidr(var network) -> Map.of("term", Map.of(field, network.notation()));
            case Test.FieldEqual _, Test.FieldCompare _ ->
                    throw new Rejected(field + ": compared with another field");
            case Test.Element(var part) ->
                    Map.of("nested", ordered("path", field, "query", query(within(field, part))));
        };
    }

    /** The element's own fields by their full names. */
    private static Predicate within(String field, Predicate part) {
        return switch (part) {
            case Predicate.Everything _, Predicate.Text _ -> part;
            case Predicate.All(var parts) ->
                    new Predicate.All(parts.stream().map(one -> within(field, one)).toList());
            case Predicate.Any(var parts) ->
                    new Predicate.Any(parts.stream().map(one -> within(field, one)).toList());
            case Predicate.Not(var one) -> new Predicate.Not(within(field, one));
            case Predicate.Field(var name, var test) ->
                    new Predicate.Field(field + "." + name, test);
        };
    }

    private static Map<String, Object> of(String kind, String field, String value, boolean cased) {
        return Map.of(
                kind,
                Map.of(
                        field,
                        cased
                                ? Map.of("value", value)
                                : ordered("value", value, "case_insensitive", true)));
    }

    private static Map<String, Object> range(String field, String op, Object limit) {
        return switch (op) {
            case "=" -> Map.of("term", Map.of(field, Map.of("value", limit)));
            case "!=" -> bool("must_not", List.of(range(field, "=", limit)));
            default -> {
                var word = (op.startsWith("<") ? "lt" : "gt") + (op.length() > 1 ? "e" : "");
                yield Map.of("range", Map.of(field, Map.of(word, limit)));
            }
        };
    }

    private static String wild(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == Test.Like.ANY_ONE) {
                escaped.append('?');
            } else {
                escaped.append(c == '*' || c == '?' || c == '\\' ? "\\" : "").append(c);
            }
        }
        return escaped.toString();
    }

    /** Lucene matches the whole value, ours is found anywhere in it. */
    private static Map<String, Object> regex(String field, com.google.re2j.Pattern pattern) {
        var source = pattern.pattern();
        boolean start = source.startsWith("^");
        boolean end = source.endsWith("$") && !source.endsWith("\\$");
        var inner = source.substring(start ? 1 : 0, source.length() - (end ? 1 : 0));
        if (NOT_LUCENE.matcher(inner.replace("(?:", "(")).find()) {
            throw new Rejected(field + ": an expression that Lucene's syntax has not");
        }
        var value = new StringBuilder(start ? "(" : ".*(");
        boolean escaped = false;
        for (int i = 0; i < inner.length(); i++) {
            char c = inner.charAt(i);
            boolean reserved = !escaped && RESERVED_BY_LUCENE.indexOf(c) >= 0;
            value.append(reserved ? "\\" : "").append(c);
            escaped = !escaped && c == '\\';
        }
        value.append(end ? ")" : ").*");
        boolean anyCase = (pattern.flags() & com.google.re2j.Pattern.CASE_INSENSITIVE) != 0;
        return of("regexp", field, value.toString().replace("(?:", "("), !anyCase);
    }

    private static Map<String, Object> script(String field, Test.TimePart part) {
        var get =
                switch (part.unit()) {
                    case MINUTE -> "getMinute()";
                    case HOUR -> "getHour()";
                    case DAY -> "getDayOfMonth()";
                    case WEEK -> "get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)";
                    case MONTH -> "getMonthValue()";
                    case YEAR -> "getYear()";
                };
        var op = part.op().equals("=") ? "==" : part.op();
        var source =
                "doc[params.field].size() > 0 && doc[params.field].value.%s %s params.number"
                        .formatted(get, op);
        var script = new LinkedHashMap<String, Object>();
        script.put("lang", "painless");
        script.put("source", source);
        script.put("params", ordered("field", field, "number", part.number()));
        return Map.of("script", Map.of("script", script));
    }

    private static Map<String, Object> text(Test test) {
        var query =
                switch (test) {
                    case Test.Contains(var text, _) -> "*" + lucene(text) + "*";
                    case Test.Like(var parts, _) ->
                            String.join("*", parts.stream().map(OpenSearch::lucene).toList());
                    default -> throw new Rejected("a keyword that is no text");
                };
        var all = new LinkedHashMap<String, Object>();
        all.put("query", query);
        all.put("fields", List.of("*"));
        all.put("lenient", true);
        all.put("analyze_wildcard", true);
        return Map.of("query_string", all);
    }

    private static String lucene(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == Test.Like.ANY_ONE) {
                escaped.append('?');
            } else {
                escaped.append("+-=&|><!(){}[]^\"~*?:\\/ ".indexOf(c) >= 0 ? "\\" : "").append(c);
            }
        }
        return escaped.toString();
    }
}
