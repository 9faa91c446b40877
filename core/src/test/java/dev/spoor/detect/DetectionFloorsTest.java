package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * How much of the recorded attacks the shipped rules name, and how much they say about what was no
 * attack. The report goes to standard output.
 */
class DetectionFloorsTest {
    private static final Path RECORDING = Path.of("..", "scenarios", "kube-apiserver");

    private static RuleSet shipped = RuleSet.of(List.of());
    private static List<Rule> rules = List.of();
    private static JsonNode labels = Json.mapper().createObjectNode();

    @BeforeAll
    static void load() throws IOException {
        shipped = RuleSets.shipped();
        rules = shipped.rules();
        labels = Json.mapper().readTree(Files.readAllBytes(RECORDING.resolve("labels.json")));
    }

    private record Score(int steps, int named, int right) {
        Score plus(Score other) {
            return new Score(steps + other.steps, named + other.named, right + other.right);
        }
    }

    @Test
    void nineOfTenRecordedStepsAreNamedAndMostByTheRightTechnique() {
        var total = new Score(0, 0, 0);
        double namedShare = 0;
        double rightShare = 0;
        int count = 0;
        for (var scenario : labels.path("scenarios")) {
            if (!scenario.path("malicious").asBoolean(false)) {
                continue;
            }
            var score = score(scenario);
            total = total.plus(score);
            namedShare += (double) score.named / Math.max(1, score.steps);
            rightShare += (double) score.right / Math.max(1, score.steps);
            count++;
        }
        System.out.printf(
                "steps %d, named %.1f %%, right technique %.1f %%; by scenario %.1f %%, %.1f %%%n",
                total.steps,
                100.0 * total.named / total.steps,
                100.0 * total.right / total.steps,
                100 * namedShare / count,
                100 * rightShare / count);
        assertThat((double) total.named / total.steps).isGreaterThan(0.95);
        assertThat((double) total.right / total.steps).isGreaterThan(0.95);
        assertThat(namedShare / count).isGreaterThan(0.95);
        assertThat(rightShare / count).isGreaterThan(0.95);
    }

    private static Score score(JsonNode scenario) {
        var requests = Judged.requests(file(scenario));
        var labelled = new HashSet<String>();
        scenario.path("auditIDs").forEach(id -> labelled.add(id.asString()));
        requests.keySet().retainAll(labelled);
        var wanted = new HashSet<String>();
        scenario.path("mitre").forEach(id -> wanted.add(parent(id.asString())));
        scenario.path("msMatrix").forEach(id -> wanted.add(id.asString()));
        var named = new HashSet<String>();
        var right = new HashSet<String>();
        var levels = new TreeMap<String, String>();
        for (var finding : Judged.findings(shipped, file(scenario))) {
            if (finding.about() == Finding.About.ACTOR) {
                continue;
            }
            boolean fits =
                    finding.techniques().stream()
                            .map(DetectionFloorsTest::parent)
                            .anyMatch(wanted::contains);
            for (var event : finding.concerned()) {
                var id = String.valueOf(event.auditID());
                if (requests.containsKey(id)) {
                    named.add(id);
                    levels.merge(
                            finding.rule(),
                            finding.level().toString().toLowerCase(java.util.Locale.ROOT),
                            (one, other) -> one.contains(other) ? one : one + "/" + other);
                    if (fits) {
                        right.add(id);
                    }
                }
            }
        }
        System.out.printf(
                "%-24s %4d steps %4d named %4d right %s%n",
                scenario.path("id").asString(),
                requests.size(),
                named.size(),
                right.size(),
                levels);
        requests.forEach((id, view) -> {
            if (!named.contains(id)) {
                System.out.println("      unnamed: " + line(view));
            }
        });
        return new Score(requests.size(), named.size(), right.size());
    }

    @Test
    void whatIsNoAttackRaisesLittleAndNothingHigh() {
        var requests =
                new TreeMap<String, JsonView>(
                        Judged.requests(RECORDING.resolve("benign.ndjson.gz")));
        int background = requests.size();
        for (var scenario : labels.path("scenarios")) {
            var slice = Judged.requests(file(scenario));
            if (scenario.path("malicious").asBoolean(false)) {
                for (var list : List.of("auditIDs", "followOnAuditIDs")) {
                    scenario.path(list).forEach(id -> slice.remove(id.asString()));
                }
            }
            requests.putAll(slice);
        }
        var hits = Judged.hits(rules, requests);
        report(hits);
        var loud = hits.stream().filter(hit -> hit.level().compareTo(Level.MEDIUM) >= 0).toList();
        loud.forEach(hit ->
                System.out.println(
                        "  " + hit.rule().id() + " " + hit.level() + " " + line(hit.view())));
        System.out.printf(
                "benign: %d requests (%d background), %.2f of level medium or above per 1,000%n",
                requests.size(), background, 1000.0 * loud.size() / requests.size());
        assertThat(loud).noneMatch(hit -> hit.level().compareTo(Level.HIGH) >= 0);
        assertThat(1000.0 * loud.size() / requests.size()).isLessThan(3);
    }

    @Test
    void whatACaseFileCallsCapturedWasFoundInThatRecording() throws IOException {
        var found = new TreeMap<String, Set<String>>();
        for (var scenario : labels.path("scenarios")) {
            var labelled = new HashSet<String>();
            scenario.path("auditIDs").forEach(id -> labelled.add(id.asString()));
            for (var finding : Judged.findings(shipped, file(scenario))) {
                if (finding.events().stream()
                        .anyMatch(event -> labelled.contains(String.valueOf(event.auditID())))) {
                    found.computeIfAbsent(finding.rule(), _ -> new HashSet<>())
                            .add(scenario.path("id").asString());
                }
            }
        }
        try (var files = Files.list(Path.of("..", "scenarios", "rules"))) {
            for (var file : files.toList()) {
                var captured = CAPTURED.matcher(Files.readString(file));
                if (captured.find()) {
                    var rule = String.valueOf(file.getFileName()).replace(".yml", "");
                    assertThat(found.getOrDefault(rule, Set.of()))
                            .as(rule)
                            .containsAll(List.of(captured.group(1).split(", ")));
                }
            }
        }
    }

    private static final java.util.regex.Pattern CAPTURED =
            java.util.regex.Pattern.compile("(?m)^captured: \\[(.*)\\]$");

    static void report(List<Judged.Hit> hits) {
        var byRule =
                hits.stream()
                        .collect(
                                Collectors.groupingBy(
                                        hit -> hit.rule().id() + " " + hit.level(),
                                        TreeMap::new,
                                        Collectors.counting()));
        System.out.println(byRule);
    }

    private static Path file(JsonNode scenario) {
        return RECORDING.resolve("attacks").resolve(scenario.path("id").asString() + ".ndjson.gz");
    }

    private static String parent(String technique) {
        int dot = technique.indexOf('.');
        return dot < 0 ? technique : technique.substring(0, dot);
    }

    private static String line(JsonView view) {
        Function<String, String> field =
                name ->
                        view.values(name).stream()
                                .map(node -> node.asString(""))
                                .collect(Collectors.joining(","));
        return String.join(
                " ",
                field.apply("user.username"),
                field.apply("verb"),
                field.apply("objectRef.resource"),
                field.apply("objectRef.subresource"),
                field.apply("objectRef.namespace"),
                field.apply("objectRef.name"),
                field.apply("responseStatus.code"),
                field.apply("requestURI"));
    }
}
