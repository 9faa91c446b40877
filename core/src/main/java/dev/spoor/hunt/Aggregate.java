package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One number or list made of many rows.
 *
 * @param field whose values are taken; null only for a plain {@code count()}
 * @param name of the column
 */
public record Aggregate(Function function, @Nullable String field, String name) {
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
        VALUES;

        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Aggregate {
        if (field == null && function != Function.COUNT) {
            throw new Rejected(
                    function.id() + "(): no field (expected: " + function.id() + "(field))");
        }
        if (name.isEmpty()) {
            throw new Rejected("name of " + function.id() + "(): empty (expected: a column name)");
        }
    }

    /** Named after itself: {@code count}, {@code dc(user.username)}. */
    public static Aggregate of(Function function, @Nullable String field) {
        return new Aggregate(
                function, field, field == null ? function.id() : function.id() + "(" + field + ")");
    }
}
