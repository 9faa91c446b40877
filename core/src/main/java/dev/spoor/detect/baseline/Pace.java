package dev.spoor.detect.baseline;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How many requests an identity makes in an hour: the last {@link #WEEKS} weeks, hour by hour. What
 * is usual is told by three companies, each by its median and the median distance to it, so that a
 * single wild hour widens nothing: the same hour of the week, the same hour of the day, and all
 * hours in which it did anything. Only what is far above every company that is large enough is
 * news.
 */
final class Pace {
    /** Older weeks are forgotten. */
    static final int WEEKS = 4;

    private static final int WEEK_HOURS = 7 * 24;
    private static final int HOURS = WEEKS * WEEK_HOURS;

    /** So many of the same hour of a week, or of a day, make a company. */
    private static final int ALIKE_MIN = 3;

    /** Active hours that make a company. */
    static final int HOURS_MIN = 6;

    /** Fewer requests in an hour are never too many. */
    static final int RATE_MIN = 500;

    /** So many times the median, and so many spreads above it, are far above. */
    private static final int TIMES = 10;

    private static final int SPREADS = 6;

    /** Requests by hour, a ring; made when the second hour begins. */
    private int @Nullable [] ring;

    private long first = Long.MIN_VALUE;
    private long now = Long.MIN_VALUE;
    private int count;
    private boolean told;

    /** An hour far above what is usual. */
    record News(int count, int median, int hours, String company) {}

    /** Whether that hour is the one that is counted. */
    boolean at(long hour) {
        return now == hour;
    }

    /**
     * Counts a request.
     *
     * @param hour since the epoch; one before the current one counts to its own
     * @return true when the hour should be looked at: it has {@link #RATE_MIN} and was not told
     */
    boolean count(long hour) {
        if (hour != now) {
            turn(hour);
            if (hour < now) {
                return false;
            }
        }
        count++;
        return !told && count >= RATE_MIN;
    }

    private void turn(long hour) {
        if (now == Long.MIN_VALUE) {
            first = hour;
            now = hour;
            return;
        }
        if (ring == null) {
            ring = new int[HOURS];
        }
        if (hour < now) {
            if (now - hour < HOURS) {
                ring[slot(hour)]++;
                first = Math.min(first, hour);
            }
            return;
        }
        ring[slot(now)] += count;
        for (long empty = Math.max(now + 1, hour - HOURS); empty <= hour; empty++) {
            ring[slot(empty)] = 0;
        }
        first = Math.max(first, hour - HOURS + 1);
        now = hour;
        count = 0;
        told = false;
    }

    private static int slot(long hour) {
        return (int) Math.floorMod(hour, (long) HOURS);
    }

    /** Whether the current hour is far above what is usual; told once an hour. */
    @Nullable News news() {
        if (ring == null) {
            return null;
        }
        var active = company(1, true);
        if (active.length < HOURS_MIN || !above(active)) {
            return null;
        }
        var day = company(24, false);
        var week = company(WEEK_HOURS, false);
        if (day.length >= ALIKE_MIN && !above(day) || week.length >= ALIKE_MIN && !above(week)) {
            return null;
        }
        told = true;
        return week.length >= ALIKE_MIN
                ? new News(count, median(week), week.length, "same hours of the week")
                : day.length >= ALIKE_MIN
                        ? new News(count, median(day), day.length, "same hours of the day")
                        : new News(count, median(active), active.length, "hours");
    }

    /** How many requests the current hour has so far. */
    int current() {
        return count;
    }

    private int[] company(int step, boolean activeOnly) {
        var held = new int[HOURS];
        int size = 0;
        for (long hour = now - step; hour >= first && hour > now - HOURS; hour -= step) {
            int requests = ring == null ? 0 : ring[slot(hour)];
            if (requests > 0 || !activeOnly) {
                held[size++] = requests;
            }
        }
        var company = Arrays.copyOf(held, size);
        Arrays.sort(company);
        return company;
    }

    private boolean above(int[] company) {
        int middle = median(company);
        var distances = Arrays.stream(company).map(n -> Math.abs(n - middle)).sorted().toArray();
        return count >= TIMES * Math.max(1, middle) + SPREADS * median(distances);
    }

    private static int median(int[] sorted) {
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
