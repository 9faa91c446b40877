package dev.spoor.hunt;

import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a query down so that it reads back as an equal one. */
final class QueryText {
    private QueryText() {}

    static String of(Query query) {
        var text = new StringBuilder(filter(query.filter(), false));
        query.stages().forEach(stage -> text.append(" | ").append(stage(stage)));
        return text.toString();
    }

    private static String filter(Predicate filter, boolean inner) {
        return switch (filter) {
            case Predicate.Everything() -> "*";
            case Predicate.All(var parts) -> joined(parts, " and ", inner);
            case Predicate.Any(var parts) -> joined(parts, " or ", inner);
            case Predicate.Not(var part) -> "not " + filter(part, true);
            case Predicate.Field(var field, var test) -> field(quoted(field), test);
            case Predicate.Text(var test) -> text(test);
        };
    }

    private static String joined(List<Predicate> parts, String word, boolean inner) {
        var text = parts.stream().map(part -> filter(part, true)).collect(Collectors.joining(word));
        return inner ? "(" + text + ")" : text;
    }

    private static String field(String field, Test test) {
        return switch (test) {
            case Test.Compare(var op, var number) -> field + op + number;
            case Test.When(var op, var time) -> field + op + time;
            case Test.FieldEqual(var other, _, _, _) -> field + " = field(" + quoted(other) + ")";
            case Test.FieldCompare(var op, var other) ->
                    field + " " + op + " field(" + quoted(other) + ")";
            case Test.Element(var part) -> field + ":{ " + filter(part, false) + " }";
            default -> field + ":" + value(test);
        };
    }

    /** What stands after the colon; only tests that the language can ask are written. */
    private static String value(Test test) {
        return switch (test) {
            case Test.Exists() -> "*";
            case Test.Equal(var text, var cs) when cs -> quotedAlways(text);
            case Test.OneOf(var texts) ->
                    texts.stream()
                            .sorted()
                            .map(QueryText::quotedAlways)
                            .collect(Collectors.joining(" or ", "(", ")"));
            case Test.Prefix(var text, var cs) when cs -> escaped(text) + "*";
            case Test.Suffix(var text, var cs) when cs -> "*" + escaped(text);
            case Test.Contains(var text, var cs) when cs -> "*" + escaped(text) + "*";
            case Test.Like(var parts, var cs) when cs -> wildcards(parts);
            case Test.Regex regex -> regex(regex);
            case Test.Cidr(var network) -> network.notation();
            default -> throw new IllegalArgumentException("not of the language: " + test);
        };
    }

    private static String text(Test test) {
        return switch (test) {
            case Test.Contains(var text, var cs) when !cs -> quotedAlways(text);
            case Test.Like(var parts, var cs) when !cs ->
                    wildcards(parts.subList(1, parts.size() - 1));
            case Test.Regex regex -> regex(regex);
            default -> throw new IllegalArgumentException("not of the language: " + test);
        };
    }

    private static String regex(Test.Regex regex) {
        boolean anyCase = (regex.pattern().flags() & com.google.re2j.Pattern.CASE_INSENSITIVE) != 0;
        return "/" + regex.pattern().pattern().replace("/", "\\/") + "/" + (anyCase ? "i" : "");
    }

    private static String wildcards(List<String> parts) {
        return parts.stream().map(QueryText::escaped).collect(Collectors.joining("*"));
    }

