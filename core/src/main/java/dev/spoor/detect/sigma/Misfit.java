package dev.spoor.detect.sigma;

/** A rule file is wrong at a place; becomes a {@link dev.spoor.fault.Rejected} at the edge. */
final class Misfit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    Misfit(int line, int column, String reason) {
        super(reason, null, false, false);
        this.line = line;
        this.column = column;
    }

    /** From 1. */
    int line() {
        return line;
    }

    /** From 1. */
    int column() {
        return column;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
