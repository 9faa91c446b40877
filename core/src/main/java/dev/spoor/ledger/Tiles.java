package dev.spoor.ledger;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The tree as tiles of 256 hashes (C2SP tlog-tiles), levels 1 and above; level 0 is rebuilt from
 * the segments when asked. Full tiles and one partial tile per level. Holds what stands in the
 * partial tiles, whatever the size of the log. Thread-safe: the tree grows while tiles are written.
 */
final class Tiles implements Merkle.Tiled {
    static final String FOLDER = "tile";
    static final int WIDTH = 256;

    /** The open tile of a level: how many hashes the level has, and those of the open tile. */
    private record Open(long count, byte[] hashes) {
        int width() {
            return (int) (count & WIDTH - 1);
        }
    }

    private record Root(long index, byte[] hash) {}

    private final Disk disk;
    private final Path ledger;
    private List<Open> levels = new ArrayList<>(); // from level 1
    private final Deque<Root> waiting = new ArrayDeque<>();
    private TreeSet<String> partial = new TreeSet<>();

    Tiles(Disk disk, Path ledger) {
        this.disk = disk;
        this.ledger = ledger;
    }

    /** Opens the tiles of a log of this size. */
    static Tiles load(Disk disk, Path ledger, long size) {
        var tiles = new Tiles(disk, ledger);
        for (int level = 1; size >>> 8 * level > 0; level++) {
            long count = size >>> 8 * level;
            int width = (int) (count & WIDTH - 1);
            var hashes = new byte[0];
            if (width > 0) {
                var name = path(level, count / WIDTH, width);
                hashes = Folder.read(ledger.resolve(name));
                tiles.partial.add(name);
                if (hashes.length != width * Merkle.HASH) {
                    throw new dev.spoor.fault.Tampered(
                            name + ": is not a tile of " + width + " hashes");
                }
            }
            tiles.levels.add(new Open(count, hashes));
        }
        tiles.leftOver();
        return tiles;
    }

    /** Partial tiles of a writer that was killed go with the next checkpoint. */
    private void leftOver() {
        var start = ledger.resolve(FOLDER);
        if (!Files.isDirectory(start)) {
            return;
        }
        try (var files = Files.walk(start)) {
            files.filter(Files::isRegularFile)
                    .map(file -> ledger.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.contains(".p/") && !partial.contains(name))
                    .forEach(stale::add);
        } catch (IOException e) {
            throw new dev.spoor.fault.Unavailable(
                    "the tiles could not be read: " + e.getMessage(), e);
        }
    }

    /** Adds the subtrees of the open tiles to an empty tree: all but the last leaves. */
    void restore(Merkle tree) {
        for (int level = levels.size(); level > 0; level--) {
            var open = levels.get(level - 1);
            int at = 0;
            for (int bit = 7; bit >= 0; bit--) {
                int count = 1 << bit;
                if ((open.width() & count) != 0) {
                    tree.add(new Merkle.Node(8 * level + bit, root(open.hashes, at, count)), true);
                    at += count;
                }
            }
        }
    }

    @Override
    public synchronized void root(long index, byte[] hash) {
        waiting.add(new Root(index, hash));
    }

    /** Writes what a log of this size has; nothing is taken away yet. */
    synchronized void publish(long size) throws IOException {
        var next = new ArrayList<>(levels);
        int taken = 0;
        for (var root : waiting) {
            if (root.index >= size >>> Merkle.TILE_LEVEL) {
                break;
            }
            push(next, 0, root.hash);
            taken++;
        }
        var now = new TreeSet<String>();
        for (int i = 0; i < next.size(); i++) {
            var open = next.get(i);
            if (open.width() > 0) {
                var name = path(i + 1, open.count / WIDTH, open.width());
                now.add(name);
                if (!partial.contains(name)) {
                    disk.replace(ledger.resolve(name), open.hashes);
                }
            }
        }
        levels = next;
        for (int i = 0; i < taken; i++) {
            waiting.remove();
        }
        stale.addAll(partial);
        stale.removeAll(now);
        partial = now;
    }

    private final TreeSet<String> stale = new TreeSet<>();

    /** Takes away partial tiles that newer ones replace: only once the newer checkpoint stands. */
    synchronized void tidy() throws IOException {
        for (var name : stale) {
            var path = ledger.resolve(name);
            disk.delete(path);
            try {
                Files.deleteIfExists(Objects.requireNonNull(path.getParent()));
            } catch (DirectoryNotEmptyException e) {
                // the newer one stands in it
            }
        }
        stale.clear();
    }

    private void push(List<Open> next, int level, byte[] hash) throws IOException {
        if (level == next.size()) {
            next.add(new Open(0, new byte[0]));
        }
        var open = next.get(level);
        var hashes = Arrays.copyOf(open.hashes, open.hashes.length + Merkle.HASH);
        System.arraycopy(hash, 0, hashes, open.hashes.length, Merkle.HASH);
        long count = open.count + 1;
        if (count % WIDTH == 0) {
            disk.replace(ledger.resolve(path(level + 1, count / WIDTH - 1, WIDTH)), hashes);
            next.set(level, new Open(count, new byte[0]));
            push(next, level + 1, root(hashes, 0, WIDTH));
        } else {
            next.set(level, new Open(count, hashes));
        }
    }

    interface Out {
        void write(byte[] bytes, String path);
    }

    /** All tiles over these roots of 256 leaves each. */
    static void write(byte[] roots, Out out) {
        byte[] hashes = roots;
        for (int level = 1; hashes.length > 0; level++) {
            int count = hashes.length / Merkle.HASH;
            for (int first = 0; first < count; first += WIDTH) {
                int width = Math.min(WIDTH, count - first);
                out.write(
                        Arrays.copyOfRange(
                                hashes, first * Merkle.HASH, (first + width) * Merkle.HASH),
                        path(level, first / WIDTH, width));
            }
            hashes = above(hashes, count);
        }
    }

    /** Roots of every 256 hashes, complete ones only. */
    private static byte[] above(byte[] hashes, int count) {
        var up = new Bytes(32);
        for (int first = 0; first + WIDTH <= count; first += WIDTH) {
            up.bytes(root(hashes, first, WIDTH));
        }
        return up.copy();
    }

    /** The root over a power of two of hashes. */
    static byte[] root(byte[] hashes, int first, int count) {
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
        return FOLDER + "/" + level + "/" + name + (width == WIDTH ? "" : ".p/" + width);
    }
}
