package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Kind;
import dev.spoor.fault.Rejected;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stages that compare, follow, cut out and look up. */
class StagesTest {
    private static final EventSearch DAY =
            Recordings.of(
                    Kind.JSON,
                    at("00:00:00", "a", "list", "{\"n\":1}"),
                    at("00:01:00", "b", "list", "{\"n\":2}"),
                    at("00:02:00", "a", "get", "{\"n\":3}"),
                    at("00:03:00", "b", "delete", "{\"n\":4}"),
                    at("00:04:00", "b", "get", "{\"n\":5}"),
                    at("00:20:00", "a", "list", "{\"n\":6}"),
                    at("00:40:00", "a", "get", "{\"n\":10}"));

    private static String at(String time, String user, String verb, String more) {
        return "{\"time\":\"2026-01-02T%s.000Z\",\"u\":\"%s\",\"v\":\"%s\",\"d\":%s,\"message\":\"%s took %s ms for user=%s\"}"
                .formatted(time, user, verb, more, verb, time.substring(3, 5), user);
    }

    @Test
    void aSequenceIsFoundForEachKeyWithinItsTime() {
        assertThat(table("* | sequence by u within 10m [v:list] -> [v:get]"))
                .containsExactly(
                        "u|start|end|seconds|first|last",
                        "\"a\"|\"2026-01-02T00:00:00.000000Z\"|\"2026-01-02T00:02:00.000000Z\"|120|\"lines:1\"|\"lines:3\"",
                        "\"b\"|\"2026-01-02T00:01:00.000000Z\"|\"2026-01-02T00:04:00.000000Z\"|180|\"lines:2\"|\"lines:5\"");
        assertThat(table("* | sequence by u within 10m [v:list] -> ![v:delete] -> [v:get]"))
                .hasSize(2);
        assertThat(table("* | sequence by u within 10m [v:list] -> ![v:get]"))
                .hasSize(2)
                .last(org.assertj.core.api.InstanceOfAssertFactories.STRING)
                .contains("lines:6");
        assertThat(table("* | sequence by u within 30m [v:list] -> [v:get]")).hasSize(4);
        assertThat(table("* | sequence by u within 10m ![v:list] -> [v:get]")).hasSize(2);
        assertThat(table("* | sequence within 1m [u:a] -> [u:b]")).hasSize(3);
        assertThat(table("v:get | sequence by u within 10m [v:list] -> [v:get]")).hasSize(1);
    }

    @Test
    void theFirstRowOfEachCombinationIsKept() {
        assertThat(table("* | dedup u, v | fields _line"))
                .containsExactly("_line", "1", "2", "3", "4", "5");
        assertThat(table("* | sort -_time | dedup missing | fields _line"))
                .containsExactly("_line", "7");
    }

    @Test
    void percentilesAreByNearestRankAndEndsByOrder() {
        assertThat(table("* | stats p50(d.n), p99(d.n) as top, p1(d.n), first(v), last(u)"))
                .containsExactly("p50(d.n)|top|p1(d.n)|first(v)|last(u)", "4|10|1|\"list\"|\"a\"");
        assertThat(table("u:nobody | stats p50(d.n), first(v)"))
                .containsExactly("p50(d.n)|first(v)", "null|null");
    }

    @Test
    void textsAreOnePatternWhereOnlyVariablePartsDiffer() {
        assertThat(table("* | patterns 2"))
                .containsExactly(
                        "count|percent|pattern|example",
                        "7|100|\"<*> took <*> ms for <*>\"|\"get took 02 ms for user=a\"");
        assertThat(PatternsStep.words("GET /a/17?b=\"x y\" (id=0af3) ok"))
                .containsExactly("GET", "/a/<*>?b=\"<*>\"", "(id=<*>)", "ok");
    }

