package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import java.util.HashSet;
import java.util.List;

/**
 * What flows between two stages: whole events, or rows of named columns.
 *
 * @param open whether more columns than the named ones may come, known only when it has run
 * @param changed whether a stage has been at work
 */
record Columns(boolean events, List<String> names, boolean open, boolean changed) {
    static final Columns EVENTS = new Columns(true, List.of(), true, false);

    Columns {
        names = List.copyOf(names);
        var seen = new HashSet<String>();
        for (var name : names) {
            if (!seen.add(name)) {
                throw new Rejected("column " + name + " twice (expected: different names; use as)");
            }
        }
        if (names.size() > Query.COLUMNS_MAX) {
            throw new Rejected(
                    "columns: %d (expected: at most %d)"
                            .formatted(names.size(), Query.COLUMNS_MAX));
        }
    }

    static Columns of(List<String> names) {
        return new Columns(false, names, false, true);
    }

    /** The same, after a stage that chooses or orders. */
    Columns after() {
        return new Columns(events, names, open, true);
    }

    /** With more columns; names that are there already stay where they are. */
    Columns with(List<String> more) {
        if (events) {
            return after();
        }
        var all = new java.util.ArrayList<>(names);
        more.stream().filter(name -> !names.contains(name)).forEach(all::add);
        return new Columns(false, all, open, true);
    }

    /** An event may have any field; a table has only its columns. */
    void need(String name) {
        if (!open && !names.contains(name)) {
            throw new Rejected(
                    "no column "
                            + name
                            + " here (expected one of: "
                            + String.join(", ", names)
                            + ")");
        }
    }
}
