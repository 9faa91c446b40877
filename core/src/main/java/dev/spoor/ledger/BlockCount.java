package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Source;
import dev.spoor.query.EventSearch.Counter;
import dev.spoor.query.EventSearch.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Counts rows by keys on dictionary codes: no event is put together. What one segment's codes mean
 * is told when the segment ends. Rows whose keys only the event itself can tell are left over.
 */
final class BlockCount {
    private static final int KEYS_MAX = 3;

    /** Ids of one key in one segment; with more, rows are told one by one. */
    private static final int IDS_MAX = 1 << 21;

    /** A table of two keys has at most so many cells, as a power of two. */
    private static final int GRID_BITS_MAX = 18;

    private static final int NONE = 0; // the id of "no value"
    private static final int ASK = -1;
    private static final int LITERAL = -2;

    private final Counter counter;
    private final List<Ids> keys = new ArrayList<>();
    private final LongCounts groups = new LongCounts();
    private @Nullable SegmentReader segment;
    private int[] grid = {};
    private int gridWidth;

    BlockCount(List<Key> keys, Counter counter) {
        this.counter = counter;
        keys.forEach(key -> this.keys.add(new Ids(key)));
    }

    static boolean can(List<Key> keys) {
        return keys.size() <= KEYS_MAX;
    }

    /** Goes to a block. */
    void of(BlockMasks masks, Block block) {
        if (segment != block.segment()) {
            finish();
            segment = block.segment();
        }
        keys.forEach(ids -> ids.fill(masks, block));
    }

