package dev.spoor.bench;

import com.github.luben.zstd.Zstd;
import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.intake.file.FileIntake;
import dev.spoor.intake.file.FileIntakeConfig;
import dev.spoor.ledger.Ledger;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.ledger.LiveConfig;
import dev.spoor.ledger.LiveLedger;
import dev.spoor.ledger.LiveSink;
import dev.spoor.ledger.Verification;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The ledger alone, without rules: {@code write FILE DIR} keeps a file (cut, scanned, hashed,
 * encrypted, read back and compared, forced to the disk), {@code trust FILE DIR} does so without
 * reading back; {@code live} and {@code live-trust} do the same through the journal; {@code read
 * DIR} gives every event back, {@code verify DIR} checks it. Keys are beside DIR.
 */
public final class Keep {
    private Keep() {}

    public static void main(String[] args) {
        switch (args[0]) {
            case "write" -> write(args[1], Path.of(args[2]), true);
            case "trust" -> write(args[1], Path.of(args[2]), false);
            case "live" -> live(args[1], Path.of(args[2]), true);
            case "live-trust" -> live(args[1], Path.of(args[2]), false);
            case "zstd" -> zstd(Path.of(args[1]));
            case "read" -> read(Path.of(args[1]));
            case "verify" -> verify(Path.of(args[1]));
            default ->
                    throw new IllegalArgumentException(
                            "write|trust|live|live-trust FILE DIR, read|verify DIR");
        }
        if (Boolean.getBoolean("threads")) {
            threads();
        }
    }

    private static void threads() {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            for (var task : tasks.toList()) {
                var stat = Files.readString(task.resolve("stat"));
                var rest = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                long ticks = Long.parseLong(rest[11]) + Long.parseLong(rest[12]);
                if (ticks > 2) {
                    System.err.println(
                            stat.substring(stat.indexOf('('), stat.lastIndexOf(')') + 1)
                                    + " " + ticks * 10 + " ms");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path keyFile(Path directory) {
        return directory.resolveSibling("key");
    }

    private static void write(String file, Path directory, boolean compare) {
        var scanner = new ShapeScanner();
        var keys = LedgerKeys.at(directory.resolveSibling("home"), keyFile(directory));
        try (var ledger =
                Ledger.create(directory, keys, scanner, InstantSource.system(), true)) {
            if (!compare) {
                ledger.trust();
            }
            new FileIntake(new FileIntakeConfig(null), InputStream.nullInputStream())
                    .read(List.of(file), new Into(ledger, scanner), (name, done, all, events) -> {});
            ledger.seal();
        }
    }

    /** As {@code write}, through the journal: each batch is forced before it is acknowledged. */
    private static void live(String file, Path directory, boolean compares) {
        var keys = LedgerKeys.at(directory.resolveSibling("home"), keyFile(directory));
        var config = LiveConfig.usual().withCompares(compares);
        try (var ledger = LiveLedger.open(directory, config, keys, InstantSource.system())) {
            var sink = new LiveSink(ledger, position -> {}, 12_000);
            new FileIntake(new FileIntakeConfig(null), InputStream.nullInputStream())
                    .read(List.of(file), sink, (name, done, all, events) -> {});
            sink.flush();
        }
    }

    private record Into(Ledger ledger, ShapeScanner scanner, Scanned scanned, List<Kind> kinds)
            implements EventSink {
        Into(Ledger ledger, ShapeScanner scanner) {
            this(ledger, scanner, new Scanned(), new ArrayList<>());
        }

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, String cluster) {
            kinds.add(kind);
            return ledger.open(kind, wrapping, path, cluster);
        }

        @Override
        public void take(Received record) {
            scanner.scan(
                    kinds.get(record.source),
                    record.view,
                    record.viewOffset,
                    record.viewLength,
                    scanned);
            ledger.append(record, scanned);
        }

        @Override
        public void wrapper(int source, byte[] description) {
            ledger.wrapper(source, description);
        }

        @Override
        public void gap(int source, Gap gap) {
            ledger.gap(source, gap);
        }
    }

    /** The size of the whole file under zstd -3. */
    private static void zstd(Path file) {
        try {
            System.out.println(Zstd.compress(Files.readAllBytes(file), 3).length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void verify(Path directory) {
        var found =
                Verification.of(
                        directory,
                        LedgerKeys.reading(keyFile(directory)),
                        null,
                        null,
                        Verification.Progress.NONE);
        System.out.println(found.entries() + " entries, " + found.problems());
    }

    private static void read(Path directory) {
        var found = new long[2];
        try (var reader = LedgerReader.open(directory, LedgerKeys.reading(keyFile(directory)))) {
            reader.search(
                    new Predicate.Everything(),
                    null,
                    null,
                    new EventSearch.Visitor() {
                        @Override
                        public boolean take(Stored event) {
                            found[0]++;
                            found[1] += event.original().length;
                            return true;
                        }
                    });
        }
        System.out.println(found[0] + " events, " + found[1] + " bytes");
    }
}
