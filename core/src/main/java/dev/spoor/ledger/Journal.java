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
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A journal that is being written. Written by one thread; what becomes durable passes to the one
 * that seals, so that it is not read again.
 */
final class Journal implements AutoCloseable {
    /** Shorter records are not compressed. */
    private static final int PACKED_MIN = 200;

    private static final int LEVEL = -7;

    private final Path path;
    private final Disk.Out out;
    private final Sealing sealing;
    private final Salts.Key salt;
    private final long first;
    private final Deque<Bytes> passing = new ArrayDeque<>();
    private long passingBytes;
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

    private Journal(Path path, Disk.Out out, Sealing sealing, Salts.Key salt, long first) {
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

    /** Starts a journal; it has its name only once its head is whole, and both survive then. */
    static Journal create(Disk disk, Path folder, LedgerKeys keys, long first) throws IOException {
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
            var journal = new Journal(path, out, sealing, salt, first);
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
        pack(payload);
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
                passing.add(payload);
                passingBytes += payload.size;
            }
            notifyAll();
        }
    }

    /**
     * The entries as they become durable, once; each call waits for the next one or the end.
     *
     * @param spent gets the memory of payloads that nobody reads any more
     */
    Row.Cursor stream(Consumer<byte[]> spent) {
        var payloads =
                new Iterator<Bytes>() {
                    private @Nullable Bytes read;

                    @Override
                    public boolean hasNext() {
                        if (read != null) {
                            spent.accept(read.array);
                            read = null;
                        }
                        return await();
                    }

                    @Override
                    public Bytes next() {
                        read = take();
                        return read;
                    }
                };
        return new JournalRows(payloads, first, String.valueOf(path.getFileName()));
    }

    private synchronized boolean await() {
        while (passing.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Unavailable("sealing was interrupted", e);
            }
        }
        return !passing.isEmpty();
    }

    private synchronized Bytes take() {
        var payload = passing.remove();
        passingBytes -= payload.size;
        notifyAll();
        return payload;
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
    synchronized void stopStreaming() {
        streaming = false;
        passing.clear();
        passingBytes = 0;
        notifyAll();
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
