package dev.spoor.ledger;

import dev.spoor.fault.Unavailable;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run of consecutive leaves of the Merkle tree of RFC 6962 section 2.1 (SHA-256, leaves prefixed
 * 0x00, nodes 0x01), kept as the fewest roots of whole subtrees that cover it. Runs that follow
 * each other join without their leaves: segments are hashed in parallel, and what was deleted still
 * counts by its roots.
 */
final class Merkle {
    static final int HASH = 32;

    /** Leaves under one hash of level 1 of C2SP tlog-tiles, as a power of two. */
    static final int TILE_LEVEL = 8;

    /** Deeper than any log: positions have at most 48 bits. */
    private static final int NODES_MAX = 2 * 48;

    /** Root of a whole subtree of {@code 2^level} leaves. */
    record Node(int level, byte[] hash) {}

    /** Hears the roots of every 256 leaves, rising where the leaves come one after another. */
    interface Tiled {
        Tiled NONE = (index, hash) -> {};

        /** The hash is the listener's to keep. */
        void root(long index, byte[] hash);
    }

    private final MessageDigest sha = sha256();
    private final byte[][] hashes = new byte[NODES_MAX][HASH];
    private final int[] levels = new int[NODES_MAX];
    private final byte[] node = new byte[1 + 2 * HASH];
    private final Tiled tiled;
    private final long first;
    private int count;
    private long end;

    /** The tree from its first leaf on. */
    Merkle() {
        this(0, Tiled.NONE);
    }

    Merkle(long first, Tiled tiled) {
        this.first = first;
        this.end = first;
        this.tiled = tiled;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new Unavailable("SHA-256 is not available in this Java runtime", e);
        }
    }

    /** Index behind the last leaf; of a run from 0 the number of its leaves. */
    long size() {
        return end;
    }

    long first() {
        return first;
    }

    /** Adds the leaf over these entry bytes; {@code entry[0]} must be 0x00. */
    void add(byte[] entry, int length) {
        try {
            sha.update(entry, 0, length);
            sha.digest(hashes[count], 0, HASH);
            levels[count++] = 0;
            end++;
            join();
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds the leaf of this hash. */
    void addHash(byte[] leaves, int at) {
        System.arraycopy(leaves, at, hashes[count], 0, HASH);
        levels[count++] = 0;
        end++;
        try {
            join();
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Adds a whole subtree; its place must be one where such a subtree stands.
     *
     * @param told whether the listener knows the roots in it
     */
    void add(Node subtree, boolean told) {
        if ((end & (1L << subtree.level) - 1) != 0) {
            throw new IllegalArgumentException(
                    "no subtree of level " + subtree.level + " starts at " + end);
        }
        System.arraycopy(subtree.hash, 0, hashes[count], 0, HASH);
        levels[count++] = subtree.level;
        end += 1L << subtree.level;
        if (!told && subtree.level == TILE_LEVEL) {
            tiled.root((end >>> TILE_LEVEL) - 1, subtree.hash.clone());
        }
        try {
            join();
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Two neighbours that are halves of one subtree become that subtree. */
    private void join() throws DigestException {
        while (count > 1) {
            int level = levels[count - 1];
            if (levels[count - 2] != level || (end & (2L << level) - 1) != 0) {
                return;
            }
            node[0] = 1;
            System.arraycopy(hashes[count - 2], 0, node, 1, HASH);
            System.arraycopy(hashes[count - 1], 0, node, 1 + HASH, HASH);
            sha.update(node);
            count--;
            sha.digest(hashes[count - 1], 0, HASH);
            levels[count - 1] = level + 1;
            if (level + 1 == TILE_LEVEL) {
                tiled.root((end >>> TILE_LEVEL) - 1, hashes[count - 1].clone());
            }
        }
    }

    /** Adds the run that follows this one and has told its roots of 256 leaves. */
    void add(Merkle next) {
        if (next.first != end) {
            throw new IllegalArgumentException(
                    "a run from " + next.first + " does not follow " + end);
        }
        next.nodes().forEach(node -> add(node, true));
    }

    /** The roots that cover this run, from left to right. */
    List<Node> nodes() {
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(levels[i], hashes[i].clone()));
        }
        return nodes;
    }

    /** The same run, which goes its own way from here. */
    Merkle copy() {
        var copy = new Merkle(first, Tiled.NONE);
        nodes().forEach(node -> copy.add(node, true));
        return copy;
    }

    boolean same(Merkle other) {
        if (first != other.first || end != other.end) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!Arrays.equals(hashes[i], other.hashes[i])) {
                return false;
            }
        }
        return true;
    }

    /** The root over all leaves from 0; the hash of nothing for an empty tree. */
    byte[] root() {
        if (first != 0) {
            throw new IllegalStateException("a run from " + first + " has no root");
        }
        if (count == 0) {
            return sha256().digest();
        }
        var root = hashes[count - 1].clone();
        for (int i = count - 2; i >= 0; i--) {
            root = node(hashes[i], root);
        }
        return root;
    }

    static byte[] node(byte[] left, byte[] right) {
        var sha = sha256();
        sha.update((byte) 1);
        sha.update(left);
        sha.update(right);
        return sha.digest();
    }
}
