package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a ledger: the Ed25519 pair that signs checkpoints, and the key-encryption key that
 * wraps each segment's key; without the latter a ledger is written unencrypted. Never printed.
 */
public final class LedgerKeys {
    static final int KEY_BYTES = 32;
    private static final String SIGNING = "log-signing-key";
    private static final byte[] MAGIC = {'S', 'P', 'O', 'O', 'R', 'K', 'E', 'Y'};
    private static final int VERSION = 1;
    private static final int WRAPPED_MAX = 4096;

    private final @Nullable KeyPair signing;
    private final List<KeyPair> older;
    private final @Nullable KeyEncryption wrapping;

    private LedgerKeys(
            @Nullable KeyPair signing, List<KeyPair> older, @Nullable KeyEncryption wrapping) {
        this.signing = signing;
        this.older = List.copyOf(older);
        this.wrapping = wrapping;
    }

    /**
     * Fresh keys that live in memory only: what they wrote cannot be read once the process has
     * ended.
     */
    public static LedgerKeys ephemeral() {
        return new LedgerKeys(generate(), List.of(), LocalKey.random());
    }

    /** Keys to read with: no signing key, and no wrapping key when {@code keyFile} is null. */
    public static LedgerKeys reading(@Nullable Path keyFile) {
        return new LedgerKeys(null, List.of(), keyFile == null ? null : encryption(keyFile, null));
    }

    /**
     * The key-encryption key in a file: 64 hexadecimal digits, or closed by a passphrase.
     *
     * @throws Rejected when it is neither, or the passphrase does not open it
     */
    public static KeyEncryption encryption(Path keyFile, char @Nullable [] passphrase) {
        return LocalKey.read(keyFile, passphrase);
    }

    /** Writes a new key-encryption key to a new file. */
    public static void newKeyFile(Path keyFile, char @Nullable [] passphrase) {
        LocalKey.write(keyFile, passphrase);
    }

    /** The same signing key, with this key-encryption key; null = unencrypted. */
    public LedgerKeys with(@Nullable KeyEncryption encryption) {
        return new LedgerKeys(signing, older, encryption);
    }

    /**
     * The signing key in {@code home} ({@code log-signing-key}, PKCS #8, mode 0600), made on first
     * use.
     *
     * @param keyFile the key-encryption key, or null for an unencrypted ledger
     */
    public static LedgerKeys at(Path home, @Nullable Path keyFile) {
        var path = home.resolve(SIGNING);
        try {
            if (!Files.exists(path)) {
                store(path, generate());
            }
            var older = new ArrayList<KeyPair>();
            for (int i = 1; Files.exists(home.resolve(SIGNING + "." + i)); i++) {
                older.add(load(home.resolve(SIGNING + "." + i)));
            }
            return new LedgerKeys(
                    load(path), older, keyFile == null ? null : encryption(keyFile, null));
        } catch (IOException e) {
            throw new Unavailable(
                    "the signing key could not be read or made in " + home + ": " + e.getMessage(),
                    e);
        }
    }

    /**
     * Puts a new signing key in the place of the old one, which stays beside it under a number:
     * each ledger gets the new one, signed by the old, when it is next written to.
     */
    public static void renew(Path home) {
        var path = home.resolve(SIGNING);
        try {
            int number = 1;
            while (Files.exists(home.resolve(SIGNING + "." + number))) {
                number++;
            }
            load(path);
            Files.copy(
                    path, home.resolve(SIGNING + "." + number), StandardCopyOption.COPY_ATTRIBUTES);
            store(path, generate());
        } catch (IOException e) {
            throw new Unavailable(
                    "the signing key could not be renewed in " + home + ": " + e.getMessage(), e);
        }
    }

    private static void store(Path path, KeyPair pair) throws IOException {
        var home = java.util.Objects.requireNonNull(path.getParent());
        Files.createDirectories(home);
        var text =
                Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded())
                        + "\n"
                        + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())
                        + "\n";
        var partial = home.resolve(SIGNING + ".new");
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
        Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private static KeyPair load(Path path) throws IOException {
        var lines = Files.readAllLines(path);
        try {
            if (lines.size() != 2) {
                throw new Tampered(path + ": two lines were expected");
            }
            var factory = KeyFactory.getInstance("Ed25519");
            var decoder = Base64.getDecoder();
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(decoder.decode(lines.get(1)))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(decoder.decode(lines.get(0)))));
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

    /** Pairs that signed before this one. */
    List<KeyPair> older() {
        return older;
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

    /** The content of a key's file (docs/format/ledger.md): the data key, wrapped. */
    byte[] wrap(byte[] dataKey, String file) {
        if (wrapping == null) {
            throw new IllegalStateException("an unencrypted ledger has no key files");
        }
        var wrapped = wrapping.wrap(dataKey, context(file));
        if (wrapped.length > WRAPPED_MAX) {
            throw new Unavailable("a wrapped key is longer than " + WRAPPED_MAX + " bytes");
        }
        var out = new Bytes(96);
        out.bytes(MAGIC).u8(VERSION).bytes(wrapping.id()).i32(wrapped.length).bytes(wrapped);
        out.i32(SegmentWriter.crc(out.array, out.size));
        return out.copy();
    }

    /**
     * The data key in a key's file.
     *
     * @param file the name of the segment or journal that it opens
     * @throws Rejected when these keys are not the ones it was wrapped with
     * @throws Tampered when the file is not as it was written
     */
    byte[] unwrap(byte[] content, String file) {
        var place = String.valueOf(Folder.key(Path.of(file)).getFileName());
        var in = new Bytes.In(content, place);
        if (!Arrays.equals(in.bytes(MAGIC.length), MAGIC)) {
            throw in.bad("not a key of a Spoor ledger");
        }
        int version = in.u8();
        var id = in.bytes(8);
        var wrapped = in.bytes(in.count32(WRAPPED_MAX));
        int crc = SegmentWriter.crc(content, in.at);
        if (in.i32() != crc || version != VERSION) {
            throw in.bad("the checksum does not fit the content");
        }
        in.done();
        if (wrapping == null) {
            throw new Rejected(file + " is encrypted: its key is needed (--key-file)");
        }
        if (!Arrays.equals(id, wrapping.id())) {
            throw new Rejected(
                    file
                            + ": the key file does not open it: it was encrypted with another key ("
                            + HexFormat.of().formatHex(id)
                            + ", given: "
                            + HexFormat.of().formatHex(wrapping.id())
                            + ")");
        }
        try {
            return wrapping.unwrap(wrapped, context(file));
        } catch (Rejected e) {
            throw new Tampered(place + ": the wrapped key was changed, or belongs to another file");
        }
    }

    private static byte[] context(String file) {
        return file.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
