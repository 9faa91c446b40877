package dev.spoor.ledger;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.spoor.fault.Tampered;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of which single ones are asked, for all blocks of a reader. A block's bodies are packed as
 * one piece, some megabytes of them, and unpacking them takes longer than putting a hundred events
 * together. So what was unpacked last is at hand for the next event of the same block, and a block
 * whose bodies are asked for again, few at a time, has them packed once more in memory, in frames
 * that are unpacked one by one. No block holds them unpacked for this.
 */
final class LentBodies implements AutoCloseable {
    /** Of a frame, unpacked. */
    private static final int FRAME = 64 << 10;

    /** Quick, and within a third of the size of the best. */
    private static final int LEVEL = 1;

    /** A place for unpacked bodies that is larger is not kept for the next block. */
    private static final int KEPT_MAX = 16 << 20;

    /** A visit that asks for more bodies than this takes them all. */
    private static final int FEW = 8;

    /** A block's bodies in frames; they never leave memory. */
    record Frames(byte[][] packed, int length) {
        long weight() {
            return Arrays.stream(packed).mapToLong(frame -> 16L + frame.length).sum();
        }
    }

    /** What a block tells of its bodies. */
    interface Packed {
        /** Unpacks them all; the array may be the one given. */
        byte[] unpackInto(byte[] place);

        int length();

        @Nullable Frames frames();

        void keep(Frames frames);
    }

    private final ZstdCompressCtx packer = new ZstdCompressCtx().setLevel(LEVEL);
    private final ZstdDecompressCtx unpacker = new ZstdDecompressCtx();
    private byte[] whole = new byte[0];
    private @Nullable Packed wholeOf;
    private byte[] frame = new byte[0];
    private @Nullable Frames frameOf;
    private int frameNumber;

    /** How many bodies were asked of the block that {@link #whole} is of. */
    private int asked;

    /**
     * Appends a part of a block's bodies.
     *
     * @param again whether bodies of it were asked for in an earlier visit, a few of them
     * @return whether this visit has asked for few so far
     */
    boolean append(Packed block, int from, int to, boolean again, Bytes out) {
        var frames = block.frames();
        if (frames != null) {
            append(frames, from, to, out);
            return true;
        }
        if (wholeOf != block) {
            wholeOf = null; // until it holds
            asked = 0;
            whole = block.unpackInto(whole.length > KEPT_MAX ? new byte[0] : whole);
            wholeOf = block;
            if (again) {
                block.keep(framed(block.length()));
            }
        }
        out.bytes(whole, from, to - from);
        return ++asked <= FEW;
    }

    private Frames framed(int length) {
        var packed = new byte[(length + FRAME - 1) / FRAME][];
        var room = new byte[(int) Zstd.compressBound(FRAME)];
        for (int i = 0; i < packed.length; i++) {
            int size =
                    packer.compressByteArray(
                            room, 0, room.length, whole, i * FRAME, size(length, i));
            packed[i] = Arrays.copyOf(room, size);
        }
        return new Frames(packed, length);
    }

    private static int size(int length, int number) {
        return Math.min(FRAME, length - number * FRAME);
    }

    private void append(Frames frames, int from, int to, Bytes out) {
        for (int at = from; at < to; ) {
            int number = at / FRAME;
            int end = Math.min(to, (number + 1) * FRAME);
            unpack(frames, number);
            out.bytes(frame, at - number * FRAME, end - at);
            at = end;
        }
    }

    private void unpack(Frames frames, int number) {
        if (frameOf == frames && frameNumber == number) {
            return;
        }
        if (frame.length == 0) {
            frame = new byte[FRAME];
        }
        frameOf = null;
        var packed = frames.packed[number];
        try {
            unpacker.decompressByteArray(
                    frame, 0, size(frames.length, number), packed, 0, packed.length);
        } catch (ZstdException e) {
            throw new Tampered("bodies kept in memory do not decompress: " + e.getMessage());
        }
        frameOf = frames;
        frameNumber = number;
    }

    @Override
    public void close() {
        wholeOf = null;
        whole = new byte[0];
        frameOf = null;
        frame = new byte[0];
        packer.close();
        unpacker.close();
    }
}
