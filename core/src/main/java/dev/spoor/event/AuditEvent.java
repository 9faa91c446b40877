package dev.spoor.event;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Typed view of one audit record in normal form ({@code audit.k8s.io/v1} Event;
 * k8s.io/apiserver/pkg/apis/audit/v1). Missing text is the empty string, a missing code is 0, a
 * missing body or time is null.
 *
 * @param sourceIPs as recorded; only the last is set by the server itself, the others may be
 *     claimed by the client
 * @param extra {@code user.extra}
 */
public record AuditEvent(
        String auditID,
        String stage,
        String level,
        String verb,
        String requestURI,
        String user,
        String userUid,
        List<String> groups,
        Map<String, List<String>> extra,
        String impersonatedUser,
        List<String> impersonatedGroups,
        List<String> sourceIPs,
        String userAgent,
        ObjectRef object,
        int code,
        String statusMessage,
        @Nullable Body requestBody,
        @Nullable Body responseBody,
        @Nullable Instant received,
        @Nullable Instant stageTime,
        Map<String, String> annotations) {
    /** The verbs that change objects (Kubernetes API concepts, "API verbs"). */
    public static final Set<String> WRITES =
            Set.of("create", "update", "patch", "delete", "deletecollection");

    /**
     * {@code objectRef}; all empty for a non-resource request.
     *
     * @param resourceVersion the version the client meant to change
     */
    public record ObjectRef(
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            String uid,
            String resourceVersion) {
        public static final ObjectRef NONE = new ObjectRef("", "", "", "", "", "", "", "");
    }

    public AuditEvent {
        groups = List.copyOf(groups);
        impersonatedGroups = List.copyOf(impersonatedGroups);
        sourceIPs = List.copyOf(sourceIPs);
        extra = Map.copyOf(extra);
        annotations = Map.copyOf(annotations);
    }

    /** Whether it was to change an object. */
    public boolean writes() {
        return WRITES.contains(verb);
    }

    /** What was sent, as far as it was recorded. */
    public @Nullable JsonNode requestObject() {
        return requestBody == null ? null : requestBody.value();
    }

    /** What was answered, as far as it was recorded. */
    public @Nullable JsonNode responseObject() {
        return responseBody == null ? null : responseBody.value();
    }

    /** The same event, kept in less room. */
    public AuditEvent withoutBodies() {
        return new AuditEvent(
                auditID,
                stage,
                level,
                verb,
                requestURI,
                user,
                userUid,
                groups,
                extra,
                impersonatedUser,
                impersonatedGroups,
                sourceIPs,
                userAgent,
                object,
                code,
                statusMessage,
                null,
                null,
                received,
                stageTime,
                annotations);
    }

    /** When it happened: the server's receipt of the request, else the stage time. */
    public @Nullable Instant time() {
        return received != null ? received : stageTime;
    }

    /** The last address: set by the API server's own connection; empty when none is recorded. */
    public String address() {
        return sourceIPs.isEmpty() ? "" : sourceIPs.getLast();
    }

    /** {@code authentication.kubernetes.io/credential-id}, or empty. */
    public String credential() {
        var ids = extra.get("authentication.kubernetes.io/credential-id");
        return ids == null || ids.isEmpty() ? "" : ids.getFirst();
    }

    /** resource, or resource/subresource. */
    public String what() {
        return object.subresource().isEmpty()
                ? object.resource()
                : object.resource() + "/" + object.subresource();
    }

    /** 2xx, or 101 for a stream; a record without a code yet is not a success. */
    public boolean succeeded() {
        return code == 101 || (code >= 200 && code < 300);
    }

    public static AuditEvent of(JsonNode tree) {
        return of(
                tree::get, Body.of(tree.get("requestObject")), Body.of(tree.get("responseObject")));
    }

    /**
     * Of an event that is kept in parts, what {@link JsonView#request} tells; its bodies are read
     * when they are asked for.
     */
    static AuditEvent request(Members members) {
        var asked = new HashMap<String, JsonNode>();
        for (var name : REQUEST) {
            var value = members.member(name);
            if (value != null) {
                asked.put(name, value);
            }
        }
        return of(
                asked::get, Body.of(members, "requestObject"), Body.of(members, "responseObject"));
    }

    private static final List<String> REQUEST =
            List.of(
                    "stage",
                    "verb",
                    "requestURI",
                    "user",
                    "impersonatedUser",
                    "objectRef",
                    "responseStatus");

    /** Of an event that is kept in parts; its bodies are read when they are asked for. */
    public static AuditEvent of(Members members) {
        return of(
                members::member,
                Body.of(members, "requestObject"),
                Body.of(members, "responseObject"));
    }

    private static AuditEvent of(
            Function<String, @Nullable JsonNode> member,
            @Nullable Body request,
            @Nullable Body response) {
        var status = node(member, "responseStatus");
        var ref = node(member, "objectRef");
        var user = node(member, "user");
        var impersonated = node(member, "impersonatedUser");
        return new AuditEvent(
                string(member, "auditID"),
                string(member, "stage"),
                string(member, "level"),
                string(member, "verb"),
                string(member, "requestURI"),
                string(user, "username"),
                string(user, "uid"),
                strings(user.path("groups")),
                lists(user.path("extra")),
                string(impersonated, "username"),
                strings(impersonated.path("groups")),
                strings(node(member, "sourceIPs")),
                string(member, "userAgent"),
                ref.isObject()
                        ? new ObjectRef(
                                string(ref, "apiGroup"),
                                string(ref, "apiVersion"),
                                string(ref, "resource"),
                                string(ref, "subresource"),
                                string(ref, "namespace"),
                                string(ref, "name"),
                                string(ref, "uid"),
                                string(ref, "resourceVersion"))
                        : ObjectRef.NONE,
                status.path("code").isNumber() ? status.path("code").asInt(0) : 0,
                string(status, "message"),
                request,
                response,
                time(string(member, "requestReceivedTimestamp"), member),
                time(string(member, "stageTimestamp"), member),
                texts(node(member, "annotations")));
    }

    private static @Nullable Instant time(
            String text, Function<String, @Nullable JsonNode> member) {
        var value = text;
        if (value.isEmpty()) {
            value = string(member, "timestamp"); // v1beta1 and 2017 v1
        }
        if (value.isEmpty()) {
            value = string(node(member, "metadata"), "creationTimestamp");
        }
        return Times.parse(value);
    }

    private static JsonNode node(Function<String, @Nullable JsonNode> member, String name) {
        var value = member.apply(name);
        return value == null ? MissingNode.getInstance() : value;
    }

    private static String string(Function<String, @Nullable JsonNode> member, String name) {
        var value = member.apply(name);
        return value != null && value.isString() ? value.asString() : "";
    }

    private static String string(JsonNode node, String key) {
        var value = node.get(key);
        return value != null && value.isString() ? value.asString() : "";
    }

    private static List<String> strings(JsonNode node) {
        var all = new ArrayList<String>();
        if (node.isArray()) {
            for (var element : node) {
                if (element.isString()) {
                    all.add(element.asString());
                }
            }
        }
        return all;
    }

    private static Map<String, List<String>> lists(JsonNode node) {
        var all = new HashMap<String, List<String>>();
        for (var entry : node.properties()) {
            all.put(entry.getKey(), List.copyOf(strings(entry.getValue())));
        }
        return all;
    }

    private static Map<String, String> texts(JsonNode node) {
        var all = new HashMap<String, String>();
        for (var entry : node.properties()) {
            all.put(entry.getKey(), entry.getValue().asString(""));
        }
        return all;
    }
}
