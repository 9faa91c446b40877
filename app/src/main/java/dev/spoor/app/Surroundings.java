package dev.spoor.app;

import dev.spoor.report.Visible;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;

/**
 * What a run may touch outside itself. {@link Main#main} makes it of the real thing, a test of
 * buffers and a fixed clock.
 *
 * @param out the answer and nothing else
 * @param err progress and notes
 */
record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> environment,
        InstantSource clock) {
    Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Colours go to a terminal only, and not against {@code NO_COLOR}. */
    boolean colours() {
        return outIsTerminal && wantsColours();
    }

    private boolean wantsColours() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** One line for the person at the keyboard, control characters escaped. */
    void note(String line) {
        err.println("spoor: " + Visible.text(line));
        err.flush();
    }
}
