package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EntityRef;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Kubernetes resources in the words of people and of the contract. */
final class Names {
    private static final Map<String, String> IN_WORDS =
            Map.ofEntries(
                    Map.entry("serviceaccount", "service account"),
                    Map.entry("configmap", "config map"),
                    Map.entry("clusterrole", "cluster role"),
                    Map.entry("clusterrolebinding", "cluster role binding"),
                    Map.entry("rolebinding", "role binding"),
                    Map.entry("cronjob", "cron job"),
                    Map.entry("replicaset", "replica set"),
                    Map.entry("statefulset", "stateful set"),
                    Map.entry("daemonset", "daemon set"),
                    Map.entry("networkpolicy", "network policy"),
                    Map.entry("persistentvolume", "persistent volume"),
                    Map.entry("persistentvolumeclaim", "persistent volume claim"),
                    Map.entry("certificatesigningrequest", "certificate request"),
                    Map.entry("mutatingwebhookconfiguration", "mutating webhook"),
                    Map.entry("validatingwebhookconfiguration", "validating webhook"),
                    Map.entry("customresourcedefinition", "custom resource definition"),
                    Map.entry("endpointslice", "endpoint slice"));

    private Names() {}

    /** The singular lower-case resource, by the rules of English that Kubernetes' names follow. */
    static String singular(String resource) {
        if (resource.equals("endpoints") || !resource.endsWith("s")) {
            return resource;
        }
        if (resource.endsWith("ies")) {
            return resource.substring(0, resource.length() - 3) + "y";
        }
        for (var ending : new String[] {"sses", "xes", "ches", "shes"}) {
            if (resource.endsWith(ending)) {
                return resource.substring(0, resource.length() - 2);
            }
        }
        return resource.endsWith("ss") ? resource : resource.substring(0, resource.length() - 1);
    }

    static String inWords(String kind) {
        return Plain.value(IN_WORDS.getOrDefault(kind, kind));
    }

    static String pluralInWords(String kind) {
        var words = inWords(kind);
        if (words.endsWith("y")) {
            return words.substring(0, words.length() - 1) + "ies";
        }
        return words.endsWith("s") ? words.equals("endpoints") ? words : words + "es" : words + "s";
    }

    /** The object a request concerns; null for a non-resource request and for a list. */
    static @Nullable EntityRef object(AuditEvent event) {
        var ref = event.object();
        var name = name(event);
        if (ref.resource().isEmpty() || name.isEmpty()) {
            return null;
        }
        return ref(singular(ref.resource()), ref.namespace(), name);
    }

    static EntityRef ref(String kind, String namespace, String name) {
        if (kind.equals("namespace")) {
            return new EntityRef(kind, name);
        }
        return new EntityRef(kind, namespace.isEmpty() ? name : namespace + "/" + name);
    }

    /** The object's name; of a create, often only in a body. */
    static String name(AuditEvent event) {
        var name = event.object().name();
        if (!name.isEmpty() || !event.verb().equals("create")) {
            return name;
        }
        name = metadata(event.responseObject(), "name");
        return name.isEmpty() ? metadata(event.requestObject(), "name") : name;
    }

    /**
     * The object's UID, or empty. A body counts only where it is the object itself, not the answer
     * of a subresource or a Status.
     */
    static String uid(AuditEvent event) {
        if (!event.object().uid().isEmpty()) {
            return event.object().uid();
        }
        if (event.responseObject() != null
                && event.responseObject().path("kind").asString("").equals("Status")) {
            return event.responseObject().path("details").path("uid").asString("");
        }
        var sub = event.object().subresource();
        if (!sub.isEmpty() && !sub.equals("status") && !sub.equals("approval")) {
            return "";
        }
        return metadata(event.responseObject(), "uid");
    }

    private static String metadata(@Nullable JsonNode body, String key) {
        return body == null ? "" : body.path("metadata").path(key).asString("");
    }
}
