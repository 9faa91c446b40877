package dev.spoor.hunt;

import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Mask;
import dev.spoor.query.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Events' values as they may be shown: the one place where the pipes meet {@link Mask}. One for
 * each run; not for several threads.
 */
final class Shown {
    /** Members of an event that decide what is secret in those beside them. */
    private static final Set<String> DECIDING =
            Set.of(
                    "kind",
                    "@type",
                    "objectref",
                    "resourcename",
                    "name",
                    "key",
                    "field",
                    "header",
                    "value",
                    "op",
                    "path");

    /** Fields of audit events whose values are no more secret for what stands beside them. */
    private static final Set<String> ALONE =
            Set.of(
                    "verb",
                    "stage",
                    "level",
                    "auditID",
                    "user.username",
                    "user.name",
                    "user.groups",
                    "impersonatedUser.username",
                    "sourceIPs",
                    "source.ip",
                    "userAgent",
                    "requestURI",
                    "objectRef.resource",
                    "objectRef.subresource",
                    "objectRef.namespace",
                    "objectRef.name",
                    "objectRef.apiGroup",
                    "k8s.namespace.name",
                    "responseStatus.code",
                    "http.response.status_code",
                    "requestReceivedTimestamp",
                    "stageTimestamp");

    /**
     * Kinds of events in which the field's value may be shown for itself, whatever stands beside
     * it; empty = it depends.
     */
    static Set<Kind> alone(String field) {
        return ALONE.contains(field) ? Set.of(Kind.KUBERNETES_AUDIT) : Set.of();
    }

    /** Whether the field is told by the source. */
    static boolean ofSource(String field) {
        return OF_SOURCE.contains(field);
    }

    /** Values of a field that is shown for itself. */
    List<JsonNode> alone(List<JsonNode> values) {
        var shown = new ArrayList<JsonNode>(values.size());
        values.forEach(value -> shown.add(value.isString() ? text(value) : value));
        return shown;
    }

    /** Told by the source, not by the event. */
    private static final Set<String> OF_SOURCE = Set.of("source.kind", "source.path");

    /** Texts whose masking is remembered, and their characters; then all are forgotten. */
    private static final int REMEMBERED_MAX = 10_000;

    private static final int REMEMBERED_LENGTH_MAX = 300;

    private final Map<String, JsonNode> remembered = new HashMap<>();

    List<JsonNode> values(Stored event, String field) {
        var values = event.fields().values(field);
        if (values.isEmpty() || OF_SOURCE.contains(field)) {
            return values;
        }
        boolean alone = event.source().kind() == Kind.KUBERNETES_AUDIT && ALONE.contains(field);
        if (!alone || values.stream().anyMatch(JsonNode::isContainer)) {
            return amongOthers(event, field);
        }
        return alone(values);
    }

    private JsonNode text(JsonNode value) {
        var text = value.asString();
        var known = remembered.get(text);
        if (known != null) {
            return known;
        }
        var masked = Mask.text(text);
        var shown = masked.equals(text) ? value : JsonNodeFactory.instance.stringNode(masked);
        if (text.length() <= REMEMBERED_LENGTH_MAX) {
            if (remembered.size() >= REMEMBERED_MAX) {
                remembered.clear();
            }
            remembered.put(text, shown);
        }
        return shown;
    }

    /**
     * Only what the field and its secrecy depend on is masked: masking whole events would cost more
     * than all the rest of a search.
     */
    private static List<JsonNode> amongOthers(Stored event, String field) {
        var part = JsonNodeFactory.instance.objectNode();
        var paths = new ArrayList<String>();
        paths.add(field);
        paths.addAll(Lens.originals(event.source().kind(), field));
        for (var member : event.fields().tree().properties()) {
            var name = member.getKey();
            if (paths.stream().anyMatch(path -> begins(path, name))
                    || DECIDING.contains(name.toLowerCase(Locale.ROOT))) {
                part.set(name, member.getValue());
            }
        }
        return new JsonView(event.source(), Mask.tree(part), event.view(), 0, event.view().length)
                .values(field);
    }

    private static boolean begins(String path, String member) {
        return path.startsWith(member)
                && (path.length() == member.length() || path.charAt(member.length()) == '.');
    }
}
