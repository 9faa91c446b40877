package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.query.Predicate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is received comes back byte for byte, and costs no more than it must. */
class EncodingTest {
    private static final InstantSource NOON =
            InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

    @TempDir Path folder;
    private final LedgerKeys keys = LedgerKeys.ephemeral();
    private int ledgers;

    /** Keeps the events and reads them back; returns the bytes of the segments. */
    private long roundTrip(Kind kind, List<byte[]> events) {
        return roundTrip(kind, events, -1);
    }

    /**
     * @param lie index of an event that is told with the cut of the one before; -1 = none
     */
    private long roundTrip(Kind kind, List<byte[]> events, int lie) {
        var directory = folder.resolve("ledger-" + ledgers++);
        var scanner = new ShapeScanner();
        try (var ledger = Ledger.create(directory, keys, scanner, NOON, true)) {
            int source = ledger.open(kind, Wrapping.NATIVE, "log", null);
            var record = new Received();
            var scanned = new Scanned();
            for (int i = 0; i < events.size(); i++) {
                var event = events.get(i);
                record.plain(event, 0, event.length);
                record.source = source;
                record.line = i + 1;
                if (i != lie) {
                    scanner.scan(kind, event, 0, event.length, scanned);
                }
                ledger.append(record, scanned);
            }
            ledger.seal();
        }
        var found = new ArrayList<byte[]>();
        try (var reader = LedgerReader.open(directory, keys)) {
            reader.search(
                    new Predicate.Everything(), null, null, event -> found.add(event.original()));
        }
        assertThat(found).hasSameSizeAs(events);
        for (int i = 0; i < events.size(); i++) {
            if (!Arrays.equals(found.get(i), events.get(i))) {
                assertThat(new String(found.get(i), UTF_8))
                        .as("event %d", i)
                        .isEqualTo(new String(events.get(i), UTF_8));
            }
        }
        assertThat(
                        Verification.of(directory, keys, null, null, Verification.Progress.NONE)
                                .problems())
                .isEmpty();
        return kept(directory);
    }

