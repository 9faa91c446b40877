package dev.spoor.app;

import dev.spoor.fault.Fault;
import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The command line's door, and the only place that reads the clock and the environment. */
public final class Main {
    /** Done, with findings or without. */
    static final int DONE = 0;

    /** Findings at or above {@code --fail-on}, or something that was checked did not hold. */
    static final int DID_NOT_HOLD = 1;

    /** Wrong usage: the same call can never succeed. */
    static final int USAGE = 2;

    /** A failure of the machine, a file, or of Spoor. */
    static final int FAILURE = 3;

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(guarded(surroundings(), arguments));
    }

    /** What this process stands in. */
    static Surroundings surroundings() {
        return new Surroundings(
                System.in,
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                Boolean.getBoolean("spoor.out.terminal"),
                Boolean.getBoolean("spoor.err.terminal"),
                Integer.getInteger("spoor.columns", 100),
                System.getenv(),
                InstantSource.system());
    }

    /** The JVM itself would end with 1, which means something else here. */
    private static int guarded(Surroundings surroundings, String[] arguments) {
        try {
            return run(surroundings, arguments);
        } catch (OutOfMemoryError e) {
            surroundings.note("out of memory (please tell us what was read)");
        } catch (StackOverflowError e) {
            surroundings.note("something nests too deeply, and this is a fault in Spoor");
        }
        return FAILURE;
    }

    /** Runs one command and gives its exit code; touches nothing but what it is handed. */
    static int run(Surroundings surroundings, String... arguments) {
        var line = SpoorCommand.line(surroundings);
        line.setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(surroundings.colours() ? Ansi.ON : Ansi.OFF));
        line.setParameterExceptionHandler((problem, _) -> {
            surroundings.note(String.valueOf(problem.getMessage()));
            surroundings.note(
                    "see: "
                            + problem.getCommandLine().getCommandSpec().qualifiedName()
                            + " --help");
            return USAGE;
        });
        line.setExecutionExceptionHandler((problem, _, _) -> explain(problem, surroundings));
        int code = line.execute(arguments);
        surroundings.out().flush();
        return code;
    }

    private static int explain(Exception problem, Surroundings surroundings) {
        if (problem instanceof InvalidPathException) {
            surroundings.note("not a path on this system: " + problem.getMessage());
            return USAGE;
        }
        if (!(problem instanceof Fault fault)) {
            surroundings.note("failed, and this is a fault in Spoor: " + problem);
            if (surroundings.environment().containsKey("SPOOR_DEBUG")) {
                problem.printStackTrace(surroundings.err());
            }
            return FAILURE;
        }
        surroundings.note(String.valueOf(fault.getMessage()));
        return switch (fault) {
            case Rejected _ -> USAGE;
            case Tampered _ -> DID_NOT_HOLD;
            case Overloaded _, Unavailable _ -> FAILURE;
        };
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
