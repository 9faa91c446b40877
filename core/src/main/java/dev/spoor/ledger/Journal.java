package dev.spoor.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A journal that is being written, or was and is not sealed yet. Written by one thread; what it
 * holds stays in memory until it is sealed, so that sealing and searching need not read it again.
 */
final class Journal implements Unsealed, AutoCloseable {
    private final Disk disk;
    private final Path path;
    private final Disk.Out out;
    private final Sealing sealing;
    private final Salts.Key salt;
    private final long first;
    private final List<byte[]> payloads = new ArrayList<>();
    private final List<byte[]> written = new ArrayList<>(); // not forced yet
    private long size;
    private long forcedSize;
    private int number;
    private int forcedNumber;
    private long end;
    private long forcedEnd;

    private Journal(
            Disk disk, Path path, Disk.Out out, Sealing sealing, Salts.Key salt, long first) {
        this.disk = disk;
        this.path = path;
        this.out = out;
        this.sealing = sealing;
        this.salt = salt;
        this.first = first;
        this.end = first;
        this.forcedEnd = first;
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
            var journal = new Journal(disk, path, out, sealing, salt, first);
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

    private byte[] own(int type, byte[] content) {
        return new Bytes(64).u8(type).i64(end).i32(0).i64(0).bytes(content).copy();
    }

    private void record(int type, int entries, byte[] payload) throws IOException {
        var sealed = sealing.seal(number, payload, payload.length);
        var head = new Bytes(JournalFormat.RECORD_HEAD);
        head.u8(type).i32(sealed.length).i64(end).i32(entries).i64(forcedSize);
        head.i32(SegmentWriter.crc(head.array, head.size));
        out.write(head.array, head.size);
        out.write(sealed, sealed.length);
        size += head.size + sealed.length;
        number++;
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

    /** Returns once everything written would survive a loss of power. */
    void force() throws IOException {
        out.force();
        forced();
    }

    private synchronized void forced() {
        payloads.addAll(written);
        written.clear();
        forcedSize = size;
        forcedNumber = number;
        forcedEnd = end;
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

    @Override
    public long first() {
        return first;
    }

    @Override
    public synchronized long end() {
        return forcedEnd;
    }

    long bytes() {
        return size;
    }

    @Override
    public Salts.Key salt() {
        return salt;
    }

    @Override
    public Row.Cursor rows(long from) {
        Iterator<byte[]> all;
        synchronized (this) {
            all = List.copyOf(payloads).iterator();
        }
        return new JournalRows(all, from, String.valueOf(path.getFileName()));
    }

    @Override
    public void delete() throws IOException {
        Folder.delete(disk, path);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
