package dev.spoor.report;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.Kind;
import dev.spoor.event.Mask;
import dev.spoor.query.Stored;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** An event in one short line: who did what to what, or what was written. */
final class EventLine {
    /** Characters; longer lines end in an ellipsis. */
    static final int LENGTH_MAX = 300;

    private static final List<String> MESSAGE =
            List.of("message", "output", "log", "MESSAGE", "msg", "textPayload");

    private EventLine() {}

    /** Secrets masked; hidden characters stay as they are. */
    static String of(Stored event) {
        var tree = EventFields.masked(event);
        var line =
                event.source().kind() == Kind.KUBERNETES_AUDIT && tree.hasNonNull("verb")
                        ? audit(AuditEvent.of(tree))
                        : other(event, tree);
        int end = Math.min(line.length(), LENGTH_MAX);
        if (end == line.length()) {
            return line;
        }
        return line.substring(0, Character.isHighSurrogate(line.charAt(end - 1)) ? end - 1 : end)
                + "…";
    }

    private static String audit(AuditEvent event) {
        var words = new ArrayList<String>();
        words.add(event.user().isEmpty() ? "(nobody)" : event.user());
        if (!event.impersonatedUser().isEmpty()) {
            words.add("as " + event.impersonatedUser());
        }
        words.add(event.verb());
        if (event.object().resource().isEmpty()) {
            words.add(event.requestURI());
        } else {
            words.add(event.what());
            var object = event.object();
            if (!object.name().isEmpty()) {
                words.add(
                        object.namespace().isEmpty()
                                ? object.name()
                                : object.namespace() + "/" + object.name());
            } else if (!object.namespace().isEmpty()) {
                words.add("in " + object.namespace());
            }
        }
        words.add("→ " + (event.code() == 0 ? "?" : event.code()));
        if (!event.address().isEmpty()) {
            words.add("from " + event.address());
        }
        if (!event.stage().isEmpty() && !event.stage().equals("ResponseComplete")) {
            words.add("(" + event.stage() + ")");
        }
        return String.join(" ", words);
    }

    private static String other(Stored event, JsonNode tree) {
        var words = new ArrayList<String>();
        var namespace = first(event, "k8s.namespace.name");
        var pod = first(event, "k8s.pod.name");
        if (!pod.isEmpty()) {
            words.add(namespace.isEmpty() ? pod : namespace + "/" + pod);
        }
        for (var name : MESSAGE) {
            if (tree.path(name).isString()) {
                words.add(tree.path(name).asString().strip());
                return String.join(" ", words);
            }
        }
        return Mask.text(event.fields().text()).strip();
    }

    private static String first(Stored event, String field) {
        var values = event.fields().values(field);
        return values.isEmpty() ? "" : values.getFirst().asString("");
    }
}
