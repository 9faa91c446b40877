package dev.spoor.app;

import dev.spoor.detect.baseline.Watch;
import dev.spoor.detect.coverage.Framework;
import dev.spoor.detect.coverage.Note;
import dev.spoor.detect.coverage.Proofs;
import dev.spoor.detect.sigma.AuditFields;
import dev.spoor.detect.sigma.Correlation;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.fault.Rejected;
import dev.spoor.report.Visible;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules list}: the rules a scan would use, and what should be known of one. */
@Command(
        name = "list",
        description = "Lists the rules that a scan with the same options would use.",
        footer = {
            "",
            "Examples:",
            "  spoor rules list --rules sigmahq",
            "  spoor rules list EXE-01",
        })
final class ListCommand extends Answering {
    @Parameters(
            arity = "0..*",
            paramLabel = "RULE",
            description = "only these, with all that is known of them")
    private List<String> ids = List.of();

    @Option(
            names = "--rules",
            paramLabel = "DIR|sigmahq",
            description = "these rules too; sigmahq = SigmaHQ's Kubernetes rules")
    private List<String> added = List.of();

    @Option(names = "--no-shipped-rules", description = "without the rules of Spoor's own")
    private boolean withoutShipped;

    @Option(
            names = "--json",
            description =
                    "one object a line: rule, kind, level, title, techniques, frameworks, why, needs, falsepositives, response, proof, author, link")
    private boolean json;

    private final Set<String> told = new HashSet<>();

    ListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What is shown of a rule, whatever its form. */
    private record Shown(
            String id,
            String kind,
            String level,
            String title,
            List<String> techniques,
            @Nullable String why,
            Set<String> needs,
            @Nullable Note note,
            String proof,
            @Nullable String author,
            @Nullable String link,
            @Nullable String hint) {}

    @Override
    public Integer call() {
        var set = RulesCommand.ChosenRules.of(!withoutShipped, added, surroundings);
        var proofs = json || !ids.isEmpty() ? Proofs.shipped() : null;
        set.rules().forEach(rule -> tell(shown(rule, proofs)));
        set.correlations().forEach(rule -> tell(shown(rule, set, proofs)));
        if (!withoutShipped) {
            Watch.shipped().forEach(watch -> tell(shown(watch)));
        }
        for (var id : ids) {
            if (!told.contains(id)) {
                throw new Rejected("no rule has the id " + Visible.text(id));
            }
        }
        return Main.DONE;
    }

    private Shown shown(Rule rule, @Nullable Proofs proofs) {
        var note = proofs == null ? null : Note.of(rule).orElse(null);
        return new Shown(
                rule.id(),
                "rule",
                rule.level().id(),
                rule.title(),
                rule.techniques(),
                rule.why(),
                new TreeSet<>(rule.needs()),
                note,
                proofs == null
                        ? ""
                        : proofs.byRule().getOrDefault(rule.id(), Proofs.Proof.NONE).word(),
                rule.author(),
                rule.link(),
                AuditFields.cannotMatch(rule));
    }

    /** It needs what the rules need that it refers to, also through other correlations. */
    private static Set<String> needs(Correlation correlation, RuleSet set, int depth) {
        var needs = new TreeSet<String>();
        for (var reference : correlation.rules()) {
            var name = RuleSet.key(reference);
            set.rules().stream()
                    .filter(rule -> rule.names().contains(name))
                    .forEach(rule -> needs.addAll(rule.needs()));
            set.correlations().stream()
                    .filter(inner -> depth > 0 && inner.names().contains(name))
                    .forEach(inner -> needs.addAll(needs(inner, set, depth - 1)));
        }
        return needs;
    }

    private Shown shown(Correlation rule, RuleSet set, @Nullable Proofs proofs) {
        return new Shown(
                rule.id(),
                "correlation",
                rule.level().id(),
                rule.title(),
                rule.techniques(),
                null,
                needs(rule, set, RuleSet.CHAIN_MAX),
                null,
                proofs == null
                        ? ""
                        : proofs.byRule().getOrDefault(rule.id(), Proofs.Proof.NONE).word(),
                rule.author(),
                rule.link(),
                null);
    }

    private static Shown shown(Watch watch) {
        return new Shown(
                watch.id(),
                "baseline",
                watch.level().id(),
                watch.title(),
                watch.techniques(),
                watch.why(),
                Set.of(),
                Note.of(watch),
                "made",
                null,
                null,
                null);
    }

    private void tell(Shown rule) {
        if (!ids.isEmpty() && !ids.contains(rule.id())) {
            return;
        }
        told.add(rule.id());
        if (json) {
            NdJson.line(surroundings.out(), document(rule));
            return;
        }
        surroundings
                .out()
                .println(
                        "%-8s  %-13s  %s  %s%s"
                                .formatted(
                                        Visible.text(rule.id()),
                                        rule.level(),
                                        Visible.text(rule.title()),
                                        String.join(" ", rule.techniques()),
                                        rule.hint() == null ? "" : "  (" + rule.hint() + ")"));
        if (!ids.isEmpty()) {
            details(rule);
        }
    }

    private void details(Shown rule) {
        line("frameworks", String.join(", ", frameworks()));
        line("says", rule.why());
        line("needs", String.join(", ", rule.needs()));
        var note = rule.note();
        line("may be", note == null ? null : String.join("; ", note.causes()));
        line("do", note == null ? null : note.response());
        line("proof", rule.proof());
        line("author", rule.author());
        line("link", rule.link());
    }

    private void line(String name, @Nullable String text) {
        if (text != null && !text.isEmpty()) {
            surroundings.out().printf("  %-10s  %s%n", name, Visible.text(text));
        }
    }

    private static List<String> frameworks() {
        return Framework.all().stream().map(one -> one.name() + " " + one.version()).toList();
    }

    private static LinkedHashMap<String, Object> document(Shown rule) {
        var object = new LinkedHashMap<String, Object>();
        object.put("rule", rule.id());
        object.put("kind", rule.kind());
        object.put("level", rule.level());
        object.put("title", rule.title());
        object.put("techniques", rule.techniques());
        object.put("frameworks", frameworks());
        object.put("why", rule.why());
        object.put("needs", rule.needs());
        var note = rule.note();
        object.put("falsepositives", note == null ? null : note.causes());
        object.put("response", note == null ? null : note.response());
        object.put("proof", rule.proof());
        object.put("author", rule.author());
        object.put("link", rule.link());
        return object;
    }
}
