package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Where hunts come from: those that ship, and files of anybody's own. */
public final class HuntFiles {
    /** Larger files are refused. */
    public static final int BYTES_MAX = 256 << 10;

    private static final String FOLDER = "/hunts/";
    private static final Set<String> KEYS =
            Set.of(
                    "title",
                    "kind",
                    "hypothesis",
                    "techniques",
                    "questions",
                    "expected-noise",
                    "follow-ups",
                    "findings",
                    "resolution");
    private static final Set<String> QUESTION_KEYS =
            Set.of("id", "ask", "query", "look-for", "new-by");

    private HuntFiles() {}

    /** Names of the hunts that ship, in their order. */
    public static List<String> shipped() {
        return resource("index").lines().filter(line -> !line.isBlank()).toList();
    }

    /**
     * A hunt that ships, by its name.
     *
     * @throws Rejected when there is none of that name
     */
    public static Hunt shipped(String name) {
        if (!shipped().contains(name)) {
            throw new Rejected(
                    "no hunt %s (expected: a file, or one of %s)"
                            .formatted(name, String.join(", ", shipped())));
        }
        return read(name, resource(name + ".yaml"));
    }

    private static String resource(String name) {
        try (var in = HuntFiles.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new Unavailable("not in this build: " + FOLDER + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new Unavailable(FOLDER + name + " could not be read", e);
        }
    }

    /**
     * Reads a hunt of anybody's own.
     *
     * @throws Rejected when it is none, with the place where one is known
     */
    public static Hunt load(Path file) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new Rejected(file + ": more than " + BYTES_MAX + " bytes");
            }
            var name = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
            return read(name, Files.readString(file));
        } catch (IOException e) {
            throw new Unavailable(file + " could not be read: " + e.getMessage(), e);
        }
    }

    /** Reads a hunt from its text. */
    static Hunt read(String name, String text) {
        Object loaded;
        try {
            var settings =
                    LoadSettings.builder()
                            .setLabel(name)
                            .setCodePointLimit(BYTES_MAX)
                            .setMaxAliasesForCollections(10)
                            .setAllowDuplicateKeys(false)
                            .build();
            loaded = new Load(settings).loadFromString(text);
        } catch (YamlEngineException e) {
            throw new Rejected("hunt " + name + ": " + e.getMessage(), e);
        }
        if (!(loaded instanceof Map<?, ?> map)) {
            throw new Rejected("hunt " + name + ": not a mapping (expected: title, questions, …)");
        }
        try {
            known(map, KEYS);
            return new Hunt(
                    name,
                    text(map, "title"),
                    map.containsKey("kind") ? text(map, "kind") : "threat",
                    text(map, "hypothesis"),
                    texts(map, "techniques"),
                    questions(map.get("questions")),
                    texts(map, "expected-noise"),
                    texts(map, "follow-ups"),
                    texts(map, "findings"),
                    map.get("resolution") == null ? "" : text(map, "resolution"));
        } catch (Rejected e) {
            throw new Rejected("hunt " + name + ": " + e.getMessage(), e);
        }
    }

    private static List<Hunt.Question> questions(@Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            throw new Rejected("questions: no list");
        }
        var questions = new ArrayList<Hunt.Question>();
        for (var each : list) {
            if (!(each instanceof Map<?, ?> map)) {
                throw new Rejected("a question is no mapping (expected: id, ask, query)");
            }
            known(map, QUESTION_KEYS);
            var id = text(map, "id");
            var query = text(map, "query");
            try {
                questions.add(
                        new Hunt.Question(
                                id,
                                text(map, "ask"),
                                query.strip(),
                                Query.parse(query),
                                map.get("look-for") == null ? "" : text(map, "look-for"),
                                texts(map, "new-by")));
            } catch (Rejected e) {
                throw new Rejected("question " + id + ": " + e.getMessage(), e);
            }
        }
        return questions;
    }

    private static void known(Map<?, ?> map, Set<String> keys) {
        for (var key : map.keySet()) {
            if (!keys.contains(String.valueOf(key))) {
                throw new Rejected(
                        "%s is not known (expected one of: %s)"
                                .formatted(
                                        key, String.join(", ", keys.stream().sorted().toList())));
            }
        }
    }

    private static String text(Map<?, ?> map, String key) {
        if (map.get(key) instanceof String text && !text.isBlank()) {
            return text.strip();
        }
        throw new Rejected(key + ": missing (expected: a text)");
    }

    private static List<String> texts(Map<?, ?> map, String key) {
        var value = map.get(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new Rejected(key + ": no list");
        }
        return list.stream().map(each -> String.valueOf(each).strip()).toList();
    }
}
