package dev.spoor.detect.correlate;

import dev.spoor.detect.sigma.Correlation;
import dev.spoor.detect.sigma.Correlation.Condition;
import dev.spoor.detect.sigma.Correlation.Expression;
import dev.spoor.detect.sigma.Correlation.Type;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The windows of one group in which the condition holds. */
final class Windows {
    /** An occurrence of the rule at this place of the correlation's list. */
    record Event(Occurrence occurrence, int rule) {
        long time() {
            return occurrence.time();
        }
    }

    /** From the first to the last event of an episode, by their places. */
    record Span(int first, int last) {}

    private final Correlation correlation;
    private final List<Event> events;
    private final long length;

    Windows(Correlation correlation, List<Event> events) {
        this.correlation = correlation;
        this.length = correlation.span().toNanos();
        this.events = new ArrayList<>(events);
        this.events.sort(
                Comparator.comparingLong(Event::time)
                        .thenComparingInt(Event::rule)
                        .thenComparingLong(event -> event.occurrence().tie()));
    }

    /** A group with fewer events has no window in which the condition holds. */
    static int eventsNeeded(Correlation correlation) {
        boolean counts =
                switch (correlation.type()) {
                    case EVENT_COUNT, VALUE_COUNT, TEMPORAL, TEMPORAL_ORDERED -> true;
                    case VALUE_SUM, VALUE_AVG, VALUE_MEDIAN, VALUE_PERCENTILE -> false;
                };
        return counts
                        && correlation.condition() instanceof Condition.Compared compared
                        && compared.op().startsWith(">")
                ? least(compared)
                : 0;
    }

    /** Each event once, also when it counted for several rules. */
    List<Occurrence> occurrences(Span span) {
        var distinct = new LinkedHashSet<Occurrence>();
        for (int i = span.first(); i <= span.last(); i++) {
            distinct.add(events.get(i).occurrence());
        }
        return new ArrayList<>(distinct);
    }

    List<Span> spans() {
        return switch (correlation.condition()) {
            case Condition.Said(var expression) ->
                    correlation.type() == Type.TEMPORAL && !negates(expression)
                            ? sliding(new Seen(expression))
                            : whole(expression);
            case Condition.Compared compared ->
                    !compared.op().startsWith(">")
                            ? whole(compared)
                            : correlation.type() == Type.TEMPORAL_ORDERED
                                    ? ordered(least(compared))
                                    : sliding(measure(compared));
        };
    }

    private static boolean negates(Expression expression) {
        return switch (expression) {
            case Expression.Seen _ -> false;
            case Expression.Not _ -> true;
            case Expression.And(var parts) -> parts.stream().anyMatch(Windows::negates);
            case Expression.Or(var parts) -> parts.stream().anyMatch(Windows::negates);
        };
    }

    private Measure measure(Condition.Compared compared) {
        return switch (correlation.type()) {
            case EVENT_COUNT -> new Measures.Count(compared);
            case VALUE_COUNT -> new Measures.Distinct(compared);
            case TEMPORAL, TEMPORAL_ORDERED ->
                    new Measures.Rules(compared, correlation.rules().size());
            case VALUE_SUM -> new Measures.Sum(compared, false);
            case VALUE_AVG -> new Measures.Sum(compared, true);
            case VALUE_MEDIAN -> new Measures.Rank(compared, 50, events);
            case VALUE_PERCENTILE -> new Measures.Rank(compared, compared.percentile(), events);
        };
    }

    /** A window that ends at every event, the last of those at the same time. */
    private List<Span> sliding(Measure measure) {
        var spans = new ArrayList<Span>();
        int first = 0;
        for (int last = 0; last < events.size(); last++) {
            measure.add(events.get(last));
            while (events.get(last).time() - events.get(first).time() > length) {
                measure.remove(events.get(first++));
            }
            boolean tied =
                    last + 1 < events.size()
                            && events.get(last + 1).time() == events.get(last).time();
            if (!tied && measure.holds()) {
                extend(spans, first, last);
            }
        }
        return spans;
    }

    private static void extend(List<Span> spans, int first, int last) {
        if (!spans.isEmpty() && spans.getLast().last() >= first) {
            spans.set(spans.size() - 1, new Span(Math.min(first, spans.getLast().first()), last));
        } else {
            spans.add(new Span(first, last));
        }
    }

