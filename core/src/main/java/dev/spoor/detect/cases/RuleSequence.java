package dev.spoor.detect.cases;

import dev.spoor.event.Kind;
import dev.spoor.fault.Rejected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Several events and what a correlation is to say about them: under {@code events} a list of what
 * else stands in a case, each with {@code at} (such as {@code 90s}, {@code 5m}, from a fixed
 * beginning). One with {@code times} stands for so many, a second apart, in each of which {@code #}
 * in the request is its number, from 1.
 */
record RuleSequence(String rule, RuleCase.Sort sort, String name, List<Step> steps) {
    /** One event with its time in it. */
    record Step(Kind kind, JsonNode event) {}

    /** No event is repeated more often. */
    private static final int TIMES_MAX = 1_000;

    private static final Instant BEGINNING = Instant.parse("2026-01-05T09:00:00Z");
    private static final Pattern AT = Pattern.compile("(\\d{1,9})([smhd])");

    RuleSequence {
        steps = List.copyOf(steps);
    }

    static List<RuleSequence> read(String file, String text) {
        var root = RuleCases.tree(file, text);
        var rule = root.path("rule").asString("");
        var all = new ArrayList<RuleSequence>();
        for (var sort : RuleCase.Sort.values()) {
            for (var one : root.path(sort.word())) {
                if (one.has("events")) {
                    try {
                        all.add(sequence(rule, sort, one));
                    } catch (Rejected e) {
                        throw new Rejected(file + ": " + e.getMessage(), e);
                    }
                }
            }
        }
        return all;
    }

    private static RuleSequence sequence(String rule, RuleCase.Sort sort, JsonNode one) {
        var steps = new ArrayList<Step>();
        for (var event : one.path("events")) {
            int times = event.path("times").asInt(1);
            if (times < 1 || times > TIMES_MAX) {
                throw new Rejected("times: " + times + " (expected: 1 to " + TIMES_MAX + ")");
            }
            for (int i = 0; i < times; i++) {
                steps.add(step(rule, sort, event, steps.size(), i));
            }
        }
        var name = one.path("name").asString("a sequence of " + steps.size() + " events");
        return new RuleSequence(rule, sort, name, steps);
    }

    private static Step step(
            String rule, RuleCase.Sort sort, JsonNode one, int number, int repeat) {
        var time = BEGINNING.plusSeconds(number);
        var told = one;
        if (one instanceof ObjectNode object) {
            var copy = object.deepCopy();
            copy.remove("times");
            if (object.has("at")) {
                time = BEGINNING.plusSeconds(seconds(object.path("at").asString("")) + repeat);
                copy.remove("at");
            }
            if (object.has("times") && object.has("request")) {
                var request = object.path("request").asString("");
                copy.put("request", request.replace("#", Integer.toString(repeat + 1)));
            }
            told = copy;
        }
        var single = RuleCases.read(rule, sort, told);
        var event = (ObjectNode) single.event().deepCopy();
        if (single.kind() == Kind.KUBERNETES_AUDIT) {
            if (!event.has("auditID")) {
                event.put("auditID", "case-" + number);
            }
            event.put("requestReceivedTimestamp", time.toString());
            event.put("stageTimestamp", time.toString());
        } else if (!event.has("time")) {
            event.put("time", time.toString());
        }
        return new Step(single.kind(), event);
    }

    private static long seconds(String at) {
        var matcher = AT.matcher(at);
        if (!matcher.matches()) {
            throw new Rejected("at: '" + at + "' (expected: a number and s, m, h or d: 90s, 5m)");
        }
        long unit =
                switch (matcher.group(2)) {
                    case "s" -> 1;
                    case "m" -> 60;
                    case "h" -> 3_600;
                    default -> 86_400;
                };
        return Long.parseLong(matcher.group(1)) * unit;
    }
}
