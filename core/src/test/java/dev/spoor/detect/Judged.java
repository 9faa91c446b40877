package dev.spoor.detect;

import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import dev.spoor.query.Stored;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The plain sibling of the detector, for measuring rules: one request after the other, every rule
 * asked about its last record, nothing folded.
 */
final class Judged {
    private static final Source SOURCE =
            new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "test", null);

    /** One rule that holds for one request. */
    record Hit(String auditID, Rule rule, Level level, JsonView view) {}

    private Judged() {}

    /** The last record of each request, by auditID, in order of first sight. */
    static Map<String, JsonView> requests(Path file) {
        var last = new LinkedHashMap<String, JsonView>();
        try (var in = Files.newInputStream(file);
                var lines =
                        new BufferedReader(
                                new InputStreamReader(
                                        file.toString().endsWith(".gz")
                                                ? new GZIPInputStream(in)
                                                : in,
                                        StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var view = view(line);
                last.put(view.tree().path("auditID").asString(""), view);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return last;
    }

    /** What the detector itself finds in a file of native audit records. */
    static List<Finding> findings(RuleSet rules, Path file) {
        var events = new InMemoryEvents();
        int source = events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "test", null);
        var detector = new Detector(rules, new Facts());
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var record = new Received();
        try (var lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            long position = 0;
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var bytes = line.getBytes(StandardCharsets.UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = position + 1;
                events.take(record);
                scanner.scan(Kind.KUBERNETES_AUDIT, bytes, 0, bytes.length, scanned);
                detector.take(record, scanned, events.sources().get(source), position++);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return detector.finish(events, true).findings();
    }

    static JsonView view(String line) {
        var bytes = line.getBytes(StandardCharsets.UTF_8);
        return new Stored(0, SOURCE, 1, 0, 0, null, bytes, bytes).fields();
    }

    static List<Hit> hits(List<Rule> rules, Map<String, JsonView> requests) {
        var facts = new Facts();
        var hits = new ArrayList<Hit>();
        requests.forEach((id, view) -> {
            var asked = new RuleView(view, facts);
            for (var rule : rules) {
                if (rule.logsource().kinds().contains(view.source().kind())
                        && rule.condition().holds(asked)) {
                    hits.add(new Hit(id, rule, level(rule, asked), view));
                }
            }
        });
        return hits;
    }

    private static Level level(Rule rule, RuleView asked) {
        for (var grade : rule.levels()) {
            if (grade.when().holds(asked)) {
                return grade.level();
            }
        }
        return rule.level();
    }
}
