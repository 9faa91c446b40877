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
 * Reads a ledger as it stands when it is opened and answers questions in place: a predicate is
 * evaluated once per distinct value of a column, and only rows that this does not decide are put
 * together and looked at one by one. Not thread-safe; several may be open at once.
 */
public final class LedgerReader implements EventSearch, AutoCloseable {
    /** Rows between two looks at whether the question was cancelled. */
    private static final int TICK_EVERY = 128;

    /** Dictionaries of segments kept in memory, in bytes; those beyond are read again. */
    private static final long DICTIONARY_BYTES_MAX = 128L << 20;

    /** Values of fields by dictionary code kept in memory; with more, all are let go. */
    private static final int REMEMBERED_MAX = 600_000;

    private final List<SegmentReader> segments;
    private final Tail tail;
    private final Snapshot snapshot;
    private final List<SourceEntry> sources;
    private final List<Source> known;
    private final List<BlockMasks> masks = new ArrayList<>();
    private final BlockCache cache = new BlockCache();
    private Tally work = new Tally();

    private LedgerReader(Snapshot snapshot) {
        this.snapshot = snapshot;
        this.segments = snapshot.segments();
        this.tail = snapshot.tail();
        this.sources = snapshot.sources();
        this.known = sources.stream().map(SourceEntry::source).toList();
    }

    /** Whether the folder is a ledger's ({@code DIR/ledger}). */
    public static boolean isLedger(Path directory) {
        return Files.isRegularFile(directory.resolve(Folder.CHECKPOINT));
    }

    /** Whether anything in the folder looks like a ledger's, whole or not. */
    public static boolean remains(Path directory) {
        return Folder.exists(directory);
    }

    /**
     * Opens a ledger for reading, as it stands now, also while it is written to. What is damaged is
     * left out and told by {@link #damaged}.
     *
     * @throws Rejected when it is none, or the keys do not open it
     * @throws Tampered when nothing of it can be read
     */
    public static LedgerReader open(Path directory, LedgerKeys keys) {
        return open(directory, keys, Long.MAX_VALUE);
    }

    /**
     * @param until entries from there on are not shown
     */
    static LedgerReader open(Path directory, LedgerKeys keys, long until) {
        if (!isLedger(directory)) {
            throw new Rejected(
                    directory
                            + " is not a ledger (expected: a folder with a file named checkpoint)");
        }
        return new LedgerReader(Snapshot.open(directory, keys, until));
    }

    /** Number of entries, Spoor's own included. */
    public long size() {
        return segments.stream().mapToLong(SegmentReader::size).sum() + tail.size();
    }

    /** Files that could not be read, in words; what they hold is not searched. */
    public List<String> damaged() {
        return snapshot.damaged();
    }

    @Override
    public List<Source> sources() {
        return known;
    }

    @Override
    public void search(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        run(predicate, since, until, visitor, false, this::give);
    }

    @Override
    public void searchBack(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        run(predicate, since, until, visitor, true, this::giveBack);
    }

    @Override
    public void count(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            List<Key> keys,
            Counter counter) {
        if (!BlockCount.can(keys)) {
            search(predicate, since, until, counter);
            return;
        }
        var counts = new BlockCount(keys, counter);
        run(
                predicate,
                since,
                until,
                counter,
                false,
                (question, block, rows, visitor) -> {
                    counts.of(question.masks(), block);
                    var taken = counts.take(rows.must());
                    rows.may().andNot(taken);
                    return give(question, block, rows, visitor);
                });
        counts.finish();
    }

    /** What is asked, and where. */
    private record Question(
            Predicate predicate, boolean own, long from, long to, BlockMasks masks) {
        boolean timed() {
            return from != Stamp.NONE || to != Stamp.NONE;
        }

        boolean holds(long time) {
            return (from == Stamp.NONE || time >= from) && (to == Stamp.NONE || time < to);
        }

        boolean reaches(SegmentReader.BlockEntry entry) {
            return (from == Stamp.NONE || entry.maxTime() >= from)
                    && (to == Stamp.NONE || entry.minTime() < to);
        }

        private static void withoutErased(Block block, BlockFilter.Rows rows) {
            for (int row = 0; row < block.rows(); row++) {
                if (block.sources[row] == Ledger.ERASED) {
                    rows.may().clear(row);
                    rows.must().clear(row);
                }
            }
        }

        /** Without rows outside the span, and without Spoor's own unless they are asked for. */
        BlockFilter.Rows inTime(Block block, BlockFilter.Rows rows) {
            var mine = block.rowsByForm().get(BlockMasks.OWN);
            if (own) {
                withoutErased(block, rows);
            } else if (mine != null) {
                rows.may().andNot(mine);
                rows.must().andNot(mine);
            }
            var entry = block.entry();
            boolean inside = !timed() || holds(entry.minTime()) && holds(entry.maxTime());
            if (inside && (!timed() || entry.untimed() == 0)) {
                return rows;
            }
            var times = block.times();
            for (int row = rows.may().nextSetBit(0);
                    row >= 0;
                    row = rows.may().nextSetBit(row + 1)) {
                if (times[row] == Stamp.NONE) {
                    rows.must().clear(row);
                } else if (!holds(times[row])) {
                    rows.must().clear(row);
                    rows.may().clear(row);
                }
            }
            return rows;
        }
    }

