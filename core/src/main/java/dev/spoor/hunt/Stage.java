package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What one pipe does; a value. Rows come in and go out in order. */
public sealed interface Stage {
    /** Column of a time bin, and of {@link Timechart}. */
    String TIME = "time";

    /**
     * Series of a {@link Timechart} with {@code by}; smaller ones are added up as {@link #OTHER}.
     */
    int SERIES_MAX = 20;

    String OTHER = "(other)";

    /** The series of events that have no value in the {@code by} field. */
    String NONE = "(none)";

    /** Rows that {@link Head}, {@link Tail} and {@link Top} may be asked for. */
    long ROWS_MAX = 1_000_000_000;

    /** What rows are grouped by. A row with several values counts in each of their groups. */
    sealed interface Key {
        String name();

        record OfField(String name) implements Key {}

        /** The event's time, rounded down to a whole number of spans since 1970 (UTC). */
        record OfTime(Duration span) implements Key {
            public OfTime {
                checkSpan(span);
            }

            @Override
            public String name() {
                return TIME;
            }
        }
    }

    /** One line per group, in order of the keys. */
    record Stats(List<Aggregate> aggregates, List<Key> keys) implements Stage {
        public Stats {
            aggregates = List.copyOf(aggregates);
            keys = List.copyOf(keys);
            if (aggregates.isEmpty()) {
                throw new Rejected(
                        "stats: nothing (expected: at least one of count(), dc(field), …)");
            }
        }
    }

    /**
     * The most frequent values (or the rarest), with count and share in percent; with {@code by},
     * so many for each group. Values with equal counts stand in their own order.
     */
    record Top(long rows, boolean rare, List<Key> fields, List<Key> by) implements Stage {
        public Top {
            fields = List.copyOf(fields);
            by = List.copyOf(by);
            checkRows(rows);
            if (fields.isEmpty()) {
                throw new Rejected("top: no field (expected: top 10 field)");
            }
        }
    }

    /** Rows without a value in the column stand last, whatever the direction. */
    record Order(String column, boolean descending) {}

    /** Stable: equal rows stay in their order. */
    record Sort(List<Order> orders) implements Stage {
        public Sort {
            orders = List.copyOf(orders);
            if (orders.isEmpty()) {
                throw new Rejected("sort: no column (expected: sort -count)");
            }
        }
    }

    record Head(long rows) implements Stage {
        public Head {
            checkRows(rows);
        }
    }

    record Tail(long rows) implements Stage {
        public Tail {
            checkRows(rows);
        }
    }

    /** Only these columns, in this order. */
    record Fields(List<String> names) implements Stage {
        public Fields {
            names = List.copyOf(names);
            if (names.isEmpty()) {
                throw new Rejected("fields: none (expected: fields a, b)");
            }
        }
    }

    record Where(Predicate filter) implements Stage {
        public Where {
            filter = dev.spoor.query.Predicates.simplify(filter);
        }
    }

    /** One line per span of time; empty spans between the first and the last are there too. */
    record Timechart(Duration span, List<Aggregate> aggregates, @Nullable String by)
            implements Stage {
        public Timechart {
            checkSpan(span);
            aggregates = List.copyOf(aggregates);
            if (aggregates.isEmpty() || (by != null && aggregates.size() > 1)) {
                throw new Rejected(
                        "timechart: %d aggregates (expected: one, or several without by)"
                                .formatted(aggregates.size()));
            }
        }
    }

    /** New names by old ones. */
    record Rename(SequencedMap<String, String> names) implements Stage {
        public Rename {
            names = java.util.Collections.unmodifiableSequencedMap(new LinkedHashMap<>(names));
            if (names.isEmpty()) {
                throw new Rejected("rename: nothing (expected: rename a as b)");
            }
        }
    }

    /** The first row for each combination of values; no value is one, too. */
    record Dedup(List<String> fields) implements Stage {
        public Dedup {
            fields = List.copyOf(fields);
            if (fields.isEmpty()) {
                throw new Rejected("dedup: no field (expected: dedup user.username)");
            }
        }
    }

