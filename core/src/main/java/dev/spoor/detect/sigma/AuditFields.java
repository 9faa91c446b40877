package dev.spoor.detect.sigma;

import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
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

    private final Set<String> reasons = new LinkedHashSet<>();

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
