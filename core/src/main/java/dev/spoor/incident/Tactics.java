package dev.spoor.incident;

import dev.spoor.detect.Finding;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which part of an attack a technique belongs to: the role of a step in a story. */
final class Tactics {
    static final String CONTEXT = "context";

    private static final Map<String, List<String>> BY_TECHNIQUE = read();

    /** Rule families of the shipped set, for a rule that names no technique we know. */
    private static final Map<String, String> BY_FAMILY =
            Map.of(
                    "ACC", "access",
                    "EXE", "execution",
                    "RBA", "escalation",
                    "ESC", "escalation",
                    "DEF", "evasion",
                    "CRE", "credentials",
                    "DIS", "discovery",
                    "LAT", "lateral",
                    "IMP", "impact");

    private static final List<String> GRAVEST_FIRST =
            List.of(
                    "impact",
                    "exfiltration",
                    "escalation",
                    "persistence",
                    "credentials",
                    "execution",
                    "evasion",
                    "lateral",
                    "collection",
                    "access",
                    "discovery");

    private Tactics() {}

    /** 0 is what a story names first; what no role is known of comes last. */
    static int gravity(String role) {
        int place = GRAVEST_FIRST.indexOf(role);
        return place < 0 ? GRAVEST_FIRST.size() : place;
    }

    /** The role of a finding: by its best technique, else by its rule's family, else discovery. */
    static String role(Finding finding) {
        for (var technique : finding.techniques()) {
            var roles = roles(technique);
            if (!roles.isEmpty()) {
                return roles.getFirst();
            }
        }
        int dash = finding.rule().indexOf('-');
        var family = dash < 0 ? "" : finding.rule().substring(0, dash);
        return BY_FAMILY.getOrDefault(family, "discovery");
    }

    /** The roles of a technique, best first; a sub-technique we do not know is its parent. */
    static List<String> roles(String technique) {
        var roles = BY_TECHNIQUE.get(technique);
        int dot = technique.indexOf('.');
        if (roles == null && dot > 0) {
            roles = BY_TECHNIQUE.get(technique.substring(0, dot));
        }
        return roles == null ? List.of() : roles;
    }

    private static Map<String, List<String>> read() {
        try (var in = Tactics.class.getResourceAsStream("/incident/tactics.txt")) {
            if (in == null) {
                throw new IllegalStateException("resource /incident/tactics.txt is missing");
            }
            var table = new HashMap<String, List<String>>();
            new InputStreamReader(in, StandardCharsets.UTF_8)
                    .readAllLines()
                    .forEach(line -> {
                        if (!line.startsWith("#") && !line.isBlank()) {
                            var words = List.of(line.split(" ", -1));
                            table.put(words.getFirst(), words.subList(1, words.size()));
                        }
                    });
            return Map.copyOf(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
