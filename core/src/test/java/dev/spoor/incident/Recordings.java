package dev.spoor.incident;

import dev.spoor.detect.Detection;
import dev.spoor.detect.Detector;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** The recordings of {@code scenarios/kube-apiserver} with their labels, scanned and judged. */
final class Recordings {
    private static final Path FOLDER = Path.of("..", "scenarios", "kube-apiserver");
    private static final List<Rule> SHIPPED = RuleSets.shipped().rules();

    final InMemoryEvents events = new InMemoryEvents();
    private final Detector detector = new Detector(SHIPPED, new Facts());
    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();
    private long position;

    /**
     * A labelled recording.
     *
     * @param own audit ids of the actor's requests
     */
    record Scenario(String id, boolean malicious, Set<String> own) {
        @Override
        public String toString() {
            return id;
        }
    }

    static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        for (var node : labels().path("scenarios")) {
            var own = new HashSet<String>();
            node.path("auditIDs").forEach(id -> own.add(id.asString()));
            all.add(
                    new Scenario(
                            node.path("id").asString(),
                            node.path("malicious").asBoolean(),
                            Set.copyOf(own)));
        }
        return all;
    }

    private static JsonNode labels() {
        try {
            return Json.mapper().readTree(Files.readAllBytes(FOLDER.resolve("labels.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Recordings read(Scenario scenario) {
        return read("attacks/" + scenario.id());
    }

    /** Adds a recording as a source of its own. */
    Recordings read(String name) {
        var file = FOLDER.resolve(name + ".ndjson.gz");
        int source = events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, name, null);
        var received = new Received();
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
            var bytes = in.readAllBytes();
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    received.plain(bytes, from, i - from);
                    received.source = source;
                    received.line++;
                    take(received);
                    from = i + 1;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private void take(Received received) {
        var source = events.sources().get(received.source);
        scanner.scan(source.kind(), received.bytes, received.offset, received.length, scanned);
        detector.take(received, scanned, source, position++);
        events.take(received);
    }

    /** What the shipped rules found; to be asked once. */
    Detection judged() {
        return detector.finish(events, true);
    }

    Told told() {
        var detection = judged();
        return Incidents.tell(detection.findings(), events, List.of(), detection.readiness());
    }
}
