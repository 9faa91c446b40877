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
    private final byte[] bytes;
    private final int offset;
    private final int length;

    public JsonView(Source source, JsonNode tree, byte[] bytes, int offset, int length) {
        this.source = source;
        this.tree = tree;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /** Parses only when a field is first asked for: text search alone never parses. */
    public JsonView(Source source, byte[] bytes, int offset, int length) {
        this.source = source;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    public Source source() {
        return source;
    }

    /** What the event is read from, from {@link #offset} on; not to be changed or kept. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    public JsonNode tree() {
        if (tree == null) {
            tree = Lens.tree(source.kind(), source.wrapping(), bytes, offset, length);
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
        var found = new ArrayList<JsonNode>(1);
        collect(tree(), field, found);
        if (found.isEmpty()) {
            for (var original : Lens.originals(source.kind(), field)) {
                collect(tree(), original, found);
                if (!found.isEmpty()) {
                    return found;
                }
            }
            return field.equals("k8s.cluster.name") ? own(field) : found;
        }
        return found;
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
        if (!node.isObject()) {
            return;
        }
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            var child = node.get(path.substring(0, end));
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
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
