package dev.spoor.detect.baseline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands records on in the order of their time, and copies of one only once: so what is learned does
 * not depend on how they came, as long as none comes more than {@link #LATE_MAX} seconds after a
 * later one. What comes later still, is handed on when it comes. Bounded: of more than {@link
 * #HELD_MAX} records or {@link #BYTES_MAX} bytes the oldest are handed on early.
 *
 * <p>Those of a second are a chain, and most come in order: only a chain into which one came late
 * is sorted. A record that was handed on is used again for one that comes: nothing is left to
 * collect.
 */
final class Turns {
    /** Twenty minutes: as far as two records lie apart that were each moved by ten. */
    static final int LATE_MAX = 20 * 60;

    static final int HELD_MAX = 200_000;
    static final long BYTES_MAX = 64 << 20;

    /** Seconds that are held apart; a power of two above {@link #LATE_MAX}. */
    private static final int SLOTS = 2_048;

    /**
     * So many come before those are handed on whose time has come: one after the other takes a
     * fraction of what each takes alone, between all else that an event passes.
     */
    private static final int BATCH = 256;

    private static final Comparator<Held> ORDER =
            Comparator.comparingLong((Held held) -> held.micros).thenComparingLong(held -> held.id);

    private final Consumer<Held> next;
    private final @Nullable Held[] firsts = new Held[SLOTS];
    private final @Nullable Held[] lasts = new Held[SLOTS];

    /** Whether one of the second came late. */
    private final boolean[] mixed = new boolean[SLOTS];

    private @Nullable Held free;
    private long newest = Long.MIN_VALUE;

    /** Up to this second all was handed on. */
    private long done;

    private int added;
    private int count;
    private long bytes;

    Turns(Consumer<Held> next) {
        this.next = next;
    }

    /** One to be filled and added. */
    Held spare() {
        var held = free;
        if (held == null) {
            return new Held();
        }
        free = held.next;
        held.next = null;
        return held;
    }

    void add(Held held) {
        long second = Math.floorDiv(held.micros, 1_000_000L);
        if (newest == Long.MIN_VALUE) {
            newest = second;
            done = second - LATE_MAX - 1;
        }
        if (second <= done) {
            next.accept(held);
            release(held);
            return;
        }
        newest = Math.max(newest, second);
        if (++added == BATCH || newest - done >= SLOTS) {
            added = 0;
            release(newest - LATE_MAX - 1);
        }
        append(held, slot(second));
        count++;
        bytes += held.size();
        while (count > HELD_MAX || bytes > BYTES_MAX) {
            release(done + 1);
        }
    }

    private static int slot(long second) {
        return (int) second & SLOTS - 1;
    }

    private void append(Held held, int slot) {
        var last = lasts[slot];
        if (last == null) {
            firsts[slot] = held;
        } else {
            last.next = held;
            mixed[slot] |= held.before(last);
        }
        lasts[slot] = held;
    }

    /** Hands on everything. */
    void finish() {
        if (count > 0) {
            release(newest);
        }
    }

    private void release(long until) {
        while (done < until && count > 0) {
            done++;
            int slot = slot(done);
            var due = firsts[slot];
            if (due != null) {
                firsts[slot] = null;
                lasts[slot] = null;
                hand(mixed[slot] ? sorted(due) : due);
                mixed[slot] = false;
            }
        }
        done = Math.max(done, until);
    }

    /** The same in order; of copies that one first that came first. */
    private static Held sorted(Held first) {
        var all = new ArrayList<Held>();
        for (Held held = first; held != null; held = held.next) {
            all.add(held);
        }
        all.sort(ORDER);
        Held after = null;
        for (var held : all.reversed()) {
            held.next = after;
            after = held;
        }
        return all.getFirst();
    }

    private void hand(Held first) {
        Held before = null;
        for (Held held = first; held != null; ) {
            count--;
            bytes -= held.size();
            if (before == null || !held.copyOf(before)) {
                next.accept(held);
            }
            var after = held.next;
            if (before != null) {
                release(before);
            }
            before = held;
            held = after;
        }
        if (before != null) {
            release(before);
        }
    }

    private void release(Held held) {
        held.kept = null;
        held.next = free;
        free = held;
    }
}
