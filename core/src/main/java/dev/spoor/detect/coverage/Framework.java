package dev.spoor.detect.coverage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A public table of techniques.
 *
 * @param version as the table was published; goes with every technique id that is shown
 */
public record Framework(String name, String version, List<Technique> techniques) {
    /**
     * One technique.
     *
     * @param tactics its columns
     * @param sources the kinds of logs in which it leaves more than a context
     */
    public record Technique(String id, String name, List<String> tactics, List<String> sources) {
        public Technique {
            tactics = List.copyOf(tactics);
            sources = List.copyOf(sources);
        }
    }

    public Framework {
        techniques = List.copyOf(techniques);
    }

    /** Both that the rules are measured by. */
    public static List<Framework> all() {
        return List.of(
                new Framework(
                        "MITRE ATT&CK Containers",
                        "18.1",
                        read("/frameworks/attack-containers.tsv")),
                new Framework(
                        "Microsoft Threat Matrix for Kubernetes",
                        "2023-01",
                        read("/frameworks/microsoft.tsv")));
    }

    private static List<Technique> read(String resource) {
        try (var in = Framework.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + ": missing");
            }
            var techniques = new ArrayList<Technique>();
            for (var line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                if (!line.startsWith("#")) {
                    var parts = line.split("\t", -1);
                    techniques.add(
                            new Technique(
                                    parts[0],
                                    parts[1],
                                    List.of(parts[2].split(",")),
                                    List.of(parts[3].split(","))));
                }
            }
            return techniques;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A source in plain words. */
    static String words(String source) {
        return switch (source) {
            case "audit" -> "the audit log";
            case "k8s_events" -> "event objects";
            case "container_log" -> "container logs";
            case "node_log" -> "node logs";
            case "runtime_sensor" -> "a runtime sensor";
            case "network_dns_flow" -> "flow and DNS records";
            case "admission_policy" -> "a policy engine";
            case "image_scanner_registry" -> "image scanner and registry records";
            case "cloud_log" -> "cloud logs";
            default -> source;
        };
    }
}
