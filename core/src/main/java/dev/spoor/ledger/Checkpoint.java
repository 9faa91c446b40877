package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/**
 * A signed statement of the whole ledger's size and root: a C2SP tlog-checkpoint in a signed note
 * (c2sp.org/tlog-checkpoint, c2sp.org/signed-note) with one Ed25519 signature.
 *
 * @param origin the log's name, also the key's name
 * @param root 32 bytes
 */
public record Checkpoint(String origin, long size, byte[] root, String note) {
    private static final int ED25519 = 1;

    /** ASN.1 head of an X.509 SubjectPublicKeyInfo for Ed25519 (RFC 8410 section 4). */
    private static final byte[] SPKI = {
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };

    static Checkpoint sign(String origin, long size, byte[] root, KeyPair keys) {
        var text = origin + "\n" + size + "\n" + Base64.getEncoder().encodeToString(root) + "\n";
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            var signature =
                    new Bytes(68)
                            .bytes(keyHash(origin, raw(keys.getPublic())))
                            .bytes(signer.sign());
            var note =
                    text
                            + "\n\u2014 "
                            + origin
                            + " "
                            + Base64.getEncoder().encodeToString(signature.copy())
                            + "\n";
            return new Checkpoint(origin, size, root, note);
        } catch (GeneralSecurityException e) {
            throw new Unavailable("the checkpoint could not be signed", e);
        }
    }

    private static byte[] raw(PublicKey key) {
        var encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    }

    /** The first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key). */
    private static byte[] keyHash(String name, byte[] key) {
        var sha = Merkle.sha256();
        sha.update(name.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) '\n');
        sha.update((byte) ED25519);
        return Arrays.copyOf(sha.digest(key), 4);
    }

    /**
     * The verifier key in the form {@code name+hash+base64(0x01 ‖ key)} of the signed-note
     * specification.
     */
    static String verifierKey(String name, PublicKey key) {
        var raw = raw(key);
        var hash = HexFormat.of().formatHex(keyHash(name, raw));
        return name
                + "+"
                + hash
                + "+"
                + Base64.getEncoder().encodeToString(new Bytes(33).u8(ED25519).bytes(raw).copy());
    }

    /**
     * The name in a verifier key.
     *
     * @throws Tampered when the key is not well-formed
     */
    static String name(String verifierKey, String place) {
        var parts = verifierKey.split("\\+", 3);
        if (parts.length != 3) {
            throw new Tampered(place + ": a verifier key is not of the form name+hash+key");
        }
        var key = base64(parts[2], place);
        if (key.length != 33
                || key[0] != ED25519
                || !HexFormat.of()
                        .formatHex(keyHash(parts[0], Arrays.copyOfRange(key, 1, 33)))
                        .equals(parts[1])) {
            throw new Tampered(place + ": a verifier key does not fit its own hash");
        }
        return parts[0];
    }

    /** The first four bytes of a signature by this key; the key must be well-formed. */
    static byte[] keyHash(String verifierKey) {
        return HexFormat.of().parseHex(verifierKey.split("\\+", 3)[1]);
    }

    /**
     * Checks a signature as notes bear it.
     *
     * @throws Tampered when it does not hold
     */
    static void check(byte[] text, String signatureText, String verifierKey, String place) {
        name(verifierKey, place);
        var signature = base64(signatureText, place);
        if (signature.length != 68) {
            throw new Tampered(place + ": the signature is not well-formed");
        }
        if (!Arrays.equals(Arrays.copyOf(signature, 4), keyHash(verifierKey))) {
            throw new Tampered(place + ": signed with another key");
        }
        try {
            var key = base64(verifierKey.split("\\+", 3)[2], place);
            var x509 = new Bytes(44).bytes(SPKI).bytes(key, 1, 32).copy();
            var verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(x509)));
            verifier.update(text);
            if (!verifier.verify(Arrays.copyOfRange(signature, 4, 68))) {
                throw new Tampered(place + ": the signature does not hold");
            }
        } catch (GeneralSecurityException e) {
            throw new Tampered(place + ": the signature does not hold (" + e.getMessage() + ")");
        }
    }

    /**
     * Reads a note and checks its signature.
     *
     * @param verifierKeys the keys that are trusted, all of one name; one must have signed
     * @throws Tampered when the note or a key is not well-formed, or the signature does not hold
     */
    static Checkpoint open(byte[] noteBytes, List<String> verifierKeys, String place) {
        var note = new String(noteBytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(note.getBytes(StandardCharsets.UTF_8), noteBytes)) {
            throw new Tampered(place + ": not UTF-8");
        }
        var name = name(verifierKeys.getLast(), place);
        var lines = note.split("\n", -1);
        if (lines.length != 6
                || !lines[3].isEmpty()
                || !lines[5].isEmpty()
                || !lines[4].startsWith("\u2014 " + name + " ")) {
            throw new Tampered(place + ": not a checkpoint signed by " + name);
        }
        var root = base64(lines[2], place);
        if (root.length != 32 || !lines[1].matches("0|[1-9][0-9]{0,17}")) {
            throw new Tampered(place + ": size or root is not well-formed");
        }
        if (!lines[0].equals(name)) {
            throw new Tampered(
                    place + ": the log's name is " + lines[0] + " (expected: " + name + ")");
        }
        var signature = lines[4].substring(name.length() + 3);
        var hash = Arrays.copyOf(base64(signature, place), 4);
        var key =
                verifierKeys.stream()
                        .filter(known -> Arrays.equals(keyHash(known), hash))
                        .findFirst()
                        .orElse(verifierKeys.getLast());
        check(
                (lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n")
                        .getBytes(StandardCharsets.UTF_8),
                signature,
                key,
                place);
        return new Checkpoint(name, Long.parseLong(lines[1]), root, note);
    }

    private static byte[] base64(String text, String place) {
        try {
            var bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new Tampered(place + ": not canonical base64");
    }
}
