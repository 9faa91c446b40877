package dev.spoor.ledger;

import java.util.HashMap;
import java.util.Map;

/** What is written beside a block of the literals of its columns, by column of the segment. */
record BlockFilters(Map<Integer, Trigrams> texts, Map<Integer, Identifiers> identifiers) {
    /** Columns of a block that have a filter at most: bounds the memory of writer and reader. */
    static final int COLUMNS_MAX = 16;

    /** Fewer bytes of literals have no filter: they are as quickly read. */
    static final int LITERAL_BYTES_MIN = 4096;

    static final int TEXTS = 1;
    static final int IDENTIFIERS = 2;

    /**
     * Compares the filters with the block: one that denies what is there would hide it from every
     * search.
     *
     * @throws dev.spoor.fault.Tampered when one does
     */
    void check(Block block) {
        block.placeBodies();
        for (var filter : texts.entrySet()) {
            var column = block.column(filter.getKey());
            for (int value = 0; value < column.count; value++) {
                if (column.literal(value) >= 0 && !filter.getValue().holds(column, value)) {
                    throw block.bad("its filter denies a text that is there", filter.getKey());
                }
            }
        }
        for (var filter : identifiers.entrySet()) {
            var column = block.column(filter.getKey());
            for (int value = 0; value < column.count; value++) {
                boolean there =
                        column.literal(value) < 0
                                || (column.uuid(value)
                                        ? filter.getValue()
                                                .mayHold(column.high(value), column.low(value))
                                        : filter.getValue().others());
                if (!there) {
                    throw block.bad(
                            "its filter denies an identifier that is there", filter.getKey());
                }
            }
        }
    }

    static BlockFilters read(Bytes.In in, int columns) {
        var filters = new BlockFilters(new HashMap<>(), new HashMap<>());
        while (in.more()) {
            int column = in.count(columns - 1L);
            int kind = in.u8();
            switch (kind) {
                case TEXTS -> filters.texts.put(column, Trigrams.read(in));
                case IDENTIFIERS -> filters.identifiers.put(column, Identifiers.read(in));
                default -> throw in.bad("a kind of filter is " + kind + " (expected: 1 or 2)");
            }
            if (filters.texts.size() + filters.identifiers.size() > COLUMNS_MAX) {
                throw in.bad("there are more than " + COLUMNS_MAX + " filters");
            }
        }
        return filters;
    }
}
