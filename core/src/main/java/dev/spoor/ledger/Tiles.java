package dev.spoor.ledger;

import java.util.Arrays;

/**
 * The tree as tiles of 256 hashes (C2SP tlog-tiles), levels 1 and above; level 0 is rebuilt from
 * the blocks when asked. Full tiles and one partial tile per level.
 */
final class Tiles {
    static final String FOLDER = "tile";

    private Tiles() {}

    interface Out {
        void write(byte[] bytes, String path);
    }

    static void write(Merkle tree, Out out) {
        byte[] hashes = tree.tiles();
        for (int level = 1; hashes.length > 0; level++) {
            int count = hashes.length / Merkle.HASH;
            for (int first = 0; first < count; first += 256) {
                int width = Math.min(256, count - first);
                out.write(
                        Arrays.copyOfRange(
                                hashes, first * Merkle.HASH, (first + width) * Merkle.HASH),
                        path(level, first / 256, width));
            }
            hashes = above(hashes, count);
        }
    }

    /** Roots of every 256 hashes, complete ones only. */
    private static byte[] above(byte[] hashes, int count) {
        var up = new Bytes(32);
        for (int first = 0; first + 256 <= count; first += 256) {
            up.bytes(root(hashes, first, 256));
        }
        return up.copy();
    }

    private static byte[] root(byte[] hashes, int first, int count) {
        if (count == 1) {
            return Arrays.copyOfRange(hashes, first * Merkle.HASH, (first + 1) * Merkle.HASH);
        }
        int half = count / 2;
        return Merkle.node(root(hashes, first, half), root(hashes, first + half, half));
    }

    /**
     * {@code tile/<L>/<N>[.p/<W>]}, N in groups of three digits, all but the last prefixed with x.
     */
    static String path(int level, long number, int width) {
        var name = new StringBuilder("%03d".formatted(number % 1000));
        for (long rest = number / 1000; rest > 0; rest /= 1000) {
            name.insert(0, "x%03d/".formatted(rest % 1000));
        }
        return FOLDER + "/" + level + "/" + name + (width == 256 ? "" : ".p/" + width);
    }
}
