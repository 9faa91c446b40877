package dev.spoor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the answer of a scan of {@link Week} beside the labels, and prints goals G6 and G7: {@code
 * SCAN.json LABELS NODES}. A finding is true when it names a request of an attack, an incident when
 * a finding of it is. An alert is a finding at medium or above; all findings are printed too.
 */
final class WeekReport {
    private static final List<String> LEVELS = List.of("informational", "low", "medium", "high", "critical");

    private final JsonNode scan;
    private final Map<String, String> attacks = new HashMap<>();
    private final Instant learned;
    private final double millions;
    private final double days;
    private final int nodes;

    private WeekReport(JsonNode scan, Path labels, int nodes) throws IOException {
        this.scan = scan;
        this.nodes = nodes;
        for (var line : Files.readAllLines(labels)) {
            attacks.put(line.substring(0, 36), line.substring(37));
        }
        var from = Instant.parse(scan.path("input").path("from").asString());
        var to = Instant.parse(scan.path("input").path("to").asString());
        learned = from.plusSeconds(24 * 3600);
        days = (to.getEpochSecond() - from.getEpochSecond()) / 86_400.0;
        millions = scan.path("input").path("events").asLong() / 1e6;
    }

    public static void main(String[] arguments) throws IOException {
        var scan = JsonMapper.shared().readTree(Path.of(arguments[0]).toFile());
        var report = new WeekReport(scan, Path.of(arguments[1]), Integer.parseInt(arguments[2]));
        report.rules();
        report.goals();
        report.recall();
    }

    private boolean attack(JsonNode finding) {
        for (var event : finding.path("events")) {
            if (attacks.containsKey(event.path("auditID").asString(""))) {
                return true;
            }
        }
        return false;
    }

    private boolean early(JsonNode finding) {
        return Instant.parse(finding.path("time").asString()).isBefore(learned);
    }

    private void rules() {
        var rules = new TreeMap<String, int[]>(); // by rule and level: false on day 1, false later, true
        for (var finding : scan.path("findings")) {
            var key = finding.path("rule").asString() + " | " + finding.path("level").asString();
            rules.computeIfAbsent(key, _ -> new int[3])[attack(finding) ? 2 : early(finding) ? 0 : 1]++;
        }
        System.out.println("| rule | level | false, first day | false, later | true | precision |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        rules.forEach((rule, counts) -> {
            int all = counts[0] + counts[1] + counts[2];
            System.out.printf("| %s | %d | %d | %d | %.0f %% |%n", rule, counts[0], counts[1], counts[2], 100.0 * counts[2] / all);
        });
    }

    private void goals() {
        var later = new int[LEVELS.size()];
        var first = new int[LEVELS.size()];
        var perRule = new HashMap<String, Integer>();
        int alerts = 0;
        int machines = 0;
        for (var finding : scan.path("findings")) {
            int level = LEVELS.indexOf(finding.path("level").asString());
            boolean truth = attack(finding);
            if (!truth) {
                (early(finding) ? first : later)[level]++;
            }
            if (level >= 2 && !early(finding)) {
                alerts++;
                perRule.merge(finding.path("rule").asString(), 1, Integer::sum);
                machines += !truth && finding.path("entities").path(0).path("id").asString().startsWith("system:") ? 1 : 0;
            }
        }
        double after = millions * (days - 1) / days;
        double nodeDays = nodes * (days - 1) / 1000.0;
        System.out.println();
        System.out.printf("%.2f million events, %.2f cluster-days, %d nodes; after learning %.2f million events%n%n", millions, days, nodes, after);
        System.out.println("| not of an attack, after one day of learning | count | per million events | per day and 1,000 nodes | first day |");
        System.out.println("| --- | --- | --- | --- | --- |");
        row("high and critical (goal 0.5 and 5)", later[3] + later[4], first[3] + first[4], after, nodeDays);
        row("medium and above (goal 5 and 25)", later[2] + later[3] + later[4], first[2] + first[3] + first[4], after, nodeDays);
        row("low", later[1], first[1], after, nodeDays);
        row("informational", later[0], first[0], after, nodeDays);
        incidents(after, nodeDays);
        System.out.println();
        var largest = perRule.entrySet().stream().max(Map.Entry.comparingByValue()).orElse(null);
        System.out.printf("Alerts in all, true ones too: %d; largest share of one rule: %s; false ones by machines: %d.%n", alerts, largest == null ? "none" : largest.getKey() + " " + 100 * largest.getValue() / alerts + " %", machines);
    }

    private void incidents(double after, double nodeDays) {
        Set<String> truth = new HashSet<>();
        for (var finding : scan.path("findings")) {
            if (attack(finding)) {
                truth.add(finding.path("id").asString());
            }
        }
        int wrong = 0;
        int wrongFirst = 0;
        for (var incident : scan.path("incidents")) {
            boolean real = false;
            for (var id : incident.path("findings")) {
                real |= truth.contains(id.asString());
            }
            boolean soon = Instant.parse(incident.path("start").asString()).isBefore(learned);
            wrong += real || soon ? 0 : 1;
            wrongFirst += !real && soon ? 1 : 0;
        }
        row("incidents (goal - and 1)", wrong, wrongFirst, after, nodeDays);
    }

    private static void row(String what, int count, int first, double millions, double nodeDays) {
        System.out.printf("| %s | %d | %.2f | %.1f | %d |%n", what, count, count / millions, count / nodeDays, first);
    }

    private void recall() {
        var found = new HashSet<String>();
        var named = new HashSet<String>();
        var rules = new TreeMap<String, Set<String>>();
        for (var finding : scan.path("findings")) {
            if (finding.path("level").asString().equals("informational")) {
                continue;
            }
            for (var event : finding.path("events")) {
                var id = event.path("auditID").asString("");
                var label = attacks.get(id);
                if (label != null) {
                    found.add(id);
                    rules.computeIfAbsent(label.split(" ")[0], _ -> new TreeSet<>()).add(finding.path("rule").asString());
                    var family = label.split(" ")[1].substring(0, 5);
                    for (var technique : finding.path("techniques")) {
                        if (technique.asString().startsWith(family)) {
                            named.add(id);
                        }
                    }
                }
            }
        }
        var incidents = new TreeMap<String, Set<String>>();
        for (var incident : scan.path("incidents")) {
            for (var event : incident.path("events")) {
                var label = attacks.get(event.path("auditID").asString(""));
                if (label != null) {
                    incidents.computeIfAbsent(label.split(" ")[0], _ -> new TreeSet<>()).add(incident.path("id").asString() + " " + incident.path("level").asString());
                }
            }
        }
        System.out.printf("%nSteps of attacks raised at low or above: %d of %d; of these with the right technique: %d.%n%n", found.size(), attacks.size(), named.size());
        System.out.println("| attack | steps raised | rules | incidents |");
        System.out.println("| --- | --- | --- | --- |");
        var names = new TreeSet<String>();
        attacks.values().forEach(label -> names.add(label.split(" ")[0]));
        for (var name : names) {
            long all = attacks.values().stream().filter(label -> label.startsWith(name + " ")).count();
            long raised = attacks.entrySet().stream().filter(one -> one.getValue().startsWith(name + " ") && found.contains(one.getKey())).count();
            System.out.printf("| %s | %d of %d | %s | %s |%n", name, raised, all, String.join(", ", rules.getOrDefault(name, Set.of())), String.join(", ", incidents.getOrDefault(name, Set.of())));
        }
    }
}
