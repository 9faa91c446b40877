package dev.spoor.ledger;

import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's reader has learned of where things stand: sets of blocks as bits. The footer
 * tells the columns of each block; what it does not tell is learned when a block is first read.
 */
final class BlockMasks {
    /** Fields whose supply is remembered; then all are forgotten. */
    private static final int SUPPLIES_MAX = 64;

    /** What is known of one block's texts takes as much memory as so many values. */
    private static final int TRIGRAMS_WEIGHT = 330;

    private final SegmentReader segment;
    private final long all;
    private final long[] ofColumn;
    private final long[] ofShape;

    /** By block: the forms of its events, as bits; 0 = not yet read. */
    private final long[] forms;

    private final Map<String, Supply> supplies = new HashMap<>();
    private final Map<Integer, @Nullable Trigrams[]> trigrams = new HashMap<>();
    private int remembered;

    BlockMasks(SegmentReader segment) {
        this.segment = segment;
        int blocks = segment.blocks.size();
        all = blocks == 64 ? -1L : (1L << blocks) - 1;
        forms = new long[blocks];
        ofColumn = new long[segment.columns.size()];
        for (int block = 0; block < blocks; block++) {
            for (int column : segment.blocks.get(block).columns()) {
                ofColumn[column] |= 1L << block;
            }
        }
        ofShape = new long[segment.shapes.size()];
        for (int shape = 0; shape < ofShape.length; shape++) {
            ofShape[shape] = all;
            for (int column : segment.shapes.get(shape).columns()) {
                ofShape[shape] &= ofColumn[column];
            }
        }
    }

    /** Every block of the segment. */
    long all() {
        return all;
    }

    /** Blocks that may hold events of this shape. */
    long ofShape(int shape) {
        return ofShape[shape];
    }

    /** Blocks that may hold values of the column that are not in its dictionary. */
    long literals(int column) {
        return segment.columns.get(column).literals();
    }

    /** Blocks that may hold events of these forms. */
    long ofForms(long asked) {
        long found = 0;
        for (int block = 0; block < forms.length; block++) {
            if (forms[block] == 0 || (forms[block] & asked) != 0) {
                found |= 1L << block;
            }
        }
        return found;
    }

    /** Blocks that may hold gaps: these have a form of their own, or none that was learned. */
    long gaps() {
        long found = 0;
        for (int shape = 0; shape < ofShape.length; shape++) {
            var columns = segment.shapes.get(shape).columns();
            boolean whole = columns.length == 1 && path(columns[0]).isEmpty();
            boolean gap = columns.length == Ledger.GAP_FIELDS.size();
            for (int i = 0; i < columns.length && gap; i++) {
                gap = path(columns[i]).equals(Ledger.GAP_FIELDS.get(i));
            }
            found |= whole || gap ? ofShape[shape] : 0;
        }
        return found;
    }

    private String path(int column) {
        return segment.columns.get(column).path();
    }

    /** Spoor's own records. */
    static final long OWN = Long.MIN_VALUE;

    static long form(Source source) {
        return form(source.kind(), source.wrapping());
    }

    static long form(Kind kind, Wrapping wrapping) {
        return 1L << (kind.ordinal() * Wrapping.values().length + wrapping.ordinal());
    }

    void learnedForms(int block, long found) {
        forms[block] = found;
    }

    /** Counts values that are kept in memory. */
    void remember(int values) {
        remembered += values;
    }

    int remembered() {
        return remembered;
    }

    /** Lets go of the values of fields; where things stand stays known. */
    void forget() {
        supplies.clear();
        trigrams.clear();
        remembered = 0;
    }

    /** Blocks whose literals of the column may hold the text, as far as it is known. */
    long holding(int column, byte @Nullable [] text) {
        var known = text == null ? null : trigrams.get(column);
        if (known == null || text == null) {
            return all;
        }
        long found = all;
        for (int block = 0; block < known.length; block++) {
            var one = known[block];
            if (one != null && !one.mayHold(text)) {
                found &= ~(1L << block);
            }
        }
        return found;
    }

    /** Whether a letter may be written as an escape in a literal of the column. */
    boolean mayEscape(Block block, int column) {
        var known = trigrams.get(column);
        var one = known == null ? null : known[block.entry().index()];
        return one == null || one.escapes();
    }

    /** Learns which texts a block's literals of the column can hold. */
    void learnedTexts(Block block, int column) {
        var known =
                trigrams.computeIfAbsent(
                        column, _ -> new @Nullable Trigrams[segment.blocks.size()]);
        int index = block.entry().index();
        if (known[index] == null) {
            known[index] = new Trigrams(block.column(column));
            remember(TRIGRAMS_WEIGHT);
        }
    }

    /** Where a field's values stand for events of this form. */
    Supply supply(Source source, String field) {
        var key = source.kind().id() + source.wrapping().ordinal() + field;
        var known = supplies.get(key);
        if (known == null) {
            if (supplies.size() >= SUPPLIES_MAX) {
                forget();
            }
            known = new Supply(segment, this, source.kind(), source.wrapping(), field);
            supplies.put(key, known);
        }
        return known;
    }
}
