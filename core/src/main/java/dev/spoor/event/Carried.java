package dev.spoor.event;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Events of sensors and policy engines, by what stands in them; also in the lines of a container or
 * of syslog, for that is where Falco, Tetragon, Gatekeeper and Open Policy Agent write in a
 * cluster: to their standard output.
 *
 * <p>Whoever writes to a container's output can write such a line: it says what it says, and the
 * source of the finding tells who wrote it. Audit events are never taken from there.
 */
public final class Carried {
    /** Members of Tetragon's export (api/v1/tetragon, GetEventsResponse). */
    private static final List<String> TETRAGON =
            List.of(
                    "process_exec",
                    "process_exit",
                    "process_kprobe",
                    "process_tracepoint",
                    "process_uprobe",
                    "process_lsm",
                    "process_connect",
                    "process_listen",
                    "process_close");

    /** The word around an underscore, one of which stands in each of these events. */
    private static final List<Mark> MARKS =
            List.of(
                    new Mark("output", "fields"),
                    new Mark("process", ""),
                    new Mark("decision", "id"),
                    new Mark("constraint", "kind"),
                    new Mark("event", "type"));

    private record Mark(byte[] before, byte[] after) {
        Mark(String before, String after) {
            this(
                    before.getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                    after.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    private Carried() {}

    /** The kind of an object that a sensor or a policy engine wrote; null of anything else. */
    public static @Nullable Kind kind(JsonNode node) {
        if (node.has("rule")
                && node.has("priority")
                && (node.has("output_fields") || node.has("output"))) {
            return Kind.FALCO;
        }
        for (var key : TETRAGON) {
            if (node.path(key).path("process").isObject()) {
                return Kind.TETRAGON;
            }
        }
        if (node.path("decision_id").isString()
                && (node.has("input") || node.has("path") || node.has("query"))) {
            return Kind.OPA;
        }
        return gatekeeper(node) ? Kind.GATEKEEPER : null;
    }

    /** What Gatekeeper logs of constraints and requests; its other lines say nothing of it. */
    private static boolean gatekeeper(JsonNode node) {
        return node.path("process").isString()
                && (node.path("constraint_kind").isString()
                        || node.path("event_type").isString() && node.has("resource_kind"));
    }

    /**
     * The event that a line carries, as one of its own kind and of the same source; null when the
     * line is an application's own. Costs a look over the bytes where there is none.
     */
    public static @Nullable JsonView in(Source source, Received line) {
        switch (source.kind()) {
            case CONTAINER_CRI, CONTAINER_DOCKER, SYSLOG -> {
                if (!marked(line.view, line.viewOffset, line.viewOffset + line.viewLength)) {
                    return null;
                }
                return in(new JsonView(source, line));
            }
            default -> {
                return null;
            }
        }
    }

    /** As {@link #in(Source, Received)}, of a line that was read. */
    public static @Nullable JsonView in(JsonView line) {
        var body = line.tree().path("body");
        var kind = body.isObject() ? kind(body) : null;
        if (kind == null) {
            return null;
        }
        var from = line.source();
        var source = new Source(from.id(), kind, Wrapping.NATIVE, from.path(), from.cluster());
        return new JsonView(source, body, line.bytes(), line.offset(), line.length());
    }

    private static boolean marked(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '_') {
                for (int m = 0; m < MARKS.size(); m++) {
                    var mark = MARKS.get(m);
                    if (stands(bytes, i - mark.before().length, from, to, mark.before())
                            && stands(bytes, i + 1, from, to, mark.after())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean stands(byte[] bytes, int at, int from, int to, byte[] word) {
        if (at < from || at + word.length > to) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
