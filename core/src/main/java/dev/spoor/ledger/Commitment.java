package dev.spoor.ledger;

import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The bytes of a log entry, as they are hashed into the tree: version, position of the source's
 * declaration, line, item, time of receipt, flags, length, and SHA-256(salt ‖ original bytes).
 * docs/format/checkpoint.md.
 */
final class Commitment {
    /** Leaf prefix 0x00 and the entry. */
    static final int LEAF = 1 + 1 + 8 + 8 + 8 + 8 + 1 + 4 + 32;

    static final int VERSION = 1;

    private final MessageDigest sha = Merkle.sha256();
    private final byte[] leaf = new byte[LEAF];

    Commitment() {
        leaf[1] = VERSION;
    }

    /**
     * The leaf's bytes, valid until the next call.
     *
     * @param source 1 + position of the source's declaration, 0 for Spoor's own entries
     */
    byte[] leaf(Row row, long source, Salts salts) {
        return leaf(
                source,
                row.line,
                row.item,
                row.received,
                row.flags,
                row.bytes,
                row.from,
                row.length,
                salts,
                row.position);
    }

    /** The leaf's bytes, valid until the next call. */
    byte[] leaf(
            long source,
            long line,
            long item,
            long receivedMicros,
            int flags,
            byte[] bytes,
            int from,
            int length,
            Salts salts,
            long position) {
        int salt = salts.at(position);
        Bytes.LONG.set(leaf, 2, source);
        Bytes.LONG.set(leaf, 10, line);
        Bytes.LONG.set(leaf, 18, item);
        Bytes.LONG.set(leaf, 26, receivedMicros);
        leaf[34] = (byte) flags;
        Bytes.INT.set(leaf, 35, length);
        try {
            sha.update(salts.array(), salt, Salts.BYTES);
            sha.update(bytes, from, length);
            sha.digest(leaf, LEAF - 32, 32);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
        return leaf;
    }
}
