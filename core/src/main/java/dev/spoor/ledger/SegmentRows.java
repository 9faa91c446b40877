package dev.spoor.ledger;

import org.jspecify.annotations.Nullable;

/** The entries of a segment, put together one after another. */
final class SegmentRows implements Row.Cursor {
    private final SegmentReader segment;
    private int nextBlock;
    private int nextRow;
    private @Nullable Block block;

    SegmentRows(SegmentReader segment) {
        this.segment = segment;
    }

    @Override
    public boolean next(Row row) {
        while (block == null || nextRow == block.rows()) {
            if (nextBlock == segment.blocks.size()) {
                return false;
            }
            block = new Block(segment, segment.blocks.get(nextBlock++));
            nextRow = 0;
        }
        fill(block, nextRow++, row);
        return true;
    }

    /** Rows of a block are asked for in rising order. */
    static void fill(Block block, int index, Row row) {
        block.seek(index);
        var view = block.view();
        row.position = block.first() + index;
        row.source = block.sources[index];
        var rest = block.told();
        row.line = rest.lines().at(index);
        row.item = rest.items().at(index);
        row.flags = (int) rest.flags().at(index);
        row.received = rest.received().at(index);
        row.view = view.array;
        row.viewFrom = 0;
        row.viewLength = view.size;
        row.from = 0;
        if (row.escape() == 0) {
            row.bytes = view.array;
            row.length = view.size;
        } else {
            row.bytes = block.original(view);
            row.length = row.bytes.length;
        }
    }
}
