package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** One aggregate while its rows come in. */
sealed interface Accumulator {
    /** Different values that {@code values(field)} lists; more are refused. */
    int VALUES_MAX = 1000;

    /**
     * @param values of the field in one row; a plain count gets none and counts the row
     * @param rows so many rows have these values
     */
    void add(List<JsonNode> values, long rows);

    JsonNode result();

    /** Takes over what another one of the same aggregate has gathered. */
    void merge(Accumulator other);

    static Accumulator of(Aggregate aggregate, Held held) {
        return switch (aggregate.function()) {
            case COUNT -> new Count(aggregate.field() == null);
            case DC -> new Distinct(held);
            case SUM -> new Sum(false);
            case AVG -> new Sum(true);
            case MIN -> new Extreme(-1);
            case MAX -> new Extreme(1);
            case VALUES -> new Values(aggregate.name(), held);
            case PERCENTILE -> new Percentile(aggregate.percent(), held);
            case FIRST -> new End(true);
            case LAST -> new End(false);
        };
    }

    final class Count implements Accumulator {
        private final boolean all;
        private long count;

        Count(boolean all) {
            this.all = all;
        }

        @Override
        public void add(List<JsonNode> values, long rows) {
            if (all || values.stream().anyMatch(value -> !value.isNull())) {
                count += rows;
            }
        }

        @Override
        public void merge(Accumulator other) {
            count += ((Count) other).count;
        }

        @Override
        public JsonNode result() {
            return Cells.number(count);
        }
    }

    final class Distinct implements Accumulator {
        private final Held held;
        private final Set<String> seen = new HashSet<>();

        Distinct(Held held) {
            this.held = held;
        }

        @Override
        public void add(List<JsonNode> values, long rows) {
            for (var value : values) {
                if (!value.isNull()) {
                    var id = Cells.id(Cells.key(value));
                    if (seen.add(id)) {
                        held.hold(64 + 2L * id.length(), "dc");
                    }
                }
            }
        }

        @Override
        public void merge(Accumulator other) {
            seen.addAll(((Distinct) other).seen);
        }

        @Override
        public JsonNode result() {
            return Cells.number(seen.size());
        }
    }

    final class Sum implements Accumulator {
        private final boolean average;
        private BigDecimal sum = BigDecimal.ZERO;
        private long count;

        Sum(boolean average) {
            this.average = average;
        }

        @Override
        public void add(List<JsonNode> values, long rows) {
            for (var value : values) {
                var number = Cells.numeric(value);
                if (number != null) {
                    sum = sum.add(rows == 1 ? number : number.multiply(BigDecimal.valueOf(rows)));
                    count += rows;
                }
            }
        }

        @Override
        public void merge(Accumulator other) {
            sum = sum.add(((Sum) other).sum);
            count += ((Sum) other).count;
        }

        @Override
        public JsonNode result() {
            if (count == 0) {
                return Cells.NULL;
            }
            return Cells.number(
                    average ? sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL64) : sum);
        }
    }

    final class Extreme implements Accumulator {
        private final int sign;
        private @Nullable JsonNode best;

        Extreme(int sign) {
            this.sign = sign;
        }

        @Override
        public void add(List<JsonNode> values, long rows) {
            for (var value : values) {
                var key = Cells.key(value);
                if (!key.isNull()
                        && (best == null
                                || Integer.signum(Cells.ORDER.compare(key, best)) == sign)) {
                    best = key;
                }
            }
        }

        @Override
        public void merge(Accumulator other) {
            add(List.of(other.result()), 1);
        }

        @Override
        public JsonNode result() {
            return best == null ? Cells.NULL : best;
        }
    }

    final class Values implements Accumulator {
        private final String name;
        private final Held held;
        private final Map<String, JsonNode> seen = new HashMap<>();

        Values(String name, Held held) {
            this.name = name;
            this.held = held;
        }

        @Override
        public void add(List<JsonNode> values, long rows) {
            for (var value : values) {
                var key = Cells.key(value);
                if (!key.isNull() && seen.putIfAbsent(Cells.id(key), key) == null) {
                    held.hold(64 + 2 * Cells.bytes(key), name);
                    if (seen.size() > VALUES_MAX) {
                        throw new Rejected(
                                name
                                        + ": more than "
                                        + VALUES_MAX
                                        + " different values (expected: dc(field), or fewer per group)");
                    }
                }
            }
        }

        @Override
        public void merge(Accumulator other) {
            add(List.copyOf(((Values) other).seen.values()), 1);
        }

        @Override
        public JsonNode result() {
            var list = JsonNodeFactory.instance.arrayNode();
            seen.values().stream().sorted(Cells.ORDER).forEach(list::add);
            return list;
        }
    }

    /**
     * By nearest rank: the smallest value of which at least so many percent of all are no larger.
     * Numbers are kept as doubles, eight bytes each.
     */
    final class Percentile implements Accumulator {
        private final int percent;
        private final Held held;
        private double[] values = new double[16];
        private int count;

        Percentile(int percent, Held held) {
            this.percent = percent;
            this.held = held;
        }

        @Override
        public void add(List<JsonNode> more, long rows) {
            for (var value : more) {
                var number = Cells.numeric(value);
                if (number != null) {
                    add(number.doubleValue(), rows);
                }
            }
        }

        private void add(double value, long rows) {
            if (count + rows > values.length) {
                long grown = Math.max(values.length * 2L, count + rows);
                held.hold(8 * (grown - values.length), "p" + percent);
                values = Arrays.copyOf(values, Math.toIntExact(grown));
            }
            Arrays.fill(values, count, (int) (count + rows), value);
            count += (int) rows;
        }

        @Override
        public void merge(Accumulator other) {
            var more = (Percentile) other;
            for (int i = 0; i < more.count; i++) {
                add(more.values[i], 1);
            }
        }

        @Override
        public JsonNode result() {
            if (count == 0) {
                return Cells.NULL;
            }
            Arrays.sort(values, 0, count);
            int rank = (int) Math.max(0, (count * (long) percent + 99) / 100 - 1);
            return Cells.number(BigDecimal.valueOf(values[rank]));
        }
    }

    /** The value of the first row that has one, or of the last; several in one row are a list. */
    final class End implements Accumulator {
        private final boolean first;
        private @Nullable JsonNode value;

        End(boolean first) {
            this.first = first;
        }

        @Override
        public void add(List<JsonNode> values, long rows) {
            if (!values.isEmpty() && (value == null || !first)) {
                value = Cells.cell(values);
            }
        }

        @Override
        public void merge(Accumulator other) {
            var more = ((End) other).value;
            if (more != null && (value == null || !first)) {
                value = more;
            }
        }

        @Override
        public JsonNode result() {
            return value == null ? Cells.NULL : value;
        }
    }
}
