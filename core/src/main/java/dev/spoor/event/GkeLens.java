package dev.spoor.event;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Builds an audit event from a Cloud Logging entry: GKE logs no event of its own, its facts are
 * spread over {@code protoPayload} (google.cloud.audit.AuditLog).
 */
final class GkeLens {
    private static final Pattern VERSION = Pattern.compile("v\\d+((alpha|beta)\\d+)?");

    /** Groups that are named without the suffix {@code .k8s.io}. */
    private static final Set<String> SHORT_GROUPS =
            Set.of("apps", "batch", "autoscaling", "policy", "extensions");

    /** google.rpc.Code as HTTP, as Google's own API mapping has it. */
    private static final Map<Integer, Integer> HTTP =
            Map.ofEntries(
                    Map.entry(0, 200),
                    Map.entry(1, 499),
                    Map.entry(2, 500),
                    Map.entry(3, 400),
                    Map.entry(4, 504),
                    Map.entry(5, 404),
                    Map.entry(6, 409),
                    Map.entry(7, 403),
                    Map.entry(8, 429),
                    Map.entry(9, 400),
                    Map.entry(10, 409),
                    Map.entry(11, 400),
                    Map.entry(12, 501),
                    Map.entry(13, 500),
                    Map.entry(14, 503),
                    Map.entry(15, 500),
                    Map.entry(16, 401));

    /** Of a command, more words are not shown in the URI. */
    private static final int COMMAND_WORDS_MAX = 1_000;

    private final JsonNode entry;
    private final JsonNode payload;
    private final ObjectNode event = JsonNodeFactory.instance.objectNode();

    private GkeLens(JsonNode entry) {
        this.entry = entry;
        this.payload = entry.path("protoPayload");
    }

    /** The event; the entry itself when it has no payload to read. */
    static JsonNode event(JsonNode entry) {
        return entry.path("protoPayload").isObject() ? new GkeLens(entry).build() : entry;
    }

    private JsonNode build() {
        var request = body("request");
        var response = body("response");
        event.put("kind", "Event");
        event.put("apiVersion", "audit.k8s.io/v1");
        event.put(
                "level",
                response != null ? "RequestResponse" : request != null ? "Request" : "Metadata");
        put("auditID", entry.path("insertId"));
        var operation = entry.path("operation");
        boolean starts = operation.path("first").asBoolean(false);
        boolean ends = operation.path("last").asBoolean(false);
        event.put("stage", starts && !ends ? "ResponseStarted" : "ResponseComplete");
        act();
        who();
        status(response);
        if (request != null) {
            event.set("requestObject", request);
        }
        if (response != null) {
            event.set("responseObject", response);
        }
        var time =
                entry.path("timestamp").isString()
                        ? entry.path("timestamp")
                        : entry.path("receiveTimestamp");
        put("requestReceivedTimestamp", time);
        put("stageTimestamp", time);
        annotations();
        return event;
    }

    private void put(String name, JsonNode value) {
        if (value.isString()) {
            event.set(name, value);
        }
    }

    /** Without the type, which only names the message it was sent as. */
    private @Nullable ObjectNode body(String name) {
        if (!(payload.path(name) instanceof ObjectNode object) || object.isEmpty()) {
            return null;
        }
        var body = object.deepCopy();
        body.remove("@type");
        return body.isEmpty() ? null : body;
    }

    private void act() {
        var method = payload.path("methodName").asString("");
        var words = List.of(method.split("\\."));
        int version = version(words);
        var name = payload.path("resourceName").asString("");
        event.put("verb", words.getLast());
        boolean kubernetes =
                method.startsWith("io.k8s.")
                        || payload.path("serviceName").asString("").equals("k8s.io");
        if (!kubernetes) {
            cloud(words, name);
            return;
        }
        if (version < 0 && !name.isEmpty()) {
            event.put("requestURI", name.startsWith("/") ? name : "/" + name);
            return;
        }
        var parts = List.of(name.split("/"));
        boolean versioned = parts.size() > 1 && VERSION.matcher(parts.get(1)).matches();
        var object = JsonNodeFactory.instance.objectNode();
        var group =
                versioned ? core(parts.getFirst()) : group(words.subList(0, Math.max(version, 0)));
        if (!group.isEmpty()) {
            object.put("apiGroup", group);
        }
        if (version > 0) {
            object.put("apiVersion", words.get(version));
        }
        int last = words.size() - 1;
        if (version > 0 && version + 1 < last) {
            object.put("resource", words.get(version + 1));
        }
        if (version > 0 && version + 2 < last) {
            object.put("subresource", String.join("/", words.subList(version + 2, last)));
        }
        if (versioned) {
            place(object, parts.subList(2, parts.size()));
            var path =
                    group.isEmpty() ? "/api" + name.substring(name.indexOf('/')) : "/apis/" + name;
            event.put("requestURI", path + command());
        }
        event.set("objectRef", object);
    }

