package dev.spoor.detect;

import dev.spoor.event.JsonView;
import java.util.List;
import java.util.Set;
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

    /**
     * Where a field comes from, so that events need not be looked at for what equal members have
     * told already. Always {@link Origin#ANYWHERE} is right, only slow.
     */
    default Origin origin(String field) {
        return Origin.ANYWHERE;
    }

    /**
     * The top-level members of an event that a field is told from: without any of them it has no
     * value.
     *
     * @param alone told from the only member named and from nothing else
     */
    record Origin(Set<String> members, boolean alone) {
        /** Nothing is known of where the field comes from. */
        public static final Origin ANYWHERE = new Origin(Set.of(), false);

        public Origin {
            members = Set.copyOf(members);
            if (alone && members.size() != 1) {
                throw new IllegalArgumentException("members: " + members + " (expected: one)");
            }
        }
    }
}
