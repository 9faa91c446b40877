package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import java.math.BigDecimal;
import java.math.MathContext;
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
     */
    void add(List<JsonNode> values);

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
        };
    }

    final class Count implements Accumulator {
        private final boolean rows;
        private long count;

        Count(boolean rows) {
            this.rows = rows;
        }

        @Override
        public void add(List<JsonNode> values) {
            if (rows || values.stream().anyMatch(value -> !value.isNull())) {
                count++;
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
        public void add(List<JsonNode> values) {
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
        public void add(List<JsonNode> values) {
            for (var value : values) {
                var number = Cells.numeric(value);
                if (number != null) {
                    sum = sum.add(number);
                    count++;
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
        public void add(List<JsonNode> values) {
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
            add(List.of(other.result()));
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
        public void add(List<JsonNode> values) {
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
            add(List.copyOf(((Values) other).seen.values()));
        }

        @Override
        public JsonNode result() {
            var list = JsonNodeFactory.instance.arrayNode();
            seen.values().stream().sorted(Cells.ORDER).forEach(list::add);
            return list;
        }
    }
}
