package dev.spoor.app;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.hunt.Hunts;
import dev.spoor.hunt.Query;
import dev.spoor.hunt.Stage;
import dev.spoor.intake.file.FileIntake;
import dev.spoor.intake.file.FileIntakeConfig;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.query.EventSearch;
import dev.spoor.query.InMemoryEvents;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import dev.spoor.report.Visible;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code search --follow}: what is there, then what comes. Files are read on from where they ended,
 * a kept ledger from its last position; until nobody wants more, or the process is ended.
 */
final class Following {
    private static final long EVERY_MILLIS = 300;

    /** Bytes of a file that are taken at once; the others follow at once. */
    private static final int TAKEN_MAX = 16 << 20;

    private final Query query;
    private final Span span;
    private final Hunts.Run run;
    private final Runnable given;
    private final Consumer<String> note;
    private boolean wanted = true;

    /**
     * @param run takes every event that passes the filter
     * @param given called after a look that gave something
     * @param note hears what cannot be read
     */
    Following(Query query, Span span, Hunts.Run run, Runnable given, Consumer<String> note) {
        this.query = query;
        this.span = span;
        this.run = run;
        this.given = given;
        this.note = note;
    }

    /**
     * Whether the query gives its answer while events come.
     *
     * @throws Rejected when a pipe would wait for the end
     */
    static void check(Query query) {
        for (var stage : query.stages()) {
            boolean flows =
                    stage instanceof Stage.Where
                            || stage instanceof Stage.Head
                            || stage instanceof Stage.Dedup
                            || stage instanceof Stage.Extract
                            || stage instanceof Stage.Lookup;
            if (!flows) {
                throw new Rejected(
                        "--follow: a pipe waits for an end that never comes (expected: a filter,"
                                + " where, dedup, extract, lookup and head only)");
            }
        }
    }

    void run(List<String> paths, @Nullable Path keyFile) {
        var ledger = Kept.among(paths);
        if (ledger != null) {
            follow(new Appended(ledger, LedgerKeys.reading(keyFile)));
            return;
        }
        var logs = new Logs(paths);
        if (logs.grown.isEmpty() && !logs.folders) {
            throw new Rejected(
                    "--follow "
                            + String.join(" ", paths)
                            + " (expected: files, folders, or a folder made by scan --data)");
        }
        follow(logs);
    }

