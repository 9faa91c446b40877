package dev.spoor.ledger;

import dev.spoor.fault.Unavailable;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * The salt of each entry: AES-256 of its position (a 16-byte big-endian block) under the segment's
 * salt key. Without the key a salt cannot be told, and without the salt a line cannot be guessed
 * from its commitment.
 */
final class Salts {
    static final int BYTES = 16;
    private static final int BATCH = 1024;

    private final Cipher cipher;
    private final byte[] blocks = new byte[BATCH * BYTES];
    private final byte[] salts = new byte[BATCH * BYTES];
    private long first = -1;

    Salts(byte[] key) {
        try {
            cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        } catch (GeneralSecurityException e) {
            throw new Unavailable("AES is not available in this Java runtime", e);
        }
    }

    byte[] array() {
        return salts;
    }

    /** Where the salt of the position stands in {@link #array}; valid until the next call. */
    int at(long position) {
        if (first < 0 || position < first || position >= first + BATCH) {
            fill(position - position % BATCH);
        }
        return (int) (position - first) * BYTES;
    }

    private void fill(long from) {
        for (int i = 0; i < BATCH; i++) {
            long position = from + i;
            for (int b = 0; b < 8; b++) {
                blocks[i * BYTES + 15 - b] = (byte) (position >>> 8 * b);
            }
        }
        try {
            cipher.doFinal(blocks, 0, blocks.length, salts, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        first = from;
    }
}
