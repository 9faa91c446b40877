package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A recorded attack on a real API server through the whole flow, as a user's script sees it. */
class ScanTest {
    private static final Path ATTACKS = Checkout.ROOT.resolve("scenarios/kube-apiserver/attacks");
    private static final String ATTACK = ATTACKS.resolve("exec-shell.ndjson.gz").toString();

    @TempDir private Path folder;
    private static Ran ran = new Ran(-1, "", "");
    private static JsonNode scan = JsonMapper.shared().nullNode();

    @BeforeAll
    static void scanOnce() {
        ran = Ran.spoor("scan", "--json", ATTACK);
        scan = JsonMapper.shared().readTree(ran.out());
    }

    @Test
    void theDocumentHasEveryFieldOfTheContract() {
        assertThat(names(scan))
                .containsExactly(
                        "spoor",
                        "input",
                        "findings",
                        "incidents",
                        "readiness",
                        "exceptions",
                        "noise",
                        "risk",
                        "ledger");
        assertThat(names(scan.path("input")))
                .containsExactly(
                        "files", "bytes", "events", "requests", "from", "to", "sources", "gaps");
        assertThat(names(scan.path("input").path("sources").path(0)))
                .containsExactly("kind", "cluster", "path", "events");
        assertThat(names(scan.path("findings").path(0)))
                .containsExactly(
                        "id",
                        "rule",
                        "author",
                        "link",
                        "title",
                        "level",
                        "techniques",
                        "time",
                        "entities",
                        "events",
                        "why",
                        "incident");
        assertThat(names(scan.path("incidents").path(0)))
                .containsExactly(
                        "id",
                        "title",
                        "level",
                        "start",
                        "end",
                        "actors",
                        "techniques",
                        "findings",
                        "events",
                        "story",
                        "scope");
        assertThat(names(scan.path("ledger"))).containsExactly("size", "root", "checkpoint");
    }

    @Test
    void whatIsSaidTwiceAgrees() {
        var findings = new HashSet<String>();
        scan.path("findings").forEach(finding -> findings.add(finding.path("id").asString()));
        assertThat(findings).hasSize(scan.path("findings").size());
        for (var incident : scan.path("incidents")) {
            for (var id : incident.path("findings")) {
                assertThat(findings).contains(id.asString());
            }
        }
        assertThat(scan.path("input").path("events").asLong()).isEqualTo(38);
        assertThat(scan.path("ledger").path("checkpoint").asString())
                .contains("\n" + scan.path("ledger").path("size").asLong() + "\n")
                .contains(scan.path("ledger").path("root").asString());
    }

    @Test
    void theAttackIsOneIncidentOfItsActor() {
        assertThat(scan.path("incidents")).hasSize(1);
        var incident = scan.path("incidents").path(0);
        assertThat(incident.path("actors").path(0).path("id").asString())
                .isEqualTo("bob@acme.example");
        assertThat(incident.path("level").asString()).isIn("high", "critical");
        assertThat(incident.path("story").toString()).contains("payments-api-5dfdf444bd-jkkgg");
    }

    @Test
    void theSameInputGivesTheSameDocumentApartFromTheLedger() {
        var again = JsonMapper.shared().readTree(Ran.spoor("scan", "--json", ATTACK).out());
        assertThat(withoutLedger(again)).isEqualTo(withoutLedger(scan));
    }

    @Test
    void standardInputGivesTheSameFindings() throws IOException {
        var piped = Ran.withInput(Files.readAllBytes(Path.of(ATTACK)), "scan", "--json", "-");
        var document = JsonMapper.shared().readTree(piped.out());
        assertThat(document.path("findings")).isEqualTo(scan.path("findings"));
    }

    @Test
    void aFolderAndAGlobFindTheSameFiles() {
        var inFolder = Ran.spoor("scan", "--json", ATTACKS.toString());
        var byGlob = Ran.spoor("scan", "--json", ATTACKS + "/*.gz");
        var counted = JsonMapper.shared().readTree(inFolder.out()).path("input");
        assertThat(counted.path("files").asInt()).isEqualTo(30);
        assertThat(JsonMapper.shared().readTree(byGlob.out()).path("input").path("events"))
                .isEqualTo(counted.path("events"));
    }

    @Test
    void failOnIsOneOnlyWhenALevelIsReached() {
        assertThat(ran.code()).isEqualTo(Main.DONE);
        assertThat(Ran.spoor("scan", "--fail-on", "high", ATTACK).code())
                .isEqualTo(Main.DID_NOT_HOLD);
        assertThat(Ran.spoor("scan", "--fail-on", "critical", ATTACK).code()).isEqualTo(Main.DONE);
        assertThat(Ran.spoor("scan", "--fail-on", "terrible", ATTACK).code()).isEqualTo(Main.USAGE);
    }

