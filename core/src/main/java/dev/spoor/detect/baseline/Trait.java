package dev.spoor.detect.baseline;

/** One thing an identity does, and when it was seen doing it. Hours count from the epoch. */
final class Trait {
    final String value;

    /** Seen in so many hours, the first a day ago, it is a habit. */
    static final int HABIT_HOURS = 5;

    private static final long HABIT_SPAN = 24;

    /** Seen in so many hours, it is more than a visit. */
    private static final int SETTLED_HOURS = 3;

    private long first;
    private long last;
    private int hours = 1;

    /** The hour that made it a habit; {@link Long#MAX_VALUE} = none so far. */
    private long habit = Long.MAX_VALUE;

    /** The hour that made it more than a visit. */
    private long settled = Long.MAX_VALUE;

    Trait(String value, long hour) {
        this.value = value;
        this.first = hour;
        this.last = hour;
    }

    /** Whether it was a habit before that hour. */
    boolean habitual(long hour) {
        return habit < hour;
    }

    /** Whether it was more than a visit before that hour. */
    boolean settled(long hour) {
        return settled < hour;
    }

    /** Whether it was seen a day before that hour. */
    boolean old(long hour) {
        return first <= hour - HABIT_SPAN;
    }

    /** In how many different hours it was seen; one that comes late is not counted. */
    int hours() {
        return hours;
    }

    long first() {
        return first;
    }

    /** Whether it is remembered at this hour. */
    boolean remembered(long hour) {
        return hour - last <= Habits.FORGET_HOURS;
    }

    /** Seen again; what was forgotten begins anew. */
    void seen(long hour) {
        if (!remembered(hour)) {
            first = hour;
            hours = 0;
            habit = Long.MAX_VALUE;
            settled = Long.MAX_VALUE;
        }
        if (hour > last || hours == 0) {
            hours++;
            if (hours == SETTLED_HOURS) {
                settled = hour;
            }
            if (hours >= HABIT_HOURS && hour - first >= HABIT_SPAN) {
                habit = Math.min(habit, hour);
            }
        }
        first = Math.min(first, hour);
        last = Math.max(last, hour);
    }
}
