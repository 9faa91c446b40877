package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What kind of thing a request does, in words. Requests of one deed can be told in one sentence.
 *
 * @param past {@code read}; {@code infinitive} the same after "tried to"
 * @param kind of what it is done to, empty when the words need no object
 * @param touch how the scope names it, empty when nothing is touched
 * @param wide it concerns all objects of the kind in a namespace, or everywhere
 */
record Deed(String past, String infinitive, String kind, String touch, boolean wide) {
    private static final Set<String> CLUSTER_WIDE =
            Set.of(
                    "node",
                    "namespace",
                    "clusterrole",
                    "clusterrolebinding",
                    "persistentvolume",
                    "customresourcedefinition",
                    "mutatingwebhookconfiguration",
                    "validatingwebhookconfiguration",
                    "validatingadmissionpolicy",
                    "certificatesigningrequest",
                    "storageclass",
                    "apiservice",
                    "priorityclass");

    static Deed of(@Nullable AuditEvent event) {
        if (event == null) {
            return new Deed("was reported", "be reported", "", "", false);
        }
        var ref = event.object();
        if (event.code() == 401 && event.user().isEmpty()) {
            return new Deed("logged in", "log in with credentials nobody knows", "", "", false);
        }
        if (ref.resource().isEmpty()) {
            return new Deed("requested", "request", "path", "", false);
        }
        var kind = Names.singular(ref.resource());
        var named = !Names.name(event).isEmpty();
        if (ref.resource().startsWith("selfsubject")) {
            return new Deed("asked what it may do", "ask what it may do", "", "", false);
        }
        return ref.subresource().isEmpty()
                ? plain(event.verb(), kind, named)
                : onPart(event.verb(), ref.subresource(), kind);
    }

    /** Whether it writes an object. */
    boolean changes() {
        return touch.equals("created") || touch.equals("changed");
    }

    private static Deed plain(String verb, String kind, boolean named) {
        return switch (verb) {
            case "get" -> new Deed("read", "read", kind, "read", false);
            case "list" -> new Deed("listed", "list", kind, "read", !named);
            case "watch" -> new Deed("watched", "watch", kind, "read", !named);
            case "create" -> new Deed("created", "create", kind, "created", false);
            case "update", "patch" -> new Deed("changed", "change", kind, "changed", false);
            case "delete" -> new Deed("deleted", "delete", kind, "deleted", false);
            case "deletecollection" -> new Deed("deleted", "delete", kind, "deleted", true);
            case "approve", "sign", "bind", "escalate", "impersonate" ->
                    new Deed("used " + verb + " on", "use " + verb + " on", kind, "used", false);
            default -> new Deed("requested", "request", kind, "requested", false);
        };
    }

    private static Deed onPart(String verb, String part, String kind) {
        var read = Set.of("get", "list", "watch").contains(verb);
        return switch (part) {
            case "exec" ->
                    new Deed("ran a command in", "run a command in", kind, "executed in", false);
            case "attach" -> new Deed("attached to", "attach to", kind, "executed in", false);
            case "portforward" ->
                    new Deed(
                            "forwarded ports of",
                            "forward ports of",
                            kind,
                            "forwarded ports of",
                            false);
            case "proxy" ->
                    kind.equals("node")
                            ? new Deed(
                                    "reached the kubelet of",
                                    "reach the kubelet of",
                                    kind,
                                    "reached the kubelet of",
                                    false)
                            : new Deed(
                                    "reached through the API server",
                                    "reach through the API server",
                                    kind,
                                    "reached",
                                    false);
            case "ephemeralcontainers" ->
                    new Deed(
                            "added a debug container to",
                            "add a debug container to",
                            kind,
                            "changed",
                            false);
            case "token" ->
                    new Deed(
                            "had a token issued for",
                            "have a token issued for",
                            kind,
                            "token issued for",
                            false);
            case "approval" -> new Deed("approved", "approve", kind, "approved", false);
            case "eviction" -> new Deed("evicted", "evict", kind, "deleted", false);
            case "binding" -> new Deed("placed on a node", "place on a node", kind, "", false);
            case "scale" ->
                    read
                            ? new Deed("read the scale of", "read the scale of", kind, "", false)
                            : new Deed("scaled", "scale", kind, "changed", false);
            case "log" -> new Deed("read the log of", "read the log of", kind, "read", false);
            default -> {
                var words = "the " + Plain.value(part) + " of";
                yield read
                        ? new Deed("read " + words, "read " + words, kind, "read", false)
                        : new Deed("changed " + words, "change " + words, kind, "changed", false);
            }
        };
    }

