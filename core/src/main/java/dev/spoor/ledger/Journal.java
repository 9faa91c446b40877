package dev.spoor.ledger;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A journal that is being written. Written by one thread; what becomes durable passes to the one
 * that seals, so that it is not read again.
 */
final class Journal implements AutoCloseable {
    /** Shorter records are not compressed. */
    private static final int PACKED_MIN = 200;

    private static final int LEVEL = -7;

    /**
     * Entries on their way to the one that seals.
     *
     * @param payload null asks for a block of those before
     * @param lent whether they are not durable yet
     */
    record Passed(@Nullable Bytes payload, boolean lent) {}

    /**
     * A block of entries of which some are not durable yet.
     *
     * @param hashes those of the leaves from entry {@code from} to the block's end
     */
    record Ready(JournalBlock block, long from, byte[] hashes) {}

    private final Path path;
    private final Disk.Out out;
    private final Sealing sealing;
    private final Salts.Key salt;
    private final long first;
    private final Runnable stirred;

    // under itself: between the thread that writes and the one that seals
    private final Deque<Passed> passing = new ArrayDeque<>();
    private final Deque<Ready> ready = new ArrayDeque<>();
    private int lent; // payloads that are not durable yet
    private boolean idle; // all that was passed is taken, and more is waited for
    private boolean broken;
    private boolean attached; // somebody seals what is passed
    private long passingBytes; // durable ones
    private boolean streaming = true;
    private boolean ended;
    private final List<Bytes> written = new ArrayList<>(); // not forced yet
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final Bytes packed = new Bytes(1 << 12);
    private byte[] sealed = new byte[0];
    private long size;
    private long forcedSize;
    private int number;
    private int forcedNumber;
    private long end;
    private long forcedEnd;

    private Journal(
            Path path,
            Disk.Out out,
            Sealing sealing,
            Salts.Key salt,
            long first,
            Runnable stirred) {
        this.stirred = stirred;
        this.path = path;
        this.out = out;
        this.sealing = sealing;
        this.salt = salt;
        this.first = first;
        this.end = first;
        this.forcedEnd = first;
        zstd.setLevel(LEVEL);
    }

    Folder.JournalFile file() {
        return new Folder.JournalFile(path, first);
    }

    /**
     * Starts a journal; it has its name only once its head is whole, and both survive then.
     *
     * @param stirred called by the one that seals when the one that writes has something to do
     */
    static Journal create(Disk disk, Path folder, LedgerKeys keys, long first, Runnable stirred)
            throws IOException {
        var path = folder.resolve(Folder.journal(first));
        byte[] dataKey = null;
        if (keys.encrypts()) {
            dataKey = SegmentFile.randomKey();
            disk.replace(Folder.key(path), keys.wrap(dataKey, Folder.journal(first)));
        }
        var fresh = folder.resolve(Folder.journal(first) + Folder.UNFINISHED);
        var out = disk.create(fresh);
        try {
            var sealing = dataKey == null ? Sealing.plain() : Sealing.encrypted(dataKey);
            var salt = new Salts.Key(first, SegmentFile.randomKey());
            var journal = new Journal(path, out, sealing, salt, first, stirred);
            journal.head(dataKey != null);
            out.force();
            disk.move(fresh, path);
            disk.forceFolder(folder);
            journal.forced();
            return journal;
        } catch (IOException | RuntimeException e) {
            out.close();
            throw e;
        }
    }

    private void head(boolean encrypted) throws IOException {
        var head = new Bytes(JournalFormat.HEADER);
        head.bytes(JournalFormat.MAGIC)
                .u8(JournalFormat.VERSION >>> 8)
                .u8(JournalFormat.VERSION)
                .u8(0)
                .u8(encrypted ? Format.FLAG_ENCRYPTED : 0)
                .i64(first);
        head.i32(SegmentWriter.crc(head.array, head.size));
        out.write(head.array, head.size);
        size += head.size;
        record(JournalFormat.SALT, 0, own(JournalFormat.SALT, salt.key()));
    }

    private Bytes own(int type, byte[] content) {
        return new Bytes(64).u8(type).i64(end).i32(0).i64(0).bytes(content);
    }

    private void record(int type, int entries, Bytes payload) throws IOException {
        if (type == JournalFormat.BLOCK) {
            packed.clear(); // its sections are packed
            packed.varint(0).bytes(payload.array, 0, payload.size);
        } else {
            pack(payload);
        }
        int length = packed.size + sealing.overhead();
        if (sealed.length < length) {
            sealed = new byte[Math.max(length, 2 * sealed.length)];
        }
        sealing.seal(number, packed.array, packed.size, sealed);
        var head = new Bytes(JournalFormat.RECORD_HEAD);
        head.u8(type).i32(length).i64(end).i32(entries).i64(forcedSize);
        head.i32(SegmentWriter.crc(head.array, head.size));
        out.write(head.array, head.size);
        out.write(sealed, length);
        size += head.size + length;
        number++;
    }

    private Bytes placed(Bytes payload, int type, int entries) {
        int size = payload.size;
        payload.size = 0;
        payload.u8(type).i64(end).i32(entries).i64(0);
        payload.size = size;
        return payload;
    }

