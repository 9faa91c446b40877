package dev.spoor.detect;

import dev.spoor.event.EventView;
import dev.spoor.event.JsonView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An event as rules see it: its fields, the facts derived from them, and its text. */
public final class RuleView implements EventView {
    /** What the names of derived fields begin with. */
    static final String FACT = "spoor.";

    private final JsonView view;
    private final FactSource facts;
    private @Nullable Map<String, List<JsonNode>> known;

    public RuleView(JsonView view, FactSource facts) {
        this.view = view;
        this.facts = facts;
    }

    public JsonView view() {
        return view;
    }

    /** Another view, seen with the same facts. */
    RuleView over(JsonView other) {
        return new RuleView(other, facts);
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

    /** The event as received. */
    @Override
    public String text() {
        return view.text();
    }

    /**
     * Each value of the event in its decoded form, whatever field it stands in, so that neither a
     * field's name nor an escaped letter counts.
     */
    @Override
    public boolean anyText(Predicate<String> test) {
        return any(view.tree(), test);
    }

    private static boolean any(JsonNode node, Predicate<String> test) {
        if (node.isObject() || node.isArray()) {
            for (var child : node) {
                if (any(child, test)) {
                    return true;
                }
            }
            return false;
        }
        return !node.isNull() && !node.isMissingNode() && test.test(node.asString(""));
    }
}
