package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Mask;
import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Rejected;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HuntsTest {
    private static final EventSearch SHOP =
            Recordings.of(
                    Kind.KUBERNETES_AUDIT,
                    event("alice", "get", 200, "2026-01-02T00:00:10Z", "10.0.0.1"),
                    event("bob", "get", 403, "2026-01-02T00:01:00Z", "10.0.0.2"),
                    event(
                            "alice",
                            "delete",
                            200,
                            "2026-01-02T00:06:00.5Z",
                            "10.0.0.1\",\"10.0.0.2"),
                    event("carol", "list", 404, "2026-01-02T00:16:00Z", "10.0.0.3"),
                    "{\"verb\":null,\"user\":{}}");

    @Test
    void withoutPipesTheEventsComeInOrder() {
        var answer = ask(SHOP, "user.username:alice");
        assertThat(answer.events()).extracting(Stored::line).containsExactly(1L, 3L);
        assertThat(answer.columns()).isEmpty();
    }

    @Test
    void countingWithoutKeysGivesOneRowAlsoOfNothing() {
        assertThat(table(SHOP, "* | stats count()")).containsExactly("count", "5");
        assertThat(table(SHOP, "verb:none | stats count(), dc(verb), max(verb)"))
                .containsExactly("count|dc(verb)|max(verb)", "0|0|null");
        assertThat(table(SHOP, "verb:none | stats count() by verb")).containsExactly("verb|count");
    }

    @Test
    void groupsAreInOrderOfTheirKeysAndNoValueIsAGroupToo() {
        assertThat(table(SHOP, "* | stats count(), dc(verb) as verbs by user.username"))
                .containsExactly(
                        "user.username|count|verbs",
                        "\"alice\"|2|2",
                        "\"bob\"|1|1",
                        "\"carol\"|1|1",
                        "null|1|0");
    }

    @Test
    void anEventWithSeveralValuesCountsInEachOfTheirGroups() {
        assertThat(table(SHOP, "sourceIPs:* | stats count() by sourceIPs"))
                .containsExactly(
                        "sourceIPs|count", "\"10.0.0.1\"|2", "\"10.0.0.2\"|2", "\"10.0.0.3\"|1");
    }

    @Test
    void everyAggregateIsWhatItsNameSays() {
        assertThat(
                        table(
                                SHOP,
                                "* | stats count(verb), dc(verb), sum(responseStatus.code) as sum,"
                                        + " avg(responseStatus.code) as avg, min(responseStatus.code) as min,"
                                        + " max(user.username) as last, values(verb) as verbs, max(_time) as t"))
                .containsExactly(
                        "count(verb)|dc(verb)|sum|avg|min|last|verbs|t",
                        "4|3|1207|301.75|200|\"carol\"|[\"delete\",\"get\",\"list\"]|\"2026-01-02T00:16:00.000000Z\"");
    }

    @Test
    void timeIsBinnedFromTheEpochAndEmptySpansAreShown() {
        assertThat(table(SHOP, "* | stats count() by bin(5m)"))
                .containsExactly(
                        "time|count",
                        "\"2026-01-02T00:00:00Z\"|2",
                        "\"2026-01-02T00:05:00Z\"|1",
                        "\"2026-01-02T00:15:00Z\"|1",
                        "null|1");
        assertThat(
                        table(
                                SHOP,
                                "verb:* and not verb:none and user.username:* | timechart 5m count(), sum(responseStatus.code)"))
                .containsExactly(
                        "time|count|sum(responseStatus.code)",
                        "\"2026-01-02T00:00:00Z\"|2|603",
                        "\"2026-01-02T00:05:00Z\"|1|200",
                        "\"2026-01-02T00:10:00Z\"|0|null",
                        "\"2026-01-02T00:15:00Z\"|1|404");
        assertThat(table(SHOP, "* | timechart 15m by user.username"))
                .containsExactly(
                        "time|alice|bob|carol|(none)",
                        "\"2026-01-02T00:00:00Z\"|2|1|0|0",
                        "\"2026-01-02T00:15:00Z\"|0|0|1|0",
                        "null|0|0|0|1");
    }

    @Test
    void smallSeriesAreAddedUpExactly() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            for (int n = 0; n <= 40 - i; n++) {
                lines.add(event("user" + i, "get", i, "2026-01-02T00:00:10Z", "10.0.0." + n));
            }
        }
        var events = Recordings.of(Kind.KUBERNETES_AUDIT, lines.toArray(String[]::new));
        var rows = ask(events, "* | timechart 1h count() by user.username");
        assertThat(rows.columns()).hasSize(Stage.SERIES_MAX + 2).contains("user0", Stage.OTHER);
        assertThat(rows.rows().getFirst().stream().skip(1).mapToLong(JsonNode::asLong).sum())
                .isEqualTo(lines.size());
        var distinct = ask(events, "* | timechart 1h dc(sourceIPs) by user.username");
        assertThat(distinct.rows().getFirst().getLast().asLong()).isEqualTo(21);
    }

    @Test
    void topAndRareCountAndTiesStandInOrderOfTheValues() {
        assertThat(table(SHOP, "* | top 2 user.username"))
                .containsExactly("user.username|count|percent", "\"alice\"|2|40", "\"bob\"|1|20");
        assertThat(table(SHOP, "verb:* | rare 2 verb"))
                .containsExactly("verb|count|percent", "\"delete\"|1|20", "\"list\"|1|20");
        assertThat(table(SHOP, "user.username:* | top 1 verb by user.username"))
                .containsExactly(
                        "user.username|verb|count|percent",
                        "\"alice\"|\"delete\"|1|50",
                        "\"bob\"|\"get\"|1|100",
                        "\"carol\"|\"list\"|1|100");
    }

    @Test
    void sortIsStableAndMissingValuesStandLast() {
        assertThat(table(SHOP, "* | sort -responseStatus.code | fields _line, responseStatus.code"))
                .containsExactly(
                        "_line|responseStatus.code", "4|404", "2|403", "1|200", "3|200", "5|null");
        assertThat(table(SHOP, "* | sort user.username, -_line | head 3 | fields _line"))
                .containsExactly("_line", "3", "1", "2");
        assertThat(ask(SHOP, "* | sort -_line | head 2").events())
                .extracting(Stored::line)
                .containsExactly(5L, 4L);
        assertThat(table(SHOP, "* | stats count() by user.username | sort -count"))
                .containsExactly(
                        "user.username|count", "\"alice\"|2", "\"bob\"|1", "\"carol\"|1", "null|1");
    }

    @Test
    void headTailWhereFieldsAndRenameDoWhatTheySay() {
        assertThat(ask(SHOP, "* | head 2").events())
                .extracting(Stored::line)
                .containsExactly(1L, 2L);
        assertThat(ask(SHOP, "* | tail 2").events())
                .extracting(Stored::line)
                .containsExactly(4L, 5L);
        assertThat(ask(SHOP, "* | tail 99").events()).hasSize(5);
        assertThat(table(SHOP, "* | stats count() by verb | where count > 1 | rename verb as v"))
                .containsExactly("v|count", "\"get\"|2");
        assertThat(table(SHOP, "* | where _line:3 | fields user.name, source.ip, missing, _kind"))
                .containsExactly(
                        "user.name|source.ip|missing|_kind",
                        "\"alice\"|[\"10.0.0.1\",\"10.0.0.2\"]|null|\"kubernetes.audit\"");
        assertThat(table(SHOP, "* | where _time >= 2026-01-02T00:06:00Z | fields _line"))
                .containsExactly("_line", "3", "4");
        assertThat(table(SHOP, "* | stats values(verb) as v by user.username | where v:delete"))
                .containsExactly("user.username|v", "\"alice\"|[\"delete\",\"get\"]");
    }

    @Test
    void numbersAreGroupedByValueAndKeptApartFromText() {
        var events =
                Recordings.of(
                        Kind.JSON,
                        "{\"n\":1}",
                        "{\"n\":1.0}",
                        "{\"n\":\"1\"}",
                        "{\"n\":true}",
                        "{\"n\":{\"a\":1}}");
        assertThat(table(events, "* | stats count() by n"))
                .containsExactly("n|count", "true|1", "1|2", "\"1\"|1", "\"{\\\"a\\\":1}\"|1");
    }

    @Test
    void anAbsurdNumberIsNotAddedUp() {
        var events =
                Recordings.of(
                        Kind.JSON, "{\"n\":1e999999999}", "{\"n\":\"1e-999999999\"}", "{\"n\":2}");
        assertThat(table(events, "* | stats sum(n), count() by x"))
                .containsExactly("x|sum(n)|count", "null|2|3");
        assertThat(table(events, "* | stats count() by n")).hasSize(4);
        assertThat(table(events, "* | sort n | fields _line")).hasSize(4);
        assertThat(ask(events, "n > 5").events()).hasSize(1);
    }

    @Test
    void aLimitIsToldAndNeverMet() {
        var limits = HuntLimits.USUAL.withRows(2);
        var answer = new KeptAnswer();
        assertThat(Hunts.run(Query.parse("*"), SHOP, Span.ALL, limits, answer))
                .isEqualTo(new Outcome(3, 2, true));
        assertThat(Hunts.run(Query.parse("* | head 2"), SHOP, Span.ALL, limits, answer).limited())
                .isFalse();
        var few = new HuntLimits(Long.MAX_VALUE, 3, 10_000, () -> false, Progress.NONE);
        assertThatThrownBy(() ->
                        Hunts.run(
                                Query.parse("* | stats count() by user.username"),
                                SHOP,
                                Span.ALL,
                                few,
                                answer))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("more than 3 groups");
        var small = new HuntLimits(Long.MAX_VALUE, 3, 1000, () -> false, Progress.NONE);
        for (var stage : List.of("sort verb", "tail 5")) {
            assertThatThrownBy(() ->
                            Hunts.run(Query.parse("* | " + stage), SHOP, Span.ALL, small, answer))
                    .isInstanceOf(Rejected.class)
                    .hasMessageContaining("in memory");
        }
        Hunts.run(Query.parse("* | sort verb | head 1"), SHOP, Span.ALL, small, answer);
    }

    @Test
    void aHuntEndsWhenItsTimeIsOverOrItIsInterrupted() {
        var lines = Collections.nCopies(3000, "{\"a\":1}").toArray(String[]::new);
        var events = Recordings.of(Kind.JSON, lines);
        assertThatThrownBy(() ->
                        Hunts.run(
                                Query.parse("* | stats count()"),
                                events,
                                Span.ALL,
                                HuntLimits.USUAL.until(() -> true),
                                new KeptAnswer()))
                .isInstanceOf(Overloaded.class);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> ask(events, "*")).isInstanceOf(Overloaded.class);
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void secretsAreMaskedInEveryCell() {
        var secret =
                "{\"kind\":\"Event\",\"verb\":\"create\",\"objectRef\":{\"resource\":\"secrets\"},"
                        + "\"requestObject\":{\"kind\":\"Secret\",\"data\":{\"key\":\"aHVudGVyMg==\"}}}";
        var events = Recordings.of(Kind.KUBERNETES_AUDIT, secret);
        assertThat(ask(events, "requestObject.data.key:aHVudGVyMg==").events()).hasSize(1);
        for (var query :
                List.of(
                        "* | fields requestObject.data.key, requestObject",
                        "* | stats values(requestObject.data.key) by requestObject.data",
                        "* | top requestObject.data.key",
                        "* | timechart 1h by requestObject.data.key",
                        "* | sort requestObject.data.key | fields verb, requestObject.data.key")) {
            assertThat(String.join("\n", table(events, query)))
                    .as(query)
                    .contains("masked")
                    .doesNotContain("aHVud");
        }
    }

    @Test
    void anEventsOwnSourceIsMaskedToo() {
        var events = Recordings.of(Kind.JSON, "{\"source\":{\"password\":\"hunter22\"}}");
        assertThat(table(events, "* | fields source.kind, source.password"))
                .last(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .startsWith("\"json\"|")
                .contains("masked")
                .doesNotContain("hunter");
    }

    @Test
    void aFieldIsMaskedAsItIsInTheWholeEvent() throws Exception {
        var shown = new Shown();
        for (var event :
                Recordings.of(
                                "attacks/config-cred-theft",
                                "attacks/privileged-pod",
                                "attacks/secrets-one-by-one")
                        .events()) {
            var masked = Mask.tree(event.fields().tree());
            for (var field : leaves(event.fields().tree(), "", new TreeSet<>())) {
                var whole = new ArrayList<JsonNode>();
                JsonView.collect(masked, field, whole);
                assertThat(shown.values(event, field)).as(field).isEqualTo(whole);
            }
        }
    }

    private static Set<String> leaves(JsonNode node, String path, Set<String> found) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member ->
                            leaves(
                                    member.getValue(),
                                    path.isEmpty() ? member.getKey() : path + "." + member.getKey(),
                                    found));
        } else if (node.isArray()) {
            node.forEach(element -> leaves(element, path, found));
        }
        if (!path.isEmpty()) {
            found.add(path);
        }
        return found;
    }

    @Test
    void theNumbersOfARecordingAreThoseOfAPlainCount() throws Exception {
        var events = Recordings.of("benign", "attacks/exec-shell");
        var counts = new HashMap<String, Integer>();
        for (var event : events.events()) {
            var tree = event.fields().tree();
            counts.merge(
                    Cells.json(tree.path("user").path("username"))
                            + "|"
                            + Cells.json(tree.path("verb")),
                    1,
                    Integer::sum);
        }
        var rows = table(events, "* | stats count() by user.username, verb");
        assertThat(rows).hasSize(counts.size() + 1);
        counts.forEach((key, count) -> assertThat(rows).contains(key + "|" + count));
        var exec =
                ask(
                        events,
                        "objectRef.subresource:exec and verb:(get or create) and responseStatus.code:101");
        assertThat(exec.events()).isNotEmpty();
    }

    @Test
    void theOrderOfEventsChangesNoTable() {
        var random = new Random(3);
        var lines = new ArrayList<String>();
        for (int i = 0; i < 500; i++) {
            lines.add(
                    event(
                            "u" + random.nextInt(9),
                            "v" + random.nextInt(5),
                            random.nextInt(3),
                            "2026-01-02T00:0" + random.nextInt(9) + ":00Z",
                            "10.0.0." + random.nextInt(20)));
        }
        var before = Recordings.of(Kind.KUBERNETES_AUDIT, lines.toArray(String[]::new));
        Collections.shuffle(lines, random);
        var after = Recordings.of(Kind.KUBERNETES_AUDIT, lines.toArray(String[]::new));
        for (var query :
                List.of(
                        "* | stats count(), values(verb), avg(responseStatus.code) by user.username",
                        "* | top 3 sourceIPs by verb",
                        "* | rare verb",
                        "* | timechart 2m dc(sourceIPs) by user.username",
                        "* | stats dc(sourceIPs) by bin(1m) | sort -dc(sourceIPs)")) {
            assertThat(table(after, query)).as(query).isEqualTo(table(before, query));
        }
    }

    static KeptAnswer ask(EventSearch events, String query) {
        var answer = new KeptAnswer();
        Hunts.run(Query.parse(query), events, Span.ALL, HuntLimits.USUAL, answer);
        return answer;
    }

    private static List<String> table(EventSearch events, String query) {
        var answer = ask(events, query);
        var lines = new ArrayList<String>();
        lines.add(String.join("|", answer.columns()));
        answer.rows()
                .forEach(
                        row -> lines.add(String.join("|", row.stream().map(Cells::json).toList())));
        return lines;
    }

    private static String event(String user, String verb, int code, String time, String address) {
        return "{\"user\":{\"username\":\"%s\"},\"verb\":\"%s\",\"responseStatus\":{\"code\":%d},\"requestReceivedTimestamp\":\"%s\",\"sourceIPs\":[\"%s\"]}"
                .formatted(user, verb, code, time, address);
    }
}
