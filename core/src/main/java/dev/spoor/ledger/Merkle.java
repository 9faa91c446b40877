package dev.spoor.ledger;

import dev.spoor.fault.Unavailable;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The growing Merkle tree of RFC 6962 section 2.1 (SHA-256, leaves prefixed 0x00, nodes 0x01).
 * Keeps the frontier and the roots of every 256 leaves (level 1 of C2SP tlog-tiles).
 */
final class Merkle {
    static final int HASH = 32;
    private static final int LEVELS = 48;

    private final MessageDigest sha = sha256();
    private final byte[][] full = new byte[LEVELS][HASH]; // full[i]: root of the open 2^i subtree
    private final byte[] node = new byte[1 + 2 * HASH];
    private final byte[] hash = new byte[HASH];
    private byte[] tiles = new byte[64 * HASH];
    private long size;

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new Unavailable("SHA-256 is not available in this Java runtime", e);
        }
    }

    long size() {
        return size;
    }

    /** Adds the leaf over these entry bytes; {@code entry[0]} must be 0x00. */
    void add(byte[] entry, int length) {
        try {
            sha.update(entry, 0, length);
            sha.digest(hash, 0, HASH);
            node[0] = 1;
            int level = 0;
            for (long rest = size; (rest & 1) != 0; rest >>>= 1, level++) {
                System.arraycopy(full[level], 0, node, 1, HASH);
                System.arraycopy(hash, 0, node, 1 + HASH, HASH);
                sha.update(node);
                sha.digest(hash, 0, HASH);
                if (level == 7) {
                    tile();
                }
            }
            System.arraycopy(hash, 0, full[level], 0, HASH);
            size++;
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
    }

    private void tile() {
        int at = Math.toIntExact(size >>> 8) * HASH;
        if (at + HASH > tiles.length) {
            tiles = Arrays.copyOf(tiles, tiles.length * 2);
        }
        System.arraycopy(hash, 0, tiles, at, HASH);
    }

    /** Number of complete subtrees of 256 leaves. */
    int tiled() {
        return (int) (size >>> 8);
    }

    /** Roots of the complete subtrees of 256 leaves, 32 bytes each. */
    byte[] tiles() {
        return Arrays.copyOf(tiles, tiled() * HASH);
    }

    /** The root over all leaves; the hash of nothing for an empty tree. */
    byte[] root() {
        byte[] root = null;
        for (int level = 0; level < LEVELS; level++) {
            if ((size >>> level & 1) != 0) {
                root = root == null ? full[level].clone() : node(full[level], root);
            }
        }
        return root == null ? sha256().digest() : root;
    }

    static byte[] node(byte[] left, byte[] right) {
        var sha = sha256();
        sha.update((byte) 1);
        sha.update(left);
        sha.update(right);
        return sha.digest();
    }
}
