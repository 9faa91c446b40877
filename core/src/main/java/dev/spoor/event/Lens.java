package dev.spoor.event;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The normal form of each kind of source, and the common names of the OpenTelemetry semantic
 * conventions. Lenses are views: changing one re-indexes nothing.
 */
public final class Lens {
    private static final Map<String, List<String>> AUDIT =
            Map.ofEntries(
                    Map.entry("k8s.namespace.name", List.of("objectRef.namespace")),
                    Map.entry("user.name", List.of("user.username")),
                    Map.entry("source.ip", List.of("sourceIPs")),
                    Map.entry("source.address", List.of("sourceIPs")),
                    Map.entry("user_agent.original", List.of("userAgent")),
                    Map.entry("http.response.status_code", List.of("responseStatus.code")),
                    Map.entry("url.original", List.of("requestURI")));

    private Lens() {}

    /** The original paths that a common name stands for in events of this kind, best first. */
    public static List<String> originals(Kind kind, String common) {
        return switch (kind) {
            case KUBERNETES_AUDIT -> AUDIT.getOrDefault(common, List.of());
            default -> List.of();
        };
    }

    /**
     * Whether the normal form has every value where it stands in the bytes (but times of old audit
     * events).
     */
    public static boolean identity(Kind kind, Wrapping wrapping) {
        return switch (kind) {
            case KUBERNETES_AUDIT -> wrapping != Wrapping.GKE;
            case JSON, FALCO, JOURNAL -> true;
            default -> false;
        };
    }

    /** The event in the normal form of its kind; never fails on content (see {@link Json#read}). */
    public static JsonNode tree(Kind kind, Wrapping wrapping, byte[] view, int offset, int length) {
        var parsed = Json.read(view, offset, length);
        if (parsed.value() != null && parsed.value().isObject()) {
            return parsed.value();
        }
        ObjectNode text = JsonNodeFactory.instance.objectNode();
        text.put(
                "message",
                new String(view, offset, length, java.nio.charset.StandardCharsets.UTF_8));
        return text;
    }
}
