package dev.spoor.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What is read from columns is what the parser reads, whatever stands in the event. */
class AuditColumnsTest {
    private static final Path RECORDED = Path.of("../scenarios/kube-apiserver");

    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();
    private final AuditColumns columns = new AuditColumns();
    private int read;

    private void same(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        scanner.scan(Kind.KUBERNETES_AUDIT, bytes, 0, bytes.length, scanned);
        var event = columns.read(scanned);
        if (event != null) {
            read++;
            var parsed = Objects.requireNonNull(Json.read(bytes, 0, bytes.length).value());
            assertThat(event).as(text).isEqualTo(AuditEvent.of(parsed));
        }
    }

    @Test
    void recordedEventsAreReadAlike() throws IOException {
        int lines = 0;
        try (var files = Files.walk(RECORDED)) {
            for (var file : files.filter(path -> path.toString().endsWith(".gz")).toList()) {
                for (var line : lines(file)) {
                    lines++;
                    same(line);
                }
            }
        }
        assertThat(lines).isGreaterThan(1000);
        assertThat(read).isGreaterThan(lines * 9 / 10);
    }

    private static List<String> lines(Path file) throws IOException {
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    /** Values of every type where text is expected, odd keys, repeated keys, missing members. */
    @Test
    void madeEventsAreReadAlike() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(500) == 0) {
                scanner.newGeneration();
            }
            try {
                same(event(random));
            } catch (AssertionError e) {
                throw new AssertionError("with -Dseed=" + seed, e);
            }
        }
        assertThat(read).isGreaterThan(5_000);
    }

    private static String event(SplittableRandom random) {
        var parts = new ArrayList<String>();
        parts.add("\"auditID\":" + text(random));
        parts.add("\"stage\":\"ResponseComplete\"");
        parts.add("\"verb\":" + text(random));
        if (random.nextInt(20) > 0) {
            parts.add(
                    "\"requestReceivedTimestamp\":\"2026-01-02T03:04:0"
                            + random.nextInt(10)
                            + ".5Z\"");
            parts.add(
                    "\"stageTimestamp\":\"2026-01-02T03:04:05.12345" + random.nextInt(10) + "Z\"");
        }
        if (random.nextInt(3) > 0) {
            parts.add(
                    "\"user\":{\"username\":%s,\"groups\":[%s,%s],\"extra\":{\"a.b/c\":[%s]}}"
                            .formatted(text(random), text(random), value(random), text(random)));
        }
        if (random.nextBoolean()) {
            parts.add(
                    "\"objectRef\":{\"resource\":%s,\"name\":%s,\"resourceVersion\":%s}"
                            .formatted(text(random), text(random), text(random)));
        }
        if (random.nextBoolean()) {
            parts.add(
                    "\"annotations\":{\"a.b/c\":%s,\"d\":%s}"
                            .formatted(text(random), value(random)));
        }
        if (random.nextBoolean()) {
            parts.add(
                    "\"responseStatus\":{\"code\":%s,\"message\":%s}"
                            .formatted(value(random), text(random)));
        }
        if (random.nextInt(4) == 0) {
            parts.add("\"requestObject\":" + value(random));
        }
        if (random.nextInt(10) == 0) {
            parts.add("\"objectRef.name\":" + text(random));
        }
        if (random.nextInt(50) == 0) {
            parts.add("\"verb\":" + text(random));
        }
        return "{" + String.join(",", parts) + "}";
    }

    private static String text(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> "\"\\u0065xec\"";
            case 1 -> "\"\"";
            case 2 -> "\"caf\u00e9 \\\" \\\\ \"";
            case 3 -> random.nextInt(8) == 0 ? value(random) : "\"get\"";
            default -> "\"v" + random.nextInt(30) + "\"";
        };
    }

    private static String value(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> "" + random.nextInt(600);
            case 3 -> "[]";
            case 4 -> "{\"metadata\":{\"name\":\"n" + random.nextInt(9) + "\"}}";
            case 5 -> "4.5e3";
            default -> "200";
        };
    }
}
