package dev.spoor.ledger;

import org.jspecify.annotations.Nullable;

/**
 * When the rows of a block happened, in nanoseconds since 1970: kept as steps from the first of
 * them wherever these fit into half the room, as those of microseconds within half an hour do.
 */
final class RowTimes {
    private static final long MICRO = 1_000;
    private static final int NO_STEP = -1;

    private final long from;
    private final int @Nullable [] steps;
    private final long[] exact;

    /**
     * @param times by row; {@link Stamp#NONE} where only the event itself can tell
     */
    RowTimes(long[] times) {
        long least = Long.MAX_VALUE;
        long most = Long.MIN_VALUE;
        for (long time : times) {
            if (time != Stamp.NONE) {
                least = Math.min(least, time);
                most = Math.max(most, time);
            }
        }
        from = least;
        steps = least <= most ? steps(times, least, most) : null;
        exact = steps == null ? times : new long[0];
    }

    private static int @Nullable [] steps(long[] times, long from, long most) {
        long span = most - from;
        if (span < 0 || span / MICRO > Integer.MAX_VALUE) {
            return null;
        }
        var steps = new int[times.length];
        for (int row = 0; row < steps.length; row++) {
            if (times[row] == Stamp.NONE) {
                steps[row] = NO_STEP;
                continue;
            }
            long step = times[row] - from;
            steps[row] = (int) (step / MICRO);
            if (steps[row] * MICRO != step) {
                return null;
            }
        }
        return steps;
    }

    /** {@link Stamp#NONE} where only the event itself can tell. */
    long at(int row) {
        if (steps == null) {
            return exact[row];
        }
        int step = steps[row];
        return step == NO_STEP ? Stamp.NONE : from + step * MICRO;
    }

    /** By row, microseconds after {@link #from}, below 0 for none; null where they are not such. */
    int @Nullable [] micros() {
        return steps;
    }

    long from() {
        return from;
    }

    int rows() {
        return steps == null ? exact.length : steps.length;
    }

    /** What it takes of memory, in bytes. */
    long weight() {
        return 48L + 8L * exact.length + (steps == null ? 0 : 4L * steps.length);
    }
}