    /**
     * What a text looks like when its variable parts are taken out, most frequent first.
     *
     * @param field null = the message, or the whole event where there is none
     */
    record Patterns(long rows, @Nullable String field) implements Stage {
        static final List<String> COLUMNS = List.of("count", "percent", "pattern", "example");

        public Patterns {
            checkRows(rows);
        }
    }

    /** What {@link Diff} compares with. */
    sealed interface Against {
        /** Other events of the same span of time. */
        record Others(Predicate filter) implements Against {
            public Others {
                filter = dev.spoor.query.Predicates.simplify(filter);
            }
        }

        /** The same filter in so much time before. */
        record Before(Duration span) implements Against {
            public Before {
                checkSpan(span);
            }
        }

        /** The same filter in another span of time; {@code to} exclusive. */
        record Span(Instant from, Instant to) implements Against {
            public Span {
                if (!from.isBefore(to)) {
                    throw new Rejected("diff: empty span (expected: [earlier to later])");
                }
            }
        }
    }

    /**
     * Which values are over-represented, the most surprising first: for each value its share of
     * these events and of the others.
     *
     * @param fields empty = the usual ones ({@link #DIFF_FIELDS})
     */
    record Diff(long rows, List<String> fields, Against against) implements Stage {
        static final List<String> COLUMNS =
                List.of(
                        "field",
                        "value",
                        "count",
                        "percent",
                        "other_count",
                        "other_percent",
                        "score");

        public Diff {
            checkRows(rows);
            fields = List.copyOf(fields);
        }

        List<String> asked() {
            return fields.isEmpty() ? DIFF_FIELDS : fields;
        }
    }

    /** What {@link Diff} compares when no fields are named. */
    List<String> DIFF_FIELDS =
            List.of(
                    "user.username",
                    "verb",
                    "objectRef.resource",
                    "objectRef.subresource",
                    "objectRef.namespace",
                    "objectRef.name",
                    "responseStatus.code",
                    "sourceIPs",
                    "userAgent",
                    "source.kind");

    /**
     * Events that happened one after another.
     *
     * @param by whose values all of them share; a row without a value belongs to none
     * @param within from the first to the last
     */
    record Sequence(List<String> by, Duration within, List<Part> parts) implements Stage {
        public static final int PARTS_MAX = 10;

        /** One event of the sequence, or none of this kind there. */
        record Part(boolean absent, Predicate filter) {
            public Part {
                filter = dev.spoor.query.Predicates.simplify(filter);
            }
        }

        static final List<String> COLUMNS = List.of("start", "end", "seconds", "first", "last");

        public Sequence {
            by = List.copyOf(by);
            parts = List.copyOf(parts);
            checkSpan(within);
            if (parts.size() > PARTS_MAX || parts.stream().allMatch(Part::absent)) {
                throw new Rejected(
                        "sequence: %d parts (expected: 1 to %d, one of them present)"
                                .formatted(parts.size(), PARTS_MAX));
            }
        }

        /** Every event that has a part in it. */
        Predicate any() {
            return dev.spoor.query.Predicates.simplify(
                    new Predicate.Any(parts.stream().map(Part::filter).toList()));
        }
    }

    /**
     * Adds the columns of a table to rows whose field has a value of its key column.
     *
     * @param column of the table; null = its first
     */
    record Lookup(String file, String field, @Nullable String column) implements Stage {}

    /** Adds a field for each named group of the expression, from its first match in the field. */
    record Extract(String field, com.google.re2j.Pattern pattern) implements Stage {
        public Extract {
            if (pattern.namedGroups().isEmpty()) {
                throw new Rejected("extract: no named group (expected: (?<name>…))");
            }
        }

        List<String> names() {
            return pattern.namedGroups().entrySet().stream()
                    .sorted(Map.Entry.comparingByValue())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Extract(var f, var p)
                    && f.equals(field)
                    && p.pattern().equals(pattern.pattern());
        }

        @Override
        public int hashCode() {
            return field.hashCode() * 31 + pattern.pattern().hashCode();
        }
    }

