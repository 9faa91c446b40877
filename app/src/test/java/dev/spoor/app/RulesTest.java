package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