    /** Gives the rows of one block; false ends the search. */
    private interface Giving {
        boolean give(Question question, Block block, BlockFilter.Rows rows, Visitor visitor);
    }

    private void run(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor,
            boolean back,
            Giving giving) {
        var simple = Predicates.simplify(predicate);
        boolean own = predicate.namesSourceKind();
        long from = since == null ? Stamp.NONE : EventTimes.nanos(since);
        long to = until == null ? Stamp.NONE : EventTimes.nanos(until);
        var tally = new Tally();
        work = tally;
        var unsealed = new TailSearch(simple, own, from, to);
        if (back && !unsealed.run(visitor, true)) {
            return;
        }
        for (int i = 0; i < segments.size(); i++) {
            int at = back ? segments.size() - 1 - i : i;
            var segment = segments.get(at);
            var question = new Question(simple, own, from, to, masks(at));
            tally.blocks += segment.blocks.size();
            if (!segment(segment, question, visitor, back, giving, tally)) {
                for (int left = i + 1; left < segments.size(); left++) {
                    int unasked =
                            segments.get(back ? segments.size() - 1 - left : left).blocks.size();
                    tally.blocks += unasked;
                    tally.unasked += unasked;
                }
                return;
            }
        }
        if (!back) {
            unsealed.run(visitor, false);
        }
    }

    /** Looks through the entries that are not sealed yet, one by one. */
    private final class TailSearch {
        private final Predicate predicate;
        private final boolean own;
        private final long from;
        private final long to;

        TailSearch(Predicate predicate, boolean own, long from, long to) {
            this.predicate = predicate;
            this.own = own;
            this.from = from;
            this.to = to;
        }

        /** False when the visitor has ended the search. */
        boolean run(Visitor visitor, boolean back) {
            int parts = tail.parts();
            for (int i = 0; i < parts; i++) {
                visitor.tick();
                if (!part(tail.part(back ? parts - 1 - i : i), visitor, back)) {
                    return false;
                }
            }
            return true;
        }

        private boolean part(Row.Cursor rows, Visitor visitor, boolean back) {
            var waiting = new ArrayList<Stored>();
            var row = new Row();
            while (rows.next(row)) {
                if ((row.source < 0 && !own) || !visitor.wants(row.position)) {
                    continue;
                }
                var event = stored(row);
                if (!holds(event)) {
                    continue;
                }
                if (back) {
                    waiting.add(event);
                } else if (!visitor.take(event)) {
                    return false;
                }
            }
            for (var event : waiting.reversed()) {
                if (!visitor.take(event)) {
                    return false;
                }
            }
            return true;
        }

        private boolean holds(Stored event) {
            work.rebuilt++;
            if (from != Stamp.NONE || to != Stamp.NONE) {
                long time = EventTimes.nanos(event.time());
                if (time == Stamp.NONE
                        || (from != Stamp.NONE && time < from)
                        || (to != Stamp.NONE && time >= to)) {
                    return false;
                }
            }
            return predicate.holds(event.fields());
        }
    }

    private boolean segment(
            SegmentReader segment,
            Question question,
            Visitor visitor,
            boolean back,
            Giving giving,
            Tally tally) {
        long inTime = 0;
        for (var entry : segment.blocks) {
            inTime |= question.reaches(entry) ? 1L << entry.index() : 0;
        }
        tally.byTime += segment.blocks.size() - Long.bitCount(inTime);
        if (inTime == 0) {
            return true;
        }
        makeRoom(segment);
        visitor.tick();
        var filter =
                new BlockFilter(
                        segment, question.masks(), known, question.predicate(), question.own());
        long asked = filter.blocks() & inTime;
        tally.byValue += Long.bitCount(inTime & ~asked);
        while (asked != 0) {
            long one = back ? Long.highestOneBit(asked) : Long.lowestOneBit(asked);
            asked &= ~one;
            var entry = segment.blocks.get(Long.numberOfTrailingZeros(one));
            visitor.tick();
            if (entry.minTime() <= entry.maxTime()
                    && !visitor.wants(
                            EventTimes.instant(entry.minTime()),
                            EventTimes.instant(entry.maxTime()))) {
                tally.unasked++;
                continue;
            }
            var block = cache.block(segment, entry);
            question.masks().learnedForms(entry.index(), block.forms());
            var rows = question.inTime(block, filter.rows(block));
            if (!giving.give(question, block, rows, visitor)) {
                tally.unasked += Long.bitCount(asked);
                return false;
            }
        }
        return true;
    }

