package dev.spoor.app;

import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.hunt.Hunt;
import dev.spoor.hunt.HuntFiles;
import dev.spoor.hunt.HuntLimits;
import dev.spoor.hunt.HuntRun;
import dev.spoor.hunt.HuntState;
import dev.spoor.report.HuntJson;
import dev.spoor.report.HuntText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor hunt}: the questions of a saved hunt, and what is new since it ran last. */
@Command(
        name = "hunt",
        description = "Asks the questions of a saved hunt, and says what is new since last time.",
        footer = {
            "",
            "Without HUNT it lists the hunts that ship; without PATH it shows what one asks.",
            "What was seen is remembered in DIR/views/hunts, or in the file of --state (docs/hunts.md).",
            "",
            "Examples:",
            "  spoor hunt",
            "  spoor hunt api-server-load evidence",
            "  spoor hunt my-hunt.yaml audit.log --state my-hunt.seen",
        })
final class HuntCommand extends Answering {
    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "HUNT",
            description = "the name of a hunt that ships, or a YAML file")
    private @Nullable String hunt;

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PATH|DIR",
            description = "logs, - for standard input, or a folder made by scan --data")
    private List<String> paths = List.of();

    @Option(names = "--json", description = "everything as one JSON document")
    private boolean json;

    @Mixin private Asking asking = new Asking();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "remember there what was seen (default: DIR/views/hunts/NAME.json)")
    private @Nullable Path stateFile;

    HuntCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (hunt == null) {
            list();
            return Main.DONE;
        }
        var asked = named(hunt);
        if (paths.isEmpty()) {
            print(json ? HuntJson.about(asked) + "\n" : HuntText.of(asked, surroundings.look()));
            return Main.DONE;
        }
        return run(asked);
    }

    /** A file of that name, else a hunt that ships. */
    private static Hunt named(String name) {
        boolean file = name.endsWith(".yaml") || name.endsWith(".yml") || name.indexOf('/') >= 0;
        if (file && !Files.isRegularFile(Path.of(name))) {
            throw new Rejected("no such hunt file: " + name);
        }
        return file ? HuntFiles.load(Path.of(name)) : HuntFiles.shipped(name);
    }

    private void list() {
        for (var name : HuntFiles.shipped()) {
            var about = HuntFiles.shipped(name);
            print(
                    json
                            ? HuntJson.about(about) + "\n"
                            : "%-28s %-12s %s%n".formatted(name, about.kind(), about.title()));
        }
    }

    private int run(Hunt asked) {
        var now = surroundings.clock().instant();
        var span = asking.span(now);
        var file = stateFile != null ? stateFile : kept(asked.name());
        var state = file == null ? new HuntState() : read(file);
        var last = state.last();
        var place = asking.place(paths);
        int code;
        boolean whole;
        try (var evidence = Evidence.read(place, surroundings, Evidence.Follower.NONE)) {
            var answers =
                    HuntRun.run(
                            asked,
                            evidence.events(),
                            span,
                            HuntLimits.USUAL.until(asking.deadline()),
                            new LookupFiles(),
                            state,
                            now);
            print(
                    json
                            ? HuntJson.of(asked, answers, last)
                            : HuntText.of(asked, answers, last, surroundings.look()));
            code = evidence.searched();
            whole = evidence.events().unread().isEmpty();
        }
        if (file != null && whole) {
            Remembered.write(file, state.text(), "what was seen", surroundings);
        } else if (file != null) {
            surroundings.note(Asking.NOT_REMEMBERED);
        }
        return code;
    }

    /** Beside the evidence, in what can be deleted and made again; null for logs. */
    private @Nullable Path kept(String name) {
        var ledger = Kept.among(paths);
        var data = ledger == null ? null : ledger.toAbsolutePath().getParent();
        return data == null || ledger == null || !Kept.ledger(data).equals(ledger.toAbsolutePath())
                ? null
                : data.resolve("views").resolve("hunts").resolve(name + ".json");
    }

    private static HuntState read(Path file) {
        try {
            return Files.exists(file) ? HuntState.of(Files.readString(file)) : new HuntState();
        } catch (IOException e) {
            throw new Unavailable(file + " could not be read: " + e.getMessage(), e);
        } catch (Rejected e) {
            throw new Rejected(file + ": " + e.getMessage(), e);
        }
    }

    private void print(String text) {
        surroundings.out().print(text);
        surroundings.out().flush();
    }
}
