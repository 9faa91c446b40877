package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Fault;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import dev.spoor.query.Span;
import dev.spoor.query.Test.Equal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever bit of whatever file changes: it is told, nothing crashes, and the rest is read. */
class DamageTest {
    private static final int EVENTS = 1200;
    private static final int FLIPS = Integer.getInteger("spoor.flips", 5);
    private static final LiveConfig CONFIG =
            new LiveConfig(
                    12_000,
                    Duration.ofHours(1),
                    Duration.ofMillis(50),
                    1 << 20,
                    100,
                    true,
                    1,
                    Duration.ZERO,
                    0);

    @TempDir Path folder;

    private final AtomicLong time = new AtomicLong(1_767_323_045_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(time.addAndGet(3));
    private final List<String> lines = new ArrayList<>();
    private LedgerKeys keys = LedgerKeys.ephemeral();
    private Path ledger = Path.of("");

    @BeforeEach
    void aLedgerWithFilesOfEveryKind() {
        var keyFile = folder.resolve("key");
        LedgerKeys.newKeyFile(keyFile, null);
        keys =
                LedgerKeys.at(folder.resolve("home"), null)
                        .with(LedgerKeys.encryption(keyFile, null));
        ledger = folder.resolve("ledger");
        try (var live = LiveLedger.open(ledger, CONFIG, keys, clock)) {
            int source = live.open(Kind.JSON, Wrapping.NATIVE, "events", null);
            for (int i = 0; i < EVENTS; i += 20) {
                live.append(batch(source, i)).join();
            }
        }
        try (var upkeep = Upkeep.open(ledger, keys, query -> user("bob"))) {
            upkeep.hold("case", "user:bob", "court order", clock.instant());
            var rule = new Upkeep.Rule(user("eve"), null);
            upkeep.delete(List.of(rule), "test", clock.instant());
        }
        lines.removeIf(line -> line.contains("eve"));
        try (var live = LiveLedger.open(ledger, CONFIG, keys, clock)) {
            live.append(batch(0, EVENTS)).join();
        }
    }

    private static Predicate user(String name) {
        return new Predicate.Field("user", new Equal(name, true));
    }

    private Batch batch(int source, int from) {
        var batch = new Batch();
        for (int i = from; i < from + 20; i++) {
            var line =
                    "{\"id\":%d,\"user\":\"%s\",\"text\":\"%s\"}"
                            .formatted(
                                    i,
                                    i < 200 ? "eve" : i % 3 == 0 ? "bob" : "ann",
                                    Integer.toHexString(i * 0x9E3779B1).repeat(3));
            lines.add(line);
            var record = new Received();
            var bytes = line.getBytes(UTF_8);
            record.plain(bytes, 0, bytes.length);
            record.source = source;
            record.line = i + 1;
            batch.add(record);
        }
        return batch;
    }

    private Verification verify() {
        return Verification.of(ledger, keys, null, null, Verification.Progress.NONE);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(ledger)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(Folder.LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aChangedBitIsToldByVerifyAndTheRestIsRead() throws Exception {
        assertThat(verify().problems()).isEmpty();
        long seed = Long.getLong("spoor.seed", 23);
        var random = new SplittableRandom(seed);
        var kinds = new HashSet<String>();
        int told = 0;
        for (var file : files()) {
            kinds.add(file.getFileName().toString().replaceAll("[-\\d].*", ""));
            var good = Files.readAllBytes(file);
            for (int i = 0; i < FLIPS; i++) {
                int bit = random.nextInt(good.length * 8);
                var bad = good.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(file, bad);
                var when = "seed %d, %s, bit %d".formatted(seed, file.getFileName(), bit);
                assertThat(verify().holds()).as(when).isFalse();
                told += readAllElse(when) ? 1 : 0;
            }
            Files.write(file, good);
        }
        assertThat(kinds)
                .contains("segment", "journal", "deleted", "hold", "checkpoint", "verifier");
        assertThat(told).isGreaterThan(FLIPS); // segments: most of the ledger is still read
        assertThat(verify().problems()).isEmpty();
    }

    /** Whether something was told as unread; what was not is complete. */
    private boolean readAllElse(String when) {
        try (var reader = LedgerReader.open(ledger, keys)) {
            var found = new ArrayList<String>();
            reader.search(
                    Predicates.EVERYTHING,
                    Span.ALL,
                    event -> found.add(new String(event.original(), UTF_8)));
            var back = new ArrayList<String>();
            reader.searchBack(
                    Predicates.EVERYTHING,
                    Span.ALL,
                    event -> back.add(new String(event.original(), UTF_8)));
            assertThat(back.reversed()).as(when).isEqualTo(found);
            assertThat(lines).as(when).containsAll(found);
            if (reader.unread().isEmpty()) {
                assertThat(found).as(when).isEqualTo(lines);
            }
            assertThat(found.size()).as(when).isGreaterThan(lines.size() / 2);
            return !reader.unread().isEmpty();
        } catch (Fault e) {
            assertThat(e.getMessage()).as(when).isNotBlank(); // a key: the whole is refused
            return false;
        }
    }
}
