package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files of a ledger, opened as they stand at one moment: what a writer adds, merges or deletes
 * afterwards changes nothing here. Only heads and footers have been read.
 *
 * @param damaged segments and journals that could not be opened, in words
 */
record Snapshot(
        List<SegmentReader> segments, Tail tail, List<SourceEntry> sources, List<String> damaged)
        implements AutoCloseable {
    /** Files may come and go while they are listed: so often the folder is looked at again. */
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_MILLIS = 20;

    /**
     * @param until entries from there on are not shown; they are not acknowledged yet
     * @throws Rejected when the keys do not open it
     * @throws Tampered when nothing in it is as it was written
     */
    static Snapshot open(Path folder, LedgerKeys keys, long until) {
        for (int attempt = 1; ; attempt++) {
            var listing = Folder.list(folder);
            try {
                var opened = open(listing, keys, until, attempt == ATTEMPTS);
                if (opened.whole(until, listing.end()) || attempt == ATTEMPTS) {
                    return opened;
                }
                opened.close();
            } catch (Unavailable e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            if (listing.equals(Folder.list(folder))) {
                attempt = Math.max(attempt, ATTEMPTS - 2); // nobody is at work there
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Snapshot open(
            Folder.Listing listing, LedgerKeys keys, long until, boolean last) {
        var segments = new ArrayList<SegmentReader>();
        var damaged = new ArrayList<String>();
        var sources = new ArrayList<SourceEntry>();
        Tail tail = null;
        try {
            for (var piece : listing.segments()) {
                try {
                    segments.add(SegmentReader.open(piece.path(), keys));
                } catch (Tampered e) {
                    damaged.add(String.valueOf(e.getMessage()));
                } catch (Unavailable e) {
                    if (!last || Files.exists(piece.path())) {
                        throw e;
                    }
                    damaged.add(String.valueOf(e.getMessage()));
                }
            }
            if (!segments.isEmpty()) {
                sources.addAll(segments.getLast().sources());
            }
            long end = listing.end();
            tail = Tail.open(listing.journals(), keys, end, until, sources, damaged);
            lacking(listing, tail, until, damaged);
            if (segments.isEmpty() && !listing.segments().isEmpty()) {
                throw new Tampered(damaged.getFirst());
            }
            var opened =
                    new Snapshot(
                            List.copyOf(segments),
                            tail,
                            List.copyOf(sources),
                            List.copyOf(damaged));
            tail = null;
            segments.clear();
            return opened;
        } finally {
            segments.forEach(SegmentReader::close);
            if (tail != null) {
                tail.close();
            }
        }
    }

    /** Tells which entries should stand there and do not. */
    private static void lacking(
            Folder.Listing listing, Tail tail, long until, List<String> damaged) {
        long end = 0;
        for (var piece : listing.pieces()) {
            if (piece.first() > end) {
                damaged.add(missing(end, piece.first(), piece.name()));
            }
            end = piece.end();
        }
        tail.lacking(end, damaged);
        long moved = Math.min(until, listing.movedEnd());
        if (moved > tail.end(end)) {
            damaged.add(Moved.lacks(tail.end(end), moved));
        }
    }

    /** What is told of entries that stand in no file. */
    static String missing(long from, long to, String next) {
        return "entries %d to %d are missing (the next file is %s)".formatted(from, to - 1, next);
    }

    private boolean whole(long until, long end) {
        return damaged.isEmpty() && (until == Long.MAX_VALUE || tail.end(end) >= until);
    }

    @Override
    public void close() {
        segments.forEach(SegmentReader::close);
        tail.close();
    }
}
