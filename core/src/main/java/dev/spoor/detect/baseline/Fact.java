package dev.spoor.detect.baseline;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a caller does with one value, and the hour it was last noted: most requests repeat what
 * was noted in their hour, and to know that costs a look at one of these.
 */
final class Fact {
    /** Stands where there is nothing to note. */
    static final Fact NONE = new Fact(false);

    private final boolean deed;
    private @Nullable Habits habits;
    private @Nullable Trait first;
    private @Nullable Trait second;
    private long hour = Long.MIN_VALUE;

    /** The earliest request that waits and is at hand to be told, in microseconds. */
    private long waiting = Long.MAX_VALUE;

    /** Of a sensitive act: how it is done; null before it was noted. */
    @Nullable Map<String, Trait> ways;

    /**
     * Nothing is noted of it yet.
     *
     * @param deed a sensitive act: while it is rare, it is looked at in each hour
     */
    Fact(boolean deed) {
        this.deed = deed;
    }

    /** It was learned, with what is kept of it. */
    void noted(Habits habits, @Nullable Trait first, @Nullable Trait second, long hour) {
        this.habits = habits;
        this.first = first;
        this.second = second;
        this.hour = hour;
        this.waiting = Long.MAX_VALUE;
    }

    /** In how many hours the first of what is kept was seen. */
    int hours() {
        return first == null ? 0 : first.hours();
    }

    /** Whether it is done in so many ways that none is a habit. */
    boolean anyWay() {
        return ways != null && ways.size() >= Habits.WAYS_MAX;
    }

    /** Noted again; false when it is to be looked at anew: not noted, forgotten, or rare. */
    boolean again(long now) {
        if (now == hour) {
            return true;
        }
        if (!usual(now)) {
            return false;
        }
        if (first != null) {
            first.seen(now);
        }
        if (second != null) {
            second.seen(now);
        }
        hour = now;
        return true;
    }

    private boolean usual(long now) {
        return habits != null
                && (first == null || first.remembered(now))
                && (second == null || second.remembered(now))
                && !(deed && first != null && habits.rare(first, now));
    }

    /**
     * Whether a request may be the one that is told of: it is not usual, and none waits that will
     * be told before it.
     */
    boolean asks(Caller caller, long micros, long now) {
        if (now == hour || usual(now)) {
            return false;
        }
        if (micros > waiting && !(deed && anew(caller, now))) {
            return false;
        }
        waiting = Math.min(waiting, micros);
        return true;
    }

    /** A rare act is told once an hour. */
    private boolean anew(Caller caller, long now) {
        return caller.habits != null && caller.habits.watched(now) && now != Held.hour(waiting);
    }
}
