package dev.spoor.ledger;

import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes evidence straight from files that still exist: entries get positions, segments are sealed,
 * and the whole is signed when {@link #seal}ed; until then nothing of it counts. For what exists
 * nowhere else there is {@link LiveLedger}.
 *
 * <p>One writer, one thread. A position handed out is never taken back.
 */
public final class Ledger implements AutoCloseable {
    /**
     * The source number of Spoor's own entries, by kind; their line tells the source they are
     * about, plus one.
     */
    static final int OWN_SOURCE = -1;

    static final int OWN_WRAPPER = -2;
    static final int OWN_GAP = -3;

    /** What is left of an erased entry among others: the hash of its leaf. */
    static final int ERASED = -4;

    /**
     * The clock is read again after this many entries: the time of receipt is that of their batch.
     */
    private static final int CLOCK_EVERY = 1024;

    private final History history;
    private final ShapeScanner scanner;
    private final InstantSource clock;
    private final EventTimes times = new EventTimes();
    private final Leaves leaves = new Leaves();
    private final Scanned ownScanned = new Scanned();
    private final Received own = new Received();
    private final Row row = new Row();
    private final List<FinishedSegment> finished = new ArrayList<>();
    private final int before;
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;
    private @Nullable SegmentFile segment;
    private Salts.@Nullable Key saltKey;
    private @Nullable Salts salts;
    private long receivedMicros;
    private @Nullable Checkpoint checkpoint;
    private boolean trusting;

    private Ledger(History history, ShapeScanner scanner, InstantSource clock) {
        this.history = history;
        this.scanner = scanner;
        this.clock = clock;
        this.before = history.sources.size();
    }

    /**
     * Starts a ledger in an empty or missing folder.
     *
     * @param scanner whose shapes and dictionaries the events will be told in; this ledger starts
     *     its generations
     * @param durable whether files are forced to the disk (not for a ledger that ends with the
     *     process)
     * @throws Rejected when the folder is not empty
     */
    public static Ledger create(
            Path directory,
            LedgerKeys keys,
            ShapeScanner scanner,
            InstantSource clock,
            boolean durable) {
        return create(directory, durable ? Disk.DURABLE : Disk.FLEETING, keys, scanner, clock);
    }

    static Ledger create(
            Path directory, Disk disk, LedgerKeys keys, ShapeScanner scanner, InstantSource clock) {
        return new Ledger(History.create(directory, disk, keys), scanner, clock);
    }

    /**
     * Opens a ledger to write behind its end, or starts one where none is.
     *
     * @throws dev.spoor.fault.Overloaded when another process writes to it now
     * @throws dev.spoor.fault.Tampered when it does not give its signed root
     * @throws Rejected when it is signed with another key, or is encrypted and the keys are not, or
     *     the other way round
     */
    public static Ledger extend(
            Path directory, LedgerKeys keys, ShapeScanner scanner, InstantSource clock) {
        if (!Folder.exists(directory)) {
            return create(directory, keys, scanner, clock, true);
        }
        var history = History.open(directory, Disk.DURABLE, keys);
        try {
            var cut = Recovery.run(history);
            var ledger = new Ledger(history, scanner, clock);
            if (cut != null) {
                ledger.gap(-1, Recovery.gap(cut, clock.instant()));
            }
            return ledger;
        } catch (RuntimeException e) {
            history.close();
            throw e;
        }
    }

    /**
     * From the next segment on, blocks go to the disk without being read back and compared with
     * what was received. Only to measure what that costs: what is kept for good is compared.
     */
    public void trust() {
        trusting = true;
    }

    /** Declares a source by an entry of its own; the number goes into {@link Received#source}. */
    public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        var source = new Source(history.sources.size(), kind, wrapping, path, cluster);
        var text = SourceEntry.declaration(source.id(), kind, wrapping, path, cluster);
        long position = appendOwn(OWN_SOURCE, source.id() + 1, text);
        history.sources.add(new SourceEntry(source, position));
        return source.id();
    }

    /** Keeps a part of a source's glue ({@link dev.spoor.event.EventSink#wrapper}). */
    public long wrapper(int source, byte[] description) {
        return appendOwn(OWN_WRAPPER, source + 1, description);
    }

    /** Keeps a gap: absence is evidence too. */
    public long gap(int source, Gap gap) {
        return appendOwn(OWN_GAP, source + 1, gapEntry(gap));
    }

    /** The members of a gap's entry, in their order. */
    static final List<String> GAP_FIELDS = List.of("kind", "source", "at", "detail", "events");

    static byte[] gapEntry(Gap gap) {
        return Json.object(out ->
                out.writeStringProperty("kind", gap.kind())
                        .writeStringProperty("source", gap.source())
                        .writeStringProperty("at", gap.at() == null ? null : gap.at().toString())
                        .writeStringProperty("detail", gap.detail())
                        .writeNumberProperty("events", gap.events()));
    }

    private long appendOwn(int source, long about, byte[] bytes) {
        own.plain(bytes, 0, bytes.length);
        own.source = source;
        own.line = about;
        own.item = 0;
        scanner.scan(Kind.SPOOR_GAP, bytes, 0, bytes.length, ownScanned);
        return add(own, ownScanned, Stamp.NONE);
    }

    /**
     * Appends one event and returns its position.
     *
     * @param event the scan of the record's view by this ledger's scanner
     */
    public long append(Received record, Scanned event) {
        return add(
                record,
                event,
                times.of(record, event, history.sources.get(record.source).source()));
    }

    private long add(Received record, Scanned event, long time) {
        long position = size();
        var writer = segment;
        var salting = salts;
        if (writer == null || salting == null) {
            writer = start(position);
            salting = java.util.Objects.requireNonNull(salts);
        }
        if (position % CLOCK_EVERY == 0 || receivedMicros == 0) {
            receivedMicros = EventTimes.micros(clock.instant());
        }
        if (time != Stamp.NONE) {
            minTime = Math.min(minTime, time);
            maxTime = Math.max(maxTime, time);
        }
        row.borrow(record, position, receivedMicros);
        leaves.add(row, history.sources, salting, history.tree);
        writer.add(record, event, time, receivedMicros);
        if (writer.full()) {
            finishSegment(writer);
        }
        return position;
    }

    private SegmentFile start(long position) {
        saltKey = new Salts.Key(position, SegmentFile.randomKey());
        salts = new Salts(List.of(saltKey));
        segment = new SegmentFile(history.disk, history.folder, history.keys, position);
        if (trusting) {
            segment.trust();
        }
        return segment;
    }

    private void finishSegment(SegmentFile writer) {
        finished.add(
                writer.finish(history.sources, List.of(java.util.Objects.requireNonNull(saltKey))));
        scanner.newGeneration();
        segment = null;
        salts = null;
    }

    /**
     * Events so far whose columns did not give them back when they were read again: they are kept
     * as one value. More than none is a fault in Spoor that costs no evidence.
     */
    public long rewritten() {
        return finished.stream().mapToLong(FinishedSegment::rewritten).sum()
                + (segment == null ? 0 : segment.rewritten());
    }

    /** Number of entries, Spoor's own and those of earlier writers included. */
    public long size() {
        return history.tree.size();
    }

    /** All sources, by number, those of earlier writers included. */
    public List<Source> sources() {
        return history.told();
    }

    /** How many sources earlier writers have opened. */
    public int sourcesBefore() {
        return before;
    }

    /** Time of the earliest event of this writer, or null. */
    public @Nullable Instant from() {
        return minTime == Long.MAX_VALUE ? null : EventTimes.instant(minTime);
    }

    /** Time of the latest event of this writer, or null. */
    public @Nullable Instant to() {
        return maxTime == Long.MIN_VALUE ? null : EventTimes.instant(maxTime);
    }

    /** Seals what is open, writes the tiles and signs the checkpoint: from now on it counts. */
    public Checkpoint seal() {
        if (checkpoint != null) {
            return checkpoint;
        }
        if (segment != null) {
            finishSegment(segment);
        }
        try {
            for (var file : finished) {
                file.place();
            }
            history.disk.forceFolder(history.folder);
            checkpoint = history.publish(history.tree);
            return checkpoint;
        } catch (IOException e) {
            throw new Unavailable(
                    "the ledger could not be written: " + history.folder + ": " + e.getMessage(),
                    e);
        }
    }

    /** Closes files; what was not sealed is taken away. */
    @Override
    public void close() {
        if (segment != null) {
            segment.close();
            segment = null;
        }
        finished.forEach(FinishedSegment::close);
        history.close();
    }
}
