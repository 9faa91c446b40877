package dev.spoor.hunt;

import dev.spoor.event.Times;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a query: the filter, then the pipes. */
final class QueryParser {
    private static final String STAGES =
            "stats, timechart, top, rare, sort, head, tail, where, fields, rename, dedup, patterns,"
                    + " diff, sequence, lookup or extract";
    private static final java.util.regex.Pattern SPAN =
            java.util.regex.Pattern.compile("(\\d{1,9})(s|m|h|d|w)");

    private static final java.util.regex.Pattern PERCENTILE =
            java.util.regex.Pattern.compile("p([1-9][0-9]?)");

    private final Cursor cursor;

    QueryParser(String text) {
        cursor = new Cursor(text);
    }

    Query query() {
        cursor.space();
        if (cursor.end()) {
            throw cursor.error("a filter (* is every event)");
        }
        Predicate filter =
                cursor.here() == '|'
                        ? Predicates.EVERYTHING
                        : new FilterParser(cursor, false).filter();
        var stages = new ArrayList<Stage>();
        var columns = Columns.EVENTS;
        while (cursor.skip("|")) {
            cursor.space();
            int start = cursor.position();
            if (stages.size() == Query.STAGES_MAX) {
                throw cursor.error("at most " + Query.STAGES_MAX + " stages");
            }
            try {
                var stage = stage();
                columns = stage.after(columns);
                stages.add(stage);
            } catch (Rejected e) {
                throw cursor.placed(start, e);
            }
            cursor.space();
            if (!cursor.end() && cursor.here() != '|') {
                throw cursor.error("| or the end");
            }
        }
        if (!cursor.end()) {
            throw cursor.error("| or the end");
        }
        return new Query(filter, stages);
    }

    private Stage stage() {
        int start = cursor.position();
        var name = cursor.word(",").literal().toLowerCase(Locale.ROOT);
        cursor.space();
        return switch (name) {
            case "stats" -> new Stage.Stats(aggregates(), by());
            case "top" -> new Stage.Top(count(10), false, keys(), by());
            case "rare" -> new Stage.Top(count(10), true, keys(), by());
            case "sort" -> new Stage.Sort(list(this::order));
            case "head" -> new Stage.Head(count(10));
            case "tail" -> new Stage.Tail(count(10));
            case "fields" -> new Stage.Fields(list(this::column));
            case "where" -> new Stage.Where(new FilterParser(cursor, true).filter());
            case "timechart" -> timechart();
            case "rename" -> rename();
            case "dedup" -> new Stage.Dedup(list(this::column));
            case "patterns" -> patterns();
            case "diff" -> diff();
            case "sequence" -> sequence();
            case "lookup" -> lookup();
            case "extract" -> extract();
            default -> throw cursor.error(start, STAGES);
        };
    }

    /** Items with commas between them. */
    private <T> List<T> list(java.util.function.Supplier<T> item) {
        var all = new ArrayList<T>();
        do {
            cursor.space();
            if (all.size() == Query.COLUMNS_MAX) {
                throw cursor.error("at most " + Query.COLUMNS_MAX + " columns");
            }
            all.add(item.get());
            cursor.space();
        } while (cursor.skip(","));
        return all;
    }

    private boolean keyword(String keyword) {
        cursor.space();
        int before = cursor.position();
        if (cursor.word(",").is(keyword)) {
            return true;
        }
        cursor.back(before);
        return false;
    }