    private void follow(Look look) {
        while (wanted) {
            boolean more = look.more();
            run.tick();
            if (more) {
                given.run();
            } else if (wanted) {
                try {
                    Thread.sleep(EVERY_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
        given.run();
    }

    private interface Look {
        /** Gives what has come; false when nothing has. */
        boolean more();
    }

    private void search(EventSearch events, long from) {
        events.search(
                query.filter(),
                span.and(Span.from(from)),
                new EventSearch.Visitor() {
                    @Override
                    public boolean take(Stored event) {
                        wanted = run.take(event) && !run.full();
                        return wanted;
                    }

                    @Override
                    public void tick() {
                        run.tick();
                    }
                });
    }

    /** A ledger that others append to; each look is a snapshot. */
    private final class Appended implements Look {
        private final Path directory;
        private final LedgerKeys keys;
        private final Set<String> unread = new HashSet<>();
        private long seen;
        private String known = "";

        Appended(Path directory, LedgerKeys keys) {
            this.directory = directory;
            this.keys = keys;
        }

        @Override
        public boolean more() {
            var now = state();
            if (now.equals(known)) {
                return false;
            }
            try (var reader = LedgerReader.open(directory, keys)) {
                long from = seen;
                seen = Math.max(seen, reader.size());
                known = now;
                if (seen > from) {
                    search(reader, from);
                }
                for (var what : reader.unread()) {
                    if (unread.add(what)) {
                        note.accept("not read, events may be missing: " + Visible.text(what));
                    }
                }
                return seen > from;
            }
        }

        /** Changes when anything was written. */
        private String state() {
            var state = new StringBuilder();
            try (var files = Files.list(directory)) {
                for (var file : files.sorted().toList()) {
                    state.append(file.getFileName())
                            .append(Files.size(file))
                            .append(Files.getLastModifiedTime(file))
                            .append('\n');
                }
            } catch (IOException e) {
                return known; // a file went while it was looked at: at the next look
            }
            return state.toString();
        }
    }

    /**
     * The files that paths name, also those that appear in folders later. A file that is given
     * another name, as when logs are rotated, stays the same; what appears compressed was read
     * before it was.
     */
    private final class Logs implements Look {
        /** Looks between two of which the folders are not gone through. */
        private static final int LIST_EVERY = 7;

        private final List<String> paths;
        private final Set<String> noted = new HashSet<>();

        /** By what the file system knows it as. */
        private final Map<Object, Grown> grown = new LinkedHashMap<>();

        private final boolean folders;
        private int looks;

        Logs(List<String> paths) {
            this.paths = paths;
            folders = paths.stream().anyMatch(path -> Files.isDirectory(Path.of(path)));
            list();
        }

        @Override
        public boolean more() {
            if (++looks % LIST_EVERY == 0) {
                list();
            }
            boolean more = false;
            for (var file : grown.values()) {
                more |= wanted && file.more();
            }
            return more;
        }

        private void list() {
            var gone = new HashSet<>(grown.keySet());
            for (var file : FileIntake.files(paths, new Gaps(this::once))) {
                var key = FileIntake.identity(file.file());
                gone.remove(key);
                var known = grown.get(key);
                if (known != null) {
                    known.file = file.file();
                } else if (FileIntake.compressed(file.file())) {
                    once("not followed: " + file.name() + " is compressed");
                } else {
                    grown.put(key, new Grown(key, file.file(), file.name()));
                }
            }
            gone.forEach(grown::remove);
        }

        private void once(String what) {
            if (noted.add(what)) {
                note.accept(Visible.text(what));
            }
        }
    }

    /** Hears what cannot be read, and takes no events. */
    private record Gaps(Consumer<String> note) implements EventSink {
        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            return 0;
        }

        @Override
        public void take(Received record) {}

        @Override
        public void wrapper(int source, byte[] description) {}

        @Override
        public void gap(int source, Gap gap) {
            note.accept("not followed: " + gap.source() + ": " + gap.detail());
        }
    }

    /** A file that grows; one that became shorter is a new one. */
    private final class Grown implements Look {
        private final Object key;
        private Path file;
        private final String path;
        private long at;
        private long lines;

        /**
         * @param path as the user knows it
         */
        Grown(Object key, Path file, String path) {
            this.key = key;
            this.file = file;
            this.path = path;
        }

        @Override
        public boolean more() {
            var bytes = whole();
            if (bytes.length == 0) {
                return false;
            }
            var events = new InMemoryEvents();
            new FileIntake(new FileIntakeConfig(null), new ByteArrayInputStream(bytes))
                    .read(List.of("-"), new Placed(events, path, lines), (_, _, _, _) -> {});
            for (byte b : bytes) {
                lines += b == '\n' ? 1 : 0;
            }
            search(events, 0);
            return true;
        }

        /** Whole lines behind what was read. */
        private byte[] whole() {
            if (!Files.exists(file) || !key.equals(FileIntake.identity(file))) {
                return new byte[0]; // it went, or has another name, which the next list tells
            }
            try (var file = new RandomAccessFile(this.file.toFile(), "r")) {
                if (file.length() < at) {
                    at = 0;
                    lines = 0;
                }
                int length = (int) Math.min(TAKEN_MAX, file.length() - at);
                var bytes = new byte[length];
                file.seek(at);
                file.readFully(bytes);
                int end = length;
                while (end > 0 && bytes[end - 1] != '\n') {
                    end--;
                }
                if (end == 0 && length == TAKEN_MAX) {
                    end = length; // a line longer than this is read in pieces
                }
                at += end;
                return java.util.Arrays.copyOf(bytes, end);
            } catch (IOException e) {
                throw new Unavailable(path + " could not be read: " + e.getMessage(), e);
            }
        }
    }

    /** Tells where in the growing file the events stand. */
    private record Placed(EventSink sink, String path, long linesBefore) implements EventSink {
        @Override
        public int open(Kind kind, Wrapping wrapping, String name, @Nullable String cluster) {
            return sink.open(kind, wrapping, path, cluster);
        }

        @Override
        public void take(Received record) {
            record.line += linesBefore;
            sink.take(record);
            record.line -= linesBefore;
        }

        @Override
        public void wrapper(int source, byte[] description) {}

        @Override
        public void gap(int source, Gap gap) {}
    }
}
