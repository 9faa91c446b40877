package dev.spoor.fault;

/** The operator must act: something we depend on (a disk, a file, a service) is away. */
public final class Unavailable extends Fault {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
        super(message, null);
    }

    public Unavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
