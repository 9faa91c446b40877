package dev.spoor.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import dev.spoor.event.Escape;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.event.Wrapping;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What everyone who answers questions about events promises: the answers of a row-wise reading. */
public abstract class EventSearchContract {
    /** Takes what {@code fill} delivers and answers questions about it. */
    protected abstract EventSearch openWith(Consumer<EventSink> fill) throws Exception;

    /** Several times the events of one block, when the implementation has blocks. */
    protected int manyEvents() {
        return 3000;
    }

    private static final String ALICE =
            audit("get", "pods", "alice", 200, "2026-01-02T03:04:05.000001Z", "");

    @Test
    void everyEventIsGivenInOrderWithItsPlaceAndItsExactBytes() throws Exception {
        var lines = List.of(ALICE, "{\"verb\" :  \"get\"}", "not json {", "", "{\"cut\":\"he");
        var found = ask(openWith(sink -> deliver(sink, Kind.KUBERNETES_AUDIT, lines)), EVERYTHING);
        assertThat(found).extracting(event -> text(event.original())).isEqualTo(lines);
        assertThat(found).extracting(Stored::line).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(found).extracting(Stored::position).doesNotHaveDuplicates().isSorted();
        assertThat(found).extracting(event -> event.source().path()).containsOnly("audit.log");
        assertThat(found.getFirst().time()).isEqualTo("2026-01-02T03:04:05.000001Z");
        assertThat(found.get(2).time()).isNull();
    }

