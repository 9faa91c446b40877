package dev.spoor.ledger;

import dev.spoor.fault.Tampered;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The signed record of a segment that was deleted: which entries, when, why, and the roots that
 * stand for their leaves, so that the rest of the log still verifies (docs/format/ledger.md).
 *
 * @param nodes roots of subtrees of at most 256 leaves, from left to right
 */
record Deletion(
        String origin,
        long first,
        long end,
        Instant at,
        String why,
        List<Merkle.Node> nodes,
        String signature) {
    private static final String HEAD = "spoor: deleted from this log";
    private static final int WHY_MAX = 1000;

    Deletion {
        nodes = List.copyOf(nodes);
    }

    /** Leaves of a run as roots of at most 256. */
    static final class Roots {
        private final List<Merkle.Node> nodes = new ArrayList<>();
        private Merkle open;

        Roots(long first) {
            open = new Merkle(first, Merkle.Tiled.NONE);
        }

        Merkle open() {
            if ((open.size() & Tiles.WIDTH - 1) == 0 && open.size() > open.first()) {
                nodes.addAll(open.nodes());
                open = new Merkle(open.size(), Merkle.Tiled.NONE);
            }
            return open;
        }

        List<Merkle.Node> nodes() {
            var all = new ArrayList<>(nodes);
            all.addAll(open.nodes());
            return all;
        }
    }

    static Deletion sign(
            String origin,
            long first,
            long end,
            Instant at,
            String why,
            List<Merkle.Node> nodes,
            KeyPair keys) {
        var text = new StringBuilder(why.codePointCount(0, why.length()));
        why.codePoints()
                .limit(WHY_MAX)
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        var unsigned = new Deletion(origin, first, end, at, text.toString().strip(), nodes, "");
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(keys.getPrivate());
            signer.update(unsigned.text());
            var key = Checkpoint.verifierKey(origin, keys.getPublic());
            var signature =
                    new Bytes(68).bytes(Checkpoint.keyHash(key)).bytes(signer.sign()).copy();
            return new Deletion(
                    origin,
                    first,
                    end,
                    at,
                    unsigned.why,
                    nodes,
                    Base64.getEncoder().encodeToString(signature));
        } catch (GeneralSecurityException e) {
            throw new dev.spoor.fault.Unavailable("the deletion could not be signed", e);
        }
    }

    private byte[] text() {
        var text = new StringBuilder();
        text.append(HEAD).append('\n').append(origin).append('\n');
        text.append(first).append(' ').append(end).append('\n');
        text.append(at).append('\n').append(why).append('\n');
        for (var node : nodes) {
            text.append(node.level())
                    .append(' ')
                    .append(Base64.getEncoder().encodeToString(node.hash()))
                    .append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    byte[] content() {
        return (new String(text(), StandardCharsets.UTF_8)
                        + "\n\u2014 "
                        + origin
                        + " "
                        + signature
                        + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads a record; its signature is for {@link #check}.
     *
     * @throws Tampered when it is not well-formed
     */
    static Deletion read(Folder.Piece piece) {
        var bytes = Folder.read(piece.path());
        try {
            var lines = new String(bytes, StandardCharsets.UTF_8).split("\n", -1);
            var range = lines[2].split(" ");
            var nodes = new ArrayList<Merkle.Node>();
            int at = 5;
            for (; !lines[at].isEmpty(); at++) {
                var words = lines[at].split(" ");
                int level = Integer.parseInt(words[0]);
                if (level < 0 || level > Merkle.TILE_LEVEL) {
                    throw new IllegalArgumentException("level");
                }
                nodes.add(new Merkle.Node(level, Base64.getDecoder().decode(words[1])));
            }
            var last = lines[at + 1];
            var deletion =
                    new Deletion(
                            lines[1],
                            Long.parseLong(range[0]),
                            Long.parseLong(range[1]),
                            Instant.parse(lines[3]),
                            lines[4],
                            nodes,
                            last.substring(last.lastIndexOf(' ') + 1));
            if (java.util.Arrays.equals(deletion.content(), bytes)
                    && deletion.first == piece.first()
                    && deletion.end == piece.end()) {
                return deletion;
            }
        } catch (RuntimeException e) {
            // told below
        }
        throw new Tampered(piece.name() + ": is not a record of these entries' deletion");
    }

    /**
     * @throws Tampered when the signature does not hold under any of these keys
     */
    void check(List<String> keys, String place) {
        var hash = new byte[0];
        try {
            hash = java.util.Arrays.copyOf(Base64.getDecoder().decode(signature), 4);
        } catch (IllegalArgumentException e) {
            // found below
        }
        for (var key : keys) {
            if (java.util.Arrays.equals(Checkpoint.keyHash(key), hash)) {
                Checkpoint.check(text(), signature, key, place);
                return;
            }
        }
        throw new Tampered(place + ": signed with another key");
    }

    void addTo(Merkle tree) {
        addTo(tree, end);
        if (tree.size() != end) {
            throw new Tampered(Folder.deleted(first, end) + ": its roots do not cover its entries");
        }
    }

    /** Adds the roots from the tree's end on, up to position {@code until}. */
    void addTo(Merkle tree, long until) {
        long at = first;
        for (var node : nodes) {
            long after = at + (1L << node.level());
            if (at == tree.size() && after <= until) {
                tree.add(node, false);
            }
            at = after;
        }
    }
}
