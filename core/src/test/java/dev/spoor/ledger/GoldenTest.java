package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Escape;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.query.Predicate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ledger of this version of the format, kept in the repository, is read for ever. When the format
 * changes: before the first release, write it anew ({@code -Dspoor.golden=write}); after it, raise
 * {@link Format#VERSION} and keep this one readable beside a new one.
 */
class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/ledger/golden-1");

    @TempDir Path folder;

    private record Kept(Kind kind, String event, Escape escape) {
        byte[] original() {
            var bytes = event.getBytes(UTF_8);
            return escape == Escape.NONE
                    ? bytes
                    : dev.spoor.event.Escaping.encode(escape, bytes, 0, bytes.length);
        }
    }

    /** One of everything that has an encoding of its own. */
    private static List<Kept> events() {
        var events = new ArrayList<Kept>();
        for (int i = 0; i < 240; i++) {
            events.add(
                    new Kept(
                            Kind.KUBERNETES_AUDIT,
                            audit(i),
                            i % 60 == 1 ? Escape.GO : Escape.NONE));
        }
        for (int i = 0; i < 300; i++) {
            events.add(new Kept(Kind.CONTAINER_CRI, line(i), Escape.NONE));
        }
        for (int i = 0; i < 40; i++) {
            events.add(new Kept(Kind.TEXT, "plain text " + i + " " + "x".repeat(i), Escape.NONE));
        }
        return events;
    }

    private static String audit(int i) {
        if (i % 50 == 7) {
            return "{\"kind\":\"Event\",\"auditID\":\"cut";
        }
        return ("{\"kind\":\"Event\",\"auditID\":\"9e46e3b1-f57e-43a3-aaa5-%012x\",\"requestURI\":\"/api/v1/namespaces/n%d/pods/p%d?resourceVersion=%d\","
                        + "\"verb\":\"%s\",\"user\":{\"username\":\"u%d\"},\"objectRef\":{\"namespace\":\"n%d\",\"name\":\"p%d\",\"resource\":\"pods\"},"
                        + "\"requestObject\":{\"n\":%d,\"text\":\"%s\"},"
                        + "\"requestReceivedTimestamp\":\"2026-01-02T03:04:05.%06dZ\",\"stageTimestamp\":\"2026-01-02T03:04:06.%03dZ\"}")
                .formatted(
                        i / 2,
                        i % 3,
                        i,
                        70_000 + i,
                        i % 5 == 0 ? "get" : "list",
                        i % 7,
                        i % 3,
                        i,
                        i,
                        "body <" + i * i + ">",
                        i * 4001 % 1_000_000,
                        i);
    }

    private static String line(int i) {
        var message =
                switch (i % 4) {
                    case 0 ->
                            "I1120 11:56:%02d.%06d       1 x.go:%d] \"Reconciled\" name=\"p-%x\""
                                    .formatted(i % 60, i * 3001, i % 9, i * 7919L);
                    case 1 ->
                            "10.0.0.%d - - [20/Nov/2026:11:56:%02d +0000] \"GET /a/%d HTTP/1.1\" 200 %d %032x"
                                    .formatted(
                                            i % 256,
                                            i % 60,
                                            i % 5,
                                            i * 31,
                                            i * 0x9E3779B97F4A7C15L);
                    case 2 ->
                            "{\"ts\":\"2026-11-20T11:56:%02d.%03dZ\",\"level\":\"info\",\"n\":%d}"
                                    .formatted(i % 60, i, i);
                    default ->
                            "2026-11-20 11:56:%02d,%03d WARN [exec-%d] took %03dms"
                                    .formatted(i % 60, i, i % 4, i);
                };
        return "2026-11-20T11:56:%02d.%09dZ stdout F %s".formatted(i % 60, i * 1001, message);
    }

    private static void write(Path directory, LedgerKeys keys) {
        var scanner = new ShapeScanner();
        var noon = InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));
        try (var ledger = Ledger.create(directory, keys, scanner, noon, true)) {
            var record = new Received();
            var scanned = new Scanned();
            Kind kind = null;
            for (var event : events()) {
                if (event.kind() != kind) {
                    kind = event.kind();
                    record.source = ledger.open(kind, Wrapping.NATIVE, kind.id() + ".log", "prod");
                    record.line = 0;
                }
                var view = event.event().getBytes(UTF_8);
                var original = event.original();
                record.plain(original, 0, original.length);
                record.view = view;
                record.viewLength = view.length;
                record.escape = event.escape();
                record.line++;
                scanner.scan(kind, view, 0, view.length, scanned);
                ledger.append(record, scanned);
            }
            ledger.wrapper(0, new byte[] {0x57, 1, 2, 0});
            ledger.gap(0, new Gap("cut", "audit.log", null, "the last line ends early", 1));
            ledger.seal();
        }
    }

    private static void read(Path directory) {
        var keys = LedgerKeys.reading(null);
        assertThat(
                        Verification.of(directory, keys, null, null, Verification.Progress.NONE)
                                .problems())
                .isEmpty();
        var found = new ArrayList<byte[]>();
        try (var reader = LedgerReader.open(directory, keys)) {
            reader.search(
                    new Predicate.Everything(), null, null, event -> found.add(event.original()));
        }
        var events = events();
        assertThat(found).hasSameSizeAs(events);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i)).as("event %d", i).isEqualTo(events.get(i).original());
        }
    }

    @Test
    void theKeptLedgerOfThisVersionIsRead() throws IOException {
        if ("write".equals(System.getProperty("spoor.golden"))) {
            if (Files.exists(GOLDEN)) {
                try (var files = Files.walk(GOLDEN)) {
                    files.sorted(java.util.Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            }
            write(GOLDEN, LedgerKeys.at(folder.resolve("home"), null));
        }
        read(GOLDEN);
    }

    @Test
    void whatIsWrittenTodayIsReadTheSameWay() {
        var directory = folder.resolve("ledger");
        write(directory, LedgerKeys.at(folder.resolve("home"), null));
        read(directory);
    }
}
