package dev.spoor.bench;

import dev.spoor.detect.Detector;
import dev.spoor.detect.Matcher;
import dev.spoor.detect.RuleView;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleParser;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Events per second of thread CPU through the matcher with generated rule sets, parsing included,
 * beside the naive way: every event parsed into a tree, every rule asked. Warm: the same events have
 * passed before; the matcher that is measured is a new one, so that it learns within the measurement.
 */
public final class RuleSpeed {
    private static final Source SOURCE =
            new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "bench", null);
    private static final long SEED = 42;
    private static final int WARM_PASSES = 3;
    private static final int NAIVE_TESTS_MAX = 3_000_000;

    private RuleSpeed() {}

    /** {@code AUDIT.ndjson [EVENTS [RULES…]]}. */
    public static void main(String[] arguments) throws IOException {
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200_000;
        var events = events(Path.of(arguments[0]), count);
        var sizes = new ArrayList<Integer>();
        for (int i = 2; i < arguments.length; i++) {
            sizes.add(Integer.parseInt(arguments[i]));
        }
        System.out.println("| rules | events/s | naive events/s | matches |");
        System.out.println("| --- | --- | --- | --- |");
        for (int size : sizes.isEmpty() ? List.of(100, 1_000, 10_000) : sizes) {
            var rules = rules(size);
            for (int pass = 0; pass < WARM_PASSES; pass++) {
                matched(rules, events);
            }
            long before = cpu();
            long matches = matched(rules, events);
            double seconds = (cpu() - before) / 1e9;
            int some = Math.clamp(NAIVE_TESTS_MAX / size, 200, events.size());
            naive(rules, events.subList(0, some));
            before = cpu();
            long plain = naive(rules, events.subList(0, some));
            double slow = (cpu() - before) / 1e9;
            if (plain != matched(rules, events.subList(0, some))) {
                throw new IllegalStateException("the two ways do not agree");
            }
            System.out.printf(
                    "| %d | %.0f | %.0f | %d |%n",
                    size, events.size() / seconds, some / slow, matches);
        }
        correlations(events);
    }

    /**
     * The detector with 100 rules, then with a correlation as well that every event belongs to, by a
     * field that has a value of its own for nearly every event: as many live keys as events.
     */
    private static void correlations(List<byte[]> events) throws IOException {
        var plain = rules(100);
        var file = Files.createTempFile("correlated", ".yml");
        Files.writeString(
                file,
                """
                        title: every request
                        name: every
                        logsource: {product: kubernetes, service: audit}
                        detection:
                          any: {verb|exists: true}
                          condition: any
                        ---
                        title: many from one
                        correlation:
                          type: event_count
                          rules: [every]
                          group-by: [auditID]
                          timespan: 1h
                          condition: {gte: 1000}
                        level: low
                        """);
        var every = RuleSets.load(file);
        Files.delete(file);
        var correlated = RuleSet.of(plain).and(every);
        System.out.println("| correlated | events/s | findings |");
        System.out.println("| --- | --- | --- |");
        for (var set : List.of(RuleSet.of(plain), correlated)) {
            for (int pass = 0; pass < WARM_PASSES; pass++) {
                detected(set, events);
            }
            long before = cpu();
            int found = detected(set, events);
            System.out.printf(
                    "| %s | %.0f | %d |%n",
                    set == correlated ? events.size() + " keys" : "none",
                    events.size() / ((cpu() - before) / 1e9),
                    found);
        }
    }

    private static int detected(RuleSet rules, List<byte[]> events) {
        var kept = new InMemoryEvents();
        int source = kept.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "bench", null);
        var detector = new Detector(rules, new Facts());
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var record = new Received();
        record.source = source;
        long position = 0;
        for (var event : events) {
            record.plain(event, 0, event.length);
            record.line = position + 1;
            scanner.scan(Kind.KUBERNETES_AUDIT, event, 0, event.length, scanned);
            detector.take(record, scanned, kept.sources().get(source), position++);
        }
        return detector.finish(kept, false).findings().size();
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static List<byte[]> events(Path file, int count) throws IOException {
        var events = new ArrayList<byte[]>();
        try (var lines = Files.newBufferedReader(file)) {
            for (var line = lines.readLine();
                    line != null && events.size() < count;
                    line = lines.readLine()) {
                events.add(line.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            }
        }
        return events;
    }

    private static long matched(List<Rule> rules, List<byte[]> events) {
        var matcher = new Matcher(rules, false, new Facts());
        var record = new Received();
        long matches = 0;
        for (var event : events) {
            record.plain(event, 0, event.length);
            matches += matcher.match(record, SOURCE).cardinality();
        }
        return matches;
    }

    private static long naive(List<Rule> rules, List<byte[]> events) {
        var facts = new Facts();
        long matches = 0;
        for (var event : events) {
            var view = new RuleView(new JsonView(SOURCE, event, 0, event.length), facts);
            for (var rule : rules) {
                matches += rule.condition().holds(view) ? 1 : 0;
            }
        }
        return matches;
    }

    /** Rules of the kinds that public sets hold, most of which nobody's events fulfil. */
    static List<Rule> rules(int count) {
        var random = new Random(SEED);
        var rules = new ArrayList<Rule>(count);
        for (int i = 0; i < count; i++) {
            var text =
                    """
                    title: rule %d
                    name: r%d
                    logsource: {product: kubernetes, service: audit}
                    detection:
                      selection:
                    %s
                      filter:
                    %s
                      condition: selection and not filter
                    """
                            .formatted(i, i, selection(random, i), filter(random));
            rules.addAll(RuleParser.parse("r.yml", text, Placeholders.NONE));
        }
        return rules;
    }

    private static final List<String> VERBS =
            List.of("create", "get", "list", "delete", "patch", "update", "watch");
    private static final List<String> RESOURCES =
            List.of(
                    "pods", "secrets", "configmaps", "deployments", "roles", "rolebindings",
                    "clusterroles", "nodes", "services", "jobs", "cronjobs", "daemonsets",
                    "serviceaccounts", "namespaces", "events", "ingresses");

    private static <T> T one(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static String selection(Random random, int i) {
        var lines = new ArrayList<String>();
        lines.add("verb: " + (random.nextBoolean() ? one(random, VERBS) : "[" + one(random, VERBS) + ", " + one(random, VERBS) + "]"));
        lines.add("objectRef.resource: " + one(random, RESOURCES));
        if (i % 50 == 0) { // one that many events fulfil
            return lines.stream().map(line -> "    " + line).collect(java.util.stream.Collectors.joining("\n"));
        }
        lines.add(
                switch (random.nextInt(18)) {
                    case 0 -> "objectRef.name: object-" + i;
                    case 1 -> "objectRef.name|startswith: [evil-" + i + ", bad-" + i + "]";
                    case 2 -> "objectRef.namespace: ns-" + random.nextInt(5000);
                    case 3 -> "user.username|contains: actor" + i;
                    case 4 -> "userAgent|startswith: tool" + i + "/";
                    case 5 -> "requestURI|contains: /path" + i + "/";
                    case 6 -> "sourceIPs|cidr: 10." + random.nextInt(256) + "." + random.nextInt(256) + ".0/24";
                    case 7, 8, 9 -> "objectRef.name|endswith: '-" + i + "'";
                    case 10, 11, 12 -> "objectRef.name|contains: part" + i;
                    case 13 -> "userAgent|re: '^(curl|wget" + i + ")/[0-9]+\\.'";
                    default -> "user.groups: group-" + i;
                });
        return String.join("\n", lines.stream().map(line -> "    " + line).toList());
    }

    private static String filter(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> "    user.username|startswith: 'system:'";
            case 1 -> "    objectRef.namespace: kube-system";
            default -> "    responseStatus.code|gte: 400";
        };
    }
}
