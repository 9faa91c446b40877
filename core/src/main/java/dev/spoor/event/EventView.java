package dev.spoor.event;

import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** One event's values by path: what predicates are evaluated on, row by row. */
public interface EventView {
    /**
     * The values at a path such as {@code objectRef.resource}: original path or common
     * (OpenTelemetry) name. Keys may hold dots; arrays on the way are flattened, so several values
     * may come back. A missing field gives an empty list, an explicit JSON null gives a null node.
     */
    List<JsonNode> values(String field);

    /** The whole event as text, as received (for keyword search). */
    String text();

    /** Whether some text of the event passes: the whole, unless a view knows better. */
    default boolean anyText(Predicate<String> test) {
        return test.test(text());
    }
}
