package dev.spoor.hunt;

import java.util.function.BooleanSupplier;

/**
 * What a hunt may cost.
 *
 * @param rowsMax rows or events given; the hunt ends there and says so in its {@link Outcome}
 * @param groupsMax groups of stats, top, rare and timechart; more are {@link
 *     dev.spoor.fault.Rejected}
 * @param heldBytesMax memory for rows that wait (sort, tail) and values that are counted (dc,
 *     values), roughly; more is {@link dev.spoor.fault.Rejected}
 * @param expired asked now and then; true ends the hunt as {@link dev.spoor.fault.Overloaded}
 * @param progress told as often
 */
public record HuntLimits(
        long rowsMax,
        int groupsMax,
        long heldBytesMax,
        BooleanSupplier expired,
        Progress progress) {
    public static final int GROUPS_MAX = 100_000;
    public static final long HELD_BYTES_MAX = 256L << 20;

    public static final HuntLimits USUAL =
            new HuntLimits(Long.MAX_VALUE, GROUPS_MAX, HELD_BYTES_MAX, () -> false, Progress.NONE);

    public HuntLimits withRows(long rowsMax) {
        return new HuntLimits(rowsMax, groupsMax, heldBytesMax, expired, progress);
    }

    public HuntLimits until(BooleanSupplier expired) {
        return new HuntLimits(rowsMax, groupsMax, heldBytesMax, expired, progress);
    }

    public HuntLimits telling(Progress progress) {
        return new HuntLimits(rowsMax, groupsMax, heldBytesMax, expired, progress);
    }
}
