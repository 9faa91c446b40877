package dev.spoor.detect.cases;

import dev.spoor.fault.Rejected;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One API request in one line: {@code who verb what where code [query]}.
 *
 * <pre>
 * alice get pods/exec shop/web-1 101 command=sh&amp;tty=true
 * sa:ci/deployer create deployments.apps web/cache 201
 * admin create clusterrolebindings.rbac.authorization.k8s.io /backdoor 201
 * anonymous get /api/v1/namespaces 403
 * </pre>
 *
 * <p>who: a user name; {@code sa:namespace/name}; {@code node:name}; {@code admin}
 * (kubernetes-admin of group system:masters); {@code anonymous}; {@code nobody} (no user, as in a
 * 401). what: a resource with its API group behind a dot and its subresource behind a slash, or a
 * path. where: {@code namespace/name}, {@code namespace/} for a collection, {@code /name}
 * cluster-wide, {@code /} for a collection cluster-wide; left out after a path.
 */
final class RequestLine {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RequestLine() {}

    static ObjectNode event(String line) {
        var words = line.strip().split("\\s+", 6);
        if (words.length < 4) {
            throw new Rejected(
                    "request: '" + line + "' (expected: who verb what where code [query])");
        }
        var event = NODES.objectNode();
        event.put("kind", "Event").put("apiVersion", "audit.k8s.io/v1");
        event.put("level", "RequestResponse").put("stage", "ResponseComplete");
        user(event, words[0]);
        event.put("verb", words[1]);
        boolean path = words[2].startsWith("/");
        var rest = path ? 3 : 4;
        var query = words.length > rest + 1 ? words[rest + 1] : "";
        if (path) {
            event.put("requestURI", words[2]);
        } else {
            object(event, words[2], words[3], query);
        }
        status(event, words.length > rest ? words[rest] : "200", line);
        event.putArray("sourceIPs").add("198.51.100.7");
        event.put("userAgent", agent(words[0]));
        return event;
    }

    /** What each usually calls with. */
    private static String agent(String who) {
        if (who.startsWith("sa:kube-system/") || who.startsWith("system:kube-controller")) {
            return "kube-controller-manager/v1.34.1 (linux/amd64) kubernetes/93248f9";
        }
        if (who.startsWith("node:") || who.startsWith("system:bootstrap:")) {
            return "kubelet/v1.34.1 (linux/amd64) kubernetes/93248f9";
        }
        if (who.startsWith("system:")) {
            return who.substring("system:".length()) + "/v1.34.1 (linux/amd64)";
        }
        return who.startsWith("sa:")
                ? who.substring(who.indexOf('/') + 1) + "/v1.2.0 (linux/amd64)"
                : "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9";
    }

    private static void status(ObjectNode event, String code, String line) {
        try {
            event.putObject("responseStatus").put("code", Integer.parseInt(code));
        } catch (NumberFormatException e) {
            throw new Rejected(
                    "request: '" + line + "': code " + code + " (expected: a number)", e);
        }
    }

    private static void user(ObjectNode event, String who) {
        var user = event.putObject("user");
        switch (who) {
            case "nobody" -> {}
            case "anonymous" -> groups(user, "system:anonymous", "system:unauthenticated");
            case "admin" -> groups(user, "kubernetes-admin", "system:masters");
            case "system:apiserver" -> groups(user, who, "system:masters");
            default -> {
                if (who.startsWith("sa:")) {
                    var parts = who.substring(3).split("/", 2);
                    groups(
                            user,
                            "system:serviceaccount:" + parts[0] + ":" + parts[1],
                            "system:serviceaccounts",
                            "system:serviceaccounts:" + parts[0]);
                } else if (who.startsWith("node:")) {
                    groups(user, "system:node:" + who.substring(5), "system:nodes");
                } else {
                    groups(user, who);
                }
            }
        }
    }

    private static void groups(ObjectNode user, String name, String... groups) {
        user.put("username", name);
        var list = user.putArray("groups");
        List.of(groups).forEach(list::add);
        if (!name.equals("system:anonymous")) {
            list.add("system:authenticated");
        }
    }

    private static void object(ObjectNode event, String what, String where, String query) {
        int slash = what.indexOf('/');
        var full = slash < 0 ? what : what.substring(0, slash);
        int dot = full.indexOf('.');
        var resource = dot < 0 ? full : full.substring(0, dot);
        var group = dot < 0 ? "" : full.substring(dot + 1);
        var sub = slash < 0 ? "" : what.substring(slash + 1);
        int cut = where.indexOf('/');
        var namespace = cut < 0 ? "" : where.substring(0, cut);
        var name = where.equals("-") ? "" : where.substring(cut + 1);
        var ref = event.putObject("objectRef");
        ref.put("resource", resource).put("apiVersion", "v1");
        var uri = new StringBuilder(group.isEmpty() ? "/api/v1" : "/apis/" + group + "/v1");
        if (!group.isEmpty()) {
            ref.put("apiGroup", group);
        }
        if (!namespace.isEmpty()) {
            ref.put("namespace", namespace);
            uri.append("/namespaces/").append(namespace);
        }
        uri.append('/').append(resource);
        if (!name.isEmpty()) {
            ref.put("name", name);
            uri.append('/').append(URLEncoder.encode(name, StandardCharsets.UTF_8));
        }
        if (!sub.isEmpty()) {
            int deeper = sub.indexOf('/');
            ref.put("subresource", deeper < 0 ? sub : sub.substring(0, deeper));
            uri.append('/').append(sub);
        }
        event.put("requestURI", query.isEmpty() ? uri.toString() : uri + "?" + query);
    }
}
