package dev.spoor.event;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The top-level members of an event that is kept in parts: each is read when it is asked for, so
 * that a question about one costs no parsing of the others. Only for events that stand in the
 * normal form of their kind as they were received ({@link Lens#identity}).
 */
public interface Members {
    /** The member's value, not to be changed; null when the event has none of this name. */
    @Nullable JsonNode member(String name);

    /** The event's own bytes, put together: for who asks its text, or all of it. */
    byte[] bytes();
}
