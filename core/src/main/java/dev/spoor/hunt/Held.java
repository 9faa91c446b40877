package dev.spoor.hunt;

import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Rejected;

/** Counts what a hunt keeps in memory, and ends it before the memory does. */
final class Held {
    private static final int ASKED_EVERY = 64;

    private final HuntLimits limits;
    private long bytes;
    private int ticks;

    Held(HuntLimits limits) {
        this.limits = limits;
    }

    Progress progress() {
        return limits.progress();
    }

    int groupsMax() {
        return limits.groupsMax();
    }

    void hold(long more, String stage) {
        bytes += more;
        if (bytes > limits.heldBytesMax()) {
            throw new Rejected(
                    "%s would keep more than %d MB in memory (expected: a narrower filter, head before it, or fewer columns)"
                            .formatted(stage, limits.heldBytesMax() >> 20));
        }
    }

    void release(long less) {
        bytes -= less;
    }

    /** Called for every row. */
    void tick() {
        if (++ticks % ASKED_EVERY == 0) {
            ask();
        }
    }

    /** Ends the hunt when its time is over or its thread was interrupted. */
    void ask() {
        if (Thread.currentThread().isInterrupted()) {
            throw new Overloaded("the search was cancelled");
        }
        if (limits.expired().getAsBoolean()) {
            throw new Overloaded(
                    "the search took longer than it may (expected: a narrower filter)");
        }
    }
}
