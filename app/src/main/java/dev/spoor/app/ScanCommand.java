package dev.spoor.app;

import dev.spoor.detect.baseline.Watch;
import dev.spoor.event.Level;
import dev.spoor.fault.Rejected;
import dev.spoor.report.ScanResult;
import dev.spoor.report.Visible;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor scan}: from a pile of logs to an incident. */
@Command(
        name = "scan",
        description = "Reads logs and says what happened in them.",
        footer = {
            "",
            "PATH is a file, a folder, a glob, or - for standard input; plain, gzip or zstd;",
            "recognised by content. A folder made by --data is read as the ledger it is.",
            "",
            "Examples:",
            "  spoor scan /var/log/kubernetes --report story.html",
            "  spoor scan audit.log.gz --since -24h --fail-on high --json > scan.json",
        })
final class ScanCommand extends Answering {
    @Parameters(arity = "1..*", paramLabel = "PATH", description = "logs, or - for standard input")
    private List<String> paths = List.of();

    @Option(names = "--json", description = "everything as one JSON document")
    private boolean json;

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "the story as one page that needs no network")
    private @Nullable Path report;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "keep the evidence in this folder, behind what it holds (search and verify read it)")
    private @Nullable Path data;

    @Option(
            names = "--rules",
            paramLabel = "DIR|sigmahq",
            description = "these Sigma rules too; sigmahq = SigmaHQ's Kubernetes rules")
    private List<String> rules = List.of();

    @Option(
            names = "--placeholders",
            paramLabel = "FILE",
            description = "values for %%placeholders%% of rules: a YAML file, a list for each name")
    private @Nullable Path placeholders;

    @Option(
            names = "--no-shipped-rules",
            description = "without the rules and baselines of Spoor's own")
    private boolean withoutShipped;

    /** Of what is read, so much is learned from before anything is called unusual. */
    static final Duration LEARNING = Duration.ofHours(24);

    @Option(
            names = "--learn",
            paramLabel = "SPAN",
            description =
                    "learn what is usual for so long before calling anything unusual: 24h (the default), 30m, 7d; with --since, all before it is learned")
    private @Nullable String learn;

    @Option(
            names = "--exceptions",
            paramLabel = "FILE",
            description =
                    "hold back what this file names, each with owner, reason and expiry, and count it")
    private @Nullable Path exceptions;

    @Option(
            names = "--since",
            paramLabel = "T",
            description = "judge events from then on: 2026-01-02T03:04:05Z, -24h, -7d")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "T", description = "judge events before then")
    private @Nullable String until;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            description = "name of the cluster the logs are from")
    private @Nullable String cluster;

    @Option(
            names = "--fail-on",
            paramLabel = "LEVEL",
            description =
                    "exit with 1 on findings at or above: informational, low, medium, high, critical")
    private @Nullable String failOn;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description =
                    "encrypt the kept evidence with this key, or read it with it: 64 hexadecimal digits (openssl rand -hex 32)")
    private @Nullable Path keyFile;

    ScanCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        var threshold = failOn == null ? null : Level.of(failOn);
        var answer = new ScanAnswer(json, ReportPage.at(report));
        var now = surroundings.clock().instant();
        var plan =
                new ScanFlow.Plan(
                        new Evidence.Place(paths, cluster, data, keyFile),
                        RulesCommand.ChosenRules.of(
                                !withoutShipped, rules, placeholders, surroundings),
                        withoutShipped ? List.of() : Watch.shipped(),
                        Moment.of("--since", since, now),
                        Moment.of("--until", until, now),
                        ExceptionsFile.read(exceptions),
                        learning(learn));
        int code;
        try (var flow = ScanFlow.run(plan, surroundings)) {
            answer.tell(flow, surroundings);
            int told = flow.told();
            code =
                    threshold != null && reached(flow.result(), threshold)
                            ? Main.DID_NOT_HOLD
                            : told;
        }
        if (data != null) {
            RetroCommand.again(data, keyFile, surroundings);
        }
        return code;
    }

    private static Duration learning(@Nullable String span) {
        if (span == null) {
            return LEARNING;
        }
        var match = SPAN.matcher(span);
        if (!match.matches()) {
            throw new Rejected("--learn " + Visible.text(span) + " (expected: 30m, 24h or 7d)");
        }
        long count = Long.parseLong(match.group(1));
        return switch (match.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private static final Pattern SPAN = Pattern.compile("(\\d{1,5})([mhd])");

    private static boolean reached(ScanResult result, Level threshold) {
        return result.findings().stream()
                .anyMatch(finding -> finding.level().compareTo(threshold) >= 0);
    }
}
