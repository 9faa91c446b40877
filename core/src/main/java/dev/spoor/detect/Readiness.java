package dev.spoor.detect;

import java.util.List;

/**
 * Which rules could not have fired, or not on everything, on what was recorded.
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
     * @param partly it could see some of what it looks at
     * @param bodies resources whose bodies, when recorded, would let it see
     * @param answers it needs the bodies of responses, too
     */
    public record Blind(
            String rule, String because, boolean partly, List<String> bodies, boolean answers) {
        public Blind {
            bodies = List.copyOf(bodies);
        }

        /** Of a rule that needs the bodies of requests at most. */
        public Blind(String rule, String because, boolean partly, List<String> bodies) {
            this(rule, because, partly, bodies, false);
        }

        /** Of a rule that could see nothing, whatever the audit policy says. */
        public Blind(String rule, String because) {
            this(rule, because, false, List.of());
        }
    }
}
