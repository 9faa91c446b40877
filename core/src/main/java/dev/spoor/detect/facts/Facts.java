package dev.spoor.detect.facts;

import dev.spoor.detect.FactSource;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The derived fields of one event. Remembers the last event it was asked about, so that ten
 * questions about one event cost one reading; one instance belongs to one thread.
 *
 * <p>A field that does not hold or cannot be told has no value at all: rules write {@code
 * spoor.person: true} and never {@code false}.
 */
public final class Facts implements FactSource {
    /** Every derived field begins so; no recorded field does. */
    public static final String PREFIX = "spoor.";

    /** Of a derived list, such as commands or paths, more values are not looked at. */
    static final int VALUES_MAX = 1_000;

    private static final String PROCESS = PREFIX + "process.";
    private static final String TEXT = PREFIX + "text";
    private static final String LINE = PREFIX + "line";

    private final LogText text = new LogText();
    private @Nullable JsonView seen;
    private @Nullable ProcessFacts process;
    private Set<String> said = Set.of();
    private final CommandBook book = new CommandBook();
    private @Nullable JsonView asked;
    private @Nullable Act act;
    private final Map<String, List<JsonNode>> known = new HashMap<>();

    @Override
    public List<JsonNode> values(JsonView view, String field) {
        var kind = view.source().kind();
        return switch (kind) {
            case KUBERNETES_AUDIT -> audit(view, field);
            case FALCO, TETRAGON -> field.startsWith(PROCESS) ? process(view, field) : List.of();
            case CONTAINER_CRI, CONTAINER_DOCKER, SYSLOG, JOURNAL, JSON, TEXT ->
                    field.equals(TEXT)
                            ? texts(text(view))
                            : field.equals(LINE) ? line(view) : List.of();
            case OPA, GATEKEEPER, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP -> List.of();
        };
    }

    private List<JsonNode> process(JsonView view, String field) {
        if (view != seen || process == null) {
            seen = view;
            process =
                    view.source().kind() == Kind.FALCO
                            ? ProcessFacts.falco(view.tree(), book)
                            : ProcessFacts.tetragon(view.tree(), book);
        }
        return process.values(field);
    }

    /** What the program wrote, wherever its collector put it. */
    private static List<JsonNode> line(JsonView view) {
        for (var name : LINES) {
            var value = view.tree().path(name);
            if (value.isString()) {
                return List.of(value);
            }
        }
        return text(view.text());
    }

    private static final List<String> LINES = List.of("message", "MESSAGE", "log", "msg", "line");

    private Set<String> text(JsonView view) {
        if (view != seen) {
            seen = view;
            said = text.kinds(view.bytes(), view.offset(), view.length());
        }
        return said;
    }

    @Override
    public Origin origin(String field) {
        return FactOrigins.of(field);
    }

    private List<JsonNode> audit(JsonView view, String field) {
        if (view != asked || act == null) {
            asked = view;
            act = new Act(view, book);
            known.clear();
        }
        var found = known.get(field);
        if (found == null) {
            found = tell(act, field);
            known.put(field, found);
        }
        return found;
    }

    /** Whether a rule may use the field; a misspelt fact would make the rule silently blind. */
    public static boolean exists(String field) {
        return NAMES.contains(field);
    }

    /** All fields that {@link #exists} knows. */
    public static Set<String> names() {
        return NAMES;
    }

    private static final Set<String> NAMES = FactNames.all();

    private static List<JsonNode> tell(Act act, String field) {
        int dot = field.indexOf('.', PREFIX.length());
        var family = dot < 0 ? field : field.substring(0, dot);
        return switch (family) {
            case "spoor.pod" -> act.pod().values(field);
            case "spoor.gone" -> truth(act.gone().strong());
            case "spoor.rbac" -> act.rbac().values(field);
            case "spoor.command" -> act.command().values(field, "spoor.command");
            case "spoor.csr",
                    "spoor.webhook",
                    "spoor.service",
                    "spoor.netpol",
                    "spoor.namespace",
                    "spoor.secret",
                    "spoor.configmap",
                    "spoor.review",
                    "spoor.token",
                    "spoor.scale",
                    "spoor.node",
                    "spoor.volume" ->
                    ObjectFacts.values(act, field);
            default -> RequestFacts.values(act, field);
        };
    }

    static List<JsonNode> truth(boolean holds) {
        return holds ? TRUE : List.of();
    }

    static List<JsonNode> text(String value) {
        return value.isEmpty() ? List.of() : List.of(JsonNodeFactory.instance.stringNode(value));
    }

    static List<JsonNode> texts(java.util.Collection<String> values) {
        if (values.isEmpty()) {
            return List.of();
        }
        var texts = new ArrayList<JsonNode>(Math.min(values.size(), VALUES_MAX));
        for (var value : values) {
            if (texts.size() == VALUES_MAX) {
                break;
            }
            texts.add(JsonNodeFactory.instance.stringNode(value));
        }
        return texts;
    }

    private static final List<JsonNode> TRUE = List.of(JsonNodeFactory.instance.booleanNode(true));
}
