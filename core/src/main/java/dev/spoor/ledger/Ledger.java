package dev.spoor.ledger;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Shape;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes evidence: entries get positions, segments are sealed, and the whole is signed when closed.
 *
 * <p>One writer, one thread. A position handed out is never taken back. What is appended stands on
 * the disk only after {@link #close}: this writer serves scans of files that still exist; the
 * journal for live intake comes before it.
 */
public final class Ledger implements AutoCloseable {
    /**
     * The source number of Spoor's own entries, by kind; their line tells the source they are
     * about, plus one.
     */
    static final int OWN_SOURCE = -1;

    static final int OWN_WRAPPER = -2;
    static final int OWN_GAP = -3;

    /**
     * The clock is read again after this many entries: the time of receipt is that of their batch.
     */
    private static final int CLOCK_EVERY = 1024;

    static final String CHECKPOINT = "checkpoint";
    static final String VERIFIER_KEY = "verifier-key";
    static final String ORIGIN = "spoor.dev/ledger/";

    private final Path directory;
    private final LedgerKeys keys;
    private final ShapeScanner scanner;
    private final InstantSource clock;
    private final boolean durable;
    private final String origin;
    private final SecureRandom random = new SecureRandom();
    private final List<SourceEntry> sources = new ArrayList<>();
    private final Merkle tree = new Merkle();
    private final Commitment commitment = new Commitment();
    private final Scanned ownScanned = new Scanned();
    private final Received own = new Received();
    private int[] timeValues =
            new int[64]; // by shape id: index of the time value + 2; 1 = none, 0 = not looked up
    private long minTime = Long.MAX_VALUE;
    private long maxTime = Long.MIN_VALUE;
    private @Nullable SegmentWriter segment;
    private @Nullable Salts salts;
    private int segments;
    private long receivedMicros;
    private @Nullable Checkpoint checkpoint;

    private Ledger(
            Path directory,
            LedgerKeys keys,
            ShapeScanner scanner,
            InstantSource clock,
            boolean durable,
            String origin) {
        this.directory = directory;
        this.keys = keys;
        this.scanner = scanner;
        this.clock = clock;
        this.durable = durable;
        this.origin = origin;
    }

    /**
     * Starts a ledger in an empty or missing folder.
     *
     * @param scanner whose shapes and dictionaries the events will be told in; this ledger starts
     *     its generations
     * @param durable whether files are forced to the disk (not for a ledger that ends with the
     *     process)
     */
    public static Ledger create(
            Path directory,
            LedgerKeys keys,
            ShapeScanner scanner,
            InstantSource clock,
            boolean durable) {
        try {
            Files.createDirectories(directory);
            try (var files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new Rejected(
                            directory
                                    + " is not empty (expected: a new folder; a ledger is never written over)");
                }
            }
        } catch (IOException e) {
            throw new Unavailable(
                    "the ledger's folder could not be made: " + directory + ": " + e.getMessage(),
                    e);
        }
        var id = new byte[8];
        new SecureRandom().nextBytes(id);
        return new Ledger(
                directory, keys, scanner, clock, durable, ORIGIN + HexFormat.of().formatHex(id));
    }

    /** Declares a source by an entry of its own; the number goes into {@link Received#source}. */
    public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        var source = new Source(sources.size(), kind, wrapping, path, cluster);
        var text =
                Json.MAPPER
                        .createObjectNode()
                        .put("source", source.id())
                        .put("kind", kind.id())
                        .put("wrapping", wrapping.name())
                        .put("path", path)
                        .put("cluster", cluster)
                        .toString();
        long position =
                appendOwn(OWN_SOURCE, source.id() + 1, text.getBytes(StandardCharsets.UTF_8));
        sources.add(new SourceEntry(source, position));
        return source.id();
    }

    /** Keeps a part of a source's glue ({@link EventSink#wrapper}). */
    public long wrapper(int source, byte[] description) {
        return appendOwn(OWN_WRAPPER, source + 1, description);
    }

    /** Keeps a gap: absence is evidence too. */
    public long gap(int source, Gap gap) {
        var text =
                Json.MAPPER
                        .createObjectNode()
                        .put("kind", gap.kind())
                        .put("source", gap.source())
                        .put("at", gap.at() == null ? null : gap.at().toString())
                        .put("detail", gap.detail())
                        .put("events", gap.events())
                        .toString();
        return appendOwn(OWN_GAP, source + 1, text.getBytes(StandardCharsets.UTF_8));
    }

    private long appendOwn(int source, long about, byte[] bytes) {
        own.plain(bytes, 0, bytes.length);
        own.source = source;
        own.line = about;
        own.item = 0;
        scanner.scan(Kind.SPOOR_GAP, bytes, 0, bytes.length, ownScanned);
        return add(own, ownScanned, Stamp.NONE, 0);
    }

    /**
     * Appends one event and returns its position.
     *
     * @param event the scan of the record's view by this ledger's scanner
     */
    public long append(Received record, Scanned event) {
        var entry = sources.get(record.source);
        return add(record, event, time(record, event, entry.source()), entry.position() + 1);
    }

    private long add(Received record, Scanned event, long time, long sourcePosition) {
        long position = tree.size();
        var writer = segment;
        var salting = salts;
        if (writer == null || salting == null) {
            writer = start(position);
            salting = java.util.Objects.requireNonNull(salts);
        }
        if (position % CLOCK_EVERY == 0 || receivedMicros == 0) {
            var now = clock.instant();
            receivedMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
        }
        if (time != Stamp.NONE) {
            minTime = Math.min(minTime, time);
            maxTime = Math.max(maxTime, time);
        }
        tree.add(
                commitment.leaf(
                        sourcePosition,
                        record.line,
                        record.item,
                        receivedMicros,
                        record.flags | record.escape.ordinal() << 4,
                        record.bytes,
                        record.offset,
                        record.length,
                        salting,
                        position),
                Commitment.LEAF);
        writer.add(record, event, time, receivedMicros);
        if (writer.blockRows() == 0 && writer.full()) {
            finishSegment(writer);
        }
        return position;
    }

    private SegmentWriter start(long position) {
        var dataKey = new byte[LedgerKeys.KEY_BYTES];
        var saltKey = new byte[LedgerKeys.KEY_BYTES];
        random.nextBytes(dataKey);
        random.nextBytes(saltKey);
        var sealing = keys.encrypts() ? Sealing.encrypted(dataKey) : Sealing.plain();
        segment =
                new SegmentWriter(
                        directory.resolve(Segments.fileName(segments)),
                        segments,
                        position,
                        keys.wrap(dataKey, saltKey, segments),
                        keys.encrypts(),
                        sealing);
        Arrays.fill(dataKey, (byte) 0);
        salts = new Salts(saltKey);
        segments++;
        return segment;
    }

    private void finishSegment(SegmentWriter writer) {
        writer.finish(sources, durable);
        scanner.newGeneration();
        segment = null;
        salts = null;
    }

    private long time(Received record, Scanned event, Source source) {
        var path = Segments.timePath(source.kind(), source.wrapping());
        if (!path.isEmpty() && !event.verbatim()) {
            int value = timeValue(event.shape(), path);
            if (value >= 0) {
                long time = Stamp.parse(event.bytes(), event.from(value), event.to(value));
                if (time != Stamp.NONE) {
                    return time;
                }
            }
        }
        return nanos(
                Times.of(
                        source.kind(),
                        source.wrapping(),
                        record.view,
                        record.viewOffset,
                        record.viewLength));
    }

    static long nanos(@Nullable Instant time) {
        if (time == null || Math.abs(time.getEpochSecond()) > 9_000_000_000L) {
            return Stamp.NONE;
        }
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    private int timeValue(Shape shape, String path) {
        if (shape.id() >= timeValues.length) {
            timeValues = Arrays.copyOf(timeValues, Math.max(shape.id() + 1, timeValues.length * 2));
        }
        int known = timeValues[shape.id()];
        if (known == 0) {
            known = 1;
            for (int i = 0; i < shape.count(); i++) {
                if (shape.column(i).path().equals(path)) {
                    known = i + 2;
                }
            }
            timeValues[shape.id()] = known;
        }
        return known - 2;
    }

    /** Number of entries, Spoor's own included. */
    public long size() {
        return tree.size();
    }

    /** All sources opened so far, by number. */
    public List<Source> sources() {
        return sources.stream().map(SourceEntry::source).toList();
    }

    /** Time of the earliest event, or null. */
    public @Nullable Instant from() {
        return minTime == Long.MAX_VALUE ? null : instant(minTime);
    }

    /** Time of the latest event, or null. */
    public @Nullable Instant to() {
        return maxTime == Long.MIN_VALUE ? null : instant(maxTime);
    }

    static Instant instant(long nanos) {
        return Instant.ofEpochSecond(
                Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    /** Seals what is open, writes the tiles and signs the checkpoint. */
    public Checkpoint seal() {
        if (checkpoint != null) {
            return checkpoint;
        }
        if (segment != null) {
            finishSegment(segment);
        }
        var signed = Checkpoint.sign(origin, tree.size(), tree.root(), keys.signing());
        Tiles.write(tree, (bytes, path) -> write(path, bytes));
        write(
                VERIFIER_KEY,
                (Checkpoint.verifierKey(origin, keys.signing().getPublic()) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
        write(CHECKPOINT, signed.note().getBytes(StandardCharsets.UTF_8));
        checkpoint = signed;
        return signed;
    }

    private void write(String name, byte[] bytes) {
        var path = directory.resolve(name);
        try {
            Files.createDirectories(java.util.Objects.requireNonNull(path.getParent()));
            Files.write(path, bytes);
        } catch (IOException e) {
            throw new Unavailable(
                    "the ledger could not be written: " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * Closes files; a ledger that was not sealed stays without a checkpoint and does not verify.
     */
    @Override
    public void close() {
        if (segment != null) {
            segment.close();
            segment = null;
        }
    }
}
