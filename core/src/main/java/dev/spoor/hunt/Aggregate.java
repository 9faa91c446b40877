package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number or list made of many rows.
 *
 * @param field whose values are taken; null only for a plain {@code count()}
 * @param name of the column
 * @param percent of {@link Function#PERCENTILE}, 1..99; else 0
 */
public record Aggregate(Function function, @Nullable String field, String name, int percent) {
    /** What is made of the values; text that reads as a number counts as one in SUM and AVG. */
    public enum Function {
        /** Rows; with a field, rows that have a value there. */
        COUNT,
        /** Different values, exactly. */
        DC,
        SUM,
        AVG,
        /** Smallest value: numbers before times before text. */
        MIN,
        MAX,
        /** The different values, sorted; at most {@link Accumulator#VALUES_MAX}. */
        VALUES,
        /** {@code p50} … {@code p99}, by nearest rank. */
        PERCENTILE,
        /** The value of the first row that has one, in the order of the rows. */
        FIRST,
        LAST;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Aggregate {
        boolean percentile = function == Function.PERCENTILE;
        if (percentile ? percent < 1 || percent > 99 : percent != 0) {
            throw new Rejected("percentile: p%d (expected: p1 to p99)".formatted(percent));
        }
        if (field == null && function != Function.COUNT) {
            throw new Rejected(
                    function.id() + "(): no field (expected: " + function.id() + "(field))");
        }
        if (name.isEmpty()) {
            throw new Rejected("name of " + function.id() + "(): empty (expected: a column name)");
        }
    }

    public Aggregate(Function function, @Nullable String field, String name) {
        this(function, field, name, 0);
    }

    /** Named after itself: {@code count}, {@code dc(user.username)}. */
    public static Aggregate of(Function function, @Nullable String field) {
        return new Aggregate(
                function, field, field == null ? function.id() : function.id() + "(" + field + ")");
    }

    /** Named {@code p95(field)}. */
    public static Aggregate percentile(int percent, String field) {
        return new Aggregate(
                Function.PERCENTILE, field, "p" + percent + "(" + field + ")", percent);
    }

    /** As it is written: {@code dc}, {@code p95}. */
    String word() {
        return function == Function.PERCENTILE ? "p" + percent : function.id();
    }

    /** Whether the order of the rows matters. */
    boolean ordered() {
        return function == Function.FIRST || function == Function.LAST;
    }

    boolean named() {
        return !name.equals(field == null ? word() : word() + "(" + field + ")");
    }
}
