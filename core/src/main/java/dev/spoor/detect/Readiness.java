package dev.spoor.detect;

import java.util.List;

/**
 * Which rules could not have fired on what was recorded.
 *
 * @param blind one line per rule, by rule id
 */
public record Readiness(List<Blind> blind) {
    public Readiness {
        blind = List.copyOf(blind);
    }

    /**
     * A rule that could not see.
     *
     * @param because one clause, such as {@code request bodies are not recorded (level Metadata)
     *     for pods}
     */
    public record Blind(String rule, String because) {}
}
