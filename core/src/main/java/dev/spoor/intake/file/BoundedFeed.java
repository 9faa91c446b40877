package dev.spoor.intake.file;

import dev.spoor.intake.Feed;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Stops compressed data that grow beyond reason. */
final class BoundedFeed implements Feed {
    private final Feed unpacked;
    private final LongSupplier packedBytes;
    private long bytes;
    private @Nullable Loss loss;

    BoundedFeed(Feed unpacked, LongSupplier packedBytes) {
        this.unpacked = unpacked;
        this.packedBytes = packedBytes;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (loss != null) {
            return -1;
        }
        int size = unpacked.read(into, offset, length);
        bytes += Math.max(size, 0);
        if (bytes > FileLimits.RATIO_AFTER_BYTES
                && bytes / FileLimits.RATIO_MAX > packedBytes.getAsLong()) {
            loss =
                    new Loss(
                            "limit",
                            "the compressed data grow more than %d times: stopped after %d bytes"
                                    .formatted(FileLimits.RATIO_MAX, bytes));
        }
        return size;
    }

    @Override
    public @Nullable Loss loss() {
        return loss != null ? loss : unpacked.loss();
    }

    @Override
    public void close() {
        unpacked.close();
    }
}
