package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the actors could have touched, as far as this log itself shows: by rights the authorizer
 * named, by credentials that lay within reach. No rights are computed here, so the list is a lower
 * bound.
 */
final class Reach {
    /** The RBAC authorizer's reason (k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac). */
    private static final Pattern ALLOWED =
            Pattern.compile(
                    "^RBAC: allowed by (ClusterRoleBinding|RoleBinding) \"([^\"]{1,520})\""
                            + " of (ClusterRole|Role) \"([^\"]{1,260})\"");

    /** Held by everybody. */
    private static final Set<String> ORDINARY =
            Set.of(
                    "system:discovery",
                    "system:basic-user",
                    "system:public-info-viewer",
                    "system:service-account-issuer-discovery");

    private static boolean ordinary(String role) {
        return ORDINARY.contains(
                role.startsWith("system:openshift:") ? "system:" + role.substring(17) : role);
    }

    private final Surroundings around;
    private final Map<EntityRef, Set<String>> could = new LinkedHashMap<>();
    private final Set<String> unknown = new LinkedHashSet<>();

    /** What the authorizer has said already; a client's acts mostly have one reason. */
    private final Set<Said> said = new HashSet<>();

    private record Said(
            String cluster,
            String user,
            List<String> groups,
            String impersonatedUser,
            List<String> impersonatedGroups,
            String reason) {}

    private Reach(Surroundings around) {
        this.around = around;
    }

    static Reach of(List<Act> acts, Surroundings around) {
        var reach = new Reach(around);
        for (var act : acts) {
            if (act.event() != null && act.outcome() == Act.Outcome.DONE) {
                reach.rights(act, act.event());
                reach.gained(act, act.event());
            }
        }
        return reach;
    }

    List<Incident.Could> could() {
        return could.entrySet().stream()
                .map(entry -> new Incident.Could(entry.getKey(), List.copyOf(entry.getValue())))
                .toList();
    }

    /** What would widen the reach and is not in the log. */
    Set<String> unknown() {
        return unknown;
    }

    private void add(EntityRef entity, String through) {
        could.computeIfAbsent(entity, _ -> new LinkedHashSet<>()).add(Plain.sentence(through));
    }

    static EntityRef cluster(Act act) {
        var name = act.actor() == null ? "" : act.actor().cluster();
        return new EntityRef("cluster", name.isEmpty() ? "this cluster" : name);
    }

    /** What the authorizer said the actor holds. */
    private void rights(Act act, AuditEvent event) {
        var reason = event.annotations().getOrDefault("authorization.k8s.io/reason", "");
        var now =
                new Said(
                        act.actor() == null ? "" : act.actor().cluster(),
                        event.user(),
                        event.groups(),
                        event.impersonatedUser(),
                        event.impersonatedGroups(),
                        reason);
        if (said.add(now)) {
            rights(act, event, reason);
        }
    }

    private void rights(Act act, AuditEvent event, String reason) {
        var who =
                event.impersonatedUser().isEmpty()
                        ? Plain.value(event.user())
                        : Plain.value(event.impersonatedUser());
        var groups =
                event.impersonatedUser().isEmpty() ? event.groups() : event.impersonatedGroups();
        if (groups.contains("system:masters")) {
            add(cluster(act), who + " is in the group system:masters, which may do everything");
            return;
        }
        var allowed = ALLOWED.matcher(reason);
        if (!allowed.find() || ordinary(allowed.group(4))) {
            return;
        }
        var binding = allowed.group(2);
        var role = Plain.value(allowed.group(4));
        int slash = binding.lastIndexOf('/');
        if (allowed.group(1).equals("RoleBinding") && slash > 0) {
            add(
                    new EntityRef("namespace", binding.substring(slash + 1)),
                    "%s holds the role %s there by role binding %s"
                            .formatted(who, role, Plain.value(binding.substring(0, slash))));
        } else {
            var entity =
                    role.equals("cluster-admin")
                            ? cluster(act)
                            : new EntityRef("clusterrole", allowed.group(4));
            add(
                    entity,
                    "%s holds the cluster role %s everywhere by cluster role binding %s"
                            .formatted(who, role, Plain.value(binding)));
        }
    }

