package dev.spoor.detect.baseline;

/** One thing an identity does, and when it was seen doing it. Hours count from the epoch. */
final class Trait {
    final String value;

    private long first;
    private long last;
    private int hours = 1;

    Trait(String value, long hour) {
        this.value = value;
        this.first = hour;
        this.last = hour;
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
        }
        if (hour > last || hours == 0) {
            hours++;
        }
        first = Math.min(first, hour);
        last = Math.max(last, hour);
    }
}
