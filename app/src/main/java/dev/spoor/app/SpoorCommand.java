package dev.spoor.app;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code spoor} without a command: says what there is. */
@Command(
        name = "spoor",
        description = {
            "Follows the track an intruder leaves in a Kubernetes cluster's logs.",
            "",
            "Give it the logs: it says what happened, in order, with the lines that show it."
        },
        footer = {
            "",
            "Start here:",
            "  spoor demo                          a recorded attack, told from its audit log",
            "  spoor scan /var/log/kubernetes      what happened in these logs",
            "",
            "Exit: 0 done, 1 findings at or above --fail-on or a check that did not hold,",
            "      2 wrong usage, 3 failure."
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        version = "spoor " + SpoorCommand.VERSION)
final class SpoorCommand implements Callable<Integer> {
    static final String VERSION = "0.1.0";

    @Spec private CommandSpec spec = CommandSpec.create(); // the real one is set before call()

    private SpoorCommand() {}

    /** Every command with what it may touch; the list is in the order of the help. */
    static CommandLine line(Surroundings surroundings) {
        var rules =
                new CommandLine(new RulesCommand(surroundings))
                        .addSubcommand(new RuleCheckCommand(surroundings))
                        .addSubcommand(new ListCommand(surroundings))
                        .addSubcommand(new RetroCommand(surroundings))
                        .addSubcommand(new CoverageCommand(surroundings))
                        .addSubcommand(new MatchCommand(surroundings))
                        .addSubcommand(new RuleTestCommand(surroundings))
                        .addSubcommand(new ExplainCommand(surroundings))
                        .addSubcommand(new ConvertCommand(surroundings));
        var ledger =
                new CommandLine(new LedgerCommand(surroundings))
                        .addSubcommand(new LedgerCommand.Append(surroundings))
                        .addSubcommand(new LedgerCommand.Retain(surroundings))
                        .addSubcommand(new LedgerCommand.Holds(surroundings))
                        .addSubcommand(new LedgerCommand.Erase(surroundings))
                        .addSubcommand(new LedgerCommand.Rewrap(surroundings))
                        .addSubcommand(new LedgerCommand.Compact(surroundings))
                        .addSubcommand(new LedgerCommand.BackUp(surroundings))
                        .addSubcommand(new LedgerCommand.Proof(surroundings))
                        .addSubcommand(new LedgerCommand.Keys(surroundings));
        return new CommandLine(new SpoorCommand())
                .addSubcommand(new DemoCommand(surroundings))
                .addSubcommand(new ScanCommand(surroundings))
                .addSubcommand(new SearchCommand(surroundings))
                .addSubcommand(new HuntCommand(surroundings))
                .addSubcommand(new VerifyCommand(surroundings))
                .addSubcommand(new ExportCommand(surroundings))
                .addSubcommand(ledger)
                .addSubcommand(rules);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return Main.DONE;
    }
}
