package dev.spoor.detect;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    /** Resources of the group without a name whose bodies rules look at. */
    private static final Set<String> CORE =
            Set.of(
                    "pods",
                    "services",
                    "namespaces",
                    "nodes",
                    "events",
                    "endpoints",
                    "serviceaccounts",
                    "persistentvolumes",
                    "persistentvolumeclaims",
                    "replicationcontrollers",
                    "resourcequotas",
                    "limitranges");

    /** Parts of a resource that are named apart in a policy, and that rules look at, too. */
    private static final Map<String, List<String>> PARTS =
            Map.of(
                    "pods", List.of("pods/ephemeralcontainers"),
                    "services", List.of("services/status"),
                    "serviceaccounts", List.of("serviceaccounts/token"),
                    "deployments", List.of("deployments/scale"),
                    "statefulsets", List.of("statefulsets/scale"),
                    "replicasets", List.of("replicasets/scale"),
                    "certificatesigningrequests",
                            List.of(
                                    "certificatesigningrequests/approval",
                                    "certificatesigningrequests/status"));

    /** Their bodies hold what nobody should keep in a log. */
    private static final Set<String> SECRETIVE = Set.of("secrets", "configmaps", "tokenreviews");

    /** Their answers do, their requests do not. */
    private static final Set<String> SECRETIVE_ANSWERS = Set.of("serviceaccounts");

    private static final Pattern RESOURCE = Pattern.compile("[a-z0-9]{1,63}");
    private static final Pattern RULE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private AuditPolicy() {}

    /** One rule of a policy: for resources of a group, at a level. */
    private record Key(String level, String group) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int order = other.level.compareTo(level); // RequestResponse first: it says more
            return order != 0 ? order : group.compareTo(other.group);
        }
    }

    private record Wanted(Set<String> resources, Set<String> rules) {
        Wanted() {
            this(new TreeSet<>(), new TreeSet<>());
        }
    }

    /**
     * A policy (audit.k8s.io/v1) whose rules are to be put first under {@code rules:} of the
     * cluster's own, one per level and API group; empty when none would help.
     *
     * @param blind what could not see
     */
    public static String lines(Collection<Readiness.Blind> blind) {
        var wanted = new TreeMap<Key, Wanted>();
        var secretive = new TreeMap<String, Set<String>>();
        var unknown = new TreeMap<String, Set<String>>();
        for (var rule : blind) {
            for (var resource : rule.bodies()) {
                if (!RESOURCE.matcher(resource).matches()) {
                    continue; // a name from the log never becomes policy as it stands
                }
                var group = group(resource);
                if (SECRETIVE.contains(resource)
                        || rule.answers() && SECRETIVE_ANSWERS.contains(resource)) {
                    add(secretive, resource, rule.rule());
                } else if (group == null) {
                    add(unknown, resource, rule.rule());
                } else {
                    var level = rule.answers() ? "RequestResponse" : "Request";
                    var one = wanted.computeIfAbsent(new Key(level, group), _ -> new Wanted());
                    one.resources().add(resource);
                    one.resources().addAll(PARTS.getOrDefault(resource, List.of()));
                    one.rules().add(rule.rule());
                }
            }
        }
        return text(wanted, secretive, unknown);
    }

    private static void add(Map<String, Set<String>> map, String resource, String rule) {
        map.computeIfAbsent(resource, _ -> new TreeSet<>()).add(rule);
    }

    private static String text(
            Map<Key, Wanted> wanted,
            Map<String, Set<String>> secretive,
            Map<String, Set<String>> unknown) {
        var text = new StringBuilder();
        if (!wanted.isEmpty()) {
            text.append("apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n");
        }
        wanted.forEach((key, one) -> {
            text.append("  # opens the eyes of ").append(named(one.rules())).append('\n');
            text.append("  - level: ").append(key.level()).append('\n');
            text.append("    verbs: [create, update, patch, delete, deletecollection]\n");
            text.append("    resources:\n");
            text.append("      - group: \"").append(key.group()).append("\"\n");
            text.append("        resources: [\"")
                    .append(String.join("\", \"", one.resources()))
                    .append("\"]\n");
        });
        secretive.forEach((resource, rules) ->
                text.append("# bodies of ")
                        .append(resource)
                        .append(
                                " hold secret values: level Metadata is right, and these stay partly")
                        .append(" blind: ")
                        .append(named(rules))
                        .append('\n'));
        unknown.forEach((resource, rules) ->
                text.append("# ")
                        .append(resource)
                        .append(": level Request for its API group would help ")
                        .append(named(rules))
                        .append('\n'));
        return text.toString();
    }

    private static String named(Set<String> rules) {
        return rules.stream()
                .filter(rule -> RULE.matcher(rule).matches())
                .collect(Collectors.joining(", "));
    }

    private static @Nullable String group(String resource) {
        for (var entry : GROUPS.entrySet()) {
            if (entry.getValue().contains(resource)) {
                return entry.getKey();
            }
        }
        return CORE.contains(resource) ? "" : null;
    }
}
