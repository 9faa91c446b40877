package dev.spoor.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Names of techniques by id: MITRE ATT&CK, and Microsoft's Threat Matrix for Kubernetes. */
final class Techniques {
    private static final Map<String, String> NAMES = load();

    private Techniques() {}

    /** The name, or the empty string for an id that is not in the table. */
    static String name(String id) {
        return NAMES.getOrDefault(id, "");
    }

    /** The tactic that a role of an event in a story stands for, in ATT&CK's words. */
    static String tactic(String role) {
        return switch (role) {
            case "access" -> "Initial Access";
            case "execution" -> "Execution";
            case "persistence" -> "Persistence";
            case "escalation" -> "Privilege Escalation";
            case "evasion" -> "Defense Evasion";
            case "credentials" -> "Credential Access";
            case "discovery" -> "Discovery";
            case "lateral" -> "Lateral Movement";
            case "collection" -> "Collection";
            case "exfiltration" -> "Exfiltration";
            case "impact" -> "Impact";
            case "context" -> "Context";
            default -> role;
        };
    }

    /** A tactic's name where room is short. */
    static String brief(String tactic) {
        return switch (tactic) {
            case "Initial Access" -> "Access";
            case "Execution" -> "Exec.";
            case "Persistence" -> "Persist.";
            case "Privilege Escalation" -> "Priv. Esc.";
            case "Defense Evasion" -> "Evasion";
            case "Credential Access" -> "Cred.";
            case "Discovery" -> "Disc.";
            case "Lateral Movement" -> "Lateral";
            case "Collection" -> "Coll.";
            case "Exfiltration" -> "Exfil.";
            default -> tactic;
        };
    }

    private static Map<String, String> load() {
        try (var in = Techniques.class.getResourceAsStream("/report/techniques.tsv")) {
            if (in == null) {
                throw new IllegalStateException("resource /report/techniques.tsv: missing");
            }
            var names = new HashMap<String, String>();
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", 2))
                    .forEach(row -> names.put(row[0], row[1]));
            return Map.copyOf(names);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
