package dev.spoor.ledger;

import dev.spoor.event.Escape;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import dev.spoor.query.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a sealed ledger and answers questions in place: a predicate is evaluated once per distinct
 * value of a column, and only rows that this does not decide are put together and looked at one by
 * one. Not thread-safe; several may be open at once.
 */
public final class LedgerReader implements EventSearch, AutoCloseable {
    private final List<SegmentReader> segments;
    private final List<SourceEntry> sources;

    private LedgerReader(List<SegmentReader> segments) {
        this.segments = segments;
        this.sources = segments.isEmpty() ? List.of() : segments.getLast().sources;
    }

    /** Whether the folder is a ledger's ({@code DIR/ledger}). */
    public static boolean isLedger(Path directory) {
        return Files.isRegularFile(directory.resolve(Ledger.CHECKPOINT));
    }

    /**
     * Opens a ledger for reading.
     *
     * @throws Rejected when it is none, or the keys do not open it
     * @throws Tampered when it is not as it was written
     */
    public static LedgerReader open(Path directory, LedgerKeys keys) {
        if (!isLedger(directory)) {
            throw new Rejected(
                    directory
                            + " is not a ledger (expected: a folder with a file named checkpoint)");
        }
        var segments = new ArrayList<SegmentReader>();
        try {
            for (var path : segmentFiles(directory)) {
                segments.add(SegmentReader.open(path, keys));
            }
            return new LedgerReader(segments);
        } catch (RuntimeException e) {
            segments.forEach(SegmentReader::close);
            throw e;
        }
    }

    static List<Path> segmentFiles(Path directory) {
        try (var files = Files.list(directory)) {
            return files.filter(path ->
                            String.valueOf(path.getFileName()).matches("segment-\\d{8}\\.spoor"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new Unavailable(
                    "the ledger's folder could not be read: " + directory + ": " + e.getMessage(),
                    e);
        }
    }

    /** Number of entries, Spoor's own included. */
    public long size() {
        return segments.stream().mapToLong(SegmentReader::size).sum();
    }

    @Override
    public List<Source> sources() {
        return sources.stream().map(SourceEntry::source).toList();
    }

    @Override
    public void search(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        var simple = Predicates.simplify(predicate);
        boolean own = predicate.namesSourceKind();
        long from = since == null ? Stamp.NONE : Ledger.nanos(since);
        long to = until == null ? Stamp.NONE : Ledger.nanos(until);
        for (var segment : segments) {
            var filter = new BlockFilter(segment, sources(), simple);
            for (var entry : segment.blocks) {
                if ((from != Stamp.NONE && entry.maxTime() < from)
                        || (to != Stamp.NONE && entry.minTime() >= to)) {
                    continue;
                }
                if (!search(
                        new Block(segment, entry), filter, simple, own, since, until, visitor)) {
                    return;
                }
            }
        }
    }

    private boolean search(
            Block block,
            BlockFilter filter,
            Predicate predicate,
            boolean own,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        var rows = filter.rows(block);
        for (int row = rows.may().nextSetBit(0); row >= 0; row = rows.may().nextSetBit(row + 1)) {
            if ((block.sources[row] < 0 && !own) || !visitor.wants(block.first() + row)) {
                continue;
            }
            var event = stored(block, row);
            var time = event.time();
            if ((since != null && (time == null || time.isBefore(since)))
                    || (until != null && (time == null || !time.isBefore(until)))) {
                continue;
            }
            if (!rows.must().get(row) && !predicate.holds(event.fields())) {
                continue;
            }
            if (!visitor.take(event)) {
                return false;
            }
        }
        return true;
    }

    private Stored stored(Block block, int row) {
        block.seek(row);
        var built = block.view();
        var original = block.original(built);
        var view = block.flags[row] >>> 4 == Escape.NONE.ordinal() ? original : built.copy();
        var source = source(block, row, view);
        boolean mine = source.kind().own();
        return new Stored(
                        block.first() + row,
                        source,
                        mine ? 0 : block.lines[row],
                        block.items[row],
                        block.flags[row] & 15,
                        mine
                                ? ownTime(source.kind(), view)
                                : Times.of(source.kind(), source.wrapping(), view, 0, view.length),
                        original,
                        view)
                .unparsed();
    }

    private static @Nullable Instant ownTime(Kind kind, byte[] view) {
        return kind == Kind.SPOOR_GAP ? Times.parse(text(view, "at")) : null;
    }

    private static String text(byte[] view, String field) {
        var read = Json.read(view, 0, view.length).value();
        return read == null ? "" : read.path(field).asString("");
    }

    private Source source(Block block, int row, byte[] view) {
        int number = block.sources[row];
        if (number >= 0) {
            return sources.get(number).source();
        }
        int about = (int) block.lines[row] - 1;
        var kind =
                number == Ledger.OWN_GAP
                        ? Kind.SPOOR_GAP
                        : number == Ledger.OWN_WRAPPER ? Kind.SPOOR_WRAPPER : Kind.SPOOR_SOURCE;
        var known = about >= 0 && about < sources.size() ? sources.get(about).source() : null;
        return new Source(
                Math.max(about, 0),
                kind,
                Wrapping.NATIVE,
                kind == Kind.SPOOR_GAP ? text(view, "source") : known == null ? "" : known.path(),
                known == null ? null : known.cluster());
    }

    /** The note as it stands in the ledger's folder. */
    public static String checkpoint(Path directory) {
        try {
            return new String(
                    Files.readAllBytes(directory.resolve(Ledger.CHECKPOINT)),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Unavailable("the checkpoint could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        segments.forEach(SegmentReader::close);
    }
}
