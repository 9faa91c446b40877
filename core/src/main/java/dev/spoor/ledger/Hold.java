package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A legal hold: what its query matches is neither deleted nor erased as long as it stands, whatever
 * retention says. A signed file in the ledger's folder (docs/format/ledger.md).
 *
 * @param name letters, digits, dots, dashes; at most 64
 * @param query a filter as {@code spoor search} takes it
 */
public record Hold(String name, Instant at, String query, String why, String signature) {
    private static final String HEAD = "spoor: hold on this log";
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9.-]{0,63}";
    private static final int TEXT_MAX = 4000;

    public Hold {
        if (!name.matches(NAME)) {
            throw new Rejected("hold: " + name + " (expected: letters, digits, dots and dashes)");
        }
        if ((query + why).codePoints().anyMatch(Character::isISOControl)
                || query.length() > TEXT_MAX
                || why.length() > TEXT_MAX) {
            throw new Rejected(
                    "hold: one line of at most " + TEXT_MAX + " characters was expected");
        }
    }

    static String fileName(String name) {
        return "hold-" + name + ".note";
    }

    Hold signed(String origin, KeyPair keys) {
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(text(origin));
            var key = Checkpoint.verifierKey(origin, keys.getPublic());
            var signed = new Bytes(68).bytes(Checkpoint.keyHash(key)).bytes(signer.sign()).copy();
            return new Hold(name, at, query, why, Base64.getEncoder().encodeToString(signed));
        } catch (GeneralSecurityException e) {
            throw new Unavailable("the hold could not be signed", e);
        }
    }

    private byte[] text(String origin) {
        return String.join("\n", HEAD, origin, name, at.toString(), query, why, "")
                .getBytes(StandardCharsets.UTF_8);
    }

    byte[] content(String origin) {
        return (new String(text(origin), StandardCharsets.UTF_8)
                        + "\n\u2014 "
                        + origin
                        + " "
                        + signature
                        + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    static boolean is(String fileName) {
        return fileName.startsWith("hold-") && fileName.endsWith(".note");
    }

    /**
     * Reads a hold and checks its signature.
     *
     * @throws Tampered when it is not as it was written
     */
    static Hold read(Path path, List<String> keys) {
        var place = String.valueOf(path.getFileName());
        var bytes = Folder.read(path);
        var lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
        try {
            var origin = Checkpoint.name(keys.getLast(), place);
            var hold =
                    new Hold(
                            lines[2],
                            Instant.parse(lines[3]),
                            lines[4],
                            lines[5],
                            lines[7].substring(lines[7].lastIndexOf(' ') + 1));
            if (Arrays.equals(hold.content(origin), bytes) && fileName(hold.name).equals(place)) {
                hold.check(origin, keys, place);
                return hold;
            }
        } catch (Tampered e) {
            throw e;
        } catch (RuntimeException e) {
            // told below
        }
        throw new Tampered(place + ": is not a hold on this log");
    }

    private void check(String origin, List<String> keys, String place) {
        var hash = Arrays.copyOf(Base64.getDecoder().decode(signature), 4);
        var key =
                keys.stream()
                        .filter(known -> Arrays.equals(Checkpoint.keyHash(known), hash))
                        .findFirst()
                        .orElse(keys.getLast());
        Checkpoint.check(text(origin), signature, key, place);
    }

    /** The holds on a ledger. */
    static List<Hold> all(Path folder, List<String> keys) {
        var holds = new ArrayList<Hold>();
        for (var path : Folder.files(folder)) {
            if (is(String.valueOf(path.getFileName()))) {
                holds.add(read(path, keys));
            }
        }
        return List.copyOf(holds);
    }
}
