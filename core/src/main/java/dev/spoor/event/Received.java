package dev.spoor.event;

/**
 * One record as received, handed from intake to the ledger and the matcher. A reused carrier: a
 * sink must not keep it or its arrays after the call returns.
 */
public final class Received {
    /**
     * The piece belongs together with the next record of the source: a line over the limit, kept
     * whole in pieces.
     */
    public static final int PIECE = 1;

    /**
     * The record ends before its format says it should: kept, partially parsed, counted as a gap of
     * kind "cut".
     */
    public static final int CUT = 2;

    /** Nothing of the source's format was recognised in this record: kept verbatim. */
    public static final int BAD = 4;

    /** Index of the source, as returned by {@link dev.spoor.event.EventSink#open}. */
    public int source;

    /** Line in the source, from 1. */
    public long line;

    /** Item within the line or file, from 1; 0 where the line is the event. */
    public long item;

    /**
     * Original bytes (contract: a line without its line end, an item's exact slice, the escaped
     * slice of a string).
     */
    public byte[] bytes = new byte[0];

    public int offset;
    public int length;

    /**
     * Readable bytes: the same array and range as the original unless {@link #escape} says
     * otherwise.
     */
    public byte[] view = bytes;

    public int viewOffset;
    public int viewLength;
    public Escape escape = Escape.NONE;

    /** {@link #PIECE}, {@link #CUT}, {@link #BAD}. */
    public int flags;

    /** Sets original and view to the same range. */
    public void plain(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.view = bytes;
        this.viewOffset = offset;
        this.viewLength = length;
        this.escape = Escape.NONE;
        this.flags = 0;
    }
}
