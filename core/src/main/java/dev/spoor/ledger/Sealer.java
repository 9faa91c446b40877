package dev.spoor.ledger;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes segments of entries that stand elsewhere: of a journal, or of smaller segments. For one
 * thread.
 */
final class Sealer {
    private final Disk disk;
    private final Path folder;
    private final LedgerKeys keys;
    private final boolean compares;
    private final Placed placed;
    private final ShapeScanner scanner = new ShapeScanner();
    private final EventTimes times = new EventTimes();
    private final Scanned scanned = new Scanned();
    private final Received record = new Received();
    private volatile long rewritten;

    /**
     * Events whose columns did not give them back when they were read again, so far: they are kept
     * as one value.
     */
    long rewritten() {
        return rewritten;
    }

    /** Hears the name that a segment had before it got its own. */
    interface Placed {
        void from(Path unfinished) throws IOException;
    }

    /** For one who works on a ledger while nobody writes to it. */
    static Sealer of(History history) {
        return new Sealer(history.disk, history.folder, history.keys, true, name -> {});
    }

    /**
     * @param compares whether blocks are read back and compared before they go to the disk
     */
    Sealer(Disk disk, Path folder, LedgerKeys keys, boolean compares, Placed placed) {
        this.placed = placed;
        this.disk = disk;
        this.folder = folder;
        this.keys = keys;
        this.compares = compares;
    }

    /** Entries from where they stand now; each call reads from the start. */
    interface Origin {
        Row.Cursor rows();
    }

    /**
     * Writes and places segments.
     *
     * @param sources as far as the entries need them, and all before
     * @throws Unavailable when the disk does not take them; nothing counts then that was not placed
     */
    void seal(Origin origin, List<SourceEntry> sources, List<Salts.Key> salts) {
        seal(origin, sources, salts, Integer.MAX_VALUE);
    }

    /**
     * The same, unless it would be more than so many segments: then nothing is done.
     *
     * @return whether it was done
     */
    boolean seal(Origin origin, List<SourceEntry> sources, List<Salts.Key> salts, int segmentsMax) {
        var files = write(origin, sources, salts);
        if (files.size() > segmentsMax) {
            files.forEach(FinishedSegment::close);
            return false;
        }
        place(files);
        return true;
    }

    /**
     * Writes and places segments of what is passed through a journal, as it comes. Of entries that
     * are lent blocks are made at once, for the journal to keep.
     *
     * @param sources those before the journal; those that it declares are added
     * @param spent gets the memory of durable payloads that nobody reads any more
     * @throws Unavailable as for {@link #seal}, and when the journal lost what it had lent
     */
    void follow(Journal journal, List<SourceEntry> sources, Consumer<byte[]> spent) {
        var following = new Following(journal, sources);
        boolean done = false;
        try {
            Journal.Passed passed;
            while ((passed = journal.take()) != null) {
                following.take(passed);
                if (!passed.lent() && passed.payload() != null) {
                    spent.accept(passed.payload().array);
                }
            }
            following.finish();
            done = true;
        } finally {
            if (!done) {
                following.close();
            }
        }
        place(following.files);
    }

    /** Segments that grow while the journal is written. */
    private final class Following {
        final List<FinishedSegment> files = new ArrayList<>();
        private final Journal journal;
        private final List<SourceEntry> sources;
        private final List<Salts.Key> keys;
        private final Salts salts;
        private final Leaves leaves = new Leaves();
        private final Row row = new Row();
        private final Bytes hashes = new Bytes(1 << 10);
        private long hashed; // the entry of the first hash
        private @Nullable SegmentFile open;

        Following(Journal journal, List<SourceEntry> sources) {
            this.journal = journal;
            this.sources = sources;
            this.keys = List.of(journal.salt());
            this.salts = new Salts(keys);
        }

        void take(Journal.Passed passed) {
            var payload = passed.payload();
            if (payload == null) {
                flush();
                return;
            }
            var rows = new JournalRows(List.of(payload).iterator(), 0, journal.file().name());
            if (passed.lent()) {
                together(rows, Batch.first(payload), Batch.entries(payload));
            } else {
                hashes.clear();
                while (rows.next(row)) {
                    if (row.source == Ledger.OWN_SOURCE) {
                        sources.add(SourceEntry.of(row.bytes, row.from, row.length, row.position));
                    }
                    var file = file();
                    file.want(false);
                    add(row, sources, file);
                    full(file);
                }
            }
        }