    @Test
    void bytesThatAreNoTextComeBackUnchanged() throws Exception {
        var lines = new ArrayList<byte[]>();
        for (int i = 0; i < 256; i++) {
            lines.add(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) i, (byte) ~i, '"', '}'});
            lines.add(new byte[] {(byte) i});
        }
        var search =
                openWith(sink -> {
                    int source = sink.open(Kind.JSON, Wrapping.NATIVE, "x", null);
                    for (int i = 0; i < lines.size(); i++) {
                        take(sink, source, i + 1, lines.get(i));
                    }
                });
        assertThat(ask(search, EVERYTHING))
                .extracting(event -> HexFormat.of().formatHex(event.original()))
                .isEqualTo(lines.stream().map(HexFormat.of()::formatHex).toList());
    }

    @Test
    void flagsAndItemsAreKept() throws Exception {
        var search =
                openWith(sink -> {
                    int source = sink.open(Kind.JSON, Wrapping.NATIVE, "x", "prod");
                    var record = received("{\"a\":1}");
                    record.source = source;
                    record.line = 7;
                    record.item = 3;
                    record.flags = Received.PIECE;
                    sink.take(record);
                });
        var event = ask(search, EVERYTHING).getFirst();
        assertThat(event.line()).isEqualTo(7);
        assertThat(event.item()).isEqualTo(3);
        assertThat(event.flags()).isEqualTo(Received.PIECE);
        assertThat(event.source().cluster()).isEqualTo("prod");
        assertThat(search.sources().get(event.source().id()).path()).isEqualTo("x");
    }

    @Test
    void anEventInsideAStringIsSearchedAsDecodedAndGivenAsReceived() throws Exception {
        var decoded = "{\"verb\":\"get\",\"user\":{\"username\":\"a<b\"}}";
        var escaped = decoded.replace("\"", "\\\"").replace("<", "\\u003c");
        var search =
                openWith(sink -> {
                    int source = sink.open(Kind.KUBERNETES_AUDIT, Wrapping.EKS, "x", null);
                    var record = received(escaped);
                    record.source = source;
                    record.line = 1;
                    record.item = 1;
                    record.view = decoded.getBytes(UTF_8);
                    record.viewOffset = 0;
                    record.viewLength = record.view.length;
                    record.escape = Escape.GO;
                    sink.take(record);
                });
        var event = ask(search, field("user.username", "a<b")).getFirst();
        assertThat(text(event.original())).isEqualTo(escaped);
        assertThat(text(event.view())).isEqualTo(decoded);
    }

    @Test
    void fieldsAreFoundByOriginalPathAndByCommonName() throws Exception {
        var search = open(Kind.KUBERNETES_AUDIT, ALICE);
        holds(search, field("user.username", "alice"));
        holds(search, field("user.name", "alice"));
        holds(search, field("source.ip", "10.1.2.3"));
        holds(search, field("k8s.namespace.name", "shop"));
        holds(search, field("source.kind", "kubernetes.audit"));
        holds(search, field("source.path", "audit.log"));
        fails(search, field("user.username", "Alice"));
        fails(search, field("username", "alice"));
        fails(search, field("user", "alice"));
    }

    @Test
    void anEventCannotForgeItsSource() throws Exception {
        var line = "{\"source\":{\"kind\":\"spoor.gap\",\"path\":\"other\"}}";
        var search = open(Kind.JSON, line);
        fails(search, field("source.kind", "spoor.gap"));
        fails(search, field("source.path", "other"));
        holds(search, field("source.kind", "json"));
    }

    @Test
    void arraysAreFlattenedAndKeysMayHoldDots() throws Exception {
        var search =
                open(
                        Kind.JSON,
                        "{\"ips\":[\"10.0.0.1\",[\"10.0.0.2\"]],\"a\":[{\"b\":1},{\"b\":2}],"
                                + "\"annotations\":{\"authorization.k8s.io/decision\":\"allow\"},"
                                + "\"x.y\":{\"z\":true},\"x\":{\"y.z\":\"other\"}}");
        holds(search, field("ips", "10.0.0.2"));
        holds(search, field("a.b", "2"));
        fails(search, field("a.b", "3"));
        holds(search, field("annotations.authorization.k8s.io/decision", "allow"));
        holds(search, field("x.y.z", "true"));
        holds(search, field("x.y.z", "other"));
    }

    @Test
    void escapesInKeysAndValuesAreDecoded() throws Exception {
        var search = open(Kind.JSON, "{\"sub\":\"\\u0065xec\",\"\\u006bey\":\"a\\/b\\n\"}");
        holds(search, field("sub", "exec"));
        holds(search, field("key", "a/b\n"));
        fails(search, new Predicate.Text(contains("exec")));
        holds(search, new Predicate.Text(contains("\\u0065xec")));
    }

    @Test
    void ofRepeatedKeysTheLastCounts() throws Exception {
        var search = open(Kind.JSON, "{\"verb\":\"get\",\"verb\":\"delete\"}");
        holds(search, field("verb", "delete"));
        fails(search, field("verb", "get"));
    }

    @Test
    void numbersAreSeenInSourceFormAndComparedAsNumbers() throws Exception {
        var search =
                open(Kind.JSON, "{\"n\":403,\"f\":4.50,\"big\":12345678901234567890,\"t\":\"7\"}");
        holds(search, field("n", "403"));
        fails(search, field("n", "403.0"));
        holds(search, field("big", "12345678901234567890"));
        holds(search, compare("n", ">=", "403"));
        fails(search, compare("n", ">", "403"));
        holds(search, compare("f", "=", "4.5"));
        holds(search, compare("big", ">", "12345678901234567889"));
        holds(search, compare("t", "<", "8"));
        fails(search, compare("missing", "<", "8"));
        fails(search, new Predicate.Field("n", contains("04")));
        holds(search, new Predicate.Field("n", contains("40")));
    }

    @Test
    void nullIsNotAValueButTheFieldExists() throws Exception {
        var search = open(Kind.JSON, "{\"a\":null,\"b\":\"\",\"c\":{},\"d\":[]}");
        var exists = new dev.spoor.query.Test.Exists();
        var isNull = new dev.spoor.query.Test.IsNull();
        holds(search, new Predicate.Field("a", exists));
        holds(search, new Predicate.Field("a", isNull));
        holds(search, new Predicate.Field("b", exists));
        fails(search, new Predicate.Field("b", isNull));
        holds(search, new Predicate.Field("c", exists));
        fails(search, new Predicate.Field("d", exists));
        holds(search, new Predicate.Field("d", isNull));
        fails(search, new Predicate.Field("e", exists));
        holds(search, new Predicate.Field("e", isNull));
        fails(search, field("a", "null"));
        fails(search, field("c", "{}"));
    }

    @Test
    void addressesAreMatchedByBlock() throws Exception {
        var search = open(Kind.KUBERNETES_AUDIT, ALICE);
        holds(search, cidr("sourceIPs", "10.0.0.0/8"));
        holds(search, cidr("sourceIPs", "10.1.2.3/32"));
        fails(search, cidr("sourceIPs", "11.0.0.0/8"));
        fails(search, cidr("user.username", "0.0.0.0/0"));
        fails(search, cidr("sourceIPs", "::/0"));
    }

    @Test
    void timesAreComparedAsTimesHoweverTheyAreWritten() throws Exception {
        var search = open(Kind.JSON, "{\"t\":\"2026-01-02T05:04:05+02:00\",\"u\":\"yesterday\"}");
        holds(search, when("t", ">=", "2026-01-02T03:04:05Z"));
        fails(search, when("t", ">", "2026-01-02T03:04:05Z"));
        fails(search, when("u", ">", "2020-01-01T00:00:00Z"));
    }

    @Test
    void textIsTheEventAsReceived() throws Exception {
        var search = open(Kind.TEXT, "connecting to stratum+tcp://XMRig-pool:3333", "other");
        holds(search, new Predicate.Text(new dev.spoor.query.Test.Contains("xmrig-POOL", false)));
        fails(search, new Predicate.Text(contains("xmrig-pool")));
        holds(
                search,
                new Predicate.Text(
                        new dev.spoor.query.Test.Regex(Pattern.compile("pool:\\d{4}$"))));
        holds(search, field("message", "other"));
    }

    @Test
    void fieldsOfOneEventCanBeComparedWithEachOther() throws Exception {
        var search = open(Kind.JSON, "{\"a\":\"x\",\"b\":[\"y\",\"X\"]}");
        fails(search, new Predicate.Field("a", new dev.spoor.query.Test.FieldEqual("b", true)));
        holds(search, new Predicate.Field("a", new dev.spoor.query.Test.FieldEqual("b", false)));
    }

    @Test
    void sinceIsInclusiveUntilIsNotAndEventsWithoutATimeAreOutside() throws Exception {
        var search =
                open(
                        Kind.KUBERNETES_AUDIT,
                        audit("get", "pods", "a", 200, "2026-01-02T00:00:00.000000Z", ""),
                        audit("get", "pods", "b", 200, "2026-01-02T00:00:00.000001Z", ""),
                        "{\"user\":{\"username\":\"c\"}}",
                        audit("get", "pods", "d", 200, "2026-01-02T00:00:00.000002Z", ""));
        var first = Instant.parse("2026-01-02T00:00:00Z");
        var last = Instant.parse("2026-01-02T00:00:00.000002Z");
        assertThat(users(search, first, last)).containsExactly("a", "b");
        assertThat(users(search, null, last)).containsExactly("a", "b");
        assertThat(users(search, first.plusNanos(1), null)).containsExactly("b", "d");
        assertThat(users(search, null, null)).containsExactly("a", "b", "c", "d");
        assertThat(users(search, last, first)).isEmpty();
    }

    @Test
    void theVisitorEndsTheSearch() throws Exception {
        var search = open(Kind.JSON, "{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
        var taken = new ArrayList<Stored>();
        search.search(
                EVERYTHING,
                null,
                null,
                event -> {
                    taken.add(event);
                    return taken.size() < 2;
                });
        assertThat(taken).hasSize(2);
    }

    @Test
    void spoorsOwnRecordsAreGivenOnlyWhenTheirKindIsNamed() throws Exception {
        var search =
                openWith(sink -> {
                    deliver(sink, Kind.JSON, List.of("{\"a\":1}"));
                    sink.wrapper(0, "\n".getBytes(UTF_8));
                    sink.gap(0, new Gap("cut", "audit.log", null, "cut in line 1", 1));
                });
        assertThat(ask(search, EVERYTHING)).hasSize(1);
        assertThat(ask(search, new Predicate.Text(contains("cut in line 1")))).isEmpty();
        assertThat(ask(search, new Predicate.Not(field("a", "2")))).hasSize(1);
        var gaps = ask(search, field("source.kind", "spoor.gap"));
        assertThat(gaps).hasSize(1);
        assertThat(text(gaps.getFirst().view())).contains("cut in line 1");
        assertThat(ask(search, new Predicate.Not(field("source.kind", "json")))).isNotEmpty();
    }

    @Test
    void everyPredicateHasTheAnswersOfARowWiseReading() throws Exception {
        long seed = Long.getLong("seed", 20260102);
        var random = new Random(seed);
        var lines = new ArrayList<String>();
        for (int i = 0; i < manyEvents(); i++) {
            lines.add(line(random, i));
        }
        var search = openWith(sink -> deliver(sink, Kind.KUBERNETES_AUDIT, lines));
        for (int i = 0; i < 150; i++) {
            var predicate = predicate(random, 3);
            var since = random.nextInt(4) == 0 ? instant(random.nextInt(manyEvents())) : null;
            var until = random.nextInt(4) == 0 ? instant(random.nextInt(manyEvents())) : null;
            var found = new ArrayList<Long>();
            search.search(
                    predicate,
                    since,
                    until,
                    event -> event.source().kind().own() || found.add(event.line()));
            assertThat(found)
                    .as("%s since %s until %s (-Dseed=%d)", predicate, since, until, seed)
                    .isEqualTo(naive(lines, predicate, since, until));
            var simple = new ArrayList<Long>();
            search.search(
                    Predicates.simplify(predicate),
                    since,
                    until,
                    event -> event.source().kind().own() || simple.add(event.line()));
            assertThat(simple).as("simplified: %s (-Dseed=%d)", predicate, seed).isEqualTo(found);
            var back = new ArrayList<Long>();
            search.searchBack(
                    predicate,
                    Span.of(since, until),
                    event -> event.source().kind().own() || back.add(event.line()));
            assertThat(back.reversed())
                    .as("back: %s (-Dseed=%d)", predicate, seed)
                    .isEqualTo(found);
            var keys = keys(random);
            assertThat(counted(search, predicate, since, until, keys))
                    .as(
                            "%s of %s since %s until %s (-Dseed=%d)",
                            keys, predicate, since, until, seed)
                    .isEqualTo(naiveCount(lines, found, keys));
        }
    }

    @Test
    void manyConditionsAtOnceHoldForWhatEachHoldsForAlone() throws Exception {
        long seed = Long.getLong("seed", 20260103);
        var random = new Random(seed);
        var lines = new ArrayList<String>();
        for (int i = 0; i < manyEvents(); i++) {
            lines.add(line(random, i));
        }
        var search = openWith(sink -> deliver(sink, Kind.KUBERNETES_AUDIT, lines));
        for (int round = 0; round < 3; round++) {
            var conditions = new ArrayList<Predicate>();
            for (int i = 0; i < 30; i++) {
                conditions.add(predicate(random, 3));
            }
            var span =
                    new Span(
                            round == 1 ? instant(random.nextInt(manyEvents())) : null,
                            null,
                            round == 2 ? random.nextInt(manyEvents()) : 0);
            var found = new ArrayList<List<Long>>();
            conditions.forEach(_ -> found.add(new ArrayList<>()));
            search.match(
                    conditions,
                    span,
                    (position, holding, event) -> {
                        assertThat(event.get().position()).isEqualTo(position);
                        holding.stream().forEach(i -> found.get(i).add(position));
                        return true;
                    });
            for (int i = 0; i < conditions.size(); i++) {
                var alone = new ArrayList<Long>();
                search.search(
                        conditions.get(i),
                        span,
                        event -> event.source().kind().own() || alone.add(event.position()));
                assertThat(found.get(i))
                        .as("%s in %s (-Dseed=%d)", conditions.get(i), span, seed)
                        .isEqualTo(alone);
            }
        }
    }

    @Test
    void theMatchEndsWhenNothingMoreIsWanted() throws Exception {
        var search = open(Kind.JSON, "{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
        var taken = new ArrayList<Long>();
        search.match(
                List.of(field("a", "1"), EVERYTHING),
                Span.ALL,
                (position, holding, event) -> {
                    taken.add(position);
                    return taken.size() < 2;
                });
        assertThat(taken).hasSize(2);
    }

    @Test
    void aFieldThatOneMemberTellsIsToldFromItWhereverItStands() throws Exception {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            lines.add(
                    switch (i % 5) {
                        case 0 -> "{\"a\":{\"b\":" + i % 3 + "},\"c\":" + i + "}";
                        case 1 -> "{\"a\":\"own-" + i + "\"}";
                        case 2 -> "{\"a\":{}}";
                        case 3 -> "{\"c\":\"a\"}";
                        default -> "{\"a\":1,\"a\":{\"b\":2}}";
                    });
        }
        var search = openWith(sink -> deliver(sink, Kind.JSON, lines));
        var conditions =
                List.<Predicate>of(
                        field("spoor.made", "two"),
                        new Predicate.Field(
                                "spoor.made", new dev.spoor.query.Test.Equal("ONE", false)),
                        new Predicate.Field("spoor.made", new dev.spoor.query.Test.IsNull()),
                        new Predicate.Field("spoor.made", contains("wn-3")));
        var told = new ArrayList<String>();
        search.match(
                conditions,
                Span.ALL,
                new EventSearch.Matching() {
                    @Override
                    public EventSearch.Made made(String name) {
                        return name.startsWith("spoor.")
                                ? new EventSearch.Made(true, Set.of("a"), true)
                                : EventSearch.Made.NO;
                    }

                    @Override
                    public List<tools.jackson.databind.JsonNode> values(
                            String name, dev.spoor.event.JsonView event) {
                        return made(event);
                    }

                    @Override
                    public boolean holds(
                            int condition, Predicate predicate, dev.spoor.event.JsonView event) {
                        var test = ((Predicate.Field) predicate).test();
                        var values = made(event);
                        return test instanceof dev.spoor.query.Test.IsNull
                                ? values.isEmpty()
                                : values.stream().anyMatch(test::holds);
                    }

                    private static List<tools.jackson.databind.JsonNode> made(
                            dev.spoor.event.JsonView event) {
                        var a = event.tree().path("a");
                        var text =
                                switch (a.path("b").asInt(0)) {
                                    case 1 -> "one";
                                    case 2 -> "two";
                                    default -> a.isString() ? a.asString() : "";
                                };
                        return text.isEmpty()
                                ? List.of()
                                : List.of(
                                        tools.jackson.databind.node.JsonNodeFactory.instance
                                                .stringNode(text));
                    }

                    @Override
                    public boolean take(
                            long position,
                            java.util.BitSet holding,
                            java.util.function.Supplier<Stored> event) {
                        told.add(event.get().line() + ":" + holding);
                        return true;
                    }
                });
        var expected = new ArrayList<String>();
        for (int i = 0; i < 40; i++) {
            boolean two = i % 5 == 4 || i % 5 == 0 && i % 3 == 2;
            boolean one = i % 5 == 0 && i % 3 == 1;
            boolean nothing = !two && !one && i % 5 != 1;
            var holding = new java.util.BitSet();
            holding.set(0, two);
            holding.set(1, one);
            holding.set(2, nothing);
            holding.set(3, i == 31 || i == 36);
            if (!holding.isEmpty()) {
                expected.add(i + 1 + ":" + holding);
            }
        }
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void whatIsAskedOfAnEventIsWhatItsBytesSay() throws Exception {
        long seed = Long.getLong("seed", 20260104);
        var random = new Random(seed);
        var audit = new ArrayList<String>();
        var json = new ArrayList<String>();
        for (int i = 0; i < 200; i++) {
            audit.add(odd(random, i));
            json.add(odd(random, i));
        }
        var search =
                openWith(sink -> {
                    deliver(sink, Kind.KUBERNETES_AUDIT, audit);
                    deliver(sink, Kind.JSON, json);
                });
        var asked = new int[1];
        search.match(
                List.of(field("spoor.made", "x")),
                Span.ALL,
                new EventSearch.Matching() {
                    @Override
                    public EventSearch.Made made(String name) {
                        return new EventSearch.Made(
                                true, Set.of(), false); // nothing is known of it
                    }

                    @Override
                    public boolean holds(int condition, Predicate predicate, JsonView event) {
                        asked[0]++;
                        same(event, seed);
                        return false;
                    }

                    @Override
                    public boolean take(
                            long position,
                            java.util.BitSet holding,
                            java.util.function.Supplier<Stored> event) {
                        return true;
                    }
                });
        assertThat(asked[0]).isEqualTo(400);
    }

    /** An event is asked field by field first, then put together and read as a whole. */
    private static void same(JsonView event, long seed) {
        var told = new HashMap<String, List<JsonNode>>();
        ODD_FIELDS.forEach(field -> told.put(field, event.values(field)));
        var request = event.source().kind() == Kind.KUBERNETES_AUDIT ? event.request() : null;
        var audit = request == null ? null : event.audit();
        var whole = new JsonView(event.source(), event.bytes(), event.offset(), event.length());
        for (var field : ODD_FIELDS) {
            assertThat(told.get(field))
                    .as("%s of %s (-Dseed=%d)", field, whole.text(), seed)
                    .isEqualTo(whole.values(field));
        }
        assertThat(event.tree()).isEqualTo(whole.tree());
        if (request != null) {
            var read = dev.spoor.event.AuditEvent.of(whole.tree());
            assertThat(java.util.Objects.requireNonNull(audit).withoutBodies())
                    .as("%s (-Dseed=%d)", whole.text(), seed)
                    .isEqualTo(read.withoutBodies());
            assertThat(request.verb()).isEqualTo(read.verb());
            assertThat(request.user()).isEqualTo(read.user());
            assertThat(request.groups()).isEqualTo(read.groups());
            assertThat(request.object()).isEqualTo(read.object());
            assertThat(request.code()).isEqualTo(read.code());
            assertThat(request.requestURI()).isEqualTo(read.requestURI());
            assertThat(request.impersonatedUser()).isEqualTo(read.impersonatedUser());
            assertThat(request.requestObject()).isEqualTo(read.requestObject());
            assertThat(request.responseObject()).isEqualTo(read.responseObject());
        }
    }

    private static final List<String> ODD_FIELDS =
            List.of(
                    "verb",
                    "user",
                    "user.username",
                    "user.groups",
                    "objectRef",
                    "objectRef.name",
                    "objectRef.namespace",
                    "requestURI",
                    "requestObject.spec.x",
                    "requestObject",
                    "responseObject.a",
                    "responseStatus.code",
                    "requestReceivedTimestamp",
                    "stageTimestamp",
                    "annotations.a.b/c",
                    "a.b",
                    "a.b.c",
                    "column 1",
                    "nothing",
                    "source.kind");

    /** An event of members in any order, some twice, empty, escaped, cut or of another kind. */
    private static String odd(Random random, int i) {
        var members = new ArrayList<String>();
        members.add("\"verb\":\"" + pick(random, List.of("get", "create", "column 1", "")) + "\"");
        members.add("\"user\":{\"username\":\"u" + i % 7 + "\",\"groups\":[\"a\",\"b\"]}");
        members.add("\"requestURI\":\"/api/v1/namespaces/n" + i % 3 + "/pods/p" + i + "\"");
        members.add(
                pick(
                        random,
                        List.of(
                                "\"objectRef\":{\"name\":\"p"
                                        + i
                                        + "\",\"namespace\":\"n"
                                        + i % 3
                                        + "\"}",
                                "\"objectRef\":{}",
                                "\"objectRef\":null",
                                "\"objectRef\":{\"name\":\"\\u0041" + i + "\"}",
                                "\"a\":1")));
        members.add(
                pick(
                        random,
                        List.of(
                                "\"requestObject\":{\"spec\":{\"x\":" + i + "}}",
                                "\"requestObject\":null",
                                "\"requestObject\":\"{\\\"spec\\\":1}\"",
                                "\"responseObject\":{\"a\":[1,{\"b\":2}]}",
                                "\"annotations\":{\"a.b/c\":\"d\"}")));
        members.add(
                pick(
                        random,
                        List.of(
                                "\"requestReceivedTimestamp\":\"2026-01-02T03:04:05.000001Z\"",
                                "\"timestamp\":\"2026-01-02T03:04:05Z\"",
                                "\"stageTimestamp\":\"\"",
                                "\"verb\":\"twice\"",
                                "\"a.b\":{\"c\":[true,null]}")));
        members.add(
                "\"responseStatus\":{\"metadata\":{},\"code\":"
                        + pick(random, List.of("200", "1e2", "7"))
                        + "}");
        java.util.Collections.shuffle(members, new Random(random.nextInt(6)));
        var event = "{" + String.join(",", members) + "}";
        return switch (random.nextInt(12)) {
            case 0 -> event.substring(0, event.length() - 1 - random.nextInt(30));
            case 1 -> event + " ";
            case 2 -> event + "x";
            default -> event;
        };
    }

    @Test
    void aFieldThatIsMadeOfOthersIsAskedWhereTheseAre() throws Exception {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            lines.add(i % 4 == 0 ? "{\"a\":{\"b\":" + i + "}}" : "{\"c\":" + i + "}");
        }
        var search = openWith(sink -> deliver(sink, Kind.JSON, lines));
        var exists = new dev.spoor.query.Test.Exists();
        var asked = new ArrayList<Long>();
        var found = new ArrayList<Long>();
        search.match(
                List.of(new Predicate.Field("spoor.made", exists)),
                Span.ALL,
                new EventSearch.Matching() {
                    @Override
                    public EventSearch.Made made(String name) {
                        return name.startsWith("spoor.")
                                ? new EventSearch.Made(true, Set.of("a"), false)
                                : EventSearch.Made.NO;
                    }

                    @Override
                    public boolean holds(
                            int condition, Predicate predicate, dev.spoor.event.JsonView event) {
                        var number = event.values("a.b");
                        if (number.isEmpty()) {
                            return false;
                        }
                        long line = number.getFirst().asLong() + 1;
                        asked.add(line);
                        return line % 8 == 1;
                    }

                    @Override
                    public boolean take(
                            long position,
                            java.util.BitSet holding,
                            java.util.function.Supplier<Stored> event) {
                        found.add(event.get().line());
                        return true;
                    }
                });
        assertThat(found).containsExactly(1L, 9L, 17L);
        assertThat(asked).contains(1L, 5L, 9L, 13L, 17L);
    }

    @Test
    void eventsBeforeTheFirstPositionAreNotGiven() throws Exception {
        var lines = new ArrayList<String>();
        for (int i = 0; i < manyEvents(); i++) {
            lines.add("{\"a\":" + i % 3 + "}");
        }
        var search = openWith(sink -> deliver(sink, Kind.JSON, lines));
        var all = ask(search, EVERYTHING);
        long first = all.get(all.size() * 2 / 3).position();
        var found = new ArrayList<Long>();
        search.search(field("a", "1"), Span.from(first), event -> found.add(event.position()));
        assertThat(found)
                .isEqualTo(
                        all.stream()
                                .filter(event -> event.position() >= first)
                                .filter(event -> field("a", "1").holds(event.fields()))
                                .map(Stored::position)
                                .toList());
        var back = new ArrayList<Long>();
        search.searchBack(field("a", "1"), Span.from(first), event -> back.add(event.position()));
        assertThat(back.reversed()).isEqualTo(found);
        search.search(EVERYTHING, Span.from(all.getLast().position() + 1), event -> found.add(0L));
        assertThat(found).doesNotContain(0L);
    }

    private static List<EventSearch.Key> keys(Random random) {
        var kinds = random.nextInt(8) == 0 ? Set.of(Kind.JSON) : Set.of(Kind.KUBERNETES_AUDIT);
        var keys = new ArrayList<EventSearch.Key>();
        for (int i = random.nextInt(5); i > 0; i--) {
            keys.add(
                    random.nextInt(4) == 0
                            ? new EventSearch.Key.Bin(1 + random.nextInt(9))
                            : new EventSearch.Key.Field(pick(random, FIELDS), kinds));
        }
        return keys;
    }

    /** How often each combination of values occurs; values as JSON text. */
    private static Map<List<String>, Long> counted(
            EventSearch search,
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            List<EventSearch.Key> keys) {
        var counts = new HashMap<List<String>, Long>();
        search.count(
                predicate,
                Span.of(since, until),
                keys,
                new EventSearch.Counter() {
                    @Override
                    public void counted(List<List<JsonNode>> values, long events) {
                        counts.merge(
                                values.stream().map(Object::toString).toList(), events, Long::sum);
                    }

                    @Override
                    public boolean take(Stored event) {
                        if (!event.source().kind().own()) {
                            counts.merge(values(event.fields(), event.time(), keys), 1L, Long::sum);
                        }
                        return true;
                    }
                });
        return counts;
    }

    private static Map<List<String>, Long> naiveCount(
            List<String> lines, List<Long> found, List<EventSearch.Key> keys) {
        var counts = new HashMap<List<String>, Long>();
        for (long line : found) {
            var source = new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
            var bytes = lines.get((int) line - 1).getBytes(UTF_8);
            var view = new JsonView(source, bytes, 0, bytes.length);
            var time = Times.of(source.kind(), source.wrapping(), bytes, 0, bytes.length);
            counts.merge(values(view, time, keys), 1L, Long::sum);
        }
        return counts;
    }

    private static List<String> values(
            JsonView event, @Nullable Instant time, List<EventSearch.Key> keys) {
        return keys.stream()
                .map(key ->
                        switch (key) {
                            case EventSearch.Key.Field(var name, _) ->
                                    event.values(name).toString();
                            case EventSearch.Key.Bin(long seconds) ->
                                    time == null
                                            ? "[]"
                                            : "["
                                                    + Math.floorDiv(time.getEpochSecond(), seconds)
                                                            * seconds
                                                    + "]";
                        })
                .toList();
    }

    // --- the row-wise reading, and what is asked

    private static List<Long> naive(
            List<String> lines,
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until) {
        var source = new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
        var found = new ArrayList<Long>();
        for (int i = 0; i < lines.size(); i++) {
            var bytes = lines.get(i).getBytes(UTF_8);
            var time = Times.of(source.kind(), source.wrapping(), bytes, 0, bytes.length);
            boolean inside =
                    (since == null || (time != null && !time.isBefore(since)))
                            && (until == null || (time != null && time.isBefore(until)));
            if (inside && predicate.holds(new JsonView(source, bytes, 0, bytes.length))) {
                found.add(i + 1L);
            }
        }
        return found;
    }

    private static final Predicate EVERYTHING = new Predicate.Everything();
    private static final List<String> VERBS =
            List.of("get", "list", "create", "delete", "\\u0067et");
    private static final List<String> USERS =
            List.of("alice", "bob", "system:node:n1", "system:serviceaccount:shop:web", "Älice");
    private static final List<String> FIELDS =
            List.of(
                    "verb",
                    "user.username",
                    "user.name",
                    "user.groups",
                    "objectRef.resource",
                    "objectRef.namespace",
                    "k8s.namespace.name",
                    "responseStatus.code",
                    "sourceIPs",
                    "annotations.a.b/c",
                    "requestObject.spec.containers.image",
                    "requestObject",
                    "auditID",
                    "requestURI",
                    "url.original",
                    "requestReceivedTimestamp",
                    "responseStatus",
                    "responseStatus.metadata",
                    "stage",
                    "message",
                    "source.kind",
                    "source.ip",
                    "source.path",
                    "source.cluster",
                    "missing");
    private static final List<String> WORDS =
            List.of(
                    "get",
                    "delete",
                    "alice",
                    "BOB",
                    "system:",
                    "pods",
                    "shop",
                    "403",
                    "200",
                    "10.",
                    "nginx",
                    "n1",
                    "e",
                    "",
                    "kubernetes.audit",
                    "x\"y",
                    "2026-01-02T");

    private static Instant instant(int i) {
        return Instant.parse("2026-01-02T00:00:00Z").plusMillis(i * 10L);
    }

    /** Mostly audit events of a few shapes; now and then something else. */
    private static String line(Random random, int i) {
        if (random.nextInt(50) == 0) {
            return pick(
                    random,
                    List.of(
                            "",
                            "null",
                            "[1,2]",
                            "{",
                            "{\"verb\":\"get\"",
                            "{\"verb\":\"get\"} trailing",
                            "not json, alice",
                            "{\"verb\":null,\"user\":\"alice\",\"sourceIPs\":\"10.9.9.9\"}",
                            "{\"user.username\":\"alice\",\"verb\":[\"get\",\"delete\"]}",
                            "{\"responseStatus\":{\"code\":4.03e2},\"verb\":true}"));
        }
        var body =
                random.nextInt(5) > 0
                        ? ""
                        : ",\"requestObject\":{\"spec\":{\"containers\":[{\"image\":\"nginx:1."
                                + random.nextInt(30)
                                + "\"},{\"image\":\"x\\\"y\"}]}},\"annotations\":{\"a.b/c\":\"n"
                                + random.nextInt(9)
                                + "\"}";
        if (random.nextInt(3) > 0) {
            body += ",\"requestURI\":\"" + uri(random, i) + "\"";
        }
        if (random.nextInt(3) == 0) {
            body += ",\"message\":\"" + message(random, i) + "\"";
        }
        return audit(
                pick(random, VERBS),
                pick(random, List.of("pods", "secrets", "configmaps")),
                pick(random, USERS),
                pick(random, List.of(200, 201, 403, 404)),
                instant(i + random.nextInt(20)).plusNanos(1000).toString(),
                body);
    }

    /** Made of the object's own names, numbers, and what JSON may write differently. */
    private static String uri(Random random, int i) {
        return "/api/v1/namespaces/shop/"
                + pick(random, List.of("pods", "secrets", "nginx", "a\\u0062", "\\/alice"))
                + pick(random, List.of("/web", "/web/exec?command=alice", "?limit=" + i, "/" + i));
    }

    /** Seldom the same twice, with everything that JSON may write differently. */
    private static String message(Random random, int i) {
        var text = new StringBuilder("m" + i);
        for (int words = random.nextInt(9); words > 0; words--) {
            text.append(pick(random, List.of(" ", "=", "\\n", "\\/", "\\\"", "\\\\", "/")))
                    .append(pick(random, MESSAGE_WORDS));
        }
        return random.nextInt(40) == 0 ? text + "\\u006eginx \\u00e9shop" : text.toString();
    }

    private static final List<String> MESSAGE_WORDS =
            List.of("nginx", "shop", "n1", "delete", "alice", "system:", "kubernetes.audit", "e");

    private static Predicate predicate(Random random, int depth) {
        int choice = random.nextInt(depth > 0 ? 8 : 4);
        return switch (choice) {
            case 0 ->
                    new Predicate.Text(
                            new dev.spoor.query.Test.Contains(
                                    pick(random, WORDS), random.nextBoolean()));
            case 1, 2, 3 -> new Predicate.Field(pick(random, FIELDS), test(random));
            case 4 -> new Predicate.Not(predicate(random, depth - 1));
            case 5 -> random.nextInt(5) == 0 ? EVERYTHING : predicate(random, depth - 1);
            default -> {
                var parts = new ArrayList<Predicate>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    parts.add(predicate(random, depth - 1));
                }
                yield choice == 6 ? new Predicate.All(parts) : new Predicate.Any(parts);
            }
        };
    }

    private static dev.spoor.query.Test test(Random random) {
        var word = pick(random, WORDS);
        boolean exact = random.nextBoolean();
        return switch (random.nextInt(15)) {
            case 0 -> new dev.spoor.query.Test.Exists();
            case 1 -> new dev.spoor.query.Test.IsNull();
            case 2, 3 -> new dev.spoor.query.Test.Equal(word, exact);
            case 4 -> new dev.spoor.query.Test.OneOf(Set.of(word, "list"));
            case 5 -> new dev.spoor.query.Test.Prefix(word, exact);
            case 6 -> new dev.spoor.query.Test.Suffix(word, exact);
            case 7 -> new dev.spoor.query.Test.Contains(word, exact);
            case 8 -> new dev.spoor.query.Test.Like(List.of("", word, "e", ""), exact);
            case 9 -> new dev.spoor.query.Test.Regex(Pattern.compile("^(a|b|s).*[e2]$"));
            case 10 ->
                    new dev.spoor.query.Test.Compare(
                            pick(random, List.of("<", "<=", ">", ">=", "=", "!=")),
                            new BigDecimal("403"));
            case 11 -> new dev.spoor.query.Test.Cidr(Network.of("10.1.0.0/16"));
            case 12 ->
                    new dev.spoor.query.Test.FieldEqual(
                            pick(random, FIELDS),
                            exact,
                            random.nextInt(4) == 0,
                            random.nextInt(4) == 0);
            case 13 ->
                    new dev.spoor.query.Test.FieldCompare(
                            pick(random, List.of("<", ">=", "!=")), pick(random, FIELDS));
            default ->
                    new dev.spoor.query.Test.When(
                            pick(random, List.of("<", ">=")), instant(random.nextInt(2000)));
        };
    }

    // --- small words for the cases above

    private static String audit(
            String verb, String resource, String user, int code, String time, String more) {
        return "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\","
                + "\"auditID\":\""
                + new java.util.UUID(code, time.hashCode())
                + "\",\"stage\":\"ResponseComplete\",\"verb\":\""
                + verb
                + "\",\"user\":{\"username\":\""
                + user
                + "\",\"groups\":[\"devs\",\"system:authenticated\"]},\"sourceIPs\":[\"10.1.2.3\"],"
                + "\"objectRef\":{\"resource\":\""
                + resource
                + "\",\"namespace\":\"shop\",\"name\":\"web\"},\"responseStatus\":{\"code\":"
                + code
                + (code == 201 ? ",\"metadata\":{}" : "")
                + "},\"requestReceivedTimestamp\":\""
                + time
                + "\",\"stageTimestamp\":\""
                + time
                + "\""
                + more
                + "}";
    }

    private EventSearch open(Kind kind, String... lines) throws Exception {
        return openWith(sink -> deliver(sink, kind, List.of(lines)));
    }

    private static void deliver(EventSink sink, Kind kind, List<String> lines) {
        int source = sink.open(kind, Wrapping.NATIVE, "audit.log", null);
        for (int i = 0; i < lines.size(); i++) {
            take(sink, source, i + 1, lines.get(i).getBytes(UTF_8));
        }
    }

    private static void take(EventSink sink, int source, long line, byte[] bytes) {
        var record = new Received();
        record.plain(bytes, 0, bytes.length);
        record.source = source;
        record.line = line;
        sink.take(record);
    }

    private static Received received(String line) {
        var bytes = line.getBytes(UTF_8);
        var record = new Received();
        record.plain(bytes, 0, bytes.length);
        return record;
    }

    private static List<Stored> ask(EventSearch search, Predicate predicate) {
        var found = new ArrayList<Stored>();
        search.search(predicate, null, null, found::add);
        return found;
    }

    private static List<String> users(
            EventSearch search, @Nullable Instant since, @Nullable Instant until) {
        var found = new ArrayList<String>();
        search.search(
                EVERYTHING,
                since,
                until,
                event -> found.add(event.fields().values("user.username").getFirst().asString("")));
        return found;
    }

    private static void holds(EventSearch search, Predicate predicate) {
        assertThat(ask(search, predicate)).as("%s", predicate).hasSize(1);
    }

    private static void fails(EventSearch search, Predicate predicate) {
        assertThat(ask(search, predicate)).as("%s", predicate).isEmpty();
    }

    private static Predicate field(String field, String value) {
        return new Predicate.Field(field, new dev.spoor.query.Test.Equal(value, true));
    }

    private static Predicate compare(String field, String op, String number) {
        return new Predicate.Field(
                field, new dev.spoor.query.Test.Compare(op, new BigDecimal(number)));
    }

    private static Predicate when(String field, String op, String time) {
        return new Predicate.Field(field, new dev.spoor.query.Test.When(op, Instant.parse(time)));
    }

    private static Predicate cidr(String field, String network) {
        return new Predicate.Field(field, new dev.spoor.query.Test.Cidr(Network.of(network)));
    }

    private static dev.spoor.query.Test contains(String text) {
        return new dev.spoor.query.Test.Contains(text, true);
    }

    private static <T> T pick(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
