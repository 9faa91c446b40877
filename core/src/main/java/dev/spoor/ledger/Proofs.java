package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Proofs over a ledger's tree (RFC 6962 section 2.1, checked as RFC 9162 sections 2.1.3.2 and
 * 2.1.4.2 say): that an entry is in the log of a checkpoint, and that one checkpoint's log begins
 * with another's. Not thread-safe.
 */
public final class Proofs {
    /**
     * What shows that an entry is in a log.
     *
     * @param entry the entry's bytes (docs/format/checkpoint.md); its leaf is SHA-256(0x00 ‖ entry)
     * @param salt 16 bytes, that the commitment in the entry can be made with
     * @param path hashes from the leaf's sibling up
     */
    public record Inclusion(
            long position, long size, byte[] entry, byte[] salt, List<byte[]> path, byte[] root) {}

    private final Path folder;
    private final LedgerKeys keys;
    private final Folder.Listing listing;
    private final Checkpoint checkpoint;

    private Proofs(Path folder, LedgerKeys keys, Folder.Listing listing, Checkpoint checkpoint) {
        this.folder = folder;
        this.keys = keys;
        this.listing = listing;
        this.checkpoint = checkpoint;
    }

    /**
     * Opens the sealed part of a ledger.
     *
     * @throws Tampered when its checkpoint does not hold
     */
    public static Proofs open(Path folder, LedgerKeys keys) {
        var checkpoint =
                Checkpoint.open(
                        Folder.read(folder.resolve(Folder.CHECKPOINT)),
                        KeyChain.read(folder).keys(),
                        Folder.CHECKPOINT);
        return new Proofs(folder, keys, Folder.list(folder), checkpoint);
    }

    /** The signed size and root that proofs lead to. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /**
     * @throws Rejected when the checkpoint does not reach so far, or the entry was deleted
     */
    public Inclusion inclusion(long position) {
        long size = checkpoint.size();
        if (position < 0 || position >= size) {
            throw new Rejected("position: " + position + " (expected: 0.." + (size - 1) + ")");
        }
        var piece =
                listing.pieces().stream()
                        .filter(p -> p.first() <= position && position < p.end())
                        .findFirst()
                        .orElseThrow(() -> new Tampered("entry " + position + " is missing"));
        if (piece.deleted()) {
            throw new Rejected("entry " + position + " was deleted (" + piece.name() + ")");
        }
        byte[] entry;
        byte[] salt;
        try (var segment = SegmentReader.open(piece.path(), keys)) {
            var salts = new Salts(segment.salts);
            var row = row(segment, position);
            if (row.source == Ledger.ERASED) {
                throw new Rejected("entry " + position + " was erased");
            }
            var leaf = new Leaves().leaf(row, segment.sources(), salts);
            entry = Arrays.copyOfRange(leaf.array, 1, leaf.size);
            int at = salts.at(position);
            salt = Arrays.copyOfRange(salts.array(), at, at + Salts.BYTES);
        }
        var path = new ArrayList<byte[]>();
        path(position, 0, size, path);
        return new Inclusion(position, size, entry, salt, path, checkpoint.root());
    }

    private static Row row(SegmentReader segment, long position) {
        for (var entry : segment.blocks) {
            if (position < entry.first() + entry.rows()) {
                var row = new Row();
                SegmentRows.fill(new Block(segment, entry), (int) (position - entry.first()), row);
                return row;
            }
        }
        throw new Tampered(segment.name() + ": entry " + position + " is not in it");
    }

    /** RFC 6962 section 2.1.1, for the leaves from {@code from} to {@code to}. */
    private void path(long position, long from, long to, List<byte[]> path) {
        if (to - from == 1) {
            return;
        }
        long split = from + Long.highestOneBit(to - from - 1);
        if (position < split) {
            path(position, from, split, path);
            path.add(root(split, to));
        } else {
            path(position, split, to, path);
            path.add(root(from, split));
        }
    }

    /**
     * The hashes that lead from the root of the first {@code older} entries to the checkpoint's.
     *
     * @throws Rejected when the checkpoint is not as long
     */
    public List<byte[]> consistency(long older) {
        long size = checkpoint.size();
        if (older < 0 || older > size) {
            throw new Rejected("size: " + older + " (expected: 0.." + size + ")");
        }
        var path = new ArrayList<byte[]>();
        if (older > 0 && older < size) {
            consistency(older, 0, size, true, path);
        }
        return path;
    }

