package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rules and indicators over what is kept. */
class RetroTest {
    private static final String RULE =
            """
            title: Anything that deletes
            id: 11111111-2222-4333-8444-555555555555
            logsource: {product: kubernetes, service: audit}
            detection:
              selection: {verb: delete}
              person: {spoor.person: true}
              condition: selection and person
            level: low
            """;

    @TempDir private Path folder;
    private Path rule = Path.of("");
    private Path list = Path.of("");
    private Path kept = Path.of("");

    @BeforeEach
    void keep() throws IOException {
        rule = folder.resolve("rule.yml");
        list = folder.resolve("list.csv");
        kept = folder.resolve("kept");
        Files.writeString(rule, RULE);
        Files.writeString(list, "indicator,why\n203.0.113.9,bad\n10.0.0.0/8,ours\nMallory,name\n");
        add(
                event(1, "alice", "delete", "203.0.113.9"),
                event(2, "system:apiserver", "delete", "10.1.2.3"),
                event(3, "mallory", "get", "203.0.113.99"));
    }

    private void add(String... lines) throws IOException {
        var log = folder.resolve("audit" + lines.length + ".log");
        Files.writeString(log, String.join("\n", lines) + "\n");
        Ran.at(folder, "scan", log.toString(), "--data", kept.toString());
    }

    private static String event(int number, String user, String verb, String address) {
        return """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-%d","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/shop/pods/p","verb":"%s","user":{"username":"%s"},"sourceIPs":["%s"],"objectRef":{"resource":"pods","namespace":"shop","name":"p","apiVersion":"v1"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-01-05T09:00:%02d.000000Z","stageTimestamp":"2026-01-05T09:00:%02d.000000Z"}\
        """
                .formatted(number, verb, user, address, number, number);
    }

    private TreeMap<String, JsonNode> hunt() {
        var ran =
                Ran.at(
                        folder,
                        "rules",
                        "hunt",
                        rule.toString(),
                        list.toString(),
                        kept.toString(),
                        "--json");
        assertThat(ran.code()).as(ran.err()).isEqualTo(Main.DONE);
        var results = new TreeMap<String, JsonNode>();
        for (var one : JsonMapper.shared().readTree(ran.out()).path("results")) {
            results.put(one.path("id").asString(), one);
        }
        return results;
    }

    private static long events(TreeMap<String, JsonNode> results, String id) {
        return one(results, id).path("events").asLong(-1);
    }

    private static JsonNode one(TreeMap<String, JsonNode> results, String id) {
        return results.getOrDefault(id, JsonMapper.shared().createObjectNode());
    }

    @Test
    void rulesWithFactsAndWholeIndicatorsAreFoundAsOfTheirDay() {
        var results = hunt();
        var id = "11111111-2222-4333-8444-555555555555";
        assertThat(events(results, id)).isEqualTo(1);
        assertThat(events(results, "203.0.113.9")).isEqualTo(1); // not 203.0.113.99
        assertThat(events(results, "10.0.0.0/8")).isEqualTo(1);
        assertThat(events(results, "Mallory")).isEqualTo(1);
        assertThat(one(results, id).path("matches").path(0).path("asOf").asString())
                .startsWith("2026-01-05T09:00:01");
    }

    @Test
    void whatDidNotChangeIsAskedOfWhatCameSinceAndWhatChangedOfEverything() throws IOException {
        var id = "11111111-2222-4333-8444-555555555555";
        hunt();
        add(event(4, "bob", "delete", "203.0.113.9"), event(5, "bob", "get", "192.0.2.1"));
        var second = hunt();
        assertThat(events(second, id)).isEqualTo(1);
        assertThat(one(second, id).path("from").asLong()).isEqualTo(4);
        Files.writeString(
                rule, RULE.replace("selection: {verb: delete}", "selection: {verb: get}"));
        var third = hunt();
        assertThat(events(third, id)).isEqualTo(2);
        assertThat(one(third, id).path("changed").asBoolean()).isTrue();
        assertThat(events(third, "203.0.113.9")).isZero();
    }

    @Test
    void anEstimateAsksNothingAndRemembersNothing() {
        var ran = Ran.at(folder, "rules", "hunt", rule.toString(), kept.toString(), "--estimate");
        assertThat(ran.code()).isEqualTo(Main.DONE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("questions: 1; blocks to read: at most 1; entries kept: 4");
        assertThat(events(hunt(), "11111111-2222-4333-8444-555555555555")).isEqualTo(1);
    }

    @Test
    void anIndicatorThatIsNoneIsRefusedWithItsLine() throws IOException {
        Files.writeString(list, "10.0.0.1\nab\n");
        var ran = Ran.at(folder, "rules", "hunt", list.toString(), kept.toString());
        assertThat(ran.code()).isEqualTo(Main.USAGE);
        assertThat(ran.err()).contains("list.csv:2");
    }

    @Test
    void whatWasAskedBeforeIsAskedAgainAsTheFilesAreNow() throws IOException {
        var id = "11111111-2222-4333-8444-555555555555";
        hunt();
        Files.writeString(rule, RULE.replace("{verb: delete}", "{verb: get}"));
        Files.delete(list);
        var ran = Ran.at(folder, "rules", "hunt", "--changed", kept.toString(), "--json");
        assertThat(ran.code()).as(ran.err()).isEqualTo(Main.DONE);
        assertThat(ran.err()).contains("no longer there, and not asked: ");
        var result = JsonMapper.shared().readTree(ran.out()).path("results").path(0);
        assertThat(result.path("id").asString()).isEqualTo(id);
        assertThat(result.path("events").asInt()).isEqualTo(1);
        assertThat(result.path("changed").asBoolean()).isTrue();
    }

    @Test
    void addingToTheEvidenceAsksByItselfWhatItWasAskedBefore() throws IOException {
        hunt();
        Files.writeString(rule, RULE.replace("{verb: delete}", "{verb: get}"));
        var log = folder.resolve("new.log");
        Files.writeString(log, event(9, "bob", "get", "203.0.113.9") + "\n");
        var ran = Ran.at(folder, "scan", log.toString(), "--data", kept.toString());
        assertThat(ran.code()).isEqualTo(Main.DONE);
        assertThat(ran.err())
                .contains("Anything that deletes: 2 events (changed: asked of everything)")
                .contains("as of 2026-01-05T09:00:03Z")
                .contains("203.0.113.9 Indicator: 1 event since position ")
                .doesNotContain("Mallory");
        var again = Ran.at(folder, "scan", log.toString(), "--data", kept.toString());
        assertThat(again.err()).contains("203.0.113.9 Indicator: 1 event since position 7");
        assertThat(events(hunt(), "203.0.113.9")).as("what a scan told may be missed").isEqualTo(2);
        assertThat(events(hunt(), "203.0.113.9")).isZero();
    }

    @Test
    void aHuntThatWasEndedTellsNothingAndRemembersNothing() {
        var ran =
                Ran.at(
                        folder,
                        "rules",
                        "hunt",
                        rule.toString(),
                        kept.toString(),
                        "--timeout",
                        "0ms");
        assertThat(ran.code()).isEqualTo(Main.FAILURE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .contains(
                        "--timeout 0ms is over after 0 of 1 blocks: nothing is told, and nothing");
        assertThat(kept.resolve("views/hunts/rules.json")).doesNotExist();
    }

    @Test
    void progressTellsShareAndTimeLeft() {
        assertThat(ProgressLine.hunted(527, 1253, 10))
                .isEqualTo("hunting   42 %  527 of 1,253 blocks  14 s left");
    }
}