    private long count(long otherwise) {
        int start = cursor.position();
        if (!Character.isDigit(cursor.here())) {
            return otherwise;
        }
        var word = cursor.word(",").literal();
        try {
            long count = Long.parseLong(word);
            if (count >= 1 && count <= Stage.ROWS_MAX) {
                return count;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw cursor.error(start, "a number of rows, 1 to " + Stage.ROWS_MAX);
    }

    /** A column's name: a path, a quoted name, or a call such as {@code dc(user.username)}. */
    private String column() {
        int start = cursor.position();
        if (cursor.here() == '"') {
            var name = cursor.quoted();
            if (name.isEmpty()) {
                throw cursor.error(start, "a column name");
            }
            return name;
        }
        var word = cursor.word(",");
        if (word.wild()) {
            throw cursor.error(start, "a column name without * and ?");
        }
        if (word.literal().isEmpty()) {
            throw cursor.error(start, "a column name");
        }
        if (cursor.here() == '(') {
            return call(start, word).name();
        }
        return word.literal();
    }

    private List<Stage.Key> keys() {
        return list(this::key);
    }

    private Stage.Key key() {
        int start = cursor.position();
        if (cursor.word(",").is("bin") && cursor.skip("(")) {
            cursor.space();
            var span = span();
            close();
            return new Stage.Key.OfTime(span);
        }
        cursor.back(start);
        return new Stage.Key.OfField(column());
    }

    private List<Stage.Key> by() {
        return keyword("by") ? keys() : List.of();
    }

    private void close() {
        cursor.space();
        if (!cursor.skip(")")) {
            throw cursor.error(")");
        }
    }

    private Duration span() {
        int start = cursor.position();
        var span = spanOrNull();
        if (span == null) {
            throw cursor.error(start, "a span of time such as 30s, 5m, 1h or 7d");
        }
        return span;
    }

    private @Nullable Duration spanOrNull() {
        int before = cursor.position();
        var matcher = SPAN.matcher(cursor.word(",").literal());
        if (!matcher.matches()) {
            cursor.back(before);
            return null;
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case "d" -> Duration.ofDays(count);
            default -> Duration.ofDays(7 * count);
        };
    }

    private List<Aggregate> aggregates() {
        return list(this::aggregate);
    }

    private Aggregate aggregate() {
        int start = cursor.position();
        var word = cursor.word(",");
        var aggregate =
                cursor.here() == '(' || !word.is("count")
                        ? call(start, word)
                        : Aggregate.of(Aggregate.Function.COUNT, null);
        if (keyword("as")) {
            cursor.space();
            return new Aggregate(
                    aggregate.function(), aggregate.field(), column(), aggregate.percent());
        }
        return aggregate;
    }

    private Aggregate call(int start, Cursor.Word word) {
        for (var function : Aggregate.Function.values()) {
            if (function != Aggregate.Function.PERCENTILE
                    && word.is(function.id())
                    && cursor.skip("(")) {
                cursor.space();
                var field = cursor.here() == ')' ? null : column();
                close();
                if (field == null && function != Aggregate.Function.COUNT) {
                    throw cursor.error(
                            cursor.position() - 1, "a field: " + function.id() + "(field)");
                }
                return Aggregate.of(function, field);
            }
        }
        var percentile = PERCENTILE.matcher(word.literal());
        if (percentile.matches() && cursor.skip("(")) {
            cursor.space();
            var field = column();
            close();
            return Aggregate.percentile(Integer.parseInt(percentile.group(1)), field);
        }
        throw cursor.error(
                start,
                "count(), dc(field), sum(field), avg(field), min(field), max(field), p50(field) … p99(field),"
                        + " first(field), last(field) or values(field)");
    }

    private Stage.Order order() {
        boolean descending = cursor.skip("-");
        if (!descending) {
            cursor.skip("+");
        }
        var column = column();
        if (keyword("desc")) {
            descending = true;
        } else {
            keyword("asc");
        }
        return new Stage.Order(column, descending);
    }

    private Stage timechart() {
        var span = span();
        cursor.space();
        boolean bare = cursor.end() || cursor.here() == '|' || ahead("by");
        var aggregates =
                bare ? List.of(Aggregate.of(Aggregate.Function.COUNT, null)) : aggregates();
        String by = null;
        if (keyword("by")) {
            cursor.space();
            by = column();
        }
        return new Stage.Timechart(span, aggregates, by);
    }

    private boolean ahead(String keyword) {
        int before = cursor.position();
        boolean found = keyword(keyword);
        cursor.back(before);
        return found;
    }

    private Stage rename() {
        var names = new LinkedHashMap<String, String>();
        list(() -> {
            var old = column();
            if (!keyword("as")) {
                throw cursor.error("as and the new name");
            }
            cursor.space();
            return names.put(old, column()) == null;
        });
        return new Stage.Rename(names);
    }

    private Stage patterns() {
        long rows = count(20);
        cursor.space();
        return new Stage.Patterns(rows, ended() ? null : column());
    }

    private boolean ended() {
        return cursor.end() || cursor.here() == '|';
    }

    private Stage diff() {
        long rows = count(20);
        var fields = ahead("against") ? List.<String>of() : list(this::column);
        if (!keyword("against")) {
            throw cursor.error(
                    "against and a filter in parentheses, a span such as 7d, or [T to T]");
        }
        cursor.space();
        if (cursor.here() == '(') {
            return new Stage.Diff(rows, fields, new Stage.Against.Others(enclosed(')')));
        }
        if (cursor.skip("[")) {
            cursor.space();
            var from = time();
            if (!keyword("to")) {
                throw cursor.error("to and a time");
            }
            cursor.space();
            var to = time();
            cursor.space();
            if (!cursor.skip("]")) {
                throw cursor.error("] at the end of the span");
            }
            return new Stage.Diff(rows, fields, new Stage.Against.Span(from, to));
        }
        return new Stage.Diff(rows, fields, new Stage.Against.Before(span()));
    }

    private Instant time() {
        int start = cursor.position();
        var time = Times.parse(cursor.here() == '"' ? cursor.quoted() : cursor.word("]").literal());
        if (time == null) {
            throw cursor.error(start, "a time such as 2026-01-02T03:04:05Z");
        }
        return time;
    }

    /** A filter in its own brackets; the opening one stands here. */
    private Predicate enclosed(char close) {
        int start = cursor.position();
        cursor.skip(Character.toString(cursor.here()));
        var filter = new FilterParser(cursor, false, close).filter();
        if (!cursor.skip(Character.toString(close))) {
            throw cursor.error(
                    cursor.end() ? start : cursor.position(),
                    "a closing " + close + " for this one");
        }
        return filter;
    }

    private Stage sequence() {
        var by = keyword("by") ? list(this::column) : List.<String>of();
        if (!keyword("within")) {
            throw cursor.error(
                    "within and a span of time: sequence by user.username within 10m […]");
        }
        cursor.space();
        var within = span();
        var parts = new ArrayList<Stage.Sequence.Part>();
        do {
            cursor.space();
            boolean absent = cursor.skip("!");
            cursor.space();
            if (cursor.here() != '[') {
                throw cursor.error("[ and a filter");
            }
            if (parts.size() == Stage.Sequence.PARTS_MAX) {
                throw cursor.error("at most " + Stage.Sequence.PARTS_MAX + " parts");
            }
            parts.add(new Stage.Sequence.Part(absent, enclosed(']')));
            cursor.space();
        } while (cursor.skip("->"));
        return new Stage.Sequence(by, within, parts);
    }

    private Stage lookup() {
        int start = cursor.position();
        var file = cursor.here() == '"' ? cursor.quoted() : cursor.word("").literal();
        if (file.isEmpty()) {
            throw cursor.error(start, "a file: lookup owners.csv by k8s.namespace.name");
        }
        if (!keyword("by")) {
            throw cursor.error("by and a field");
        }
        cursor.space();
        var field = column();
        String column = null;
        if (keyword("as")) {
            cursor.space();
            column = column();
        }
        return new Stage.Lookup(file, field, column);
    }

    private Stage extract() {
        var field = column();
        cursor.space();
        int start = cursor.position();
        if (cursor.regexEnd() < 0) {
            throw cursor.error("an expression with named groups: /took (?<ms>[0-9]+)ms/");
        }
        var regex = new FilterParser(cursor, true).regex();
        if (regex.pattern().namedGroups().isEmpty()) {
            throw cursor.error(start, "a named group in the expression: (?<name>…)");
        }
        return new Stage.Extract(field, regex.pattern());
    }
}
