package dev.spoor.detect.baseline;

/** One thing an identity does, and when it was seen doing it. Hours count from the epoch. */
final class Trait {
    final String value;

    /** Seen in so many hours, the first a day ago, it is a habit. */
    static final int HABIT_HOURS = 5;

    private static final long HABIT_SPAN = 24;

    private long first;
    private long last;
    private int hours = 1;

    /** The hour that made it a habit; {@link Long#MAX_VALUE} = none so far. */
    private long habit = Long.MAX_VALUE;

    Trait(String value, long hour) {
        this.value = value;
        this.first = hour;
        this.last = hour;
    }

    /** Whether it was a habit before that hour. */
    boolean habitual(long hour) {
        return habit < hour;
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
        }
        if (hour > last || hours == 0) {
            hours++;
            if (hours >= HABIT_HOURS && hour - first >= HABIT_SPAN) {
                habit = Math.min(habit, hour);
            }
        }
        first = Math.min(first, hour);
        last = Math.max(last, hour);
    }
}
