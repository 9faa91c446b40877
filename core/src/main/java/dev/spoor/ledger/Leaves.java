package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.List;

/** Entries to leaves of the tree. Not thread-safe. */
final class Leaves {
    private final Commitment commitment = new Commitment();
    private final MessageDigest sha = Merkle.sha256();

    /** Adds the row's leaf to the tree. */
    void add(Row row, List<SourceEntry> sources, Salts salts, Merkle tree) {
        if (row.source == Ledger.ERASED) {
            tree.add(new Merkle.Node(0, hash(row)), false);
        } else {
            var leaf = leaf(row, sources, salts);
            tree.add(leaf.array, leaf.size);
        }
    }

    /** The hash of the row's leaf. */
    byte[] hash(Row row, List<SourceEntry> sources, Salts salts) {
        return row.source == Ledger.ERASED
                ? hash(row)
                : Merkle.sha256().digest(leaf(row, sources, salts).copy());
    }

    /** Puts the hash of an entry's leaf into an array; it must not be an erased one. */
    void hash(Row row, List<SourceEntry> sources, Salts salts, byte[] into, int at) {
        try {
            var leaf = leaf(row, sources, salts);
            sha.update(leaf.array, 0, leaf.size);
            sha.digest(into, at, Merkle.HASH);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hash(Row row) {
        if (row.length != Merkle.HASH) {
            throw new Tampered("entry " + row.position + " is erased and has no hash");
        }
        return row.original();
    }

    /** The leaf's bytes, valid until the next call. */
    Bytes leaf(Row row, List<SourceEntry> sources, Salts salts) {
        if (row.source >= sources.size()) {
            throw new Tampered(
                    "entry "
                            + row.position
                            + " names source "
                            + row.source
                            + ", which is not declared before it");
        }
        long declared = row.source < 0 ? 0 : sources.get(row.source).position() + 1;
        return commitment.leaf(row, declared, salts);
    }

    /** Adds the leaves of a piece from the tree's end on, up to position {@code until}. */
    static void add(Folder.Piece piece, LedgerKeys keys, Merkle tree, long until) {
        if (tree.size() >= Math.min(until, piece.end())) {
            return;
        }
        if (piece.deleted()) {
            Deletion.read(piece).addTo(tree);
            return;
        }
        try (var segment = SegmentReader.open(piece.path(), keys)) {
            var leaves = new Leaves();
            var salts = new Salts(segment.salts);
            var row = new Row();
            for (var entry : segment.blocks) {
                if (entry.first() + entry.rows() <= tree.size() || entry.first() >= until) {
                    continue;
                }
                var block = new Block(segment, entry);
                for (int i = (int) Math.max(0, tree.size() - entry.first());
                        i < entry.rows() && entry.first() + i < until;
                        i++) {
                    SegmentRows.fill(block, i, row);
                    leaves.add(row, segment.sources(), salts, tree);
                }
            }
        }
    }
}
