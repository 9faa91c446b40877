package dev.spoor.ledger;

import dev.spoor.event.Escape;
import dev.spoor.event.Gap;
import dev.spoor.event.Received;

/**
 * Entries that are appended together: all of them or none. Filled by one thread, then given to
 * {@link LiveLedger#append}, after which it is not to be touched.
 */
public final class Batch {
    /** A batch is full from there on; one more entry is still taken. */
    public static final int BYTES_MAX = 1 << 20;

    /** Or with so many entries: a number of such batches is a block. */
    public static final int ENTRIES_MAX = Format.BLOCK_EVENTS / 16;

    private final Bytes payload;
    private int entries;
    private boolean declares;

    /**
     * @param capacity bytes that are expected
     */
    public Batch(int capacity) {
        this(new byte[Math.max(64, capacity) + JournalFormat.PAYLOAD_HEAD]);
    }

    /** In memory that nobody else uses. */
    Batch(byte[] memory) {
        payload = Bytes.of(memory);
        payload.size = JournalFormat.PAYLOAD_HEAD;
    }

    public Batch() {
        this(4096);
    }

    /** Adds a received event; its source must have been opened. */
    public Batch add(Received record) {
        entry(record.source, record.line, record.item, record.flags | record.escape.ordinal() << 4);
        payload.varint(record.length).bytes(record.bytes, record.offset, record.length);
        if (record.escape == Escape.OTHER) {
            payload.varint(record.viewLength)
                    .bytes(record.view, record.viewOffset, record.viewLength);
        }
        return this;
    }

    /** Adds a part of a source's glue ({@link dev.spoor.event.EventSink#wrapper}). */
    public Batch wrapper(int source, byte[] description) {
        return own(Ledger.OWN_WRAPPER, source + 1, description);
    }

    /** Adds a gap: absence is evidence too. */
    public Batch gap(int source, Gap gap) {
        return own(Ledger.OWN_GAP, source + 1, Ledger.gapEntry(gap));
    }

    int type() {
        return declares ? JournalFormat.SOURCE : JournalFormat.ENTRIES;
    }

    /** An entry that declares a source stands alone. */
    Batch declaring(long about, byte[] bytes) {
        declares = true;
        return own(Ledger.OWN_SOURCE, about, bytes);
    }

    private Batch own(int kind, long about, byte[] bytes) {
        entry(kind, about, 0, 0);
        payload.varint(bytes.length).bytes(bytes);
        return this;
    }

    private void entry(int source, long line, long item, int flags) {
        payload.varint(Numbers.zigzag(source)).varint(line).varint(item).u8(flags);
        entries++;
    }

    public int entries() {
        return entries;
    }

    /** Bytes that it takes in the journal. */
    public int size() {
        return payload.size;
    }

    public boolean full() {
        return payload.size >= BYTES_MAX || entries >= ENTRIES_MAX;
    }

    /** The position of the first entry of a placed payload. */
    static long first(Bytes placed) {
        return (long) Bytes.LONG.get(placed.array, 1);
    }

    /** How many entries a placed payload tells. */
    static int entries(Bytes placed) {
        return (int) Bytes.INT.get(placed.array, 1 + 8);
    }

    /** The payload of a journal's record, once its place is known; it is not to be changed. */
    Bytes placed(long first, long receivedMicros) {
        int end = payload.size;
        payload.size = 0;
        payload.u8(type()).i64(first).i32(entries).i64(receivedMicros);
        payload.size = end;
        return payload;
    }
}
