package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of docs/query.md are true. */
class QueryDocumentTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "query.md");

    @Test
    void everyExampleReadsRunsAndFindsSomething() throws Exception {
        var events =
                Recordings.of(
                        "attacks/exec-shell",
                        "attacks/secrets-one-by-one",
                        "attacks/privileged-pod",
                        "attacks/anon-probe",
                        "attacks/benign-impersonation",
                        "attacks/port-forward-db",
                        "attacks/crb-cluster-admin",
                        "attacks/netpol-delete");
        var examples = examples();
        assertThat(examples).hasSizeGreaterThan(40);
        for (var example : examples) {
            var answer = HuntsTest.ask(events, example);
            assertThat(answer.events().size() + answer.rows().size()).as(example).isPositive();
            assertThat(Query.parse(Query.parse(example).text()))
                    .as(example)
                    .isEqualTo(Query.parse(example));
        }
    }

    @Test
    void theLimitsAreThoseOfTheCode() throws Exception {
        var text = Files.readString(DOCUMENT);
        assertThat(text)
                .contains(Query.LENGTH_MAX + " characters")
                .contains(Query.DEPTH_MAX + " parentheses")
                .contains(Query.STAGES_MAX + " pipes")
                .contains(Query.COLUMNS_MAX + " columns")
                .contains(Query.REGEX_LENGTH_MAX + " characters an expression")
                .contains("%,d with its repetitions".formatted(RegexSize.SIZE_MAX))
                .contains("%,d groups".formatted(HuntLimits.GROUPS_MAX))
                .contains((HuntLimits.HELD_BYTES_MAX >> 20) + " MB")
                .contains(Accumulator.VALUES_MAX + " values")
                .contains("%,d spans".formatted(TimechartStep.FILLED_MAX))
                .contains("the " + Stage.SERIES_MAX + " largest");
    }

    private static List<String> examples() throws Exception {
        var examples = new ArrayList<String>();
        boolean inside = false;
        for (var line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("```")) {
                inside = line.equals("```query");
            } else if (inside && !line.isBlank()) {
                examples.add(line);
            }
        }
        return examples;
    }
}
