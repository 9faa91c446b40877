package dev.spoor.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.hunt.HuntLimits;
import dev.spoor.hunt.Hunts;
import dev.spoor.hunt.Query;
import dev.spoor.query.InMemoryEvents;
import dev.spoor.query.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SearchOutputTest {
    private static final TerminalSummary.Look PLAIN = new TerminalSummary.Look(80, false, true);
    private static final String EXEC =
            "{\"stage\":\"ResponseStarted\",\"verb\":\"get\",\"user\":{\"username\":\"alice\"},"
                    + "\"sourceIPs\":[\"10.0.0.1\"],\"objectRef\":{\"resource\":\"pods\",\"subresource\":\"exec\","
                    + "\"namespace\":\"shop\",\"name\":\"web-1\"},\"responseStatus\":{\"code\":101},"
                    + "\"requestReceivedTimestamp\":\"2026-01-02T03:04:05.000001Z\"}";
    private static final String SECRET =
            "{\"verb\":\"create\",\"user\":{\"username\":\"bob\"},\"requestURI\":\"/api/v1/namespaces/shop/secrets\","
                    + "\"objectRef\":{\"resource\":\"secrets\",\"namespace\":\"shop\"},"
                    + "\"requestObject\":{\"kind\":\"Secret\",\"data\":{\"key\":\"aHVudGVyMg==\"}}}";

    @Test
    void anEventIsOneReadableLine() {
        assertThat(text(audit(EXEC, SECRET), "*"))
                .isEqualTo(
                        "2026-01-02T03:04:05.000001Z  a.log:1  alice get pods/exec shop/web-1 → 101"
                                + " from 10.0.0.1 (ResponseStarted)\n"
                                + "no time                      a.log:2  bob create secrets in shop → ?\n");
    }

    @Test
    void aLogCannotSteerTheTerminal() {
        var events =
                audit(
                        "{\"verb\":\"get\",\"user\":{\"username\":\"\\u001b[31mx\\u202ey\\r\\nfake\"}}");
        for (var query :
                new String[] {"*", "* | stats count() by user.username", "user.username:*"}) {
            assertThat(text(events, query))
                    .doesNotContain("\u001b")
                    .doesNotContain("\u202e")
                    .doesNotContain("\r");
            assertThat(json(events, query)).doesNotContain("\u001b").doesNotContain("\u202e");
            assertThat(csv(events, query)).doesNotContain("\u001b").doesNotContain("\nfake");
        }
    }

    @Test
    void everyFormButRawMasksSecrets() {
        var events = audit(SECRET);
        assertThat(text(events, "*")).doesNotContain("aHVud");
        assertThat(json(events, "*")).doesNotContain("aHVud").contains("masked");
        assertThat(csv(events, "*")).doesNotContain("aHVud");
        assertThat(raw(events, "*")).isEqualTo(SECRET + "\n");
    }

    @Test
    void jsonTellsThePlaceAndNoEventCanForgeIt() {
        var events = audit(EXEC, "{\"_line\":7,\"verb\":\"get\",\"é\":\"\uD83D\"}");
        var lines = json(events, "*").split("\n");
        var first = Json.mapper().readTree(lines[0]);
        assertThat(first.path("_time").asString()).isEqualTo("2026-01-02T03:04:05.000001Z");
        assertThat(first.path("_source").asString()).isEqualTo("a.log");
        assertThat(first.path("user").path("username").asString()).isEqualTo("alice");
        assertThat(first.has("_item")).isFalse();
        var second = Json.mapper().readTree(lines[1]);
        assertThat(second.path("_line").asInt()).isEqualTo(2);
        assertThat(second.path("__line").asInt()).isEqualTo(7);
        assertThat(second.path("_time").isNull()).isTrue();
        assertThat(json(events, "*").chars().allMatch(c -> c < 128)).isTrue();
    }

    @Test
    void aTableIsOneDocumentAlsoWithoutRows() {
        var table = Json.mapper().readTree(json(audit(EXEC, SECRET), "* | stats count() by verb"));
        assertThat(table.toString())
                .isEqualTo(
                        "{\"columns\":[\"verb\",\"count\"],\"rows\":[[\"create\",1],[\"get\",1]]}");
        assertThat(
                        Json.mapper()
                                .readTree(json(audit(EXEC), "verb:none | stats count() by verb"))
                                .toString())
                .isEqualTo("{\"columns\":[\"verb\",\"count\"],\"rows\":[]}");
        assertThat(json(audit(EXEC), "verb:none")).isEmpty();
    }

    @Test
    void columnsAreAlignedAndATimechartHasBars() {
        assertThat(text(audit(EXEC, SECRET, EXEC), "* | stats count() by verb, objectRef.name"))
                .isEqualTo(
                        "verb    objectRef.name  count\n"
                                + "create  -                   1\n"
                                + "get     web-1               2\n");
        assertThat(text(audit(EXEC, EXEC), "verb:get | timechart 1h"))
                .isEqualTo(
                        "time                  count\n"
                                + "2026-01-02T03:00:00Z      2  "
                                + "█".repeat(40)
                                + "\n");
    }

    @Test
    void csvIsQuotedAndNoCellIsAFormula() {
        var events =
                audit(
                        "{\"verb\":\"=cmd|' /C calc'!A1\",\"n\":-1}",
                        "{\"verb\":\"a,\\\"b\\\"\",\"n\":2}",
                        "{\"verb\":\"x\\ny\"}");
        assertThat(csv(events, "* | fields verb, n"))
                .isEqualTo("verb,n\r\n'=cmd|' /C calc'!A1,-1\r\n\"a,\"\"b\"\"\",2\r\nx\\ny,\r\n");
        assertThat(csv(audit(EXEC), "*").lines())
                .containsExactly(
                        "_time,_kind,_cluster,_source,_line,_item,_position,summary",
                        "2026-01-02T03:04:05.000001Z,kubernetes.audit,,a.log,1,,0,"
                                + "alice get pods/exec shop/web-1 → 101 from 10.0.0.1 (ResponseStarted)");
    }

    @Test
    void rawGivesBackTheBytesAndJoinsThePiecesOfALine() {
        var events = new InMemoryEvents();
        int source = events.open(Kind.TEXT, Wrapping.NATIVE, "long.log", null);
        take(events, source, 1, "first ", Received.PIECE);
        take(events, source, 1, "line", 0);
        take(events, source, 2, "\u00ff second", Received.PIECE);
        take(events, source, 3, "third", 0);
        assertThat(raw(events, "*")).isEqualTo("first line\n\u00ff second\nthird\n");
        assertThat(raw(events, "first")).isEqualTo("first \n");
        assertThatThrownBy(() -> raw(events, "* | stats count()")).isInstanceOf(Rejected.class);
    }

    @Test
    void aReaderThatGoesAwayEndsTheSearch() {
        var closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        var outcome =
                Hunts.run(
                        Query.parse("*"),
                        audit(EXEC, EXEC, EXEC),
                        Span.ALL,
                        HuntLimits.USUAL,
                        SearchOutput.json(closed));
        assertThat(outcome.matched()).isEqualTo(1);
    }

    private static String text(InMemoryEvents events, String query) {
        return output(events, query, out -> SearchOutput.text(out, Query.parse(query), PLAIN));
    }

    private static String json(InMemoryEvents events, String query) {
        return output(events, query, SearchOutput::json);
    }

    private static String csv(InMemoryEvents events, String query) {
        return output(events, query, SearchOutput::csv);
    }

    private static String raw(InMemoryEvents events, String query) {
        return output(events, query, SearchOutput::raw);
    }

    private static String output(
            InMemoryEvents events, String query, Function<OutputStream, SearchOutput> form) {
        var bytes = new ByteArrayOutputStream();
        var output = form.apply(bytes);
        Hunts.run(Query.parse(query), events, Span.ALL, HuntLimits.USUAL, output);
        output.finish();
        return bytes.toString(UTF_8);
    }

    private static InMemoryEvents audit(String... lines) {
        var events = new InMemoryEvents();
        int source = events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "a.log", null);
        for (int i = 0; i < lines.length; i++) {
            take(events, source, i + 1, lines[i], 0);
        }
        return events;
    }

    private static void take(InMemoryEvents events, int source, long line, String text, int flags) {
        var bytes = text.getBytes(UTF_8);
        var record = new Received();
        record.plain(bytes, 0, bytes.length);
        record.source = source;
        record.line = line;
        record.flags = flags;
        events.take(record);
    }
}