    /**
     * What was run in a container, as the query that the API server was asked with: GKE keeps the
     * words of the command in the request, or all in one text in a label, and no other parameter.
     */
    private String command() {
        var words = new ArrayList<String>();
        for (var word : payload.path("request").path("command")) {
            words.add(word.asString(""));
        }
        var label = entry.path("labels").path("command.gke.io/command").asString("");
        if (words.isEmpty() && !label.isBlank()) {
            words.addAll(List.of(label.strip().split("\\s+")));
        }
        var query = new StringBuilder();
        for (var word : words.subList(0, Math.min(words.size(), COMMAND_WORDS_MAX))) {
            query.append(query.isEmpty() ? "?command=" : "&command=")
                    .append(URLEncoder.encode(word, StandardCharsets.UTF_8));
        }
        return query.toString();
    }

    private static int version(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (VERSION.matcher(words.get(i)).matches()) {
                return i;
            }
        }
        return -1;
    }

    /** {@code [namespaces, NAMESPACE,] RESOURCE [, NAME [, SUBRESOURCE]]}. */
    private static void place(ObjectNode object, List<String> parts) {
        boolean inside =
                parts.size() > 2
                        && parts.getFirst().equals("namespaces")
                        && !object.path("resource").asString("").equals("namespaces");
        if (inside) {
            object.put("namespace", parts.get(1));
        }
        int at = inside ? 2 : 0;
        if (!object.has("resource") && at < parts.size()) {
            object.put("resource", parts.get(at));
        }
        if (at + 1 < parts.size()) {
            object.put("name", parts.get(at + 1));
            if (!inside && parts.getFirst().equals("namespaces")) {
                object.put("namespace", parts.get(1));
            }
        }
    }

    /** An act on the cluster itself, of the Container API. */
    private void cloud(List<String> words, String name) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("apiGroup", payload.path("serviceName").asString("container.googleapis.com"));
        if (words.size() > 1) {
            object.put("resource", words.get(words.size() - 2).toLowerCase(Locale.ROOT));
        }
        object.put("name", name);
        event.set("objectRef", object);
    }

    private static String core(String group) {
        return group.equals("core") ? "" : group;
    }

    /** {@code io.k8s.authorization.rbac} is {@code rbac.authorization.k8s.io}. */
    private static String group(List<String> words) {
        if (words.size() == 3 && words.get(0).equals("io") && words.get(1).equals("k8s")) {
            var word = words.get(2);
            if (word.equals("core") || SHORT_GROUPS.contains(word)) {
                return core(word);
            }
        }
        return String.join(".", words.reversed());
    }

    private void who() {
        var authentication = payload.path("authenticationInfo");
        var user = event.putObject("user");
        var name = authentication.path("principalEmail").asString("");
        var known = name.isEmpty() ? authentication.path("principalSubject").asString("") : name;
        user.put("username", known);
        var groups = user.putArray("groups");
        groups(known).forEach(groups::add);
        var metadata = payload.path("requestMetadata");
        for (var key : List.of("callerIp", "callerIP")) {
            if (metadata.path(key).isString()) {
                event.putArray("sourceIPs").add(metadata.path(key).asString());
                break;
            }
        }
        put("userAgent", metadata.path("callerSuppliedUserAgent"));
        var other = authentication.path("authoritySelector").asString("");
        if (!other.isEmpty()) {
            event.putObject("impersonatedUser").put("username", other);
        }
    }

    /** The groups that the API server gives to such a name always; GKE records none. */
    private static List<String> groups(String user) {
        if (user.isEmpty()) {
            return List.of();
        }
        if (user.equals("system:anonymous")) {
            return List.of("system:unauthenticated");
        }
        if (user.startsWith("system:serviceaccount:")) {
            var parts = user.split(":");
            return List.of(
                    "system:serviceaccounts",
                    "system:serviceaccounts:" + (parts.length > 2 ? parts[2] : ""),
                    "system:authenticated");
        }
        return user.startsWith("system:node:")
                ? List.of("system:nodes", "system:authenticated")
                : List.of("system:authenticated");
    }

    private void status(@Nullable ObjectNode response) {
        var status = payload.path("status");
        int code = status.path("code").asInt(0);
        int http = code >= 100 ? code : HTTP.getOrDefault(code, 500);
        if (response != null && response.path("kind").asString("").equals("Status")) {
            http = response.path("code").asInt(http);
        }
        var answer = event.putObject("responseStatus");
        answer.put("code", http);
        if (status.path("message").isString()) {
            answer.set("message", status.path("message"));
        }
    }

    private void annotations() {
        var annotations = event.putObject("annotations");
        for (var label : entry.path("labels").properties()) {
            annotations.set(label.getKey(), label.getValue());
        }
        var granted = payload.path("authorizationInfo").path(0).path("granted");
        if (!annotations.has("authorization.k8s.io/decision")
                && payload.path("authorizationInfo").path(0).isObject()) {
            annotations.put(
                    "authorization.k8s.io/decision", granted.asBoolean(false) ? "allow" : "forbid");
        }
    }
}
