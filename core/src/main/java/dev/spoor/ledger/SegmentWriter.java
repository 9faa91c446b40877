package dev.spoor.ledger;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import dev.spoor.event.Column;
import dev.spoor.event.Dictionary;
import dev.spoor.event.Escape;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Shape;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes one segment: blocks of columns, then dictionaries, then the footer.
 * docs/format/segment.md.
 *
 * <p>Unless it is told to {@link #trust}, it reads every block back from its sealed bytes before
 * these go to the disk, and compares every event with what was received. A block that does not give
 * back each byte is written again, each event as one value, and counted.
 */
final class SegmentWriter implements AutoCloseable {
    private static final int LEVEL = 3;

    /** Smaller chunks are not compressed. */
    private static final int COMPRESS_MIN = 40;

    /** What the footer says of a block. */
    private record BlockEntry(
            long first,
            int rows,
            long minTime,
            long maxTime,
            int untimed,
            long rawBytes,
            List<Integer> columns,
            List<Integer> lengths) {}

    private final Disk.Out file;
    private final Path path;
    private final Sealing sealing;
    private @Nullable Shape whole; // of an event that is one value
    private final ZstdCompressCtx zstd = new ZstdCompressCtx();
    private final Bytes raw = new Bytes(1 << 16);
    private final Bytes bodies = new Bytes(1 << 16);
    private final Bytes small = new Bytes(1 << 10);
    private final Bytes filters = new Bytes(1 << 10);
    private final ColumnBuffer.Scratch scratch = new ColumnBuffer.Scratch();
    private final Uris uris = new Uris();
    private byte[] packed = new byte[1 << 16];
    private long sections;
    private long offset;
    private final List<BlockEntry> blocks = new ArrayList<>();

    // the block that is being filled
    private int rows;
    private long blockFirst;
    private long rawBytes;
    private long literalBytes;
    private int untimed;
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;
    private final int[] shapes = new int[Format.BLOCK_EVENTS];
    private final Shape[] rowShapes = new Shape[Format.BLOCK_EVENTS];
    private final int[] sources = new int[Format.BLOCK_EVENTS];
    private final long[] lines = new long[Format.BLOCK_EVENTS];
    private final long[] items = new long[Format.BLOCK_EVENTS];
    private final int[] flags = new int[Format.BLOCK_EVENTS];
    private final long[] received = new long[Format.BLOCK_EVENTS];
    private final long[] times = new long[Format.BLOCK_EVENTS];
    private final Bytes originals = new Bytes(64);

    // what the block must give back
    private final Bytes kept = new Bytes(64); // the view of each row, and its escaped original
    private final int[] viewEnds = new int[Format.BLOCK_EVENTS];
    private final int[] keptEnds = new int[Format.BLOCK_EVENTS];
    private final OpenSegment open;
    private final List<byte[]> sealedSections = new ArrayList<>();
    private boolean checked = true;

    /** What is searched once and thrown away needs no filters. */
    private final boolean filtered;

    private int rewritten;

    /** Sections of the block as they were before they were sealed, where the journal wants them. */
    private final Bytes plain = new Bytes(0);

    private boolean wanted;
    private @Nullable JournalBlock told;
    private int toldColumns;
    private int toldShapes;
    private int[] toldValues = new int[64]; // by column of the segment

    private final List<Integer> originalLengths = new ArrayList<>();

    private @Nullable ColumnBuffer[] buffers = new ColumnBuffer[64]; // by column id
    private final List<ColumnBuffer> used =
            new ArrayList<>(); // in order of first use in the segment
    private int[] segmentShapes = new int[64]; // by shape id: index in the segment + 1
    private final List<Shape> shapeList = new ArrayList<>();
    private int[] @Nullable [] uriParts = new int[64][];

    SegmentWriter(Disk disk, Path path, long firstPosition, boolean encrypted, Sealing sealing) {
        this.path = path;
        this.sealing = sealing;
        this.filtered = disk.lasting();
        this.blockFirst = firstPosition;
        this.open = new OpenSegment(String.valueOf(path.getFileName()), firstPosition, sealing);
        zstd.setLevel(disk.lasting() ? LEVEL : -3);
        try {
            file = disk.create(path);
            var header = new Bytes(Format.HEADER);
            header.bytes(Format.MAGIC)
                    .u8(Format.VERSION >>> 8)
                    .u8(Format.VERSION)
                    .u8(0)
                    .u8(encrypted ? Format.FLAG_ENCRYPTED : 0)
                    .i64(firstPosition);
            header.i32(crc(header.array, header.size));
            write(header.array, header.size);
        } catch (IOException e) {
            throw new Unavailable(
                    "segment could not be started: " + path + ": " + e.getMessage(), e);
        }
    }

    static int crc(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** From now on blocks are not read back. */
    void trust() {
        checked = false;
    }

    /** Events that were kept as one value because their columns did not give them back. */
    int rewritten() {
        return rewritten;
    }

    int blockRows() {
        return rows;
    }

    /** Time in nanoseconds, or {@link Stamp#NONE}. */
    void add(Received record, Scanned event, long time, long receivedMicros) {
        int row = rows;
        var shape = event.shape();
        whole = event.whole();
        rowShapes[row] = shape;
        shapes[row] = segmentShape(shape);
        sources[row] = record.source;
        lines[row] = record.line;
        items[row] = record.item;
        flags[row] = record.flags | record.escape.ordinal() << 4;
        received[row] = receivedMicros;
        if (record.escape == Escape.OTHER) {
            originals.bytes(record.bytes, record.offset, record.length);
            originalLengths.add(record.length);
            literalBytes += record.length;
        }
        if (time != Stamp.NONE) {
            minTime = Math.min(minTime, time);
            maxTime = Math.max(maxTime, time);
        } else if (record.source >= 0) {
            untimed++;
        }
        for (int i = 0; i < event.count(); i++) {
            var column = shape.column(i);
            var buffer = buffer(column);
            if (column.look() == Column.Look.URI) {
                buffer.addUri(uris, event, parts(shape), i, row);
            } else {
                int code = event.code(i);
                buffer.add(code, event.bytes(), event.from(i), event.to(i), row);
                if (code < 0) {
                    literalBytes += event.to(i) - event.from(i);
                }
            }
        }
        if (checked) {
            keep(record);
        }
        rawBytes += record.length;
        rows++;
        if (rows == Format.BLOCK_EVENTS || (!wanted && large())) {
            flush();
        }
    }

    private boolean large() {
        return literalBytes >= Format.BLOCK_BYTES || rawBytes >= Format.BLOCK_RAW_BYTES;
    }

    /**
     * Whether the block that is being filled is to be {@link #told} once it is closed. It is then
     * closed for its size only by {@link #settle}: entries that were appended together stay so.
     */
    void want(boolean journal) {
        wanted = journal;
    }

    /** Closes the block when it is large enough. */
    void settle() {
        if (large()) {
            flush();
        }
    }

    /** The block that was closed since it was last asked for, for the journal; null when none. */
    @Nullable JournalBlock told() {
        var block = told;
        told = null;
        return block;
    }

    private void keep(Received record) {
        kept.bytes(record.view, record.viewOffset, record.viewLength);
        viewEnds[rows] = kept.size;
        if (record.escape == Escape.MINIMAL || record.escape == Escape.GO) {
            kept.bytes(record.bytes, record.offset, record.length);
        }
        keptEnds[rows] = kept.size;
    }

    private int segmentShape(Shape shape) {
        if (shape.id() >= segmentShapes.length) {
            segmentShapes =
                    Arrays.copyOf(
                            segmentShapes, Math.max(shape.id() + 1, segmentShapes.length * 2));
        }
        int index = segmentShapes[shape.id()];
        if (index == 0) {
            shapeList.add(shape);
            open.shapes.add(shapeEntry(shape));
            index = shapeList.size();
            segmentShapes[shape.id()] = index;
        }
        return index - 1;
    }

    private SegmentReader.ShapeEntry shapeEntry(Shape shape) {
        var gaps = new byte[shape.count() + 1][];
        var indexes = new int[shape.count()];
        for (int i = 0; i <= shape.count(); i++) {
            gaps[i] = shape.gap(i);
            if (i < shape.count()) {
                indexes[i] = buffer(shape.column(i)).index;
            }
        }
        return new SegmentReader.ShapeEntry(gaps, indexes);
    }

    private int[] parts(Shape shape) {
        if (shape.id() >= uriParts.length) {
            uriParts = Arrays.copyOf(uriParts, Math.max(shape.id() + 1, uriParts.length * 2));
        }
        var parts = uriParts[shape.id()];
        if (parts == null) {
            parts = Uris.parts(shape);
            uriParts[shape.id()] = parts;
        }
        return parts;
    }

    private ColumnBuffer buffer(Column column) {
        int id = column.id();
        if (id >= buffers.length) {
            buffers = Arrays.copyOf(buffers, Math.max(id + 1, buffers.length * 2));
        }
        var buffer = buffers[id];
        if (buffer == null) {
            buffer = new ColumnBuffer(column, used.size());
            buffers[id] = buffer;
            used.add(buffer);
            open.column(buffer);
        }
        return buffer;
    }

    /** Distinct values held in memory for this segment, in bytes. */
    boolean full() {
        if (blocks.size() >= Format.SEGMENT_BLOCKS) {
            return true;
        }
        long bytes = 0;
        for (var buffer : used) {
            bytes +=
                    buffer.dictionary.size() == 0
                            ? 0
                            : buffer.dictionary.end(buffer.dictionary.size() - 1);
        }
        return bytes >= Format.SEGMENT_DICTIONARY_BYTES;
    }

    /** Closes the block; the next event starts another. */
    void flush() {
        if (rows == 0) {
            return;
        }
        var entry = encode();
        if (checked && !comesBack(entry)) {
            whole();
            entry = encode();
            if (!comesBack(entry)) {
                throw new IllegalStateException(
                        "entries from " + blockFirst + " on cannot be kept as they are");
            }
        }
        writeSections();
        if (wanted) {
            told = new JournalBlock(blockFirst, rows, words(), block(entry));
            wanted = false;
        }
        blocks.add(entry);
        blockFirst += rows;
        rows = 0;
        rawBytes = 0;
        literalBytes = 0;
        untimed = 0;
        minTime = Long.MAX_VALUE;
        maxTime = Long.MIN_VALUE;
        originals.clear();
        originalLengths.clear();
        kept.clear();
        scratch.texts.plainly(false);
        for (var buffer : used) {
            buffer.clear();
        }
    }

    /** The block's sections, sealed, in the order of the file. */
    private BlockEntry encode() {
        sections -= sealedSections.size();
        sealedSections.clear();
        plain.clear();
        var columns = new ArrayList<Integer>();
        var lengths = new ArrayList<Integer>();
        raw.clear();
        writeRows();
        lengths.add(section());
        raw.clear();
        if (!originalLengths.isEmpty()) {
            var sizes = scratch.longs(originalLengths.size());
            for (int i = 0; i < originalLengths.size(); i++) {
                sizes[i] = originalLengths.get(i);
            }
            Numbers.write(sizes, originalLengths.size(), raw);
            raw.bytes(originals.array, 0, originals.size);
        }
        lengths.add(section());
        Arrays.fill(times, 0, rows, Stamp.NONE);
        collectBodies();
        filters.clear();
        int count = filtered ? 0 : BlockFilters.COLUMNS_MAX;
        int passes = Segments.BASE_TIMES.size();
        for (int pass = 0; pass <= passes; pass++) {
            for (int i = 0; i < used.size(); i++) {
                var buffer = used.get(i);
                if (buffer.count() > 0 && buffer.pass() == pass) {
                    raw.clear();
                    buffer.write(raw, blocks.size(), times, scratch);
                    columns.add(i);
                    lengths.add(sectionOrSmall());
                    count += count < BlockFilters.COLUMNS_MAX && buffer.filter(filters) ? 1 : 0;
                }
            }
        }
        raw.clear();
        raw.bytes(bodies.array, 0, bodies.size);
        lengths.add(section());
        lengths.add(smallSection());
        raw.clear();
        raw.bytes(filters.array, 0, filters.size);
        lengths.add(section());
        return new BlockEntry(
                blockFirst, rows, minTime, maxTime, untimed, rawBytes, columns, lengths);
    }

    private void writeSections() {
        try {
            for (var section : sealedSections) {
                write(section, section.length);
            }
        } catch (IOException e) {
            throw new Unavailable(
                    "segment could not be written: " + path + ": " + e.getMessage(), e);
        }
        sealedSections.clear();
    }

    /** Whether the sealed sections give back every row, byte for byte. */
    private boolean comesBack(BlockEntry entry) {
        int sourceCount = 0;
        for (int row = 0; row < rows; row++) {
            sourceCount = Math.max(sourceCount, sources[row] + 1);
        }
        open.block(sealedSections, sections - sealedSections.size(), sourceCount);
        try {
            var block = new Block(open, readerEntry(entry));
            for (int row = 0; row < rows; row++) {
                if (!comesBack(block, row)) {
                    return false;
                }
            }
            return true;
        } catch (Tampered
                | IndexOutOfBoundsException
                | NegativeArraySizeException
                | ArithmeticException e) {
            return false;
        }
    }

    private boolean comesBack(Block block, int row) {
        block.seek(row);
        int from = row == 0 ? 0 : keptEnds[row - 1];
        var rest = block.told();
        if (!block.isView(kept.array, from, viewEnds[row])
                || block.sources[row] != sources[row]
                || rest.lines().at(row) != lines[row]
                || rest.items().at(row) != items[row]
                || rest.flags().at(row) != flags[row]
                || rest.received().at(row) != received[row]) {
            return false;
        }
        if (keptEnds[row] == viewEnds[row]) {
            return true; // the view is the original, or the original is kept beside it
        }
        var original = block.original(block.view());
        return Arrays.equals(
                original, 0, original.length, kept.array, viewEnds[row], keptEnds[row]);
    }

    /** The block as its reader will find it in the footer. */
    private SegmentReader.BlockEntry readerEntry(BlockEntry entry) {
        var columns = entry.columns().stream().mapToInt(Integer::intValue).toArray();
        var places = new SegmentReader.Section[entry.lengths().size()];
        long number = sections - sealedSections.size();
        for (int i = 0; i < places.length; i++) {
            int length = entry.lengths().get(i);
            places[i] =
                    new SegmentReader.Section(
                            number, 0, length, part -> "the block being written", i);
            number += length == 0 ? 0 : 1;
        }
        return new SegmentReader.BlockEntry(
                blocks.size(),
                entry.first(),
                entry.rows(),
                entry.minTime(),
                entry.maxTime(),
                entry.untimed(),
                entry.rawBytes(),
                new SegmentReader.Layout(columns, places));
    }

    /** Makes every event of the block one plain value. */
    private void whole() {
        var verbatim = java.util.Objects.requireNonNull(whole);
        rewritten += rows;
        for (var buffer : used) {
            buffer.clear();
        }
        scratch.texts.plainly(true);
        for (int row = 0; row < rows; row++) {
            rowShapes[row] = verbatim;
            shapes[row] = segmentShape(verbatim);
            int from = row == 0 ? 0 : keptEnds[row - 1];
            buffer(verbatim.column(0)).add(-1, kept.array, from, viewEnds[row], row);
        }
    }

    /**
     * All bodies of the block in the order of the events: request and response stand side by side
     * and share matches.
     */
    private void collectBodies() {
        bodies.clear();
        boolean any = false;
        for (var buffer : used) {
            any |= buffer.count() > 0 && buffer.column.look() == Column.Look.BODY;
        }
        if (!any) {
            return;
        }
        var values = new int[buffers.length];
        var literals = new int[buffers.length];
        for (int row = 0; row < rows; row++) {
            var shape = rowShapes[row];
            for (int i = 0; i < shape.count(); i++) {
                var column = shape.column(i);
                if (column.look() == Column.Look.BODY) {
                    var buffer = buffer(column);
                    if (buffer.code(values[column.id()]++) < 0) {
                        buffer.body(literals[column.id()]++, bodies);
                    }
                }
            }
        }
    }

    private void writeRows() {
        raw.varint(rows);
        var values = scratch.longs(rows);
        copy(shapes, rows, values);
        Numbers.write(values, rows, raw);
        copy(sources, rows, values);
        Numbers.steps(values, rows);
        Numbers.write(values, rows, raw);
        lineSteps(lines, rows, values);
        Numbers.write(values, rows, raw);
        itemSteps(items, rows, values);
        Numbers.write(values, rows, raw);
        copy(flags, rows, values);
        Numbers.write(values, rows, raw);
        raw.i64(received[0]);
        System.arraycopy(received, 0, values, 0, rows);
        Numbers.steps(values, rows);
        values[0] = 0;
        Numbers.write(values, rows, raw);
    }

    private static void copy(int[] from, int count, long[] into) {
        for (int i = 0; i < count; i++) {
            into[i] = from[i];
        }
    }

    private static void lineSteps(long[] lines, int count, long[] into) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            into[i] = Numbers.zigzag(lines[i] - last - 1);
            last = lines[i];
        }
    }

    private static void itemSteps(long[] items, int count, long[] into) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            long item = items[i];
            into[i] = item == 0 ? 0 : item == last + 1 ? 1 : item + 2;
            last = item;
        }
    }

    /** As {@link #section}, but what is small goes into one section with others: 0 is returned. */
    private int sectionOrSmall() {
        if (raw.size < Format.SMALL) {
            small.varint(raw.size).bytes(raw.array, 0, raw.size);
            return 0;
        }
        return section();
    }

    private int smallSection() {
        raw.clear();
        raw.bytes(small.array, 0, small.size);
        small.clear();
        return section();
    }

    /** Compresses and seals what is in {@code raw}; returns the length on disk, 0 for nothing. */
    private int section() {
        if (raw.size == 0) {
            return 0;
        }
        int bound = (int) Zstd.compressBound(raw.size) + 16;
        if (packed.length < bound) {
            packed = new byte[bound];
        }
        var head = new Bytes(12);
        int length = 0;
        if (raw.size >= COMPRESS_MIN) {
            head.varint(raw.size);
            length =
                    zstd.compressByteArray(
                            packed, head.size, packed.length - head.size, raw.array, 0, raw.size);
        }
        if (raw.size < COMPRESS_MIN || length >= raw.size) {
            head.clear();
            head.varint(0);
            System.arraycopy(raw.array, 0, packed, head.size, raw.size);
            length = raw.size;
        }
        System.arraycopy(head.array, 0, packed, 0, head.size);
        if (wanted) {
            plain.bytes(packed, 0, head.size + length);
        }
        var sealed = sealing.seal(sections++, packed, head.size + length);
        sealedSections.add(sealed);
        return sealed.length;
    }

    private void write(byte[] bytes, int length) throws IOException {
        file.write(bytes, length);
        offset += length;
    }

    /**
     * Closes the segment: dictionaries, footer, trailer, and everything forced to the disk.
     *
     * @param salts the keys of its entries' salts
     */
    void finish(List<SourceEntry> allSources, List<Salts.Key> salts) {
        flush();
        var dictionaryLengths = new ArrayList<Integer>();
        for (var buffer : used) {
            raw.clear();
            dictionary(buffer.dictionary, buffer.masks);
            dictionaryLengths.add(sectionOrSmall());
        }
        dictionaryLengths.add(smallSection());
        writeSections();
        raw.clear();
        footer(allSources, dictionaryLengths);
        raw.varint(salts.size());
        for (var salt : salts) {
            raw.varint(salt.first()).u8(salt.kind().ordinal());
            raw.varint(salt.key().length).bytes(salt.key());
        }
        try {
            long number = sections;
            long at = offset;
            int length = section();
            writeSections();
            var trailer = new Bytes(Format.TRAILER);
            trailer.i64(number).i64(at).i32(length);
            trailer.i32(crc(trailer.array, trailer.size)).bytes(Format.END);
            write(trailer.array, trailer.size);
            file.force();
            file.close();
        } catch (IOException e) {
            throw new Unavailable(
                    "segment could not be finished: " + path + ": " + e.getMessage(), e);
        } finally {
            zstd.close();
        }
    }

    /** What blocks refer to and no block before has told; docs/format/journal.md. */
    private Bytes words() {
        var out = new Bytes(1 << 10);
        out.size = JournalFormat.PAYLOAD_HEAD;
        out.u8(toldColumns == 0 ? 1 : 0).varint(used.size() - toldColumns);
        for (; toldColumns < used.size(); toldColumns++) {
            var column = used.get(toldColumns).column;
            out.text(column.path()).u8(column.type().ordinal()).u8(column.look().ordinal());
        }
        out.varint(shapeList.size() - toldShapes);
        for (; toldShapes < shapeList.size(); toldShapes++) {
            shape(shapeList.get(toldShapes), out);
        }
        if (toldValues.length < used.size()) {
            toldValues = Arrays.copyOf(toldValues, used.size() * 2);
        }
        for (int i = 0; i < used.size(); i++) {
            values(used.get(i).dictionary, i, out);
        }
        return out;
    }

    private void values(Dictionary dictionary, int column, Bytes out) {
        int from = toldValues[column];
        int size = dictionary.size();
        if (size == from) {
            return;
        }
        var lengths = new long[size - from];
        for (int code = from; code < size; code++) {
            lengths[code - from] = dictionary.end(code) - dictionary.start(code);
        }
        out.varint(column);
        Numbers.write(lengths, lengths.length, out);
        int start = dictionary.start(from);
        out.bytes(dictionary.arena(), start, dictionary.end(size - 1) - start);
        toldValues[column] = size;
    }

    /** The block's line of the footer and its sections as they were before they were sealed. */
    private Bytes block(BlockEntry entry) {
        var out = new Bytes(plain.size + (1 << 10));
        out.size = JournalFormat.PAYLOAD_HEAD;
        line(entry, sealing.overhead(), out);
        return out.bytes(plain.array, 0, plain.size);
    }

    private void dictionary(Dictionary dictionary, long[] masks) {
        int size = dictionary.size();
        if (size == 0) {
            return;
        }
        var lengths = new long[size];
        var bits = new long[size];
        for (int code = 0; code < size; code++) {
            lengths[code] = dictionary.end(code) - dictionary.start(code);
            bits[code] = code < masks.length ? masks[code] : 0;
        }
        Numbers.write(lengths, size, raw);
        raw.bytes(dictionary.arena(), 0, dictionary.end(size - 1));
        Numbers.write(bits, size, raw);
    }

    private void footer(List<SourceEntry> allSources, List<Integer> dictionaryLengths) {
        raw.varint(used.size());
        for (int i = 0; i < used.size(); i++) {
            var column = used.get(i).column;
            raw.text(column.path()).u8(column.type().ordinal()).u8(column.look().ordinal());
            raw.varint(dictionaryLengths.get(i)).i64(used.get(i).literalBlocks());
        }
        raw.varint(dictionaryLengths.getLast());
        raw.varint(shapeList.size());
        for (var shape : shapeList) {
            shape(shape, raw);
        }
        raw.varint(allSources.size());
        for (var entry : allSources) {
            var source = entry.source();
            raw.varint(entry.position())
                    .text(source.kind().id())
                    .u8(source.wrapping().ordinal())
                    .text(source.path())
                    .u8(source.cluster() == null ? 0 : 1)
                    .text(source.cluster() == null ? "" : source.cluster());
        }
        raw.varint(blocks.size());
        for (var block : blocks) {
            line(block, 0, raw);
        }
    }

    private void shape(Shape shape, Bytes out) {
        out.varint(shape.count());
        for (int i = 0; i <= shape.count(); i++) {
            out.varint(shape.gap(i).length).bytes(shape.gap(i));
            if (i < shape.count()) {
                out.varint(buffer(shape.column(i)).index);
            }
        }
    }

    /**
     * @param less bytes that each section is shorter
     */
    private static void line(BlockEntry block, int less, Bytes out) {
        out.varint(block.first())
                .varint(block.rows())
                .i64(block.minTime())
                .i64(block.maxTime())
                .varint(block.untimed())
                .varint(block.rawBytes());
        out.varint(block.columns().size());
        for (int column : block.columns()) {
            out.varint(column);
        }
        for (int length : block.lengths()) {
            out.varint(length == 0 ? 0 : length - less);
        }
    }

    @Override
    public void close() {
        zstd.close();
        try {
            file.close();
        } catch (IOException e) {
            throw new Unavailable("segment could not be closed: " + path, e);
        }
    }
}
