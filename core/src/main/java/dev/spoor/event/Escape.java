package dev.spoor.event;

/**
 * How an event that stands inside a JSON string was escaped. The original bytes are the escaped
 * slice, the view is the decoded text; a dialect is recorded only when escaping the view with it
 * gives back the original bytes exactly, so the ledger can keep the view alone. {@link #OTHER} = no
 * dialect reproduces it: both must be kept.
 */
public enum Escape {
    NONE,
    /**
     * RFC 8259 minimum: {@code \" \\ \b \f \n \r \t} and {@code \}{@code u00xx} (lower-case hex)
     * for other controls.
     */
    MINIMAL,
    /**
     * As MINIMAL, and {@code < > &} as {@code \}{@code u003c \}{@code u003e \}{@code u0026} (Go's
     * encoding/json default); also U+2028 and U+2029, which Go always escapes.
     */
    GO,
    OTHER
}
