package dev.spoor.intake.file;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.intake.Intake;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads files into a sink: the front door for everything on disk. */
public final class FileIntake {
    private final FileIntakeConfig config;
    private final InputStream standardInput;

    /**
     * @param standardInput read to its end where a path is {@code -}, then closed
     */
    public FileIntake(FileIntakeConfig config, InputStream standardInput) {
        this.config = config;
        this.standardInput = standardInput;
    }

    /**
     * What a reading gave.
     *
     * @param files files opened
     * @param bytes uncompressed bytes read
     * @param storedBytes the same as stored
     * @param events events delivered
     * @param stopped the thread was interrupted: files are missing (told by gaps)
     */
    public record Total(long files, long bytes, long storedBytes, long events, boolean stopped) {}

    /**
     * Reads every file that the paths name, each once, folders in the order of their names. Never
     * throws on what it finds: a file that cannot be read is a gap. Stops between two chunks when
     * the thread is interrupted.
     *
     * @param paths files, folders, globs, or {@code -}
     */
    public Total read(List<String> paths, EventSink sink, Progress progress) {
        var found = FileSearch.all(paths, sink);
        long all = 0;
        for (var file : found) {
            all = file.size() < 0 || all < 0 ? -1 : all + file.size();
        }
        var total = new Total(0, 0, 0, 0, false);
        for (var file : found) {
            if (total.stopped()) {
                sink.gap(-1, new Gap("cut", file.name(), null, "not read: stopped before", 0));
                continue;
            }
            total = one(file, sink, progress, all, total);
        }
        return total;
    }

    /**
     * A file that paths name.
     *
     * @param name as the user knows it
     */
    public record Named(Path file, String name) {}

    /**
     * The files that {@link #read} would open, without standard input; what cannot be read is a
     * gap.
     */
    public static List<Named> files(List<String> paths, EventSink gaps) {
        var files = new ArrayList<Named>();
        for (var found : FileSearch.all(paths, gaps)) {
            if (found.file() != null) {
                files.add(new Named(found.file(), found.name()));
            }
        }
        return files;
    }

    /** What the file system knows a file as, whatever its name; equal for the same file only. */
    public static Object identity(Path file) {
        return FileSearch.key(file);
    }

    /** Whether the file is compressed; one that cannot be read is not: reading it tells. */
    public static boolean compressed(Path file) {
        try (var in = Files.newInputStream(file)) {
            var head = in.readNBytes(4);
            return Unpacking.packed(head, head.length);
        } catch (IOException e) {
            return false;
        }
    }

    private Total one(
            FileSearch.Found file, EventSink sink, Progress progress, long all, Total before) {
        ReadableByteChannel channel;
        try {
            channel =
                    file.file() == null
                            ? Channels.newChannel(standardInput)
                            : Files.newByteChannel(file.file());
        } catch (IOException | SecurityException e) {
            var reason = file.file() == null ? "not readable" : FileSearch.reason(file.file(), e);
            sink.gap(-1, new Gap("unreadable", file.name(), null, reason, 0));
            return before;
        }
        var stored = new ChannelFeed(channel);
        progress.reached(file.name(), before.storedBytes(), all, before.events());
        var taken = new Intake.Taken(0, 0);
        boolean stopped;
        try (var feed = Unpacking.of(stored, file.file() == null)) {
            taken =
                    Intake.read(
                            feed,
                            file.name(),
                            config.cluster(),
                            sink,
                            bytes -> {
                                progress.reached(
                                        file.name(),
                                        before.storedBytes() + stored.bytes(),
                                        all,
                                        before.events());
                                return !Thread.currentThread().isInterrupted();
                            });
            stopped = Thread.currentThread().isInterrupted();
        }
        return new Total(
                before.files() + 1,
                before.bytes() + taken.bytes(),
                before.storedBytes() + stored.bytes(),
                before.events() + taken.events(),
                stopped);
    }
}