    /** A fifth of the bytes go to the disk, at less than it costs to write and encrypt the rest. */
    private void pack(Bytes payload) {
        packed.clear();
        if (payload.size < PACKED_MIN) {
            packed.varint(0).bytes(payload.array, 0, payload.size);
            return;
        }
        packed.varint(payload.size);
        packed.room((int) Zstd.compressBound(payload.size));
        packed.size +=
                zstd.compressByteArray(
                        packed.array,
                        packed.size,
                        packed.array.length - packed.size,
                        payload.array,
                        0,
                        payload.size);
    }

    /** Writes a batch behind what there is; it counts once this is {@link #force}d. */
    void append(Batch batch, long receivedMicros) throws IOException {
        var payload = batch.placed(end, receivedMicros);
        record(batch.type(), batch.entries(), payload);
        written.add(payload);
        end += batch.entries();
    }

    /** Writes a block behind what there is; it counts once this is {@link #force}d. */
    void append(JournalBlock block) throws IOException {
        record(JournalFormat.WORDS, 0, placed(block.words(), JournalFormat.WORDS, 0));
        if (block.end() <= end) {
            return; // meanwhile its entries were written as they came; later blocks need its words
        }
        int entries = (int) (block.end() - end);
        record(JournalFormat.BLOCK, entries, placed(block.block(), JournalFormat.BLOCK, entries));
        end = block.end();
    }

    void note(Checkpoint note) throws IOException {
        record(
                JournalFormat.NOTE,
                0,
                own(JournalFormat.NOTE, note.note().getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Returns once everything written would survive a loss of power: what was written since the
     * last time, in order.
     */
    List<Bytes> force() throws IOException {
        out.force();
        return forced();
    }

    private synchronized List<Bytes> forced() {
        var fresh = List.copyOf(written);
        written.clear();
        forcedSize = size;
        forcedNumber = number;
        forcedEnd = end;
        return fresh;
    }

    /** Gives what was forced to the one that seals; nobody else reads it from then on. */
    synchronized void pass(List<Bytes> payloads) {
        if (streaming) {
            for (var payload : payloads) {
                passing.add(new Passed(payload, false));
                passingBytes += payload.size;
            }
            idle = false;
            notifyAll();
        }
    }

    /**
     * Gives entries that are not durable yet to the one that seals: they come back as blocks
     * ({@link #ready}), or the writer gives up waiting for a whole one ({@link #starved}). Nobody
     * changes the payload before that.
     */
    synchronized void lend(Bytes payload) {
        passing.add(new Passed(payload, true));
        lent++;
        idle = false;
        notifyAll();
    }

    /** Asks for a block of what was lent so far, full or not. */
    synchronized void cut() {
        passing.add(new Passed(null, true));
        idle = false;
        notifyAll();
    }

    /** Nothing is lent any more: all of it is durable, or never will be. */
    synchronized void settled(boolean kept) {
        lent = 0;
        broken |= !kept;
        notifyAll();
    }

    /** Whether the one that seals takes what is lent. */
    synchronized boolean follows() {
        return streaming && !broken;
    }

    /** Whether nothing more comes of what was lent, unless more is. */
    synchronized boolean starved() {
        return ready.isEmpty() && (idle || !streaming);
    }

    synchronized boolean attached() {
        return attached;
    }

    synchronized boolean isReady() {
        return !ready.isEmpty();
    }

    /** The next block of what was lent; null when there is none yet. */
    synchronized @Nullable Ready ready() {
        return ready.poll();
    }

    /** Gives a block of what was lent to the one that writes. */
    void offer(Ready block) {
        synchronized (this) {
            ready.add(block);
        }
        stirred.run();
    }

    /**
     * What comes next for the one that seals, in order; waits for it.
     *
     * @return null at the end
     * @throws Unavailable when something that was lent could not be made durable
     */
    @Nullable Passed take() {
        while (true) {
            synchronized (this) {
                if (broken || !streaming) {
                    throw new Unavailable("what was to be sealed is read from the journal again");
                }
                attached = true;
                var next = passing.poll();
                if (next != null) {
                    passingBytes -= next.lent || next.payload == null ? 0 : next.payload.size;
                    notifyAll();
                    return next;
                }
                if (ended) {
                    return null;
                }
                if (idle || lent == 0) {
                    await();
                    continue;
                }
                idle = true;
            }
            stirred.run();
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("sealing was interrupted", e);
        }
    }

    /** Returns once no more than so much waits to be sealed. */
    synchronized void awaitRoom(long bytes) {
        while (passingBytes > bytes) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Nobody follows the stream any more: the entries are read from the disk instead. */
    void stopStreaming() {
        synchronized (this) {
            streaming = false;
            passing.clear();
            ready.clear();
            passingBytes = 0;
            notifyAll();
        }
        stirred.run();
    }

    /** No more is appended. */
    synchronized void endStream() {
        ended = true;
        notifyAll();
    }

    /**
     * Takes back what was not forced. Record numbers are not used again for other content: the
     * journal is closed for good, and the next one begins where this one's forced entries end.
     */
    void takeBack() throws IOException {
        written.clear();
        end = forcedEnd;
        number = forcedNumber;
        size = forcedSize;
        out.truncate(forcedSize);
        out.force();
    }

    long first() {
        return first;
    }

    /** Behind the last entry that would survive. */
    synchronized long end() {
        return forcedEnd;
    }

    long bytes() {
        return size;
    }

    Salts.Key salt() {
        return salt;
    }

    @Override
    public void close() throws IOException {
        zstd.close();
        out.close();
    }
}
