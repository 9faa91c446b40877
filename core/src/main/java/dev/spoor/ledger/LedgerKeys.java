package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a ledger: the Ed25519 pair that signs checkpoints, and the key-encryption key that
 * wraps each segment's keys; without the latter a ledger is written unencrypted. Never printed.
 */
public final class LedgerKeys {
    static final int KEY_BYTES = 32;

    private final @Nullable KeyPair signing;
    private final byte @Nullable [] wrapping;

    private LedgerKeys(@Nullable KeyPair signing, byte @Nullable [] wrapping) {
        this.signing = signing;
        this.wrapping = wrapping;
    }

    /**
     * Fresh keys that live in memory only: what they wrote cannot be read once the process has
     * ended.
     */
    public static LedgerKeys ephemeral() {
        var wrapping = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(wrapping);
        return new LedgerKeys(generate(), wrapping);
    }

    /** Keys to read with: no signing key, and no wrapping key when {@code keyFile} is null. */
    public static LedgerKeys reading(@Nullable Path keyFile) {
        return new LedgerKeys(null, keyFile == null ? null : keyFile(keyFile));
    }

    /**
     * The signing key in {@code home} ({@code log-signing-key}, PKCS #8, mode 0600), made on first
     * use.
     *
     * @param keyFile the key-encryption key, or null for an unencrypted ledger
     */
    public static LedgerKeys at(Path home, @Nullable Path keyFile) {
        var path = home.resolve("log-signing-key");
        try {
            if (!Files.exists(path)) {
                Files.createDirectories(home);
                var pair = generate();
                var text =
                        Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
                                + "\n"
                                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())
                                + "\n";
                var partial = home.resolve("log-signing-key.new");
                Files.deleteIfExists(partial);
                try {
                    Files.createFile(
                            partial,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
                } catch (UnsupportedOperationException e) {
                    Files.createFile(partial);
                }
                Files.writeString(partial, text);
                Files.move(partial, path);
            }
            var lines = Files.readAllLines(path);
            if (lines.size() != 2) {
                throw new Tampered(path + ": two lines were expected");
            }
            var factory = KeyFactory.getInstance("Ed25519");
            var decoder = Base64.getDecoder();
            return new LedgerKeys(
                    new KeyPair(
                            factory.generatePublic(
                                    new X509EncodedKeySpec(decoder.decode(lines.get(1)))),
                            factory.generatePrivate(
                                    new PKCS8EncodedKeySpec(decoder.decode(lines.get(0))))),
                    keyFile == null ? null : keyFile(keyFile));
        } catch (IOException e) {
            throw new Unavailable(
                    "the signing key could not be read or made in " + home + ": " + e.getMessage(),
                    e);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Tampered(path + ": not a signing key of ours");
        }
    }

    private static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new Unavailable("Ed25519 is not available in this Java runtime", e);
        }
    }

    private static byte[] keyFile(Path path) {
        try {
            if (Files.size(path) > 1024) {
                throw new Rejected(
                        "key file " + path + " is too long (expected: 64 hexadecimal digits)");
            }
            var key = HexFormat.of().parseHex(Files.readString(path).strip());
            if (key.length != KEY_BYTES) {
                throw new Rejected(
                        "key file "
                                + path
                                + ": "
                                + key.length
                                + " bytes (expected: 32, as 64 hexadecimal digits)");
            }
            return key;
        } catch (IOException e) {
            throw new Rejected("key file " + path + " could not be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new Rejected("key file " + path + ": expected 64 hexadecimal digits");
        }
    }

    boolean encrypts() {
        return wrapping != null;
    }

    KeyPair signing() {
        if (signing == null) {
            throw new IllegalStateException("these keys are for reading only");
        }
        return signing;
    }

    /** The key block of a segment header, holding data key and salt key. */
    byte[] wrap(byte[] dataKey, byte[] saltKey, long segment) {
        var block = new byte[Format.KEY_BLOCK];
        if (wrapping == null) {
            System.arraycopy(saltKey, 0, block, 0, KEY_BYTES);
            return block;
        }
        try {
            var nonce = new byte[12];
            new SecureRandom().nextBytes(nonce);
            var cipher = cipher(Cipher.ENCRYPT_MODE, wrapping, nonce, segment);
            System.arraycopy(nonce, 0, block, 0, 12);
            int length = cipher.update(dataKey, 0, KEY_BYTES, block, 12);
            cipher.doFinal(saltKey, 0, KEY_BYTES, block, 12 + length);
            return block;
        } catch (GeneralSecurityException e) {
            throw new Unavailable("the segment's key could not be wrapped", e);
        }
    }

    /**
     * Data key and salt key, 32 bytes each, or null when these keys do not hold the wrapping key.
     */
    byte @Nullable [] unwrap(byte[] block, boolean encrypted, long segment, String place) {
        if (!encrypted) {
            var keys = new byte[2 * KEY_BYTES];
            System.arraycopy(block, 0, keys, KEY_BYTES, KEY_BYTES);
            return keys;
        }
        if (wrapping == null) {
            return null;
        }
        try {
            return cipher(
                            Cipher.DECRYPT_MODE,
                            wrapping,
                            java.util.Arrays.copyOf(block, 12),
                            segment)
                    .doFinal(block, 12, 2 * KEY_BYTES + 16);
        } catch (AEADBadTagException e) {
            throw new Rejected(
                    place
                            + ": the key file does not open this segment (another key was used, or its header was changed)");
        } catch (GeneralSecurityException e) {
            throw new Unavailable(place + ": its key could not be unwrapped", e);
        }
    }

    private static Cipher cipher(int mode, byte[] wrapping, byte[] nonce, long segment)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(wrapping, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(new Bytes(8).i64(segment).copy());
        return cipher;
    }
}
