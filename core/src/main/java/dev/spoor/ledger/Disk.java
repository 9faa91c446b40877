package dev.spoor.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Everything the ledger does to a disk, in one place, so that a test can let each of these fail
 * once, or forget what was never forced. Reading goes past it.
 */
interface Disk {
    /** Forces what it is asked to force. */
    Disk DURABLE = new Real(true);

    /**
     * Leaves it to the system when bytes reach the disk: for a ledger that ends with the process.
     */
    Disk FLEETING = new Real(false);

    /** Whether what is written is to stay: then it is read back before it is believed. */
    default boolean lasting() {
        return true;
    }

    /** A file that is being written; not thread-safe. */
    interface Out extends AutoCloseable {
        void write(byte[] bytes, int length) throws IOException;

        /** Takes back what was written from there on. */
        void truncate(long size) throws IOException;

        /** Returns once everything written so far would survive a loss of power. */
        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** Starts an empty file; what stood there under this name is gone. */
    Out create(Path path) throws IOException;

    /** Gives a file another name at once; what had that name is replaced. */
    void move(Path from, Path to) throws IOException;

    /** Removes a file; one that is not there is no fault. */
    void delete(Path path) throws IOException;

    /** Returns once the names in the folder would survive a loss of power. */
    void forceFolder(Path folder) throws IOException;

    /** Writes a whole file so that at every moment its old or its new content stands there. */
    default void replace(Path path, byte[] content) throws IOException {
        var folder = Objects.requireNonNull(path.getParent());
        Files.createDirectories(folder);
        var fresh = path.resolveSibling(path.getFileName() + Folder.UNFINISHED);
        try (var out = create(fresh)) {
            out.write(content, content.length);
            out.force();
        }
        move(fresh, path);
        forceFolder(folder);
    }

    /** The operating system's files. */
    record Real(boolean forces) implements Disk {
        @Override
        public boolean lasting() {
            return forces;
        }

        @Override
        public Out create(Path path) throws IOException {
            return new Channel(
                    FileChannel.open(
                            path,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE),
                    forces);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void delete(Path path) throws IOException {
            try {
                Files.delete(path);
            } catch (NoSuchFileException e) {
                // as asked
            }
        }

        @Override
        public void forceFolder(Path folder) throws IOException {
            if (forces) {
                try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            }
        }
    }

    /** A file of the operating system. */
    record Channel(FileChannel channel, boolean forces) implements Out {
        @Override
        public void write(byte[] bytes, int length) throws IOException {
            var buffer = ByteBuffer.wrap(bytes, 0, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            channel.truncate(size);
            channel.position(size);
        }

        @Override
        public void force() throws IOException {
            if (forces) {
                channel.force(false);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