        /** Entries that come into one block. */
        private void together(Row.Cursor rows, long first, int entries) {
            if (open != null && !open.room(entries)) {
                open.want(journal.end() < first);
                flush();
            }
            SegmentFile file = null;
            while (rows.next(row)) {
                file = file == null ? file() : file;
                file.want(true);
                if (hashes.size == 0) {
                    hashed = row.position;
                }
                hashes.room(Merkle.HASH);
                leaves.hash(row, sources, salts, hashes.array, hashes.size);
                hashes.size += Merkle.HASH;
                add(row, sources, file);
            }
            if (file != null) {
                file.settle();
                tell(file);
            }
        }

        private void flush() {
            if (open != null) {
                open.flush();
                tell(open);
                hashes.clear();
            }
        }

        private void tell(SegmentFile file) {
            var block = file.told();
            if (block != null) {
                journal.offer(new Journal.Ready(block, hashed, hashes.copy()));
                hashes.clear();
            }
            full(file);
        }

        private SegmentFile file() {
            var file = open;
            if (file == null) {
                file = open(row.position);
                open = file;
            }
            return file;
        }

        private void full(SegmentFile file) {
            if (file.full()) {
                finish();
            }
        }

        void finish() {
            if (open != null) {
                files.add(open.finish(sources, within(keys, open)));
                open = null;
            }
        }

        /** Gives up what was written so far. */
        void close() {
            if (open != null) {
                open.close();
            }
            files.forEach(FinishedSegment::close);
        }
    }

    private SegmentFile open(long first) {
        scanner.newGeneration();
        var file = new SegmentFile(disk, folder, keys, first);
        if (!compares) {
            file.trust();
        }
        return file;
    }

    private void place(List<FinishedSegment> files) {
        try {
            rewritten += files.stream().mapToLong(FinishedSegment::rewritten).sum();
            for (var file : files) {
                placed.from(file.place());
            }
            disk.forceFolder(folder);
        } catch (IOException e) {
            throw new Unavailable("a segment could not be written: " + e.getMessage(), e);
        } finally {
            files.forEach(FinishedSegment::close);
        }
    }

    private List<FinishedSegment> write(
            Origin origin, List<SourceEntry> sources, List<Salts.Key> salts) {
        var files = new ArrayList<FinishedSegment>();
        SegmentFile open = null;
        boolean done = false;
        try {
            var rows = origin.rows();
            var row = new Row();
            while (rows.next(row)) {
                open = open == null ? open(row.position) : open;
                add(row, sources, open);
                if (open.full()) {
                    files.add(open.finish(sources, within(salts, open)));
                    open = null;
                }
            }
            if (open != null) {
                files.add(open.finish(sources, within(salts, open)));
                open = null;
            }
            done = true;
            return files;
        } finally {
            if (!done) {
                if (open != null) {
                    open.close();
                }
                files.forEach(FinishedSegment::close);
            }
        }
    }

    private void add(Row row, List<SourceEntry> sources, SegmentFile file) {
        row.lend(record);
        var own = row.source < 0;
        var kind = own ? Kind.SPOOR_GAP : sources.get(row.source).source().kind();
        scanner.scan(kind, row.view, row.viewFrom, row.viewLength, scanned);
        long time = own ? Stamp.NONE : times.of(record, scanned, sources.get(row.source).source());
        file.add(record, scanned, time, row.received);
    }

    /** The salt keys that count for a segment's entries. */
    private static List<Salts.Key> within(List<Salts.Key> salts, SegmentFile file) {
        var within = new ArrayList<Salts.Key>();
        for (int i = 0; i < salts.size(); i++) {
            boolean over = i + 1 < salts.size() && salts.get(i + 1).first() <= file.first();
            if (!over && salts.get(i).first() < file.end()) {
                within.add(salts.get(i));
            }
        }
        return within;
    }
}
