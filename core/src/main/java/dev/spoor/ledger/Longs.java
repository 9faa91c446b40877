package dev.spoor.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Numbers of which whole events need one each: kept in memory as steps from the first where they
 * are even, as those of lines are, else as narrow as their distance allows. Not to be changed.
 */
final class Longs {
    private final long first;

    /** Between two of them, where all are as far apart. */
    private final long step;

    /** Above the first, the least here; null where they are even, or too far apart. */
    private final @Nullable Narrow above;

    private final long @Nullable [] exact;

    private Longs(long first, long step, @Nullable Narrow above, long @Nullable [] exact) {
        this.first = first;
        this.step = step;
        this.above = above;
        this.exact = exact;
    }

    /** May keep the array. */
    static Longs of(long[] values) {
        long step = values.length < 2 ? 0 : values[1] - values[0];
        if (even(values, step)) {
            return new Longs(values.length == 0 ? 0 : values[0], step, null, null);
        }
        long least = Long.MAX_VALUE;
        for (long value : values) {
            least = Math.min(least, value);
        }
        var above = Narrow.above(least, values);
        return new Longs(least, 0, above, above == null ? values : null);
    }

    private static boolean even(long[] values, long step) {
        for (int i = 2; i < values.length; i++) {
            if (values[i] - values[i - 1] != step) {
                return false;
            }
        }
        return true;
    }

    long at(int i) {
        if (above != null) {
            return first + above.at(i);
        }
        return exact != null ? exact[i] : first + i * step;
    }

    /** What they take of memory, in bytes. */
    long weight() {
        return 40L + (above == null ? 0 : above.weight()) + (exact == null ? 0 : 8L * exact.length);
    }
}
