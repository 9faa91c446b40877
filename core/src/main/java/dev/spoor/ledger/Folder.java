package dev.spoor.ledger;

import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names in a ledger's folder. They say which entries a file holds, so that the folder itself is
 * the list of what there is: whatever covers more entries counts, and what it covers is left over
 * from a merge or a deletion that did not come to its end.
 */
final class Folder {
    static final String CHECKPOINT = "checkpoint";
    static final String VERIFIER_KEY = "verifier-key";
    static final String LOCK = "lock";
    static final String HOLDS = "hold";

    /** Behind the name of a file that is being written; such a file means nothing. */
    static final String UNFINISHED = ".new";

    private static final Pattern PIECE =
            Pattern.compile("(segment|deleted)-(\\d{12})-(\\d{12})\\.(spoor|note)");
    private static final Pattern JOURNAL = Pattern.compile("journal-(\\d{12})\\.spoor");

    private Folder() {}

    /**
     * A segment, or the record of one that was deleted: entries {@code first} to {@code end - 1}.
     */
    record Piece(Path path, long first, long end, boolean deleted) {
        String name() {
            return String.valueOf(path.getFileName());
        }
    }

    /** A journal; it ends where its records end, or where the next one begins. */
    record JournalFile(Path path, long first) {
        String name() {
            return String.valueOf(path.getFileName());
        }
    }

    /** What is left of a file whose entries moved into another ({@link Moved}). */
    record MovedFile(Path path, long first, long end) {}

    /**
     * @param pieces in order, none inside another; between them entries may be missing
     * @param covered pieces that others cover wholly
     * @param moved files that only tell that their entries stand in others now
     */
    record Listing(
            List<Piece> pieces,
            List<Piece> covered,
            List<JournalFile> journals,
            List<MovedFile> moved) {
        /** Behind the last entry that stands in a piece. */
        long end() {
            return pieces.isEmpty() ? 0 : pieces.getLast().end;
        }

        /** Behind the last entry that is told to stand in a file that has been there. */
        long movedEnd() {
            return moved.stream().mapToLong(MovedFile::end).max().orElse(0);
        }

        List<Piece> segments() {
            return pieces.stream().filter(piece -> !piece.deleted).toList();
        }
    }

    static String segment(long first, long end) {
        return "segment-%012d-%012d.spoor".formatted(first, end);
    }

    static String deleted(long first, long end) {
        return "deleted-%012d-%012d.note".formatted(first, end);
    }

    static String journal(long first) {
        return "journal-%012d.spoor".formatted(first);
    }

    /** The file that holds the key of a segment or journal. */
    static Path key(Path file) {
        var name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".key");
    }

    /** Whether a file has the name of a segment's or journal's key. */
    static boolean isKey(String name) {
        return name.endsWith(".key")
                && (JOURNAL.matcher(name.replace(".key", ".spoor")).matches()
                        || PIECE.matcher(name.replace(".key", ".spoor")).matches());
    }

    /** Takes a segment or journal away, then its key: at no moment is there one without its key. */
    static void delete(Disk disk, Path file) throws IOException {
        disk.delete(file);
        if (Files.exists(key(file))) {
            disk.forceFolder(java.util.Objects.requireNonNull(file.getParent()));
            disk.delete(key(file));
        }
    }

    static boolean exists(Path folder) {
        if (Files.isRegularFile(folder.resolve(CHECKPOINT))) {
            return true;
        }
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try {
            return !list(folder).pieces.isEmpty();
        } catch (Unavailable e) {
            return false;
        }
    }

    static Listing list(Path folder) {
        var all = new ArrayList<Piece>();
        var journals = new ArrayList<JournalFile>();
        var moved = new ArrayList<MovedFile>();
        for (var path : files(folder)) {
            var name = String.valueOf(path.getFileName());
            var piece = PIECE.matcher(name);
            var journal = JOURNAL.matcher(name);
            if (moved(path, piece, journal, moved)) {
                continue;
            }
            if (piece.matches()) {
                boolean deleted = name.startsWith("deleted");
                if (deleted == name.endsWith(".note")) {
                    all.add(
                            new Piece(
                                    path,
                                    Long.parseLong(piece.group(2)),
                                    Long.parseLong(piece.group(3)),
                                    deleted));
                }
            } else if (journal.matches()) {
                journals.add(new JournalFile(path, Long.parseLong(journal.group(1))));
            }
        }
        all.sort(
                Comparator.comparingLong(Piece::first)
                        .thenComparing(Comparator.comparingLong(Piece::end).reversed())
                        .thenComparing(piece -> !piece.deleted));
        var pieces = new ArrayList<Piece>();
        var covered = new ArrayList<Piece>();
        long end = 0;
        for (var piece : all) {
            if (piece.end <= end) {
                covered.add(piece);
            } else {
                pieces.add(piece);
                end = piece.end;
            }
        }
        journals.sort(Comparator.comparingLong(JournalFile::first));
        moved.sort(Comparator.comparingLong(MovedFile::end));
        return new Listing(
                List.copyOf(pieces),
                List.copyOf(covered),
                List.copyOf(journals),
                List.copyOf(moved));
    }

    private static boolean moved(Path path, Matcher piece, Matcher journal, List<MovedFile> moved) {
        var named = piece.matches() ? piece : journal.matches() ? journal : null;
        if (named == null) {
            return false;
        }
        try {
            long first = Long.parseLong(named.group(named == piece ? 2 : 1));
            long end = Moved.end(path, first);
            if (end >= 0) {
                moved.add(new MovedFile(path, first, end));
            }
            return end >= 0;
        } catch (IOException e) {
            return false; // gone meanwhile, or unreadable: told when it is opened
        }
    }

    /** The files directly in the folder. */
    static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new Unavailable(
                    "the ledger's folder could not be read: " + folder + ": " + e.getMessage(), e);
        }
    }

    static byte[] read(Path path) {
        try {
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new dev.spoor.fault.Tampered(path.getFileName() + ": is missing", e);
        } catch (IOException e) {
            throw new Unavailable(path + " could not be read: " + e.getMessage(), e);
        }
    }

    /** Holds a folder for one writer; the operating system gives it free when the process ends. */
    record Lock(FileChannel channel) implements AutoCloseable {
        /**
         * @throws Overloaded when somebody else writes to this ledger now
         */
        static Lock take(Path folder) {
            FileChannel channel = null;
            try {
                channel =
                        FileChannel.open(
                                folder.resolve(LOCK),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                if (channel.tryLock() != null) {
                    return new Lock(channel);
                }
                channel.close();
            } catch (OverlappingFileLockException e) {
                closeQuietly(channel);
            } catch (IOException e) {
                closeQuietly(channel);
                throw new Unavailable(
                        "the ledger cannot be written to: " + folder + ": " + e.getMessage(), e);
            }
            throw new Overloaded(folder + " is being written by another process: try later");
        }

        private static void closeQuietly(@org.jspecify.annotations.Nullable FileChannel channel) {
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException e) {
                    // the first failure is the one to tell
                }
            }
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }
}
