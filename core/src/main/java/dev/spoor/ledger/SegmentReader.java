package dev.spoor.ledger;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.spoor.event.Column;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one segment; every byte that it gives has passed its check. Not thread-safe.
 * docs/format/segment.md.
 */
class SegmentReader implements AutoCloseable {
    /** A column as the footer tells it; {@code literals}: blocks where it has some, as bits. */
    record ColumnEntry(String path, Column.Type type, Column.Look look, long literals) {}

    /** A shape as the footer tells it. */
    record ShapeEntry(byte[][] gaps, int[] columns) {}

    /** What the pieces of a file are, by number: told only when one of them does not hold. */
    interface Parts {
        String place(int part);
    }

    /** A piece of the file. */
    record Section(long number, long offset, int length, Parts parts, int part) {
        String place() {
            return parts.place(part);
        }
    }

    /**
     * A block as the footer tells it; {@code untimed} events tell no time. Where its sections stand
     * is worked out when it is first read.
     */
    record BlockEntry(
            int index,
            long first,
            int rows,
            long minTime,
            long maxTime,
            int untimed,
            long rawBytes,
            Layout layout) {
        Section rowsSection() {
            return layout.sections()[0];
        }

        Section originals() {
            return layout.sections()[1];
        }

        /** The columns that it has chunks of. */
        int[] columns() {
            return layout.columns();
        }

        /** By position in {@link #columns}. */
        Section[] chunks() {
            return layout.chunks();
        }

        Section bodies() {
            return layout.last(3);
        }

        Section small() {
            return layout.last(2);
        }

        Section filters() {
            return layout.last(1);
        }
    }

    /** Where the sections of a block stand: as the footer tells it, until somebody asks. */
    static final class Layout implements Parts {
        private final @Nullable SegmentReader segment;
        private final int block;
        private final long number;
        private final long offset;
        private final byte[] told;
        private int[] columns = {};
        private Section @Nullable [] sections;

        /**
         * @param number of its first section, which stands at {@code offset}
         * @param told its columns and the lengths of its sections, as in the footer
         */
        Layout(SegmentReader segment, int block, long number, long offset, byte[] told) {
            this.segment = segment;
            this.block = block;
            this.number = number;
            this.offset = offset;
            this.told = told;
        }

        /** Of a block that is being written. */
        Layout(int[] columns, Section[] sections) {
            this.segment = null;
            this.block = 0;
            this.number = 0;
            this.offset = 0;
            this.told = new byte[0];
            this.columns = columns;
            this.sections = sections;
        }

        Section[] sections() {
            var known = sections;
            if (known == null) {
                var in = new Bytes.In(told, "footer");
                columns = new int[in.count(Integer.MAX_VALUE)];
                for (int i = 0; i < columns.length; i++) {
                    columns[i] = in.count(Integer.MAX_VALUE);
                }
                known = new Section[columns.length + OTHERS];
                long next = number;
                long at = offset;
                for (int i = 0; i < known.length; i++) {
                    int length = in.count(Integer.MAX_VALUE);
                    known[i] = new Section(next, at, length, this, i);
                    next += length == 0 ? 0 : 1;
                    at += length;
                }
                sections = known;
            }
            return known;
        }

        int[] columns() {
            sections();
            return columns;
        }

        Section[] chunks() {
            var all = sections();
            return Arrays.copyOfRange(all, 2, all.length - 3);
        }

        Section last(int from) {
            var all = sections();
            return all[all.length - from];
        }

        void forget() {
            sections = null;
        }

        @Override
        public String place(int part) {
            var segment = java.util.Objects.requireNonNull(this.segment);
            var what =
                    switch (part - columns().length) {
                        case 2 -> "bodies";
                        case 3 -> "small columns";
                        case 4 -> "filters";
                        default ->
                                part == 0
                                        ? "rows"
                                        : part == 1
                                                ? "originals"
                                                : "column "
                                                        + segment.columns.get(columns[part - 2])
                                                                .path;
                    };
            return segment.name + ", block " + block + ", " + what;
        }
    }

    /** Sections of a block that are no chunk of a column. */
    static final int OTHERS = 5;

    /** Distinct values of a column in this segment. */
    record Values(byte[] bytes, int[] ends, long[] masks) {
        int start(int code) {
            return code == 0 ? 0 : ends[code - 1];
        }

        int size() {
            return ends.length;
        }
    }

