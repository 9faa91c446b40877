package dev.spoor.detect.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Verdicts of the reference implementation, captured ({@code SOURCE.md} beside them). */
class ReferenceTest {
    private static final Path FOLDER = Path.of("src/test/resources/sigma/reference");

    private static List<JsonNode> lines(String name) throws IOException {
        return Files.readAllLines(FOLDER.resolve(name)).stream()
                .map(Json.mapper()::readTree)
                .toList();
    }

    @Test
    void whatTheReferenceAcceptsAndRefusesSoDoWe() throws IOException {
        var wrong = new ArrayList<String>();
        for (var line : lines("verdicts.ndjson")) {
            var text = line.path("rule").asString();
            if (accepted(text) != line.path("ok").asBoolean()) {
                wrong.add(text);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean accepted(String text) {
        try {
            var parsed = RuleParser.read("a.yml", text, Placeholders.NONE);
            return new RuleSet(parsed.rules(), parsed.correlations(), parsed.filters(), List.of())
                    .linked()
                    .refused()
                    .isEmpty();
        } catch (Misfit e) {
            return false;
        }
    }

    @Test
    void everyRuleHoldsForTheEventsForWhichTheReferencesConditionTreeHolds() throws IOException {
        var text = Files.readString(FOLDER.resolve("matrix-rules.yml"));
        var rules = RuleParser.parse("matrix-rules.yml", text, Placeholders.NONE);
        assertThat(rules).hasSize(90);
        int matches = 0;
        for (var line : lines("matrix-events.ndjson")) {
            var view = Events.view(Kind.JSON, line.path("event").toString());
            var held = new TreeSet<String>();
            for (var rule : rules) {
                if (rule.condition().holds(view)) {
                    held.add(rule.id());
                }
            }
            var expected = new TreeSet<String>();
            line.path("rules").forEach(id -> expected.add(id.asString()));
            assertThat(held).as(line.toString()).isEqualTo(expected);
            matches += held.size();
        }
        assertThat(matches).isGreaterThan(100);
    }
}
