package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import dev.spoor.query.Test.Cidr;
import dev.spoor.query.Test.Compare;
import dev.spoor.query.Test.Contains;
import dev.spoor.query.Test.Equal;
import dev.spoor.query.Test.Exists;
import dev.spoor.query.Test.Like;
import dev.spoor.query.Test.OneOf;
import dev.spoor.query.Test.Prefix;
import dev.spoor.query.Test.Regex;
import dev.spoor.query.Test.Suffix;
import dev.spoor.query.Test.When;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueryTest {
    private static final Predicate GET = field("verb", new Equal("get", true));
    private static final Predicate PODS = field("objectRef.resource", new Equal("pods", true));

    @Test
    void aFieldAndAValueIsAnExactComparison() {
        assertThat(filter("verb:get")).isEqualTo(GET);
        assertThat(filter(" verb : \"get\" ")).isEqualTo(GET);
        assertThat(filter("\"verb\":get")).isEqualTo(GET);
        assertThat(filter("verb=get")).isEqualTo(GET);
        assertThat(filter("verb:\"g*t\"")).isEqualTo(field("verb", new Equal("g*t", true)));
        assertThat(filter("verb:\"\"")).isEqualTo(field("verb", new Equal("", true)));
        assertThat(filter("a:\"x\\\"y\\\\z\\n\""))
                .isEqualTo(field("a", new Equal("x\"y\\z\n", true)));
    }

    @Test
    void aValueMayHoldColonsAndWildcards() {
        assertThat(filter("user.username:system:node:*"))
                .isEqualTo(field("user.username", new Prefix("system:node:", true)));
        assertThat(filter("user.username:system\\:*"))
                .isEqualTo(field("user.username", new Prefix("system:", true)));
        assertThat(filter("a:*x")).isEqualTo(field("a", new Suffix("x", true)));
        assertThat(filter("a:*x*")).isEqualTo(field("a", new Contains("x", true)));
        assertThat(filter("a:x**y")).isEqualTo(field("a", new Like(List.of("x", "y"), true)));
        assertThat(filter("a:x?")).isEqualTo(field("a", new Like(List.of("x\uE000"), true)));
        assertThat(filter("a:x\\*")).isEqualTo(field("a", new Equal("x*", true)));
        assertThat(filter("a:*")).isEqualTo(field("a", new Exists()));
        assertThat(filter("requestURI:/api/v1/*"))
                .isEqualTo(field("requestURI", new Prefix("/api/v1/", true)));
        assertThat(filter("annotations.authorization.k8s.io/decision:forbid"))
                .isEqualTo(
                        field(
                                "annotations.authorization.k8s.io/decision",
                                new Equal("forbid", true)));
        assertThat(filter("sourceIPs:::1")).isEqualTo(field("sourceIPs", new Equal("::1", true)));
    }

    @Test
    void andOrNotBindAsUsual() {
        var either = new Predicate.Any(List.of(GET, PODS));
        assertThat(filter("verb:get or objectRef.resource:pods")).isEqualTo(either);
        assertThat(filter("verb:get objectRef.resource:pods"))
                .isEqualTo(new Predicate.All(List.of(GET, PODS)));
        assertThat(filter("a:1 or verb:get AND not objectRef.resource:pods"))
                .isEqualTo(
                        new Predicate.Any(
                                List.of(
                                        field("a", new Equal("1", true)),
                                        new Predicate.All(List.of(GET, new Predicate.Not(PODS))))));
        assertThat(filter("not(verb:get or objectRef.resource:pods)"))
                .isEqualTo(
                        new Predicate.All(
                                List.of(new Predicate.Not(GET), new Predicate.Not(PODS))));
        assertThat(filter("verb:(get or list or \"and\")"))
                .isEqualTo(field("verb", new OneOf(Set.of("get", "list", "and"))));
        assertThat(filter("code:(>=400 and <500)")).isEqualTo(filter("code >= 400 and code < 500"));
    }

    @Test
    void numbersTimesNetworksRangesAndExpressionsAreComparedAsSuch() {
        var number = new BigDecimal("400");
        assertThat(filter("code >= 400")).isEqualTo(field("code", new Compare(">=", number)));
        assertThat(filter("code:>=400")).isEqualTo(field("code", new Compare(">=", number)));
        assertThat(filter("code=400")).isEqualTo(field("code", new Compare("=", number)));
        assertThat(filter("code != 400"))
                .isEqualTo(new Predicate.Not(field("code", new Compare("=", number))));
        assertThat(filter("code:[400 to 499]")).isEqualTo(filter("code>=400 and code<=499"));
        assertThat(filter("code:{400 TO *}")).isEqualTo(filter("code>400"));
        assertThat(filter("t < 2026-01-02T03:04:05Z"))
                .isEqualTo(field("t", new When("<", Instant.parse("2026-01-02T03:04:05Z"))));
        assertThat(filter("sourceIPs:10.0.0.0/8"))
                .isEqualTo(field("sourceIPs", new Cidr(Network.of("10.0.0.0/8"))));
        assertThat(filter("a:\"10.0.0.0/8\"")).isEqualTo(field("a", new Equal("10.0.0.0/8", true)));
        assertThat(filter("a:/x\\/y|z/i"))
                .isEqualTo(field("a", new Regex(com.google.re2j.Pattern.compile("x/y|z", 1))));
    }

    @Test
    void bareWordsAreFoundAnywhereInAnyCase() {
        assertThat(filter("*")).isEqualTo(Predicates.EVERYTHING);
        assertThat(filter("| stats count()")).isEqualTo(Predicates.EVERYTHING);
        assertThat(filter("xmrig")).isEqualTo(text(new Contains("xmrig", false)));
        assertThat(filter("*xmrig*")).isEqualTo(text(new Contains("xmrig", false)));
        assertThat(filter("\"no such pod\"")).isEqualTo(text(new Contains("no such pod", false)));
        assertThat(filter("ku*tl")).isEqualTo(text(new Like(List.of("", "ku", "tl", ""), false)));
        assertThat(filter("/a.c/"))
                .isEqualTo(text(new Regex(com.google.re2j.Pattern.compile("a.c"))));
        assertThat(filter("/healthz")).isEqualTo(text(new Contains("/healthz", false)));
        assertThat(filter("foo bar"))
                .isEqualTo(
                        new Predicate.All(
                                List.of(
                                        text(new Contains("foo", false)),
                                        text(new Contains("bar", false)))));
        assertThat(filter("\\and")).isEqualTo(text(new Contains("and", false)));
    }

    @Test
    void stagesAreRead() {
        assertThat(Query.parse("* | stats count(), dc(f) as n by a, bin(5m)").stages())
                .containsExactly(
                        new Stage.Stats(
                                List.of(
                                        Aggregate.of(Aggregate.Function.COUNT, null),
                                        new Aggregate(Aggregate.Function.DC, "f", "n")),
                                List.of(
                                        new Stage.Key.OfField("a"),
                                        new Stage.Key.OfTime(Duration.ofMinutes(5)))));
        assertThat(Query.parse("*|top 3 a,b by c|sort -count, a asc|head 2|tail").stages())
                .containsExactly(
                        new Stage.Top(
                                3,
                                false,
                                List.of(new Stage.Key.OfField("a"), new Stage.Key.OfField("b")),
                                List.of(new Stage.Key.OfField("c"))),
                        new Stage.Sort(
                                List.of(
                                        new Stage.Order("count", true),
                                        new Stage.Order("a", false))),
                        new Stage.Head(2),
                        new Stage.Tail(10));
        assertThat(Query.parse("* | stats sum(x.y) | sort -sum(x.y)").stages().getLast())
                .isEqualTo(new Stage.Sort(List.of(new Stage.Order("sum(x.y)", true))));
        assertThat(Query.parse("* | timechart 1h by verb").stages())
                .containsExactly(
                        new Stage.Timechart(
                                Duration.ofHours(1),
                                List.of(Aggregate.of(Aggregate.Function.COUNT, null)),
                                "verb"));
        assertThat(Query.parse("* | rare f | where count < 3 | fields f | rename f as g").stages())
                .hasSize(4);
    }

    @Test
    void anErrorNamesTheColumnWhatWasExpectedAndShowsThePlace() {
        assertThatThrownBy(() -> Query.parse("verb:get and user:"))
                .isInstanceOf(Rejected.class)
                .hasMessage(
                        "column 19: expected a value after user:\n"
                                + "  verb:get and user:\n"
                                + "                    ^");
        fails("", "column 1: expected a filter (* is every event)");
        fails("verb:get)", "column 9: expected no ) here");
        fails("(verb:get", "column 1: expected a closing )");
        fails("verb:\"get", "column 6: expected a closing \"");
        fails("verb:get or", "column 12: expected a field, a word or (");
        fails("and x", "column 1: expected a field");
        fails("verb:(get list)", "column 11: expected and, or or )");
        fails("code > abc", "column 8: expected a number, or a time");
        fails("user.*:x", "column 1: expected a field name without * and ?");
        fails("a:/x(/", "column 3: expected a regular expression");
        fails(
                "a:10.0.0.0/99",
                "column 3: network: 10.0.0.0/99 (expected: a prefix length of 0..32)");
        fails("a:[1 2]", "column 3: expected a range such as [400 to 499]");
        fails("\"a\"b", "column 4: expected a space");
        fails("_time > 2026-01-02T03:04:05Z", "column 1: expected a field of the event; _time");
        fails("* | frobnicate", "column 5: expected stats, timechart, top, rare");
        fails("* | stats", "column 10: expected count(), dc(field)");
        fails("* | stats dc()", "column 14: expected a field: dc(field)");
        fails(
                "* | stats count() by a | sort b",
                "column 26: no column b here (expected one of: a, count)");
        fails("* | stats count(), count()", "column 5: column count twice");
        fails("* | head 0", "column 10: expected a number of rows");
        fails("* | timechart 5x", "column 15: expected a span of time");
        fails("* | timechart 400d", "column 5: span: ");
        fails("* | rename a as b", "column 5: rename: no columns here");
        fails("* | head 5 6", "column 12: expected | or the end");
        fails("* | ", "column 5: expected stats");
        fails("a\\", "column 3: expected a character after \\");
    }

    @Test
    void whatAFarPlaceLooksLikeIsShownInAShortLine() {
        assertThatThrownBy(() -> Query.parse("a ".repeat(2000) + "b:\u001b[31m\u0007 c:"))
                .satisfies(e -> {
                    var lines = String.valueOf(e.getMessage()).split("\n");
                    assertThat(lines).hasSize(3);
                    assertThat(lines[1].length()).isLessThan(80);
                    assertThat(e.getMessage()).doesNotContain("\u001b").doesNotContain("\u0007");
                    assertThat(lines[2].indexOf('^')).isEqualTo(lines[1].length());
                });
    }

    @Test
    void limitsAreKept() {
        fails("a".repeat(Query.LENGTH_MAX + 1), "query: 8193 characters");
        fails("(".repeat(200) + "a", "column 101: expected at most 100");
        fails("not ".repeat(200) + "a", "expected at most 100");
        fails("a:" + "(".repeat(200), "expected at most 100");
        fails("*" + " | head 5".repeat(51), "expected at most 50 stages");
        fails("* | fields " + "a,".repeat(101) + "a", "expected at most 100 columns");
        fails("/" + "a".repeat(1001) + "/", "a regular expression of at most 1000");
        fails("/((a{1000}){1000}){1000}/", "a regular expression with fewer repetitions");
        fails("a:/(([^]x]|\\(){2,900}y{3}){900}/", "a regular expression with fewer repetitions");
        Query.parse("/x{500}(y{20}|[{(]{5}\\{9}){10}z{3,}/");
        Query.parse("(".repeat(99) + "a" + ")".repeat(99));
        Query.parse("a or ".repeat(1600) + "a");
    }

    @Test
    void anyTextIsAQueryOrRejectedAndAQueryReadsBackAsItself() {
        long seed = Long.getLong("seed", 7);
        var random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 60_000; i++) {
            var text = i % 2 == 0 ? noise(random) : tokens(random);
            Query query;
            try {
                query = Query.parse(text);
            } catch (Rejected e) {
                assertThat(e.getMessage()).as(text).startsWith("column ").contains("expected");
                continue;
            }
            read++;
            var written = query.text();
            if (written.length() <= Query.LENGTH_MAX) {
                assertThat(Query.parse(written))
                        .as("%s -> %s (-Dseed=%d)", text, written, seed)
                        .isEqualTo(query);
            }
        }
        assertThat(read).isGreaterThan(2000);
    }

    private static String noise(Random random) {
        var signs = "ab:*?\"\\/()[]{}<>=!|,. \t\n-+_0159é\uE000\uD83D\u0000";
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            text.append(signs.charAt(random.nextInt(signs.length())));
        }
        return text.toString();
    }

    private static final List<String> TOKENS =
            List.of(
                    "a:b",
                    "verb:",
                    "x",
                    "and",
                    "or",
                    "not",
                    "(",
                    ")",
                    "\"q r\"",
                    "a:*",
                    "b:*y?",
                    ">=",
                    "400",
                    "10.0.0.0/8",
                    "/r+/i",
                    "[1 to 2]",
                    "{* to 5}",
                    "=",
                    "!=",
                    "<",
                    "| stats count()",
                    "| stats",
                    "dc(a)",
                    "by",
                    "a",
                    ",",
                    "| sort",
                    "-count",
                    "| head 5",
                    "| where",
                    "| fields a",
                    "| top 3",
                    "| rare b",
                    "| timechart 5m",
                    "bin(1h)",
                    "| rename",
                    "as",
                    "c",
                    "| tail",
                    "avg(x.y)",
                    "*",
                    "2026-01-02T03:04:05Z",
                    "ip:::1",
                    "\\*",
                    "\"w\":z",
                    "values(b) as v");

    private static String tokens(Random random) {
        var text = new StringBuilder(random.nextInt(3) == 0 ? "* " : "");
        for (int i = random.nextInt(9); i >= 0; i--) {
            text.append(TOKENS.get(random.nextInt(TOKENS.size())));
            text.append(random.nextInt(8) == 0 ? "" : " ");
        }
        return text.toString();
    }

    private static void fails(String query, String message) {
        assertThatThrownBy(() -> Query.parse(query))
                .as(query)
                .isInstanceOf(Rejected.class)
                .hasMessageStartingWith(message.startsWith("column") ? message : "")
                .hasMessageContaining(message);
    }

    private static Predicate filter(String query) {
        return Query.parse(query).filter();
    }

    private static Predicate field(String field, dev.spoor.query.Test test) {
        return new Predicate.Field(field, test);
    }

    private static Predicate text(dev.spoor.query.Test test) {
        return new Predicate.Text(test);
    }
}
