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
        try {
            if (files.size() > segmentsMax) {
                return false;
            }
            rewritten += files.stream().mapToLong(SegmentFile::rewritten).sum();
            for (var file : files) {
                placed.from(file.place());
            }
            disk.forceFolder(folder);
            return true;
        } catch (IOException e) {
            throw new Unavailable("a segment could not be written: " + e.getMessage(), e);
        } finally {
            files.forEach(SegmentFile::close);
        }
    }

    private List<SegmentFile> write(
            Origin origin, List<SourceEntry> sources, List<Salts.Key> salts) {
        var files = new ArrayList<SegmentFile>();
        boolean done = false;
        try {
            var rows = origin.rows();
            var row = new Row();
            SegmentFile open = null;
            while (rows.next(row)) {
                if (open == null) {
                    scanner.newGeneration();
                    open = new SegmentFile(disk, folder, keys, row.position);
                    if (!compares) {
                        open.trust();
                    }
                    files.add(open);
                }
                add(row, sources, open);
                if (open.full()) {
                    open.finish(sources, within(salts, open));
                    open = null;
                }
            }
            if (open != null) {
                open.finish(sources, within(salts, open));
            }
            done = true;
            return files;
        } finally {
            if (!done) {
                files.forEach(SegmentFile::close);
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
