package dev.spoor.intake.file;

/** What is taken from files at most, and what happens beyond. */
public final class FileLimits {
    /**
     * Compressed data that grows more than this, once {@link #RATIO_AFTER_BYTES} came out, is a
     * bomb: what was read is kept, the rest is a gap of kind "limit". Audit logs grow 10 to 30
     * times.
     */
    public static final int RATIO_MAX = 400;

    public static final long RATIO_AFTER_BYTES = 64L << 20;

    /** Compressed inside compressed: deeper is not unpacked and becomes a gap of kind "limit". */
    public static final int LAYERS_MAX = 3;

    /** zstd data that asks for a larger window is not read (a gap of kind "limit"). */
    public static final int ZSTD_WINDOW_LOG_MAX = 27;

    /** Files of one scan; more are a gap of kind "limit". */
    public static final int FILES_MAX = 1_000_000;

    /** Folders within folders; deeper ones are a gap of kind "limit". */
    public static final int FOLDERS_MAX = 64;

    private FileLimits() {}
}