    private static long kept(Path directory) {
        try (var files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> events(int count, IntFunction<String> event) {
        var events = new ArrayList<byte[]>();
        for (int i = 0; i < count; i++) {
            events.add(event.apply(i).getBytes(UTF_8));
        }
        return events;
    }

    private static long zstd(List<byte[]> events) {
        var all = new Bytes(1024);
        events.forEach(all::bytes);
        return Zstd.compress(all.copy(), 3).length;
    }

    private static SplittableRandom random() {
        long seed = Long.getLong("spoor.seed", System.nanoTime());
        System.out.println("-Dspoor.seed=" + seed);
        return new SplittableRandom(seed);
    }

    @Test
    void rawBytesComeBack() {
        var random = random();
        for (var kind : List.of(Kind.JSON, Kind.CONTAINER_CRI, Kind.KUBERNETES_AUDIT, Kind.TEXT)) {
            var events = new ArrayList<byte[]>();
            for (int i = 0; i < 300; i++) {
                var event = new byte[random.nextInt(200)];
                random.nextBytes(event);
                events.add(event);
            }
            roundTrip(kind, events);
        }
    }

    @Test
    void brokenJsonComesBack() {
        var random = random();
        var good =
                "{\"a\":{\"b\":\"c\\u0041\",\"d\":[1,2]},\"auditID\":\"9e46e3b1-f57e-43a3-aaa5-000000000000\",\"requestURI\":\"/api/v1/x/123?y=5\",\"requestReceivedTimestamp\":\"2026-01-02T03:04:05.000001Z\",\"requestObject\":{\"x\":1}}";
        for (var kind : List.of(Kind.JSON, Kind.KUBERNETES_AUDIT)) {
            var events = new ArrayList<byte[]>();
            for (int i = 0; i < 3000; i++) {
                var event = good.getBytes(UTF_8);
                for (int n = random.nextInt(4); n > 0; n--) {
                    event[random.nextInt(event.length)] = (byte) random.nextInt(256);
                }
                events.add(
                        Arrays.copyOf(
                                event,
                                random.nextInt(8) == 0
                                        ? random.nextInt(event.length)
                                        : event.length));
            }
            roundTrip(kind, events);
        }
    }

    @Test
    void containerLinesOfAllSortsComeBack() {
        var random = random();
        var messages =
                List.of(
                        "I1120 11:56:17.%06d       1 controller.go:%d] \"Reconciling\" name=\"x-%d\"",
                        "2026-11-20 11:56:17,%03d INFO [exec-%d] took %dms",
                        "{\"ts\":\"2026-11-20T11:56:17.%06dZ\",\"n\":%d,\"m\":\"a %d b\"}",
                        "\tat x.y.Z(Z.java:%d) %d%d",
                        "%d%d%d");
        roundTrip(
                Kind.CONTAINER_CRI,
                events(
                        9000,
                        i ->
                                "2026-11-20T11:56:%02d.%09d%s %s %s %s"
                                        .formatted(
                                                i % 60,
                                                random.nextInt(1_000_000_000),
                                                random.nextInt(9) == 0 ? "+01:00" : "Z",
                                                random.nextBoolean() ? "stdout" : "stderr",
                                                random.nextInt(20) == 0 ? "P" : "F",
                                                messages.get(random.nextInt(messages.size()))
                                                        .formatted(
                                                                random.nextInt(1_000_000),
                                                                random.nextInt(100),
                                                                random.nextInt(1000)))));
    }

    /** The recording of a real API server that the scenarios hold, 6.8 MB. */
    @Test
    void aRealAuditLogCostsLessThanZstd9OfIt() throws IOException {
        byte[] log;
        try (var file =
                new GZIPInputStream(
                        Files.newInputStream(
                                Path.of("../scenarios/kube-apiserver/benign.ndjson.gz")))) {
            log = file.readAllBytes();
        }
        var events = new ArrayList<byte[]>();
        for (int from = 0, at = 0; at < log.length; at++) {
            if (log[at] == '\n') {
                events.add(Arrays.copyOfRange(log, from, at));
                from = at + 1;
            }
        }
        assertThat(roundTrip(Kind.KUBERNETES_AUDIT, events))
                .isLessThan(Zstd.compress(log, 9).length);
    }

    @Test
    void shapesThatNeverRepeatCostNoMoreThanZstdOfThem() {
        var random = new SplittableRandom(1);
        var events =
                events(
                        20_000,
                        i -> {
                            var event = new StringBuilder("{");
                            for (int k = 0; k < 6; k++) {
                                event.append("\"k").append(random.nextInt(1_000_000)).append("\":");
                                event.append(random.nextInt(1000)).append(',');
                            }
                            return event.append("\"end\":").append(i).append('}').toString();
                        });
        assertThat(roundTrip(Kind.JSON, events)).isLessThan(zstd(events) * 11 / 10);
    }

    @Test
    void valuesThatNeverRepeatCostNoMoreThanZstdOfThem() {
        var random = new SplittableRandom(2);
        var events =
                events(
                        20_000,
                        i -> {
                            var event = new StringBuilder("{");
                            for (int k = 0; k < 12; k++) {
                                event.append("\"k").append(k).append("\":\"");
                                for (int n = random.nextInt(30); n > 0; n--) {
                                    event.append((char) ('a' + random.nextInt(26)));
                                }
                                event.append("\",");
                            }
                            return event.append("\"end\":").append(i).append('}').toString();
                        });
        assertThat(roundTrip(Kind.JSON, events)).isLessThan(zstd(events));
    }

    @Test
    void nestedAndRepeatedKeysComeBack() {
        var deep = "[".repeat(400) + "]".repeat(400);
        roundTrip(
                Kind.JSON,
                events(
                        2000,
                        i ->
                                switch (i % 6) {
                                    case 0 -> "{\"a\":1,\"a\":" + i + "}";
                                    case 1 -> "{\"a\":" + deep + "}";
                                    case 2 -> "{\"\":{\"\":{\"\":{}}}}";
                                    case 3 ->
                                            "{\"time\":\"2026-11-20T11:56:17.1Z\",\"time\":"
                                                    + i
                                                    + "}";
                                    case 4 -> " { \"a\" : \"" + i + "\" } ";
                                    default ->
                                            "{\"requestReceivedTimestamp\":\"2026-13-40T99:00:00.123456Z\",\"time\":\"2026-11-20T11:56:17.000"
                                                    + i
                                                    + "Z\"}";
                                }));
    }

    @Test
    void aBlockThatDoesNotComeBackIsKeptAsItWasReceived() {
        roundTrip(
                Kind.JSON,
                events(100, i -> "{\"a\":\"%d\",\"b\":{\"c\":%d}}".formatted(i, i * 7)),
                40);
    }
}
