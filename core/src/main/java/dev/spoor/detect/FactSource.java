package dev.spoor.detect;

import dev.spoor.event.JsonView;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Answers questions about an event that no single field answers, as fields under {@code spoor.}.
 */
public interface FactSource {
    /** Knows nothing: every fact is missing. */
    FactSource NONE = (view, field) -> List.of();

    /**
     * The values of a derived field such as {@code spoor.pod.privileged}; empty when the fact does
     * not hold or is not known. Called only for fields that begin with {@code spoor.}, at most once
     * per event and field; must not keep the view.
     */
    List<JsonNode> values(JsonView view, String field);
}
