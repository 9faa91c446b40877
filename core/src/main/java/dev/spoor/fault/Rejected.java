package dev.spoor.fault;

/**
 * The caller must act: this can never succeed as asked. The message says what was expected and
 * where.
 */
public final class Rejected extends Fault {
    private static final long serialVersionUID = 1L;

    public Rejected(String message) {
        super(message, null);
    }

    public Rejected(String message, Throwable cause) {
        super(message, cause);
    }
}
