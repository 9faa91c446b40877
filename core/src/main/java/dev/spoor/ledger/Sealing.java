package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.zip.CRC32C;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Closes and opens the sections of one segment: AES-256-GCM under the segment's data key, or a
 * CRC32C where the segment is not encrypted. A section's number is part of what is protected, so
 * sections cannot change places. Not thread-safe.
 */
final class Sealing {
    private static final int TAG_BITS = 128;

    private final @Nullable SecretKey key;
    private final @Nullable Cipher cipher;

    private Sealing(@Nullable SecretKey key, @Nullable Cipher cipher) {
        this.key = key;
        this.cipher = cipher;
    }

    static Sealing plain() {
        return new Sealing(null, null);
    }

    /**
     * @param dataKey 32 bytes, used for one segment only: section numbers are the nonces
     */
    static Sealing encrypted(byte[] dataKey) {
        try {
            return new Sealing(
                    new SecretKeySpec(dataKey, "AES"), Cipher.getInstance("AES/GCM/NoPadding"));
        } catch (GeneralSecurityException e) {
            throw new Unavailable("AES/GCM is not available in this Java runtime", e);
        }
    }

    int overhead() {
        return cipher == null ? 4 : 16;
    }

    byte[] seal(long number, byte[] payload, int length) {
        if (cipher == null || key == null) {
            var sealed = ByteBuffer.allocate(length + 4);
            sealed.put(payload, 0, length).putInt(crc(number, payload, length));
            return sealed.array();
        }
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(number));
            return cipher.doFinal(payload, 0, length);
        } catch (GeneralSecurityException e) {
            throw new Unavailable("section " + number + " could not be encrypted", e);
        }
    }

    /** As {@link #seal(long, byte[], int)}, into an array that has room for the check value. */
    void seal(long number, byte[] payload, int length, byte[] into) {
        if (cipher == null || key == null) {
            System.arraycopy(payload, 0, into, 0, length);
            ByteBuffer.wrap(into).putInt(length, crc(number, payload, length));
            return;
        }
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(number));
            cipher.doFinal(payload, 0, length, into, 0);
        } catch (GeneralSecurityException e) {
            throw new Unavailable("section " + number + " could not be encrypted", e);
        }
    }

    byte[] open(long number, byte[] sealed, String place) {
        if (sealed.length < overhead()) {
            throw new Tampered(place + ": shorter than its check value");
        }
        if (cipher == null || key == null) {
            int length = sealed.length - 4;
            if (ByteBuffer.wrap(sealed).getInt(length) != crc(number, sealed, length)) {
                throw new Tampered(place + ": the checksum does not fit the content");
            }
            return java.util.Arrays.copyOf(sealed, length);
        }
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(number));
            return cipher.doFinal(sealed);
        } catch (AEADBadTagException e) {
            throw new Tampered(place + ": the authentication tag does not fit the content");
        } catch (GeneralSecurityException e) {
            throw new Unavailable(place + " could not be decrypted", e);
        }
    }

    private static GCMParameterSpec nonce(long number) {
        return new GCMParameterSpec(TAG_BITS, ByteBuffer.allocate(12).putLong(4, number).array());
    }

    private static int crc(long number, byte[] payload, int length) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(0, number));
        crc.update(payload, 0, length);
        return (int) crc.getValue();
    }
}
