package dev.spoor.app;

import dev.spoor.detect.Exceptions;
import dev.spoor.detect.baseline.Watch;
import dev.spoor.fault.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spoor demo}: a recorded attack through the whole flow. */
@Command(
        name = "demo",
        description = "Tells a recorded attack from its audit log, on the screen and as a page.",
        footer = {
            "",
            "The log was recorded on a real API server: five minutes of ordinary work, then several",
            "minutes in which more than one person does what they should not.",
            "",
            "Examples:",
            "  spoor demo",
            "  spoor demo --report story.html",
        })
final class DemoCommand extends Answering {
    /** The recording's files, in the order of their time; packed into the jar by the build. */
    private static final List<String> FILES =
            List.of(
                    "benign.ndjson.gz",
                    "attacks/exec-shell.ndjson.gz",
                    "attacks/crb-cluster-admin.ndjson.gz",
                    "attacks/rbac-escalate.ndjson.gz",
                    "attacks/benign-impersonation.ndjson.gz",
                    "attacks/benign-token-ci.ndjson.gz",
                    "attacks/csr-backdoor.ndjson.gz",
                    "attacks/mutating-webhook.ndjson.gz");

    @Option(
            names = "--report",
            paramLabel = "FILE.html",
            description = "where the page goes (default: spoor-demo.html in this folder)")
    private @Nullable Path report;

    @Option(names = "--json", description = "everything as one JSON document")
    private boolean json;

    DemoCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        var answer = new ScanAnswer(json, ReportPage.at(report != null ? report : usualReport()));
        try (var folder = new TemporaryFolder()) {
            unpack(folder.path());
            var place = new Evidence.Place(List.of(folder.path().toString()), null, null, null);
            var rules = RulesCommand.ChosenRules.of(true, List.of(), surroundings);
            try (var flow =
                    ScanFlow.run(
                            new ScanFlow.Plan(
                                    place,
                                    rules,
                                    Watch.shipped(),
                                    null,
                                    null,
                                    Exceptions.NONE,
                                    ScanCommand.LEARNING),
                            surroundings)) {
                answer.tell(flow, surroundings);
            }
            return Main.DONE;
        }
    }

    /** This folder, or the system's temporary one where this one cannot be written to. */
    private static Path usualReport() {
        var name = "spoor-demo.html";
        return Files.isWritable(Path.of("").toAbsolutePath())
                ? Path.of(name)
                : Path.of(System.getProperty("java.io.tmpdir"), name);
    }

    private static void unpack(Path folder) {
        for (var file : FILES) {
            try (var in = DemoCommand.class.getResourceAsStream("/demo/" + file)) {
                if (in == null) {
                    throw new Unavailable("the recording is not in this build: demo/" + file);
                }
                var target = folder.resolve(file);
                Files.createDirectories(target.resolveSibling(""));
                Files.copy(in, target);
            } catch (IOException e) {
                throw new Unavailable("the recording cannot be unpacked: " + e.getMessage(), e);
            }
        }
    }
}
