package dev.spoor.detect.cases;

import dev.spoor.detect.RuleView;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.Carried;
import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One event and what a rule is to say about it.
 *
 * @param sort {@code positive}, {@code near-miss} or {@code evasion}
 * @param name a few words; the request line when the file gives none
 * @param level the level expected; null = any, where a finding is expected
 */
public record RuleCase(
        String rule, Sort sort, String name, Kind kind, JsonNode event, @Nullable Level level) {
    /** What a case shows. */
    public enum Sort {
        /** The act itself. */
        POSITIVE,
        /** Looks like it and is not. */
        NEAR_MISS,
        /** The act in a form that would slip past a careless rule. */
        EVASION;

        /** The word in case files. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /** The level of the rule's finding; empty when it finds nothing. */
    public Optional<Level> told(Rule asked) {
        var bytes = bytes(event);
        var source = new Source(0, kind, Wrapping.NATIVE, "case", null);
        var line = new JsonView(source, bytes, 0, bytes.length);
        var carried = Carried.in(line);
        for (var one : carried == null ? List.of(line) : List.of(carried, line)) {
            var view = new RuleView(one, new Facts());
            if (asked.logsource().kinds().contains(one.source().kind())
                    && asked.condition().holds(view)) {
                return Optional.of(level(asked, view));
            }
        }
        return Optional.empty();
    }

    /** An event as it is received: a line of text stands for itself, all else is JSON. */
    static byte[] bytes(JsonNode event) {
        return event.isString()
                ? event.asString().getBytes(StandardCharsets.UTF_8)
                : Json.mapper().writeValueAsBytes(event);
    }

    /** What went wrong, in one clause; empty when the rule says what is expected. */
    public Optional<String> failure(Rule asked) {
        var told = told(asked);
        if (sort == Sort.NEAR_MISS) {
            return told.map(_ -> "found, though it is a near miss");
        }
        if (told.isEmpty()) {
            return Optional.of("not found");
        }
        return level == null || told.get() == level
                ? Optional.empty()
                : Optional.of("found with level " + word(told.get()) + ", expected " + word(level));
    }

    private static String word(Level level) {
        return level.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Level level(Rule rule, RuleView view) {
        for (var grade : rule.levels()) {
            if (grade.when().holds(view)) {
                return grade.level();
            }
        }
        return rule.level();
    }
}
