package dev.spoor.app;

import dev.spoor.detect.sigma.RuleCheck;
import dev.spoor.fault.Rejected;
import dev.spoor.report.Visible;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules check}: exit 1 when a file is no rule that works. */
@Command(
        name = "check",
        description = "Says of each file whether it is a rule that works, and where it is not.",
        footer = {
            "",
            "A rule that works may still not be what was meant: fields and values that no audit event has,",
            "items that no condition uses. Such notes fail nothing without --strict.",
            "",
            "Examples:",
            "  spoor rules check my-rules/",
            "  spoor rules check my-rules/ --strict --junit results.xml",
        })
final class RuleCheckCommand extends Answering {
    @Parameters(
            arity = "1..*",
            paramLabel = "RULES",
            description = "Sigma files, or folders of .yml and .yaml files")
    private List<Path> paths = List.of();

    @Option(
            names = "--json",
            description = "one object a line: file, ok, line, column, reason, notes")
    private boolean json;

    @Option(names = "--junit", paramLabel = "FILE.xml", description = "the results as JUnit XML")
    private @Nullable Path junit;

    @Option(names = "--github", description = "the results as annotations of GitHub Actions")
    private boolean github;

    @Option(names = "--strict", description = "a note fails its file, too")
    private boolean strict;

    RuleCheckCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (json && github) {
            throw new Rejected("--json or --github, not both");
        }
        int bad = 0;
        int notes = 0;
        var checks = RuleCheck.of(paths);
        var report = new CiReport("spoor rules check");
        for (var check : checks) {
            bad += check.ok() && !(strict && !check.notes().isEmpty()) ? 0 : 1;
            notes += check.notes().size();
            report.add(checked(check));
            if (json) {
                document(check);
            } else if (!github) {
                tell(check);
            }
        }
        if (junit != null) {
            report.junit(junit);
        }
        if (github) {
            report.annotations().forEach(surroundings.out()::println);
        }
        if (!json) {
            surroundings
                    .out()
                    .printf(
                            "%d of %d files are rules that work%s%n",
                            checks.size() - bad,
                            checks.size(),
                            notes == 0
                                    ? ""
                                    : ", with " + notes + (notes == 1 ? " note" : " notes"));
        }
        return bad == 0 ? Main.DONE : Main.DID_NOT_HOLD;
    }

    /** Under {@code --strict} the first note is the failure. */
    private CiReport.Checked checked(RuleCheck check) {
        var notes =
                check.notes().stream()
                        .map(note -> new CiReport.Warning(note.line(), note.column(), note.text()))
                        .toList();
        if (check.ok() && strict && !notes.isEmpty()) {
            var first = notes.getFirst();
            return new CiReport.Checked(
                    check.file(),
                    first.line(),
                    first.column(),
                    "rule",
                    check.file(),
                    first.text(),
                    notes.subList(1, notes.size()));
        }
        return new CiReport.Checked(
                check.file(),
                check.line(),
                check.column(),
                "rule",
                check.file(),
                check.reason(),
                notes);
    }

    private void document(RuleCheck check) {
        var object = new LinkedHashMap<String, Object>();
        object.put("file", check.file());
        object.put("ok", check.ok());
        object.put("line", check.line());
        object.put("column", check.column());
        object.put(
                "reason",
                check.ok() && !check.notes().isEmpty()
                        ? check.notes().stream()
                                .map(RuleCheck.Note::text)
                                .collect(Collectors.joining("; "))
                        : check.reason());
        object.put(
                "notes",
                check.notes().stream()
                        .map(note -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("line", note.line());
                            one.put("column", note.column());
                            one.put("text", note.text());
                            return one;
                        })
                        .toList());
        NdJson.line(surroundings.out(), object);
    }

    private void tell(RuleCheck check) {
        var out = surroundings.out();
        if (check.ok()) {
            out.println("ok   " + Visible.text(check.file()));
        } else {
            out.println(
                    "bad  "
                            + Visible.text(
                                    "%s:%d:%d: %s"
                                            .formatted(
                                                    check.file(),
                                                    check.line(),
                                                    check.column(),
                                                    check.reason())));
        }
        for (var note : check.notes()) {
            out.println(
                    "note "
                            + Visible.text(
                                    "%s:%d:%d: %s"
                                            .formatted(
                                                    check.file(),
                                                    note.line(),
                                                    note.column(),
                                                    note.text())));
        }
    }
}
