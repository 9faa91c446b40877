package dev.spoor.event;

/**
 * What events of one form have in common: the bytes between their values. An event is {@code gap[0]
 * value[0] gap[1] value[1] … gap[n]}, exactly, whatever the key order or the spacing.
 */
public final class Shape {
    private final int id;
    private final byte[][] gaps;
    private final Column[] columns;

    Shape(int id, byte[][] gaps, Column[] columns) {
        this.id = id;
        this.gaps = gaps;
        this.columns = columns;
    }

    /** Index in its scanner, dense from 0. */
    public int id() {
        return id;
    }

    /** Number of values. */
    public int count() {
        return columns.length;
    }

    /**
     * The bytes before value {@code i}; {@code gap(count())} stands at the end. Not to be changed.
     */
    public byte[] gap(int i) {
        return gaps[i];
    }

    public Column column(int i) {
        return columns[i];
    }
}