    private boolean give(Question question, Block block, BlockFilter.Rows rows, Visitor visitor) {
        int looked = 0;
        for (int row = rows.may().nextSetBit(0); row >= 0; row = rows.may().nextSetBit(row + 1)) {
            if (++looked % TICK_EVERY == 0) {
                visitor.tick();
            }
            if (!visitor.wants(block.first() + row)) {
                continue;
            }
            var event = passing(question, block, rows, row);
            if (event != null && !visitor.take(event)) {
                return false;
            }
        }
        return true;
    }

    /** Rows are put together in rising order, some at a time. */
    private boolean giveBack(
            Question question, Block block, BlockFilter.Rows rows, Visitor visitor) {
        var may = rows.may();
        int end = may.length();
        while (end > 0) {
            int start = end;
            for (int i = 0; i < TICK_EVERY && start > 0; i++) {
                start = may.previousSetBit(start - 1);
            }
            start = Math.max(start, 0);
            visitor.tick();
            var some = new ArrayList<Stored>();
            for (int row = may.nextSetBit(start);
                    row >= 0 && row < end;
                    row = may.nextSetBit(row + 1)) {
                var event =
                        visitor.wants(block.first() + row)
                                ? passing(question, block, rows, row)
                                : null;
                if (event != null) {
                    some.add(event);
                }
            }
            for (var event : some.reversed()) {
                if (!visitor.take(event)) {
                    return false;
                }
            }
            end = start;
        }
        return true;
    }

    /** The event of a row, or null when it does not pass. */
    private @Nullable Stored passing(
            Question question, Block block, BlockFilter.Rows rows, int row) {
        var event = stored(block, row);
        work.rebuilt++;
        if (rows.must().get(row)) {
            return event;
        }
        if (question.timed()) {
            long time = EventTimes.nanos(event.time());
            if (time == Stamp.NONE || !question.holds(time)) {
                return null;
            }
        }
        return question.predicate().holds(event.fields()) ? event : null;
    }

    private BlockMasks masks(int segment) {
        while (masks.size() <= segment) {
            masks.add(new BlockMasks(segments.get(masks.size())));
        }
        return masks.get(segment);
    }

    /** Dictionaries and what was learned of them are let go when they have grown too large. */
    private void makeRoom(SegmentReader next) {
        long bytes = 0;
        for (var segment : segments) {
            bytes += segment.dictionaryBytes();
        }
        if (masks.stream().mapToInt(BlockMasks::remembered).sum() > REMEMBERED_MAX) {
            masks.forEach(BlockMasks::forget);
        }
        for (int i = 0; i < segments.size() && bytes > DICTIONARY_BYTES_MAX; i++) {
            var segment = segments.get(i);
            if (segment != next && segment.dictionaryBytes() > 0) {
                bytes -= segment.dictionaryBytes();
                segment.forget();
                cache.forget(segment);
                masks(i).forget();
            }
        }
    }

    /** For a caller with few questions and other needs of memory: keeps little of what it reads. */
    public LedgerReader thrifty() {
        cache.thrifty();
        return this;
    }

    @Override
    public @Nullable Work work() {
        return new Work(
                work.blocks,
                work.byTime,
                work.byValue,
                work.unasked,
                work.rebuilt,
                segments.stream().mapToLong(SegmentReader::bytesRead).sum());
    }

    private static final class Tally {
        long blocks;
        long byTime;
        long byValue;
        long unasked;
        long rebuilt;
    }

    private Stored stored(Block block, int row) {
        SegmentRows.fill(block, row, shared);
        return stored(shared);
    }

    private final Row shared = new Row();

    private Stored stored(Row row) {
        var view = row.view();
        return stored(row, view, source(row, view));
    }

    /** A received event. */
    static Stored stored(Row row, Source source) {
        return stored(row, row.view(), source);
    }

    private static Stored stored(Row row, byte[] view, Source source) {
        var original = row.escape() == Escape.NONE.ordinal() ? view : row.original();
        boolean mine = source.kind().own();
        return new Stored(
                        row.position,
                        source,
                        mine ? 0 : row.line,
                        row.item,
                        row.flags & 15,
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

    private Source source(Row row, byte[] view) {
        int number = row.source;
        if (number >= 0) {
            return sources.get(number).source();
        }
        int about = (int) row.line - 1;
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

    /**
     * The newest note: over sealed entries in the ledger's folder, over later ones in the journal.
     * Its signature has not been checked.
     */
    public static String checkpoint(Path directory, LedgerKeys keys) {
        try (var reader = open(directory, keys)) {
            var note = reader.tail.note();
            return note != null
                    ? note
                    : new String(
                            Files.readAllBytes(directory.resolve(Folder.CHECKPOINT)),
                            StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Unavailable("the checkpoint could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        cache.clear();
        snapshot.close();
    }
}
