package dev.spoor.detect.correlate;

import dev.spoor.detect.correlate.Windows.Event;
import dev.spoor.detect.correlate.Windows.Measure;
import dev.spoor.detect.sigma.Correlation.Condition.Compared;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What conditions compare with a number; events are added and taken away again one by one. */
final class Measures {
    /** Longer texts are no numbers. */
    private static final int DIGITS_MAX = 100;

    private Measures() {}

    private static boolean compares(Compared condition, BigDecimal value) {
        int order = value.compareTo(condition.number());
        return switch (condition.op()) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            case "=" -> order == 0;
            default -> order != 0;
        };
    }

    /** The numbers among the values of the condition's fields. */
    private static List<BigDecimal> numbers(Compared condition, Event event) {
        var numbers = new ArrayList<BigDecimal>(1);
        for (var field : condition.fields()) {
            for (var text : event.occurrence().values(field)) {
                if (!text.isEmpty() && text.length() <= DIGITS_MAX) {
                    try {
                        var number = new BigDecimal(text);
                        if (Math.abs((long) number.scale()) <= DIGITS_MAX) {
                            numbers.add(number);
                        }
                    } catch (NumberFormatException e) { // text is not counted
                    }
                }
            }
        }
        return numbers;
    }

    static final class Count implements Measure {
        private final Compared condition;
        private int count;

        Count(Compared condition) {
            this.condition = condition;
        }

        @Override
        public void add(Event event) {
            count++;
        }

        @Override
        public void remove(Event event) {
            count--;
        }

        @Override
        public boolean holds() {
            return compares(condition, BigDecimal.valueOf(count));
        }
    }

    /** How many different values; of several fields: how many different combinations. */
    static final class Distinct implements Measure {
        private final Compared condition;
        private final Map<List<String>, Integer> counts = new HashMap<>();

        Distinct(Compared condition) {
            this.condition = condition;
        }

        @Override
        public void add(Event event) {
            for (var value : values(event)) {
                counts.merge(value, 1, Integer::sum);
            }
        }

        @Override
        public void remove(Event event) {
            for (var value : values(event)) {
                counts.computeIfPresent(value, (_, count) -> count == 1 ? null : count - 1);
            }
        }

        private List<List<String>> values(Event event) {
            var all = List.of(List.<String>of());
            for (var field : condition.fields()) {
                var next = new ArrayList<List<String>>();
                for (var start : all) {
                    for (var value : event.occurrence().values(field)) {
                        if (next.size() < Groups.GROUPS_MAX) {
                            var longer = new ArrayList<>(start);
                            longer.add(value);
                            next.add(longer);
                        }
                    }
                }
                all = next;
            }
            return all;
        }

        @Override
        public boolean holds() {
            return !counts.isEmpty() && compares(condition, BigDecimal.valueOf(counts.size()));
        }
    }

    /** How many of the rules. */
    static final class Rules implements Measure {
        private final Compared condition;
        private final int[] counts;
        private int seen;

        Rules(Compared condition, int rules) {
            this.condition = condition;
            this.counts = new int[rules];
        }

        @Override
        public void add(Event event) {
            seen += counts[event.rule()]++ == 0 ? 1 : 0;
        }

        @Override
        public void remove(Event event) {
            seen -= --counts[event.rule()] == 0 ? 1 : 0;
        }

        @Override
        public boolean holds() {
            return compares(condition, BigDecimal.valueOf(seen));
        }
    }

    /** Exact, so that the order of the events does not matter. */
    static final class Sum implements Measure {
        private final Compared condition;
        private final boolean average;
        private BigDecimal sum = BigDecimal.ZERO;
        private int count;

        Sum(Compared condition, boolean average) {
            this.condition = condition;
            this.average = average;
        }

        @Override
        public void add(Event event) {
            for (var number : numbers(condition, event)) {
                sum = sum.add(number);
                count++;
            }
        }

        @Override
        public void remove(Event event) {
            for (var number : numbers(condition, event)) {
                sum = sum.subtract(number);
                count--;
            }
        }

        @Override
        public boolean holds() {
            return count > 0
                    && compares(
                            condition,
                            average
                                    ? sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128)
                                    : sum);
        }
    }

    /** A percentile: counts of values in a tree of partial sums (Fenwick). */
    static final class Rank implements Measure {
        private final Compared condition;
        private final int percentile;
        private final List<BigDecimal> known;
        private final Map<BigDecimal, Integer> places = new HashMap<>();
        private final int[] tree;
        private int count;

        Rank(Compared condition, int percentile, List<Event> events) {
            this.condition = condition;
            this.percentile = Math.clamp(percentile, 0, 100);
            var distinct = new TreeSet<BigDecimal>();
            for (var event : events) {
                distinct.addAll(numbers(condition, event));
            }
            this.known = new ArrayList<>(distinct);
            for (int i = 0; i < known.size(); i++) {
                places.put(known.get(i).stripTrailingZeros(), i + 1);
            }
            this.tree = new int[known.size() + 1];
        }

        @Override
        public void add(Event event) {
            change(event, 1);
        }

        @Override
        public void remove(Event event) {
            change(event, -1);
        }

        private void change(Event event, int by) {
            for (var number : numbers(condition, event)) {
                count += by;
                int place = places.getOrDefault(number.stripTrailingZeros(), tree.length);
                for (int i = place; i < tree.length; i += i & -i) {
                    tree[i] += by;
                }
            }
        }

        /** The value that has this many before it. */
        private BigDecimal at(int before) {
            int place = 0;
            int rest = before;
            for (int step = Integer.highestOneBit(tree.length); step > 0; step >>= 1) {
                if (place + step < tree.length && tree[place + step] <= rest) {
                    place += step;
                    rest -= tree[place];
                }
            }
            return known.get(place);
        }

        @Override
        public boolean holds() {
            if (count == 0) {
                return false;
            }
            long hundredths = (long) percentile * (count - 1);
            int lower = (int) (hundredths / 100);
            var low = at(lower);
            var high = at(Math.min(count - 1, lower + 1));
            var part = BigDecimal.valueOf(hundredths % 100, 2);
            return compares(condition, low.add(high.subtract(low).multiply(part)));
        }
    }
}
