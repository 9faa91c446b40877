package dev.spoor.fault;

import org.jspecify.annotations.Nullable;

/** A call failed; the subclass says who must act. */
public abstract sealed class Fault extends RuntimeException
        permits Rejected, Overloaded, Unavailable, Tampered {
    private static final long serialVersionUID = 1L;

    Fault(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
