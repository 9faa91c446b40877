package dev.spoor.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Files of a live ledger whose entries stand elsewhere now: journals that were sealed, segments
 * that were merged. They stay for a time, so that a plain copy ({@code cp -r}) that listed the
 * folder before still finds every entry; after that, or when room is short, a note stays ({@link
 * Moved}). Thread-safe.
 */
final class Retired {
    private record File(Path path, long first, long end, long bytes, Instant since) {}

    private final Disk disk;
    private final Path folder;
    private final Duration time;
    private final long bytesMax;
    private final Deque<File> files = new ArrayDeque<>();
    private final Deque<File> scratch = new ArrayDeque<>(); // empty, under the names of segments
    private long bytes;

    /**
     * @param time how long a file stays
     * @param bytesMax what stays together; with more, the oldest go sooner
     */
    Retired(Disk disk, Path folder, Duration time, long bytesMax) {
        this.disk = disk;
        this.folder = folder;
        this.time = time;
        this.bytesMax = bytesMax;
    }

    /** Takes a file whose entries, all of them, stand in others that have their names. */
    synchronized void add(Path path, long first, long end, Instant now) throws IOException {
        if (files.stream().noneMatch(file -> file.path.equals(path)) && Files.exists(path)) {
            long size = Files.size(path);
            files.add(new File(path, first, end, size, now));
            bytes += size;
        }
    }

    /** Takes what others cover in the folder now. */
    synchronized void addCovered(Instant now) throws IOException {
        for (var piece : Folder.list(folder).covered()) {
            add(piece.path(), piece.first(), piece.end(), now);
        }
    }

    /**
     * Leaves an empty file under the name that a segment had before it counted, which a copy may
     * have listed.
     */
    synchronized void scratch(Path path, Instant now) throws IOException {
        disk.create(path).close();
        scratch.add(new File(path, 0, 0, 0, now));
    }

    /** Lets go what has stayed long enough. */
    synchronized void expire(Instant now) throws IOException {
        var before = now.minus(time);
        boolean any = false;
        while (!files.isEmpty() && (!files.getFirst().since.isAfter(before) || bytes > bytesMax)) {
            leave();
            any = true;
        }
        while (!scratch.isEmpty() && !scratch.getFirst().since.isAfter(before)) {
            disk.delete(scratch.removeFirst().path);
        }
        if (any) {
            Moved.trim(disk, folder);
        }
    }

    /** Lets all go: the writer ends, or the disk is full. */
    synchronized void release() throws IOException {
        while (!files.isEmpty()) {
            leave();
        }
        while (!scratch.isEmpty()) {
            disk.delete(scratch.removeFirst().path);
        }
        Moved.trim(disk, folder);
    }

    private void leave() throws IOException {
        var file = files.removeFirst();
        bytes -= file.bytes;
        Moved.leave(disk, file.path, file.first, file.end);
    }
}
