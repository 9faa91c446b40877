package dev.spoor.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a day of a busy cluster: {@code java Corpus.java AUDIT CONTAINER DIR [SEED]} makes so many
 * audit events in {@code DIR/audit.ndjson} (mean 1.4 kB, one in 25 with bodies) and so many
 * container lines in {@code DIR/container.ndjson}. The same arguments give the same bytes.
 *
 * <p>Planted, to be searched for: the address 203.0.113.77 in three audit events, one cluster role
 * binding by {@code system:serviceaccount:payments:ci-bot}, {@code xmrig-pool} in five container
 * lines.
 */
final class Corpus {
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long START =
            Instant.parse("2026-11-20T00:00:00Z").getEpochSecond() * 1_000_000;

    private Corpus() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 3 || arguments.length > 4) {
            System.err.println("usage: java Corpus.java AUDIT CONTAINER DIR [SEED]");
            System.exit(2);
        }
        long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : 42;
        var directory = Files.createDirectories(Path.of(arguments[2]));
        var cluster = new Cluster(new Draw(seed));
        audit(
                cluster,
                new Draw(seed + 1),
                Integer.parseInt(arguments[0]),
                directory.resolve("audit.ndjson"));
        containers(
                cluster,
                new Draw(seed + 2),
                Integer.parseInt(arguments[1]),
                directory.resolve("container.ndjson"));
    }

    /** Arrivals by chance, busier by day than by night. */
    private static void audit(Cluster cluster, Draw draw, int events, Path file)
            throws IOException {
        var calls = new Calls(cluster, draw);
        var planted = calls.planted(events);
        var text = new AuditText(draw, new Bodies(cluster, draw));
        long bytes = 0;
        double at = 0;
        try (var out = open(file)) {
            for (int i = 0; i < events; i++) {
                double rate =
                        0.75 + 0.5 * Math.max(0, Math.sin((at / DAY_MICROS - 0.25) * 2 * Math.PI));
                at += (double) DAY_MICROS / events * -Math.log(1 - draw.share()) / rate * 0.905;
                long received = START + Math.min(DAY_MICROS - 1, (long) at);
                var call = planted.containsKey(i) ? planted.get(i) : calls.next();
                long taken =
                        call.microsTaken > 0
                                ? call.microsTaken
                                : (long) (800 * Math.exp(draw.share() * 3.2));
                bytes += write(out, text.line(call, received, received + taken));
            }
        }
        told(file, events, bytes);
    }

    private static void containers(Cluster cluster, Draw draw, int lines, Path file)
            throws IOException {
        var text = new ContainerLines(cluster, draw);
        Set<Integer> planted =
                IntStream.of(100, 310, 311, 600, 930)
                        .mapToObj(thousandth -> (int) (lines / 1000.0 * thousandth))
                        .collect(Collectors.toSet());
        long bytes = 0;
        double at = 0;
        try (var out = open(file)) {
            for (int i = 0; i < lines; i++) {
                at += (double) DAY_MICROS / lines * -Math.log(1 - draw.share()) * 0.995;
                long micros = START + Math.min(DAY_MICROS - 1, (long) at);
                bytes += write(out, text.line(micros, planted.contains(i)));
            }
        }
        told(file, lines, bytes);
    }

    private static OutputStream open(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
    }

    private static int write(OutputStream out, StringBuilder line) throws IOException {
        var bytes = line.toString().getBytes(StandardCharsets.UTF_8);
        out.write(bytes);
        return bytes.length;
    }

    private static void told(Path file, int events, long bytes) {
        System.out.printf(
                "%s: %,d events, %,d bytes, mean %d%n",
                file, events, bytes, bytes / Math.max(1, events));
    }
}
