package dev.spoor.detect.facts;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request asked for, in one form for all bodies: a whole object, a merge or strategic merge
 * patch, an apply configuration, or a JSON patch (RFC 6902) laid out as the object it touches.
 */
final class Bodies {
    /** More operations of one JSON patch are not laid out. */
    private static final int OPERATIONS_MAX = 10_000;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Bodies() {}

    static JsonNode wanted(AuditEvent event) {
        return switch (event.verb()) {
            // The answer tells more than was asked for; only a log that lost the question asks it.
            case "patch" ->
                    event.requestObject() == null
                            ? answered(event.responseObject())
                            : layOut(opened(event.requestObject()));
            case "create", "update", "post", "put" -> {
                var asked = opened(event.requestObject());
                yield asked.isObject() ? asked : answered(event.responseObject());
            }
            default -> MissingNode.getInstance();
        };
    }

    /** The stored object as answered, never a Status: an error names no object's content. */
    private static JsonNode answered(@Nullable JsonNode answer) {
        return answer == null || answer.path("kind").asString("").equals("Status")
                ? MissingNode.getInstance()
                : answer;
    }

    /** Some servers record a patch as a JSON text inside a string. */
    private static JsonNode opened(@Nullable JsonNode body) {
        if (body == null) {
            return MissingNode.getInstance();
        }
        if (!body.isString()) {
            return body;
        }
        var bytes = body.asString().getBytes(StandardCharsets.UTF_8);
        var inner = Json.read(bytes, 0, bytes.length).value();
        return inner == null ? MissingNode.getInstance() : inner;
    }

    private static JsonNode layOut(JsonNode patch) {
        if (!patch.isArray()) {
            return patch;
        }
        ObjectNode root = NODES.objectNode();
        int count = 0;
        for (var operation : patch) {
            if (count++ == OPERATIONS_MAX) {
                break;
            }
            var op = operation.path("op").asString("");
            var path = operation.path("path").asString("");
            if (op.equals("remove")) {
                place(root, path, NODES.nullNode());
            } else if (operation.has("value") && !op.equals("test")) {
                place(root, path, operation.get("value"));
            }
        }
        return root;
    }

    private static void place(ObjectNode root, String pointer, JsonNode value) {
        if (pointer.isEmpty()) {
            if (value instanceof ObjectNode whole) {
                root.setAll(whole);
            }
            return;
        }
        var names = pointer.substring(1).split("/", Json.DEPTH_MAX);
        JsonNode at = root;
        for (int i = 0; i < names.length; i++) {
            var name = names[i].replace("~1", "/").replace("~0", "~");
            boolean last = i == names.length - 1;
            JsonNode child =
                    last ? value : isIndex(names[i + 1]) ? NODES.arrayNode() : NODES.objectNode();
            at = step(at, name, child, last);
        }
    }

    /** Goes to the child, making it when it is not there; list places are told apart by nothing. */
    private static JsonNode step(JsonNode at, String name, JsonNode child, boolean last) {
        if (at instanceof ArrayNode list) {
            list.add(child);
            return child;
        }
        if (at instanceof ObjectNode object) {
            var there = object.get(name);
            if (!last && there != null && there.getNodeType() == child.getNodeType()) {
                return there;
            }
            object.set(name, child);
        }
        return child;
    }

    private static boolean isIndex(String name) {
        return name.equals("-")
                || (!name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9'));
    }
}
