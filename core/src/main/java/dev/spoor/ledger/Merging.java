package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Small segments become larger ones: fewer dictionaries, fewer files. The tree stays as it is, and
 * the new segment is compared with the old ones before it takes their place.
 */
final class Merging {
    /** So many small neighbours are worth a merge. */
    private static final int SMALL_MIN = 8;

    private Merging() {}

    /**
     * Merges the first run of small neighbours, if there is one. The old segments stay, covered,
     * until the caller lets them go.
     */
    static void run(History history, Sealer sealer, long below) throws IOException {
        run(history, sealer, below, SMALL_MIN);
    }

    /** The same for so many neighbours or more. */
    static void run(History history, Sealer sealer, long below, int least) throws IOException {
        var run = new ArrayList<Folder.Piece>();
        long entries = 0;
        for (var piece : Folder.list(history.folder).pieces()) {
            long size = piece.end() - piece.first();
            boolean small = !piece.deleted() && size < below;
            if (small && entries + size <= (long) Format.BLOCK_EVENTS * Format.SEGMENT_BLOCKS) {
                run.add(piece);
                entries += size;
                continue;
            }
            if (run.size() >= least) {
                break;
            }
            run.clear();
            entries = 0;
            if (small) {
                run.add(piece);
                entries = size;
            }
        }
        if (run.size() >= least) {
            merge(history, sealer, run);
        }
    }

    static void merge(History history, Sealer sealer, List<Folder.Piece> pieces) {
        var segments = new ArrayList<SegmentReader>();
        try {
            var salts = new ArrayList<Salts.Key>();
            for (var piece : pieces) {
                var segment = SegmentReader.open(piece.path(), history.keys);
                segments.add(segment);
                salts.addAll(segment.salts);
            }
            sealer.seal(() -> rows(segments), segments.getLast().sources(), salts, 1);
        } catch (Rejected e) {
            // encrypted with a key that is not at hand: left as they are
        } finally {
            segments.forEach(SegmentReader::close);
        }
    }

    private static Row.Cursor rows(List<SegmentReader> segments) {
        var cursors = segments.stream().map(SegmentRows::new).iterator();
        return new Row.Cursor() {
            private SegmentRows current = cursors.next();

            @Override
            public boolean next(Row row) {
                while (!current.next(row)) {
                    if (!cursors.hasNext()) {
                        return false;
                    }
                    current = cursors.next();
                }
                return true;
            }
        };
    }

    /** Leaves notes in the place of segments that a merged one covers. */
    static void tidy(History history) throws IOException {
        for (var piece : Folder.list(history.folder).covered()) {
            Moved.leave(history.disk, piece.path(), piece.first(), piece.end());
        }
        Moved.trim(history.disk, history.folder);
    }
}
