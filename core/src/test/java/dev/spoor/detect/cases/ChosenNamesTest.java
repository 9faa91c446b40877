package dev.spoor.detect.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * What makes a shipped rule quiet - a part of its condition under {@code not}, or what lowers its
 * level - is nothing that an attacker chooses: no program's name, no object's or image's, no label,
 * no part of an account's name. Where it is all the same, it stands here with the reason.
 */
final class ChosenNamesTest {
    private static final Path SHIPPED = Path.of("src/main/resources/rules/shipped");

    private static final List<String> LEVELS =
            List.of("informational", "low", "medium", "high", "critical");

    /** Beginnings of fields, with their modifiers, that an attacker fills. */
    private static final Pattern CHOSEN =
            Pattern.compile(
                    "userAgent.*|objectRef\\.name|objectRef\\.name\\|.*with|objectRef\\.name\\|contains"
                            + "|user\\.username\\|(endswith|contains|re).*|requestURI.*|requestObject\\..*|responseObject\\..*"
                            + "|.*\\.image.*|.*labels.*|.*annotations.*|k8s\\..*name|host\\.name.*|container\\..*");

    private static final String PAGED =
            "informers ask so all day; an account that never did is told by BAS-03 and BAS-04";

    /** Rule and selection, and why it may stay. */
    private static final Map<String, String> KNOWN =
            Map.ofEntries(
                    Map.entry(
                            "ACC-01 join", "one object that everybody may read, by its full name"),
                    Map.entry("LAT-09 usual", "one object without secrets, by its full name"),
                    Map.entry("ACC-09 health", "paths without a secret or a right"),
                    Map.entry(
                            "ACC-09 library",
                            "says more about a program's name, which is all this rule knows"),
                    Map.entry("CHG-02 library", "as ACC-09"),
                    Map.entry("DIS-13 library", "as ACC-09"),
                    Map.entry(
                            "EXE-18 owned",
                            "workflow engines make pods by the thousand; what is in the pod is judged by others"),
                    Map.entry("CRE-18 chosen", PAGED),
                    Map.entry("DIS-08 paged", PAGED),
                    Map.entry("DIS-12 paged", PAGED),
                    Map.entry("LAT-08 paged", PAGED));

    private static final Pattern NOT = Pattern.compile("not\\s+(\\(([^)]*)\\)|[\\w*]+)");

    private static final Pattern WORD = Pattern.compile("\\w+");

    @Test
    void nothingThatAnAttackerChoosesMakesARuleQuiet() throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(SHIPPED, "*.yml")) {
            for (var file : files) {
                var rule = Yaml.mapper(64).readTree(Files.readString(file));
                quieting(rule)
                        .forEach((name, selection) -> {
                            if (fields(selection).stream().anyMatch(ChosenNamesTest::chosen)) {
                                var id = file.getFileName().toString().replace(".yml", "");
                                found.add(id + " " + name);
                            }
                        });
            }
        }
        assertThat(found).isEqualTo(new TreeSet<>(KNOWN.keySet()));
    }

    private static boolean chosen(String field) {
        return CHOSEN.matcher(field).matches();
    }

    /** The selections under {@code not}, and those that lower the level. */
    private static Map<String, JsonNode> quieting(JsonNode rule) {
        var detection = rule.path("detection");
        var quieting = new LinkedHashMap<String, JsonNode>();
        var not = NOT.matcher(detection.path("condition").asString(""));
        while (not.find()) {
            words(not.group(1), detection, quieting);
        }
        int level = LEVELS.indexOf(rule.path("level").asString("low"));
        for (var grade : rule.path("spoor").path("levels")) {
            if (LEVELS.indexOf(grade.path("level").asString("")) < level) {
                words(grade.path("when").asString(""), detection, quieting);
            }
        }
        return quieting;
    }

    private static void words(String text, JsonNode detection, Map<String, JsonNode> into) {
        var word = WORD.matcher(text);
        while (word.find()) {
            if (detection.has(word.group()) && !word.group().equals("condition")) {
                into.put(word.group(), detection.get(word.group()));
            }
        }
    }

    private static List<String> fields(JsonNode selection) {
        var fields = new ArrayList<String>();
        if (selection.isArray()) {
            selection.forEach(one -> fields.addAll(fields(one)));
        } else {
            selection.properties().forEach(one -> fields.add(one.getKey()));
        }
        return fields;
    }
}
