package dev.spoor.detect;

import static org.assertj.core.api.Assertions.fail;

import dev.spoor.detect.sigma.Logsource;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.query.Network;
import dev.spoor.query.Predicate;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The short way by codes must say what a look at every event would say. */
class PrefilterTest {
    private static final List<String> FIELDS =
            List.of(
                    "verb",
                    "level",
                    "stage",
                    "auditID",
                    "user",
                    "user.username",
                    "user.groups",
                    "user.extra.a.b/c",
                    "sourceIPs",
                    "objectRef",
                    "objectRef.resource",
                    "objectRef.name",
                    "responseStatus.code",
                    "responseStatus.metadata",
                    "annotations",
                    "annotations.k8s.io/x",
                    "annotations.k8s",
                    "requestObject",
                    "requestObject.spec.a",
                    "a.b",
                    "a",
                    "a.b.c",
                    "spoor.fact",
                    "spoor.body",
                    "spoor.other",
                    "source.kind",
                    "requestReceivedTimestamp",
                    "user.name");
    private static final List<String> WORDS =
            List.of("get", "GET", "exec", "pods", "a", "b", "", "10.1.2.3", "7", "200", "true");

    private final SplittableRandom random;
    private final long seed;

    PrefilterTest() {
        seed = Long.getLong("seed", System.nanoTime());
        random = new SplittableRandom(seed);
    }

    private <T> T one(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Test
    void codesSayWhatTheEventsSay() {
        for (int round = 0; round < 25; round++) {
            var rules = new ArrayList<Rule>();
            for (int i = 0; i < 12; i++) {
                rules.add(rule("r" + i, predicate(3)));
            }
            compare(rules, 300);
        }
    }

    @Test
    void valuesThatNeverRepeatAndNewDictionariesChangeNothing() {
        var rules = new ArrayList<Rule>();
        for (int i = 0; i < 10; i++) {
            rules.add(rule("r" + i, predicate(2)));
        }
        rules.add(rule("name", new Predicate.Field("objectRef.name", contains("77"))));
        compare(rules, 4000);
    }

    private void compare(List<Rule> rules, int events) {
        var prefilter = new Prefilter(Kind.KUBERNETES_AUDIT, rules, FACTS, (_, _) -> true);
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var source = new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "x", null);
        for (int i = 0; i < events; i++) {
            if (random.nextInt(200) == 0) {
                scanner.newGeneration();
            }
            var text = event(i);
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            scanner.scan(source.kind(), bytes, 0, bytes.length, scanned);
            var view = new RuleView(new JsonView(source, bytes, 0, bytes.length), FACTS);
            var verdict =
                    scanned.verbatim()
                            ? prefilter.open(view.view())
                            : prefilter.judge(scanned, source);
            var settled = scanned.verbatim() ? verdict : prefilter.settle(verdict, scanned);
            for (int rule = 0; rule < rules.size(); rule++) {
                boolean holds = rules.get(rule).condition().holds(view);
                boolean sure = has(verdict.sure(), rule);
                boolean open = open(verdict, rule);
                boolean later = has(settled.sure(), rule);
                boolean still = open(settled, rule);
                if (holds
                        ? (sure || open) && (later || still)
                        : !sure && !later && (open || !still)) {
                    continue;
                }
                fail(
                        "seed %d, rule %s, event %s: holds %s, sure %s, open %s",
                        seed, rules.get(rule).condition(), text, holds, sure, open);
            }
        }
    }

    private static boolean open(Prefilter.Verdict verdict, int rule) {
        return verdict.open().stream().anyMatch(open -> open.rule() == rule);
    }

    /** One fact told by the verb alone, one by verb and body, one of unknown origin. */
    private static final FactSource FACTS =
            new FactSource() {
                @Override
                public List<JsonNode> values(JsonView view, String field) {
                    boolean get =
                            view.tree()
                                    .path("verb")
                                    .asString("")
                                    .toLowerCase(Locale.ROOT)
                                    .equals("get");
                    boolean body = view.tree().has("requestObject");
                    boolean holds =
                            switch (field) {
                                case "spoor.fact" -> get;
                                case "spoor.body" -> get && body;
                                default -> !body;
                            };
                    return holds ? List.of(JsonNodeFactory.instance.stringNode("get")) : List.of();
                }

                @Override
                public Origin origin(String field) {
                    return switch (field) {
                        case "spoor.fact" -> new Origin(Set.of("verb"), true);
                        case "spoor.body" -> new Origin(Set.of("requestObject"), false);
                        default -> Origin.ANYWHERE;
                    };
                }
            };

    private static boolean has(int[] numbers, int number) {
        for (int one : numbers) {
            if (one == number) {
                return true;
            }
        }
        return false;
    }

