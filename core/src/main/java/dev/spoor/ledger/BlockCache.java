package dev.spoor.ledger;

import java.util.LinkedHashMap;

/** The blocks decoded last, within a budget of memory. Every byte in it has passed its check. */
final class BlockCache {
    private record Key(long segment, int block) {}

    /** What is kept of decoded blocks, in bytes; the blocks used longest ago go first. */
    static final long BYTES_MAX = 160L << 20;

    /** The same for a reader that comes by once: what it keeps would only be copied about. */
    static final long THRIFTY_BYTES_MAX = 12L << 20;

    private long bytesMax = BYTES_MAX;

    void thrifty() {
        bytesMax = THRIFTY_BYTES_MAX;
    }

    private final LinkedHashMap<Key, Block> blocks = new LinkedHashMap<>(64, 0.75f, true);

    Block block(SegmentReader segment, SegmentReader.BlockEntry entry) {
        var key = new Key(segment.firstPosition, entry.index());
        var known = blocks.get(key);
        if (known == null) {
            trim();
            known = new Block(segment, entry);
            blocks.put(key, known);
        }
        return known;
    }

    /** Decoding goes on after a block was given, so what all weigh is summed up anew. */
    private void trim() {
        long bytes = 0;
        for (var block : blocks.values()) {
            bytes += block.weight();
        }
        var eldest = blocks.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= eldest.next().weight();
            eldest.remove();
        }
    }

    /** Lets go of a segment's blocks. */
    void forget(SegmentReader segment) {
        blocks.keySet().removeIf(key -> key.segment() == segment.firstPosition);
    }

    void clear() {
        blocks.clear();
    }
}
