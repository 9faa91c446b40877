package dev.spoor.event;

import org.jspecify.annotations.Nullable;

/**
 * The result of one scan: a reused carrier, valid until the next scan with it. Values stand in the
 * order of the bytes.
 */
public final class Scanned {
    byte[] bytes = new byte[0];
    int offset;
    int length;
    boolean verbatim;
    Shape shape = ShapeScanner.NONE;
    int count;
    @Nullable ShapeScanner scanner;
    int generation;
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

    /**
     * Whether the codes still mean what they meant when the event was scanned; false once the
     * scanner has begun a new generation. Ranges stay valid.
     */
    public boolean current() {
        return scanner != null && scanner.generation() == generation;
    }

    /** Codes of equal generations of one scanner mean the same. */
    public int generation() {
        return generation;
    }

    /** The shape, of the scanner that filled this carrier. */
    public Shape shape() {
        return shape;
    }

    /** The shape of an event that is one value, of the same scanner. */
    public Shape whole() {
        return scanner == null ? shape : scanner.shapes().getFirst();
    }

    public int count() {
        return count;
    }

    public Column column(int value) {
        return shape.column(value);
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

    /** The value at a path, or -1 when this event's shape has none. */
    public int find(String path) {
        for (int i = 0; i < count; i++) {
            if (shape.column(i).path().equals(path)) {
                return i;
            }
        }
        return -1;
    }

    void capacity(int values) {
        if (values > from.length) {
            int grown = Math.max(values, from.length * 2);
            from = new int[grown];
            to = new int[grown];
            codes = new int[grown];
        }
    }
}
