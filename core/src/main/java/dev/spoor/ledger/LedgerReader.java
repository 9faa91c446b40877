package dev.spoor.ledger;

import dev.spoor.event.Escape;
import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final Path directory;
    private final List<SegmentReader> segments;
    private final Tail tail;
    private final Snapshot snapshot;
    private final List<SourceEntry> sources;
    private final List<Source> known;
    private final List<BlockMasks> masks = new ArrayList<>();
    private final BlockCache cache = new BlockCache();

    /** One source of each form. */
    private final Map<Long, Source> forms = new LinkedHashMap<>();

    private final Needles needles;
    private final long blocks;

    /** By segment: the times of its events lie between. */
    private final long[] earliest;

    private final long[] latest;
    private final long[] bytesOf;
    private final int[] rememberedOf;
    private long dictionaryBytes;
    private long remembered;
    private final Unread unread = new Unread();
    private Tally work = new Tally(0);

    private LedgerReader(Path directory, Snapshot snapshot) {
        this.directory = directory;
        this.snapshot = snapshot;
        this.segments = snapshot.segments();
        this.tail = snapshot.tail();
        this.sources = snapshot.sources();
        this.known = sources.stream().map(SourceEntry::source).toList();
        known.forEach(source -> forms.putIfAbsent(BlockMasks.form(source), source));
        blocks = segments.stream().mapToLong(segment -> segment.blocks.size()).sum();
        needles = new Needles(segments.size(), this::masks);
        earliest = new long[segments.size()];
        latest = new long[segments.size()];
        for (int i = 0; i < segments.size(); i++) {
            var entries = segments.get(i).blocks;
            earliest[i] =
                    entries.stream()
                            .mapToLong(SegmentReader.BlockEntry::minTime)
                            .min()
                            .orElse(Long.MAX_VALUE);
            latest[i] =
                    entries.stream()
                            .mapToLong(SegmentReader.BlockEntry::maxTime)
                            .max()
                            .orElse(Long.MIN_VALUE);
        }
        bytesOf = new long[segments.size()];
        rememberedOf = new int[segments.size()];
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
        return new LedgerReader(directory, Snapshot.open(directory, keys, until));
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
    public List<String> unread() {
        var all = new ArrayList<>(snapshot.damaged());
        all.addAll(unread.places());
        return all;
    }

    @Override
    public List<Source> sources() {
        return known;
    }

    @Override
    public void search(Predicate predicate, Span span, Visitor visitor) {
        var asked = Asked.one(predicate, span, known, forms);
        run(asked, visitor, false, this::give);
        ahead.answered(asked);
    }

    @Override
    public void searchBack(Predicate predicate, Span span, Visitor visitor) {
        var asked = Asked.one(predicate, span, known, forms);
        run(asked, visitor, true, this::giveBack);
        ahead.answered(asked);
    }

    @Override
    public void count(Predicate predicate, Span span, List<Key> keys, Counter counter) {
        if (!BlockCount.can(keys)) {
            search(predicate, span, counter);
            return;
        }
        var counts = new BlockCount(keys, counter);
        var question = Asked.one(predicate, span, known, forms);
        run(
                question,
                counter,
                false,
                (asked, masks, block, rows, visitor) -> {
                    var taken =
                            unread.unlessDamaged(
                                    () -> place(block),
                                    () -> {
                                        counts.of(masks, block);
                                        return counts.take(rows.must());
                                    });
                    if (taken == null) {
                        return true; // what was counted of the block before stays counted
                    }
                    rows.may().andNot(taken);
                    return give(asked, masks, block, rows, visitor);
                });
        counts.finish();
        ahead.answered(question);
    }

    @Override
    public void match(List<Predicate> conditions, Span span, Matching matching) {
        var asked = Asked.all(conditions, span, known, forms, matching);
        work = new Tally(blocks);
        for (int i = 0; i < segments.size(); i++) {
            if (!new SegmentMatch(asked, i, matching).run()) {
                return;
            }
        }
        new TailSearch(asked).match(matching);
    }

    /** Many conditions in one segment. */
    private final class SegmentMatch {
        private final Asked asked;
        private final int number;
        private final SegmentReader segment;
        private final Matching matching;
        private final @Nullable BlockFilter filter;

        /** The conditions that hold for the row at hand. */
        private final BitSet holding;

        /** Of the block at hand: the conditions that may hold, and their rows. */
        private final List<Integer> conditions = new ArrayList<>();

        private final List<BlockFilter.Rows> rows = new ArrayList<>();

        /** What their events are to be asked where codes do not tell. */
        private final List<Predicate> rests = new ArrayList<>();

        SegmentMatch(Asked asked, int number, Matching matching) {
            this.asked = asked;
            this.number = number;
            this.segment = segments.get(number);
            this.matching = matching;
            this.filter = filter(number, asked);
            this.holding = new BitSet(asked.conditions.size());
        }

        /** False when the search was ended. */
        boolean run() {
            long inSpan = inSpan(segment, asked);
            work.byTime += segment.blocks.size() - Long.bitCount(inSpan);
            if (inSpan == 0) {
                return true;
            }
            matching.tick();
            var blocks = new long[asked.conditions.size()];
            long any = 0;
            for (int i = 0; i < blocks.length; i++) {
                blocks[i] = LedgerReader.this.blocks(filter, asked.conditions.get(i)) & inSpan;
                any |= blocks[i];
            }
            work.byValue += Long.bitCount(inSpan & ~any);
            for (; any != 0; any &= any - 1) {
                matching.tick();
                try {
                    if (!block(segment.blocks.get(Long.numberOfTrailingZeros(any)), blocks)) {
                        return false;
                    }
                } catch (Tampered e) {
                    unread.add(String.valueOf(e.getMessage())); // an event that was taken late
                }
            }
            makeRoom(number);
            return true;
        }

        private boolean block(SegmentReader.BlockEntry entry, long[] blocks) {
            var block = LedgerReader.this.block(number, entry);
            if (block == null) {
                return true;
            }
            conditions.clear();
            rows.clear();
            rests.clear();
            var any = new BitSet(block.rows());
            for (int i = 0; i < blocks.length; i++) {
                if ((blocks[i] >>> entry.index() & 1) == 0) {
                    continue;
                }
                var found = rows(asked, filter, asked.conditions.get(i), block);
                if (!found.may().isEmpty()) {
                    conditions.add(i);
                    rows.add(found);
                    rests.add(filter == null ? asked.conditions.get(i) : filter.rest());
                    any.or(found.may());
                }
            }
            int looked = 0;
            for (int row = any.nextSetBit(0); row >= 0; row = any.nextSetBit(row + 1)) {
                if (++looked % TICK_EVERY == 0) {
                    matching.tick();
                }
                if (!row(block, row)) {
                    return false;
                }
            }
            return true;
        }

        private boolean row(Block block, int row) {
            holding.clear();
            JsonView event = null;
            for (int i = 0; i < rows.size(); i++) {
                if (!rows.get(i).may().get(row)) {
                    continue;
                }
                int condition = conditions.get(i);
                boolean holds = rows.get(i).must().get(row);
                if (!holds) {
                    event = event == null ? seen(block, row) : event;
                    if (event == null) {
                        return true;
                    }
                    var told = holds(condition, rests.get(i), event);
                    if (told == null) {
                        return true;
                    }
                    holds = told;
                }
                holding.set(condition, holds);
            }
            if (holding.isEmpty()) {
                return true;
            }
            return matching.take(block.first() + row, holding, () -> rebuilt(block, row));
        }

        /** Null when what it asks is damaged. */
        private @Nullable Boolean holds(int condition, Predicate rest, JsonView event) {
            try {
                return matching.holds(condition, rest, event);
            } catch (Tampered e) {
                unread.add(String.valueOf(e.getMessage()));
                return null;
            }
        }

        /** The event as conditions ask it; null when it is damaged or lies outside the span. */
        private @Nullable JsonView seen(Block block, int row) {
            int told = block.sources[row];
            var source = told >= 0 ? known.get(told) : null;
            var members =
                    source == null ? null : masks(this.number).members().of(block, row, source);
            boolean inside = !asked.timed() || block.times().at(row) != Stamp.NONE;
            if (source != null && members != null && inside) {
                work.rebuilt++;
                return new JsonView(source, members);
            }
            var event = passing(block, row);
            return event != null && asked.holds(event) ? event.fields() : null;
        }
    }

    /** Blocks that reach into the span, as bits. */
    private static long inSpan(SegmentReader segment, Asked asked) {
        if (segment.end() <= asked.first) {
            return 0;
        }
        long found = 0;
        for (var entry : segment.blocks) {
            boolean reaches =
                    asked.reaches(entry.minTime(), entry.maxTime())
                            && entry.first() + entry.rows() > asked.first;
            found |= reaches ? 1L << entry.index() : 0;
        }
        return found;
    }

    /** Without rows outside the span, and without Spoor's own unless they are asked for. */
    private static BlockFilter.Rows inSpan(Asked asked, Block block, BlockFilter.Rows rows) {
        var mine = block.rowsByForm().get(BlockMasks.OWN);
        if (mine != null && asked.own) {
            withoutErased(block, rows);
        } else if (mine != null) {
            rows.may().andNot(mine);
            rows.must().andNot(mine);
        }
        if (asked.first > block.first()) {
            int before = (int) Math.min(block.rows(), asked.first - block.first());
            rows.may().clear(0, before);
            rows.must().clear(0, before);
        }
        var entry = block.entry();
        if (!asked.timed()
                || entry.untimed() == 0
                        && asked.holds(entry.minTime())
                        && asked.holds(entry.maxTime())) {
            return rows;
        }
        var times = block.times();
        for (int row = rows.may().nextSetBit(0); row >= 0; row = rows.may().nextSetBit(row + 1)) {
            long time = times.at(row);
            if (time == Stamp.NONE) {
                rows.must().clear(row);
            } else if (!asked.holds(time)) {
                rows.must().clear(row);
                rows.may().clear(row);
            }
        }
        return rows;
    }

    private static void withoutErased(Block block, BlockFilter.Rows rows) {
        for (int row = 0; row < block.rows(); row++) {
            if (block.sources[row] == Ledger.ERASED) {
                rows.may().clear(row);
                rows.must().clear(row);
            }
        }
    }

    /** Gives the rows of one block; false ends the search. */
    private interface Giving {
        boolean give(
                Asked asked, BlockMasks masks, Block block, BlockFilter.Rows rows, Visitor visitor);
    }

    private void run(Asked asked, Visitor visitor, boolean back, Giving giving) {
        work = new Tally(blocks);
        var unsealed = new TailSearch(asked);
        if (back && !unsealed.run(visitor, true)) {
            return;
        }
        var possible = needles.segments(asked, learning);
        for (int i = 0; i < segments.size(); i++) {
            int at = back ? segments.size() - 1 - i : i;
            if (possible != null && !possible.get(at)) {
                work.byValue += segments.get(at).blocks.size();
                continue;
            }
            if (!segment(at, asked, visitor, back, giving)) {
                return;
            }
        }
        if (!back) {
            unsealed.run(visitor, false);
        }
    }

    private final Needles.Learning learning =
            new Needles.Learning() {
                @Override
                public void look(int segment, long blocks) {
                    for (long rest = blocks; rest != 0; rest &= rest - 1) {
                        int block = Long.numberOfTrailingZeros(rest);
                        if (!masks(segment).knows(block)) {
                            read(segment, segments.get(segment).blocks.get(block));
                        }
                    }
                }

                @Override
                public void looked(int segment) {
                    makeRoom(segment);
                }
            };

    private final ReadAhead ahead =
            new ReadAhead(
                    new ReadAhead.Blocks() {
                        @Override
                        public int segments() {
                            return segments.size();
                        }

                        @Override
                        public SegmentReader segment(int number) {
                            return segments.get(number);
                        }

                        @Override
                        public BlockMasks masks(int segment) {
                            return LedgerReader.this.masks(segment);
                        }

                        @Override
                        public @Nullable Block block(int segment, SegmentReader.BlockEntry entry) {
                            return LedgerReader.this.read(segment, entry);
                        }

                        @Override
                        public void read(Runnable reading) {
                            unread.unlessDamaged(
                                    () -> "a block that was read ahead",
                                    () -> {
                                        reading.run();
                                        return true;
                                    });
                        }

                        @Override
                        public void looked(int segment) {
                            makeRoom(segment);
                        }

                        @Override
                        public boolean room() {
                            return cache.room()
                                    && dictionaryBytes < DICTIONARY_BYTES_MAX / 4 * 3
                                    && remembered < REMEMBERED_MAX / 4 * 3;
                        }
                    });

    /** Looks through the entries that are not sealed yet, one by one. */
    private final class TailSearch {
        private final Asked asked;

        TailSearch(Asked asked) {
            this.asked = asked;
        }

        /** False when the visitor has ended the search. */
        boolean run(Visitor visitor, boolean back) {
            int parts = tail.parts();
            for (int i = 0; i < parts; i++) {
                visitor.tick();
                var rows = record(back ? parts - 1 - i : i);
                if (rows != null && !part(rows, visitor, back)) {
                    return false;
                }
            }
            return true;
        }

        private boolean part(Row.Cursor rows, Visitor visitor, boolean back) {
            var predicate = asked.conditions.getFirst();
            var waiting = new ArrayList<Stored>();
            Stored event;
            while ((event = next(rows, visitor)) != null) {
                if (!predicate.holds(event.fields())) {
                    continue;
                }
                if (back) {
                    waiting.add(event);
                } else if (!visitor.take(event)) {
                    return false;
                }
            }
            for (var one : waiting.reversed()) {
                if (!visitor.take(one)) {
                    return false;
                }
            }
            return true;
        }

        void match(Matching matching) {
            var holding = new BitSet(asked.conditions.size());
            for (int i = 0; i < tail.parts(); i++) {
                matching.tick();
                var rows = record(i);
                Stored event;
                while (rows != null && (event = next(rows, _ -> true)) != null) {
                    holding.clear();
                    for (int c = 0; c < asked.conditions.size(); c++) {
                        holding.set(c, matching.holds(c, asked.conditions.get(c), event.fields()));
                    }
                    var found = event;
                    if (!holding.isEmpty()
                            && !matching.take(event.position(), holding, () -> found)) {
                        return;
                    }
                }
            }
        }

        private Row.@Nullable Cursor record(int part) {
            return unread.unlessDamaged(() -> "journal", () -> tail.part(part));
        }

        private boolean read(Row.Cursor rows, Row row) {
            return Boolean.TRUE.equals(unread.unlessDamaged(() -> "journal", () -> rows.next(row)));
        }

        /** The next event inside the span; null at the end. */
        private @Nullable Stored next(Row.Cursor rows, Visitor visitor) {
            var row = new Row();
            while (read(rows, row)) {
                boolean asks =
                        row.position >= asked.first
                                && (row.source >= 0 || asked.own)
                                && visitor.wants(row.position);
                if (asks) {
                    work.rebuilt++;
                    var event = unread.unlessDamaged(() -> "journal", () -> stored(row));
                    if (event != null && asked.holds(event)) {
                        return event;
                    }
                }
            }
            return null;
        }
    }

    private boolean segment(int number, Asked asked, Visitor visitor, boolean back, Giving giving) {
        var segment = segments.get(number);
        if (asked.timed() && !asked.reaches(earliest[number], latest[number])) {
            work.byTime += segment.blocks.size();
            return true;
        }
        long inSpan = inSpan(segment, asked);
        work.byTime += segment.blocks.size() - Long.bitCount(inSpan);
        if (inSpan == 0) {
            return true;
        }
        visitor.tick();
        var masks = masks(number);
        var filter = filter(number, asked);
        var condition = asked.conditions.getFirst();
        long left = blocks(filter, condition) & inSpan;
        work.byValue += Long.bitCount(inSpan & ~left);
        while (left != 0) {
            long one = back ? Long.highestOneBit(left) : Long.lowestOneBit(left);
            left &= ~one;
            var entry = segment.blocks.get(Long.numberOfTrailingZeros(one));
            visitor.tick();
            if (entry.minTime() <= entry.maxTime()
                    && !visitor.wants(
                            EventTimes.instant(entry.minTime()),
                            EventTimes.instant(entry.maxTime()))) {
                continue;
            }
            var block = block(number, entry);
            if (block != null
                    && !giving.give(
                            asked, masks, block, rows(asked, filter, condition, block), visitor)) {
                return false;
            }
        }
        makeRoom(number);
        return true;
    }

    /** Null when what it needs is damaged. */
    private @Nullable BlockFilter filter(int number, Asked asked) {
        var segment = segments.get(number);
        return unread.unlessDamaged(
                segment::name, () -> new BlockFilter(segment, masks(number), asked));
    }

    /** The blocks that may hold what is asked for; all when that is damaged which tells. */
    private long blocks(@Nullable BlockFilter filter, Predicate condition) {
        var found =
                filter == null
                        ? null
                        : unread.unlessDamaged(
                                () -> "a dictionary", () -> filter.blocks(condition));
        return found == null ? -1L : found;
    }

    private @Nullable Block block(int number, SegmentReader.BlockEntry entry) {
        work.read++;
        return read(number, entry);
    }

    private @Nullable Block read(int number, SegmentReader.BlockEntry entry) {
        var segment = segments.get(number);
        return unread.unlessDamaged(
                () -> segment.name() + ", block " + entry.index(),
                () -> {
                    var block = cache.block(segment, entry);
                    masks(number).learn(block);
                    return block;
                });
    }

    /** The rows that may hold; where what tells is damaged, all that can be put together. */
    private BlockFilter.Rows rows(
            Asked asked, @Nullable BlockFilter filter, Predicate condition, Block block) {
        var told =
                filter == null
                        ? null
                        : unread.unlessDamaged(
                                () -> place(block),
                                () -> inSpan(asked, block, filter.rows(condition, block)));
        if (told != null) {
            return told;
        }
        var rows = new BlockFilter.Rows(new BitSet(), new BitSet());
        for (int row = 0; row < block.rows(); row++) {
            rows.may().set(row, asked.own || block.sources[row] >= 0);
        }
        withoutErased(block, rows);
        return rows;
    }

    private static String place(Block block) {
        return "the block at entry " + block.first();
    }

    private boolean give(
            Asked asked, BlockMasks masks, Block block, BlockFilter.Rows rows, Visitor visitor) {
        int looked = 0;
        for (int row = rows.may().nextSetBit(0); row >= 0; row = rows.may().nextSetBit(row + 1)) {
            if (++looked % TICK_EVERY == 0) {
                visitor.tick();
            }
            if (!visitor.wants(block.first() + row)) {
                continue;
            }
            var event = passing(asked, block, rows, row);
            if (event != null && !visitor.take(event)) {
                return false;
            }
        }
        return true;
    }

    /** Rows are put together in rising order, some at a time. */
    private boolean giveBack(
            Asked asked, BlockMasks masks, Block block, BlockFilter.Rows rows, Visitor visitor) {
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
                                ? passing(asked, block, rows, row)
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

    /** The event of a row, or null when it is damaged. */
    private @Nullable Stored passing(Block block, int row) {
        return unread.unlessDamaged(
                () -> "entry " + (block.first() + row), () -> rebuilt(block, row));
    }

    /** The event of a row, or null when it does not pass. */
    private @Nullable Stored passing(Asked asked, Block block, BlockFilter.Rows rows, int row) {
        var event = passing(block, row);
        if (event == null) {
            return null;
        }
        boolean holds =
                rows.must().get(row)
                        || block.first() + row >= asked.first
                                && asked.holds(event)
                                && asked.conditions.getFirst().holds(event.fields());
        return holds ? event : null;
    }

    private BlockMasks masks(int segment) {
        while (masks.size() <= segment) {
            masks.add(new BlockMasks(segments.get(masks.size())));
        }
        return masks.get(segment);
    }

    /**
     * Dictionaries and what was learned of them are let go when they have grown too large: called
     * when a segment has been asked, so that what a question costs does not grow with those it
     * passes over.
     */
    private void makeRoom(int asked) {
        dictionaryBytes += segments.get(asked).dictionaryBytes() - bytesOf[asked];
        bytesOf[asked] = segments.get(asked).dictionaryBytes();
        remembered += masks(asked).remembered() - rememberedOf[asked];
        rememberedOf[asked] = masks(asked).remembered();
        for (int i = 0; i < segments.size() && full(); i++) {
            if (i != asked) {
                letGo(i);
            }
        }
        if (full()) {
            letGo(asked);
        }
    }

    private boolean full() {
        return dictionaryBytes > DICTIONARY_BYTES_MAX || remembered > REMEMBERED_MAX;
    }

    private void letGo(int number) {
        dictionaryBytes -= bytesOf[number];
        remembered -= rememberedOf[number];
        bytesOf[number] = 0;
        rememberedOf[number] = 0;
        segments.get(number).forget();
        cache.forget(segments.get(number));
        masks(number).forget();
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
                work.blocks - work.byTime - work.byValue - work.read,
                work.rebuilt,
                segments.stream().mapToLong(SegmentReader::bytesRead).sum());
    }

    private static final class Tally {
        final long blocks;
        long byTime;
        long byValue;
        long read;
        long rebuilt;

        Tally(long blocks) {
            this.blocks = blocks;
        }
    }

    private Stored rebuilt(Block block, int row) {
        work.rebuilt++;
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
        if (number >= sources.size()) { // the record that declares it is damaged
            throw new Tampered(
                    "entry "
                            + row.position
                            + " of a journal names source "
                            + number
                            + ", which nothing that can be read declares");
        }
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
    public String checkpoint() {
        var note = tail.note();
        try {
            return note != null
                    ? note
                    : Files.readString(
                            directory.resolve(Folder.CHECKPOINT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Unavailable("the checkpoint could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        cache.close();
        snapshot.close();
    }
}
