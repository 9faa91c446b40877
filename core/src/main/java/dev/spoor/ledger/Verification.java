package dev.spoor.ledger;

import dev.spoor.event.Json;
import dev.spoor.fault.Fault;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks a ledger from its files alone: every byte of every file, every entry against the tree, the
 * tree against the signed checkpoint, and that against an older checkpoint and a key known from
 * elsewhere.
 *
 * @param entries entries that were rebuilt and hashed
 * @param bytes their original bytes
 * @param checkpoint the note that was checked, null when it does not hold
 * @param problems what does not hold, each with its place; empty = the ledger verifies
 * @param notes what was trusted or could not be checked
 */
public record Verification(
        long entries,
        long bytes,
        @Nullable Checkpoint checkpoint,
        List<Problem> problems,
        List<String> notes) {
    public Verification {
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /**
     * One thing that does not hold.
     *
     * @param place file, and where in it
     */
    public record Problem(String place, String what) {}

    /** Hears how far the check has come. */
    public interface Progress {
        Progress NONE = (done, total) -> {};

        /** Entries checked, of how many. */
        void reached(long done, long total);
    }

    public boolean holds() {
        return problems.isEmpty();
    }

    /**
     * Verifies.
     *
     * @param verifierKey {@code name+hash+key} known from elsewhere; null = the key found beside
     *     the checkpoint is trusted, and said so
     * @param older a checkpoint seen before, to show that the log has only grown; null = none
     * @throws Rejected when the folder is no ledger at all
     */
    public static Verification of(
            Path directory,
            LedgerKeys keys,
            @Nullable String verifierKey,
            @Nullable String older,
            Progress progress) {
        if (!Files.isDirectory(directory)) {
            throw new Rejected(
                    directory + " is not a ledger (expected: a folder written by scan --data)");
        }
        return new Run(directory, keys, progress).verify(verifierKey, older);
    }

    /** One verification on its way. */
    private static final class Run {
        private final Path directory;
        private final LedgerKeys keys;
        private final Progress progress;
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final Merkle tree = new Merkle();
        private final Commitment commitment = new Commitment();
        private final List<Long> declared =
                new ArrayList<>(); // by source: position of its declaration
        private final List<String> declarations = new ArrayList<>();
        private final Set<String> expected =
                new TreeSet<>(Set.of(Ledger.CHECKPOINT, Ledger.VERIFIER_KEY));
        private long bytes;
        private boolean whole = true; // all entries so far could be rebuilt
        private @Nullable Checkpoint checkpoint;
        private @Nullable Checkpoint before;

        Run(Path directory, LedgerKeys keys, Progress progress) {
            this.directory = directory;
            this.keys = keys;
            this.progress = progress;
        }

        Verification verify(@Nullable String verifierKey, @Nullable String older) {
            checkpoint = checkpoint(verifierKey, older);
            int number = 0;
            for (var path : LedgerReader.segmentFiles(directory)) {
                expected.add(String.valueOf(path.getFileName()));
                if (!String.valueOf(path.getFileName()).equals(Segments.fileName(number))) {
                    problem(
                            Segments.fileName(number),
                            "is missing (the next one is " + path.getFileName() + ")");
                    number = Integer.parseInt(String.valueOf(path.getFileName()).substring(8, 16));
                    whole = false;
                }
                segment(path, number++);
            }
            root();
            tiles();
            files();
            return new Verification(tree.size(), bytes, checkpoint, problems, notes);
        }

        private void problem(String place, String what) {
            problems.add(new Problem(place, what));
        }

        private @Nullable Checkpoint checkpoint(@Nullable String given, @Nullable String older) {
            try {
                var found = text(Ledger.VERIFIER_KEY);
                if (!found.endsWith("\n") || found.indexOf('\n') != found.length() - 1) {
                    throw new Tampered(Ledger.VERIFIER_KEY + ": not one line");
                }
                var key = found.substring(0, found.length() - 1);
                if (given == null) {
                    notes.add(
                            "no key was given: the key found in the ledger was trusted ("
                                    + key
                                    + ")");
                } else if (!given.strip().equals(key)) {
                    problem(Ledger.VERIFIER_KEY, "is not the key given");
                    key = given.strip();
                }
                var signed = Checkpoint.open(read(Ledger.CHECKPOINT), key, Ledger.CHECKPOINT);
                if (older != null) {
                    before =
                            Checkpoint.open(
                                    older.getBytes(StandardCharsets.UTF_8),
                                    key,
                                    "the older checkpoint");
                    if (before.size() > signed.size()) {
                        problem(
                                Ledger.CHECKPOINT,
                                "rolled back: it tells "
                                        + signed.size()
                                        + " entries, the older one "
                                        + before.size());
                    }
                }
                return signed;
            } catch (Tampered e) {
                problem(Ledger.CHECKPOINT, String.valueOf(e.getMessage()));
                return null;
            }
        }

        private byte[] read(String name) {
            try {
                var path = directory.resolve(name);
                if (!Files.isRegularFile(path)) {
                    throw new Tampered(name + ": is missing");
                }
                return Files.readAllBytes(path);
            } catch (IOException e) {
                throw new Unavailable(name + " could not be read: " + e.getMessage(), e);
            }
        }

        private String text(String name) {
            return new String(read(name), StandardCharsets.ISO_8859_1);
        }

        private void segment(Path path, int number) {
            var name = String.valueOf(path.getFileName());
            try (var segment = SegmentReader.open(path, keys)) {
                if (segment.number != number) {
                    problem(name, "says that it is segment " + segment.number);
                }
                if (segment.firstPosition != tree.size() && whole) {
                    problem(
                            name,
                            "starts at entry "
                                    + segment.firstPosition
                                    + " (expected: "
                                    + tree.size()
                                    + ")");
                    whole = false;
                }
                for (int column = 0; column < segment.columns.size(); column++) {
                    segment.values(column);
                }
                for (var entry : segment.blocks) {
                    block(segment, entry);
                }
                sources(segment);
            } catch (Rejected e) {
                notes.add("not checked: " + e.getMessage());
                whole = false;
            } catch (Fault e) {
                problem(name, String.valueOf(e.getMessage()));
                whole = false;
            } catch (RuntimeException e) {
                problem(name, "does not decode: " + e);
                whole = false;
            }
        }

        /** A block that fails is told, and the check goes on with the next. */
        private void block(SegmentReader segment, SegmentReader.BlockEntry entry) {
            var place = segment.name() + ", block " + entry.index();
            try {
                var block = new Block(segment, entry);
                var salts = new Salts(segment.saltKey);
                segment.read(entry.originals());
                segment.read(entry.bodies());
                for (int row = 0; row < block.rows(); row++) {
                    entry(block, row, salts);
                }
            } catch (Tampered e) {
                problem(place, String.valueOf(e.getMessage()));
                whole = false;
            } catch (RuntimeException e) {
                problem(place, "does not decode: " + e);
                whole = false;
            }
            progress.reached(tree.size(), checkpoint == null ? -1 : checkpoint.size());
        }

        private void entry(Block block, int row, Salts salts) {
            block.seek(row);
            var built = block.view();
            boolean plain = block.flags()[row] >>> 4 == 0;
            byte[] original = plain ? built.array : block.original(built);
            int length = plain ? built.size : original.length;
            int source = block.sources[row];
            long position = block.first() + row;
            if (source == Ledger.OWN_SOURCE) {
                declared.add(position);
                declarations.add(new String(original, 0, length, StandardCharsets.UTF_8));
            }
            if (source >= declared.size()) {
                throw new Tampered(
                        "entry "
                                + position
                                + " names source "
                                + source
                                + ", which is not declared before it");
            }
            tree.add(
                    commitment.leaf(
                            source < 0 ? 0 : declared.get(source) + 1,
                            block.lines()[row],
                            block.items()[row],
                            block.received()[row],
                            block.flags()[row],
                            original,
                            0,
                            length,
                            salts,
                            position),
                    Commitment.LEAF);
            bytes += length;
            if (before != null
                    && tree.size() == before.size()
                    && whole
                    && !Arrays.equals(tree.root(), before.root())) {
                problem(
                        Ledger.CHECKPOINT,
                        "forked: its first "
                                + before.size()
                                + " entries are not those of the older checkpoint");
            }
        }

        /** The footer's table of sources must say what the entries declare. */
        private void sources(SegmentReader segment) {
            if (!whole) {
                return;
            }
            for (var entry : segment.sources) {
                int id = entry.source().id();
                var declaration = id < declarations.size() ? declarations.get(id) : "";
                var text = declaration.getBytes(StandardCharsets.UTF_8);
                var read = Json.read(text, 0, text.length).value();
                if (read == null
                        || declared.get(id) != entry.position()
                        || !read.path("path").asString("").equals(entry.source().path())
                        || !read.path("kind").asString("").equals(entry.source().kind().id())
                        || !read.path("wrapping")
                                .asString("")
                                .equals(entry.source().wrapping().name())) {
                    problem(
                            segment.name() + ", footer",
                            "source " + id + " is not the one that was declared");
                }
            }
        }

        private void root() {
            if (checkpoint == null) {
                return;
            }
            if (!whole) {
                if (problems.isEmpty()) {
                    notes.add(
                            "the root could not be recomputed without the key: signature and tiles were checked");
                }
                return;
            }
            if (tree.size() != checkpoint.size()) {
                problem(
                        Ledger.CHECKPOINT,
                        (tree.size() < checkpoint.size()
                                        ? "entries are missing at the end: "
                                        : "entries are not signed: ")
                                + tree.size()
                                + " found, "
                                + checkpoint.size()
                                + " signed");
            } else if (!Arrays.equals(tree.root(), checkpoint.root())) {
                problem(
                        Ledger.CHECKPOINT,
                        "the entries do not give the signed root: at least one was changed, reordered or replaced");
            }
        }

        private void tiles() {
            if (!whole) {
                try (var files = Files.walk(directory.resolve(Tiles.FOLDER))) {
                    files.filter(Files::isRegularFile)
                            .forEach(path ->
                                    expected.add(
                                            directory
                                                    .relativize(path)
                                                    .toString()
                                                    .replace('\\', '/')));
                } catch (IOException e) {
                    // no tiles: told when everything can be checked
                }
                return;
            }
            Map<String, byte[]> tiles = new HashMap<>();
            Tiles.write(tree, (content, path) -> tiles.put(path, content));
            for (var tile : tiles.entrySet()) {
                expected.add(tile.getKey());
                try {
                    if (!Arrays.equals(read(tile.getKey()), tile.getValue())) {
                        problem(tile.getKey(), "is not the tile of these entries");
                    }
                } catch (Tampered e) {
                    problem(tile.getKey(), "is missing");
                }
            }
        }

        private void files() {
            var found = new HashSet<String>();
            try (var files = Files.walk(directory)) {
                files.filter(path -> !Files.isDirectory(path))
                        .forEach(path ->
                                found.add(
                                        directory.relativize(path).toString().replace('\\', '/')));
            } catch (IOException e) {
                throw new Unavailable(
                        "the ledger's folder could not be read: " + e.getMessage(), e);
            }
            found.removeAll(expected);
            new TreeSet<>(found).forEach(name -> problem(name, "does not belong to the ledger"));
        }
    }
}
