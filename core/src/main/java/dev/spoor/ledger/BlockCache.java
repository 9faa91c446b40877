package dev.spoor.ledger;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** The blocks decoded last, within a budget of memory. Every byte in it has passed its check. */
final class BlockCache implements AutoCloseable {
    private record Key(long segment, int block) {}

    /** What is kept of decoded blocks, in bytes; the blocks used longest ago go first. */
    static final long BYTES_MAX = 288L << 20;

    /** The same for a reader that comes by once: what it keeps would only be copied about. */
    static final long THRIFTY_BYTES_MAX = 12L << 20;

    private long bytesMax = BYTES_MAX;

    void thrifty() {
        limit(THRIFTY_BYTES_MAX);
    }

    void limit(long bytes) {
        bytesMax = bytes;
    }

    /** A block and what it weighed when it was last looked at. */
    private static final class Entry {
        final Block block;
        long weight;

        /** Whether it stands among those with bodies. */
        boolean bodies;

        Entry(Block block) {
            this.block = block;
        }
    }

    private final LinkedHashMap<Key, Entry> blocks = new LinkedHashMap<>(64, 0.75f, true);

    /** Those that hold bodies, which go first: they are most of a block, and seldom asked for. */
    private final ArrayDeque<Entry> withBodies = new ArrayDeque<>();

    private final LentBodies lent = new LentBodies();
    private long bytes;
    private @Nullable Entry last;

    Block block(SegmentReader segment, SegmentReader.BlockEntry entry) {
        weigh();
        trim(); // also when no block is new: those that are known grow
        var key = new Key(segment.firstPosition, entry.index());
        var known = blocks.get(key);
        if (known == null) {
            known = new Entry(new Block(segment, entry));
            known.block.lend(lent);
            blocks.put(key, known);
        }
        last = known;
        return known.block;
    }

    /** Whether more can be read than was asked for: an eighth is never for that. */
    boolean room() {
        return bytesMax > THRIFTY_BYTES_MAX && bytes < bytesMax / 8 * 7;
    }

    /** Decoding goes on after a block was given: it is weighed when the next one is asked for. */
    private void weigh() {
        if (last != null) {
            last.block.slim();
            long now = last.block.weight();
            bytes += now - last.weight;
            last.weight = now;
            if (last.block.bodiesWeight() > 0 && !last.bodies) {
                last.bodies = true;
                withBodies.add(last);
            }
        }
    }

    private void trim() {
        while (bytes > bytesMax && !withBodies.isEmpty()) {
            var entry = withBodies.removeFirst();
            entry.bodies = false;
            entry.block.dropBodies();
            long now = entry.block.weight();
            bytes += now - entry.weight;
            entry.weight = now;
        }
        var eldest = blocks.values().iterator();
        while (bytes > bytesMax && eldest.hasNext()) {
            bytes -= eldest.next().weight; // its bodies are gone already
            eldest.remove();
        }
        last = null;
    }

    /** Lets go of a segment's blocks. */
    void forget(SegmentReader segment) {
        weigh();
        last = null;
        withBodies.removeIf(each -> each.block.segment() == segment);
        blocks.entrySet()
                .removeIf(each -> {
                    boolean its = each.getKey().segment() == segment.firstPosition;
                    bytes -= its ? each.getValue().weight : 0;
                    return its;
                });
    }

    @Override
    public void close() {
        blocks.clear();
        withBodies.clear();
        lent.close();
        bytes = 0;
        last = null;
    }
}