    /** Counts the rows that columns can tell; returns them. */
    BitSet take(BitSet rows) {
        if (keys.isEmpty()) {
            int count = rows.cardinality();
            if (count > 0) {
                counter.counted(List.of(), count);
            }
            return rows;
        }
        boolean plain = keys.stream().allMatch(ids -> ids.plain && ids.next <= IDS_MAX);
        if (!plain) {
            return eachOf(rows);
        }
        var first = keys.getFirst();
        if (keys.size() == 1) {
            first.countAll(rows);
        } else if (keys.size() == 2) {
            var second = keys.get(1);
            if (!grid(first, second, rows)) {
                for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                    groups.add((long) second.byRow[row] << 21 | first.byRow[row]);
                }
            }
        } else {
            for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                long group = 0;
                for (int k = keys.size() - 1; k >= 0; k--) {
                    group = group << 21 | keys.get(k).byRow[row];
                }
                groups.add(group);
            }
        }
        return rows;
    }

    /** Counts two keys in a table, when it is small. */
    private boolean grid(Ids first, Ids second, BitSet rows) {
        int width = 32 - Integer.numberOfLeadingZeros(first.next);
        int height = 32 - Integer.numberOfLeadingZeros(second.next);
        if (width + height > GRID_BITS_MAX) {
            return false;
        }
        if (width != gridWidth || grid.length < 1 << width + height) {
            clearGrid();
            gridWidth = width;
            grid = new int[1 << width + height];
        }
        var cells = grid;
        var x = first.byRow;
        var y = second.byRow;
        for (int row = rows.nextSetBit(0); row >= 0; ) {
            int end = rows.nextClearBit(row);
            for (; row < end; row++) {
                cells[y[row] << width | x[row]]++;
            }
            row = rows.nextSetBit(end);
        }
        return true;
    }

    private void clearGrid() {
        for (int i = 0; i < grid.length; i++) {
            if (grid[i] > 0) {
                groups.add((long) (i >>> gridWidth) << 21 | i & (1 << gridWidth) - 1, grid[i]);
                grid[i] = 0;
            }
        }
    }

    /** The same where some rows hold literals, or can only be asked. */
    private BitSet eachOf(BitSet rows) {
        var taken = new BitSet(rows.length());
        for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
            long group = 0;
            boolean one = false;
            boolean asked = false;
            for (int k = keys.size() - 1; k >= 0; k--) {
                int id = keys.get(k).byRow[row];
                asked |= id == ASK;
                one |= id == LITERAL || id >= IDS_MAX;
                group = group << 21 | id & (IDS_MAX - 1);
            }
            if (asked) {
                continue;
            }
            if (!one) {
                groups.add(group);
                taken.set(row);
            } else if (single(row)) {
                taken.set(row);
            }
        }
        return taken;
    }

    private boolean single(int row) {
        var values = new ArrayList<List<JsonNode>>(keys.size());
        for (var ids : keys) {
            var own = ids.ofRow(row);
            if (own == Supply.UNREAD) {
                return false;
            }
            values.add(own);
        }
        counter.counted(values, 1);
        return true;
    }

    /** Tells what was counted and not yet told. */
    void finish() {
        if (keys.size() == 1) {
            keys.getFirst().tell(counter);
        }
        clearGrid();
        groups.each((group, count) -> {
            var values = new ArrayList<List<JsonNode>>(keys.size());
            for (int k = 0; k < keys.size(); k++) {
                values.add(keys.get(k).values((int) (group >>> 21 * k) & (IDS_MAX - 1)));
            }
            counter.counted(values, count);
        });
        groups.clear();
        keys.forEach(Ids::clear);
    }

    /** The ids of one key's values: dense in a segment, by row in a block. */
    private static final class Ids {
        /** Dictionary codes of a column stand from {@code base} on. */
        private record Range(int base, Supply supply, int column) {}

        private final Key key;
        private final Map<Long, Integer> bases = new HashMap<>();
        private final List<Range> ranges = new ArrayList<>();
        private final Map<Long, Integer> bins = new HashMap<>();
        private final Map<Integer, Integer> ofSources = new HashMap<>();
        private final Map<Integer, List<JsonNode>> single = new HashMap<>();
        private int next = NONE + 1;
        int[] byRow = new int[0];
        private int[] columnOf = new int[0];
        private int[] valueOf = new int[0];
        private Supply[] supplyOf = new Supply[0];
        private @Nullable Block block;

        /** Whether every row of the block has an id. */
        private boolean plain;

        /** Rows by id, where it is the only key. */
        private long[] counts = new long[64];

        Ids(Key key) {
            this.key = key;
        }

        void countAll(BitSet rows) {
            if (counts.length < next) {
                counts = Arrays.copyOf(counts, Math.max(next, counts.length * 2));
            }
            var ids = byRow;
            var sums = counts;
            if (rows.nextClearBit(0) == rows.length()) {
                for (int row = 0, end = rows.length(); row < end; row++) {
                    sums[ids[row]]++;
                }
                return;
            }
            for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                sums[ids[row]]++;
            }
        }

        void tell(Counter counter) {
            for (int id = 0; id < Math.min(next, counts.length); id++) {
                if (counts[id] > 0) {
                    counter.counted(List.of(values(id)), counts[id]);
                }
            }
        }

        void clear() {
            bases.clear();
            ranges.clear();
            bins.clear();
            ofSources.clear();
            single.clear();
            Arrays.fill(counts, 0, Math.min(next, counts.length), 0);
            next = NONE + 1;
        }

        void fill(BlockMasks masks, Block block) {
            this.block = block;
            int rows = block.rows();
            if (byRow.length < rows) {
                byRow = new int[rows];
            }
            plain = false;
            if (key instanceof Key.Field(var name, var kinds)
                    && block.rowsByForm().size() == 1
                    && block.sources[0] >= 0) {
                var source = block.segment().sources().get(block.sources[0]).source();
                if (kinds.contains(source.kind()) && Supply.direct(source, name)) {
                    field(masks.supply(source, name), source, block, block.all());
                    return;
                }
            }
            Arrays.fill(byRow, 0, rows, ASK);
            switch (key) {
                case Key.Bin(long seconds) -> bins(block, seconds);
                case Key.Field(var name, var kinds) -> {
                    for (var like : block.rowsByForm().values()) {
                        int number = block.sources[like.nextSetBit(0)];
                        if (number < 0) {
                            continue;
                        }
                        var source = block.segment().sources().get(number).source();
                        if (name.equals("source.kind") || name.equals("source.path")) {
                            sources(block, like, name);
                        } else if (kinds.contains(source.kind()) && Supply.direct(source, name)) {
                            field(masks.supply(source, name), source, block, like);
                        }
                    }
                }
            }
        }

        private void bins(Block block, long seconds) {
            var times = block.times();
            var micros = times.micros();
            plain = true;
            if (micros != null) {
                bins(micros, times.from(), seconds);
                return;
            }
            long span = seconds * 1_000_000_000L;
            long from = 0;
            long to = 0; // the bin seen last is from..to
            int id = 0;
            for (int row = 0; row < times.rows(); row++) {
                long time = times.at(row);
                if (time == Stamp.NONE) {
                    plain = false;
                    continue;
                }
                if (time < from || time >= to) {
                    long bin = Math.floorDiv(time, span);
                    from = bin * span;
                    to = from + span;
                    id = bin(bin, seconds);
                }
                byRow[row] = id;
            }
        }

        private int bin(long bin, long seconds) {
            return bins.computeIfAbsent(bin, b -> added(number(b * seconds)));
        }

        /** The same of small numbers, which are compared as they stand. */
        private void bins(int[] micros, long first, long seconds) {
            var ids = byRow;
            int from = 0;
            int to = 0; // the bin seen last is from..to
            int id = 0;
            for (int row = 0; row < micros.length; row++) {
                int at = micros[row];
                if (at < from || at >= to) {
                    if (at < 0) {
                        plain = false;
                        continue;
                    }
                    long bin = Math.floorDiv(first + at * 1_000L, seconds * 1_000_000_000L);
                    long start = bin * seconds * 1_000_000_000L - first;
                    long end = start + seconds * 1_000_000_000L;
                    from = (int) Math.max(0, Math.ceilDiv(start, 1_000L));
                    to = (int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(end, 1_000L));
                    id = bin(bin, seconds);
                }
                ids[row] = id;
            }
        }

        private static List<JsonNode> number(long value) {
            return List.of(JsonNodeFactory.instance.numberNode(value));
        }

        private int added(List<JsonNode> values) {
            single.put(next, values);
            return next++;
        }

        private void sources(Block block, BitSet rows, String name) {
            for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                byRow[row] =
                        ofSources.computeIfAbsent(
                                block.sources[row],
                                number -> added(text(block.segment(), number, name)));
            }
        }

        private static List<JsonNode> text(SegmentReader segment, int number, String name) {
            var source = segment.sources().get(number).source();
            var text = name.equals("source.kind") ? source.kind().id() : source.path();
            return List.of(JsonNodeFactory.instance.stringNode(text));
        }

        private void field(Supply supply, Source source, Block block, BitSet rows) {
            boolean all = rows == block.all();
            boolean asks = false;
            boolean some = false;
            for (int shape : block.shapesPresent()) {
                int column = supply.byShape[shape];
                asks |= column == Supply.ASK;
                some |= column < 0;
            }
            plain = all && !asks;
            if (some) {
                for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                    byRow[row] =
                            supply.byShape[block.shapes.at(row)] == Supply.MISSING ? NONE : ASK;
                }
            }
            for (int column : supply.columns) {
                if (!block.has(column)) {
                    continue;
                }
                var decoded = block.readable(column);
                boolean unread =
                        block.segment().columns.get(column).look() != Column.Look.URI
                                && supply.unread(column);
                var rowOf = block.rowsOf(column);
                int base = base(supply, source, column);
                boolean alone = all && supply.columns.length == 1;
                if (alone && !unread && decoded.literalCount == 0) {
                    codes(decoded, rowOf, base);
                    continue;
                }
                for (int value = 0; value < rowOf.length; value++) {
                    int row = rowOf[value];
                    if (!alone
                            && (!rows.get(row) || supply.byShape[block.shapes.at(row)] != column)) {
                        continue;
                    }
                    int code = decoded.code(value);
                    if (code >= 0 && !unread) {
                        byRow[row] = base + code;
                    } else {
                        literal(block, row, supply, column, value);
                    }
                }
            }
        }

        /** Of a column without literals. */
        private void codes(DecodedColumn column, short[] rowOf, int base) {
            var idOf = column.codes.clone();
            for (int id = 0; id < idOf.length; id++) {
                idOf[id] += base;
            }
            var bytes = column.ids.bytes;
            var shorts = column.ids.shorts;
            if (bytes != null && bytes.length == Objects.requireNonNull(block).rows()) {
                ofBytes(bytes, idOf, byRow);
            } else if (bytes != null) {
                ofBytes(bytes, idOf, rowOf, byRow);
            } else if (shorts != null) {
                ofShorts(shorts, idOf, rowOf, byRow);
            } else {
                for (int value = 0; value < rowOf.length; value++) {
                    byRow[rowOf[value]] = idOf[column.ids.at(value)];
                }
            }
        }

        /** Of a column that every row has a value of. */
        private static void ofBytes(byte[] ids, int[] idOf, int[] byRow) {
            for (int row = 0; row < ids.length; row++) {
                byRow[row] = idOf[ids[row] & 0xff];
            }
        }

        private static void ofBytes(byte[] ids, int[] idOf, short[] rowOf, int[] byRow) {
            for (int value = 0; value < ids.length; value++) {
                byRow[rowOf[value]] = idOf[ids[value] & 0xff];
            }
        }

        private static void ofShorts(short[] ids, int[] idOf, short[] rowOf, int[] byRow) {
            for (int value = 0; value < ids.length; value++) {
                byRow[rowOf[value]] = idOf[ids[value] & 0xffff];
            }
        }

        private void literal(Block block, int row, Supply supply, int column, int value) {
            if (columnOf.length < block.rows()) {
                columnOf = new int[block.rows()];
                valueOf = new int[block.rows()];
                supplyOf = new Supply[block.rows()];
            }
            plain = false;
            byRow[row] = LITERAL;
            columnOf[row] = column;
            valueOf[row] = value;
            supplyOf[row] = supply;
        }

        private int base(Supply supply, Source source, int column) {
            long id = (long) Long.numberOfTrailingZeros(BlockMasks.form(source)) << 32 | column;
            return bases.computeIfAbsent(
                    id,
                    _ -> {
                        int base = next;
                        next += supply.size(column);
                        ranges.add(new Range(base, supply, column));
                        return base;
                    });
        }

        List<JsonNode> ofRow(int row) {
            int id = byRow[row];
            if (id != LITERAL) {
                return values(id);
            }
            var column = Objects.requireNonNull(block).readable(columnOf[row]);
            return supplyOf[row].values(columnOf[row], column, valueOf[row]);
        }

        List<JsonNode> values(int id) {
            if (id == NONE) {
                return List.of();
            }
            var own = single.get(id);
            if (own != null) {
                return own;
            }
            for (int i = ranges.size() - 1; i >= 0; i--) {
                var range = ranges.get(i);
                if (id >= range.base()) {
                    return range.supply().ofCode(range.column(), id - range.base());
                }
            }
            throw new IllegalStateException("id " + id);
        }
    }
}
