package dev.spoor.app;

import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.RuleCheck;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.report.Visible;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spoor rules}: what the rules are, and whether a file of yours is one. */
@Command(
        name = "rules",
        description = "Checks, lists and tries detection rules (Sigma).",
        footer = {
            "",
            "Examples:",
            "  spoor rules list",
            "  spoor rules check my-rules/",
        },
        synopsisSubcommandLabel = "COMMAND")
final class RulesCommand extends Answering {
    @Spec private CommandSpec spec = CommandSpec.create();

    RulesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return Main.USAGE;
    }

    /** {@code spoor rules check}: exit 1 when a file is no rule that works. */
    @Command(
            name = "check",
            description = "Says of each file whether it is a rule that works, and where it is not.",
            footer = {"", "Example:", "  spoor rules check my-rules/"})
    static final class Check extends Answering {
        @Parameters(
                arity = "1..*",
                paramLabel = "RULES",
                description = "Sigma files, or folders of .yml and .yaml files")
        private List<Path> paths = List.of();

        @Option(names = "--json", description = "one object a line: file, ok, line, column, reason")
        private boolean json;

        Check(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            int bad = 0;
            int all = 0;
            for (var check : RuleCheck.of(paths)) {
                all++;
                bad += check.ok() ? 0 : 1;
                tell(check);
            }
            if (!json) {
                surroundings.out().printf("%d of %d files are rules that work%n", all - bad, all);
            }
            return bad == 0 ? Main.DONE : Main.DID_NOT_HOLD;
        }

        private void tell(RuleCheck check) {
            if (json) {
                var object = new LinkedHashMap<String, Object>();
                object.put("file", check.file());
                object.put("ok", check.ok());
                object.put("line", check.line());
                object.put("column", check.column());
                object.put("reason", check.reason());
                NdJson.line(surroundings.out(), object);
                return;
            }
            var place = check.ok() ? "" : ":" + check.line() + ":" + check.column();
            var reason = check.reason() == null ? "" : ": " + check.reason();
            surroundings
                    .out()
                    .println(
                            (check.ok() ? "ok   " : "bad  ")
                                    + Visible.text(check.file() + place + reason));
        }
    }

    /** The rules a person chose by {@code --rules} and {@code --no-shipped-rules}. */
    static final class ChosenRules {
        private ChosenRules() {}

        /** Files that are no rules are named on standard error and left out. */
        static RuleSet of(boolean shipped, List<String> added, Surroundings surroundings) {
            return of(shipped, added, null, surroundings);
        }

        /**
         * As {@link #of(boolean, List, Surroundings)}.
         *
         * @param placeholders a file with values for placeholders
         */
        static RuleSet of(
                boolean shipped,
                List<String> added,
                @Nullable Path placeholders,
                Surroundings surroundings) {
            var given = placeholders == null ? Placeholders.NONE : Placeholders.of(placeholders);
            var set = shipped ? RuleSets.shipped() : RuleSet.NONE;
            for (var name : added) {
                set =
                        set.and(
                                name.equals("sigmahq")
                                        ? RuleSets.sigmahq()
                                        : RuleSets.unlinked(Path.of(name), given));
            }
            var linked = set.linked();
            linked.refused().forEach(one -> surroundings.note("rule left out: " + one));
            return linked;
        }
    }
}
