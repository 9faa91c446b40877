package dev.spoor.app;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** One run of the command line inside the test: its exit code, answer and notes. */
record Ran(int code, String out, String err) {
    /** The clock every run reads; only relative times depend on it. */
    static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    static Ran spoor(String... arguments) {
        return withInput(new byte[0], arguments);
    }

    static Ran withInput(byte[] input, String... arguments) {
        return run(input, Map.of(), arguments);
    }

    /** With a home of its own for keys. */
    static Ran at(Path home, String... arguments) {
        return run(new byte[0], Map.of("SPOOR_HOME", home.toString()), arguments);
    }

    private static Ran run(byte[] input, Map<String, String> environment, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var surroundings =
                new Surroundings(
                        new ByteArrayInputStream(input),
                        new PrintStream(out, false, StandardCharsets.UTF_8),
                        new PrintStream(err, false, StandardCharsets.UTF_8),
                        false,
                        false,
                        100,
                        environment,
                        () -> NOW);
        int code = Main.run(surroundings, arguments);
        surroundings.err().flush();
        return new Ran(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
