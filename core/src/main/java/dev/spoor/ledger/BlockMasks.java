package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's reader has learned of where things stand: sets of blocks as bits. The footer
 * tells the columns of each block; what it does not tell is learned when a block is first read.
 */
final class BlockMasks {
    /** Fields whose supply is remembered; then all are forgotten. */
    private static final int SUPPLIES_MAX = 512;

    private final SegmentReader segment;
    private final long all;
    private final long[] ofColumn;
    private final long[] ofShape;

    /** The same of received events, once a block was read; Spoor's own have other shapes. */
    private final long[] ofReceived;

    private int learned;

    /** By block: the forms of its events, as bits; 0 = not yet read. */
    private final long[] forms;

    private final Map<String, Supply> supplies = new HashMap<>();
    private final Map<Integer, @Nullable Trigrams[]> trigrams = new HashMap<>();
    private final @Nullable BlockFilters[] filters;
    private final Map<Set<String>, boolean[]> withMembers = new HashMap<>();
    private @Nullable MemberReader members;
    private int remembered;

    BlockMasks(SegmentReader segment) {
        this.segment = segment;
        int blocks = segment.blocks.size();
        all = blocks == 64 ? -1L : (1L << blocks) - 1;
        forms = new long[blocks];
        filters = new BlockFilters[blocks];
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
        ofReceived = ofShape.clone();
    }

    /** Every block of the segment. */
    long all() {
        return all;
    }

    /** Blocks that hold values of the column. */
    long ofColumn(int column) {
        return ofColumn[column];
    }

    /** By shape: whether its events may have one of these top-level members. */
    boolean[] shapesWith(Set<String> members) {
        return withMembers.computeIfAbsent(members, this::findShapes);
    }

    private boolean[] findShapes(Set<String> members) {
        var found = new boolean[segment.shapes.size()];
        for (int shape = 0; shape < found.length; shape++) {
            var entry = segment.shapes.get(shape);
            for (int index : entry.columns()) {
                var column = segment.columns.get(index);
                var path = column.path();
                int dot = path.indexOf('.');
                found[shape] |=
                        column.type() == Column.Type.REST
                                || column.type() == Column.Type.TOKEN
                                || members.contains(path)
                                || dot > 0 && members.contains(path.substring(0, dot));
            }
            for (var gap : entry.gaps()) {
                found[shape] |= mayName(gap, members); // an empty object, or an escaped key
            }
        }
        return found;
    }

    private static boolean mayName(byte[] gap, Set<String> members) {
        if (BACKSLASH.in(gap, 0, gap.length)) {
            return true;
        }
        for (var member : members) {
            var key = ("\"" + member + "\"").getBytes(StandardCharsets.UTF_8);
            if (new Search(key).in(gap, 0, gap.length)) {
                return true;
            }
        }
        return false;
    }

    private static final Search BACKSLASH = new Search(new byte[] {'\\'});

    /** Blocks that may hold events with one of these members; empty = any. */
    long ofMembers(Set<String> members, Map<Long, Source> forms) {
        if (members.isEmpty()) {
            return all;
        }
        long found = 0;
        for (var form : forms.entrySet()) {
            var source = form.getValue();
            if (!Lens.identity(source.kind(), source.wrapping())) {
                found |= ofForms(form.getKey());
            }
        }
        var shapes = shapesWith(members);
        for (int shape = 0; shape < shapes.length; shape++) {
            found |= shapes[shape] ? ofShape[shape] : 0;
        }
        return found;
    }

    /** Blocks that may hold received events of this shape. */
    long ofReceived(int shape) {
        return ofReceived[shape];
    }

    /** Grows whenever {@link #ofReceived} may tell less. */
    int learned() {
        return learned;
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

    /** Learns what stands in a block. */
    void learn(Block block) {
        int index = block.entry().index();
        if (forms[index] != 0) {
            return;
        }
        forms[index] = block.forms();
        var received = block.shapesReceived();
        for (int shape = 0; shape < ofReceived.length; shape++) {
            if (!received[shape]) {
                ofReceived[shape] &= ~(1L << index);
            }
        }
        learned++;
    }

    /** Whether the block was read once. */
    boolean knows(int block) {
        return forms[block] != 0;
    }

    /** Reads events from columns; what it has read of dictionaries is remembered. */
    MemberReader members() {
        var known = members;
        if (known == null) {
            known = new MemberReader(segment, this);
            members = known;
        }
        return known;
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
        withMembers.clear();
        members = null;
        java.util.Arrays.fill(filters, null);
        remembered = 0;
    }

    /** Of these blocks, those whose literals of the column may hold the text. */
    long holding(int column, byte @Nullable [] text, long asked) {
        if (text == null || text.length < 3) {
            return asked;
        }
        long found = asked;
        for (long rest = asked; rest != 0; rest &= rest - 1) {
            int block = Long.numberOfTrailingZeros(rest);
            readFilters(block);
            var known = trigrams.get(column);
            var one = known == null ? null : known[block];
            if (one != null && !one.mayHold(text)) {
                found &= ~(1L << block);
            }
        }
        return found;
    }

    /** Of these blocks, those whose literals of the column may hold one of the identifiers. */
    long holding(int column, UuidSet identifiers, long asked) {
        long found = asked;
        for (long rest = asked; rest != 0; rest &= rest - 1) {
            int block = Long.numberOfTrailingZeros(rest);
            var one = readFilters(block).identifiers().get(column);
            if (one != null && !one.mayHold(identifiers)) {
                found &= ~(1L << block);
            }
        }
        return found;
    }

    private BlockFilters readFilters(int block) {
        var read = filters[block];
        if (read == null) {
            read = segment.filters(block);
            filters[block] = read;
            for (var texts : read.texts().entrySet()) {
                learned(block, texts.getKey(), texts.getValue());
            }
            for (var identifiers : read.identifiers().values()) {
                remember(identifiers.weight());
            }
        }
        return read;
    }

    private void learned(int block, int column, Trigrams texts) {
        var known =
                trigrams.computeIfAbsent(
                        column, _ -> new @Nullable Trigrams[segment.blocks.size()]);
        if (known[block] == null) {
            known[block] = texts;
            remember(texts.weight());
        }
    }

    /** Whether a letter may be written as an escape in a literal of the column. */
    boolean mayEscape(Block block, int column) {
        var known = trigrams.get(column);
        var one = known == null ? null : known[block.entry().index()];
        return one == null || one.escapes();
    }

    /** Learns which texts a block's literals of the column can hold. */
    void learnedTexts(Block block, int column) {
        int index = block.entry().index();
        var known = trigrams.get(column);
        if (known == null || known[index] == null) {
            learned(index, column, Trigrams.of(block.column(column)));
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
