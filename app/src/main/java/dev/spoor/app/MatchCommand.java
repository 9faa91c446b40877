package dev.spoor.app;

import dev.spoor.detect.Matcher;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules match}: which rules hold for which event, one by one and nothing more. */
@Command(
        name = "match",
        description = "Says of each event which rules hold for it.",
        footer = {
            "",
            ".yml and .yaml files, and folders of them, are rules; everything else is events.",
            "Stages are not joined, findings are not grouped, shipped rules are not asked.",
            "",
            "Example:",
            "  spoor rules match my-rules/ audit.log",
        })
final class MatchCommand extends Answering {
    @Parameters(
            arity = "2..*",
            paramLabel = "RULES… EVENTS…",
            description = "Sigma files, then logs")
    private List<String> paths = List.of();

    @Option(
            names = "--ignore-logsource",
            description = "ask every rule about every event, whatever log it is for")
    private boolean ignoringLogsource;

    @Option(names = "--json", description = "one object a line: source, line, rules")
    private boolean json;

    MatchCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Option(
            names = "--placeholders",
            paramLabel = "FILE",
            description = "values for %%placeholders%%: a YAML file with a list for each name")
    private @Nullable Path placeholders;

    @Override
    public Integer call() {
        var given = placeholders == null ? Placeholders.NONE : Placeholders.of(placeholders);
        var set = RuleSet.NONE;
        var events = new ArrayList<String>();
        for (var path : paths) {
            if (holdsRules(path)) {
                set = set.and(RuleSets.unlinked(Path.of(path), given));
            } else {
                events.add(path);
            }
        }
        var rules = set.linked();
        rules.refused().forEach(one -> surroundings.note("rule left out: " + one));
        if (rules.rules().isEmpty() || events.isEmpty()) {
            throw new Rejected(
                    "%d rules and %d paths of events (expected: at least one of each)"
                            .formatted(rules.rules().size(), events.size()));
        }
        var asking = new Asking(rules.rules());
        new FileIntake(FileIntakeConfig.defaults(), surroundings.in())
                .read(events, asking, Progress.NONE);
        asking.matcher
                .undecided()
                .forEach((rule, count) ->
                        surroundings.note(
                                "no verdict of rule %s on %d events: its regular expression gave up"
                                        .formatted(Visible.text(rule.id()), count)));
        return Main.DONE;
    }

    /** A rule file, or a folder with one in it. */
    private static boolean holdsRules(String path) {
        if (path.endsWith(".yml") || path.endsWith(".yaml")) {
            return true;
        }
        return !path.equals("-")
                && Files.isDirectory(Path.of(path))
                && RuleSets.holdsFiles(Path.of(path));
    }

    private final class Asking implements EventSink {
        private final List<String> ids;
        private final Matcher matcher;
        private final List<Source> sources = new ArrayList<>();

        Asking(List<Rule> rules) {
            this.ids = rules.stream().map(Rule::id).toList();
            this.matcher = new Matcher(rules, ignoringLogsource, new Facts());
        }

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            sources.add(new Source(sources.size(), kind, wrapping, path, cluster));
            return sources.size() - 1;
        }

        @Override
        public void take(Received record) {
            var source = sources.get(record.source);
            tell(
                    source,
                    record,
                    matcher.match(record, source).stream().mapToObj(ids::get).toList());
        }

        private void tell(Source source, Received record, List<String> held) {
            if (json) {
                var object = new LinkedHashMap<String, Object>();
                object.put("source", source.path());
                object.put("line", record.line);
                if (record.item > 0) {
                    object.put("item", record.item);
                }
                object.put("rules", held);
                NdJson.line(surroundings.out(), object);
            } else if (!held.isEmpty()) {
                surroundings
                        .out()
                        .println(
                                Visible.text(
                                        source.path()
                                                + ":"
                                                + record.line
                                                + ": "
                                                + String.join(" ", held)));
            }
        }

        @Override
        public void wrapper(int source, byte[] description) {}

        @Override
        public void gap(int source, Gap gap) {
            surroundings.note("not asked: " + gap.source() + ": " + gap.detail());
        }
    }
}
