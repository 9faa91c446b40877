package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.ledger.SegmentReader.BlockEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The segment that the blocks in a journal are of, as far as the journal has told it. What a block
 * refers to never changes once it was told: blocks may be read in any order.
 */
final class JournalSegment extends SegmentReader {
    private static final int COLUMNS_MAX = 1_000_000;
    private static final int VALUES_MAX = 1 << 20;

    /** Whether a source was declared is told by the entries that declare them. */
    private static final List<SourceEntry> DECLARED =
            Collections.nCopies(
                    Integer.MAX_VALUE,
                    new SourceEntry(new Source(0, Kind.TEXT, Wrapping.NATIVE, "", null), 0));

    private final String place;
    private final List<Values> values = new ArrayList<>();

    /** The sections of one block. */
    private record Pieces(byte[] bytes, String place) implements Parts {
        @Override
        public String place(int part) {
            return place;
        }
    }

    JournalSegment(String place) {
        super(place, 0, Sealing.plain());
        this.place = place;
    }

    /** Whether the payload begins a segment of its own. */
    static boolean begins(Bytes words, String place) {
        return content(words, place).u8() == 1;
    }

    private static Bytes.In content(Bytes payload, String place) {
        return new Bytes.In(payload.array, JournalFormat.PAYLOAD_HEAD, payload.size, place);
    }

    /** Adds what a record of words tells. */
    void add(Bytes words) {
        var in = content(words, place);
        in.u8();
        for (int left = in.count(COLUMNS_MAX); left > 0; left--) {
            columns.add(
                    new ColumnEntry(
                            in.text(),
                            one(Column.Type.values(), in),
                            one(Column.Look.values(), in),
                            -1L));
            values.add(new Values(new byte[0], new int[0], new long[0]));
        }
        for (int left = in.count(COLUMNS_MAX); left > 0; left--) {
            shapes.add(shape(in, columns.size()));
        }
        while (in.more()) {
            int column = in.count(columns.size() - 1L);
            values.set(column, longer(values.get(column), in));
        }
    }

    private static Values longer(Values known, Bytes.In in) {
        var added = ends(Numbers.read(in, VALUES_MAX), in);
        int from = known.bytes().length;
        var more = in.bytes(added.length == 0 ? 0 : added[added.length - 1]);
        var bytes = Arrays.copyOf(known.bytes(), from + more.length);
        System.arraycopy(more, 0, bytes, from, more.length);
        var ends = Arrays.copyOf(known.ends(), known.size() + added.length);
        for (int i = 0; i < added.length; i++) {
            ends[known.size() + i] = from + added[i];
        }
        return new Values(bytes, ends, new long[0]);
    }

    /** The block in a record. */
    Block block(Bytes payload) {
        var in = content(payload, place);
        long first = in.varint();
        int rows = in.count(Format.BLOCK_EVENTS);
        long minTime = in.i64();
        long maxTime = in.i64();
        int untimed = in.count(rows);
        long rawBytes = in.varint();
        var used = new int[in.count(columns.size())];
        for (int i = 0; i < used.length; i++) {
            used[i] = in.count(columns.size() - 1L);
        }
        var pieces = sections(new int[used.length + OTHERS], in);
        return new Block(
                this,
                new BlockEntry(
                        0,
                        first,
                        rows,
                        minTime,
                        maxTime,
                        untimed,
                        rawBytes,
                        new Layout(used, pieces)));
    }

    private Section[] sections(int[] lengths, Bytes.In in) {
        long all = 0;
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = in.count(in.end);
            all += lengths[i];
        }
        if (all != in.end - in.at) {
            throw in.bad("the sections of a block take " + all + " bytes");
        }
        var parts = new Pieces(in.bytes((int) all), place);
        var sections = new Section[lengths.length];
        int at = 0;
        for (int i = 0; i < lengths.length; i++) {
            sections[i] = new Section(i, at, lengths[i], parts, i);
            at += lengths[i];
        }
        return sections;
    }

    @Override
    List<SourceEntry> sources() {
        return DECLARED;
    }

    @Override
    byte[] read(Section section) {
        int from = (int) section.offset();
        return section.length() > 0 && section.parts() instanceof Pieces pieces
                ? unpacked(Arrays.copyOfRange(pieces.bytes, from, from + section.length()), section)
                : new byte[0];
    }

    @Override
    Values values(int column) {
        return values.get(column);
    }
}