    /** What comes out of the stage when this comes in. */
    default Columns after(Columns before) {
        return switch (this) {
            case Stats(var aggregates, var keys) -> {
                needKeys(before, keys);
                needFields(before, aggregates);
                yield Columns.of(names(keys, aggregates));
            }
            case Top(_, _, var fields, var by) -> {
                needKeys(before, fields);
                needKeys(before, by);
                var names = names(by, List.of());
                names.addAll(names(fields, List.of()));
                names.add("count");
                names.add("percent");
                yield Columns.of(names);
            }
            case Sort(var orders) -> {
                orders.forEach(order -> before.need(order.column()));
                yield before.after();
            }
            case Head _, Tail _ -> before.after();
            case Fields(var names) -> {
                names.forEach(before::need);
                yield Columns.of(names);
            }
            case Where(var filter) -> {
                filter.fields().forEach(before::need);
                yield before.after();
            }
            case Timechart(_, var aggregates, var by) -> {
                needTime(before);
                needFields(before, aggregates);
                if (by != null) {
                    before.need(by);
                    yield new Columns(false, List.of(TIME), true, true);
                }
                yield Columns.of(names(List.of(new Key.OfField(TIME)), aggregates));
            }
            case Dedup(var fields) -> {
                fields.forEach(before::need);
                yield before.after();
            }
            case Patterns(_, var field) -> {
                if (field != null) {
                    before.need(field);
                }
                yield Columns.of(Patterns.COLUMNS);
            }
            case Diff _ -> {
                needEvents(before, "diff");
                yield Columns.of(Diff.COLUMNS);
            }
            case Sequence(var by, _, _) -> {
                needEvents(before, "sequence");
                var names = new ArrayList<>(by);
                names.addAll(Sequence.COLUMNS);
                yield Columns.of(names);
            }
            case Lookup(_, var field, _) -> {
                before.need(field);
                yield new Columns(before.events(), before.names(), true, true);
            }
            case Extract extract -> {
                before.need(extract.field());
                yield before.with(extract.names());
            }
            case Rename(var names) -> {
                if (before.events()) {
                    throw new Rejected(
                            "rename: no columns here (expected: after fields, stats or the like)");
                }
                names.keySet().forEach(before::need);
                yield new Columns(false, renamed(before.names(), names), before.open(), true);
            }
        };
    }

    static List<String> renamed(List<String> columns, Map<String, String> names) {
        return columns.stream().map(name -> names.getOrDefault(name, name)).toList();
    }

    private static void needKeys(Columns before, List<Key> keys) {
        for (var key : keys) {
            switch (key) {
                case Key.OfField(var name) -> before.need(name);
                case Key.OfTime _ -> needTime(before);
            }
        }
    }

    private static void needEvents(Columns before, String stage) {
        if (!before.events() || before.changed()) {
            throw new Rejected(
                    stage
                            + ": not after another pipe (expected: it stands first, after the filter)");
        }
    }

    private static void needTime(Columns before) {
        if (!before.events() && !before.open() && !before.names().contains("_time")) {
            before.need(TIME);
        }
    }

    private static void needFields(Columns before, List<Aggregate> aggregates) {
        for (var aggregate : aggregates) {
            if (aggregate.field() != null) {
                before.need(aggregate.field());
            }
        }
    }

    private static List<String> names(List<Key> keys, List<Aggregate> aggregates) {
        var names = new ArrayList<String>();
        keys.forEach(key -> names.add(key.name()));
        aggregates.forEach(aggregate -> names.add(aggregate.name()));
        return names;
    }

    private static void checkRows(long rows) {
        if (rows < 1 || rows > ROWS_MAX) {
            throw new Rejected("rows: %d (expected: 1..%d)".formatted(rows, ROWS_MAX));
        }
    }

    private static void checkSpan(Duration span) {
        if (span.getNano() != 0 || span.toSeconds() < 1 || span.toDays() > 366) {
            throw new Rejected("span: " + span + " (expected: whole seconds, 1s to 366d)");
        }
    }
}
