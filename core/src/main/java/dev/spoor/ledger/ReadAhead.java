package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.query.Predicate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Fields that a reader is asked for again and again are read into memory for the blocks that were
 * not asked yet, some blocks after each answer, so that the next question about another hour finds
 * them there: what it costs then does not grow with how much is kept. Only what stays narrow in
 * memory is read ahead (numbers of dictionary values, times), and only while there is room, so
 * nothing that a question has read is let go for it.
 */
final class ReadAhead {
    /** Questions about the same fields before it begins: most processes ask once and end. */
    private static final int ASKED_MIN = 3;

    /** Blocks read after an answer at most: some milliseconds. */
    private static final int BLOCKS = 24;

    /** Fields of a question that are looked at. */
    private static final int FIELDS_MAX = 8;

    /** Sets of fields remembered; with more, all are forgotten. */
    private static final int PATTERNS_MAX = 64;

    /** Who reads. */
    interface Blocks {
        int segments();

        SegmentReader segment(int number);

        BlockMasks masks(int segment);

        /** Null when it is damaged. */
        @Nullable Block block(int segment, SegmentReader.BlockEntry entry);

        /** Runs what may meet damage. */
        void read(Runnable reading);

        /** Makes room after a block of the segment was read. */
        void looked(int segment);

        /** Whether a block more can be kept without letting go of another. */
        boolean room();
    }

    private record Pattern(boolean timed, List<String> fields) {}

    /** How far it got. */
    private static final class Progress {
        int asked;
        int segment;
        int block;
    }

    private final Blocks blocks;
    private final Map<Pattern, Progress> patterns = new HashMap<>();

    ReadAhead(Blocks blocks) {
        this.blocks = blocks;
    }

    /** After an answer. */
    void answered(Asked asked) {
        if (asked.own || asked.conditions.size() != 1) {
            return;
        }
        var fields = new TreeSet<String>();
        collect(asked.conditions.getFirst(), fields);
        if (fields.isEmpty() || fields.size() > FIELDS_MAX) {
            return;
        }
        if (patterns.size() >= PATTERNS_MAX) {
            patterns.clear();
        }
        var pattern = new Pattern(asked.timed(), List.copyOf(fields));
        var progress = patterns.computeIfAbsent(pattern, _ -> new Progress());
        if (++progress.asked >= ASKED_MIN) {
            go(pattern, progress, asked);
        }
    }

    private static void collect(Predicate part, TreeSet<String> fields) {
        switch (part) {
            case Predicate.All(var parts) -> parts.forEach(each -> collect(each, fields));
            case Predicate.Any(var parts) -> parts.forEach(each -> collect(each, fields));
            case Predicate.Not(var inner) -> collect(inner, fields);
            case Predicate.Field field -> {
                if (!Asked.ofSource(field)) {
                    fields.add(field.field());
                }
            }
            case Predicate.Everything _, Predicate.Text _ -> {}
        }
    }

    private void go(Pattern pattern, Progress progress, Asked asked) {
        int left = BLOCKS;
        while (left > 0 && progress.segment < blocks.segments() && blocks.room()) {
            var segment = blocks.segment(progress.segment);
            if (progress.block >= segment.blocks.size()) {
                progress.segment++;
                progress.block = 0;
                continue;
            }
            var entry = segment.blocks.get(progress.block++);
            if (block(pattern, progress.segment, entry, asked)) {
                left--;
                blocks.looked(progress.segment);
            }
        }
    }

    /** Whether there was anything to read. */
    private boolean block(
            Pattern pattern, int segment, SegmentReader.BlockEntry entry, Asked asked) {
        var block = blocks.block(segment, entry);
        if (block == null) {
            return true;
        }
        var any = new boolean[1];
        blocks.read(() -> {
            if (pattern.timed && !block.timesKnown()) {
                block.times();
                any[0] = true;
            }
            for (var field : pattern.fields) {
                any[0] |= field(field, segment, block, asked);
            }
        });
        return any[0];
    }

    private boolean field(String field, int segment, Block block, Asked asked) {
        boolean any = false;
        for (var source : asked.forms.values()) {
            if (!Supply.direct(source, field)) {
                continue;
            }
            for (int column : blocks.masks(segment).supply(source, field).columns) {
                if (narrow(column, segment, block) && !block.knows(column)) {
                    block.rowsOf(column);
                    any = true;
                }
            }
        }
        return any;
    }

    private boolean narrow(int column, int segment, Block block) {
        var look = blocks.segment(segment).columns.get(column).look();
        long literals = blocks.masks(segment).literals(column);
        return block.has(column)
                && look != Column.Look.BODY
                && look != Column.Look.URI
                && (literals >>> block.entry().index() & 1) == 0;
    }
}
