package dev.spoor.ledger;

import dev.spoor.fault.Unavailable;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The salt of each entry: AES-256 of its position (a 16-byte big-endian block) under a salt key.
 * Without the key a salt cannot be told, and without the salt a line cannot be guessed from its
 * commitment. A salt key counts from its first position on, until the next one's; merged segments
 * bring theirs along.
 */
final class Salts {
    static final int BYTES = 16;
    private static final int BATCH = 1024;

    /**
     * @param first the first position that it counts for
     * @param key 32 bytes
     */
    record Key(long first, byte[] key) {}

    private final List<Key> keys;
    private final List<Cipher> ciphers = new ArrayList<>();
    private final byte[] blocks = new byte[BATCH * BYTES];
    private final byte[] salts = new byte[BATCH * BYTES];
    private int current;
    private long first = -1;

    /** At least one key, by rising first position. */
    Salts(List<Key> keys) {
        this.keys = List.copyOf(keys);
        try {
            for (var key : keys) {
                var cipher = Cipher.getInstance("AES/ECB/NoPadding");
                cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key.key, "AES"));
                ciphers.add(cipher);
            }
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
        for (int i = 0; i < BATCH; i++) {
            long position = from + i;
            for (int b = 0; b < 8; b++) {
                blocks[i * BYTES + 15 - b] = (byte) (position >>> 8 * b);
            }
        }
        try {
            ciphers.get(current).doFinal(blocks, 0, blocks.length, salts, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        first = from;
    }
}
