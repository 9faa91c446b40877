package dev.spoor.app;

import dev.spoor.detect.Readiness;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.incident.Incidents;
import dev.spoor.intake.file.FileIntake;
import dev.spoor.intake.file.FileIntakeConfig;
import dev.spoor.query.EventSearch;
import dev.spoor.query.InMemoryEvents;
import dev.spoor.report.ScanResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: a reader learns from {@link #run} how the stages are put together.
 *
 * <p>Each record is scanned once; the scan serves the ledger, the matcher and the counts.
 */
final class ScanFlow implements AutoCloseable {
    /**
     * What to scan and how.
     *
     * @param cluster null = as the logs tell
     * @param since inclusive, {@code until} exclusive: what is judged; null = open
     * @param data null = the ledger is temporary
     */
    record Plan(
            List<String> paths,
            @Nullable String cluster,
            List<Rule> rules,
            @Nullable Instant since,
            @Nullable Instant until,
            @Nullable Path data,
            @Nullable Path keyFile) {
        Plan {
            paths = List.copyOf(paths);
            rules = List.copyOf(rules);
        }

        /** All of it, in a temporary ledger. */
        static Plan of(List<String> paths, List<Rule> rules) {
            return new Plan(paths, null, rules, null, null, null, null);
        }
    }

    private final Plan plan;
    private final Surroundings surroundings;
    private final InMemoryEvents ledger = new InMemoryEvents();
    private final ShapeScanner scanner = new ShapeScanner();
    private final Tally tally = new Tally();

    private ScanFlow(Plan plan, Surroundings surroundings) {
        this.plan = plan;
        this.surroundings = surroundings;
    }

    /**
     * @throws Rejected when none of the paths exists; one of several is a gap
     */
    static ScanFlow open(Plan plan, Surroundings surroundings) {
        if (plan.paths().stream().allMatch(ScanFlow::missing)) {
            throw new Rejected("no such file or folder: " + String.join(", ", plan.paths()));
        }
        return new ScanFlow(plan, surroundings);
    }

    private static boolean missing(String path) {
        boolean named = path.chars().noneMatch(c -> c == '*' || c == '?' || c == '[' || c == '{');
        return named
                && !path.equals("-")
                && !Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS);
    }

    /** Bytes to records, records into the ledger and past the rules, findings to incidents. */
    ScanResult run() {
        var through = new Through();
        FileIntake.Total read;
        try (var progress = new ProgressLine(surroundings)) {
            read =
                    new FileIntake(new FileIntakeConfig(plan.cluster()), surroundings.in())
                            .read(plan.paths(), through, progress);
            through.ended();
        }
        var readiness = new Readiness(List.of());
        var told = Incidents.tell(List.of(), ledger, tally.gaps(), readiness);
        var input =
                new ScanResult.Input(
                        read.files(),
                        read.bytes(),
                        tally.events(),
                        tally.requests(),
                        null,
                        null,
                        tally.counted(),
                        tally.gaps());
        return new ScanResult(
                SpoorCommand.VERSION,
                input,
                List.of(),
                told.incidents(),
                readiness,
                new ScanResult.Evidence(0, "", "", null));
    }

    /** The received events, until the flow is closed. */
    EventSearch events() {
        return ledger;
    }

    @Override
    public void close() {}

    /** One scan of the bytes, and everybody who needs it. */
    private final class Through implements EventSink {
        private final Scanned scanned = new Scanned();
        private long halfRead;
        private long firstHalfRead;

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            ended();
            int id = ledger.open(kind, wrapping, path, cluster);
            tally.opened(new Source(id, kind, wrapping, path, cluster));
            return id;
        }

        @Override
        public void take(Received record) {
            var source = tally.source(record.source);
            scanner.scan(source.kind(), record.view, record.viewOffset, record.viewLength, scanned);
            ledger.take(record);
            tally.took(record, scanned);
            if (record.flags == 0
                    && (scanned.verbatim() || Nesting.deep(record))
                    && !Nesting.whole(source.kind(), record)) {
                halfRead++;
                firstHalfRead = halfRead == 1 ? record.line : firstHalfRead;
            }
        }

        /** Tells what of the source just ended could be kept but not read. */
        void ended() {
            if (halfRead == 0) {
                return;
            }
            var source = tally.sources().getLast();
            var detail =
                    "%d records are kept but cannot be read whole (broken JSON, or nested deeper than %d), the first at line %d"
                            .formatted(halfRead, Json.DEPTH_MAX, firstHalfRead);
            gap(source.id(), new Gap("parse", source.path(), null, detail, halfRead));
            halfRead = 0;
        }

        @Override
        public void wrapper(int source, byte[] description) {
            ledger.wrapper(source, description);
        }

        @Override
        public void gap(int source, Gap gap) {
            ledger.gap(source, gap);
            tally.lost(gap);
        }
    }
}
