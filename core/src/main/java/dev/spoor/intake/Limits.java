package dev.spoor.intake;

/** What intake takes at most, and what happens beyond. */
public final class Limits {
    /**
     * Longer lines and items are delivered in pieces of this size ({@link
     * dev.spoor.event.Received#PIECE}), every byte kept, and counted in a gap of kind "limit":
     * their fields cannot be read as one event.
     */
    public static final int EVENT_BYTES_MAX = 4 << 20;

    /** What recognition looks at; the kind of a file is decided by these first bytes. */
    public static final int HEAD_BYTES_MAX = 64 << 10;

    private Limits() {}
}
