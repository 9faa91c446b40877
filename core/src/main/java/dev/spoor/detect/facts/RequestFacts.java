package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What the request line tells: who, where to, and how it ended. */
final class RequestFacts {
    private static final Set<String> SYSTEM_NAMESPACES =
            Set.of("kube-system", "kube-public", "kube-node-lease");

    /** Words that name what watches over a cluster, between the dashes of a name. */
    private static final Set<String> GUARDS =
            Set.of(
                    "falco",
                    "tetragon",
                    "sysdig",
                    "tracee",
                    "neuvector",
                    "wazuh",
                    "crowdstrike",
                    "falcon",
                    "sentinelone",
                    "aqua",
                    "kubescape",
                    "kubearmor",
                    "gatekeeper",
                    "opa",
                    "kyverno",
                    "kubewarden",
                    "policy",
                    "audit",
                    "security",
                    "trivy",
                    "fluentd",
                    "fluent",
                    "fluentbit",
                    "filebeat",
                    "auditbeat",
                    "vector",
                    "promtail",
                    "loki",
                    "logging",
                    "log",
                    "logs",
                    "datadog",
                    "splunk",
                    "otel",
                    "opentelemetry",
                    "prometheus",
                    "alertmanager",
                    "monitoring");

    /** Names of what runs a cluster; a pod of such a name elsewhere pretends to be it. */
    private static final List<String> SYSTEM_NAMES =
            List.of(
                    "kube-apiserver",
                    "kube-controller-manager",
                    "kube-scheduler",
                    "kube-sched",
                    "kube-proxy",
                    "kube-dns",
                    "kube-flannel",
                    "kube-system",
                    "coredns",
                    "core-dns",
                    "etcd",
                    "calico-node",
                    "calico-kube",
                    "cilium",
                    "kindnet",
                    "metrics-server",
                    "cloud-controller",
                    "storage-provisioner",
                    "aws-node",
                    "konnectivity",
                    "kubelet");

    /** Kubelet paths that start or join a process in a pod, or copy its memory. */
    private static final Pattern KUBELET_RUNS =
            Pattern.compile(
                    "^/?(run|exec|attach|portforward|port-forward|cri|debug|checkpoint)(/|$)",
                    Pattern.CASE_INSENSITIVE);

    /** kubeadm, kind and minikube have set up a cluster and its add-ons after so many writes. */
    private static final long YOUNG_REVISION = 500;

    private RequestFacts() {}

    static List<JsonNode> values(Act act, String field) {
        var who = act.who();
        var event = act.event;
        return switch (field) {
            case "spoor.person" -> Facts.truth(who.person);
            case "spoor.actor" -> Facts.text(who.user);
            case "spoor.impersonated" -> Facts.text(event.impersonatedUser());
            case "spoor.sameIdentity" ->
                    Facts.truth(event.impersonatedUser().equals(who.user) && !who.user.isEmpty());
            case "spoor.serviceaccount" -> Facts.truth(who.account);
            case "spoor.serviceaccount.namespace" -> Facts.text(who.accountNamespace);
            case "spoor.serviceaccount.name" -> Facts.text(who.accountName);
            case "spoor.serviceaccount.default" ->
                    Facts.truth(who.account && who.accountName.equals("default"));
            case "spoor.ownNamespace" ->
                    Facts.truth(
                            who.account && who.accountNamespace.equals(event.object().namespace()));
            case "spoor.otherNamespace" ->
                    Facts.truth(
                            who.account
                                    && !who.accountNamespace.equals(event.object().namespace()));
            case "spoor.otherAccount" ->
                    Facts.truth(
                            !(who.account
                                    && who.accountNamespace.equals(event.object().namespace())
                                    && who.accountName.equals(event.object().name())));
            case "spoor.controller" -> Facts.truth(who.controller);
            case "spoor.nodeIdentity" -> Facts.truth(who.node);
            case "spoor.breakglass" -> Facts.truth(who.breakglass);
            case "spoor.anonymous" -> Facts.truth(who.anonymous);
            case "spoor.success" -> Facts.truth(event.succeeded());
            case "spoor.refused" -> Facts.truth(event.code() == 401 || event.code() == 403);
            case "spoor.write" -> Facts.truth(act.event.writes());
            case "spoor.young" -> Facts.truth(young(act));
            case "spoor.dryRun" ->
                    Facts.truth(act.path().all("dryRun").stream().anyMatch("All"::equals));
            default -> places(act, field);
        };
    }

