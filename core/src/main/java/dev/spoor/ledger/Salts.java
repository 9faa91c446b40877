package dev.spoor.ledger;

import dev.spoor.fault.Unavailable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The salt of each entry: AES-256 of its position (a 16-byte big-endian block) under the key of its
 * 1,024 positions, which follows from a segment's salt key. Without the key a salt cannot be told,
 * and without the salt a line cannot be guessed from its commitment. A key counts from its first
 * position on, until the next one's; merged segments bring theirs along. When entries are erased
 * their salts must not follow from what stays: so blocks without them keep their own keys only, and
 * blocks with them the salts of the others.
 */
final class Salts {
    static final int BYTES = 16;
    private static final int BATCH = 1024;
    private static final byte[] LABEL = "spoor salts of 1024\n".getBytes(StandardCharsets.US_ASCII);

    /** What a key is. */
    enum Kind {
        /** 32 bytes that the keys of all blocks follow from. */
        SEGMENT,
        /** 32 bytes, the key of one block. */
        BLOCK,
        /** Salts, 16 bytes each, one after another. */
        SALTS
    }

    /**
     * @param first the first position that it counts for
     */
    record Key(long first, Kind kind, byte[] key) {
        /** A segment's key. */
        Key(long first, byte[] key) {
            this(first, Kind.SEGMENT, key);
        }
    }

    private final List<Key> keys;
    private final Cipher cipher;
    private final byte[] blocks = new byte[BATCH * BYTES];
    private final byte[] salts = new byte[BATCH * BYTES];
    private int current;
    private long first = -1;

    /** At least one key, by rising first position. */
    Salts(List<Key> keys) {
        this.keys = List.copyOf(keys);
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new Unavailable("AES is not available in this Java runtime", e);
        }
    }

    byte[] array() {
        return salts;
    }

    /** Where the salt of the position stands in {@link #array}; valid until the next call. */
    int at(long position) {
        int key = key(position);
        if (first < 0 || position < first || position >= first + BATCH || key != current) {
            current = key;
            fill(position - position % BATCH);
        }
        return (int) (position - first) * BYTES;
    }

    private int key(long position) {
        int key = current < keys.size() && keys.get(current).first <= position ? current : 0;
        while (key + 1 < keys.size() && keys.get(key + 1).first <= position) {
            key++;
        }
        return key;
    }

    private void fill(long from) {
        var key = keys.get(current);
        first = from;
        if (key.kind == Kind.SALTS) {
            Arrays.fill(salts, (byte) 0);
            int skip = (int) (key.first - from) * BYTES; // they all stand in this block
            System.arraycopy(
                    key.key, 0, salts, skip, Math.min(key.key.length, salts.length - skip));
            return;
        }
        positions(from, blocks);
        try {
            var block = key.kind == Kind.BLOCK ? key.key : block(key.key, from / BATCH);
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(block, "AES"));
            cipher.doFinal(blocks, 0, blocks.length, salts, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void positions(long from, byte[] blocks) {
        for (int i = 0; i < BATCH; i++) {
            Bytes.LONG.set(blocks, i * BYTES + 8, from + i);
        }
    }

    /** The key of a block: SHA-256(label ‖ segment's key ‖ number of the block). */
    private static byte[] block(byte[] key, long number) {
        var sha = Merkle.sha256();
        sha.update(LABEL);
        sha.update(key);
        sha.update(new Bytes(8).i64(number).copy());
        return sha.digest();
    }

    /**
     * Keys for the same positions, without those that are gone.
     *
     * @param from the position of bit 0 of {@code gone}; {@code to} behind the last position
     */
    static List<Key> without(BitSet gone, long from, long to, List<Key> keys) {
        var left = new ArrayList<Key>();
        var salts = new Salts(keys);
        for (long start = from; start < to; ) {
            long end = Math.min(to, start - start % BATCH + BATCH);
            int next = gone.nextSetBit((int) (start - from));
            var key = keys.get(salts.key(start));
            boolean whole =
                    (next < 0 || from + next >= end) && salts.key(end - 1) == salts.key(start);
            if (whole && key.kind != Kind.SALTS) {
                left.add(
                        key.kind == Kind.BLOCK
                                ? new Key(start, Kind.BLOCK, key.key)
                                : new Key(start, Kind.BLOCK, block(key.key, start / BATCH)));
            } else {
                singly(gone, from, start, end, salts, left);
            }
            start = end;
        }
        return left;
    }

    private static void singly(
            BitSet gone, long from, long start, long end, Salts salts, List<Key> left) {
        for (long position = start; position < end; ) {
            if (gone.get((int) (position - from))) {
                position++;
                continue;
            }
            var run = new Bytes(64);
            long first = position;
            for (; position < end && !gone.get((int) (position - from)); position++) {
                run.bytes(salts.array(), salts.at(position), BYTES);
            }
            left.add(new Key(first, Kind.SALTS, run.copy()));
        }
    }
}
