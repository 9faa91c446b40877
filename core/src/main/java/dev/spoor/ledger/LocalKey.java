package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A key-encryption key held in memory: AES-256-GCM with a random nonce for each key. */
final class LocalKey implements KeyEncryption {
    /** A key file that is closed by a passphrase starts with this word. */
    private static final String PASSPHRASE_FILE = "spoor-key-1";

    /** OWASP's figure of 2023 for PBKDF2 with HMAC-SHA-512 is 210,000. */
    private static final int ITERATIONS = 400_000;

    private static final int ITERATIONS_MAX = 50_000_000;
    private static final int KEY_FILE_BYTES_MAX = 1024;
    private static final int NONCE = 12;

    private final byte[] key;

    LocalKey(byte[] key) {
        this.key = key.clone();
    }

    static LocalKey random() {
        return new LocalKey(bytes(LedgerKeys.KEY_BYTES));
    }

    private static byte[] bytes(int length) {
        var bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    /**
     * Reads a key file: 64 hexadecimal digits, or a key closed by a passphrase.
     *
     * @throws Rejected when it is neither, or the passphrase does not open it
     */
    static LocalKey read(Path path, char @Nullable [] passphrase) {
        String text;
        try {
            if (Files.size(path) > KEY_FILE_BYTES_MAX) {
                throw new Rejected(
                        "key file " + path + " is too long (expected: 64 hexadecimal digits)");
            }
            text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            throw new Rejected("key file " + path + " could not be read: " + e.getMessage());
        }
        if (text.startsWith(PASSPHRASE_FILE + " ")) {
            return opened(path, text.split(" "), passphrase);
        }
        try {
            var key = HexFormat.of().parseHex(text);
            if (key.length == LedgerKeys.KEY_BYTES) {
                return new LocalKey(key);
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new Rejected("key file " + path + ": expected 64 hexadecimal digits");
    }

    private static LocalKey opened(Path path, String[] words, char @Nullable [] passphrase) {
        if (passphrase == null) {
            throw new Rejected(
                    "key file "
                            + path
                            + " is closed by a passphrase (expected: it in SPOOR_PASSPHRASE)");
        }
        try {
            int iterations = Integer.parseInt(words[1]);
            if (words.length != 4 || iterations < 1 || iterations > ITERATIONS_MAX) {
                throw new Rejected("key file " + path + ": expected four words");
            }
            var decoder = Base64.getDecoder();
            var closing = derived(passphrase, decoder.decode(words[2]), iterations);
            return new LocalKey(closing.unwrap(decoder.decode(words[3]), context(words)));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new Rejected(
                    "key file " + path + ": not of the form that `spoor ledger key` writes");
        } catch (Rejected e) {
            throw new Rejected("key file " + path + ": the passphrase does not open it");
        }
    }

    private static byte[] context(String[] words) {
        return (words[0] + " " + words[1] + " " + words[2]).getBytes(StandardCharsets.US_ASCII);
    }

    private static LocalKey derived(char[] passphrase, byte[] salt, int iterations) {
        try {
            return new LocalKey(
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                            .generateSecret(
                                    new PBEKeySpec(
                                            passphrase, salt, iterations, 8 * LedgerKeys.KEY_BYTES))
                            .getEncoded());
        } catch (GeneralSecurityException e) {
            throw new Unavailable("PBKDF2 is not available in this Java runtime", e);
        }
    }

    /** Writes a new key to a new file, readable by its owner only. */
    static void write(Path path, char @Nullable [] passphrase) {
        var key = bytes(LedgerKeys.KEY_BYTES);
        String text;
        if (passphrase == null) {
            text = HexFormat.of().formatHex(key) + "\n";
        } else {
            var encoder = Base64.getEncoder();
            var salt = bytes(16);
            String[] words = {
                PASSPHRASE_FILE, Integer.toString(ITERATIONS), encoder.encodeToString(salt)
            };
            var closed = derived(passphrase, salt, ITERATIONS).wrap(key, context(words));
            text = String.join(" ", words) + " " + encoder.encodeToString(closed) + "\n";
        }
        try {
            try {
                Files.createFile(
                        path,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            } catch (UnsupportedOperationException e) {
                Files.createFile(path);
            }
            Files.writeString(path, text);
        } catch (java.nio.file.FileAlreadyExistsException e) {
            throw new Rejected(
                    path + " is there already (expected: a new file; a key is never written over)");
        } catch (IOException e) {
            throw new Unavailable(
                    "the key could not be written: " + path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] id() {
        var sha = Merkle.sha256();
        sha.update("spoor key-encryption key\n".getBytes(StandardCharsets.US_ASCII));
        return Arrays.copyOf(sha.digest(key), 8);
    }

    @Override
    public byte[] wrap(byte[] secret, byte[] context) {
        try {
            var nonce = bytes(NONCE);
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
            return new Bytes(64).bytes(nonce).bytes(cipher.doFinal(secret)).copy();
        } catch (GeneralSecurityException e) {
            throw new Unavailable("a key could not be wrapped", e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
        try {
            var nonce = Arrays.copyOf(wrapped, NONCE);
            return cipher(Cipher.DECRYPT_MODE, nonce, context)
                    .doFinal(wrapped, NONCE, Math.max(0, wrapped.length - NONCE));
        } catch (AEADBadTagException e) {
            throw new Rejected("another key was used, or the wrapped key was changed");
        } catch (GeneralSecurityException e) {
            throw new Unavailable("a key could not be unwrapped", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