    @Test
    void outsideTheAskedTimeNothingIsJudged() {
        var later = Ran.spoor("scan", "--json", "--since", "2026-11-23T06:00:00Z", ATTACK);
        var document = JsonMapper.shared().readTree(later.out());
        assertThat(document.path("findings")).isEmpty();
        assertThat(document.path("input").path("events").asLong()).isEqualTo(38);
        var relative = Ran.spoor("scan", "--json", "--since", "-7d", ATTACK);
        assertThat(JsonMapper.shared().readTree(relative.out()).path("findings"))
                .isEqualTo(scan.path("findings"));
    }

    @Test
    void withoutRulesNothingIsFoundAndForeignRulesNameTheirAuthor() {
        var none = Ran.spoor("scan", "--json", "--no-shipped-rules", ATTACK);
        assertThat(JsonMapper.shared().readTree(none.out()).path("findings")).isEmpty();
        var foreign =
                Ran.spoor(
                        "scan",
                        "--json",
                        "--no-shipped-rules",
                        "--rules",
                        "sigmahq",
                        ATTACKS.resolve("secrets-one-by-one.ndjson.gz").toString(),
                        ATTACKS.resolve("benign-teardown.ndjson.gz").toString());
        var findings = JsonMapper.shared().readTree(foreign.out()).path("findings");
        assertThat(findings).isNotEmpty();
        for (var finding : findings) {
            assertThat(finding.path("author").asString()).isNotEmpty();
            assertThat(finding.path("link").asString()).startsWith("https://github.com/SigmaHQ/");
        }
    }

    @Test
    void theSummaryIsReadableWithoutColourWhenNoTerminalListens() {
        var summary = Ran.spoor("scan", ATTACK);
        assertThat(summary.out()).contains("bob@acme.example").doesNotContain("\u001b");
        assertThat(summary.err()).isEmpty();
    }

    @Test
    void thePageIsWrittenWholeAndStandardOutputStaysJson() throws IOException {
        var page = folder.resolve("story page.html");
        var both = Ran.spoor("scan", "--json", "--report", page.toString(), ATTACK);
        assertThat(both.err()).contains("story%20page.html");
        assertThat(withoutLedger(JsonMapper.shared().readTree(both.out())))
                .isEqualTo(withoutLedger(scan));
        assertThat(Files.readString(page)).startsWith("<!doctype html>").contains("</html>");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(page);
        }
        var nowhere = folder.resolve("none/page.html").toString();
        assertThat(Ran.spoor("scan", "--report", nowhere, ATTACK).code()).isEqualTo(Main.USAGE);
    }

    @Test
    void nothingStaysBehind() throws IOException {
        var temporary = Path.of(System.getProperty("java.io.tmpdir"));
        var before = leftIn(temporary);
        Ran.spoor("scan", "--json", ATTACK);
        Ran.spoor("search", "*", ATTACK);
        assertThat(leftIn(temporary)).isEqualTo(before);
    }

    @Test
    void aSecretIsPrintedNowhere() throws IOException {
        var secret = "c3dvcmRmaXNoLTQ3MTE=";
        var event =
                Broken.EVENT
                        .replace("\"verb\":\"get\"", "\"verb\":\"create\"")
                        .replace("\"Metadata\"", "\"RequestResponse\"")
                        .replaceFirst(
                                "\\}$",
                                ",\"requestObject\":{\"kind\":\"Secret\",\"apiVersion\":\"v1\","
                                        + "\"data\":{\"password\":\""
                                        + secret
                                        + "\"}}}");
        assertThat(event).contains(secret);
        var log = folder.resolve("audit.log");
        Files.writeString(log, event + "\n");
        var page = folder.resolve("page.html");
        for (var call :
                List.of(
                        new String[] {"scan", log.toString(), "--report", page.toString()},
                        new String[] {"scan", "--json", log.toString()},
                        new String[] {"search", "*", log.toString()},
                        new String[] {"search", "*", "--json", log.toString()},
                        new String[] {"search", "*", "--csv", log.toString()})) {
            var shown = Ran.spoor(call);
            assertThat(shown.code()).as(shown.err()).isEqualTo(Main.DONE);
            assertThat(shown.out() + shown.err()).doesNotContain(secret);
        }
        assertThat(Files.readString(page)).doesNotContain(secret);
        assertThat(Ran.spoor("search", "*", "--raw", log.toString()).out()).contains(secret);
    }

    private static List<Path> leftIn(Path temporary) throws IOException {
        try (var files = Files.list(temporary)) {
            return files.filter(file ->
                            file.getFileName().toString().startsWith(TemporaryFolder.PREFIX))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> names(JsonNode object) {
        return new ArrayList<>(object.propertyNames());
    }

    private static JsonNode withoutLedger(JsonNode document) {
        return ((tools.jackson.databind.node.ObjectNode) document.deepCopy()).without("ledger");
    }
}
