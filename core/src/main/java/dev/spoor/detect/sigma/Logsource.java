package dev.spoor.detect.sigma;

import dev.spoor.event.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which logs a rule is about (specification, "Log Source"); an attribute not given is the empty
 * string.
 */
public record Logsource(String category, String product, String service) {
    private static final Set<Kind> APPLICATION =
            EnumSet.of(
                    Kind.JSON,
                    Kind.TEXT,
                    Kind.CONTAINER_CRI,
                    Kind.CONTAINER_DOCKER,
                    Kind.SYSLOG,
                    Kind.JOURNAL);

    /** Whether a filter for this log source is for the other, too: what it names is equal. */
    boolean contains(Logsource other) {
        return (category.isEmpty() || category.equals(other.category))
                && (product.isEmpty() || product.equals(other.product))
                && (service.isEmpty() || service.equals(other.service));
    }

    /**
     * The kinds of events the rule sees: Kubernetes rules see audit events, Falco rules Falco's;
     * runtime rules both kinds of sensors; other products' rules see what carries their fields or
     * their text.
     */
    public Set<Kind> kinds() {
        return switch (product) {
            case "kubernetes" -> EnumSet.of(Kind.KUBERNETES_AUDIT);
            case "falco" -> EnumSet.of(Kind.FALCO);
            case "tetragon" -> EnumSet.of(Kind.TETRAGON);
            case "runtime" -> EnumSet.of(Kind.FALCO, Kind.TETRAGON);
            case "opa" -> EnumSet.of(Kind.OPA);
            case "gatekeeper" -> EnumSet.of(Kind.GATEKEEPER);
            case "text" -> EnumSet.copyOf(APPLICATION);
            case "windows", "macos", "azure", "aws", "gcp", "m365", "okta", "github" ->
                    EnumSet.of(Kind.JSON);
            default ->
                    service.equals("falco") ? EnumSet.of(Kind.FALCO) : EnumSet.copyOf(APPLICATION);
        };
    }
}
