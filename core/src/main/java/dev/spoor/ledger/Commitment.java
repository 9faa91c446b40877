package dev.spoor.ledger;

import java.security.DigestException;
import java.security.MessageDigest;

/**
 * The bytes of a log entry, as they are hashed into the tree: version, flags, position of the
 * source's declaration, line, item, time of receipt, length, and SHA-256(salt ‖ original bytes).
 * docs/format/checkpoint.md. Numbers are varints, so that the leaf of nearly every entry fits one
 * block of the hash.
 */
final class Commitment {
    static final int VERSION = 1;

    private final MessageDigest sha = Merkle.sha256();
    private final Bytes leaf = new Bytes(1 + 1 + 1 + 5 * 10 + Merkle.HASH);

    /**
     * The leaf's bytes, prefix 0x00 and the entry, valid until the next call.
     *
     * @param source 1 + position of the source's declaration, 0 for Spoor's own entries
     */
    Bytes leaf(Row row, long source, Salts salts) {
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
    Bytes leaf(
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
        leaf.clear();
        leaf.u8(0).u8(VERSION).u8(flags).varint(source).varint(line).varint(item);
        leaf.varint(receivedMicros).varint(length).room(Merkle.HASH);
        try {
            sha.update(salts.array(), salt, Salts.BYTES);
            sha.update(bytes, from, length);
            leaf.size += sha.digest(leaf.array, leaf.size, Merkle.HASH);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
        return leaf;
    }
}