    /** What an act brought within reach. */
    private void gained(Act act, AuditEvent event) {
        var what = event.what();
        var name = Plain.value(Names.name(event));
        var namespace = event.object().namespace();
        switch (what) {
            case "clusterrolebindings", "rolebindings" -> bound(act, event);
            case "serviceaccounts/token" -> {
                if (event.verb().equals("create")) {
                    add(
                            Names.ref("serviceaccount", namespace, event.object().name()),
                            "a token of it was issued to " + act.who());
                }
            }
            case "pods/exec", "pods/attach", "pods/ephemeralcontainers" -> entered(act, event);
            case "mutatingwebhookconfigurations", "validatingwebhookconfigurations" -> {
                if (!event.verb().equals("get") && !event.verb().startsWith("delete")) {
                    add(
                            cluster(act),
                            "webhook " + name + " receives the objects of every request it names");
                }
            }
            case "secrets" -> {
                if (Deed.of(event).touch().equals("read")) {
                    unknown.add("what the read secrets open elsewhere is not in this log");
                }
            }
            default -> {
                if (event.verb().equals("create") || event.verb().equals("update")) {
                    pod(act, event);
                }
            }
        }
        for (var key : around.left().getOrDefault(act, List.of())) {
            if (key.startsWith("credential ")) {
                add(
                        new EntityRef("credential", key.substring("credential ".length())),
                        "certificate request " + name + " gave this credential");
            }
        }
    }

    private void bound(Act act, AuditEvent event) {
        var body = event.requestObject();
        var role = body == null ? "" : body.path("roleRef").path("name").asString("");
        if (role.isEmpty() || body == null) {
            return;
        }
        var subjects =
                body.path("subjects")
                        .valueStream()
                        .map(subject -> subject.path("name").asString(""))
                        .sorted()
                        .toList();
        var namespace = event.object().namespace();
        var entity =
                !namespace.isEmpty()
                        ? new EntityRef("namespace", namespace)
                        : role.equals("cluster-admin")
                                ? cluster(act)
                                : new EntityRef("clusterrole", role);
        add(
                entity,
                "binding %s gives %s to %s"
                        .formatted(
                                Plain.value(Names.name(event)),
                                Plain.value(role),
                                subjects.isEmpty() ? "nobody" : Plain.names(subjects)));
    }

    private void entered(Act act, AuditEvent event) {
        var pod = Plain.value(event.object().namespace() + "/" + event.object().name());
        var accounts = around.tokens(act);
        for (var account : accounts) {
            add(
                    new EntityRef("serviceaccount", account),
                    "its token lies in pod " + pod + ", which was entered");
        }
        if (accounts.isEmpty()) {
            unknown.add(
                    "which service account's token lies in pod "
                            + pod
                            + " is not in this log: nothing in it used the API");
        }
    }

    private void pod(Act act, AuditEvent event) {
        var spec = PodSpec.of(event);
        var object = act.object();
        if (!spec.recorded() || object == null) {
            return;
        }
        var what = object.kind() + " " + Plain.value(object.id());
        var account = spec.serviceAccount();
        if (!account.equals("default")) {
            add(
                    Names.ref("serviceaccount", event.object().namespace(), account),
                    what + " runs with its token");
        }
        var ways = spec.hostAccess();
        if (ways.isEmpty()) {
            return;
        }
        var nodes = new LinkedHashSet<>(around.nodes(act));
        if (!spec.node().isEmpty()) {
            nodes.add(spec.node());
        }
        for (var node : nodes) {
            add(
                    new EntityRef("node", node),
                    what + " reaches it (" + Plain.names(ways) + "), and all that runs on it");
        }
        if (nodes.isEmpty()) {
            unknown.add("on which node " + what + " ran is not in this log");
        }
    }
}
