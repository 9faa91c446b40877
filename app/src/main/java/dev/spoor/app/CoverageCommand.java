package dev.spoor.app;

import dev.spoor.detect.AuditPolicy;
import dev.spoor.detect.Exceptions;
import dev.spoor.detect.Readiness;
import dev.spoor.detect.coverage.Coverage;
import dev.spoor.detect.coverage.Proofs;
import dev.spoor.detect.coverage.Proofs.Proof;
import dev.spoor.fault.Unavailable;
import dev.spoor.report.CoveragePage;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules coverage}: how far the rules reach into the public frameworks. */
@Command(
        name = "coverage",
        description =
                "Shows which techniques of MITRE ATT&CK and of Microsoft's matrix the rules detect, what proves it, and, with logs, what in them could be seen.",
        footer = {
            "",
            "With logs it also says of each rule whether it was ready, partly blind or blind, and which",
            "lines of an audit policy would open its eyes.",
            "",
            "Examples:",
            "  spoor rules coverage",
            "  spoor rules coverage audit.log --html coverage.html",
        })
final class CoverageCommand extends Answering {
    /** A line of the terminal. */
    private static final int WIDTH = 100;

    @Parameters(arity = "0..*", paramLabel = "PATH", description = "logs, or - for standard input")
    private List<String> paths = List.of();

    @Option(
            names = "--rules",
            paramLabel = "DIR|sigmahq",
            description = "these rules too; sigmahq = SigmaHQ's Kubernetes rules")
    private List<String> added = List.of();

    @Option(names = "--no-shipped-rules", description = "without the rules of Spoor's own")
    private boolean withoutShipped;