    private final @Nullable FileChannel file;
    private final String name;
    private final Sealing sealing;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();
    final long firstPosition;
    final List<Salts.Key> salts = new ArrayList<>();
    final List<ColumnEntry> columns = new ArrayList<>();
    final List<ShapeEntry> shapes = new ArrayList<>();
    private @Nullable List<SourceEntry> sources; // those of a footer: read when they are asked for
    private @Nullable Section footer;
    private int sourcesAt;
    final List<BlockEntry> blocks = new ArrayList<>();
    private final List<Section> dictionarySections = new ArrayList<>();
    private final @Nullable Values[] dictionaries;
    private final @Nullable Folded[] folded;
    private @Nullable List<Bytes.In> smallDictionaries;
    private long dictionaryBytes;
    private long bytesRead;

    private SegmentReader(FileChannel file, String name, Header header, Sealing sealing)
            throws IOException {
        this.file = file;
        this.name = name;
        this.firstPosition = header.firstPosition;
        this.sealing = sealing;
        footer(trailer());
        dictionaries = new Values[columns.size()];
        folded = new Folded[columns.size()];
    }

    /** A segment that is being written: {@link OpenSegment} fills it. */
    SegmentReader(String name, long firstPosition, Sealing sealing) {
        this.file = null;
        this.name = name;
        this.firstPosition = firstPosition;
        this.sealing = sealing;
        this.dictionaries = new Values[0];
        this.folded = new Folded[0];
        this.sources = new ArrayList<>();
    }

    private record Header(long firstPosition, boolean encrypted) {}

    /**
     * Opens a segment.
     *
     * @throws Tampered when it is not as it was written
     * @throws Rejected when the keys do not open it
     * @throws Unavailable when it cannot be read, or is not there any more
     */
    static SegmentReader open(Path path, LedgerKeys keys) {
        return open(path, String.valueOf(path.getFileName()), Folder.key(path), keys);
    }

