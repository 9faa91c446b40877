package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The keys that signed a log, from the first to the one that signs now: each but the first bears
 * the signature of the one before it (docs/format/ledger.md). Who knows one of them can trust those
 * after it.
 *
 * @param keys verifier keys, {@code name+hash+base64(0x01 ‖ key)}
 * @param lines as they stand in the file {@code verifier-key}
 */
record KeyChain(List<String> keys, List<String> lines) {
    private static final int KEYS_MAX = 10_000;

    KeyChain {
        keys = List.copyOf(keys);
        lines = List.copyOf(lines);
    }

    static KeyChain of(String verifierKey) {
        return new KeyChain(List.of(verifierKey), List.of(verifierKey));
    }

    /**
     * @throws Tampered when the file is not well-formed, or a key is not signed by the one before
     */
    static KeyChain read(Path ledger) {
        var place = Folder.VERIFIER_KEY;
        var text = new String(Folder.read(ledger.resolve(place)), StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\n")) {
            throw new Tampered(place + ": does not end with a line feed");
        }
        var lines = List.of(text.substring(0, text.length() - 1).split("\n", -1));
        if (lines.size() > KEYS_MAX) {
            throw new Tampered(place + ": more than " + KEYS_MAX + " keys");
        }
        var keys = new ArrayList<String>();
        for (var line : lines) {
            var words = line.split(" ", -1);
            Checkpoint.name(words[0], place);
            if (words.length != (keys.isEmpty() ? 1 : 2)) {
                throw new Tampered(place + ": line " + (keys.size() + 1) + " is not a key");
            }
            if (!keys.isEmpty()) {
                Checkpoint.check(
                        statement(words[0]),
                        words[1],
                        keys.getLast(),
                        place + ": key " + (keys.size() + 1));
            }
            keys.add(words[0]);
        }
        return new KeyChain(keys, lines);
    }

    private static byte[] statement(String next) {
        return ("spoor: the next key of this log\n" + next + "\n").getBytes(StandardCharsets.UTF_8);
    }

    String current() {
        return keys.getLast();
    }

    /** The log's name. */
    String origin() {
        return Checkpoint.name(current(), Folder.VERIFIER_KEY);
    }

    /** The keys that somebody who knows this one can trust; none when it is not of this log. */
    List<String> from(String known) {
        int at = keys.indexOf(known);
        return at < 0 ? List.of() : keys.subList(at, keys.size());
    }

    /** The chain with the next key, signed by the current one. */
    KeyChain next(KeyPair current, KeyPair next) {
        var key = Checkpoint.verifierKey(origin(), next.getPublic());
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(current.getPrivate());
            signer.update(statement(key));
            var signature =
                    new Bytes(68).bytes(Checkpoint.keyHash(current())).bytes(signer.sign()).copy();
            var allKeys = new ArrayList<>(keys);
            allKeys.add(key);
            var allLines = new ArrayList<>(lines);
            allLines.add(key + " " + Base64.getEncoder().encodeToString(signature));
            return new KeyChain(allKeys, allLines);
        } catch (GeneralSecurityException e) {
            throw new dev.spoor.fault.Unavailable("the new key could not be signed", e);
        }
    }

    byte[] content() {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
