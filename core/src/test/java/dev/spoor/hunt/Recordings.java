package dev.spoor.hunt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Events to ask: recordings of real clusters, or lines written for a case. */
final class Recordings {
    private static final Path FOLDER = Path.of("..", "scenarios", "kube-apiserver");

    private Recordings() {}

    /** {@code attacks/exec-shell} or {@code benign}. */
    static InMemoryEvents of(String... names) throws IOException {
        var events = new InMemoryEvents();
        for (var name : names) {
            var file = FOLDER.resolve(name + ".ndjson.gz");
            try (var reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    new GZIPInputStream(Files.newInputStream(file)), UTF_8))) {
                add(events, Kind.KUBERNETES_AUDIT, name + ".ndjson", reader.lines().toList());
            }
        }
        return events;
    }

    static InMemoryEvents of(Kind kind, String... lines) {
        var events = new InMemoryEvents();
        add(events, kind, "lines", List.of(lines));
        return events;
    }

    static void add(InMemoryEvents events, Kind kind, String path, List<String> lines) {
        int source = events.open(kind, Wrapping.NATIVE, path, null);
        for (int i = 0; i < lines.size(); i++) {
            var bytes = lines.get(i).getBytes(UTF_8);
            var record = new Received();
            record.plain(bytes, 0, bytes.length);
            record.source = source;
            record.line = i + 1L;
            events.take(record);
        }
    }
}
