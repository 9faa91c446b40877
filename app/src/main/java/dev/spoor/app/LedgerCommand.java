package dev.spoor.app;

import dev.spoor.fault.Rejected;
import dev.spoor.hunt.Query;
import dev.spoor.intake.file.FileIntake;
import dev.spoor.intake.file.FileIntakeConfig;
import dev.spoor.ledger.Backup;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LiveConfig;
import dev.spoor.ledger.LiveLedger;
import dev.spoor.ledger.LiveSink;
import dev.spoor.ledger.Proofs;
import dev.spoor.ledger.Upkeep;
import dev.spoor.query.Predicate;
import dev.spoor.report.Visible;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spoor ledger}: keeps evidence for years. */
@Command(
        name = "ledger",
        description = "Keeps evidence: adds to it live, deletes by rule, holds, proves, backs up.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  kubectl logs -f deploy/web | spoor ledger append evidence -",
            "  spoor ledger retain evidence --older-than 365d --preview",
            "  spoor ledger hold evidence case-7 --where 'user.username:bob' --why 'court order 12/26'",
            "  spoor ledger proof evidence 4711 --json",
        })
final class LedgerCommand extends Answering {
    @Spec private CommandSpec spec = CommandSpec.create(); // the real one is set before call()

    LedgerCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return Main.DONE;
    }

    /** What all have in common: a folder, and the key that opens it. */
    abstract static class OnLedger extends Answering {
        @Parameters(index = "0", paramLabel = "DIR", description = "a folder made by --data")
        Path data = Path.of("");

        @Option(
                names = "--key-file",
                paramLabel = "FILE",
                description = "the key that the evidence is encrypted with")
        @Nullable Path keyFile;

        @Option(names = "--json", description = "one JSON object a line")
        boolean json;

        OnLedger(Surroundings surroundings) {
            super(surroundings);
        }

        Path ledger() {
            return Kept.toVerify(data);
        }

        LedgerKeys keys() {
            return KeyFile.writing(keyFile, surroundings);
        }

        Upkeep upkeep() {
            return Upkeep.open(ledger(), keys(), OnLedger::predicate);
        }

        static Predicate predicate(String query) {
            var parsed = Query.parse(query);
            if (!parsed.stages().isEmpty()) {
                throw new Rejected("only a filter was expected, without pipes: " + query);
            }
            return parsed.filter();
        }

        Instant now() {
            return surroundings.clock().instant();
        }

        void tell(Map<String, Object> object, String text) {
            if (json) {
                NdJson.line(surroundings.out(), object);
            } else {
                surroundings.out().println(Visible.text(text));
            }
        }
    }

    /** {@code spoor ledger append}. */
    @Command(
            name = "append",
            description = "Adds logs as they come: what is acknowledged survives a loss of power.",
            footer = {
                "",
                "Example:",
                "  kubectl logs -f deploy/web | spoor ledger append evidence - --acknowledge",
            })
    static final class Append extends OnLedger {
        /** What has come is made durable after so long, also when it is little. */
        private static final long FLUSH_MILLIS = 100;

        /** Ten minutes of "try later" from a full disk, then it is told. */
        private static final int ATTEMPTS_MAX = 12_000;

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "PATH",
                description = "logs, or - for standard input")
        private List<String> paths = List.of();

        @Option(names = "--cluster", paramLabel = "NAME", description = "cluster of the logs")
        private @Nullable String cluster;

        @Option(
                names = "--acknowledge",
                description = "one line for each batch: how many entries are durable now")
        private boolean acknowledge;

        @Option(
                names = "--fast-seal",
                description = "segments are not decoded and compared before they count")
        private boolean fast;

        Append(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            var config = LiveConfig.usual().withCompares(!fast);
            long size;
            LiveLedger written;
            try (var ledger =
                    LiveLedger.open(Kept.ledger(data), config, keys(), surroundings.clock())) {
                var sink = new LiveSink(ledger, this::acknowledged, ATTEMPTS_MAX);
                var flusher = Thread.ofPlatform().daemon().start(() -> flush(sink));
                try (var progress = new ProgressLine(surroundings)) {
                    new FileIntake(new FileIntakeConfig(cluster), surroundings.in())
                            .read(paths, sink, progress);
                } finally {
                    flusher.interrupt();
                }
                sink.flush();
                size = ledger.size();
                written = ledger;
            }
            long rewritten = written.rewritten(); // all is sealed now
            tell(
                    Map.of("entries", size, "rewritten", rewritten),
                    "%,d entries kept".formatted(size));
            Evidence.rewritten(rewritten, surroundings);
            return Main.DONE;
        }

        private void acknowledged(long position) {
            if (acknowledge) {
                tell(Map.of("acknowledged", position), "acknowledged " + position);
                surroundings.out().flush();
            }
        }

        private static void flush(LiveSink sink) {
            try {
                while (true) {
                    Thread.sleep(FLUSH_MILLIS);
                    sink.tick();
                }
            } catch (InterruptedException | RuntimeException e) {
                // the reading thread meets the same and tells it
            }
        }
    }

    /** {@code spoor ledger retain} and {@code erase}: what goes, and why. */
    abstract static class Deleting extends OnLedger {
        @Option(
                names = "--where",
                paramLabel = "QUERY",
                description = "events that this filter finds (docs/query.md)")
        @Nullable String where;

        @Option(names = "--preview", description = "say what would go, change nothing")
        boolean preview;

        Deleting(Surroundings surroundings) {
            super(surroundings);
        }

        Integer run(Upkeep.Rule rule, String why) {
            try (var upkeep = upkeep()) {
                var rules = List.of(rule);
                var steps = preview ? upkeep.preview(rules) : upkeep.delete(rules, why, now());
                long events = 0;
                long held = 0;
                for (var step : steps) {
                    events += step.events();
                    held += step.held();
                    if (step.events() > 0) {
                        step(step);
                    }
                }
                long gone = events - held;
                var total = new LinkedHashMap<String, Object>();
                total.put("deleted", preview ? 0 : gone);
                total.put("matched", events);
                total.put("held", held);
                tell(
                        total,
                        "%,d events %s; %,d stay under a hold"
                                .formatted(gone, preview ? "would be deleted" : "deleted", held));
                return Main.DONE;
            }
        }

        private void step(Upkeep.Step step) {
            var object = new LinkedHashMap<String, Object>();
            object.put("segment", step.segment());
            object.put("first", step.first());
            object.put("end", step.end());
            object.put("matched", step.events());
            object.put("held", step.held());
            object.put("bytes", step.bytes());
            tell(
                    object,
                    "  %s: %,d of %,d entries match, %,d held"
                            .formatted(
                                    step.segment(),
                                    step.events(),
                                    step.end() - step.first(),
                                    step.held()));
        }
    }

    /** {@code spoor ledger retain}. */
    @Command(
            name = "retain",
            description = "Deletes what is older than it must be kept. A hold beats it.",
            footer = {
                "",
                "What is deleted leaves a signed record and its roots: the rest still verifies.",
                "",
                "Examples:",
                "  spoor ledger retain evidence --older-than 365d --preview",
                "  spoor ledger retain evidence --older-than 30d --where 'source.kind:container.cri'",
            })
    static final class Retain extends Deleting {
        @Option(
                names = "--older-than",
                required = true,
                paramLabel = "T",
                description = "events before then: 365d, 12h, 2026-01-02T03:04:05Z")
        private String olderThan = "";

        Retain(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            var relative = olderThan.matches("\\d+[smhdw]") ? "-" + olderThan : olderThan;
            var before = Moment.of("--older-than", relative, now());
            var rule = new Upkeep.Rule(predicate(where == null ? "*" : where), before);
            return run(
                    rule,
                    "retention: older than "
                            + olderThan
                            + (where == null ? "" : ", where " + where));
        }
    }

    /** {@code spoor ledger erase}. */
    @Command(
            name = "erase",
            description = "Erases events for good: keys are destroyed, no line can be guessed.",
            footer = {
                "",
                "Example:",
                "  spoor ledger erase evidence --where 'user.username:alice' --why 'request 881'",
            })
    static final class Erase extends Deleting {
        @Option(names = "--why", required = true, paramLabel = "TEXT", description = "the reason")
        private String why = "";

        Erase(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            if (where == null) {
                throw new Rejected("--where is missing (expected: which events)");
            }
            return run(new Upkeep.Rule(predicate(where), null), "erased: " + why);
        }
    }

    /** {@code spoor ledger hold}. */
    @Command(
            name = "hold",
            description = "Puts, lists or releases legal holds: what they match is never deleted.",
            footer = {
                "",
                "Examples:",
                "  spoor ledger hold evidence                  lists them",
                "  spoor ledger hold evidence case-7 --where 'user.username:bob' --why 'court order'",
                "  spoor ledger hold evidence case-7 --release",
            })
    static final class Holds extends OnLedger {
        @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "of the hold")
        private @Nullable String name;

        @Option(names = "--where", paramLabel = "QUERY", description = "events that are held")
        private @Nullable String where;

        @Option(names = "--why", paramLabel = "TEXT", description = "the reason")
        private String why = "";

        @Option(names = "--release", description = "take the hold away")
        private boolean release;

        Holds(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            try (var upkeep = upkeep()) {
                if (name != null && release) {
                    upkeep.release(name);
                } else if (name != null) {
                    if (where == null) {
                        throw new Rejected("--where is missing (expected: which events are held)");
                    }
                    upkeep.hold(name, where, why, now());
                }
                for (var hold : upkeep.holds()) {
                    tell(
                            Map.of(
                                    "name", hold.name(),
                                    "at", hold.at().toString(),
                                    "where", hold.query(),
                                    "why", hold.why()),
                            "%s  since %s  %s  %s"
                                    .formatted(hold.name(), hold.at(), hold.query(), hold.why()));
                }
                return Main.DONE;
            }
        }
    }

    /** {@code spoor ledger rewrap}. */
    @Command(
            name = "rewrap",
            description = "Changes the key-encryption key; segments stay as they are.",
            footer = {
                "",
                "Example:",
                "  spoor ledger rewrap evidence --key-file old.key --new-key-file new.key",
            })
    static final class Rewrap extends OnLedger {
        @Option(
                names = "--new-key-file",
                required = true,
                paramLabel = "FILE",
                description = "the next key")
        private Path next = Path.of("");

        Rewrap(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            var key = KeyFile.encryption(next, surroundings);
            try (var upkeep = upkeep()) {
                int count = upkeep.rewrap(key);
                tell(Map.of("keys", count), count + " keys are encrypted with " + next + " now");
                return Main.DONE;
            }
        }
    }

    /** {@code spoor ledger compact}. */
    @Command(
            name = "compact",
            description = "Merges small segments into large ones.",
            footer = {"", "Example:", "  spoor ledger compact evidence"})
    static final class Compact extends OnLedger {
        Compact(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            try (var upkeep = upkeep()) {
                int left = upkeep.merge();
                tell(Map.of("segments", left), left + " segments");
                return Main.DONE;
            }
        }
    }

    /** {@code spoor ledger backup}. */
    @Command(
            name = "backup",
            description = "Copies a ledger, also while it is written to; again copies what is new.",
            footer = {"", "Example:", "  spoor ledger backup evidence /mnt/backup/evidence"})
    static final class BackUp extends OnLedger {
        @Parameters(index = "1", paramLabel = "TO", description = "a folder of its own")
        private Path to = Path.of("");

        BackUp(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            var copied = Backup.copy(ledger(), Kept.ledger(to));
            tell(
                    Map.of("files", copied.files(), "bytes", copied.bytes()),
                    "%,d files, %,d bytes copied; spoor verify %s checks them"
                            .formatted(copied.files(), copied.bytes(), to));
            return Main.DONE;
        }
    }

    /** {@code spoor ledger proof}. */
    @Command(
            name = "proof",
            description = "Proves that an entry is in the log, or that the log has only grown.",
            footer = {
                "",
                "Examples:",
                "  spoor ledger proof evidence 4711          the entry at this position",
                "  spoor ledger proof evidence --since 4096  from the log's first 4096 entries",
            })
    static final class Proof extends OnLedger {
        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "POSITION",
                description = "of the entry")
        private @Nullable Long position;

        @Option(names = "--since", paramLabel = "SIZE", description = "size of an older checkpoint")
        private @Nullable Long since;

        Proof(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            if ((position == null) == (since == null)) {
                throw new Rejected("expected: POSITION or --since SIZE");
            }
            var keys = KeyFile.reading(keyFile, surroundings);
            var proofs = Proofs.open(ledger(), keys);
            var object = new LinkedHashMap<String, Object>();
            boolean holds;
            if (position != null) {
                var proof = proofs.inclusion(position);
                holds = Proofs.holds(proof);
                object.put("position", proof.position());
                object.put("size", proof.size());
                object.put("entry", base64(proof.entry()));
                object.put("salt", base64(proof.salt()));
                object.put("proof", proof.path().stream().map(Proof::base64).toList());
            } else {
                long older = java.util.Objects.requireNonNull(since);
                var proof = proofs.consistency(older);
                var root = proofs.root(older);
                var checkpoint = proofs.checkpoint();
                holds = Proofs.consistent(older, root, checkpoint.size(), checkpoint.root(), proof);
                object.put("since", older);
                object.put("sinceRoot", base64(root));
                object.put("size", checkpoint.size());
                object.put("proof", proof.stream().map(Proof::base64).toList());
            }
            object.put("checkpoint", proofs.checkpoint().note());
            object.put("holds", holds);
            if (json) {
                NdJson.line(surroundings.out(), object);
            } else {
                text(surroundings.out(), object);
            }
            return holds ? Main.DONE : Main.DID_NOT_HOLD;
        }

        private static String base64(byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }

        private static void text(PrintStream out, Map<String, Object> object) {
            object.forEach((name, value) -> {
                if (value instanceof List<?> list) {
                    out.println(name + ":");
                    list.forEach(item -> out.println("  " + item));
                } else {
                    out.println(name + ": " + value);
                }
            });
        }
    }

    /** {@code spoor ledger key} and {@code spoor ledger renew-key}. */
    @Command(
            name = "key",
            description = "Makes a key to encrypt evidence with, or renews the signing key.",
            footer = {
                "",
                "With SPOOR_PASSPHRASE set, the key file can only be used together with it.",
                "",
                "Examples:",
                "  spoor ledger key evidence.key",
                "  SPOOR_PASSPHRASE=... spoor ledger key evidence.key",
                "  spoor ledger key --renew-signing",
            })
    static final class Keys extends Answering {
        @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "a new file")
        private @Nullable Path file;

        @Option(
                names = "--renew-signing",
                description =
                        "sign with a new key from now on; each ledger tells it, signed by the old one")
        private boolean renew;

        Keys(Surroundings surroundings) {
            super(surroundings);
        }

        @Override
        public Integer call() {
            if (renew == (file != null)) {
                throw new Rejected("expected: FILE or --renew-signing");
            }
            if (file != null) {
                LedgerKeys.newKeyFile(file, KeyFile.passphrase(surroundings));
                surroundings.note("written to " + file + ": without it the evidence is lost");
            } else {
                LedgerKeys.renew(surroundings.home().resolve("keys"));
                surroundings.note("the next ledger that is written to gets the new key");
            }
            return Main.DONE;
        }
    }
}
