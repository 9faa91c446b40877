package dev.spoor.detect;

import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleParser;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The way of events through the detector, with the ledger's plain sibling. */
final class Flow {
    private final InMemoryEvents events = new InMemoryEvents();
    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();
    private final Received record = new Received();
    private final Detector detector;
    private long position;

    Flow(List<Rule> rules) {
        this(RuleSet.of(rules));
    }

    Flow(RuleSet set) {
        detector = new Detector(set, new Facts());
    }

    static Flow of(String... rules) {
        return new Flow(
                List.of(rules).stream()
                        .flatMap(
                                text -> RuleParser.parse("t.yml", text, Placeholders.NONE).stream())
                        .toList());
    }

    int open(Kind kind) {
        return events.open(kind, Wrapping.NATIVE, "source-" + events.sources().size(), null);
    }

    /** Takes lines as records of a new audit source. */
    Flow audit(String... lines) {
        return take(open(Kind.KUBERNETES_AUDIT), List.of(lines));
    }

    Flow take(int source, List<String> lines) {
        long line = 0;
        for (var text : lines) {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            record.plain(bytes, 0, bytes.length);
            record.source = source;
            record.line = ++line;
            events.take(record);
            var opened = events.sources().get(source);
            scanner.scan(opened.kind(), bytes, 0, bytes.length, scanned);
            detector.take(record, scanned, opened, position++);
        }
        return this;
    }

    Detection finish() {
        return detector.finish(events, true);
    }

    static List<String> recording(String name) {
        var file = Path.of("../scenarios/kube-apiserver", name + ".ndjson.gz");
        try (var in = new GZIPInputStream(Files.newInputStream(file));
                var reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
