package dev.spoor.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A disk that fails when told, and that can lose power: what was not forced is then partly there,
 * partly cut, partly garbage, and names that were not forced may be as they were before.
 */
final class FaultyDisk implements Disk {
    private final Disk real = Disk.FLEETING;
    private final Map<Path, Long> forced = new HashMap<>(); // bytes of each file that would survive
    private final Map<Path, Runnable> unforcedNames = new HashMap<>();
    private final Map<Path, File> open = new HashMap<>();
    private long calls;
    private long failFrom = Long.MAX_VALUE;
    private long failUntil = Long.MAX_VALUE;
    private boolean faulted;

    /** A disk on which the n-th call that changes something fails, from 1, and only that one. */
    static FaultyDisk failingAt(long nth) {
        return new FaultyDisk().failing(nth, nth + 1);
    }

    /** Calls from {@code from} on fail, until call {@code until}. */
    synchronized FaultyDisk failing(long from, long until) {
        failFrom = from;
        failUntil = until;
        return this;
    }

    synchronized void heal() {
        failFrom = Long.MAX_VALUE;
    }

    synchronized void fill() {
        failFrom = calls;
        failUntil = Long.MAX_VALUE;
    }

    synchronized boolean faulted() {
        return faulted;
    }

    synchronized long calls() {
        return calls;
    }

    private synchronized boolean fails() {
        calls++;
        boolean fails = calls >= failFrom && calls < failUntil;
        faulted |= fails;
        return fails;
    }

    private void call() throws IOException {
        if (fails()) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public Out create(Path path) throws IOException {
        call();
        var out = new File(path, real.create(path));
        synchronized (this) {
            forced.put(path, 0L);
            open.put(path, out);
            unforcedNames.putIfAbsent(path, () -> delete(path, true));
        }
        return out;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        call();
        var before = Files.exists(to) ? Files.readAllBytes(to) : null;
        real.move(from, to);
        synchronized (this) {
            forced.put(to, forced.getOrDefault(from, Files.size(to)));
            forced.remove(from);
            var moved = open.remove(from);
            if (moved != null) {
                moved.path = to;
                open.put(to, moved);
            }
            unforcedNames.remove(from);
            unforcedNames.put(
                    to,
                    () -> {
                        if (before == null) {
                            delete(to, true);
                        } else {
                            write(to, before);
                        }
                    });
        }
    }

    private static void delete(Path path, boolean quietly) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            if (!quietly) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void write(Path path, byte[] content) {
        try {
            Files.write(path, content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        call();
        var content = Files.exists(path) ? Files.readAllBytes(path) : null;
        real.delete(path);
        synchronized (this) {
            forced.remove(path);
            if (content != null) {
                unforcedNames.put(path, () -> write(path, content));
            }
        }
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
        call();
        synchronized (this) {
            unforcedNames.keySet().removeIf(path -> folder.equals(path.getParent()));
        }
    }

    /** What a loss of power leaves; nobody may write meanwhile. */
    synchronized void losePower(SplittableRandom random) throws IOException {
        for (var entry : forced.entrySet()) {
            var path = entry.getKey();
            if (!Files.exists(path)) {
                continue;
            }
            long size = Files.size(path);
            long survives = entry.getValue();
            if (size <= survives) {
                continue;
            }
            var bytes = Files.readAllBytes(path);
            int kept = (int) random.nextLong(survives, size + 1);
            var left = java.util.Arrays.copyOf(bytes, kept);
            if (random.nextInt(3) == 0) { // the length reached the disk, the content did not
                left = java.util.Arrays.copyOf(left, (int) size);
            }
            Files.write(path, left);
        }
        for (var undo : unforcedNames.values()) {
            if (random.nextBoolean()) {
                undo.run();
            }
        }
        forced.clear();
        unforcedNames.clear();
    }

    private final class File implements Out {
        private Path path;
        private final Out out;
        private long size;

        File(Path path, Out out) {
            this.path = path;
            this.out = out;
        }

        @Override
        public void write(byte[] bytes, int length) throws IOException {
            if (fails()) {
                out.write(bytes, length / 2); // a full disk takes a part
                throw new IOException("No space left on device");
            }
            out.write(bytes, length);
            size += length;
        }

        @Override
        public void truncate(long to) throws IOException {
            call();
            out.truncate(to);
            size = to;
        }

        @Override
        public void force() throws IOException {
            call();
            synchronized (FaultyDisk.this) {
                forced.put(path, size);
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