    @Option(names = "--json", description = "everything as one JSON document")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE.html",
            description = "as a page that needs no network")
    private @Nullable Path html;

    CoverageCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        var rules = RulesCommand.ChosenRules.of(!withoutShipped, added, surroundings);
        Readiness readiness = null;
        if (!paths.isEmpty()) {
            var plan =
                    new ScanFlow.Plan(
                            new Evidence.Place(paths, null, null, null),
                            rules,
                            List.of(),
                            null,
                            null,
                            Exceptions.NONE,
                            ScanCommand.LEARNING);
            try (var flow = ScanFlow.run(plan, surroundings)) {
                readiness = flow.result().readiness();
            }
        }
        var coverage = Coverage.of(rules.rules(), Proofs.shipped(), readiness);
        var policy = readiness == null ? "" : AuditPolicy.lines(readiness.blind());
        page(coverage, policy);
        if (json) {
            NdJson.line(surroundings.out(), document(coverage, policy));
        } else {
            tell(coverage, policy, surroundings.out());
        }
        return Main.DONE;
    }

    private void page(Coverage coverage, String policy) {
        if (html == null) {
            return;
        }
        try (var out = Files.newBufferedWriter(html, StandardCharsets.UTF_8)) {
            CoveragePage.write(coverage, policy, out);
        } catch (IOException e) {
            throw new Unavailable("--html " + Visible.text(html.toString()) + ": " + e, e);
        }
    }

    private static void tell(Coverage coverage, String policy, PrintStream out) {
        for (var matrix : coverage.matrices()) {
            out.printf(
                    "%s %s: %d of %d techniques detected, %d proven by a captured case, %d by a made one%s%n%n",
                    matrix.framework().name(),
                    matrix.framework().version(),
                    matrix.detected(),
                    matrix.rows().size(),
                    matrix.proven(Proof.CAPTURED),
                    matrix.proven(Proof.MADE),
                    coverage.rules().isEmpty()
                            ? ""
                            : ", %d visible in these logs".formatted(matrix.visible()));
            heat(matrix, out);
        }
        out.println(
                "█ proven by a captured case  ▓ by a made one  ▒ detected, not proven  · open     ");
        if (!coverage.rules().isEmpty()) {
            out.println("behind a technique: ! the rules were blind on these logs, ? partly blind");
        }
        open(coverage, out);
        sights(coverage, policy, out);
    }

    private static void heat(Coverage.Matrix matrix, PrintStream out) {
        matrix.byTactic()
                .forEach((tactic, rows) -> {
                    var line = new StringBuilder("  %-21s".formatted(tactic));
                    int used = line.length();
                    for (var row : rows) {
                        var cell = mark(row) + row.technique().id() + sight(row);
                        if (used + cell.length() + 1 > WIDTH) {
                            line.append(System.lineSeparator()).append(" ".repeat(23));
                            used = 23;
                        }
                        line.append(cell).append(' ');
                        used += cell.length() + 1;
                    }
                    out.println(line.toString().stripTrailing());
                });
        out.println();
    }

    private static String mark(Coverage.Row row) {
        if (!row.detected()) {
            return "·";
        }
        return switch (row.proof()) {
            case CAPTURED -> "█";
            case MADE -> "▓";
            case NONE -> "▒";
        };
    }

    private static String sight(Coverage.Row row) {
        return switch (row.sight()) {
            case READY, UNKNOWN -> "";
            case PARTLY -> "?";
            case BLIND -> "!";
        };
    }

    private static void open(Coverage coverage, PrintStream out) {
        out.println();
        out.println("Open:");
        for (var matrix : coverage.matrices()) {
            for (var row : matrix.rows()) {
                if (!row.detected()) {
                    out.printf(
                            "  %s %s: %s%n",
                            row.technique().id(), row.technique().name(), row.open());
                }
            }
        }
    }

    private static void sights(Coverage coverage, String policy, PrintStream out) {
        if (coverage.rules().isEmpty()) {
            return;
        }
        var reasons = new LinkedHashMap<String, List<String>>();
        for (var rule : coverage.rules()) {
            if (rule.sight() != Coverage.Sight.READY) {
                reasons.computeIfAbsent(
                                rule.sight().word() + ", because " + rule.because(),
                                _ -> new ArrayList<>())
                        .add(rule.rule());
            }
        }
        out.printf(
                "%nRules on these logs: %d ready%n",
                coverage.rules().stream()
                        .filter(rule -> rule.sight() == Coverage.Sight.READY)
                        .count());
        reasons.forEach((reason, rules) ->
                out.println("  " + Visible.text(String.join(" ", rules) + ": " + reason)));
        if (!policy.isEmpty()) {
            out.println();
            out.println(
                    "These rules, put first in the audit policy of the cluster, would open their eyes:");
            out.println();
            out.print(policy);
        }
    }

    private static LinkedHashMap<String, Object> document(Coverage coverage, String policy) {
        var document = new LinkedHashMap<String, Object>();
        var frameworks = new ArrayList<Object>();
        for (var matrix : coverage.matrices()) {
            var framework = new LinkedHashMap<String, Object>();
            framework.put("name", matrix.framework().name());
            framework.put("version", matrix.framework().version());
            framework.put("detected", matrix.detected());
            framework.put("captured", matrix.proven(Proof.CAPTURED));
            framework.put("made", matrix.proven(Proof.MADE));
            framework.put("techniques", matrix.rows().stream().map(CoverageCommand::row).toList());
            frameworks.add(framework);
        }
        document.put("frameworks", frameworks);
        document.put(
                "rules",
                coverage.rules().stream()
                        .map(rule -> {
                            var one = new LinkedHashMap<String, Object>();
                            one.put("rule", rule.rule());
                            one.put("status", rule.sight().word());
                            one.put("because", rule.because().isEmpty() ? null : rule.because());
                            return one;
                        })
                        .toList());
        document.put("policy", policy);
        return document;
    }

    private static LinkedHashMap<String, Object> row(Coverage.Row row) {
        var one = new LinkedHashMap<String, Object>();
        one.put("id", row.technique().id());
        one.put("name", row.technique().name());
        one.put("tactics", row.technique().tactics());
        one.put("sources", row.technique().sources());
        one.put("detected", row.detected());
        one.put("proven", row.proof().word());
        one.put("visible", row.sight().word());
        one.put("rules", row.rules());
        one.put("open", row.open().isEmpty() ? null : row.open());
        return one;
    }
}
