package dev.spoor.detect.coverage;

import dev.spoor.detect.baseline.Watch;
import dev.spoor.detect.sigma.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What people should know of a rule of ours beside what it finds.
 *
 * @param causes known harmless causes
 * @param response what to do first
 */
public record Note(List<String> causes, String response) {
    private static final YAMLMapper YAML = new YAMLMapper();

    public Note {
        causes = List.copyOf(causes);
    }

    /** Of a shipped rule; empty for others. */
    public static Optional<Note> of(Rule rule) {
        if (rule.foreign() || !rule.id().matches("[A-Z]{3}-\\d{2}")) {
            return Optional.empty();
        }
        try (var in = Note.class.getResourceAsStream("/rules/shipped/" + rule.id() + ".yml")) {
            if (in == null) {
                return Optional.empty();
            }
            var tree = YAML.readTree(in);
            return Optional.of(
                    new Note(
                            texts(tree.path("falsepositives")),
                            tree.path("spoor").path("response").asString("")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a baseline. */
    public static Note of(Watch watch) {
        return new Note(watch.causes(), watch.response());
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(one -> texts.add(one.asString("")));
        return texts;
    }
}
