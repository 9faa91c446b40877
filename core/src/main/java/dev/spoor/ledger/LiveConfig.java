package dev.spoor.ledger;

import java.time.Duration;

/**
 * How a live ledger is kept.
 *
 * @param journalBytes a journal is sealed once it is as large (compressed: about a fifth of what
 *     was received)
 * @param journalAge a journal is sealed once its first entry is as old
 * @param noteEvery a note is signed at least as often while entries arrive
 * @param pendingBytesMax what is appended and not yet durable; more is refused: try later
 * @param journalsMax journals that wait to be sealed; with more, appending is refused: try later
 * @param compares whether blocks are read back and compared before they go to the disk
 * @param mergeBelow neighbouring segments of fewer entries are merged into one
 * @param copyTime a journal that was sealed, or a segment that was merged, stays so long for plain
 *     copies that began before
 * @param copyBytes what stays for that together; with more, the oldest go sooner
 */
public record LiveConfig(
        long journalBytes,
        Duration journalAge,
        Duration noteEvery,
        long pendingBytesMax,
        int journalsMax,
        boolean compares,
        long mergeBelow,
        Duration copyTime,
        long copyBytes) {
    public LiveConfig {
        if (journalBytes < 1 << 12 || journalsMax < 1 || pendingBytesMax < 1 << 12) {
            throw new IllegalArgumentException(
                    "a live ledger's limits are too small to work with: " + journalBytes);
        }
    }

    /** The usual limits. */
    public static LiveConfig usual() {
        return new LiveConfig(
                20L << 20,
                Duration.ofMinutes(15),
                Duration.ofSeconds(1),
                64L << 20,
                2,
                true,
                4L * Format.BLOCK_EVENTS,
                Duration.ofMinutes(10),
                1L << 30);
    }

    public LiveConfig withJournalBytes(long bytes) {
        return new LiveConfig(
                bytes,
                journalAge,
                noteEvery,
                pendingBytesMax,
                journalsMax,
                compares,
                mergeBelow,
                copyTime,
                copyBytes);
    }

    public LiveConfig withCompares(boolean decode) {
        return new LiveConfig(
                journalBytes,
                journalAge,
                noteEvery,
                pendingBytesMax,
                journalsMax,
                decode,
                mergeBelow,
                copyTime,
                copyBytes);
    }
}
