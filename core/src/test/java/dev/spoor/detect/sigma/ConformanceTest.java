package dev.spoor.detect.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Pairs of rule and event with the verdict that another engine publishes. */
class ConformanceTest {
    private static final Path FOLDER = Path.of("src/test/resources/sigma/conformance");

    @TestFactory
    Stream<DynamicTest> anotherEnginesVerdictsAreOurs() throws IOException {
        var lines = Files.readAllLines(FOLDER.resolve("sigmalite-rule-event-cases.ndjson"));
        assertThat(lines).hasSize(28);
        return lines.stream().map(line -> DynamicTest.dynamicTest(line, () -> verdict(line)));
    }

    private static void verdict(String line) throws IOException {
        var pair = Json.mapper().readTree(line);
        var given = new HashMap<String, List<String>>();
        for (var entry : pair.path("placeholders").properties()) {
            var values = new ArrayList<String>();
            entry.getValue().forEach(value -> values.add(value.asString()));
            given.put(entry.getKey(), values);
        }
        var file = FOLDER.resolve("sigmalite-rules").resolve(pair.path("rule").asString());
        var rule =
                RuleParser.parse(file.toString(), today(file), new Placeholders(given)).getFirst();
        var event =
                pair.path("message").isString()
                        ? pair.path("message").asString()
                        : pair.path("event").toString();
        assertThat(rule.condition().holds(Events.view(Kind.JSON, event)))
                .isEqualTo(pair.path("expected").asBoolean());
    }

    /** One rule has a relation that was renamed since; the reference refuses it, and so do we. */
    private static String today(Path file) throws IOException {
        return Files.readString(file).replace("type: obsoletes", "type: obsolete");
    }

    @Test
    void everyRuleOfTheFolderIsRead() throws IOException {
        var set =
                RuleSets.load(
                        FOLDER.resolve("sigmalite-rules"),
                        new Placeholders(java.util.Map.of("Admins_Workstations", List.of("x"))));
        assertThat(set.refused())
                .extracting(RuleSet.Refused::reason)
                .containsExactly(
                        "related: 'type' is one of correlation, derived, merged, obsolete, renamed,"
                                + " similar");
        assertThat(set.rules()).hasSize(14);
    }

    @Test
    void samplesOfTheSpecificationAreReadAndItsCorrelationsMissTheirRules() {
        var spec = Path.of("src/test/resources/sigma/spec/schema");
        assertThat(RuleSets.load(spec.resolve("rules")).refused()).isEmpty();
        assertThat(RuleSets.load(spec.resolve("correlation")).refused())
                .hasSize(8)
                .allMatch(one -> one.reason().startsWith("no rule has this id or name: "));
        assertThat(RuleSets.load(spec.resolve("filter")).refused()).isEmpty();
    }

    @Test
    void theTextOfAFileThatIsNotUtf8IsRefused(@org.junit.jupiter.api.io.TempDir Path folder)
            throws IOException {
        Files.write(folder.resolve("a.yml"), new byte[] {(byte) 0xff, (byte) 0xfe});
        Files.write(folder.resolve("b.yml"), "".getBytes(StandardCharsets.UTF_8));
        assertThat(RuleSets.load(folder).refused())
                .extracting(RuleSet.Refused::reason)
                .containsExactly("not UTF-8 text", "empty (expected: a Sigma rule)");
    }
}
