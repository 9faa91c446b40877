package dev.spoor.detect.cases;

import dev.spoor.event.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One audit event as each kind of cluster delivers it. */
enum Wrapped {
    /** As the API server writes it. */
    NATIVE {
        @Override
        JsonNode of(ObjectNode event) {
            return event;
        }
    },
    /** Through a log pipeline that keeps the fields and drops what names the format. */
    STRIPPED {
        @Override
        JsonNode of(ObjectNode event) {
            var stripped = event.deepCopy();
            stripped.remove(List.of("kind", "apiVersion", "level", "stage"));
            stripped.put("p_log_type", "Amazon.EKS.Audit");
            return stripped;
        }
    },
    /** A diagnostic record of Azure, the event as text. */
    AKS {
        @Override
        JsonNode of(ObjectNode event) {
            var record = azure();
            record.putObject("properties")
                    .put("log", event + "\n")
                    .put("stream", "stdout")
                    .put("pod", "kube-apiserver-1");
            var batch = JsonNodeFactory.instance.objectNode();
            batch.putArray("records").add(record);
            return batch;
        }
    },
    /** A diagnostic record of Azure, alone, the event as an object. */
    AKS_OBJECT {
        @Override
        JsonNode of(ObjectNode event) {
            var record = azure();
            record.putObject("properties").set("log", event);
            return record;
        }
    },
    /** A Cloud Logging entry. */
    GKE {
        @Override
        JsonNode of(ObjectNode event) {
            return gke(event);
        }
    };

    abstract JsonNode of(ObjectNode event);

    private static ObjectNode azure() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("category", "kube-audit")
                .put(
                        "resourceId",
                        "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/PROD")
                .put("time", "2026-01-02T03:04:05.000000000Z")
                .put(
                        "operationName",
                        "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read");
    }

    private static final Map<Integer, Integer> STATUS =
            Map.of(400, 3, 401, 16, 403, 7, 404, 5, 409, 6, 429, 8);

    private static ObjectNode gke(ObjectNode event) {
        var object = event.path("objectRef");
        var payload = JsonNodeFactory.instance.objectNode();
        payload.put("@type", "type.googleapis.com/google.cloud.audit.AuditLog");
        payload.put("serviceName", "k8s.io");
        var group = object.path("apiGroup").asString("");
        var verb = event.path("verb").asString("");
        if (object.isMissingNode()) {
            payload.put("methodName", "io.k8s." + verb);
            var uri = event.path("requestURI").asString("");
            payload.put("resourceName", uri.substring(1).split("[?]")[0]);
        } else {
            payload.put("methodName", method(object, group, verb));
            payload.put("resourceName", name(object, group));
            payload.putArray("authorizationInfo")
                    .addObject()
                    .put("permission", method(object, group, verb).substring("io.k8s.".length()))
                    .put("resource", name(object, group))
                    .put("granted", event.path("responseStatus").path("code").asInt() < 400);
        }
        var who = payload.putObject("authenticationInfo");
        var user = event.path("user").path("username").asString("");
        if (!user.isEmpty()) {
            who.put("principalEmail", user);
        }
        if (event.has("impersonatedUser")) {
            who.put(
                    "authoritySelector",
                    event.path("impersonatedUser").path("username").asString());
        }
        var from = payload.putObject("requestMetadata");
        from.put("callerIp", event.path("sourceIPs").path(0).asString(""));
        from.put("callerSuppliedUserAgent", event.path("userAgent").asString(""));
        int code = event.path("responseStatus").path("code").asInt();
        var status = payload.putObject("status");
        if (code >= 400) {
            status.put("code", STATUS.getOrDefault(code, 2)).put("message", "refused");
        }
        copy(event, "requestObject", payload, "request");
        copy(event, "responseObject", payload, "response");
        var entry = JsonNodeFactory.instance.objectNode();
        entry.put("insertId", event.path("auditID").asString());
        entry.put(
                "logName",
                "projects/p/logs/cloudaudit.googleapis.com%2F"
                        + (List.of("get", "list", "watch").contains(verb)
                                ? "data_access"
                                : "activity"));
        entry.set("protoPayload", payload);
        entry.putObject("resource")
                .put("type", "k8s_cluster")
                .putObject("labels")
                .put("cluster_name", "prod")
                .put("location", "europe-west1")
                .put("project_id", "p");
        var labels = entry.putObject("labels");
        labels.put("authorization.k8s.io/decision", code == 403 ? "forbid" : "allow");
        var command = command(event.path("requestURI").asString(""));
        if (!command.isEmpty()) {
            labels.put("command.gke.io/command", command);
        }
        entry.put("timestamp", "2026-01-02T03:04:05.000001Z");
        return entry;
    }

    private static void copy(ObjectNode event, String from, ObjectNode payload, String to) {
        if (event.path(from) instanceof ObjectNode body) {
            payload.set(to, body.deepCopy().put("@type", "k8s.io/Object"));
        }
    }

    private static String method(JsonNode object, String group, String verb) {
        var words = new ArrayList<String>();
        words.add("io");
        words.add("k8s");
        if (group.isEmpty()) {
            words.add("core");
        } else {
            var parts = new ArrayList<>(List.of(group.split("\\.")));
            if (group.endsWith(".k8s.io")) {
                parts.removeLast();
                parts.removeLast();
            }
            Collections.reverse(parts);
            words.addAll(parts);
        }
        words.add("v1");
        words.add(object.path("resource").asString());
        if (object.has("subresource")) {
            words.add(object.path("subresource").asString());
        }
        words.add(verb);
        return String.join(".", words);
    }

    private static String name(JsonNode object, String group) {
        var name = new StringBuilder(group.isEmpty() ? "core" : group).append("/v1");
        var namespace = object.path("namespace").asString("");
        if (!namespace.isEmpty()) {
            name.append("/namespaces/").append(namespace);
        }
        name.append('/').append(object.path("resource").asString());
        var own = object.path("name").asString("");
        if (!own.isEmpty()) {
            name.append('/').append(own);
        }
        if (object.has("subresource")) {
            name.append('/').append(object.path("subresource").asString());
        }
        return name.toString();
    }

    private static String command(String uri) {
        int query = uri.indexOf('?');
        var words = new ArrayList<String>();
        if (query >= 0) {
            for (var pair : uri.substring(query + 1).split("&")) {
                if (pair.startsWith("command=")) {
                    words.add(
                            java.net.URLDecoder.decode(
                                    pair.substring("command=".length()),
                                    java.nio.charset.StandardCharsets.UTF_8));
                }
            }
        }
        return String.join(" ", words);
    }

    byte[] bytes(ObjectNode event, int number) {
        var dated = event.deepCopy();
        dated.put("auditID", "00000000-0000-4000-8000-%012d".formatted(number));
        dated.put("requestReceivedTimestamp", "2026-01-02T03:04:05.000001Z");
        dated.put("stageTimestamp", "2026-01-02T03:04:05.000002Z");
        return Json.mapper().writeValueAsBytes(of(dated));
    }
}
