package dev.spoor.detect.sigma;

import dev.spoor.detect.facts.Facts;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an {@code audit.k8s.io/v1} Event (k8s.io/apiserver/pkg/apis/audit/v1/types.go) and
 * what their values can be, to tell a rule that can never match one.
 */
public final class AuditFields {
    /** Top-level fields whose inside is open. */
    private static final Set<String> OPEN =
            Set.of(
                    "requestObject",
                    "responseObject",
                    "annotations",
                    "metadata", // v1beta1
                    "authenticationMetadata",
                    "spoor",
                    "source",
                    "k8s");

    private static final Set<String> LEAVES =
            Set.of(
                    "kind",
                    "apiVersion",
                    "level",
                    "auditID",
                    "stage",
                    "requestURI",
                    "verb",
                    "sourceIPs",
                    "userAgent",
                    "requestReceivedTimestamp",
                    "stageTimestamp",
                    "timestamp"); // v1beta1

    private static final Set<String> USER = Set.of("username", "uid", "groups", "extra");

    private static final Map<String, Set<String>> INNER =
            Map.of(
                    "user",
                    USER,
                    "impersonatedUser",
                    USER,
                    "objectRef",
                    Set.of(
                            "resource",
                            "namespace",
                            "name",
                            "uid",
                            "apiGroup",
                            "apiVersion",
                            "resourceVersion",
                            "subresource"),
                    "responseStatus",
                    Set.of("metadata", "status", "message", "reason", "details", "code"));

    private static final Map<String, Set<String>> VALUES =
            Map.of(
                    "level",
                    Set.of("None", "Metadata", "Request", "RequestResponse"),
                    "stage",
                    Set.of("RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"));

    /**
     * Verbs of requests (k8s.io/apiserver/pkg/endpoints/request/requestinfo.go): those of
     * resources, and the methods of other paths.
     */
    private static final Set<String> VERBS =
            Set.of(
                    "get",
                    "list",
                    "watch",
                    "create",
                    "update",
                    "patch",
                    "delete",
                    "deletecollection",
                    "connect",
                    "proxy",
                    "post",
                    "put",
                    "head",
                    "options",
                    "trace");

    /** Built-in resources whose singular is what is left without the last letter. */
    private static final Set<String> RESOURCES =
            Set.of(
                    "pods",
                    "secrets",
                    "configmaps",
                    "services",
                    "serviceaccounts",
                    "namespaces",
                    "nodes",
                    "events",
                    "endpoints",
                    "roles",
                    "rolebindings",
                    "clusterroles",
                    "clusterrolebindings",
                    "deployments",
                    "daemonsets",
                    "statefulsets",
                    "replicasets",
                    "jobs",
                    "cronjobs",
                    "persistentvolumes",
                    "persistentvolumeclaims",
                    "certificatesigningrequests",
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "customresourcedefinitions",
                    "apiservices",
                    "leases",
                    "limitranges",
                    "resourcequotas",
                    "replicationcontrollers");

    private final Set<String> reasons = new LinkedHashSet<>();

    /** Fields that the events in question do not have, and those of them that were asked for. */
    private final Set<String> lacking = new TreeSet<>();

    private final Set<String> missed = new TreeSet<>();

    private AuditFields() {}

    /** Whether the predicate can hold, and whether it can fail. */
    private record Can(boolean hold, boolean fail) {}

    /**
     * Why a rule for Kubernetes audit events can never match one, one clause; null when it can, or
     * when it is about other logs.
     */
    public static @Nullable String cannotMatch(Rule rule) {
        if (!rule.logsource().kinds().contains(Kind.KUBERNETES_AUDIT)) {
            return null;
        }
        var fields = new AuditFields();
        return fields.can(rule.condition()).hold()
                ? null
                : "cannot match an audit event: " + String.join("; ", fields.reasons);
    }

    /**
     * Which of these fields a rule cannot do without: it holds for no event that has none of them.
     *
     * @return empty when it can hold all the same
     */
    public static Set<String> needed(Rule rule, Set<String> lacking) {
        var fields = new AuditFields();
        fields.lacking.addAll(lacking);
        if (fields.can(rule.condition()).hold()) {
            return Set.of();
        }
        return fields.missed;
    }

