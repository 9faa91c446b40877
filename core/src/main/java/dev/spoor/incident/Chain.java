package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What one act leaves behind that a later act can only have from there: an object's UID, a token's
 * or certificate's id, a right. These links join acts of different actors; an equal name, an
 * address or a namespace does not.
 */
final class Chain {
    static final String EXTRA = "authentication.kubernetes.io/";

    /** The authorizer's own words about which binding allowed a request (k8s RBAC authorizer). */
    private static final Pattern ALLOWED_BY =
            Pattern.compile(
                    "^RBAC: allowed by (ClusterRoleBinding|RoleBinding) \"([^\"]{1,520})\"");

    private Chain() {}

    /**
     * A link between acts, by index in the list.
     *
     * @param credential the later act used the very credential that the earlier one made: joins
     *     even when the earlier tells nothing by itself
     */
    record Link(int earlier, int later, boolean credential) {}

    /** The links between acts of different actors; acts come in time order. */
    static List<Link> links(List<Act> acts, Surroundings around) {
        var left = new HashMap<String, Integer>();
        var links = new ArrayList<Link>();
        boolean granted = false;
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            if (act.event() == null || act.actor() == null || act.time() == null) {
                continue;
            }
            var needed = needed(act.event());
            if (granted) {
                needed.addAll(right(act.event()));
            }
            if (!around.ordinary().contains(act.actor().client())) {
                needed.addAll(stolen(act.event()));
            }
            for (var key : needed) {
                var giver = left.get(key);
                if (giver != null) {
                    links.add(new Link(giver, i, key.startsWith("credential ")));
                }
            }
            if (act.outcome() == Act.Outcome.DONE) {
                for (var key : left(act.event())) {
                    left.put(key, i);
                    granted |= key.contains("RoleBinding ");
                }
                for (var key : around.left().getOrDefault(act, List.of())) {
                    left.put(key, i);
                }
            }
        }
        return links;
    }

    /** What a request leaves behind, as far as its own record tells. */
    static List<String> left(AuditEvent event) {
        var keys = new ArrayList<String>();
        var issued = event.annotations().get(EXTRA + "issued-credential-id");
        if (issued != null) {
            keys.add("credential " + issued);
        }
        var ref = event.object();
        boolean writes =
                switch (event.verb()) {
                    case "create", "update", "patch" -> true;
                    default -> false;
                };
        if (event.verb().equals("create") && ref.subresource().isEmpty()) {
            var uid = Names.uid(event);
            if (!uid.isEmpty()) {
                keys.add("uid " + uid);
            }
        }
        if (ref.resource().equals("secrets")
                && (event.verb().equals("create") || event.verb().equals("get"))) {
            keys.add("token secret " + ref.namespace() + "/" + Names.name(event));
        }
        if (writes && ref.subresource().isEmpty() && ref.resource().endsWith("rolebindings")) {
            keys.addAll(granted(event));
        }
        return keys;
    }

    private static List<String> granted(AuditEvent event) {
        var name = Names.name(event);
        var binding =
                event.object().resource().equals("rolebindings")
                        ? "RoleBinding " + name + "/" + event.object().namespace()
                        : "ClusterRoleBinding " + name;
        var keys = new TreeSet<String>();
        collect(event.requestObject(), binding, keys);
        collect(event.responseObject(), binding, keys);
        return List.copyOf(keys);
    }

    private static void collect(@Nullable JsonNode body, String binding, TreeSet<String> keys) {
        if (body == null) {
            return;
        }
        for (var subject : body.path("subjects")) {
            var name = subject.path("name").asString("");
            switch (subject.path("kind").asString("")) {
                case "ServiceAccount" -> {
                    var namespace = subject.path("namespace").asString("");
                    keys.add(binding + " for system:serviceaccount:" + namespace + ":" + name);
                }
                case "User" -> keys.add(binding + " for " + name);
                default -> {
                    // a group's members are not the binding's doing
                }
            }
        }
    }

    /** Access to a node: with it comes the node's own credential. */
    static String host(String node) {
        return "host " + node;
    }

    /** Being inside a pod: its token lies there. */
    static String entered(String podUid) {
        return "inside " + podUid;
    }

    /** What a request needs when its credential is not used where it belongs. */
    private static List<String> stolen(AuditEvent event) {
        var keys = new ArrayList<String>();
        for (var uid : event.extra().getOrDefault(EXTRA + "pod-uid", List.of())) {
            keys.add(entered(uid));
        }
        if (event.user().startsWith("system:node:")) {
            keys.add(host(event.user().substring("system:node:".length())));
        }
        return keys;
    }

    /** What a request can only have from an earlier act. */
    static ArrayList<String> needed(AuditEvent event) {
        var keys = new ArrayList<String>();
        if (!event.credential().isEmpty()) {
            keys.add("credential " + event.credential());
        }
        if (!event.userUid().isEmpty()) {
            keys.add("uid " + event.userUid());
        }
        for (var uid : event.extra().getOrDefault(EXTRA + "pod-uid", List.of())) {
            keys.add("uid " + uid);
        }
        if (!event.object().uid().isEmpty()) {
            keys.add("uid " + event.object().uid());
        }
        for (var kind : List.of("autogenerated", "manual")) {
            var secret =
                    event.annotations()
                            .get("authentication.k8s.io/legacy-token-" + kind + "-secret");
            if (secret != null) {
                keys.add("token secret " + secret);
            }
        }
        return keys;
    }

    private static List<String> right(AuditEvent event) {
        var reason = event.annotations().getOrDefault("authorization.k8s.io/reason", "");
        var allowed = ALLOWED_BY.matcher(reason);
        return allowed.find()
                ? List.of(allowed.group(1) + " " + allowed.group(2) + " for " + event.user())
                : List.of();
    }
}