    /** Windows that follow each other. */
    private List<Span> whole(Condition.Compared compared) {
        var spans = new ArrayList<Span>();
        for (var window : following()) {
            var measure = measure(compared);
            for (int i = window.first(); i <= window.last(); i++) {
                measure.add(events.get(i));
            }
            if (measure.holds()) {
                spans.add(window);
            }
        }
        return spans;
    }

    private List<Span> whole(Expression expression) {
        return following().stream().filter(window -> expression.holds(seen(window))).toList();
    }

    private List<Span> following() {
        var windows = new ArrayList<Span>();
        int first = 0;
        for (int i = 1; i <= events.size(); i++) {
            if (i == events.size() || events.get(i).time() - events.get(first).time() > length) {
                windows.add(new Span(first, i - 1));
                first = i;
            }
        }
        return windows;
    }

    /** The rules seen in the window; under an order, those taken in the order of the list. */
    private Set<String> seen(Span window) {
        var rules = correlation.rules();
        var seen = new HashSet<String>();
        if (correlation.type() != Type.TEMPORAL_ORDERED) {
            for (int i = window.first(); i <= window.last(); i++) {
                seen.add(rules.get(events.get(i).rule()));
            }
            return seen;
        }
        var taken = new HashSet<Occurrence>();
        long from = Long.MIN_VALUE;
        for (int rule = 0; rule < rules.size(); rule++) {
            for (int i = window.first(); i <= window.last(); i++) {
                var event = events.get(i);
                if (event.rule() == rule && event.time() >= from && taken.add(event.occurrence())) {
                    seen.add(rules.get(rule));
                    from = event.time();
                    break;
                }
            }
        }
        return seen;
    }

    /** The least number of rules that fulfils {@code >} or {@code >=}. */
    private static int least(Condition.Compared compared) {
        var number = compared.number();
        var ceiling = number.setScale(0, java.math.RoundingMode.CEILING);
        boolean more = compared.op().equals(">") && number.compareTo(ceiling) == 0;
        return ceiling.add(more ? BigDecimal.ONE : BigDecimal.ZERO)
                .min(BigDecimal.valueOf(Integer.MAX_VALUE))
                .intValue();
    }

    /**
     * Chains of events of different rules in the order of the list: of each length that ends at
     * each rule, the one that began last is kept, for it leaves the most time.
     */
    private List<Span> ordered(int least) {
        int rules = correlation.rules().size();
        var spans = new ArrayList<Span>();
        if (least > rules || least < 1) {
            return spans;
        }
        var starts = new int[rules][least + 1];
        var ends = new int[rules][least + 1];
        for (var row : starts) {
            java.util.Arrays.fill(row, -1);
        }
        for (int i = 0; i < events.size(); i++) {
            int rule = events.get(i).rule();
            for (int size = least; size > 1; size--) {
                for (int before = 0; before < rule; before++) {
                    int start = starts[before][size - 1];
                    if (start >= 0
                            && events.get(i).time() - events.get(start).time() <= length
                            && start > starts[rule][size]
                            && !same(ends[before][size - 1], i)) {
                        starts[rule][size] = start;
                        ends[rule][size] = i;
                    }
                }
            }
            starts[rule][1] = i;
            ends[rule][1] = i;
            if (ends[rule][least] == i && starts[rule][least] >= 0) {
                extend(spans, starts[rule][least], i);
            }
        }
        return spans;
    }

    private boolean same(int one, int other) {
        return events.get(one).occurrence().equals(events.get(other).occurrence());
    }

    /** Something about a window's events. */
    interface Measure {
        void add(Event event);

        void remove(Event event);

        boolean holds();
    }

    /** An expression without {@code not} over the rules seen. */
    private final class Seen implements Measure {
        private final Expression expression;
        private final int[] counts = new int[correlation.rules().size()];
        private final Set<String> seen = new HashSet<>();

        Seen(Expression expression) {
            this.expression = expression;
        }

        @Override
        public void add(Event event) {
            if (counts[event.rule()]++ == 0) {
                seen.add(correlation.rules().get(event.rule()));
            }
        }

        @Override
        public void remove(Event event) {
            if (--counts[event.rule()] == 0) {
                seen.remove(correlation.rules().get(event.rule()));
            }
        }

        @Override
        public boolean holds() {
            return expression.holds(seen);
        }
    }
}
