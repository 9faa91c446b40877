package dev.spoor.fault;

/** The investigator must act: stored evidence no longer verifies. The message names the place. */
public final class Tampered extends Fault {
    private static final long serialVersionUID = 1L;

    public Tampered(String message) {
        super(message, null);
    }

    public Tampered(String message, Throwable cause) {
        super(message, cause);
    }
}
