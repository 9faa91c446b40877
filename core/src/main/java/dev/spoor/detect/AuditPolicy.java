package dev.spoor.detect;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Lines for an audit policy (audit.k8s.io/v1 Policy) that would let blind rules see. */
public final class AuditPolicy {
    private static final Map<String, Set<String>> GROUPS =
            Map.of(
                    "apps",
                    Set.of("deployments", "daemonsets", "statefulsets", "replicasets"),
                    "batch",
                    Set.of("jobs", "cronjobs"),
                    "rbac.authorization.k8s.io",
                    Set.of("roles", "rolebindings", "clusterroles", "clusterrolebindings"),
                    "networking.k8s.io",
                    Set.of("networkpolicies", "ingresses"),
                    "admissionregistration.k8s.io",
                    Set.of(
                            "mutatingwebhookconfigurations",
                            "validatingwebhookconfigurations",
                            "validatingadmissionpolicies",
                            "validatingadmissionpolicybindings",
                            "mutatingadmissionpolicies",
                            "mutatingadmissionpolicybindings"),
                    "certificates.k8s.io",
                    Set.of("certificatesigningrequests"),
                    "authorization.k8s.io",
                    Set.of(
                            "selfsubjectaccessreviews",
                            "selfsubjectrulesreviews",
                            "subjectaccessreviews",
                            "localsubjectaccessreviews"),
                    "apiregistration.k8s.io",
                    Set.of("apiservices"),
                    "apiextensions.k8s.io",
                    Set.of("customresourcedefinitions"),
                    "autoscaling",
                    Set.of("horizontalpodautoscalers"));

    /** Their bodies hold what nobody should keep in a log. */
    private static final Set<String> SECRETIVE =
            Set.of("secrets", "configmaps", "serviceaccounts", "tokenreviews");

    private AuditPolicy() {}

    /**
     * Rules to be put first under {@code rules:}, one per API group; empty when none would help.
     *
     * @param blind what could not see
     */
    public static String lines(Collection<Readiness.Blind> blind) {
        var wanted = new TreeMap<String, Set<String>>();
        var secretive = new TreeSet<String>();
        for (var rule : blind) {
            for (var resource : rule.bodies()) {
                if (SECRETIVE.contains(resource)) {
                    secretive.add(resource);
                } else if (resource.matches("[a-z0-9]+")) {
                    wanted.computeIfAbsent(group(resource), _ -> new TreeSet<>()).add(resource);
                }
            }
        }
        var text = new StringBuilder();
        wanted.forEach((group, resources) -> {
            text.append("- level: Request\n");
            text.append("  verbs: [create, update, patch, delete]\n");
            text.append("  resources:\n");
            text.append("  - group: \"").append(group).append("\"\n");
            text.append("    resources: [").append(String.join(", ", resources)).append("]\n");
        });
        if (!secretive.isEmpty()) {
            text.append("# bodies of ")
                    .append(String.join(", ", secretive))
                    .append(" hold secret values: level Metadata is right, and these rules stay");
            text.append(" partly blind\n");
        }
        return text.toString();
    }

    private static String group(String resource) {
        for (var entry : GROUPS.entrySet()) {
            if (entry.getValue().contains(resource)) {
                return entry.getKey();
            }
        }
        return "";
    }
}
