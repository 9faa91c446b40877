package dev.spoor.app;

import dev.spoor.report.TerminalSummary;
import dev.spoor.report.Visible;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run may touch outside itself. {@link Main#main} makes it of the real thing, a test of
 * buffers and a fixed clock.
 *
 * @param out the answer and nothing else
 * @param err progress and notes
 * @param columns width of the terminal
 */
record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        int columns,
        Map<String, String> environment,
        InstantSource clock) {
    Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Where keys live, never beside the evidence: {@code $SPOOR_HOME}, or {@code ~/.spoor}. */
    Path home() {
        var home = environment.getOrDefault("SPOOR_HOME", "");
        return home.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", "."), ".spoor")
                : Path.of(home);
    }

    /** Colours go to a terminal only, and not against {@code NO_COLOR}. */
    boolean colours() {
        return outIsTerminal && wantsColours();
    }

    private boolean wantsColours() {
        return environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    /** How the terminal summary may look. */
    TerminalSummary.Look look() {
        var locale =
                Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                        .map(name -> environment.getOrDefault(name, ""))
                        .filter(value -> !value.isEmpty())
                        .findFirst()
                        .orElse("")
                        .toUpperCase(Locale.ROOT);
        boolean unicode = locale.contains("UTF-8") || locale.contains("UTF8");
        return new TerminalSummary.Look(columns, colours(), unicode);
    }

    /** Something for the person at the keyboard, control characters escaped. */
    void note(String text) {
        text.lines().forEach(line -> err.println("spoor: " + Visible.text(line)));
        err.flush();
    }
}
