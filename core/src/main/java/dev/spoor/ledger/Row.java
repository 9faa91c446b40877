package dev.spoor.ledger;

import dev.spoor.event.Received;

/**
 * One entry with its place, from wherever it stands: a reused carrier, valid until the next one.
 */
final class Row {
    private static final dev.spoor.event.Escape[] ESCAPES = dev.spoor.event.Escape.values();

    long position;

    /** Number of the source, or one of {@link Ledger#OWN_SOURCE} and its like. */
    int source;

    /** For Spoor's own entries: number of the source that they are about, plus one, or 0. */
    long line;

    long item;

    /** As in the entry: flags in the low four bits, escape in the high four. */
    int flags;

    /** Time of receipt, microseconds since 1970. */
    long received;

    byte[] bytes = new byte[0];
    int from;
    int length;
    byte[] view = bytes;
    int viewFrom;
    int viewLength;

    /** Rows in the order of their positions. */
    interface Cursor {
        /** Fills the row with the next entry; false at the end. */
        boolean next(Row row);
    }

    int escape() {
        return flags >>> 4;
    }

    /** Leaves only the hash of its leaf. */
    void erase(byte[] hash) {
        source = Ledger.ERASED;
        line = 0;
        item = 0;
        flags = 0;
        bytes = hash;
        from = 0;
        length = hash.length;
        view = hash;
        viewFrom = 0;
        viewLength = hash.length;
    }

    /** A copy of the original bytes. */
    byte[] original() {
        return java.util.Arrays.copyOfRange(bytes, from, from + length);
    }

    /** A copy of the readable bytes. */
    byte[] view() {
        return java.util.Arrays.copyOfRange(view, viewFrom, viewFrom + viewLength);
    }

    /** Lends the bytes to a record as intake gives it. */
    void lend(Received record) {
        record.source = source;
        record.line = line;
        record.item = item;
        record.flags = flags & 15;
        record.escape = ESCAPES[escape()];
        record.bytes = bytes;
        record.offset = from;
        record.length = length;
        record.view = view;
        record.viewOffset = viewFrom;
        record.viewLength = viewLength;
    }

    /** Takes a record as intake gives it. */
    void borrow(Received record, long position, long receivedMicros) {
        this.position = position;
        source = record.source;
        line = record.line;
        item = record.item;
        flags = record.flags | record.escape.ordinal() << 4;
        received = receivedMicros;
        bytes = record.bytes;
        from = record.offset;
        length = record.length;
        view = record.view;
        viewFrom = record.viewOffset;
        viewLength = record.viewLength;
    }

    /** Whether the other row is the same entry, byte for byte. */
    boolean same(Row other) {
        return position == other.position
                && source == other.source
                && line == other.line
                && item == other.item
                && flags == other.flags
                && received == other.received
                && java.util.Arrays.equals(
                        bytes,
                        from,
                        from + length,
                        other.bytes,
                        other.from,
                        other.from + other.length);
    }
}
