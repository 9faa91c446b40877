package dev.spoor.app;

import dev.spoor.detect.cases.RuleTests;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.io.Writer;
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
        var outcomes = paths.isEmpty() ? shipped() : own();
        if (outcomes.isEmpty()) {
            throw new Rejected("no case file here (expected: .yml files with 'rule: ID')");
        }
        outcomes.forEach(this::tell);
        long failed = outcomes.stream().filter(one -> one.failure() != null).count();
        if (junit != null) {
            write(junit, outcomes, failed);
        }
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
        } else if (!ok && github) {
            surroundings
                    .out()
                    .println(
                            "::error file=%s,line=%d,title=%s::%s"
                                    .formatted(
                                            escaped(one.file(), true),
                                            one.line(),
                                            escaped(one.rule() + " " + one.sort(), true),
                                            escaped(one.name() + ": " + one.failure(), false)));
        } else if (!ok) {
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

    /** As the runner's workflow commands ask. */
    private static String escaped(String text, boolean property) {
        var safe = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
        return property ? safe.replace(":", "%3A").replace(",", "%2C") : safe;
    }

    private static void write(Path file, List<RuleTests.Outcome> outcomes, long failed) {
        try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            out.write(
                    "<testsuite name=\"spoor rules test\" tests=\"%d\" failures=\"%d\">\n"
                            .formatted(outcomes.size(), failed));
            for (var one : outcomes) {
                write(out, one);
            }
            out.write("</testsuite>\n");
        } catch (IOException e) {
            throw new Unavailable("--junit " + Visible.text(file.toString()) + ": " + e, e);
        }
    }

    private static void write(Writer out, RuleTests.Outcome one) throws IOException {
        out.write(
                "  <testcase classname=\"%s\" name=\"%s\" file=\"%s\" line=\"%d\""
                        .formatted(
                                xml(one.rule()),
                                xml(one.sort() + ": " + one.name()),
                                xml(one.file()),
                                one.line()));
        out.write(
                one.failure() == null
                        ? "/>\n"
                        : "><failure message=\"%s\"/></testcase>\n".formatted(xml(one.failure())));
    }

    private static String xml(String text) {
        var safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '&' -> safe.append("&amp;");
                case '"' -> safe.append("&quot;");
                default -> safe.append(c < ' ' || c == '\uFFFE' || c == '\uFFFF' ? ' ' : c);
            }
        }
        return safe.toString();
    }
}