    private static String escaped(String part) {
        var text = new StringBuilder();
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == Test.Like.ANY_ONE) {
                text.append('?');
            } else {
                boolean safe = Character.isLetterOrDigit(c) || "_-.".indexOf(c) >= 0;
                text.append(safe ? "" : "\\").append(c);
            }
        }
        return text.toString();
    }

    private static String quotedAlways(String value) {
        var text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> text.append(c);
            }
        }
        return text.append('"').toString();
    }

    /** A name: in quotes only where it would be read as something else without. */
    private static String quoted(String name) {
        boolean plain = name.matches("[A-Za-z_@][A-Za-z0-9_@./-]*");
        boolean word = name.matches("(?i)and|or|not|by|as|bin|asc|desc|to|field|against|within");
        return plain && !word ? name : quotedAlways(name);
    }

    // --- stages

    private static String stage(Stage stage) {
        return switch (stage) {
            case Stage.Stats(var aggregates, var keys) ->
                    "stats " + aggregates(aggregates) + by(keys);
            case Stage.Top(var rows, var rare, var fields, var by) ->
                    (rare ? "rare " : "top ") + rows + " " + keys(fields) + by(by);
            case Stage.Sort(var orders) ->
                    "sort "
                            + orders.stream()
                                    .map(o -> (o.descending() ? "-" : "") + quoted(o.column()))
                                    .collect(Collectors.joining(", "));
            case Stage.Head(var rows) -> "head " + rows;
            case Stage.Tail(var rows) -> "tail " + rows;
            case Stage.Fields(var names) -> "fields " + names(names);
            case Stage.Where(var filter) -> "where " + filter(filter, false);
            case Stage.Timechart(var span, var aggregates, var by) ->
                    "timechart "
                            + span(span)
                            + " "
                            + aggregates(aggregates)
                            + (by == null ? "" : " by " + quoted(by));
            case Stage.Dedup(var fields) -> "dedup " + names(fields);
            case Stage.Patterns(var rows, var field) ->
                    "patterns " + rows + (field == null ? "" : " " + quoted(field));
            case Stage.Diff(var rows, var fields, var against) ->
                    "diff "
                            + rows
                            + (fields.isEmpty() ? "" : " " + names(fields))
                            + " against "
                            + against(against);
            case Stage.Sequence(var by, var within, var parts) ->
                    "sequence "
                            + (by.isEmpty() ? "" : "by " + names(by) + " ")
                            + "within "
                            + span(within)
                            + " "
                            + parts.stream()
                                    .map(part ->
                                            (part.absent() ? "!" : "")
                                                    + "["
                                                    + filter(part.filter(), false)
                                                    + "]")
                                    .collect(Collectors.joining(" -> "));
            case Stage.Lookup(var file, var field, var column) ->
                    "lookup "
                            + quotedAlways(file)
                            + " by "
                            + quoted(field)
                            + (column == null ? "" : " as " + quoted(column));
            case Stage.Extract(var field, var pattern) ->
                    "extract " + quoted(field) + " " + regex(new Test.Regex(pattern));
            case Stage.Rename(var names) ->
                    "rename "
                            + names.entrySet().stream()
                                    .map(e -> quoted(e.getKey()) + " as " + quoted(e.getValue()))
                                    .collect(Collectors.joining(", "));
        };
    }

    private static String against(Stage.Against against) {
        return switch (against) {
            case Stage.Against.Others(var filter) -> "(" + filter(filter, false) + ")";
            case Stage.Against.Before(var span) -> span(span);
            case Stage.Against.Span(var from, var to) -> "[" + from + " to " + to + "]";
        };
    }

    private static String aggregates(List<Aggregate> aggregates) {
        return aggregates.stream()
                .map(a ->
                        a.word()
                                + "("
                                + (a.field() == null ? "" : quoted(a.field()))
                                + ")"
                                + (a.named() ? " as " + quoted(a.name()) : ""))
                .collect(Collectors.joining(", "));
    }

    private static String by(List<Stage.Key> keys) {
        return keys.isEmpty() ? "" : " by " + keys(keys);
    }

    private static String keys(List<Stage.Key> keys) {
        return keys.stream()
                .map(key ->
                        switch (key) {
                            case Stage.Key.OfField(var name) -> quoted(name);
                            case Stage.Key.OfTime(var span) -> "bin(" + span(span) + ")";
                        })
                .collect(Collectors.joining(", "));
    }

    private static String names(List<String> names) {
        return names.stream().map(QueryText::quoted).collect(Collectors.joining(", "));
    }

    private static String span(Duration span) {
        return span.toSeconds() + "s";
    }
}
