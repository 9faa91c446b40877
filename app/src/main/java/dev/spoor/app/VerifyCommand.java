package dev.spoor.app;

import dev.spoor.fault.Rejected;
import dev.spoor.ledger.Verification;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor verify}: is every byte still what was received? */
@Command(
        name = "verify",
        description = "Checks kept evidence against its signed checkpoint.",
        footer = {
            "",
            "Every byte of every file under DIR/ledger is checked. Exit 1 names what does not hold.",
            "",
            "Examples:",
            "  spoor verify evidence",
            "  spoor verify evidence --key \"$(cat key-from-the-safe)\" --checkpoint last-week.txt",
        })
final class VerifyCommand extends Answering {
    /** More are counted; {@code --json} has them all. */
    private static final int PROBLEMS_MAX = 50;

    private static final int CHECKPOINT_BYTES_MAX = 64 << 10;

    @Parameters(paramLabel = "DIR", description = "a folder made by scan --data")
    private Path data = Path.of("");

    @Option(
            names = "--key",
            paramLabel = "VKEY",
            description = "the log's public key, known from elsewhere: name+hash+key")
    private @Nullable String key;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "a checkpoint seen before: the ledger must have grown from it")
    private @Nullable Path checkpoint;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "the key that the kept evidence is encrypted with")
    private @Nullable Path keyFile;

    @Option(
            names = "--json",
            description = "one object: holds, entries, bytes, checkpoint, problems, notes")
    private boolean json;

    VerifyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (!Files.exists(data)) {
            throw new Rejected("no such folder: " + data);
        }
        var ledger = Kept.toVerify(data);
        Verification result;
        try (var progress = new ProgressLine(surroundings)) {
            result =
                    Verification.of(
                            ledger,
                            KeyFile.reading(keyFile, surroundings),
                            key,
                            older(),
                            progress::checked);
        }
        if (json) {
            tellJson(result);
        } else {
            tell(result);
        }
        return result.holds() ? Main.DONE : Main.DID_NOT_HOLD;
    }

    private @Nullable String older() {
        if (checkpoint == null) {
            return null;
        }
        try {
            if (Files.size(checkpoint) > CHECKPOINT_BYTES_MAX) {
                throw new Rejected("--checkpoint " + checkpoint + " is too large to be one");
            }
            return Files.readString(checkpoint);
        } catch (IOException e) {
            throw new Rejected("--checkpoint " + checkpoint + " cannot be read", e);
        }
    }

    private void tell(Verification result) {
        var out = surroundings.out();
        var named = result.problems().stream().limit(PROBLEMS_MAX).toList();
        for (var problem : named) {
            out.println(
                    Visible.text(
                            "%s: %s: %s"
                                    .formatted(
                                            problem.wrong().word(),
                                            problem.place(),
                                            problem.what())));
        }
        if (named.size() < result.problems().size()) {
            out.printf("and %d more%n", result.problems().size() - named.size());
        }
        out.printf(
                "%s: %,d entries, %,d bytes of evidence checked%n",
                result.holds() ? "holds" : "DOES NOT HOLD", result.entries(), result.bytes());
        if (result.checkpoint() != null) {
            out.println();
            result.checkpoint()
                    .note()
                    .lines()
                    .forEach(line -> out.println("  " + Visible.text(line)));
        }
        result.notes().forEach(surroundings::note);
    }

    private void tellJson(Verification result) {
        var object = new LinkedHashMap<String, Object>();
        object.put("holds", result.holds());
        object.put("entries", result.entries());
        object.put("bytes", result.bytes());
        object.put("checkpoint", result.checkpoint() == null ? null : result.checkpoint().note());
        object.put(
                "problems",
                result.problems().stream()
                        .map(problem ->
                                Map.of(
                                        "kind", problem.wrong().word(),
                                        "place", problem.place(),
                                        "what", problem.what()))
                        .toList());
        object.put("notes", result.notes());
        NdJson.line(surroundings.out(), object);
    }
}
