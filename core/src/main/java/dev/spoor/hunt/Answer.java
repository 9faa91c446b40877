package dev.spoor.hunt;

import dev.spoor.query.Stored;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Takes what a hunt finds: either events, or the columns of a table once and then its rows. False
 * ends the hunt.
 */
public interface Answer {
    boolean event(Stored event);

    /** Called once for every table, also for one without rows. */
    void columns(List<String> names);

    /**
     * @param cells one per column: JSON scalars, null for no value, arrays for several; secrets are
     *     masked
     */
    boolean row(List<JsonNode> cells);
}