    private static Rule rule(String id, Predicate condition) {
        return new Rule(
                id,
                Set.of(),
                id,
                null,
                null,
                Level.LOW,
                List.of(),
                new Logsource("", "kubernetes", "audit"),
                condition,
                Map.of(),
                null,
                List.of(),
                Rule.Grouping.NONE,
                Set.of());
    }

    private Predicate predicate(int depth) {
        return switch (depth == 0 ? 9 : random.nextInt(10)) {
            case 0, 1 -> new Predicate.All(List.of(predicate(depth - 1), predicate(depth - 1)));
            case 2, 3 -> new Predicate.Any(List.of(predicate(depth - 1), predicate(depth - 1)));
            case 4, 5 -> new Predicate.Not(predicate(depth - 1));
            case 6 -> new Predicate.Text(contains(one(WORDS)));
            default -> new Predicate.Field(one(FIELDS), test());
        };
    }

    private static dev.spoor.query.Test contains(String text) {
        return new dev.spoor.query.Test.Contains(text, false);
    }

    private dev.spoor.query.Test test() {
        return switch (random.nextInt(11)) {
            case 0 -> new dev.spoor.query.Test.Exists();
            case 1 -> new dev.spoor.query.Test.IsNull();
            case 2 -> new dev.spoor.query.Test.Prefix(one(WORDS), random.nextBoolean());
            case 3 -> contains(one(WORDS));
            case 4 -> new dev.spoor.query.Test.OneOf(Set.of("get", "pods", "x"));
            case 5 -> new dev.spoor.query.Test.Compare(">=", new BigDecimal(100));
            case 6 -> new dev.spoor.query.Test.Cidr(Network.of("10.0.0.0/8"));
            case 7 -> new dev.spoor.query.Test.FieldEqual(one(FIELDS), false);
            case 8 -> new dev.spoor.query.Test.Like(List.of("", ""), false);
            default -> new dev.spoor.query.Test.Equal(one(WORDS), random.nextBoolean());
        };
    }

    private String event(int number) {
        if (random.nextInt(40) == 0) {
            return one(List.of("not json", "{\"verb\":\"get\"", "{\"verb\":get}", "[1]", "{}"));
        }
        var members = new ArrayList<String>();
        member(members, "verb", text());
        member(members, "level", text());
        member(members, "stage", text());
        member(members, "timestamp", text());
        member(members, "auditID", "\"00000000-0000-4000-8000-" + (100000000000L + number) + "\"");
        member(members, "user", object("username", text(), "groups", array(), "extra", extra()));
        member(members, "sourceIPs", array());
        member(
                members,
                "objectRef",
                object("resource", text(), "name", "\"n" + random.nextInt(5000) + "\""));
        member(members, "responseStatus", object("metadata", "{}", "code", value()));
        member(members, "annotations", object("k8s.io/x", value(), "k8s", value()));
        member(members, "requestObject", object("spec", "{\"a\":" + value() + "}"));
        member(members, "a", random.nextBoolean() ? value() : object("b", value(), "b.c", value()));
        member(members, "a.b", value());
        if (random.nextInt(10) == 0) {
            member(members, "verb", value());
        }
        if (random.nextInt(10) == 0) {
            member(members, "objectRef", object("resource", value()));
        }
        return "{" + String.join(random.nextInt(20) == 0 ? ", " : ",", members) + "}";
    }

    private void member(List<String> members, String key, String value) {
        if (random.nextInt(4) != 0) {
            var name =
                    random.nextInt(30) == 0 ? "\\u00" + hex(key.charAt(0)) + key.substring(1) : key;
            members.add("\"" + name + "\":" + value);
        }
    }

    private static String hex(char c) {
        return String.format("%02x", (int) c);
    }

    private String object(String... pairs) {
        var members = new ArrayList<String>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (random.nextInt(4) != 0) {
                members.add("\"" + pairs[i] + "\":" + pairs[i + 1]);
            }
        }
        return "{" + String.join(",", members) + "}";
    }

    private String extra() {
        return object("a", "{\"b/c\":" + value() + "}", "a.b/c", value());
    }

    private String array() {
        var items = new ArrayList<String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(random.nextInt(5) == 0 ? object("b", value()) : text());
        }
        return "[" + String.join(",", items) + "]";
    }

    private String text() {
        var word = one(WORDS);
        if (!word.isEmpty() && random.nextInt(4) == 0) {
            return "\"\\u00" + hex(word.charAt(0)) + word.substring(1) + "\"";
        }
        return "\"" + word + "\"";
    }

    private String value() {
        return switch (random.nextInt(8)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> Integer.toString(random.nextInt(400));
            case 3 -> "200";
            case 4 -> array();
            case 5 -> "1.50e2";
            default -> text();
        };
    }
}
