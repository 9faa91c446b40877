package dev.spoor.ledger;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

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

    /** A block and what it weighed when it was last looked at. */
    private static final class Entry {
        final Block block;
        long weight;

        Entry(Block block) {
            this.block = block;
        }
    }

    private final LinkedHashMap<Key, Entry> blocks = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;
    private @Nullable Entry last;

    Block block(SegmentReader segment, SegmentReader.BlockEntry entry) {
        weigh();
        trim(); // also when no block is new: those that are known grow
        var key = new Key(segment.firstPosition, entry.index());
        var known = blocks.get(key);
        if (known == null) {
            known = new Entry(new Block(segment, entry));
            blocks.put(key, known);
        }
        last = known;
        return known.block;
    }

    /** Decoding goes on after a block was given: it is weighed when the next one is asked for. */
    private void weigh() {
        if (last != null) {
            last.block.slim();
            long now = last.block.weight();
            bytes += now - last.weight;
            last.weight = now;
        }
    }

    private void trim() {
        var eldest = blocks.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= eldest.next().weight;
            eldest.remove();
        }
        last = null;
    }

    /** Lets go of a segment's blocks. */
    void forget(SegmentReader segment) {
        weigh();
        last = null;
        blocks.entrySet()
                .removeIf(each -> {
                    boolean its = each.getKey().segment() == segment.firstPosition;
                    bytes -= its ? each.getValue().weight : 0;
                    return its;
                });
    }

    void clear() {
        blocks.clear();
        bytes = 0;
        last = null;
    }
}
