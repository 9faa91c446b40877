package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An event as a JSON tree in the normal form of its kind ({@link Lens}), with Spoor's own fields
 * {@code source.*}.
 */
public final class JsonView implements EventView {
    private final Source source;
    private @Nullable JsonNode tree;
    private @Nullable AuditEvent audit;
    private @Nullable AuditEvent request;
    private final @Nullable Members members;
    private byte @Nullable [] bytes;
    private final int offset;
    private int length;

    public JsonView(Source source, JsonNode tree, byte[] bytes, int offset, int length) {
        this.source = source;
        this.members = null;
        this.tree = tree;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** Parses only when a field is first asked for: text search alone never parses. */
    public JsonView(Source source, byte[] bytes, int offset, int length) {
        this.source = source;
        this.members = null;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** Of an event that is kept in parts: put together only for who asks all of it. */
    public JsonView(Source source, Members members) {
        this.source = source;
        this.members = members;
        this.offset = 0;
    }

    /** Of a record at hand: valid as long as the record is. */
    public JsonView(Source source, Received record) {
        this(source, record.view, record.viewOffset, record.viewLength);
    }

    /**
     * Of an audit record in normal form that has been read already; the rest is parsed when asked.
     */
    public JsonView(Source source, AuditEvent audit, byte[] bytes, int offset, int length) {
        this(source, bytes, offset, length);
        this.audit = audit;
    }

    public Source source() {
        return source;
    }

    /** What the event is read from, from {@link #offset} on; not to be changed or kept. */
    public byte[] bytes() {
        var known = bytes;
        if (known == null) {
            known = members == null ? new byte[0] : members.bytes();
            bytes = known;
            length = known.length;
        }
        return known;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        bytes();
        return length;
    }

    /** The typed view; to be asked of audit records only. */
    public AuditEvent audit() {
        if (audit == null) {
            audit =
                    tree == null && members != null
                            ? AuditEvent.of(members)
                            : AuditEvent.of(tree());
        }
        return audit;
    }

    /**
     * As {@link #audit}, but who asks it asks only what was requested, by whom, and what came of
     * it: identifiers, times and notes may be missing.
     */
    public AuditEvent request() {
        if (request == null) {
            request =
                    audit == null && tree == null && members != null
                            ? AuditEvent.request(members)
                            : audit();
        }
        return request;
    }

    public JsonNode tree() {
        if (tree == null) {
            tree = Lens.tree(source.kind(), source.wrapping(), bytes(), offset, length());
        }
        return tree;
    }

    @Override
    public List<JsonNode> values(String field) {
        if (field.startsWith("source.")) {
            var own = own(field);
            if (!own.isEmpty()) {
                return own; // what an event says of itself cannot forge where it came from
            }
        }
        if (field.startsWith("k8s.") || field.equals("container.id")) {
            var place = place(field);
            if (!place.isEmpty()) {
                return place;
            }
        }
        var parts = tree == null ? members : null;
        if (parts != null) {
            return among((path, found) -> walk(parts::member, path, found), field);
        }
        if (tree == null && audit != null) {
            var quick = read(audit, field);
            if (!quick.isEmpty()) {
                return quick;
            }
        }
        var whole = tree();
        return among((path, found) -> collect(whole, path, found), field);
    }

    /** Adds the values that stand at a path. */
    private interface Within {
        void collect(String path, List<JsonNode> found);
    }

    /** An object's members. */
    private interface ByName {
        @Nullable JsonNode member(String name);
    }

    private List<JsonNode> among(Within event, String field) {
        var found = new ArrayList<JsonNode>(1);
        event.collect(field, found);
        if (found.isEmpty()) {
            for (var original : Lens.originals(source.kind(), field)) {
                event.collect(original, found);
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return field.equals("k8s.cluster.name") ? own(field) : found;
        }
        return found;
    }

    /** What the typed view tells of a field: nothing does not mean that there is nothing. */
    private static List<JsonNode> read(AuditEvent audit, String field) {
        var body =
                field.startsWith("requestObject.")
                        ? audit.requestObject()
                        : field.startsWith("responseObject.") ? audit.responseObject() : null;
        if (body != null) {
            var found = new ArrayList<JsonNode>(1);
            collect(body, field.substring(field.indexOf('.') + 1), found);
            return found;
        }
        switch (field) {
            case "sourceIPs" -> {
                return texts(audit.sourceIPs());
            }
            case "user.groups" -> {
                return texts(audit.groups());
            }
            case "responseStatus.code" -> {
                return audit.code() == 0
                        ? List.of()
                        : List.of(JsonNodeFactory.instance.numberNode(audit.code()));
            }
            default -> {}
        }
        var text =
                switch (field) {
                    case "auditID" -> audit.auditID();
                    case "stage" -> audit.stage();
                    case "verb" -> audit.verb();
                    case "requestURI" -> audit.requestURI();
                    case "userAgent" -> audit.userAgent();
                    case "user.username" -> audit.user();
                    case "user.uid" -> audit.userUid();
                    case "impersonatedUser.username" -> audit.impersonatedUser();
                    case "objectRef.apiGroup" -> audit.object().group();
                    case "objectRef.apiVersion" -> audit.object().version();
                    case "objectRef.resource" -> audit.object().resource();
                    case "objectRef.subresource" -> audit.object().subresource();
                    case "objectRef.namespace" -> audit.object().namespace();
                    case "objectRef.name" -> audit.object().name();
                    default -> "";
                };
        return text.isEmpty() ? List.of() : List.of(text(text));
    }

    private static List<JsonNode> texts(List<String> values) {
        var nodes = new ArrayList<JsonNode>(values.size());
        for (var value : values) {
            nodes.add(text(value));
        }
        return nodes;
    }

    /** What the log file's place says of a container; its own words cannot overrule it. */
    private List<JsonNode> place(String field) {
        boolean container =
                source.kind() == Kind.CONTAINER_CRI || source.kind() == Kind.CONTAINER_DOCKER;
        var place = container ? PodPath.of(source.path()) : null;
        var value = place == null ? null : place.value(field);
        return value == null ? List.of() : List.of(text(value));
    }

    private List<JsonNode> own(String field) {
        var value =
                switch (field) {
                    case "source.kind" -> source.kind().id();
                    case "source.path" -> source.path();
                    case "source.cluster", "k8s.cluster.name" -> source.cluster();
                    default -> null;
                };
        return value == null ? List.of() : List.of(text(value));
    }

    private static JsonNode text(String value) {
        return JsonNodeFactory.instance.stringNode(value);
    }

    /** Walks every way in which the dots of the path can be read, longest key first. */
    public static void collect(JsonNode node, String path, List<JsonNode> found) {
        if (node.isArray()) {
            for (var element : node) {
                collect(element, path, found);
            }
            return;
        }
        if (node.isObject()) {
            walk(node::get, path, found);
        }
    }

    private static void walk(ByName object, String path, List<JsonNode> found) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            var child = object.member(path.substring(0, end));
            if (child == null) {
                continue;
            }
            if (end == path.length()) {
                flatten(child, found);
            } else {
                collect(child, path.substring(end + 1), found);
            }
        }
    }

    private static void flatten(JsonNode value, List<JsonNode> found) {
        if (value.isArray()) {
            for (var element : value) {
                flatten(element, found);
            }
        } else {
            found.add(value);
        }
    }

    @Override
    public String text() {
        return new String(bytes(), offset, length(), StandardCharsets.UTF_8);
    }
}
