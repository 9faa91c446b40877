package dev.spoor.ledger;

import dev.spoor.event.Source;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * What a writer knows of everything kept before: sources, tree, tiles, signatures. Holds the
 * folder's lock. For one thread at a time.
 */
final class History implements AutoCloseable {
    private static final String ORIGIN = "spoor.dev/ledger/";

    final Path folder;
    final Disk disk;
    final LedgerKeys keys;
    final List<SourceEntry> sources = new ArrayList<>();
    final Tiles tiles;
    final Merkle tree;
    private final KeyChain chain;
    private final Folder.Lock lock;
    private volatile Checkpoint checkpoint;

    private History(
            Path folder,
            Disk disk,
            LedgerKeys keys,
            KeyChain chain,
            Tiles tiles,
            Checkpoint checkpoint,
            Folder.Lock lock) {
        this.folder = folder;
        this.disk = disk;
        this.keys = keys;
        this.chain = chain;
        this.tiles = tiles;
        this.tree = new Merkle(0, tiles);
        this.checkpoint = checkpoint;
        this.lock = lock;
    }

    /**
     * Starts a ledger in an empty or missing folder. It has no checkpoint until {@link #publish}.
     *
     * @throws Rejected when the folder is not empty
     */
    static History create(Path folder, Disk disk, LedgerKeys keys) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Unavailable(
                    "the ledger's folder could not be made: " + folder + ": " + e.getMessage(), e);
        }
        var lock = Folder.Lock.take(folder);
        try {
            for (var path : Folder.files(folder)) {
                var name = String.valueOf(path.getFileName());
                if (name.endsWith(Folder.UNFINISHED)) {
                    disk.delete(path); // of a ledger that was never finished
                } else if (!name.equals(Folder.LOCK) && !name.equals(Folder.VERIFIER_KEY)) {
                    throw new Rejected(
                            folder
                                    + " is not empty (expected: a new folder; a ledger is never written over)");
                }
            }
        } catch (IOException e) {
            lock.close();
            throw new Unavailable("the ledger's folder could not be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        var id = new byte[8];
        new SecureRandom().nextBytes(id);
        var origin = ORIGIN + HexFormat.of().formatHex(id);
        var chain = KeyChain.of(Checkpoint.verifierKey(origin, keys.signing().getPublic()));
        var tiles = new Tiles(disk, folder);
        var none = Checkpoint.sign(origin, 0, new Merkle().root(), keys.signing());
        return new History(folder, disk, keys, chain, tiles, none, lock);
    }

    /**
     * Opens a ledger to write behind its end. What an earlier writer left unfinished is taken away;
     * the entries of segments that its checkpoint does not tell yet count.
     *
     * @throws Tampered when tiles and entries do not give the signed root
     * @throws Rejected when the ledger is signed with another key
     */
    static History open(Path folder, Disk disk, LedgerKeys keys) {
        var lock = Folder.Lock.take(folder);
        try {
            var chain = signedBy(folder, disk, keys, KeyChain.read(folder));
            var checkpoint =
                    Checkpoint.open(
                            Folder.read(folder.resolve(Folder.CHECKPOINT)),
                            chain.keys(),
                            Folder.CHECKPOINT);
            tidy(folder, disk);
            var tiles = tiles(folder, disk, checkpoint.size());
            var history = new History(folder, disk, keys, chain, tiles, checkpoint, lock);
            history.read(checkpoint);
            return history;
        } catch (IOException e) {
            lock.close();
            throw new Unavailable("the ledger could not be opened: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Those of the signed size. A copy made while the ledger was written may lack some, or have
     * entries of that size in its journals still: then the tree is built from the entries anew.
     */
    private static Tiles tiles(Path folder, Disk disk, long signed) {
        if (Folder.list(folder).end() < signed) {
            return Tiles.load(disk, folder, 0);
        }
        try {
            return Tiles.load(disk, folder, signed);
        } catch (Tampered e) {
            return Tiles.load(disk, folder, 0);
        }
    }

    /** A ledger whose key was renewed at home gets the new one when it is next written to. */
    private static KeyChain signedBy(Path folder, Disk disk, LedgerKeys keys, KeyChain chain)
            throws IOException {
        var current = chain.current();
        if (Checkpoint.verifierKey(chain.origin(), keys.signing().getPublic()).equals(current)) {
            return chain;
        }
        for (var older : keys.older()) {
            if (Checkpoint.verifierKey(chain.origin(), older.getPublic()).equals(current)) {
                var next = chain.next(older, keys.signing());
                disk.replace(folder.resolve(Folder.VERIFIER_KEY), next.content());
                return next;
            }
        }
        throw new Rejected(
                folder
                        + " is signed with another key than the one in $SPOOR_HOME/keys (expected: the home it was written with)");
    }

    private static void tidy(Path folder, Disk disk) throws IOException {
        var listing = Folder.list(folder);
        var names = new HashSet<String>();
        listing.pieces().forEach(piece -> names.add(keyName(piece.path())));
        listing.journals().forEach(journal -> names.add(keyName(journal.path())));
        for (var piece : listing.covered()) {
            Moved.leave(disk, piece.path(), piece.first(), piece.end());
        }
        Moved.trim(disk, folder);
        for (var path : Folder.files(folder)) {
            var name = String.valueOf(path.getFileName());
            if (name.endsWith(Folder.UNFINISHED)
                    || (name.endsWith(".key") && !names.contains(name))) {
                disk.delete(path);
            }
        }
    }

    private static String keyName(Path path) {
        return String.valueOf(Folder.key(path).getFileName());
    }

    private void read(Checkpoint signed) {
        tiles.restore(tree);
        var listing = Folder.list(folder);
        for (var piece : listing.pieces()) {
            if (piece.end() <= tree.size()) {
                continue;
            }
            if (piece.first() > tree.size()) {
                throw new Tampered(
                        piece.name()
                                + ": the entries before it are missing (from "
                                + tree.size()
                                + " on)");
            }
            if (tree.size() < signed.size()) {
                Leaves.add(piece, keys, tree, signed.size());
            }
            if (tree.size() == signed.size()) {
                matches(signed);
            }
            Leaves.add(piece, keys, tree, Long.MAX_VALUE);
        }
        if (tree.size() < signed.size() && listing.journals().isEmpty()) {
            throw ends(tree.size(), signed.size());
        }
        if (tree.size() == signed.size()) {
            matches(signed);
        }
        var segments = listing.segments();
        if (!segments.isEmpty()) {
            try (var last = SegmentReader.open(segments.getLast().path(), keys)) {
                sources.addAll(last.sources());
            }
        }
    }

    private static Tampered ends(long size, long signed) {
        return new Tampered(
                "%s: entries are missing at the end: %d found, %d signed (expected: a ledger that has all; a copy made while it was written can be read, not written to)"
                        .formatted(Folder.CHECKPOINT, size, signed));
    }

    /**
     * @param end behind the last entry, those in journals included
     * @throws Tampered when entries that were signed are not there
     */
    void complete(long end) {
        if (end < checkpoint.size()) {
            throw ends(end, checkpoint.size());
        }
    }

    private void matches(Checkpoint signed) {
        if (!Arrays.equals(tree.root(), signed.root())) {
            throw new Tampered(
                    Folder.CHECKPOINT
                            + ": the ledger does not give the signed root: it was changed, nothing is added to it (see: spoor verify)");
        }
    }

    KeyChain chain() {
        return chain;
    }

    /** The log's name. */
    String origin() {
        return checkpoint.origin();
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    List<Source> told() {
        return sources.stream().map(SourceEntry::source).toList();
    }

    Checkpoint sign(Merkle upTo) {
        return Checkpoint.sign(origin(), upTo.size(), upTo.root(), keys.signing());
    }

    /**
     * Writes tiles, key and checkpoint for the first entries of the log: they must stand in pieces.
     */
    Checkpoint publish(Merkle upTo) throws IOException {
        tiles.publish(upTo.size());
        var key = folder.resolve(Folder.VERIFIER_KEY);
        if (!Files.exists(key) || checkpoint.size() == 0) {
            disk.replace(key, chain.content());
        }
        var signed = sign(upTo);
        disk.replace(
                folder.resolve(Folder.CHECKPOINT), signed.note().getBytes(StandardCharsets.UTF_8));
        disk.forceFolder(Objects.requireNonNull(folder.toAbsolutePath().getParent()));
        checkpoint = signed;
        tiles.tidy();
        return signed;
    }

    @Override
    public void close() {
        lock.close();
    }
}
