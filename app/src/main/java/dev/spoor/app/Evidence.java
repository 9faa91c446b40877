package dev.spoor.app;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.intake.file.FileIntake;
import dev.spoor.intake.file.FileIntakeConfig;
import dev.spoor.ledger.Ledger;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import dev.spoor.report.Visible;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command works on: what was added to a sealed ledger from the paths that were given, or a
 * ledger kept from before. Each record is scanned once; the scan serves the ledger, the counts and
 * one follower.
 */
final class Evidence implements AutoCloseable {
    /**
     * Where the events come from and where they stay.
     *
     * @param cluster null = as the logs tell
     * @param data null = the ledger is temporary
     * @param keyFile the key that the kept ledger is encrypted with; null = it is not
     */
    record Place(
            List<String> paths,
            @Nullable String cluster,
            @Nullable Path data,
            @Nullable Path keyFile) {
        Place {
            paths = List.copyOf(paths);
            if (paths.contains("")) {
                throw new Rejected("a path is empty (expected: a file, a folder, a glob or -)");
            }
        }
    }

    /** Sees every record on its way; must keep nothing of it. */
    interface Follower {
        Follower NONE = (record, scanned, source, position) -> {};

        void take(Received record, Scanned scanned, Source source, long position);
    }

    /** Where what is added begins, and how many sources there were before. */
    private record Start(long position, int sources) {}

    private final Place place;
    private final Surroundings surroundings;
    private final Follower follower;
    private final Follower past;
    private final Closer closer = new Closer();
    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();
    private final Tally tally = new Tally();
    private @Nullable EventSearch events;
    private String note = "";
    private @Nullable Path kept;

    private Evidence(Place place, Surroundings surroundings, Follower follower, Follower past) {
        this.past = past;
        this.place = place;
        this.surroundings = surroundings;
        this.follower = follower;
    }

    /**
     * Reads the paths into a ledger and seals it; a path that is a ledger is opened as it is.
     *
     * @throws Rejected when none of the paths exists (one of several is a gap), or a ledger stands
     *     beside other paths
     */
    static Evidence read(Place place, Surroundings surroundings, Follower follower) {
        return read(place, surroundings, follower, Follower.NONE);
    }

    /**
     * As {@link #read(Place, Surroundings, Follower)}.
     *
     * @param past sees what the kept ledger held before, as it was received, ahead of all else
     */
    static Evidence read(Place place, Surroundings surroundings, Follower follower, Follower past) {
        var evidence = new Evidence(place, surroundings, follower, past);
        try {
            evidence.read();
            return evidence;
        } catch (RuntimeException e) {
            evidence.close();
            throw e;
        }
    }

    private void read() {
        var ledger = Kept.among(place.paths());
        if (ledger != null && place.data() != null) {
            throw new Rejected(ledger + " is kept already (expected: logs, or no --data)");
        }
        if (ledger != null) {
            reopen(ledger);
        } else if (place.paths().stream().allMatch(Evidence::missing)) {
            throw new Rejected("no such file or folder: " + String.join(", ", place.paths()));
        } else {
            write();
        }
    }

    private static boolean missing(String path) {
        boolean glob = path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
        return !glob
                && !path.equals("-")
                && !Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
    }

    private void write() {
        kept = place.data();
        var directory =
                kept == null
                        ? closer.add(new TemporaryFolder()).path().resolve("ledger")
                        : Kept.ledger(kept);
        // A temporary ledger is encrypted with keys that end with the process
        var keys =
                kept == null
                        ? LedgerKeys.ephemeral()
                        : KeyFile.writing(place.keyFile(), surroundings);
        if (kept != null && past != Follower.NONE && LedgerReader.isLedger(directory)) {
            try (var reader = LedgerReader.open(directory, keys).thrifty()) {
                Replay.past(reader, past);
            }
        }
        var clock = surroundings.clock();
        Start start;
        try (var ledger =
                        kept == null
                                ? Ledger.create(directory, keys, scanner, clock, false)
                                : Ledger.extend(directory, keys, scanner, clock);
                var progress = new ProgressLine(surroundings)) {
            start = new Start(ledger.size(), ledger.sources().size());
            var writing = new Writing(ledger, start);
            var total =
                    new FileIntake(new FileIntakeConfig(place.cluster()), surroundings.in())
                            .read(place.paths(), writing, progress);
            writing.ended();
            tally.read(total.files(), total.bytes());
            tally.span(ledger.from(), ledger.to());
            note = ledger.seal().note();
            rewritten(ledger.rewritten(), surroundings);
        }
        var reader = closer.add(sparing(LedgerReader.open(directory, keys)));
        events =
                start.position() == 0
                        ? reader
                        : new Part(reader, Span.from(start.position()), start.sources());
    }

