package dev.spoor.detect.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** What a role or binding that is being written gives away, and to whom. */
final class RbacFacts {
    /** Built-in roles that give a cluster, a node's secrets, or a namespace away. */
    private static final Set<String> POWERFUL =
            Set.of(
                    "cluster-admin",
                    "admin",
                    "edit",
                    "system:kube-controller-manager",
                    "system:node",
                    "system:aggregate-to-admin",
                    "system:aggregate-to-edit",
                    "system:kubelet-api-admin",
                    "system:controller:clusterrole-aggregation-controller",
                    "system:controller:generic-garbage-collector",
                    "system:controller:namespace-controller",
                    "system:controller:expand-controller",
                    "system:controller:persistent-volume-binder");

    private static final Set<String> EVERYBODY =
            Set.of("system:unauthenticated", "system:authenticated", "system:serviceaccounts");

    private static final Set<String> POD_RUNS =
            Set.of("pods/exec", "pods/attach", "pods/ephemeralcontainers", "pods/*", "*/exec");

    private static final Set<String> GUARDS =
            Set.of(
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "mutatingadmissionpolicies",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings",
                    "mutatingadmissionpolicybindings");

    private final Set<String> dangerous = new TreeSet<>();
    private final Set<String> aggregate = new TreeSet<>();
    private final List<String> subjects = new ArrayList<>();
    private String roleRef = "";
    private boolean wildcard;
    private boolean everybody;
    private boolean anonymous;
    private boolean defaultAccount;
    private boolean self;
    private boolean established = true;
    private boolean systemAccount;

    /** Groups that hold every right already: binding them again gives nobody anything. */
    private static final Set<String> ALL_POWERFUL =
            Set.of("system:masters", "kubeadm:cluster-admins");

    private RbacFacts() {}

    static RbacFacts of(Act act) {
        var facts = new RbacFacts();
        var object = act.event.object();
        if (!object.group().equals("rbac.authorization.k8s.io")) {
            return facts;
        }
        var body = act.body();
        switch (object.resource()) {
            case "roles", "clusterroles" -> facts.readRole(body);
            case "rolebindings", "clusterrolebindings" -> facts.readBinding(act, body);
            default -> {}
        }
        return facts;
    }

    private void readRole(JsonNode body) {
        for (var rule : body.path("rules")) {
            readRule(rule);
        }
        for (var label : body.path("metadata").path("labels").properties()) {
            if (label.getKey().startsWith("rbac.authorization.k8s.io/aggregate-to-")
                    && label.getValue().asString("").equals("true")) {
                aggregate.add(label.getKey().substring(label.getKey().lastIndexOf('-') + 1));
            }
        }
    }

    private void readRule(JsonNode rule) {
        var verbs = words(rule.path("verbs"));
        var resources = words(rule.path("resources"));
        var groups = words(rule.path("apiGroups"));
        boolean anyVerb = verbs.contains("*");
        boolean anyResource = resources.contains("*") || resources.contains("*/*");
        boolean core = groups.isEmpty() || groups.contains("") || groups.contains("*");
        if (anyVerb && anyResource) {
            wildcard |= groups.contains("*") || groups.contains("");
            dangerous.add("do everything");
        }
        if (anyVerb && words(rule.path("nonResourceURLs")).contains("*")) {
            dangerous.add("reach every path");
        }
        for (var verb : List.of("escalate", "bind", "impersonate")) {
            if (verbs.contains(verb)) {
                dangerous.add(verb);
            }
        }
        boolean creates = anyVerb || verbs.contains("create");
        boolean writes = creates || verbs.contains("update") || verbs.contains("patch");
        boolean reads =
                anyVerb
                        || verbs.contains("get")
                        || verbs.contains("list")
                        || verbs.contains("watch");
        if (core && reads && (anyResource || resources.contains("secrets"))) {
            dangerous.add("read secrets");
        }
        if (core && (creates || reads) && resources.stream().anyMatch(POD_RUNS::contains)) {
            dangerous.add("run commands in pods");
        }
        if (core && (resources.contains("nodes/proxy") || resources.contains("nodes/*"))) {
            dangerous.add("reach the kubelet");
        }
        if (core
                && creates
                && (resources.contains("serviceaccounts/token")
                        || resources.contains("serviceaccounts/*"))) {
            dangerous.add("mint tokens");
        }
        if (writes
                && resources.stream()
                        .anyMatch(r -> r.equals("certificatesigningrequests/approval"))) {
            dangerous.add("approve certificates");
        }
        if (writes && resources.stream().anyMatch(GUARDS::contains)) {
            dangerous.add("change admission");
        }
        if (writes
                && (resources.contains("clusterrolebindings")
                        || resources.contains("clusterroles"))) {
            dangerous.add("write cluster rights");
        }
    }

    private void readBinding(Act act, JsonNode body) {
        roleRef = body.path("roleRef").path("name").asString("");
        for (var subject : body.path("subjects")) {
            if (subjects.size() == Facts.VALUES_MAX) {
                break;
            }
            readSubject(act, subject);
        }
    }

    private void readSubject(Act act, JsonNode subject) {
        var kind = subject.path("kind").asString("");
        var name = subject.path("name").asString("");
        var namespace = subject.path("namespace").asString("");
        switch (kind) {
            case "ServiceAccount" -> {
                subjects.add("ServiceAccount " + namespace + "/" + name);
                defaultAccount |= name.equals("default");
                established = false;
                systemAccount |= namespace.equals("kube-system");
                self |=
                        act.who().account
                                && act.who().accountName.equals(name)
                                && act.who().accountNamespace.equals(namespace);
            }
            default -> {
                subjects.add(kind + " " + name);
                established &= kind.equals("Group") && ALL_POWERFUL.contains(name);
                anonymous |=
                        name.equals("system:anonymous") || name.equals("system:unauthenticated");
                everybody |=
                        EVERYBODY.contains(name)
                                || name.equals("system:anonymous")
                                || name.startsWith("system:serviceaccounts:");
                self |=
                        (kind.equals("User") && name.equals(act.who().user))
                                || (kind.equals("Group")
                                        && !EVERYBODY.contains(name)
                                        && act.event.groups().contains(name));
            }
        }
    }

    private static List<String> words(JsonNode list) {
        var words = new ArrayList<String>();
        list.forEach(word -> words.add(word.asString("")));
        return words;
    }

    List<JsonNode> values(String field) {
        return switch (field) {
            case "spoor.rbac.dangerous" -> Facts.texts(dangerous);
            case "spoor.rbac.wildcard" -> Facts.truth(wildcard);
            case "spoor.rbac.aggregate" -> Facts.texts(aggregate);
            case "spoor.rbac.roleRef" -> Facts.text(roleRef);
            case "spoor.rbac.powerful" -> Facts.truth(POWERFUL.contains(roleRef));
            case "spoor.rbac.admin" -> Facts.truth(roleRef.equals("cluster-admin"));
            case "spoor.rbac.everybody" -> Facts.truth(everybody);
            case "spoor.rbac.anonymous" -> Facts.truth(anonymous);
            case "spoor.rbac.defaultAccount" -> Facts.truth(defaultAccount);
            case "spoor.rbac.self" -> Facts.truth(self);
            case "spoor.rbac.established" -> Facts.truth(established && !subjects.isEmpty());
            case "spoor.rbac.systemAccount" -> Facts.truth(systemAccount);
            case "spoor.rbac.subjects" -> Facts.texts(subjects);
            default -> List.of();
        };
    }
}
