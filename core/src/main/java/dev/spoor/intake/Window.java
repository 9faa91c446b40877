package dev.spoor.intake;

import java.util.Arrays;

/**
 * A moving view of a feed: {@code bytes[0..end)} is readable. Grows only while one event is larger
 * than half of it.
 */
final class Window {
    private static final int SIZE = 4 << 20;

    byte[] bytes;
    int end;
    private final Feed feed;
    private final Watch watch;
    private boolean over;

    /** Hears about progress and may stop the reading. */
    interface Watch {
        /** Bytes were read; false = stop here. */
        boolean read(int size);
    }

    Window(Feed feed, Watch watch) {
        this(feed, watch, SIZE);
    }

    Window(Feed feed, Watch watch, int size) {
        this.bytes = new byte[size];
        this.feed = feed;
        this.watch = watch;
    }

    /**
     * Drops the bytes before {@code keep} and reads more behind the others. All indexes fall by
     * {@code keep}, also when the feed has no more (false).
     */
    boolean more(int keep) {
        int kept = end - keep;
        if (!over && kept > bytes.length / 2) {
            bytes = Arrays.copyOfRange(bytes, keep, keep + bytes.length * 2);
        } else if (keep > 0) {
            System.arraycopy(bytes, keep, bytes, 0, kept);
        }
        end = kept;
        if (over) {
            return false;
        }
        int size = feed.read(bytes, end, bytes.length - end);
        if (size < 0 || !watch.read(size)) {
            over = true;
            return false;
        }
        end += size;
        return true;
    }

    /** Reads until {@code size} bytes stand in the window, the feed ends, or is quiet. */
    void see(int size) {
        while (end < size && !(end > 0 && feed.quiet()) && more(0)) {
            continue;
        }
    }

    /** Reads until at least {@code size} bytes stand in the window or the feed ends. */
    void fill(int size) {
        while (end < size && more(0)) {
            continue;
        }
    }
}