    private static List<JsonNode> places(Act act, String field) {
        var event = act.event;
        var object = event.object();
        return switch (field) {
            case "spoor.systemNamespace" ->
                    Facts.truth(SYSTEM_NAMESPACES.contains(object.namespace()));
            case "spoor.guardNamespace" -> Facts.truth(guards(object.namespace()));
            case "spoor.guardWorkload" ->
                    Facts.truth(guards(object.name()) || guards(object.namespace()));
            case "spoor.health" -> Facts.truth(health(act.path().path()));
            case "spoor.discoveryPath" ->
                    Facts.truth(object.resource().isEmpty() && discovery(act.path().path()));
            case "spoor.unbounded" ->
                    Facts.truth(
                            event.verb().equals("list")
                                    && object.namespace().isEmpty()
                                    && act.path().one("limit").isEmpty()
                                    && act.path().one("resourceVersion").isEmpty()
                                    && act.path().one("fieldSelector").isEmpty()
                                    && act.path().one("labelSelector").isEmpty());
            case "spoor.lookalike" ->
                    Facts.truth(
                            !SYSTEM_NAMESPACES.contains(object.namespace()) && named(name(act)));
            case "spoor.tty" -> Facts.truth(act.path().one("tty").equals("true"));
            case "spoor.proxy.path" -> Facts.text(proxied(act.path().path()));
            case "spoor.proxy.runs" ->
                    Facts.truth(KUBELET_RUNS.matcher(proxied(act.path().path())).find());
            default -> List.of();
        };
    }

    /**
     * Whether the cluster has hardly lived: its store counts every write since its birth, and
     * nobody can turn the count back (resourceVersion is etcd's revision). Unknown is not young.
     */
    private static boolean young(Act act) {
        long revision =
                Math.max(
                        revision(act.answer()),
                        Math.max(
                                revision(act.body()),
                                number(act.event.object().resourceVersion())));
        return revision > 0 && revision < YOUNG_REVISION;
    }

    private static long revision(JsonNode object) {
        return number(object.path("metadata").path("resourceVersion").asString(""));
    }

    private static long number(String text) {
        return text.isEmpty() || text.length() > 18 || !text.chars().allMatch(Character::isDigit)
                ? 0
                : Long.parseLong(text);
    }

    /** Given by the server when the client asked for a generated one. */
    private static String name(Act act) {
        var name = act.event.object().name();
        if (name.isEmpty()) {
            var metadata = act.body().path("metadata");
            name = metadata.path("name").asString(metadata.path("generateName").asString(""));
        }
        return name;
    }

    private static boolean guards(String name) {
        for (var word : name.toLowerCase(Locale.ROOT).split("[-.]")) {
            if (GUARDS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean named(String name) {
        for (var system : SYSTEM_NAMES) {
            if (name.startsWith(system)
                    && (name.length() == system.length()
                            || "-.0123456789".indexOf(name.charAt(system.length())) >= 0)) {
                return true;
            }
        }
        return false;
    }

    /** The paths that everybody may ask for by default; a way out of them is none of them. */
    private static boolean health(String path) {
        if (path.contains("..") || path.contains("//")) {
            return false;
        }
        for (var root : HEALTH) {
            if (path.startsWith(root)
                    && (path.length() == root.length() || path.charAt(root.length()) == '/')) {
                return true;
            }
        }
        return false;
    }

    private static final List<String> HEALTH = List.of("/healthz", "/livez", "/readyz", "/version");

    /** What tells which kinds of objects there are, not what objects. */
    private static boolean discovery(String path) {
        if (path.contains("..") || path.contains("//")) {
            return false;
        }
        if (path.startsWith("/openapi")
                || path.startsWith("/swagger")
                || path.startsWith("/.well-known/")
                || path.startsWith("/openid/")) {
            return true;
        }
        var parts = path.split("/", -1);
        boolean root = path.equals("/") || path.equals("/version");
        return root
                || (path.startsWith("/apis") && parts[1].equals("apis") && parts.length <= 4)
                || (path.startsWith("/api") && parts[1].equals("api") && parts.length <= 3);
    }

    /** What follows {@code /proxy/}; a path that is proxied nowhere gives nothing. */
    private static String proxied(String path) {
        int at = path.indexOf("/proxy");
        return at < 0 ? "" : path.substring(at + "/proxy".length()).replaceFirst("^/+", "");
    }
}
