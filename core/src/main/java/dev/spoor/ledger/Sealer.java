package dev.spoor.ledger;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes segments of entries that stand elsewhere: of a journal, or of smaller segments. The new
 * segments are decoded and compared with what they were made of before they count; an entry that
 * did not come back exactly is kept verbatim and counted. For one thread.
 */
final class Sealer {
    private final Disk disk;
    private final java.nio.file.Path folder;
    private final LedgerKeys keys;
    private final boolean compares;
    private final ShapeScanner scanner = new ShapeScanner();
    private final EventTimes times = new EventTimes();
    private final Scanned scanned = new Scanned();
    private final Received record = new Received();
    private long mended;

    /**
     * @param compares whether what was written is decoded and compared
     */
    Sealer(Disk disk, java.nio.file.Path folder, LedgerKeys keys, boolean compares) {
        this.disk = disk;
        this.folder = folder;
        this.keys = keys;
        this.compares = compares;
    }

    /** Entries from where they stand now; each call reads from the start. */
    interface Origin {
        Row.Cursor rows();
    }

    /** Entries that had to be kept verbatim because their columns did not give them back. */
    long mended() {
        return mended;
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
        var verbatim = new HashSet<Long>();
        var files = write(origin, sources, salts, verbatim);
        try {
            if (files.size() > segmentsMax) {
                return false;
            }
            while (compares) {
                var wrong = compare(origin, files);
                if (wrong.isEmpty()) {
                    break;
                }
                if (!verbatim.addAll(wrong)) {
                    throw new IllegalStateException(
                            "entry "
                                    + wrong.iterator().next()
                                    + " does not come back as it was received");
                }
                mended += wrong.size();
                files.forEach(SegmentFile::close);
                files = write(origin, sources, salts, verbatim);
            }
            for (var file : files) {
                file.place();
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
            Origin origin, List<SourceEntry> sources, List<Salts.Key> salts, Set<Long> verbatim) {
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
                    files.add(open);
                }
                add(row, sources, open, verbatim.contains(row.position));
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

    private void add(Row row, List<SourceEntry> sources, SegmentFile file, boolean verbatim) {
        row.lend(record);
        var own = row.source < 0;
        var kind = own ? Kind.SPOOR_GAP : sources.get(row.source).source().kind();
        scanner.scan(
                verbatim ? Kind.SPOOR_GAP : kind, row.view, row.viewFrom, row.viewLength, scanned);
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

    /** Positions of entries that the segments do not give back as they were. */
    private static Set<Long> compare(Origin origin, List<SegmentFile> files) {
        var wrong = new HashSet<Long>();
        var rows = origin.rows();
        var row = new Row();
        var back = new Row();
        for (var file : files) {
            long position = file.first();
            try (var segment = file.read()) {
                var decoded = new SegmentRows(segment);
                for (; position < file.end(); position++) {
                    rows.next(row);
                    if (!decoded.next(back) || !row.same(back)) {
                        wrong.add(position);
                    }
                }
            } catch (Tampered e) {
                for (; position < file.end(); position++) {
                    wrong.add(position);
                }
                return wrong; // the segments after it are compared in the next round
            }
        }
        return wrong;
    }
}
