package dev.spoor.app;

import dev.spoor.detect.cases.RuleTests;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.fault.Rejected;
import dev.spoor.report.Visible;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules test}: the cases beside the rules, for people and for CI. */
@Command(
        name = "test",
        description = "Runs the cases of rules: what they find, what they leave alone.",
        footer = {
            "",
            "DIR holds rules (.yml) and case files (.yml with 'rule: ID' and lists of cases under",
            "positive, near-miss and evasion); cases may be about shipped rules, too. Without DIR the",
            "shipped cases run. The form of a case file: scenarios/README.md.",
            "",
            "Example:",
            "  spoor rules test my-rules/ --junit results.xml",
        })
final class RuleTestCommand extends Answering {
    @Parameters(arity = "0..*", paramLabel = "DIR", description = "rules and their cases")
    private List<Path> paths = List.of();

    @Option(names = "--json", description = "one object a line: file, line, rule, case, ok, reason")
    private boolean json;

    @Option(names = "--junit", paramLabel = "FILE.xml", description = "the results as JUnit XML")
    private @Nullable Path junit;

    @Option(names = "--github", description = "failures as annotations of GitHub Actions")
    private boolean github;

    @Option(
            names = "--placeholders",
            paramLabel = "FILE",
            description = "values for %%placeholders%%: a YAML file with a list for each name")
    private @Nullable Path placeholders;

    RuleTestCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (json && github) {
            throw new Rejected("--json or --github, not both");
        }
        var outcomes = paths.isEmpty() ? shipped() : own();
        if (outcomes.isEmpty()) {
            throw new Rejected("no case file here (expected: .yml files with 'rule: ID')");
        }
        outcomes.forEach(this::tell);
        var report = report(outcomes);
        if (junit != null) {
            report.junit(junit);
        }
        if (github) {
            report.annotations().forEach(surroundings.out()::println);
        }
        long failed = outcomes.stream().filter(one -> one.failure() != null).count();
        if (!json) {
            surroundings
                    .out()
                    .printf("%d of %d cases hold%n", outcomes.size() - failed, outcomes.size());
        }
        return failed == 0 ? Main.DONE : Main.DID_NOT_HOLD;
    }

    private static List<RuleTests.Outcome> shipped() {
        var tests = new RuleTests(RuleSets.shipped());
        var outcomes = new ArrayList<RuleTests.Outcome>();
        RuleSets.shippedCases().forEach((name, text) -> outcomes.addAll(tests.run(name, text)));
        return outcomes;
    }

    private List<RuleTests.Outcome> own() {
        var given = placeholders == null ? Placeholders.NONE : Placeholders.of(placeholders);
        var set = RuleSets.shipped();
        var cases = new LinkedHashMap<String, String>();
        var broken = new ArrayList<RuleTests.Outcome>();
        for (var path : paths) {
            for (var file : RuleSets.files(path)) {
                var name = file.toString().replace('\\', '/');
                var text = RuleSets.text(file);
                if (RuleTests.isCaseFile(text)) {
                    cases.put(name, text);
                } else {
                    set = set.and(RuleSets.unlinked(file, given));
                }
            }
        }
        var linked = set.linked();
        for (var refused : linked.refused()) {
            broken.add(
                    new RuleTests.Outcome(
                            refused.file(),
                            refused.line(),
                            refused.file(),
                            "rule",
                            "is a rule",
                            refused.reason()));
        }
        var tests = new RuleTests(linked);
        var outcomes = new ArrayList<>(broken);
        cases.forEach((name, text) -> {
            try {
                outcomes.addAll(tests.run(name, text));
            } catch (Rejected e) {
                outcomes.add(
                        new RuleTests.Outcome(
                                name, 1, name, "file", "is a case file", e.getMessage()));
            }
        });
        return outcomes;
    }

    private void tell(RuleTests.Outcome one) {
        boolean ok = one.failure() == null;
        if (json) {
            var object = new LinkedHashMap<String, Object>();
            object.put("file", one.file());
            object.put("line", one.line());
            object.put("rule", one.rule());
            object.put("sort", one.sort());
            object.put("case", one.name());
            object.put("ok", ok);
            object.put("reason", one.failure());
            NdJson.line(surroundings.out(), object);
        } else if (!ok && !github) {
            surroundings
                    .out()
                    .println(
                            Visible.text(
                                    "FAIL  %s:%d: %s %s: %s: %s"
                                            .formatted(
                                                    one.file(),
                                                    one.line(),
                                                    one.rule(),
                                                    one.sort(),
                                                    one.name(),
                                                    one.failure())));
        }
    }

    private static CiReport report(List<RuleTests.Outcome> outcomes) {
        var report = new CiReport("spoor rules test");
        for (var one : outcomes) {
            report.add(
                    new CiReport.Checked(
                            one.file(),
                            one.line(),
                            0,
                            one.rule() + " " + one.sort(),
                            one.name(),
                            one.failure(),
                            List.of()));
        }
        return report;
    }
}