    /** What one request concerns, as the object of a sentence; empty when it needs none. */
    String target(AuditEvent event) {
        if (kind.isEmpty()) {
            return "";
        }
        if (kind.equals("path")) {
            return Plain.value(event.requestURI());
        }
        if (wide) {
            return "all " + Names.pluralInWords(kind) + where(event.object().namespace());
        }
        var object = Names.object(event);
        var granted = granted(event);
        if (!granted.isEmpty()) {
            return Names.inWords(kind) + granted;
        }
        if (object == null) {
            return "a " + Names.inWords(kind) + where(event.object().namespace());
        }
        return Names.inWords(kind) + " " + Plain.value(object.id());
    }

    /** {@code name (cluster-admin for a, b)} of a binding whose body is recorded. */
    private static String granted(AuditEvent event) {
        var body = event.requestObject();
        if (body == null || body.path("roleRef").path("name").asString("").isEmpty()) {
            return "";
        }
        var subjects = new TreeSet<String>();
        for (var subject : body.path("subjects")) {
            var namespace = subject.path("namespace").asString("");
            var name = subject.path("name").asString("");
            subjects.add(namespace.isEmpty() ? name : namespace + "/" + name);
        }
        var object = Names.object(event);
        return (object == null ? "" : " " + Plain.value(object.id()))
                + " ("
                + Plain.value(body.path("roleRef").path("name").asString(""))
                + " for "
                + (subjects.isEmpty() ? "nobody" : Plain.names(subjects))
                + ")";
    }

    /** Whether it concerns all namespaced objects of the kind in the cluster. */
    boolean everywhere(AuditEvent event) {
        return wide && event.object().namespace().isEmpty() && !CLUSTER_WIDE.contains(kind);
    }

    private String where(String namespace) {
        if (!namespace.isEmpty()) {
            return " in namespace " + Plain.value(namespace);
        }
        return CLUSTER_WIDE.contains(kind) ? "" : " in the cluster";
    }

    /** The verb phrase for one or several requests, without the names of the objects. */
    String phrase(Act.Outcome outcome, int times) {
        var tried = "tried to " + infinitive;
        return switch (outcome) {
            case DONE ->
                    past.equals("ran a command in") && times > 1
                            ? "ran " + times + " commands in"
                            : past;
            case ABSENT -> touch.equals("read") ? "looked for" : tried;
            case REFUSED, FAILED, OPEN -> tried;
        };
    }

    /** What several requests concern: {@code 28 secrets in 9 namespaces}, without their names. */
    String targets(Collection<AuditEvent> events) {
        var objects = new TreeSet<String>();
        var namespaces = new TreeSet<String>();
        for (var event : events) {
            objects.add(target(event));
            if (!event.object().namespace().isEmpty()) {
                namespaces.add(event.object().namespace());
            }
        }
        if (objects.size() == 1) {
            return objects.getFirst();
        }
        if (kind.equals("path")) {
            return Plain.count(objects.size(), "path", "paths");
        }
        if (wide && !namespaces.isEmpty()) {
            return Names.pluralInWords(kind)
                    + " in "
                    + Plain.count(objects.size(), "place", "places");
        }
        var counted = objects.size() + " " + Names.pluralInWords(kind);
        return namespaces.size() > 1
                ? counted + " in " + namespaces.size() + " namespaces"
                : counted + (namespaces.isEmpty() ? "" : where(namespaces.getFirst()));
    }

    /** The names of what several requests concern, in order. */
    List<String> names(Collection<AuditEvent> events) {
        var names = new TreeSet<String>();
        for (var event : events) {
            if (kind.equals("path")) {
                names.add(event.requestURI());
            } else if (wide) {
                names.add(
                        event.object().namespace().isEmpty()
                                ? "everywhere"
                                : event.object().namespace());
            } else {
                EntityRef object = Names.object(event);
                names.add(object == null ? event.object().namespace() : object.id());
            }
        }
        names.remove("");
        return List.copyOf(names);
    }
}
