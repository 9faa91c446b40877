package dev.spoor.fault;

/** The caller may try again later: a limit was met and nothing was kept. */
public final class Overloaded extends Fault {
    private static final long serialVersionUID = 1L;

    public Overloaded(String message) {
        super(message, null);
    }

    public Overloaded(String message, Throwable cause) {
        super(message, cause);
    }
}
