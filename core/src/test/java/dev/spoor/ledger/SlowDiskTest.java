package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Overloaded;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes its time: nothing is acknowledged too early, nothing grows without bound. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SlowDiskTest {
    private static final int PENDING_MAX = 1 << 14;
    private static final int JOURNALS_MAX = 2;

    @TempDir Path folder;

    private final LedgerKeys keys = LedgerKeys.ephemeral();
    private final AtomicLong time = new AtomicLong(1_767_323_045_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(time.addAndGet(3));

    private LiveLedger open(Path directory, Disk disk, long journalBytes) {
        var config =
                new LiveConfig(
                        journalBytes,
                        Duration.ofHours(1),
                        Duration.ofMillis(20),
                        PENDING_MAX,
                        JOURNALS_MAX,
                        true,
                        0,
                        Duration.ofHours(1),
                        1 << 20);
        return LiveLedger.open(directory, config, keys, clock, disk);
    }

    private static boolean journal(Path path) {
        return String.valueOf(path.getFileName()).startsWith("journal-");
    }

    private static boolean segment(Path path) {
        return String.valueOf(path.getFileName()).startsWith("segment-");
    }

    private static Batch batch(int source, int number) {
        var batch = new Batch();
        for (int i = 0; i < 4; i++) {
            var bytes = line(number, i).getBytes(UTF_8);
            var record = new Received();
            record.plain(bytes, 0, bytes.length);
            record.source = source;
            record.line = 4L * number + i + 1;
            batch.add(record);
        }
        return batch;
    }

    private static String line(int batch, int i) {
        return "{\"batch\":%d,\"event\":%d,\"text\":\"%s\"}".formatted(batch, i, "x".repeat(100));
    }

    private static List<String> lines(List<Integer> batches) {
        var lines = new ArrayList<String>();
        for (int batch : batches) {
            for (int i = 0; i < 4; i++) {
                lines.add(line(batch, i));
            }
        }
        return lines;
    }

    private void holds(Path directory, List<Integer> batches) {
        assertThat(Reading.lines(directory, keys)).isEqualTo(lines(batches));
        assertThat(Reading.verify(directory, keys).problems()).isEmpty();
    }

    @Test
    void whileTheDiskHangsNothingIsAcknowledgedAndTheRestIsRefused() throws Exception {
        var directory = folder.resolve("ledger");
        var disk = new SlowDisk();
        var taken = new ArrayList<Integer>();
        var waiting = new ArrayList<CompletableFuture<Long>>();
        int refused = -1;
        try (var ledger = open(directory, disk, 1 << 20)) {
            int source = ledger.open(Kind.JSON, Wrapping.NATIVE, "events", null);
            ledger.append(batch(source, 0)).join();
            taken.add(0);
            long before = ledger.size();
            disk.slowFor(SlowDiskTest::journal);
            waiting.add(ledger.append(batch(source, 1)));
            taken.add(1);
            disk.awaitHeldUp();
            for (int i = 2; refused < 0; i++) {
                assertThat(i).as("batches that wait in memory").isLessThan(1000);
                try {
                    waiting.add(ledger.append(batch(source, i)));
                    taken.add(i);
                } catch (Overloaded e) {
                    assertThat(e).hasMessageContaining("try later");
                    refused = i;
                }
            }
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            assertThat(ledger.size()).isEqualTo(before);
            try (var reader = ledger.reader()) {
                assertThat(Reading.lines(reader)).isEqualTo(lines(List.of(0)));
            }
            int forces = disk.forces();
            disk.slowFor(path -> false);
            waiting.forEach(CompletableFuture::join);
            assertThat(disk.forces() - forces)
                    .as("what gathered is forced together")
                    .isLessThan(waiting.size() / 2);
            ledger.append(batch(source, refused)).join(); // it goes on by itself
            taken.add(refused);
        }
        holds(directory, taken);
    }

    @Test
    void whileSealingHangsEntriesAreAcknowledgedUntilItIsTooFarBehind() throws Exception {
        var directory = folder.resolve("ledger");
        var disk = new SlowDisk();
        var taken = new ArrayList<Integer>();
        try (var ledger = open(directory, disk, 1 << 12)) {
            int source = ledger.open(Kind.JSON, Wrapping.NATIVE, "events", null);
            disk.slowFor(SlowDiskTest::segment);
            int refused = fill(ledger, source, taken);
            disk.awaitHeldUp();
            assertThat(taken).isNotEmpty();
            try (var reader = ledger.reader()) {
                assertThat(Reading.lines(reader))
                        .as("found before it is sealed")
                        .isEqualTo(lines(taken));
            }
            assertThatThrownBy(() -> ledger.append(batch(source, refused)))
                    .isInstanceOf(Overloaded.class)
                    .hasMessageContaining("sealing is behind");
            disk.slowFor(path -> false);
            while (true) {
                try {
                    ledger.append(batch(source, refused)).join();
                    break;
                } catch (Overloaded e) {
                    Thread.sleep(5); // until a journal is sealed
                }
            }
            taken.add(refused);
        }
        holds(directory, taken);
    }

    /** Appends until it is refused; returns the first batch that was. */
    private static int fill(LiveLedger ledger, int source, List<Integer> taken) {
        for (int i = 0; i < 10_000; i++) {
            try {
                ledger.append(batch(source, i)).join();
            } catch (Overloaded e) {
                return i;
            }
            taken.add(i);
        }
        throw new AssertionError("sealing that hangs holds nobody up");
    }
}