    /** RFC 6962 section 2.1.2, SUBPROOF. */
    private void consistency(long older, long from, long to, boolean known, List<byte[]> path) {
        if (older == to) {
            if (!known) {
                path.add(root(from, to));
            }
            return;
        }
        long split = from + Long.highestOneBit(to - from - 1);
        if (older <= split) {
            consistency(older, from, split, known, path);
            path.add(root(split, to));
        } else {
            consistency(older, split, to, false, path);
            path.add(root(from, split));
        }
    }

    /** The root of the first entries. */
    public byte[] root(long size) {
        return size == 0 ? Merkle.sha256().digest() : root(0, size);
    }

    private byte[] root(long from, long to) {
        long size = to - from;
        if (size >= Tiles.WIDTH && Long.bitCount(size) == 1) {
            return tile(Long.numberOfTrailingZeros(size), from / size);
        }
        if (size <= Tiles.WIDTH && Long.bitCount(size) == 1) {
            return leaves(from, to);
        }
        long split = from + Long.highestOneBit(size - 1);
        return Merkle.node(root(from, split), root(split, to));
    }

    /** The root of a whole subtree of level 8 or above, from the tiles. */
    private byte[] tile(int level, long index) {
        int tileLevel = level / 8;
        int inTile = level % 8;
        long first = index << inTile;
        long count = checkpoint.size() >>> 8 * tileLevel;
        long tile = first / Tiles.WIDTH;
        int width = (int) Math.min(Tiles.WIDTH, count - tile * Tiles.WIDTH);
        var hashes = Folder.read(folder.resolve(Tiles.path(tileLevel, tile, width)));
        if (hashes.length != width * Merkle.HASH) {
            throw new Tampered(Tiles.path(tileLevel, tile, width) + ": is not a tile");
        }
        return Tiles.root(hashes, (int) (first % Tiles.WIDTH), 1 << inTile);
    }

    /** The root of a small subtree, from its entries, or from the record of their deletion. */
    private byte[] leaves(long from, long to) {
        var run = new Merkle(from, Merkle.Tiled.NONE);
        for (var piece : listing.pieces()) {
            if (piece.end() <= run.size() || run.size() >= to) {
                continue;
            }
            if (piece.deleted()) {
                Deletion.read(piece).addTo(run, to);
            } else {
                Leaves.add(piece, keys, run, to);
            }
        }
        var nodes = run.nodes();
        if (run.size() != to || nodes.size() != 1) {
            throw new Tampered("entries " + from + " to " + (to - 1) + " are not all there");
        }
        return nodes.getFirst().hash();
    }

    /** Whether an entry is proven to be in the log of this root. */
    public static boolean holds(Inclusion proof) {
        var sha = Merkle.sha256();
        sha.update((byte) 0);
        byte[] hash = sha.digest(proof.entry);
        long index = proof.position;
        long last = proof.size - 1;
        for (var sibling : proof.path) {
            if (last == 0) {
                return false;
            }
            if ((index & 1) == 1 || index == last) {
                hash = Merkle.node(sibling, hash);
                while ((index & 1) == 0 && index != 0) {
                    index >>>= 1;
                    last >>>= 1;
                }
            } else {
                hash = Merkle.node(hash, sibling);
            }
            index >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, proof.root);
    }

    /** Whether the log of the newer root is proven to begin with that of the older one. */
    public static boolean consistent(
            long older, byte[] olderRoot, long newer, byte[] newerRoot, List<byte[]> proof) {
        if (older == newer || older == 0) {
            return proof.isEmpty() && (older == 0 || Arrays.equals(olderRoot, newerRoot));
        }
        var path = new ArrayList<>(proof);
        if (older > newer || path.isEmpty()) {
            return false;
        }
        if (Long.bitCount(older) == 1) {
            path.addFirst(olderRoot);
        }
        long index = older - 1;
        long last = newer - 1;
        while ((index & 1) == 1) {
            index >>>= 1;
            last >>>= 1;
        }
        var fromOlder = path.getFirst();
        var fromNewer = path.getFirst();
        for (var hash : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((index & 1) == 1 || index == last) {
                fromOlder = Merkle.node(hash, fromOlder);
                fromNewer = Merkle.node(hash, fromNewer);
                while ((index & 1) == 0 && index != 0) {
                    index >>>= 1;
                    last >>>= 1;
                }
            } else {
                fromNewer = Merkle.node(fromNewer, hash);
            }
            index >>>= 1;
            last >>>= 1;
        }
        return last == 0
                && Arrays.equals(fromOlder, olderRoot)
                && Arrays.equals(fromNewer, newerRoot);
    }
}
