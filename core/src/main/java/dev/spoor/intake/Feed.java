package dev.spoor.intake;

import org.jspecify.annotations.Nullable;

/**
 * Bytes of one input in order. Never throws on content or on a failing disk: what could not be read
 * is told by {@link #loss} after the end.
 */
public interface Feed extends AutoCloseable {
    /** Up to {@code length} bytes, at least one; -1 at the end. */
    int read(byte[] into, int offset, int length);

    /**
     * Whether nothing has come for a moment, and the end neither: what came before is worked with.
     * Asked by those who would like to see more than they need; waits for that moment.
     */
    default boolean quiet() {
        return false;
    }

    /** Why the end came early; null while reading and when everything could be read. */
    @Nullable Loss loss();

    @Override
    void close();

    /**
     * What was lost.
     *
     * @param kind a {@link dev.spoor.event.Gap} kind
     */
    record Loss(String kind, String detail) {}

    /** Bytes held in memory. */
    static Feed of(byte[] bytes) {
        return new Feed() {
            private int at;

            @Override
            public int read(byte[] into, int offset, int length) {
                int size = Math.min(length, bytes.length - at);
                if (size == 0) {
                    return -1;
                }
                System.arraycopy(bytes, at, into, offset, size);
                at += size;
                return size;
            }

            @Override
            public @Nullable Loss loss() {
                return null;
            }

            @Override
            public void close() {}
        };
    }
}
