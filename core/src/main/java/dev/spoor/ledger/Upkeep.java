package dev.spoor.ledger;

import dev.spoor.event.Gap;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a ledger that is kept for years: deletion by rule, legal holds, erasure, other
 * keys, merging. Holds the folder's lock; nothing else writes meanwhile, readers may read.
 */
public final class Upkeep implements AutoCloseable {
    /** A segment that would fall into more pieces stays one, with the hashes of what is gone. */
    private static final int PIECES_MAX = 64;

    /**
     * What is to go.
     *
     * @param predicate events that it holds for
     * @param before and that happened before then; null = whenever. An event without a time goes by
     *     its time of receipt
     */
    public record Rule(Predicate predicate, @Nullable Instant before) {}

    /**
     * What a rule does to one segment.
     *
     * @param events received events that match; {@code held} of them are under a hold and stay
     */
    public record Step(String segment, long first, long end, long events, long held, long bytes) {
        public boolean changes() {
            return events > held;
        }
    }

    private final History history;
    private final Function<String, Predicate> queries;

    private Upkeep(History history, Function<String, Predicate> queries) {
        this.history = history;
        this.queries = queries;
    }

    /**
     * Opens a ledger for upkeep; what a writer left in its journal is sealed first.
     *
     * @param queries reads the query of a hold
     * @throws dev.spoor.fault.Overloaded when another process writes to it now
     */
    public static Upkeep open(
            Path directory, LedgerKeys keys, Function<String, Predicate> queries) {
        var history = History.open(directory, Disk.DURABLE, keys);
        try {
            Recovery.run(history);
            return new Upkeep(history, queries);
        } catch (RuntimeException e) {
            history.close();
            throw e;
        }
    }

    /** The holds that stand. */
    public List<Hold> holds() {
        return Hold.all(history.folder, history.chain().keys());
    }

    /** Puts a hold; one of this name is replaced. */
    public Hold hold(String name, String query, String why, Instant now) {
        java.util.Objects.requireNonNull(
                queries.apply(query)); // readable now, not first when needed
        var hold =
                new Hold(name, now, query, why, "")
                        .signed(history.origin(), history.keys.signing());
        try {
            history.disk.replace(
                    history.folder.resolve(Hold.fileName(name)), hold.content(history.origin()));
            return hold;
        } catch (IOException e) {
            throw new Unavailable("the hold could not be written: " + e.getMessage(), e);
        }
    }

    /**
     * Takes a hold away.
     *
     * @throws Rejected when there is none of this name
     */
    public void release(String name) {
        var path = history.folder.resolve(Hold.fileName(name));
        if (holds().stream().noneMatch(hold -> hold.name().equals(name))) {
            throw new Rejected("there is no hold named " + name);
        }
        try {
            history.disk.delete(path);
            history.disk.forceFolder(history.folder);
        } catch (IOException e) {
            throw new Unavailable("the hold could not be taken away: " + e.getMessage(), e);
        }
    }

    /** What {@link #delete} would do, segment by segment; nothing is changed. */
    public List<Step> preview(List<Rule> rules) {
        var steps = new ArrayList<Step>();
        for (var piece : Folder.list(history.folder).segments()) {
            steps.add(look(piece, rules).step);
        }
        return steps;
    }

    /**
     * Deletes what the rules say and no hold forbids. Each run of deleted entries leaves a signed
     * record with the roots that stand for it, so that the rest still verifies; the keys of what is
     * gone are destroyed.
     */
    public List<Step> delete(List<Rule> rules, String why, Instant now) {
        var listing = Folder.list(history.folder);
        var pieces = listing.segments();
        var looked = new ArrayList<Looked>();
        long gone = 0;
        for (var piece : pieces) {
            var look = look(piece, rules);
            looked.add(look);
            gone += look.step.changes() ? look.step.events - look.step.held : 0;
        }
        try {
            if (gone > 0) {
                tell(gone, why, now);
                for (var note : listing.moved()) {
                    Folder.delete(history.disk, note.path()); // what it tells will not be true
                }
            }
            for (int i = 0; i < pieces.size(); i++) {
                if (looked.get(i).step.changes()) {
                    cut(pieces.get(i), looked.get(i).goes, why, now);
                }
            }
            return looked.stream().map(Looked::step).toList();
        } catch (IOException e) {
            throw new Unavailable("a segment could not be deleted: " + e.getMessage(), e);
        }
    }

