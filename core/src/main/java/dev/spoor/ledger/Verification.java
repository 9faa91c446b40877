package dev.spoor.ledger;

import dev.spoor.fault.Fault;
import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks a ledger from its files alone: every byte of every file, every entry against the tree, the
 * tree against the signed checkpoint, and that against an older checkpoint and a key known from
 * elsewhere. Segments are checked side by side on all processors.
 *
 * @param entries entries that were rebuilt and hashed
 * @param bytes their original bytes
 * @param checkpoint the newest note that was checked, null when none holds
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

    /** What is wrong; the first that fits. */
    public enum Wrong {
        /** Bytes are not those that were written. */
        CHANGED("changed"),
        /** A file or entries between others are not there. */
        MISSING("missing"),
        /** Entries stand at another place than they were written to. */
        REORDERED("reordered"),
        /** Signed entries are missing at the end. */
        TRUNCATED("truncated"),
        /** The log is shorter than a checkpoint seen before. */
        ROLLED_BACK("rolled back"),
        /** The log is another one than the one seen before. */
        FORKED("forked"),
        /** No signature of a trusted key covers it. */
        UNSIGNED("unsigned"),
        /** A file that is not the ledger's. */
        FOREIGN("foreign");

        private final String word;

        Wrong(String word) {
            this.word = word;
        }

        /** As it is told in JSON. */
        public String word() {
            return word;
        }
    }

    /**
     * One thing that does not hold.
     *
     * @param place file, and where in it
     */
    public record Problem(Wrong wrong, String place, String what) {
        /** What begins with the place, as a fault's message does, is told once, as exactly. */
        public Problem {
            int told = what.startsWith(place) ? what.indexOf(": ", place.length()) : -1;
            if (told >= 0) {
                place = what.substring(0, told);
                what = what.substring(told + 2);
            }
        }
    }

    /** Hears how far the check has come; from several threads. */
    public interface Progress {
        Progress NONE = (done, total) -> {};

        /** Entries checked, of how many; -1 = not known. */
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
        // A ledger that is being written is looked at again when files came and went meanwhile
        for (int attempt = 1; ; attempt++) {
            var before = Folder.files(directory);
            var checked = new Run(directory, keys, progress).verify(verifierKey, older);
            if (checked.holds() || attempt == 3 || before.equals(Folder.files(directory))) {
                return checked;
            }
        }
    }

    /** What the entries of one piece gave. */
    private record Checked(
            Folder.Piece piece,
            List<Merkle> runs,
            List<SourceEntry> declared,
            List<SourceEntry> told,
            List<Problem> problems,
            List<String> notes) {}

    /** One verification on its way. */
    private static final class Run {
        private final Path directory;
        private final LedgerKeys keys;
        private final Progress progress;
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final Map<Long, byte[]> roots = new ConcurrentHashMap<>(); // of every 256 entries
        private final AtomicLong entries = new AtomicLong();
        private final AtomicLong bytes = new AtomicLong();
        private final Set<String> expected =
                new TreeSet<>(Set.of(Folder.CHECKPOINT, Folder.VERIFIER_KEY));
        private final Map<Long, List<Claim>> claims = new HashMap<>(); // by size
        private final List<Checkpoint> heard = new ArrayList<>(); // from journals
        private final Leaves leaves = new Leaves();
        private boolean live; // there is a journal: it is being written, or was when it was copied
        private boolean whole = true; // all entries could be rebuilt, and nothing is missing
        private List<String> trusted = List.of();
        private @Nullable Checkpoint checkpoint;
        private @Nullable Checkpoint newest;
        private @Nullable Checkpoint before;

        /** That the tree of this size has this root. */
        private record Claim(byte[] root, Wrong otherwise, String place) {}

        Run(Path directory, LedgerKeys keys, Progress progress) {
            this.directory = directory;
            this.keys = keys;
            this.progress = progress;
        }

        Verification verify(@Nullable String verifierKey, @Nullable String older) {
            checkpoint = checkpoint(verifierKey, older);
            newest = checkpoint;
            var listing = Folder.list(directory);
            live = !listing.journals().isEmpty();
            var journals = journals(listing);
            older();
            var checked = pieces(listing.pieces());
            for (var covered : pieces(listing.covered())) {
                problems.addAll(covered.problems);
            }
            var tree = join(checked);
            var declared = sources(checked);
            journals.forEach(journal -> tail(journal, tree, declared));
            long end = Math.max(listing.end(), tree.size());
            moved(listing, end);
            size(end);
            if (!whole && problems.isEmpty()) {
                notes.add(
                        "the root could not be recomputed without the key: files, signature and tiles were checked");
            }
            tiles();
            files(listing);
            return new Verification(entries.get(), bytes.get(), newest, problems, notes);
        }

        private void claim(Checkpoint note, Wrong otherwise, String place) {
            claims.computeIfAbsent(note.size(), size -> new ArrayList<>())
                    .add(new Claim(note.root(), otherwise, place));
        }

        private void problem(Wrong wrong, String place, String what) {
            problems.add(new Problem(wrong, place, what));
        }

        private @Nullable Checkpoint checkpoint(@Nullable String given, @Nullable String older) {
            try {
                trusted = trusted(given);
                var signed =
                        Checkpoint.open(
                                Folder.read(directory.resolve(Folder.CHECKPOINT)),
                                trusted,
                                Folder.CHECKPOINT);
                claim(signed, Wrong.CHANGED, Folder.CHECKPOINT);
                if (older != null) {
                    before =
                            Checkpoint.open(
                                    older.getBytes(StandardCharsets.UTF_8),
                                    trusted,
                                    "the older checkpoint");
                    claim(before, Wrong.FORKED, Folder.CHECKPOINT);
                }
                return signed;
            } catch (Tampered e) {
                problem(Wrong.UNSIGNED, Folder.CHECKPOINT, String.valueOf(e.getMessage()));
                return null;
            }
        }

        /** The keys whose signatures count. */
        private List<String> trusted(@Nullable String given) {
            try {
                var chain = KeyChain.read(directory);
                if (given == null) {
                    notes.add(
                            "no key was given: the key found in the ledger was trusted ("
                                    + chain.current()
                                    + ")");
                    return chain.keys();
                }
                var from = chain.from(given.strip());
                if (!from.isEmpty()) {
                    return from;
                }
                problem(Wrong.UNSIGNED, Folder.VERIFIER_KEY, "is not the key given");
            } catch (Tampered e) {
                problem(Wrong.CHANGED, Folder.VERIFIER_KEY, String.valueOf(e.getMessage()));
                if (given == null) {
                    throw new Tampered("its signature cannot be checked without the key");
                }
            }
            return List.of(java.util.Objects.requireNonNull(given).strip());
        }

        private void older() {
            if (before != null && newest != null && before.size() > newest.size()) {
                problem(
                        Wrong.ROLLED_BACK,
                        Folder.CHECKPOINT,
                        "rolled back: it tells "
                                + newest.size()
                                + " entries, the older one "
                                + before.size());
            }
        }

        /** What the journals hold is checked record by record; their notes are heard. */
        private List<FoundJournal> journals(Folder.Listing listing) {
            var found = new ArrayList<FoundJournal>();
            var files = listing.journals();
            for (int i = 0; i < files.size(); i++) {
                long until = i + 1 < files.size() ? files.get(i + 1).first() : Long.MAX_VALUE;
                belongs(files.get(i).path());
                try {
                    var journal = FoundJournal.open(Disk.DURABLE, files.get(i), keys, until);
                    found.add(journal);
                    journal.checkSealed(listing.end());
                    for (var note : journal.notes(trusted)) {
                        claim(note, Wrong.CHANGED, journal.name());
                        heard.add(note);
                        newest = newest == null || note.size() > newest.size() ? note : newest;
                    }
                    if (journal.cut() != null) {
                        cut(journal);
                    }
                } catch (Rejected e) {
                    notes.add("not checked: " + e.getMessage());
                    whole = false;
                } catch (Fault e) {
                    problem(wrong(e), files.get(i).name(), String.valueOf(e.getMessage()));
                    whole = false;
                }
            }
            return found;
        }

        /**
         * Less than a record is what a crash leaves; a whole one that does not hold may be more.
         */
        private void cut(FoundJournal journal) {
            if (journal.tornOnly()) {
                notes.add(journal.name() + ": " + journal.cut() + ": it was not acknowledged");
            } else {
                problem(Wrong.CHANGED, journal.name(), String.valueOf(journal.cut()));
            }
        }

        /** The entries that stand in no segment yet. */
        private void tail(FoundJournal journal, Merkle tree, List<SourceEntry> declared) {
            try (journal) {
                if (!whole || journal.end() <= tree.size()) {
                    return;
                }
                if (journal.first() > tree.size()) {
                    missing(tree.size(), journal.first(), journal.name());
                    return;
                }
                var salts = new Salts(List.of(journal.salt()));
                var rows = journal.rows(tree.size());
                var row = new Row();
                while (rows.next(row)) {
                    if (row.source == Ledger.OWN_SOURCE) {
                        declared.add(SourceEntry.of(row.bytes, row.from, row.length, row.position));
                    }
                    leaves.add(row, declared, salts, tree);
                    entries.incrementAndGet();
                    bytes.addAndGet(row.length);
                    claimed(tree);
                }
            } catch (Fault e) {
                problem(Wrong.CHANGED, journal.name(), String.valueOf(e.getMessage()));
                whole = false;
            } catch (RuntimeException e) {
                problem(Wrong.CHANGED, journal.name(), "does not decode: " + e);
                whole = false;
            }
        }

        private List<Checked> pieces(List<Folder.Piece> pieces) {
            var checked = new ArrayList<Checked>();
            int threads = Runtime.getRuntime().availableProcessors();
            try (var pool = Executors.newFixedThreadPool(threads)) {
                var tasks = pieces.stream().<Callable<Checked>>map(p -> () -> piece(p)).toList();
                for (var done : pool.invokeAll(tasks)) {
                    checked.add(done.get());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Overloaded("the check was interrupted", e);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw new IllegalStateException(e);
            }
            return checked;
        }

        private Checked piece(Folder.Piece piece) {
            var done =
                    new Checked(
                            piece,
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>(),
                            new ArrayList<>());
            try {
                if (piece.deleted()) {
                    deletion(piece, done);
                } else {
                    segment(piece, done);
                }
            } catch (Rejected e) {
                if (keys.encrypts()) {
                    throw e; // the wrong key was given
                }
                done.notes.add("not checked: " + e.getMessage());
                done.runs.clear();
            } catch (Fault e) {
                failed(done, wrong(e), piece.name(), String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                failed(done, Wrong.CHANGED, piece.name(), "does not decode: " + e);
            }
            return done;
        }

        /** A file of its key may be what is not there. */
        private static Wrong wrong(Fault e) {
            return e.getCause() instanceof NoSuchFileException ? Wrong.MISSING : Wrong.CHANGED;
        }

        private void failed(Checked done, Wrong wrong, String place, String what) {
            done.problems.add(new Problem(wrong, place, what));
            done.runs.clear();
        }

        private void deletion(Folder.Piece piece, Checked done) {
            var deletion = Deletion.read(piece);
            deletion.check(trusted, piece.name());
            var run = new Merkle(piece.first(), roots::put);
            deletion.addTo(run);
            done.runs.add(run);
            done.notes.add(
                    "entries %d to %d were deleted on %s: %s"
                            .formatted(
                                    piece.first(), piece.end() - 1, deletion.at(), deletion.why()));
        }

        private void segment(Folder.Piece piece, Checked done) {
            try (var segment = SegmentReader.open(piece.path(), keys)) {
                if (segment.firstPosition != piece.first() || segment.end() != piece.end()) {
                    done.problems.add(
                            new Problem(
                                    Wrong.REORDERED,
                                    piece.name(),
                                    "holds entries "
                                            + segment.firstPosition
                                            + " to "
                                            + (segment.end() - 1)));
                    return;
                }
                for (int column = 0; column < segment.columns.size(); column++) {
                    segment.values(column);
                }
                done.told.addAll(segment.sources());
                var run = new Merkle(piece.first(), roots::put);
                done.runs.add(run);
                var leaves = new Leaves();
                var salts = new Salts(segment.salts);
                boolean good = true;
                for (var entry : segment.blocks) {
                    good &= block(segment, entry, leaves, salts, done, good);
                }
                if (!good) {
                    done.runs.clear();
                }
            }
        }

        /** A block that fails is told, and the check goes on with the next. */
        private boolean block(
                SegmentReader segment,
                SegmentReader.BlockEntry entry,
                Leaves leaves,
                Salts salts,
                Checked done,
                boolean counts) {
            var place = segment.name() + ", block " + entry.index();
            try {
                var block = new Block(segment, entry);
                segment.read(entry.originals());
                segment.read(entry.bodies());
                var row = new Row();
                for (int i = 0; i < block.rows(); i++) {
                    SegmentRows.fill(block, i, row);
                    entry(row, segment, leaves, salts, done, counts);
                }
                segment.filters(entry.index()).check(block);
                return true;
            } catch (Tampered e) {
                done.problems.add(
                        new Problem(Wrong.CHANGED, place, String.valueOf(e.getMessage())));
            } catch (RuntimeException e) {
                done.problems.add(new Problem(Wrong.CHANGED, place, "does not decode: " + e));
            } finally {
                progress.reached(entries.get(), checkpoint == null ? -1 : checkpoint.size());
            }
            return false;
        }

        private void entry(
                Row row,
                SegmentReader segment,
                Leaves leaves,
                Salts salts,
                Checked done,
                boolean counts) {
            if (row.source == Ledger.OWN_SOURCE) {
                done.declared.add(SourceEntry.of(row.bytes, row.from, row.length, row.position));
            }
            if (counts) {
                if (row.position > segment.firstPosition && claims.containsKey(row.position)) {
                    done.runs.add(new Merkle(row.position, roots::put));
                }
                leaves.add(row, segment.sources(), salts, done.runs.getLast());
            }
            entries.incrementAndGet();
            bytes.addAndGet(row.length);
        }

        /**
         * Joins the pieces to the tree; what stands behind something missing is checked by itself.
         */
        private Merkle join(List<Checked> checked) {
            var tree = new Merkle(0, roots::put);
            claimed(tree);
            long end = 0;
            for (var done : checked) {
                problems.addAll(done.problems);
                notes.addAll(done.notes);
                if (done.piece.first() != end) {
                    missing(end, done.piece.first(), done.piece.name());
                }
                end = done.piece.end();
                whole &= !done.runs.isEmpty();
                for (var run : done.runs) {
                    if (whole) {
                        tree.add(run);
                        claimed(tree);
                    }
                }
            }
            return tree;
        }

        private void missing(long from, long to, String next) {
            problem(Wrong.MISSING, Folder.segment(from, to), Snapshot.missing(from, to, next));
            whole = false;
        }

        /** Whether the tree has the roots that were signed for its size. */
        private void claimed(Merkle tree) {
            var told = claims.get(tree.size());
            if (told == null) {
                return;
            }
            var root = tree.root();
            for (var claim : told) {
                if (Arrays.equals(root, claim.root)) {
                    continue;
                }
                if (claim.otherwise == Wrong.FORKED) {
                    problem(
                            Wrong.FORKED,
                            claim.place,
                            "forked: its first "
                                    + tree.size()
                                    + " entries are not those of the older checkpoint");
                } else {
                    replaced(claim.place);
                }
            }
        }

        /** Entries of files that a copy found moved, and where to is not in it. */
        private void moved(Folder.Listing listing, long end) {
            for (var file : listing.moved()) {
                belongs(file.path());
                if (file.end() > end) {
                    problem(
                            Wrong.MISSING,
                            name(file.path()),
                            Moved.lacks(Math.max(end, file.first()), file.end()));
                    whole = false;
                }
            }
        }

        private void size(long end) {
            if (newest != null && end < newest.size()) {
                ahead(end, newest);
            } else if (newest != null && end > newest.size() && live) {
                notes.add(
                        (end - newest.size())
                                + " entries at the end of the journal are not signed yet");
            } else if (newest != null && end > newest.size()) {
                problem(
                        Wrong.UNSIGNED,
                        Folder.CHECKPOINT,
                        "entries are not signed: " + end + " found, " + newest.size() + " signed");
            }
        }

        /**
         * The checkpoint tells more entries than there are. In a copy that was made while the
         * ledger was written they came after it was begun, or a moved file tells that they are
         * missing; where there is no journal, they were taken away.
         */
        private void ahead(long end, Checkpoint signed) {
            if (live && signed == checkpoint) {
                notes.add(
                        "the checkpoint tells %d entries, here are %d: as in a copy made while the ledger was written; what was acknowledged before the copy was begun is here"
                                .formatted(signed.size(), end));
                newest =
                        heard.stream()
                                .filter(note -> note.size() <= end)
                                .max(Comparator.comparingLong(Checkpoint::size))
                                .orElse(null);
                return;
            }
            problem(
                    Wrong.TRUNCATED,
                    Folder.CHECKPOINT,
                    "entries are missing at the end: "
                            + end
                            + " found, "
                            + signed.size()
                            + " signed");
            whole = false;
        }

        /**
         * Every footer's table of sources must say what the entries declare; gives the last one.
         */
        private List<SourceEntry> sources(List<Checked> checked) {
            var declared = new HashMap<Integer, SourceEntry>();
            List<SourceEntry> last = List.of();
            boolean known = true;
            for (var done : checked) {
                known &= !done.runs.isEmpty() && !done.piece.deleted();
                done.declared.forEach(entry -> declared.put(entry.source().id(), entry));
                for (var told : done.told) {
                    var entry = declared.get(told.source().id());
                    if (entry == null ? known : !entry.equals(told)) {
                        problem(
                                Wrong.CHANGED,
                                done.piece.name() + ", footer",
                                "source "
                                        + told.source().id()
                                        + " is not the one that was declared");
                    }
                }
                last = done.told.isEmpty() ? last : done.told;
            }
            return new ArrayList<>(last);
        }

        /** The tiles that still give the signed hashes tell where. */
        private void replaced(String place) {
            var wrong = new TreeSet<Long>();
            var stored = storedRoots();
            stored.forEach((index, hash) -> {
                if (!Arrays.equals(hash, roots.get(index))) {
                    wrong.add(index);
                }
            });
            var where =
                    wrong.isEmpty()
                            ? "at least one"
                            : "at least one of the entries from %d to %d"
                                    .formatted(
                                            wrong.first() * Tiles.WIDTH,
                                            wrong.last() * Tiles.WIDTH + Tiles.WIDTH - 1);
            boolean moved = !wrong.isEmpty() && permuted(wrong, stored);
            problem(
                    moved ? Wrong.REORDERED : Wrong.CHANGED,
                    place,
                    "the entries do not give the signed root: "
                            + where
                            + " was changed, reordered or replaced");
        }

        private boolean permuted(Set<Long> indexes, Map<Long, byte[]> stored) {
            var there = new HashSet<String>();
            var here = new HashSet<String>();
            for (long index : indexes) {
                there.add(Arrays.toString(stored.get(index)));
                here.add(Arrays.toString(roots.get(index)));
            }
            return there.equals(here);
        }

        private Map<Long, byte[]> storedRoots() {
            var stored = new TreeMap<Long, byte[]>();
            long count = checkpoint == null ? 0 : checkpoint.size() >>> Merkle.TILE_LEVEL;
            for (long first = 0; first < count; first += Tiles.WIDTH) {
                int width = (int) Math.min(Tiles.WIDTH, count - first);
                var path = directory.resolve(Tiles.path(1, first / Tiles.WIDTH, width));
                if (Files.isRegularFile(path)) {
                    var hashes = Folder.read(path);
                    for (int i = 0; i < Math.min(width, hashes.length / Merkle.HASH); i++) {
                        stored.put(
                                first + i,
                                Arrays.copyOfRange(hashes, i * Merkle.HASH, (i + 1) * Merkle.HASH));
                    }
                }
            }
            return stored;
        }

        /** Every tile of the signed size is there, and every tile that is there is the entries'. */
        private void tiles() {
            var names = new TreeSet<String>();
            var start = directory.resolve(Tiles.FOLDER);
            if (Files.isDirectory(start)) {
                try (var files = Files.walk(start)) {
                    files.filter(Files::isRegularFile).forEach(path -> names.add(name(path)));
                } catch (IOException e) {
                    throw new Unavailable("the tiles could not be read: " + e.getMessage(), e);
                }
            }
            if (!whole) {
                expected.addAll(names);
                if (problems.isEmpty()) {
                    tilesAlone();
                }
                return;
            }
            long size = checkpoint == null ? 0 : Math.min(checkpoint.size(), known());
            Tiles.write(
                    roots(size),
                    (content, name) -> {
                        expected.add(name);
                        var path = directory.resolve(name);
                        if (!Files.isRegularFile(path)) {
                            if (!live) {
                                problem(Wrong.MISSING, name, "is missing");
                            }
                        } else if (!Arrays.equals(Folder.read(path), content)) {
                            problem(Wrong.CHANGED, name, "is not the tile of these entries");
                        }
                    });
            others(names);
        }

        /** Entries, in full 256s, whose hashes were recomputed from the first one on. */
        private long known() {
            long known = 0;
            while (roots.containsKey(known)) {
                known++;
            }
            return known << Merkle.TILE_LEVEL;
        }

        /** Without the entries: whether each tile stands for the ones below it. */
        private void tilesAlone() {
            var stored = new Bytes(64);
            storedRoots().values().forEach(stored::bytes);
            Tiles.write(
                    stored.copy(),
                    (content, name) -> {
                        var path = directory.resolve(name);
                        if (!Files.isRegularFile(path)) {
                            problem(Wrong.MISSING, name, "is missing");
                        } else if (!Arrays.equals(Folder.read(path), content)) {
                            problem(Wrong.CHANGED, name, "does not stand for the tiles below it");
                        }
                    });
        }

        /** Tiles of an earlier or of a coming checkpoint may stand there: a writer was killed. */
        private void others(Set<String> names) {
            if (expected.containsAll(names)) {
                return;
            }
            Map<String, byte[]> fullest = new HashMap<>();
            Tiles.write(roots(known()), (content, name) -> fullest.put(tile(name), content));
            for (var name : names) {
                var content = fullest.getOrDefault(tile(name), new byte[0]);
                var found = Folder.read(directory.resolve(name));
                int both = Math.min(found.length, content.length);
                boolean fits =
                        Arrays.equals(Arrays.copyOf(found, both), Arrays.copyOf(content, both));
                if (fits && found.length <= content.length) {
                    expected.add(name);
                } else if (fits && live) {
                    expected.add(name);
                    notes.add(name + ": covers entries that came after this copy was begun");
                }
            }
        }

        /** A tile's name without its width. */
        private static String tile(String name) {
            int at = name.lastIndexOf(".p/");
            return at < 0 ? name : name.substring(0, at);
        }

        private byte[] roots(long size) {
            var all = new Bytes(64);
            for (long i = 0; i < size >>> Merkle.TILE_LEVEL; i++) {
                all.bytes(java.util.Objects.requireNonNull(roots.get(i)));
            }
            return all.copy();
        }

        private String name(Path path) {
            return directory.relativize(path).toString().replace('\\', '/');
        }

        private void files(Folder.Listing listing) {
            for (var piece : listing.pieces()) {
                belongs(piece.path());
            }
            for (var piece : listing.covered()) {
                belongs(piece.path());
            }
            var found = new TreeSet<String>();
            try (var files = Files.walk(directory)) {
                files.filter(path -> !Files.isDirectory(path))
                        .forEach(path -> found.add(name(path)));
            } catch (IOException e) {
                throw new Unavailable(
                        "the ledger's folder could not be read: " + e.getMessage(), e);
            }
            found.removeAll(expected);
            for (var name : found) {
                if (Hold.is(name)) {
                    hold(name);
                } else if (Folder.isKey(name)) {
                    notes.add(name + ": the key of a file that is not here");
                } else if (!name.endsWith(Folder.UNFINISHED) && !emptyLock(name)) {
                    problem(Wrong.FOREIGN, name, "does not belong to the ledger");
                }
            }
        }

        private void hold(String name) {
            try {
                Hold.read(directory.resolve(name), trusted);
            } catch (Tampered e) {
                problem(Wrong.CHANGED, name, String.valueOf(e.getMessage()));
            }
        }

        private void belongs(Path path) {
            expected.add(name(path));
            expected.add(name(Folder.key(path)));
        }

        private boolean emptyLock(String name) {
            try {
                return name.equals(Folder.LOCK) && Files.size(directory.resolve(name)) == 0;
            } catch (NoSuchFileException e) {
                return true;
            } catch (IOException e) {
                return false;
            }
        }
    }
}
