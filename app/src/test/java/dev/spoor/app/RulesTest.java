package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import tools.jackson.databind.json.JsonMapper;

class RulesTest {
    private static final String RULE =
            """
            title: Anything that deletes
            id: 11111111-2222-4333-8444-555555555555
            logsource:
              product: kubernetes
              service: audit
            detection:
              selection:
                verb: delete
              condition: selection
            level: low
            """;

    @TempDir private Path folder;

    @Test
    void checkNamesThePlaceOfAMistake() throws IOException {
        Files.writeString(folder.resolve("good.yml"), RULE);
        Files.writeString(
                folder.resolve("bad.yml"), RULE.replace("condition: selection", "condition: x"));
        var ran = Ran.spoor("rules", "check", "--json", folder.toString());
        assertThat(ran.code()).isEqualTo(Main.DID_NOT_HOLD);
        var lines = ran.out().lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().path("ok").asBoolean()).isFalse();
        assertThat(lines.getFirst().path("line").asInt()).isEqualTo(9);
        assertThat(lines.getLast().path("ok").asBoolean()).isTrue();
        assertThat(Ran.spoor("rules", "check", folder + "/good.yml").code()).isEqualTo(Main.DONE);
    }

    @Test
    void matchSaysOfEachEventWhichRulesHold() throws IOException {
        Files.writeString(folder.resolve("rule.yml"), RULE);
        var events = folder.resolve("events.ndjson");
        Files.writeString(events, "{\"verb\":\"delete\",\"n\":1}\n{\"verb\":\"get\",\"n\":2}\n");
        var rule = folder.resolve("rule.yml").toString();
        var ran =
                Ran.spoor(
                        "rules", "match", "--ignore-logsource", "--json", rule, events.toString());
        var lines = ran.out().lines().map(JsonMapper.shared()::readTree).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst().path("rules").toString())
                .isEqualTo("[\"11111111-2222-4333-8444-555555555555\"]");
        assertThat(lines.getFirst().path("line").asInt()).isEqualTo(1);
        assertThat(lines.getLast().path("rules").toString()).isEqualTo("[]");
        var strict = Ran.spoor("rules", "match", "--json", rule, events.toString());
        assertThat(strict.out()).doesNotContain("11111111");
    }

    @Test
    void everyShippedRuleIsListedOnce() {
        var lines = Ran.spoor("rules", "list", "--json").out().lines().toList();
        assertThat(lines).hasSizeGreaterThan(27).doesNotHaveDuplicates();
    }

    @Test
    void explainSaysOfEachPartWhetherItHoldsAndShowsNoSecret() throws IOException {
        var rule = folder.resolve("rule.yml");
        Files.writeString(
                rule, RULE.replace("verb: delete", "verb: delete\n    token|startswith: abc"));
        var events = folder.resolve("events.ndjson");
        Files.writeString(
                events,
                "{\"verb\":\"delete\",\"kind\":\"Event\",\"token\":\"abcSECRET1234567890\"}\n");
        var ran = Ran.spoor("rules", "explain", rule.toString(), events.toString());
        assertThat(ran.code()).isEqualTo(Main.DONE);
        assertThat(ran.out())
                .contains("the rule is not about such logs (json)")
                .contains("+* verb is \"delete\"   (delete)")
                .doesNotContain("SECRET");
        var json =
                JsonMapper.shared()
                        .readTree(
                                Ran.spoor(
                                                "rules",
                                                "explain",
                                                "--json",
                                                rule.toString(),
                                                events.toString())
                                        .out());
        assertThat(json.path("matches").asBoolean()).isFalse();
        assertThat(json.path("condition").path("answer").asString()).isEqualTo("yes");
        assertThat(Ran.spoor("rules", "explain", "NO-SUCH-RULE", events.toString()).code())
                .isEqualTo(Main.USAGE);
    }

    @Test
    void convertWritesAQueryAndNamesWhatItCannotSay() throws IOException {
        Files.writeString(folder.resolve("a.yml"), RULE);
        Files.writeString(
                folder.resolve("b.yml"), RULE.replace("verb: delete", "spoor.person: true"));
        var ran = Ran.spoor("rules", "convert", folder.toString());
        assertThat(ran.out())
                .isEqualToIgnoringNewLines(
                        "{\"rule\":\"11111111-2222-4333-8444-555555555555\",\"title\":\"Anything that"
                                + " deletes\",\"query\":{\"term\":{\"verb\":{\"value\":\"delete\",\"case_insensitive\":true}}}}");
        assertThat(ran.err()).contains("spoor.person is derived by Spoor");
    }

    @Test
    void testRunsCasesOfRulesAndCorrelationsAndTellsItsResultInThreeForms() throws IOException {
        Files.writeString(
                folder.resolve("rules.yml"),
                RULE
                        + """
                        name: deletes
                        ---
                        title: Many
                        name: many
                        correlation:
                          type: event_count
                          rules: deletes
                          group-by: user.username
                          timespan: 5m
                          condition: {gte: 3}
                        """);
        Files.writeString(
                folder.resolve("deletes-cases.yml"),
                """
                rule: deletes
                positive:
                  - alice delete pods shop/web 200
                near-miss:
                  - alice get pods shop/web 200
                  - bob delete pods shop/web 200
                """);
        Files.writeString(
                folder.resolve("many-cases.yml"),
                """
                rule: many
                positive:
                  - name: three within five minutes
                    events:
                      - {at: 4m, request: "alice delete pods shop/c 200"}
                      - {at: 0s, request: "alice delete pods shop/a 200"}
                      - {at: 5m, request: "alice delete pods shop/b 200"}
                near-miss:
                  - name: three within six
                    events:
                      - {at: 0s, request: "alice delete pods shop/a 200"}
                      - {at: 3m, request: "alice delete pods shop/c 200"}
                      - {at: 6m, request: "alice delete pods shop/b 200"}
                """);
        var xml = folder.resolve("out.xml");
        var ran = Ran.spoor("rules", "test", folder.toString(), "--junit", xml.toString());
        assertThat(ran.code()).isEqualTo(Main.DID_NOT_HOLD);
        assertThat(ran.out())
                .contains("deletes-cases.yml:6: deletes near-miss: bob delete pods shop/web 200")
                .contains("4 of 5 cases hold");
        assertThat(Files.readString(xml))
                .contains("tests=\"5\" failures=\"1\"")
                .contains("<failure message=\"found, though it is a near miss\" type=");
        assertThat(Ran.spoor("rules", "test", folder.toString(), "--github").out())
                .contains("::error file=")
                .contains(",line=6,title=deletes near-miss::");
    }

    /** A rule that a stranger proposes is read by a runner that obeys lines and by XML parsers. */
    @Test
    void whatARuleSaysCannotBreakOutOfTheFormsOfCi() throws Exception {
        Files.writeString(
                folder.resolve("bad.yml"),
                RULE.replace("verb: delete", "\"verb|x\\n::add-mask::a\\r##[b]<&\\0%0A\": delete"));
        Files.writeString(folder.resolve("note.yml"), RULE.replace("verb:", "vreb:"));
        var xml = folder.resolve("out.xml");
        var arguments = folder.toString();
        var ran = Ran.spoor("rules", "check", "--github", "--junit", xml.toString(), arguments);
        assertThat(ran.code()).isEqualTo(Main.DID_NOT_HOLD);
        var lines = ran.out().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.getFirst())
                .startsWith("::error file=")
                .contains("bad.yml,line=8,col=5,title=rule::")
                .doesNotContain("##[");
        assertThat(lines.get(1))
                .startsWith("::warning file=")
                .contains("note.yml,line=8,col=5,")
                .endsWith("audit events have no field vreb (did you mean verb?)");
        var document =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(Files.readAllBytes(xml)));
        var suite = (Element) document.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(2);
        assertThat(document.getElementsByTagName("system-out").item(0).getTextContent())
                .contains("did you mean verb?");
        assertThat(Ran.spoor("rules", "check", folder + "/note.yml").code()).isEqualTo(Main.DONE);
        assertThat(Ran.spoor("rules", "check", "--strict", folder + "/note.yml").code())
                .isEqualTo(Main.DID_NOT_HOLD);
    }
}