    /** Absence is evidence too: an entry of its own, signed before anything is deleted. */
    private void tell(long events, String why, Instant now) throws IOException {
        var detail = "deleted from the ledger: " + why;
        var batch = new Batch().gap(-1, new Gap("limit", "ledger", now, detail, events));
        var payload = batch.placed(history.tree.size(), EventTimes.micros(now));
        var salts = List.of(new Salts.Key(history.tree.size(), SegmentFile.randomKey()));
        Sealer.Origin entry = () -> new JournalRows(List.of(payload).iterator(), 0, "gap");
        Sealer.of(history).seal(entry, history.sources, salts);
        var row = new Row();
        var rows = entry.rows();
        while (rows.next(row)) {
            new Leaves().add(row, history.sources, new Salts(salts), history.tree);
        }
        history.publish(history.tree);
    }

    private record Looked(Step step, BitSet goes) {}

    private Looked look(Folder.Piece piece, List<Rule> rules) {
        var goes = new BitSet();
        var held = new BitSet();
        var holds = holds().stream().map(hold -> queries.apply(hold.query())).toList();
        var own = new BitSet();
        var declared = new BitSet();
        try (var segment = SegmentReader.open(piece.path(), history.keys)) {
            var row = new Row();
            var rows = new SegmentRows(segment);
            while (rows.next(row)) {
                int index = (int) (row.position - piece.first());
                if (row.source < 0) {
                    own.set(index);
                    declared.set(
                            index, row.source == Ledger.OWN_SOURCE || row.source == Ledger.ERASED);
                    continue;
                }
                var event = LedgerReader.stored(row, segment.sources().get(row.source).source());
                if (rules.stream().anyMatch(rule -> matches(rule, event, row.received))) {
                    goes.set(index);
                }
                if (holds.stream().anyMatch(hold -> hold.holds(event.fields()))) {
                    held.set(index);
                }
            }
            int size = (int) (piece.end() - piece.first());
            long events = goes.cardinality();
            held.and(goes);
            goes.andNot(held);
            ownFollow(goes, own, declared, size);
            return new Looked(
                    new Step(
                            piece.name(),
                            piece.first(),
                            piece.end(),
                            events,
                            held.cardinality(),
                            Files.size(piece.path())),
                    goes);
        } catch (IOException e) {
            throw new Unavailable(piece.name() + " could not be read: " + e.getMessage(), e);
        }
    }

    private static boolean matches(Rule rule, Stored event, long receivedMicros) {
        if (rule.before != null) {
            var time = event.time();
            var at =
                    time != null
                            ? time
                            : Instant.ofEpochSecond(
                                    Math.floorDiv(receivedMicros, 1_000_000L),
                                    Math.floorMod(receivedMicros, 1_000_000L) * 1000);
            if (!at.isBefore(rule.before)) {
                return false;
            }
        }
        return rule.predicate.holds(event.fields());
    }

    /** Glue and gaps go with the events before them; when all events go, declarations go too. */
    private static void ownFollow(BitSet goes, BitSet own, BitSet declared, int size) {
        if (goes.cardinality() + own.cardinality() == size && !goes.isEmpty()) {
            goes.set(0, size);
            return;
        }
        for (int i = own.nextSetBit(0); i >= 0; i = own.nextSetBit(i + 1)) {
            goes.set(i, !declared.get(i) && i > 0 && goes.get(i - 1));
        }
    }

    private static int runs(BitSet goes, int size) {
        int runs = 0;
        for (int i = 0; i < size; runs++) {
            i = next(goes, i, size);
        }
        return runs;
    }

    private static int next(BitSet goes, int from, int size) {
        int end = goes.get(from) ? goes.nextClearBit(from) : goes.nextSetBit(from);
        return end < 0 || end > size ? size : end;
    }