    /** Tells of a fault that the ledger found in itself in time. */
    static void rewritten(long events, Surroundings surroundings) {
        if (events > 0) {
            surroundings.note(
                    "%d events did not come back from their columns and are kept verbatim: no evidence is lost, but this is a fault in Spoor"
                            .formatted(events));
        }
    }

    /** A follower needs the memory itself. */
    private LedgerReader sparing(LedgerReader reader) {
        return follower == Follower.NONE ? reader : reader.thrifty();
    }

    /** The events go past the follower as they did when they were first received. */
    private void reopen(Path directory) {
        kept = directory;
        var keys = KeyFile.reading(place.keyFile(), surroundings);
        var reader = closer.add(sparing(LedgerReader.open(directory, keys)));
        events = reader;
        note = reader.checkpoint();
        new Replay(reader, scanner, tally, follower).run();
    }

    /** The received events, until this is closed. */
    EventSearch events() {
        if (events == null) {
            throw new IllegalStateException("nothing has been read yet");
        }
        return events;
    }

    Tally tally() {
        return tally;
    }

    /**
     * Says what of the evidence no answer could read, once all are given.
     *
     * @return the exit code: what is damaged makes it one of what did not hold
     */
    int told() {
        var unread = events().unread();
        for (var what : unread) {
            surroundings.note("not read, events may be missing: " + Visible.text(what));
        }
        if (!unread.isEmpty()) {
            surroundings.note("the evidence is damaged: all else was read (see: spoor verify)");
        }
        return unread.isEmpty() ? Main.DONE : Main.DID_NOT_HOLD;
    }

    /**
     * As {@link #told}, for answers that do not show what was lost of the logs themselves: says
     * that as well.
     */
    int searched() {
        for (var gap : tally.gaps()) {
            surroundings.note("not searched: " + gap.source() + ": " + gap.detail());
        }
        return told();
    }

    /** The signed checkpoint of the ledger. */
    String note() {
        return note;
    }

    /** Where the ledger stays; null when it is temporary. */
    @Nullable Path kept() {
        return kept;
    }

    @Override
    public void close() {
        closer.close();
    }

    /** One scan of the bytes, and everybody who needs it. */
    private final class Writing implements EventSink {
        private final Ledger ledger;
        private final Start start;
        private long halfRead;
        private long firstHalfRead;
        private boolean inPieces;

        Writing(Ledger ledger, Start start) {
            this.ledger = ledger;
            this.start = start;
        }

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            ended();
            int id = ledger.open(kind, wrapping, path, cluster) - start.sources();
            tally.opened(new Source(id, kind, wrapping, path, cluster));
            return id;
        }

        @Override
        public void take(Received record) {
            var source = tally.source(record.source);
            scanner.scan(source.kind(), record.view, record.viewOffset, record.viewLength, scanned);
            int number = record.source;
            record.source = number + start.sources();
            long position = ledger.append(record, scanned);
            record.source = number;
            follower.take(record, scanned, source, position);
            tally.took(record, scanned);
            boolean piece = inPieces; // the last piece of a line carries no mark
            inPieces = (record.flags & Received.PIECE) != 0;
            if (record.flags == 0
                    && !piece
                    && scanned.verbatim()
                    && !Nesting.whole(source.kind(), record)) {
                halfRead++;
                firstHalfRead = halfRead == 1 ? record.line : firstHalfRead;
            }
        }

        /** Tells what of the source just ended could be kept but not read. */
        void ended() {
            if (halfRead == 0) {
                return;
            }
            var source = tally.sources().getLast();
            var detail =
                    "%d records are kept but cannot be read whole (broken JSON, or nested deeper than %d), the first at line %d"
                            .formatted(halfRead, Json.DEPTH_MAX, firstHalfRead);
            gap(source.id(), new Gap("parse", source.path(), null, detail, halfRead));
            halfRead = 0;
        }

        @Override
        public void wrapper(int source, byte[] description) {
            ledger.wrapper(source + start.sources(), description);
        }

        @Override
        public void gap(int source, Gap gap) {
            ledger.gap(source < 0 ? source : source + start.sources(), gap);
            tally.lost(gap);
        }
    }
}
