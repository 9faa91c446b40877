package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import org.jspecify.annotations.Nullable;

/** Gives back bytes that were read ahead, then the rest. */
final class PrefixedFeed implements Feed {
    private final byte[] ahead;
    private final int size;
    private final Feed rest;
    private int at;

    PrefixedFeed(byte[] ahead, int size, Feed rest) {
        this.ahead = ahead;
        this.size = size;
        this.rest = rest;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (at == size) {
            return rest.read(into, offset, length);
        }
        int taken = Math.min(length, size - at);
        System.arraycopy(ahead, at, into, offset, taken);
        at += taken;
        return taken;
    }

    @Override
    public boolean quiet() {
        return at == size && rest.quiet();
    }

    @Override
    public @Nullable Loss loss() {
        return rest.loss();
    }

    @Override
    public void close() {
        rest.close();
    }
}