    /** The segment's place is taken by what stays of it and by records of what is gone. */
    private void cut(Folder.Piece piece, BitSet goes, String why, Instant now) throws IOException {
        int size = (int) (piece.end() - piece.first());
        var sealer = Sealer.of(history);
        try (var segment = SegmentReader.open(piece.path(), history.keys)) {
            boolean scattered = runs(goes, size) > PIECES_MAX;
            var salts = Salts.without(goes, piece.first(), piece.end(), segment.salts);
            for (int from = 0; from < size && scattered; from += (size + 1) / 2) {
                long first = piece.first() + from;
                long end = Math.min(piece.end(), first + (size + 1) / 2);
                sealer.seal(() -> erased(segment, first, end, goes), segment.sources(), salts);
            }
            for (int from = 0; from < size && !scattered; ) {
                int to = next(goes, from, size);
                long first = piece.first() + from;
                long end = piece.first() + to;
                if (goes.get(from)) {
                    record(segment, first, end, why, now);
                } else {
                    sealer.seal(() -> part(segment, first, end), segment.sources(), salts);
                }
                from = to;
            }
        }
        history.disk.forceFolder(history.folder);
        destroy(piece.path());
    }

    /** The rows, with the hash of its leaf in the place of each that goes. */
    private static Row.Cursor erased(SegmentReader segment, long first, long end, BitSet goes) {
        var rows = part(segment, first, end);
        var leaves = new Leaves();
        var salts = new Salts(segment.salts);
        return row -> {
            if (!rows.next(row)) {
                return false;
            }
            if (goes.get((int) (row.position - segment.firstPosition))) {
                row.erase(leaves.hash(row, segment.sources(), salts));
            }
            return true;
        };
    }

    private static Row.Cursor part(SegmentReader segment, long first, long end) {
        var rows = new SegmentRows(segment);
        return row -> {
            while (rows.next(row)) {
                if (row.position >= end) {
                    return false;
                }
                if (row.position >= first) {
                    return true;
                }
            }
            return false;
        };
    }

    private void record(SegmentReader segment, long first, long end, String why, Instant now)
            throws IOException {
        var roots = new Deletion.Roots(first);
        var leaves = new Leaves();
        var salts = new Salts(segment.salts);
        var rows = part(segment, first, end);
        var row = new Row();
        while (rows.next(row)) {
            leaves.add(row, segment.sources(), salts, roots.open());
        }
        var deletion =
                Deletion.sign(
                        history.origin(),
                        first,
                        end,
                        now,
                        why,
                        roots.nodes(),
                        history.keys.signing());
        history.disk.replace(
                history.folder.resolve(Folder.deleted(first, end)), deletion.content());
    }

    /**
     * The key is written over before it is taken away, and so is the head of a segment that has
     * none. What a disk keeps of overwritten blocks is out of reach; who must be sure changes the
     * key-encryption key too.
     */
    private void destroy(Path segment) throws IOException {
        var key = Folder.key(segment);
        if (Files.exists(key)) {
            var nothing = new byte[(int) Files.size(key)];
            try (var out = history.disk.create(key)) {
                out.write(nothing, nothing.length);
                out.force();
            }
        }
        history.disk.delete(segment);
        history.disk.forceFolder(history.folder);
        history.disk.delete(key);
        history.disk.forceFolder(history.folder);
    }

    /**
     * Encrypts the keys of all segments with another key-encryption key; segments stay as they are.
     *
     * @return how many keys
     */
    public int rewrap(KeyEncryption next) {
        var fresh = history.keys.with(next);
        int count = 0;
        try {
            for (var piece : Folder.list(history.folder).segments()) {
                var key = Folder.key(piece.path());
                if (Files.exists(key)) {
                    var data = history.keys.unwrap(Folder.read(key), piece.name());
                    history.disk.replace(key, fresh.wrap(data, piece.name()));
                    count++;
                }
            }
            return count;
        } catch (IOException e) {
            throw new Unavailable("a key could not be written: " + e.getMessage(), e);
        }
    }

    /**
     * Merges small neighbours, whatever their number.
     *
     * @return how many segments there are afterwards
     */
    public int merge() {
        try {
            var sealer = Sealer.of(history);
            int before;
            do {
                before = Folder.list(history.folder).pieces().size();
                Merging.run(history, sealer, (long) Format.BLOCK_EVENTS * Format.SEGMENT_BLOCKS, 2);
            } while (Folder.list(history.folder).pieces().size() < before);
            Merging.tidy(history);
            return before;
        } catch (IOException e) {
            throw new Unavailable("segments could not be merged: " + e.getMessage(), e);
        }
    }

    /** The checkpoint, signed anew with the key of now. */
    public Checkpoint sign() {
        try {
            return history.publish(history.tree);
        } catch (IOException e) {
            throw new Unavailable("the checkpoint could not be written: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        history.close();
    }
}
