package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Overloaded;
import dev.spoor.query.Predicates;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that write and are killed, again and again, on one ledger; a client outside remembers
 * what was acknowledged. {@code bench/soak} runs it a thousand times.
 */
class KilledWriterTest {
    private static final Pattern ID = Pattern.compile("\\{\"id\":\"(.+?)-(\\d+)-(\\d+)\"");
    private static final int KILLS = Integer.getInteger("spoor.kills", 10);
    private static final int CLIENTS = 3;
    private static final int BATCH = 7;

    /** Batches of the first client that wait at once: more than a block. */
    private static final int WAITING = Format.BLOCK_EVENTS / BATCH + 100;

    @TempDir Path folder;

    /** The process that is killed: several clients append without a pause. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            var config =
                    new LiveConfig(
                            300_000,
                            Duration.ofMinutes(5),
                            Duration.ofMillis(50),
                            4 << 20,
                            4,
                            true,
                            1000,
                            Duration.ofSeconds(1),
                            1 << 20);
            var keys =
                    LedgerKeys.at(Path.of(arguments[1]), null)
                            .with(LedgerKeys.encryption(Path.of(arguments[2]), null));
            var ledger =
                    LiveLedger.open(Path.of(arguments[0]), config, keys, InstantSource.system());
            int source = ledger.open(Kind.JSON, Wrapping.NATIVE, "life " + arguments[3], null);
            for (int i = 0; i < CLIENTS; i++) {
                var name = arguments[3] + "." + i;
                int waiting = i == 0 ? WAITING : 1;
                Thread.ofPlatform().start(() -> append(ledger, source, name, waiting, System.out));
            }
        }

        private record Sent(int number, CompletableFuture<Long> done) {}

        /**
         * @param most batches that wait for the disk at once: of many blocks are made
         */
        private static void append(
                LiveLedger ledger, int source, String name, int most, PrintStream acknowledged) {
            var sent = new ArrayDeque<Sent>();
            for (int number = 0; ; number++) {
                var after = sent.isEmpty() ? null : sent.getLast().done;
                try {
                    sent.add(new Sent(number, ledger.append(batch(name, source, number), after)));
                } catch (Overloaded e) {
                    number--; // not kept: once more
                }
                while (sent.size() == most || (!sent.isEmpty() && sent.getFirst().done.isDone())) {
                    try {
                        sent.getFirst().done.join();
                        acknowledged.println(name + " " + sent.remove().number);
                        acknowledged.flush();
                    } catch (CompletionException e) {
                        number = sent.getFirst().number - 1; // none behind it is kept, either
                        sent.forEach(one -> one.done.handle((position, fault) -> 0).join());
                        sent.clear();
                    }
                }
            }
        }

        private static Batch batch(String name, int source, int number) {
            var batch = new Batch();
            for (int i = 0; i < BATCH; i++) {
                var record = new Received();
                var bytes = line(name, number, i).getBytes(UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = (long) number * BATCH + i + 1;
                batch.add(record);
            }
            return batch;
        }
    }

    private static String line(String name, int number, int i) {
        return "{\"id\":\"%s-%d-%d\",\"verb\":\"%s\",\"text\":\"%s\"}"
                .formatted(name, number, i, i % 2 == 0 ? "get" : "list", "x".repeat(number % 50));
    }

    @Test
    void nothingAcknowledgedIsLostNothingIsTornAndNothingIsTwice() throws Exception {
        long seed = Long.getLong("spoor.seed", 17);
        var random = new SplittableRandom(seed);
        var directory = folder.resolve("ledger");
        var keyFile = folder.resolve("key");
        LedgerKeys.newKeyFile(keyFile, null);
        var acknowledged = new HashMap<String, Integer>(); // by client: its last batch
        for (int life = 0; life < KILLS; life++) {
            live(directory, keyFile, life, random.nextInt(1, 250), acknowledged);
            if (life % 100 == 99) {
                check(directory, keyFile, acknowledged, "seed " + seed + ", life " + life);
            }
        }
        check(directory, keyFile, acknowledged, "seed " + seed);
        System.out.printf(
                "%d kills, %d batches acknowledged: none lost%n",
                KILLS, acknowledged.values().stream().mapToLong(last -> last + 1).sum());
    }

    private void live(
            Path directory, Path keyFile, int life, int millis, Map<String, Integer> acknowledged)
            throws Exception {
        var process =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElse("java"),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Writer.class.getName(),
                                directory.toString(),
                                folder.resolve("home").toString(),
                                keyFile.toString(),
                                String.valueOf(life))
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        try (var lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            var first = lines.readLine();
            assertThat(first).as(Files.readString(folder.resolve("errors"))).isNotNull();
            note(first, acknowledged);
            var killer =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    Thread.sleep(millis);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                process.toHandle().destroyForcibly(); // leaves what it said
                            });
            String line;
            while ((line = lines.readLine()) != null) {
                note(line, acknowledged);
            }
            killer.join();
            process.waitFor();
        }
    }

    /** The last line may be cut by the kill: its number must not be taken for another. */
    private static void note(String line, Map<String, Integer> acknowledged) {
        var words = line.split(" ");
        if (words.length == 2) {
            int number = Integer.parseInt(words[1]);
            acknowledged.merge(words[0], number, (a, b) -> b == a + 1 ? b : a);
        }
    }

    private void check(
            Path directory, Path keyFile, Map<String, Integer> acknowledged, String when) {
        var keys = LedgerKeys.reading(keyFile);
        var verified = Verification.of(directory, keys, null, null, Verification.Progress.NONE);
        assertThat(verified.problems()).as(when).isEmpty();
        // by client: a bit for each line, since the texts of a thousand lives are more than the
        // heap
        var found = new HashMap<String, BitSet>();
        List<String> twice = new ArrayList<>();
        List<String> torn = new ArrayList<>();
        try (var reader = LedgerReader.open(directory, keys)) {
            assertThat(reader.damaged()).as(when).isEmpty();
            reader.search(
                    Predicates.EVERYTHING,
                    null,
                    null,
                    event -> {
                        var text = new String(event.original(), UTF_8);
                        var id = ID.matcher(text);
                        if (!id.lookingAt()) {
                            return true; // Spoor's own
                        }
                        int number = Integer.parseInt(id.group(2));
                        int i = Integer.parseInt(id.group(3));
                        if (!text.equals(line(id.group(1), number, i))) {
                            torn.add(text);
                        }
                        var lines = found.computeIfAbsent(id.group(1), client -> new BitSet());
                        if (lines.get(number * BATCH + i)) {
                            twice.add(text);
                        }
                        lines.set(number * BATCH + i);
                        return true;
                    });
        }
        assertThat(torn).as(when).isEmpty();
        assertThat(twice).as(when).isEmpty();
        List<String> lost = new ArrayList<>();
        acknowledged.forEach((client, last) -> {
            int lines = (last + 1) * BATCH;
            int first = found.getOrDefault(client, new BitSet()).nextClearBit(0);
            if (first < lines) {
                lost.add(line(client, first / BATCH, first % BATCH));
            }
        });
        assertThat(lost).as(when).isEmpty();
    }
}
