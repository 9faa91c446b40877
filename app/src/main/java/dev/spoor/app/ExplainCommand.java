package dev.spoor.app;

import dev.spoor.detect.Explanation;
import dev.spoor.detect.RuleView;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.intake.file.FileIntake;
import dev.spoor.intake.file.FileIntakeConfig;
import dev.spoor.intake.file.Progress;
import dev.spoor.report.Visible;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules explain}: why a rule holds for an event, or does not. */
@Command(
        name = "explain",
        description = "Says why a rule matches an event, or why not: every part with its answer.",
        footer = {
            "",
            "RULE is a Sigma file, or the id of a shipped rule or of one of SigmaHQ's.",
            "+ holds, - does not, * is why the whole says what it says.",
            "",
            "Example:",
            "  spoor rules explain EXE-01 audit.log --line 812",
        })
final class ExplainCommand extends Answering {
    @Parameters(index = "0", paramLabel = "RULE", description = "a Sigma file, or a rule's id")
    private String rule = "";

    @Parameters(index = "1", paramLabel = "EVENT", description = "a log, or - for standard input")
    private String event = "";

    @Option(names = "--line", paramLabel = "N", description = "the event on this line (default 1)")
    private long line = 1;

    @Option(names = "--json", description = "one JSON object per rule")
    private boolean json;

    ExplainCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        var rules = rules();
        var sink = new Explaining(rules);
        new FileIntake(FileIntakeConfig.defaults(), surroundings.in())
                .read(List.of(event), sink, Progress.NONE);
        if (!sink.found) {
            throw new Rejected("%s has no event on line %d".formatted(event, line));
        }
        return Main.DONE;
    }

    private List<Rule> rules() {
        if (Files.exists(Path.of(rule))) {
            return RulesCommand.ChosenRules.of(false, List.of(rule), surroundings).rules();
        }
        var known = RulesCommand.ChosenRules.of(true, List.of("sigmahq"), surroundings).rules();
        var chosen = known.stream().filter(one -> one.id().equals(rule)).toList();
        if (chosen.isEmpty()) {
            throw new Rejected(
                    "no file and no rule has the name %s (spoor rules list names them)"
                            .formatted(rule));
        }
        return chosen;
    }

    private final class Explaining implements EventSink {
        private final List<Rule> rules;
        private final List<Source> sources = new ArrayList<>();
        private boolean found;

        Explaining(List<Rule> rules) {
            this.rules = rules;
        }

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            sources.add(new Source(sources.size(), kind, wrapping, path, cluster));
            return sources.size() - 1;
        }

        @Override
        public void take(Received record) {
            if (record.line != line || found) {
                return;
            }
            found = true;
            var source = sources.get(record.source);
            var view = new JsonView(source, record);
            for (var one : rules) {
                boolean sees = one.logsource().kinds().contains(source.kind());
                tell(
                        one,
                        sees,
                        source.kind(),
                        Explanation.of(one, new RuleView(view, new Facts())));
            }
        }

        private void tell(Rule one, boolean sees, Kind kind, Explanation why) {
            boolean holds = why.answer() == Explanation.Answer.YES;
            if (json) {
                var object = new LinkedHashMap<String, Object>();
                object.put("rule", one.id());
                object.put("matches", sees && holds);
                object.put("logsource", sees);
                object.put("condition", document(why));
                NdJson.line(surroundings.out(), object);
                return;
            }
            surroundings
                    .out()
                    .println(
                            Visible.text(one.id() + " " + one.title())
                                    + (sees && holds ? ": matches" : ": does not match"));
            if (!sees) {
                surroundings
                        .out()
                        .println("  * the rule is not about such logs (" + kind.id() + ")");
            }
            print(why, 1);
        }

        private void print(Explanation why, int depth) {
            var mark =
                    switch (why.answer()) {
                        case YES -> "+";
                        case NO -> "-";
                        case UNDECIDED -> "?";
                    };
            var values =
                    !why.parts().isEmpty() || why.text().startsWith("any value")
                            ? ""
                            : why.values().isEmpty()
                                    ? "   (no such field)"
                                    : "   (" + String.join(", ", why.values()) + ")";
            surroundings
                    .out()
                    .println(
                            "  ".repeat(depth)
                                    + mark
                                    + (why.decides() ? "*" : " ")
                                    + " "
                                    + Visible.text(why.text() + values));
            why.parts().forEach(part -> print(part, depth + 1));
        }

        private static Map<String, Object> document(Explanation why) {
            var object = new LinkedHashMap<String, Object>();
            object.put("asks", why.text());
            object.put("answer", why.answer().word());
            object.put("decides", why.decides());
            if (why.parts().isEmpty()) {
                object.put("values", why.values());
            } else {
                object.put("parts", why.parts().stream().map(Explaining::document).toList());
            }
            return object;
        }

        @Override
        public void wrapper(int source, byte[] description) {}

        @Override
        public void gap(int source, Gap gap) {
            surroundings.note("not read: " + gap.source() + ": " + gap.detail());
        }
    }
}
