package dev.spoor.app;

import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.RuleSet;
import dev.spoor.detect.sigma.RuleSets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
