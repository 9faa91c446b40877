package dev.spoor.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command: what it may touch, and {@code --help}, which every one understands. */
abstract class Answering implements Callable<Integer> {
    final Surroundings surroundings;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "shows this help")
    boolean help;

    Answering(Surroundings surroundings) {
        this.surroundings = surroundings;
    }
}
