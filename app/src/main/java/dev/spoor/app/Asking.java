package dev.spoor.app;

import dev.spoor.query.Span;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that asks events: which ones, for how long, with which key. */
final class Asking {
    /** Told where the next run would pass over what this one could not read. */
    static final String NOT_REMEMBERED =
            "what was seen is not remembered: some of the evidence could not be read, and the next"
                    + " run shall ask it again";

    @Option(
            names = "--since",
            paramLabel = "T",
            description = "events from then on: 2026-01-02T03:04:05Z, -24h, -7d")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "T", description = "events before then")
    private @Nullable String until;

    @Option(
            names = "--timeout",
            paramLabel = "SPAN",
            description = "end with an error after 30s, 5m, 1h (default: never)")
    @Nullable String timeout;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "the key that the kept evidence is encrypted with")
    @Nullable Path keyFile;

    /** What {@code --since} and {@code --until} leave, when it is {@code now}. */
    Span span(Instant now) {
        return Span.of(Moment.of("--since", since, now), Moment.of("--until", until, now));
    }

    Deadline deadline() {
        return new Deadline(timeout);
    }

    Evidence.Place place(List<String> paths) {
        return new Evidence.Place(paths, null, null, keyFile);
    }
}
