package dev.spoor.ledger;

import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A segment that grows under a name that means nothing. Once {@link #finish}ed it waits to be
 * {@link FinishedSegment#place}d under its own name, from which moment on it counts.
 */
final class SegmentFile implements AutoCloseable {
    private final Disk disk;
    private final Path folder;
    private final LedgerKeys keys;
    private final long first;
    private final Path unfinished;
    private final byte @Nullable [] dataKey;
    private final SegmentWriter writer;
    private long end;
    private boolean written;

    SegmentFile(Disk disk, Path folder, LedgerKeys keys, long first) {
        this.disk = disk;
        this.folder = folder;
        this.keys = keys;
        this.first = first;
        this.end = first;
        this.unfinished = folder.resolve("segment-%012d%s".formatted(first, Folder.UNFINISHED));
        dataKey = keys.encrypts() ? randomKey() : null;
        var sealing = dataKey == null ? Sealing.plain() : Sealing.encrypted(dataKey);
        writer = new SegmentWriter(disk, unfinished, first, keys.encrypts(), sealing);
        if (!disk.lasting()) {
            writer.trust();
        }
    }

    /** Blocks are not read back before they go to the disk. */
    void trust() {
        writer.trust();
    }

    static byte[] randomKey() {
        var key = new byte[LedgerKeys.KEY_BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    long first() {
        return first;
    }

    long end() {
        return end;
    }

    void add(Received record, Scanned event, long time, long receivedMicros) {
        writer.add(record, event, time, receivedMicros);
        end++;
    }

    /** Events that were kept as one value because their columns did not give them back. */
    int rewritten() {
        return writer.rewritten();
    }

    /** Whether the block that is being filled is to be told; see {@link SegmentWriter#want}. */
    void want(boolean journal) {
        writer.want(journal);
    }

    /** Whether so many events more go into the block that is being filled. */
    boolean room(int events) {
        return writer.blockRows() + events <= Format.BLOCK_EVENTS;
    }

    void settle() {
        writer.settle();
    }

    void flush() {
        writer.flush();
    }

    @Nullable JournalBlock told() {
        return writer.told();
    }

    /** Whether the next event belongs into another segment. */
    boolean full() {
        return writer.blockRows() == 0 && writer.full();
    }

    /** Closes it and forces it to the disk. */
    FinishedSegment finish(List<SourceEntry> sources, List<Salts.Key> salts) {
        writer.finish(sources, salts);
        written = true;
        if (dataKey != null) {
            try {
                disk.replace(
                        Folder.key(target()),
                        keys.wrap(dataKey, String.valueOf(target().getFileName())));
            } catch (IOException e) {
                throw new Unavailable("a segment's key could not be written: " + e.getMessage(), e);
            }
            Arrays.fill(dataKey, (byte) 0);
        }
        return new FinishedSegment(disk, unfinished, target(), writer.rewritten());
    }

    private Path target() {
        return folder.resolve(Folder.segment(first, end));
    }

    /** Gives up what was not finished. */
    @Override
    public void close() {
        if (!written) {
            writer.close();
        }
        FinishedSegment.takeAway(disk, unfinished, target());
    }
}