    /**
     * @param name the name that its key was made for
     */
    static SegmentReader open(Path path, String name, Path keyFile, LedgerKeys keys) {
        FileChannel file = null;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ);
            var header = header(file, name);
            var sealing =
                    header.encrypted
                            ? Sealing.encrypted(keys.unwrap(Folder.read(keyFile), name))
                            : Sealing.plain();
            var reader = new SegmentReader(file, name, header, sealing);
            file = null;
            return reader;
        } catch (IOException e) {
            throw new Unavailable(path + " could not be read: " + e.getMessage(), e);
        } finally {
            if (file != null) {
                try {
                    file.close();
                } catch (IOException e) {
                    // the first failure is the one to tell
                }
            }
        }
    }

    private static Header header(FileChannel file, String name) throws IOException {
        var place = name + ", header";
        var bytes = read(file, 0, Format.HEADER, place);
        var in = new Bytes.In(bytes, place);
        if (!Arrays.equals(in.bytes(8), Format.MAGIC)) {
            throw in.bad("not a Spoor segment (its first bytes are not SPOORSEG)");
        }
        int version = in.u8() << 8 | in.u8();
        int flags = in.u8() << 8 | in.u8();
        long first = in.i64();
        if (in.i32() != SegmentWriter.crc(bytes, Format.HEADER - 4)) {
            throw in.bad("the checksum does not fit the content");
        }
        if (version != Format.VERSION || (flags & ~Format.FLAG_ENCRYPTED) != 0) {
            throw new Rejected(
                    place + ": version " + version + ", flags " + flags + " (expected: version 1)");
        }
        return new Header(first, flags != 0);
    }

    private Section trailer() throws IOException {
        var place = name + ", trailer";
        var file = java.util.Objects.requireNonNull(this.file);
        long at = file.size() - Format.TRAILER;
        if (at < Format.HEADER) {
            throw new Tampered(place + ": the file ends early");
        }
        var bytes = read(file, at, Format.TRAILER, place);
        var in = new Bytes.In(bytes, place);
        long section = in.i64();
        long offset = in.i64();
        int length = in.i32();
        if (in.i32() != SegmentWriter.crc(bytes, 20) || !Arrays.equals(in.bytes(8), Format.END)) {
            throw in.bad("the checksum does not fit the content (cut or changed)");
        }
        if (offset + length != at || offset < Format.HEADER || length < 0) {
            throw in.bad("the footer does not stand before it");
        }
        return new Section(section, offset, length, part -> name + ", footer", 0);
    }

    private void footer(Section section) throws IOException {
        var in = new Bytes.In(read(section), section.place());
        int columnCount = in.count(1_000_000);
        var dictionaryLengths = new int[columnCount + 1];
        for (int i = 0; i < columnCount; i++) {
            var path = in.text();
            var type = one(Column.Type.values(), in);
            var look = one(Column.Look.values(), in);
            dictionaryLengths[i] = in.count(Integer.MAX_VALUE);
            columns.add(new ColumnEntry(path, type, look, in.i64()));
        }
        dictionaryLengths[columnCount] = in.count(Integer.MAX_VALUE);
        int shapeCount = in.count(1_000_000);
        for (int i = 0; i < shapeCount; i++) {
            shapes.add(shape(in, columnCount));
        }
        footer = section;
        sourcesAt = in.at;
        int sourceCount = in.count(100_000_000);
        for (int i = 0; i < sourceCount; i++) {
            in.varint();
            in.skip(in.count(in.end - in.at));
            in.u8();
            in.skip(in.count(in.end - in.at));
            in.u8();
            in.skip(in.count(in.end - in.at));
        }
        blocks(in, columnCount, section, dictionaryLengths);
    }

    static ShapeEntry shape(Bytes.In in, int columnCount) {
        int values = in.count(100_000);
        var gaps = new byte[values + 1][];
        var indexes = new int[values];
        for (int v = 0; v <= values; v++) {
            gaps[v] = in.bytes(in.count(Integer.MAX_VALUE));
            if (v < values) {
                indexes[v] = in.count(columnCount - 1);
            }
        }
        return new ShapeEntry(gaps, indexes);
    }

    /** All sources that are declared up to its end, by number. */
    List<SourceEntry> sources() {
        var known = sources;
        if (known == null) {
            known = new ArrayList<>();
            var from = java.util.Objects.requireNonNull(footer);
            var in = new Bytes.In(read(from), from.place());
            in.at = sourcesAt;
            int count = in.count(100_000_000);
            for (int i = 0; i < count; i++) {
                long position = in.varint();
                var kind = Kind.of(in.text());
                var wrapping = one(Wrapping.values(), in);
                var path = in.text();
                boolean named = in.u8() == 1;
                var cluster = in.text();
                var source = new Source(i, kind, wrapping, path, named ? cluster : null);
                known.add(new SourceEntry(source, position));
            }
            sources = known;
        }
        return known;
    }

    private void blocks(Bytes.In in, int columnCount, Section footer, int[] dictionaryLengths) {
        long offset = Format.HEADER;
        long sectionNumber = 0;
        long position = firstPosition;
        int blockCount = in.count(Format.SEGMENT_BLOCKS);
        for (int i = 0; i < blockCount; i++) {
            long first = in.varint();
            int rows = in.count(Format.BLOCK_EVENTS);
            long minTime = in.i64();
            long maxTime = in.i64();
            int untimed = in.count(rows);
            long rawBytes = in.varint();
            int told = in.at;
            int used = in.count(columnCount);
            for (int c = 0; c < used; c++) {
                in.count(columnCount - 1);
            }
            long firstNumber = sectionNumber;
            long firstOffset = offset;
            for (int c = 0; c < used + OTHERS; c++) {
                int length = in.count(Integer.MAX_VALUE);
                sectionNumber += length == 0 ? 0 : 1;
                offset += length;
            }
            var layout =
                    new Layout(
                            this,
                            i,
                            firstNumber,
                            firstOffset,
                            Arrays.copyOfRange(in.array, told, in.at));
            if (first != position) {
                throw in.bad(
                        "block " + i + " starts at " + first + " (expected: " + position + ")");
            }
            position += rows;
            blocks.add(new BlockEntry(i, first, rows, minTime, maxTime, untimed, rawBytes, layout));
        }
        salts(in);
        in.done();
        for (int i = 0; i <= columnCount; i++) {
            dictionarySections.add(
                    new Section(
                            sectionNumber, offset, dictionaryLengths[i], this::dictionaryPlace, i));
            sectionNumber += dictionaryLengths[i] == 0 ? 0 : 1;
            offset += dictionaryLengths[i];
        }
        if (offset != footer.offset || sectionNumber != footer.number) {
            throw in.bad("its sections end at " + offset + " (expected: " + footer.offset + ")");
        }
    }

    private String dictionaryPlace(int column) {
        return name
                + (column == columns.size()
                        ? ", small dictionaries"
                        : ", dictionary of column " + columns.get(column).path);
    }

    private void salts(Bytes.In in) {
        int count = in.count(1_000_000);
        for (int i = 0; i < count; i++) {
            salts.add(
                    new Salts.Key(
                            in.varint(),
                            one(Salts.Kind.values(), in),
                            in.bytes(in.count(1024 * Salts.BYTES))));
            checkKey(salts.getLast(), in);
        }
        if (count == 0) {
            throw in.bad("has no salt key");
        }
    }

    private static void checkKey(Salts.Key key, Bytes.In in) {
        int length = key.key().length;
        boolean fits =
                key.kind() == Salts.Kind.SALTS
                        ? length % Salts.BYTES == 0
                                && key.first() % 1024 + length / Salts.BYTES <= 1024
                        : length == LedgerKeys.KEY_BYTES;
        if (!fits || key.first() < 0) {
            throw in.bad("a salt key is " + length + " bytes long");
        }
    }

    static <T> T one(T[] values, Bytes.In in) {
        int index = in.u8();
        if (index >= values.length) {
            throw in.bad("a kind is " + index + " (expected: below " + values.length + ")");
        }
        return values[index];
    }

    long size() {
        return blocks.isEmpty()
                ? 0
                : blocks.getLast().first + blocks.getLast().rows - firstPosition;
    }

    /** Behind its last entry. */
    long end() {
        return firstPosition + size();
    }

    String name() {
        return name;
    }

    /** The bytes of a section as they are kept. */
    byte[] stored(Section section) {
        try {
            var bytes =
                    read(
                            java.util.Objects.requireNonNull(file),
                            section.offset,
                            section.length,
                            section.place());
            bytesRead += section.length;
            return bytes;
        } catch (IOException e) {
            throw new Unavailable(section.place() + " could not be read: " + e.getMessage(), e);
        }
    }

    /** The decoded content of a section; empty for a section of length 0. */
    byte[] read(Section section) {
        if (section.length == 0) {
            return new byte[0];
        }
        return unpacked(opened(section), section);
    }

    /** A section as it is packed, checked: for {@link #unpacked}. */
    final byte[] opened(Section section) {
        return sealing.open(section.number, stored(section), section.place());
    }

    /** The content of a section that was opened. */
    final byte[] unpacked(byte[] packed, Section section) {
        var in = new Bytes.In(packed, section.place());
        return unpacked(in, in.count(Format.SECTION_BYTES_MAX), section, new byte[0]);
    }

    /**
     * The same in an array that is there, or in a larger one.
     *
     * @param expected its bytes
     * @return holds it from the first byte on
     */
    final byte[] unpacked(byte[] packed, Section section, int expected, byte[] place) {
        var in = new Bytes.In(packed, section.place());
        int size = in.count(Format.SECTION_BYTES_MAX);
        int length = size == 0 ? in.end - in.at : size;
        if (length != expected) {
            throw in.bad(length + " bytes (expected: " + expected + ")");
        }
        return unpacked(in, size, section, place);
    }

    /**
     * @param size unpacked; 0 = it stands as it is
     */
    private byte[] unpacked(Bytes.In in, int size, Section section, byte[] place) {
        int stored = in.end - in.at;
        int length = size == 0 ? stored : size;
        try {
            if (size != 0 && Zstd.getFrameContentSize(in.array, in.at, stored) != size) {
                throw in.bad("its size is not the one it tells");
            }
            var into = place.length >= length ? place : new byte[length];
            if (size == 0) {
                System.arraycopy(in.array, in.at, into, 0, length);
            } else if (zstd.decompressByteArray(into, 0, length, in.array, in.at, stored)
                    != length) {
                throw in.bad("its size is not the one it tells");
            }
            return into;
        } catch (ZstdException e) {
            throw new Tampered(section.place() + ": does not decompress: " + e.getMessage());
        }
    }

    private static byte[] read(FileChannel file, long offset, int length, String place)
            throws IOException {
        if (offset + length > file.size()) {
            throw new Tampered(place + ": the file ends early");
        }
        var bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offset + bytes.position()) < 0) {
                throw new Tampered(place + ": the file ends early");
            }
        }
        return bytes.array();
    }

    /** The distinct values of a column, read once. */
    Values values(int column) {
        var known = dictionaries[column];
        if (known == null) {
            var in = dictionary(column);
            if (!in.more()) {
                known = new Values(new byte[0], new int[0], new long[0]);
            } else {
                var lengths = Numbers.read(in, 1 << 20);
                var ends = ends(lengths, in);
                int total = ends.length == 0 ? 0 : ends[ends.length - 1];
                var bytes = in.bytes(total);
                var masks = Numbers.read(in, 1 << 20);
                in.done();
                if (masks.length != ends.length) {
                    throw in.bad("values and masks differ in number");
                }
                known = new Values(bytes, ends, masks);
            }
            dictionaries[column] = known;
            dictionaryBytes += known.bytes.length + 12L * known.size() + 64;
        }
        return known;
    }

    /** The column's dictionary for searches that ask for no case. */
    Folded folded(int column) {
        var known = folded[column];
        if (known == null) {
            known = Folded.of(values(column));
            folded[column] = known;
            dictionaryBytes += known.weight();
        }
        return known;
    }

    private Bytes.In dictionary(int column) {
        var section = dictionarySections.get(column);
        if (section.length > 0) {
            return new Bytes.In(read(section), section.place());
        }
        if (smallDictionaries == null) {
            smallDictionaries =
                    smalls(dictionarySections.getLast(), dictionarySections, columns.size());
        }
        return smallDictionaries.get(column);
    }

    /**
     * What stands in a section shared by those of {@code sections} that have no bytes of their own.
     *
     * @return by section; those with bytes of their own are empty
     */
    List<Bytes.In> smalls(Section shared, List<Section> sections, int count) {
        var in = new Bytes.In(read(shared), shared.place());
        var found = new ArrayList<Bytes.In>();
        for (int i = 0; i < count; i++) {
            int length = sections.get(i).length > 0 ? 0 : in.count(in.end - in.at);
            found.add(new Bytes.In(in.array, in.at, in.at + length, sections.get(i).place()));
            in.at += length;
        }
        in.done();
        return found;
    }

    /** What is written beside a block of the texts and identifiers in it. */
    BlockFilters filters(int block) {
        var section = blocks.get(block).filters();
        return BlockFilters.read(new Bytes.In(read(section), section.place()), columns.size());
    }

    /** The shapes whose events have a value of the column. Not to be changed. */
    BitSet shapesOf(int column) {
        if (shapesTold != shapes.size()) {
            shapesOfColumn = shapesOfColumns();
            shapesTold = shapes.size();
        }
        return shapesOfColumn[column];
    }

    private BitSet[] shapesOfColumns() {
        var found = new BitSet[columns.size()];
        Arrays.setAll(found, _ -> new BitSet(shapes.size()));
        for (int shape = 0; shape < shapes.size(); shape++) {
            for (int column : shapes.get(shape).columns) {
                found[column].set(shape);
            }
        }
        return found;
    }

    private BitSet[] shapesOfColumn = {};
    private int shapesTold = -1;

    /**
     * Columns that the same shapes have: where a row's value of one stands, it stands of all. Not
     * to be changed.
     *
     * @param ofColumn by column its group
     * @param ofShape by shape its groups, each once
     */
    record Groups(int count, int[] ofColumn, int[][] ofShape) {}

    private Groups groups = new Groups(0, new int[0], new int[0][]);
    private int groupsTold = -1;

    Groups groups() {
        if (groupsTold != shapes.size()) {
            groups = findGroups();
            groupsTold = shapes.size();
        }
        return groups;
    }

    private Groups findGroups() {
        var known = new HashMap<BitSet, Integer>();
        var ofColumn = new int[columns.size()];
        for (int column = 0; column < ofColumn.length; column++) {
            ofColumn[column] = known.computeIfAbsent(shapesOf(column), _ -> known.size());
        }
        var ofShape = new int[shapes.size()][];
        for (int shape = 0; shape < ofShape.length; shape++) {
            ofShape[shape] =
                    Arrays.stream(shapes.get(shape).columns)
                            .map(column -> ofColumn[column])
                            .distinct()
                            .toArray();
        }
        return new Groups(known.size(), ofColumn, ofShape);
    }

    /** The sources of a block's rows: blocks that have the same ones have one array of them. */
    int[] shared(int[] rows) {
        if (!Arrays.equals(rows, rowSources)) {
            rowSources = rows;
        }
        return rowSources;
    }

    private int[] rowSources = {};

    /** Memory that the dictionaries read so far take, roughly. */
    long dictionaryBytes() {
        return dictionaryBytes;
    }

    /** Lets the dictionaries go; they are read again when they are asked for. */
    void forget() {
        Arrays.fill(dictionaries, null);
        Arrays.fill(folded, null);
        blocks.forEach(block -> block.layout.forget());
        sources = null;
        smallDictionaries = null;
        dictionaryBytes = 0;
    }

    /** Bytes read from the disk since this was opened, footer included. */
    long bytesRead() {
        return bytesRead;
    }

    /** Running ends of values of these lengths. */
    static int[] ends(long[] lengths, Bytes.In in) {
        var ends = new int[lengths.length];
        long at = 0;
        for (int i = 0; i < lengths.length; i++) {
            at += lengths[i];
            if (lengths[i] < 0 || at > Format.SECTION_BYTES_MAX) {
                throw in.bad("a length is out of range");
            }
            ends[i] = (int) at;
        }
        return ends;
    }

    @Override
    public void close() {
        zstd.close();
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            throw new Unavailable(name + " could not be closed", e);
        }
    }
}
