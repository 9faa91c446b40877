package dev.spoor.detect.cases;

import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Yaml;
import dev.spoor.fault.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads a case file: {@code rule: ID}, then under {@code positive}, {@code near-miss} and {@code
 * evasion} a list of cases. A case is a request line ({@code alice get pods/exec shop/web 101}) or
 * a map of {@code request}, {@code name}, {@code as} (impersonated user), {@code groups}, {@code
 * body}, {@code answer}, {@code finds} (level), or a whole {@code event} and its {@code kind}.
 */
public final class RuleCases {
    /** A larger file is refused. */
    public static final int FILE_CHARS_MAX = 1 << 20;

    private static final int DEPTH_MAX = 64;

    private static final Set<String> KEYS =
            Set.of(
                    "request", "name", "as", "groups", "body", "answer", "finds", "event", "kind",
                    "version", "agent");

    private static final YAMLMapper YAML = Yaml.mapper(DEPTH_MAX);

    private RuleCases() {}

    /**
     * The cases of one file.
     *
     * @param file its name, for messages
     * @throws Rejected when the file is no case file
     */
    public static List<RuleCase> read(String file, String text) {
        var root = tree(file, text);
        var rule = root.path("rule").asString("");
        if (rule.isEmpty()) {
            throw new Rejected(file + ": 'rule' is missing (expected: the rule's id)");
        }
        var cases = new ArrayList<RuleCase>();
        for (var sort : RuleCase.Sort.values()) {
            cases.addAll(all(file, rule, sort, root.path(sort.word())));
        }
        return cases;
    }

    /**
     * A file of requests that belong to no rule: a list under {@code requests}.
     *
     * @throws Rejected when a request cannot be read
     */
    public static List<RuleCase> requests(String file, String text) {
        return all(file, "", RuleCase.Sort.NEAR_MISS, tree(file, text).path("requests"));
    }

    private static List<RuleCase> all(String file, String rule, RuleCase.Sort sort, JsonNode list) {
        var cases = new ArrayList<RuleCase>();
        for (var one : list) {
            if (one.has("events")) {
                continue; // a RuleSequence
            }
            try {
                cases.add(read(rule, sort, one));
            } catch (Rejected e) {
                throw new Rejected(file + ": " + e.getMessage(), e);
            }
        }
        return cases;
    }

    static JsonNode tree(String file, String text) {
        if (text.length() > FILE_CHARS_MAX) {
            throw new Rejected(file + ": larger than " + FILE_CHARS_MAX + " characters");
        }
        try {
            return YAML.readTree(text);
        } catch (JacksonException e) {
            throw new Rejected(file + ": " + e.getOriginalMessage(), e);
        }
    }

    static RuleCase read(String rule, RuleCase.Sort sort, JsonNode one) {
        if (one.isString()) {
            return new RuleCase(
                    rule,
                    sort,
                    one.asString(),
                    Kind.KUBERNETES_AUDIT,
                    RequestLine.event(one.asString()),
                    null);
        }
        for (var key : one.properties()) {
            if (!KEYS.contains(key.getKey())) {
                throw new Rejected("case: '" + key.getKey() + "' is not known");
            }
        }
        var line = one.path("request").asString("");
        var event = one.has("event") ? one.get("event") : detailed(line, one);
        var kind = one.path("kind").asString(Kind.KUBERNETES_AUDIT.id());
        return new RuleCase(
                rule,
                sort,
                one.path("name").asString(line),
                Kind.of(kind),
                event,
                one.has("finds") ? Level.of(one.path("finds").asString()) : null);
    }

    private static ObjectNode detailed(String line, JsonNode one) {
        var event = RequestLine.event(line);
        if (one.has("as")) {
            event.putObject("impersonatedUser").put("username", one.path("as").asString());
        }
        if (one.has("groups")) {
            ((ObjectNode) event.path("user")).set("groups", one.get("groups"));
        }
        if (one.has("version")) {
            ((ObjectNode) event.path("objectRef"))
                    .set(
                            "resourceVersion",
                            JsonNodeFactory.instance.stringNode(one.path("version").asString()));
        }
        if (one.has("agent")) {
            event.put("userAgent", one.path("agent").asString());
        }
        if (one.has("body")) {
            event.set("requestObject", one.get("body"));
        }
        if (one.has("answer")) {
            event.set("responseObject", one.get("answer"));
        }
        return event;
    }
}
