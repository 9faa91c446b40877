package dev.spoor.app;

import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A folder that is gone when the run is over, also when the run is ended by Ctrl-C or a kill that
 * can be caught. Readable by its owner only.
 */
final class TemporaryFolder implements AutoCloseable {
    private static final int ATTEMPTS = 5;

    /** Names the process, so that what a killed one left can be told from what is in use. */
    static final String PREFIX = "spoor-" + ProcessHandle.current().pid() + "-";

    private final Path path;
    private final Thread hook;

    TemporaryFolder() {
        try {
            this.path = Files.createTempDirectory(PREFIX);
        } catch (IOException e) {
            throw new Unavailable(
                    "no temporary folder could be made: " + e.getMessage() + " (set TMPDIR)", e);
        }
        this.hook = new Thread(() -> delete(path), "spoor-clean-up");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        delete(path);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook is running already
        }
    }

    /** Again a few times: at Ctrl-C the run may still be writing into the folder. */
    private static void delete(Path folder) {
        for (int attempt = 0; attempt < ATTEMPTS && Files.exists(folder); attempt++) {
            try {
                Files.walkFileTree(folder, new Deleting());
            } catch (IOException e) {
                // The next attempt finds what this one missed; what stays is the system's to clean
            }
        }
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException problem)
                throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
