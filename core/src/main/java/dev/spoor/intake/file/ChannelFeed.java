package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** Bytes of a file or stream as stored. */
final class ChannelFeed implements Feed {
    /** Larger reads gain nothing and cost as much memory outside the heap. */
    private static final int READ_BYTES_MAX = 1 << 20;

    private final ReadableByteChannel channel;
    private @Nullable Loss loss;
    private long bytes;

    ChannelFeed(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** Bytes read so far. */
    long bytes() {
        return bytes;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (loss != null) {
            return -1;
        }
        try {
            int size =
                    channel.read(ByteBuffer.wrap(into, offset, Math.min(length, READ_BYTES_MAX)));
            bytes += Math.max(size, 0);
            return size == 0 ? -1 : size;
        } catch (ClosedByInterruptException e) {
            loss = new Loss("cut", "reading was stopped before the end");
            return -1;
        } catch (IOException e) {
            loss = new Loss("unreadable", "reading failed after " + bytes + " bytes: " + e);
            return -1;
        }
    }

    @Override
    public @Nullable Loss loss() {
        return loss;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            if (loss == null) {
                loss = new Loss("unreadable", "closing failed: " + e);
            }
        }
    }
}