    @Test
    void overRepresentedValuesAreRankedBySurprise() {
        var rows = table("v:(list or delete) | diff u, v against (v:get)");
        assertThat(rows.getFirst())
                .isEqualTo("field|value|count|percent|other_count|other_percent|score");
        assertThat(rows.get(1)).startsWith("\"v\"|\"list\"|3|75|0|0|");
        assertThat(rows.get(2)).startsWith("\"v\"|\"delete\"|1|25|0|0|");
        assertThat(rows.get(3)).startsWith("\"u\"|\"b\"|2|50|1|33.33|");
        assertThat(rows).hasSize(4);
        var answer = new KeptAnswer();
        Hunts.run(
                Query.parse("* | diff v against 10m"),
                DAY,
                Span.of(
                        Instant.parse("2026-01-02T00:03:00Z"),
                        Instant.parse("2026-01-02T00:05:00Z")),
                HuntLimits.USUAL,
                answer);
        assertThat(answer.rows()).hasSize(2);
        assertThat(answer.rows().getFirst().get(1).asString()).isEqualTo("delete");
        assertThatThrownBy(() -> table("* | diff against 7d"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("--since");
        assertThatThrownBy(() -> Query.parse("* | head 5 | diff against (v:get)"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("column 14: diff: not after another pipe");
    }

    @Test
    void namedGroupsBecomeFields() {
        assertThat(
                        table(
                                "* | extract message /(?<verb>[a-z]+) took (?<ms>\\d+)/ | where ms >= 20"
                                        + " | stats max(ms) by verb"))
                .containsExactly("verb|max(ms)", "\"get\"|\"40\"", "\"list\"|\"20\"");
        assertThat(
                        table(
                                "* | stats count() by message | extract message /(?P<n>\\d+)/ | fields n | head 2"))
                .containsExactly("n", "\"03\"", "\"02\"");
        assertThatThrownBy(() -> Query.parse("* | extract message /a(b)/"))
                .hasMessageContaining("column 21: expected a named group");
    }

    @Test
    void aTableAddsItsColumns() {
        var csv = "u,team,\"room, floor\"\na,red,\"1, 2\"\n10.0.0.0/8,net,3\n";
        var table = LookupTable.read("t", csv.getBytes(StandardCharsets.UTF_8));
        assertThat(looked("* | lookup t by u | stats count() by team, \"room, floor\"", table))
                .containsExactly("\"red\"|\"1, 2\"|4", "null|null|3");
        assertThat(looked("* | stats count() by u | lookup t by u", table))
                .containsExactly("\"a\"|4|\"red\"|\"1, 2\"", "\"b\"|3|null|null");
        var json =
                LookupTable.read("t", "{\"who\":\"b\",\"x\":1}\n".getBytes(StandardCharsets.UTF_8));
        assertThat(looked("* | lookup t by u as who | where x = 1 | fields _line", json))
                .containsExactly("2", "4", "5");
        assertThat(table.by("u").find(List.of(Cells.text("10.9.9.9")))).isNotNull();
        assertThatThrownBy(() -> looked("* | lookup t by u as z", json))
                .hasMessageContaining("no column z (expected one of: who, x)");
        assertThatThrownBy(() -> table("* | lookup t by u")).isInstanceOf(Rejected.class);
    }

    private static List<String> looked(String query, LookupTable table) {
        var answer = new KeptAnswer();
        Hunts.run(Query.parse(query), DAY, Span.ALL, HuntLimits.USUAL, _ -> table, answer);
        return answer.rows().stream()
                .map(row -> String.join("|", row.stream().map(Cells::json).toList()))
                .toList();
    }

    @Test
    void oneAndTheSameElementMustFit() {
        var events =
                Recordings.of(
                        Kind.JSON,
                        "{\"c\":[{\"p\":true,\"i\":\"x\"},{\"p\":false,\"i\":\"y\"}]}",
                        "{\"c\":[{\"p\":true,\"i\":\"y\",\"e\":[{\"k\":1}]}]}",
                        "{\"c\":{\"p\":true,\"i\":\"y\"}}",
                        "{\"c\":\"p\"}");
        assertThat(lines(events, "c.p:true and c.i:y")).containsExactly(1L, 2L, 3L);
        assertThat(lines(events, "c:{p:true and i:y}")).containsExactly(2L, 3L);
        assertThat(lines(events, "c:{ p:true and not i:y }")).containsExactly(1L);
        assertThat(lines(events, "not c:{ p:(true or maybe) i:y* }")).containsExactly(1L, 4L);
        assertThat(lines(events, "c:{ e:{ k >= 1 } }")).containsExactly(2L);
        assertThat(lines(events, "c.e.k:{0 to 1]")).containsExactly(2L);
        for (var wrong : List.of("c:{ p:true", "c:{ word }", "c:{}", "c:{ \"x\" }")) {
            assertThatThrownBy(() -> Query.parse(wrong))
                    .as(wrong)
                    .hasMessageStartingWith("column ");
        }
    }

    @Test
    void fieldsAreComparedWithEachOther() {
        var events =
                Recordings.of(
                        Kind.JSON,
                        "{\"a\":1,\"b\":2}",
                        "{\"a\":\"3\",\"b\":2}",
                        "{\"a\":\"x\",\"b\":[\"x\",5]}",
                        "{\"a\":\"2026-01-02T00:00:01Z\",\"b\":\"2026-01-02T00:00:00Z\"}");
        assertThat(lines(events, "a < field(b)")).containsExactly(1L);
        assertThat(lines(events, "a >= field(b)")).containsExactly(2L, 4L);
        assertThat(lines(events, "a = field(b)")).containsExactly(3L);
        assertThat(lines(events, "a != field(b)")).containsExactly(1L, 2L, 4L);
        assertThat(lines(events, "a > field(c)")).isEmpty();
    }

    private static List<Long> lines(EventSearch events, String query) {
        var read = Query.parse(query);
        assertThat(Query.parse(read.text())).as(read.text()).isEqualTo(read);
        return HuntsTest.ask(events, query).events().stream().map(Stored::line).toList();
    }

    private static List<String> table(String query) {
        var read = Query.parse(query);
        assertThat(Query.parse(read.text())).as(read.text()).isEqualTo(read);
        var answer = HuntsTest.ask(DAY, query);
        var lines = new ArrayList<String>();
        lines.add(String.join("|", answer.columns()));
        answer.rows()
                .forEach(
                        row -> lines.add(String.join("|", row.stream().map(Cells::json).toList())));
        return lines;
    }
}
