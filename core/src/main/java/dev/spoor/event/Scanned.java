package dev.spoor.event;

/**
 * The result of one scan: a reused carrier, valid until the next scan with it. Values stand in the
 * order of the bytes.
 */
public final class Scanned {
    byte[] bytes = new byte[0];
    int offset;
    int length;
    boolean verbatim;
    int count;
    Column[] columns = new Column[64];
    int[] from = new int[64];
    int[] to = new int[64];
    int[] codes = new int[64];

    /** The scanned bytes; value ranges are indexes into them. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    /**
     * The record did not parse, or its shape was not worth learning: it is one value of type REST
     * with the empty path.
     */
    public boolean verbatim() {
        return verbatim;
    }

    public int count() {
        return count;
    }

    public Column column(int value) {
        return columns[value];
    }

    /** The value's code in its column's dictionary, or -1 for a literal (unique or long values). */
    public int code(int value) {
        return codes[value];
    }

    public int from(int value) {
        return from[value];
    }

    public int to(int value) {
        return to[value];
    }
}
