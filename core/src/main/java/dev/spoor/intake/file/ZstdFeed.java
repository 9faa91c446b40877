package dev.spoor.intake.file;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.spoor.intake.Feed;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks zstd (RFC 8878), any number of frames one after another. What comes out before a fault is
 * kept; a cut or damaged file is told by {@link #loss}.
 */
final class ZstdFeed implements Feed {
    private final Feed packed;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private final byte[] in = new byte[256 << 10];
    private final ByteBuffer source = ByteBuffer.allocateDirect(in.length);
    private final ByteBuffer target = ByteBuffer.allocateDirect(1 << 20);
    private boolean frame;
    private boolean ended;
    private boolean done;
    private @Nullable Loss loss;

    ZstdFeed(Feed packed) {
        this.packed = packed;
        context.setLongMax(FileLimits.ZSTD_WINDOW_LOG_MAX);
        source.limit(0);
        target.limit(0);
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        while (!target.hasRemaining()) {
            if (done || !unpack()) {
                return -1;
            }
        }
        int size = Math.min(length, target.remaining());
        target.get(into, offset, size);
        return size;
    }

    /** Fills the target; false at the end. Also with no new input there may be output left. */
    private boolean unpack() {
        if (!source.hasRemaining() && !ended) {
            int size = packed.read(in, 0, in.length);
            ended = size < 0;
            source.clear();
            source.put(in, 0, Math.max(size, 0));
            source.flip();
        }
        target.clear();
        try {
            if (source.hasRemaining() || frame) {
                frame = !context.decompressDirectByteBufferStream(target, source);
            }
        } catch (ZstdException e) {
            lost(e);
        }
        target.flip();
        if (!target.hasRemaining() && !source.hasRemaining() && ended) {
            if (frame && loss == null) {
                loss = new Loss("cut", "the zstd data end in the middle of a frame");
            }
            done = true;
        }
        return target.hasRemaining() || !done;
    }

    private void lost(ZstdException e) {
        done = true;
        var message = String.valueOf(e.getMessage());
        loss =
                message.contains("memory")
                        ? new Loss("limit", "the zstd data need more memory than allowed")
                        : new Loss("parse", "the zstd data are damaged: " + message);
    }

    @Override
    public @Nullable Loss loss() {
        return packed.loss() != null ? packed.loss() : loss;
    }

    @Override
    public void close() {
        context.close();
        packed.close();
    }
}
