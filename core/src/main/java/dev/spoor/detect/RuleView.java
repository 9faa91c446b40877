package dev.spoor.detect;

import dev.spoor.event.EventView;
import dev.spoor.event.JsonView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An event as rules see it: its fields, the facts derived from them, and its text. */
public final class RuleView implements EventView {
    private static final String FACT = "spoor.";

    private final JsonView view;
    private final FactSource facts;
    private @Nullable Map<String, List<JsonNode>> known;
    private @Nullable String text;

    public RuleView(JsonView view, FactSource facts) {
        this.view = view;
        this.facts = facts;
    }

    public JsonView view() {
        return view;
    }

    @Override
    public List<JsonNode> values(String field) {
        if (!field.startsWith(FACT)) {
            return view.values(field);
        }
        if (known == null) {
            known = new HashMap<>();
        }
        var values = known.get(field);
        if (values == null) {
            values = facts.values(view, field);
            known.put(field, values);
        }
        return values;
    }

    /**
     * The event as received; where JSON escapes hide text, its strings follow in decoded form, each
     * on a line of its own, so that an escaped letter hides nothing from a keyword.
     */
    @Override
    public String text() {
        if (text == null) {
            var raw = view.text();
            if (raw.indexOf('\\') < 0) {
                text = raw;
            } else {
                var decoded = new StringBuilder(raw);
                strings(view.tree(), decoded);
                text = decoded.toString();
            }
        }
        return text;
    }

    private static void strings(JsonNode node, StringBuilder text) {
        if (node.isString()) {
            text.append('\n').append(node.asString());
        } else if (node.isArray()) {
            for (var element : node) {
                strings(element, text);
            }
        } else if (node.isObject()) {
            for (var entry : node.properties()) {
                strings(entry.getValue(), text);
            }
        }
    }
}
