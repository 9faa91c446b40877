package dev.spoor.detect.baseline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands records on in the order of their time, and copies of one only once: so what is learned does
 * not depend on how they came, as long as none comes more than {@link #LATE_MAX} seconds after a
 * later one. What comes later still, is handed on when it comes. Bounded: of more than {@link
 * #HELD_MAX} records or {@link #BYTES_MAX} bytes the oldest are handed on early.
 */
final class Turns {
    /** Twenty minutes: as far as two records lie apart that were each moved by ten. */
    static final int LATE_MAX = 20 * 60;

    static final int HELD_MAX = 200_000;
    static final long BYTES_MAX = 64 << 20;

    /** Seconds that are held apart; a power of two above {@link #LATE_MAX}. */
    private static final int SLOTS = 2_048;

    private static final Comparator<Held> ORDER =
            Comparator.comparingLong((Held held) -> held.micros)
                    .thenComparingLong(held -> held.id)
                    .thenComparingLong(held -> held.position);

    private final Consumer<Held> next;
    private final List<@Nullable List<Held>> slots = new ArrayList<>(SLOTS);
    private long newest = Long.MIN_VALUE;

    /** Up to this second all was handed on. */
    private long done;

    private int count;
    private long bytes;

    Turns(Consumer<Held> next) {
        this.next = next;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(null);
        }
    }

    void add(Held held) {
        long second = Math.floorDiv(held.micros, 1_000_000L);
        if (newest == Long.MIN_VALUE) {
            newest = second;
            done = second - LATE_MAX - 1;
        }
        if (second <= done) {
            next.accept(held);
            held.release();
            return;
        }
        if (second > newest) {
            newest = second;
            release(second - LATE_MAX - 1);
        }
        int slot = (int) Math.floorMod(second, (long) SLOTS);
        var there = slots.get(slot);
        if (there == null) {
            there = new ArrayList<>(4);
            slots.set(slot, there);
        }
        there.add(held);
        count++;
        bytes += held.size();
        while (count > HELD_MAX || bytes > BYTES_MAX) {
            release(done + 1);
        }
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
            int slot = (int) Math.floorMod(done, (long) SLOTS);
            var due = slots.get(slot);
            if (due != null) {
                slots.set(slot, null);
                hand(due);
            }
        }
        done = Math.max(done, until);
    }

    private void hand(List<Held> due) {
        due.sort(ORDER);
        Held last = null;
        for (var held : due) {
            count--;
            bytes -= held.size();
            if (last == null || last.micros != held.micros || last.id != held.id) {
                next.accept(held);
            }
            held.release();
            last = held;
        }
    }
}
