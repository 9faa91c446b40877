package dev.spoor.ledger;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.TreeSet;

/** Copies a ledger as it stands, also while it is written to. */
public final class Backup {
    private static final int ATTEMPTS = 50;

    private Backup() {}

    /** What was copied; files that were there already and never change are not copied again. */
    public record Copied(long files, long bytes) {}

    /**
     * Copies until source and copy agree: files may come and go meanwhile. The lock is not copied.
     *
     * @throws Rejected when the target is something else than an earlier copy
     */
    public static Copied copy(Path ledger, Path to) {
        long files = 0;
        long bytes = 0;
        try {
            Files.createDirectories(to);
            if (!Folder.exists(to) && !Folder.files(to).isEmpty()) {
                throw new Rejected(
                        to + " is not empty (expected: a new folder, or an earlier copy)");
            }
            if (Files.exists(to.resolve(Folder.VERIFIER_KEY))
                    && !KeyChain.read(to).origin().equals(KeyChain.read(ledger).origin())) {
                throw new Rejected(to + " is a copy of another ledger");
            }
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                var before = Folder.read(ledger.resolve(Folder.CHECKPOINT));
                var names = names(ledger);
                for (var name : names) {
                    long size = file(ledger, to, name);
                    files += size < 0 ? 0 : 1;
                    bytes += Math.max(0, size);
                }
                if (Arrays.equals(before, Folder.read(ledger.resolve(Folder.CHECKPOINT)))) {
                    tidy(to, names);
                    return new Copied(files, bytes);
                }
            }
        } catch (IOException e) {
            throw new Unavailable("the copy could not be made: " + e.getMessage(), e);
        }
        throw new Unavailable(ledger + " changes faster than it can be copied: try later");
    }

    private static TreeSet<String> names(Path folder) throws IOException {
        var names = new TreeSet<String>();
        try (var files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> !name.endsWith(Folder.UNFINISHED) && !name.equals(Folder.LOCK))
                    .forEach(names::add);
        } catch (java.io.UncheckedIOException e) {
            return names(folder); // a file went while it was listed
        }
        return names;
    }

    /** Bytes copied; -1 when nothing had to be. */
    private static long file(Path from, Path to, String name) throws IOException {
        var source = from.resolve(name);
        var target = to.resolve(name);
        boolean fixed = name.startsWith("segment-") && name.endsWith(".spoor");
        try {
            long size = Files.size(source);
            if (Files.exists(target)
                    && (fixed ? Files.size(target) == size : Files.mismatch(source, target) < 0)) {
                return -1;
            }
            Files.createDirectories(Objects.requireNonNull(target.getParent()));
            var fresh = target.resolveSibling(target.getFileName() + Folder.UNFINISHED);
            Files.copy(source, fresh, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            return size;
        } catch (NoSuchFileException e) {
            return -1; // it went; the checkpoint tells whether that matters
        }
    }

    private static void tidy(Path to, TreeSet<String> names) throws IOException {
        for (var old : names(to)) {
            if (!names.contains(old)) {
                Files.deleteIfExists(to.resolve(old));
            }
        }
    }
}