    /** Whether events of audit.k8s.io/v1 have such a field, by its own or a common name. */
    static boolean known(String field) {
        int dot = field.indexOf('.');
        var root = dot < 0 ? field : field.substring(0, dot);
        if (OPEN.contains(root) || LEAVES.contains(field)) {
            return true;
        }
        var inner = INNER.get(root);
        if (inner != null) {
            var rest = dot < 0 ? "" : field.substring(dot + 1);
            int next = rest.indexOf('.');
            var key = next < 0 ? rest : rest.substring(0, next);
            return rest.isEmpty()
                    || inner.contains(key)
                            && (next < 0 || Set.of("extra", "details", "metadata").contains(key))
                    || !Lens.originals(Kind.KUBERNETES_AUDIT, field).isEmpty();
        }
        return !Lens.originals(Kind.KUBERNETES_AUDIT, field).isEmpty();
    }

    /** Whether some request is recorded with the verb. */
    static boolean verb(String verb) {
        return VERBS.contains(verb.toLowerCase(Locale.ROOT));
    }

    /** Whether a built-in resource was named in the singular. */
    static boolean singular(String resource) {
        return RESOURCES.contains(resource.toLowerCase(Locale.ROOT) + "s");
    }

    /** Whether a field with few values can have this one. */
    static boolean possible(String field, String value) {
        var values = VALUES.get(field);
        return values == null || values.stream().anyMatch(value::equalsIgnoreCase);
    }

    /**
     * The known field that a misspelt one most likely means: one that ends in the same word, or one
     * that is a few letters away; null when nothing is near.
     */
    static @Nullable String nearest(String field) {
        var known = new TreeSet<>(LEAVES);
        known.addAll(Set.of("requestObject", "responseObject", "annotations"));
        INNER.forEach((root, inner) -> inner.forEach(one -> known.add(root + "." + one)));
        known.remove("timestamp");
        if (field.startsWith(Facts.PREFIX)) {
            known.addAll(Facts.names());
        }
        var best = (String) null;
        int least = Math.max(2, field.length() / 4) + 1;
        var low = field.toLowerCase(Locale.ROOT);
        for (var one : known) {
            int distance = distance(low, one.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                best = one;
            }
        }
        return best != null ? best : sameEnd(low, known);
    }

    /** {@code namespace}, {@code user.name} and {@code code} by the last word of what is known. */
    private static @Nullable String sameEnd(String field, Set<String> known) {
        var last = field.substring(field.lastIndexOf('.') + 1);
        var order = List.of("objectRef.", "responseStatus.", "user.");
        for (var root : order) {
            for (var one : known) {
                var end = one.substring(one.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
                if (one.startsWith(root)
                        && (end.equals(last) || last.length() > 3 && distance(last, end) <= 1)) {
                    return one;
                }
            }
        }
        return null;
    }

    /** Letters to change, add or leave out (Levenshtein); two neighbours swapped count as two. */
    private static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int corner = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int changed = corner + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                corner = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    private Can can(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Everything() -> new Can(true, false);
            case Predicate.Text _ -> new Can(true, true);
            case Predicate.Not(var part) -> {
                var inner = can(part);
                yield new Can(inner.fail(), inner.hold());
            }
            case Predicate.All(var parts) -> {
                boolean hold = true;
                boolean fail = false;
                for (var part : parts) {
                    var one = can(part);
                    hold &= one.hold();
                    fail |= one.fail();
                }
                yield new Can(hold, fail);
            }
            case Predicate.Any(var parts) -> {
                boolean hold = false;
                boolean fail = true;
                for (var part : parts) {
                    var one = can(part);
                    hold |= one.hold();
                    fail &= one.fail();
                }
                yield new Can(hold, fail);
            }
            case Predicate.Field(var field, var test) -> field(field, test);
        };
    }

    private Can field(String field, Test test) {
        if (!known(field)) {
            reasons.add("it has no field " + Words.shown(field));
            boolean missing = test instanceof Test.IsNull;
            return new Can(missing, !missing);
        }
        if (lacking.contains(field)) {
            missed.add(field);
            boolean missing = test instanceof Test.IsNull;
            return new Can(missing, !missing);
        }
        boolean code = field.equals("responseStatus.code");
        if (code && test instanceof Test.Equal(var text, _) && !text.matches("\\d+")) {
            reasons.add(field + " is a number, never " + Words.shown(text));
            return new Can(false, true);
        }
        var values = VALUES.get(field);
        if (values != null
                && test instanceof Test.Equal
                && values.stream().noneMatch(test::holdsForText)) {
            reasons.add(
                    field + " is one of " + String.join(", ", values.stream().sorted().toList()));
            return new Can(false, true);
        }
        return new Can(true, true);
    }
}
