package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorrelatorTest {
    private static final String RULES =
            """
            title: Failed login
            name: failed
            logsource: {product: linux}
            detection: {sel: {act: fail}, condition: sel}
            ---
            title: Login
            name: login
            logsource: {product: linux}
            detection: {sel: {act: login}, condition: sel}
            ---
            title: Transfer
            name: transfer
            logsource: {product: linux}
            detection: {sel: {act: send}, condition: sel}
            ---
            """;

    @TempDir Path folder;

    private RuleSet set(String correlation) throws IOException {
        Files.writeString(folder.resolve("rules.yml"), RULES + correlation);
        var set = RuleSets.load(folder);
        assertThat(set.refused()).isEmpty();
        return set;
    }

    private static String correlation(String type, String rest) {
        return """
        title: Correlated
        level: high
        correlation:
          type: %s
          timespan: 10m
        %s
        """
                .formatted(type, rest.indent(2));
    }

    /** {@code minute act user [n]}, one a line, as events of 2026-01-02. */
    private static List<String> events(String script) {
        var lines = new ArrayList<String>();
        int n = 0;
        for (var line : script.strip().split("\\s*;\\s*")) {
            var words = line.split(" ");
            var time =
                    Instant.parse("2026-01-02T03:00:00Z")
                            .plusSeconds(Math.round(Double.parseDouble(words[0]) * 60));
            lines.add(
                    "{\"time\":\"%s\",\"act\":\"%s\",\"user\":\"%s\",\"n\":%s,\"seq\":%d}"
                            .formatted(
                                    time,
                                    words[1],
                                    words[2],
                                    words.length > 3 ? words[3] : "1",
                                    n++));
        }
        return lines;
    }

    private static List<Finding> findings(RuleSet set, List<String> lines) {
        var flow = new Flow(set);
        return flow.take(flow.open(Kind.JSON), lines).finish().findings();
    }

    /** Each finding as the numbers of its events. */
    private static List<List<Long>> lines(List<Finding> findings) {
        return findings.stream()
                .map(finding -> finding.events().stream().map(ref -> ref.line() - 1).toList())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "event_count|rules: failed;condition: {gte: 3}|0 fail a;5 fail a;10 fail a|[[0, 1, 2]]",
                "event_count|rules: failed;condition: {gte: 3}|0 fail a;5 fail a;10.1 fail a|[]",
                "event_count|rules: failed;condition: {gt: 2}|0 fail a;5 fail b;6 fail a;7 fail a|[[0, 1, 2, 3]]",
                "event_count|rules: failed;group-by: user;condition: {gte: 2}|0 fail a;5 fail b;6 fail a;30 fail b;31 fail b|[[0, 2], [3, 4]]",
                "event_count|rules: failed;condition: {gte: 2}|0 fail a;5 fail a;14 fail a;40 fail a|[[0, 1, 2]]",
                "event_count|rules: failed;condition: {lt: 2}|0 fail a;5 fail a;20 fail a|[[2]]",
                "event_count|rules: failed;condition: {eq: 2}|0 fail a;5 fail a;20 fail a|[[0, 1]]",
                "event_count|rules: [failed, login];condition: {gte: 2}|0 fail a;5 login a|[[0, 1]]",
                "value_count|rules: failed;condition: {field: user, gte: 2}|0 fail a;1 fail a;2 fail b|[[0, 1, 2]]",
                "value_count|rules: failed;condition: {field: user, gte: 2}|0 fail a;1 fail a|[]",
                "value_count|rules: failed;condition: {field: [user, n], gte: 3}|0 fail a 1;1 fail a 2;2 fail b 1|[[0, 1, 2]]",
                "temporal|rules: [failed, login];group-by: user|0 login a;1 fail b;2 fail a|[[0, 2]]",
                "temporal|rules: [failed, login];group-by: user|0 login a;11 fail a|[]",
                "temporal|condition: failed and (login or transfer)|0 fail a;1 send a|[[0, 1]]",
                "temporal|condition: failed and not login|0 fail a;1 login a;20 fail a|[[2]]",
                "temporal|rules: [failed, login, transfer];condition: {gte: 2}|0 fail a;1 send a|[[0, 1]]",
                "temporal_ordered|rules: [failed, login]|0 login a;1 fail a|[]",
                "temporal_ordered|rules: [failed, login]|0 fail a;1 login a|[[0, 1]]",
                "temporal_ordered|rules: [failed, login]|0 login a;0 fail a|[[0, 1]]",
                "temporal_ordered|rules: [failed, login, transfer]|0 fail a;5 fail a;9 login a;14 send a|[[1, 2, 3]]",
                "temporal_ordered|condition: failed and login|0 login a;1 fail a|[]",
                "temporal_ordered|condition: failed and login|0 fail a;1 login a|[[0, 1]]",
                "value_sum|rules: transfer;condition: {field: n, gt: 9}|0 send a 5;1 send a 5|[[0, 1]]",
                "value_sum|rules: transfer;condition: {field: n, gt: 10}|0 send a 5;1 send a 5|[]",
                "value_avg|rules: transfer;condition: {field: n, gte: 4}|0 send a 1;1 send a 7|[[0, 1]]",
                "value_median|rules: transfer;condition: {field: n, gte: 5}|0 send a 1;1 send a 5;2 send a 9|[[0, 1, 2]]",
                "value_percentile|rules: transfer;condition: {field: n, percentile: 90, gte: 9}|0 send a 0;1 send a 10|[[0, 1]]",
                "value_percentile|rules: transfer;condition: {field: n, percentile: 90, gt: 9}|0 send a 0;9 send a 5|[]",
                "event_count|rules: failed;group-by: nothing;condition: {gte: 1}|0 fail a|[]",
            })
    void aCorrelationHoldsForTheseEvents(String type, String rest, String script, String expected)
            throws IOException {
        var set = set(correlation(type, rest.replace(";", "\n")));
        assertThat(lines(findings(set, events(script)))).hasToString(expected);
    }

    @Test
    void aChainNamesTheEventsOfAllAndOnlyTheOutermostIsTold() throws IOException {
        var set =
                set(
                        """
                        title: Many
                        name: many
                        correlation: {type: event_count, rules: failed, group-by: user, timespan: 10m, condition: {gte: 3}}
                        ---
                        title: Guessed
                        id: 0e95725d-7320-415d-80f7-004da920fc12
                        level: critical
                        correlation: {type: temporal_ordered, rules: [many, login], group-by: user, timespan: 10m}
                        """);
        var told = findings(set, events("0 fail a;1 fail a;2 fail b;3 fail a;4 login a;5 login b"));
        assertThat(lines(told)).hasToString("[[0, 1, 3, 4]]");
        var finding = told.getFirst();
        assertThat(finding.rule()).isEqualTo("0e95725d-7320-415d-80f7-004da920fc12");
        assertThat(finding.time())
                .as("there with its last event")
                .isEqualTo("2026-01-02T03:04:00Z");
        assertThat(finding.why()).isEqualTo("Guessed: 4 events, each within 10 min, user a");
    }

    @Test
    void anAliasNamesTheFieldOfEachRule() throws IOException {
        var set =
                set(
                        correlation(
                                "temporal",
                                """
                                rules: [failed, login]
                                group-by: who
                                aliases: {who: {failed: user, login: n}}
                                """));
        assertThat(lines(findings(set, events("0 fail 7;1 login x 7;2 fail 8;3 login 8"))))
                .hasToString("[[0, 1]]");
    }

    @Test
    void withGenerateTheRulesAreFindingsToo() throws IOException {
        var quiet = "rules: failed\ncondition: {gte: 2}\n";
        var both =
                findings(
                        set(correlation("event_count", quiet + "generate: true\n")),
                        events("0 fail a;1 fail a;2 login a"));
        assertThat(both)
                .extracting(Finding::title)
                .containsExactly("Failed login", "Correlated", "Failed login", "Login");
        assertThat(both).extracting(Finding::id).containsExactly("F-1", "F-2", "F-3", "F-4");
        assertThat(
                        findings(
                                set(correlation("event_count", quiet)),
                                events("0 fail a;1 fail a;2 login a")))
                .extracting(Finding::title)
                .containsExactly("Correlated", "Login");
    }

    @Test
    void aFilterHoldsBackEventsOfItsRules() throws IOException {
        var set =
                set(
                        """
                        title: Not the robot
                        logsource: {product: linux}
                        filter: {rules: [failed], sel: {user: robot}, condition: not sel}
                        """);
        assertThat(lines(findings(set, events("0 fail robot;1 fail a;2 login robot"))))
                .hasToString("[[1], [2]]");
    }

    /** Late by up to ten minutes, in any order, or delivered twice: the same findings. */
    @Test
    void orderAndRepetitionOfRecordsChangeNothing() throws IOException {
        var set =
                set(
                        correlation(
                                        "event_count",
                                        "rules: failed\ngroup-by: user\ncondition: {gte: 4}")
                                + "---\n"
                                + correlation(
                                        "temporal_ordered",
                                        "rules: [failed, login]\ngroup-by: user")
                                + "---\n"
                                + correlation(
                                        "value_avg",
                                        "rules: transfer\ngroup-by: user\ncondition: {field: n, gt: 6}")
                                + "---\n"
                                + correlation(
                                        "temporal",
                                        "group-by: user\ncondition: failed and not transfer"));
        for (long seed = 1; seed <= 20; seed++) {
            var random = new Random(seed);
            var script = new StringBuilder();
            var acts = List.of("fail", "login", "send");
            for (int i = 0; i < 300; i++) {
                script.append(random.nextInt(600) / 3.0)
                        .append(' ')
                        .append(acts.get(random.nextInt(3)))
                        .append(' ')
                        .append((char) ('a' + random.nextInt(5)))
                        .append(' ')
                        .append(random.nextInt(10))
                        .append(';');
            }
            var straight = events(script.toString());
            var shuffled = new ArrayList<>(straight);
            shuffled.addAll(straight.subList(0, 150));
            Collections.shuffle(shuffled, random);
            assertThat(told(findings(set, shuffled), shuffled))
                    .as("seed %d", seed)
                    .isEqualTo(told(findings(set, straight), straight))
                    .isNotEmpty();
        }
    }

    private static List<String> told(List<Finding> findings, List<String> lines) {
        return findings.stream()
                .filter(finding -> finding.title().equals("Correlated"))
                .map(finding ->
                        finding.why()
                                + finding.events().stream()
                                        .map(ref -> lines.get((int) ref.line() - 1))
                                        .sorted()
                                        .toList())
                .sorted()
                .toList();
    }

    @Test
    void whatDoesNotFitIsAGap() throws IOException {
        var set = set(correlation("event_count", "rules: failed\ncondition: {gte: 1000000}"));
        var flow = new Flow(set);
        int source = flow.open(Kind.JSON);
        flow.take(source, List.of("{\"act\":\"fail\"}"));
        assertThat(flow.finish().gaps())
                .extracting(gap -> gap.kind() + " " + gap.events())
                .containsExactly("clock 1");
    }

    @Test
    void aPatternThatGivesUpIsAGapAndNeverAVerdict() throws IOException {
        Files.writeString(
                folder.resolve("a.yml"),
                """
                title: Backtracks
                logsource: {product: linux}
                detection:
                  sel: {act|re: '(?=x)(x+x+)+y'}
                  condition: not sel
                """);
        var flow = new Flow(RuleSets.load(folder));
        var detection =
                flow.take(
                                flow.open(Kind.JSON),
                                List.of(
                                        "{\"act\":\"" + "x".repeat(5000) + "\"}",
                                        "{\"act\":\"fine\"}"))
                        .finish();
        assertThat(lines(detection.findings())).hasToString("[[1]]");
        assertThat(detection.gaps())
                .extracting(gap -> gap.kind() + " " + gap.events())
                .containsExactly("limit 1");
    }
}
