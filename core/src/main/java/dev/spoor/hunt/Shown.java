package dev.spoor.hunt;

import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Mask;
import dev.spoor.query.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** An event's values as they may be shown: the one place where the pipes meet {@link Mask}. */
final class Shown {
    /** Fields of audit events that need no look at what stands around them. */
    private static final Set<String> PLAIN =
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

    private final Stored event;
    private @Nullable JsonView masked;

    Shown(Stored event) {
        this.event = event;
    }

    List<JsonNode> values(String field) {
        if (masked == null
                && event.source().kind() == Kind.KUBERNETES_AUDIT
                && PLAIN.contains(field)) {
            return each(event.fields().values(field));
        }
        if (masked == null) {
            masked =
                    new JsonView(
                            event.source(),
                            Mask.tree(event.fields().tree()),
                            event.view(),
                            0,
                            event.view().length);
        }
        return masked.values(field);
    }

    private static List<JsonNode> each(List<JsonNode> values) {
        var shown = new ArrayList<JsonNode>(values.size());
        for (var value : values) {
            shown.add(
                    switch (value) {
                        case JsonNode text when text.isString() -> {
                            var masked = Mask.text(text.asString());
                            yield masked.equals(text.asString())
                                    ? text
                                    : JsonNodeFactory.instance.stringNode(masked);
                        }
                        case JsonNode container when container.isContainer() ->
                                Mask.tree(container);
                        case JsonNode other -> other;
                    });
        }
        return shown;
    }
}
