package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Unavailable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where much waits, what is acknowledged stands in the journal as blocks: the same holds of it. */
class BlockJournalTest {
    @TempDir Path folder;

    private final LedgerKeys keys = LedgerKeys.ephemeral();
    private final AtomicLong time = new AtomicLong(1_767_323_045_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(time.addAndGet(1));

    private static LiveConfig config(long journalBytes) {
        return new LiveConfig(
                journalBytes,
                Duration.ofMinutes(15),
                Duration.ofMillis(500),
                64L << 20,
                100,
                true,
                1000,
                Duration.ofHours(1),
                1L << 30);
    }

    private static String line(int number) {
        return "{\"id\":\"%d-%s\",\"verb\":\"%s\",\"text\":\"worker %d took %dms\"}"
                .formatted(
                        number,
                        Integer.toHexString(number * 0x9E3779B1),
                        number % 3 == 0 ? "get" : "list",
                        number % 7,
                        number % 911);
    }

    private static List<String> lines(int count) {
        var all = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            all.add(line(i));
        }
        return all;
    }

    private static Received received(int number, int source) {
        var record = new Received();
        var bytes = line(number).getBytes(UTF_8);
        record.plain(bytes, 0, bytes.length);
        record.source = source;
        record.line = number + 1;
        return record;
    }

    /** As equality of lists, but a difference is told in a line. */
    private static void same(List<String> found, List<String> expected, String when) {
        for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
            assertThat(found.get(i)).as("%s: line %d", when, i).isEqualTo(expected.get(i));
        }
        assertThat(found.size()).as(when).isEqualTo(expected.size());
    }

    private static int source(LiveLedger ledger) {
        return ledger.open(Kind.JSON, Wrapping.NATIVE, "events", null);
    }

    private static void fill(LiveSink sink, int source, int from, int to) {
        for (int i = from; i < to; i++) {
            sink.take(received(i, source));
        }
    }

    /** The first batch keeps the disk busy until the next ones wait: these become blocks. */
    private static void crowd(LiveSink sink, SlowDisk disk, int source, int batches)
            throws InterruptedException {
        disk.slowFor(path -> true);
        fill(sink, source, 0, Batch.ENTRIES_MAX);
        disk.awaitHeldUp();
        fill(sink, source, Batch.ENTRIES_MAX, batches * Batch.ENTRIES_MAX);
        disk.slowFor(path -> false);
    }

    private List<String> lines(Path directory) {
        return Reading.lines(directory, keys);
    }

    private Verification verify(Path directory) {
        return Reading.verify(directory, keys);
    }

    /** Entries that stand in blocks of a ledger's journals. */
    private long inBlocks(Path directory) {
        long entries = 0;
        for (var file : Folder.list(directory).journals()) {
            try (var journal = JournalReader.open(file, keys)) {
                JournalReader.Head head;
                while ((head = journal.next()) != null) {
                    entries += head.type() == JournalFormat.BLOCK ? head.entries() : 0;
                }
            }
        }
        return entries;
    }

    @Test
    void whatIsAcknowledgedInBlocksIsFoundAtOnceAndAfterTheWriterIsGone() throws Exception {
        var directory = folder.resolve("ledger");
        var copy = folder.resolve("copy");
        var all = lines(40_000);
        var disk = new SlowDisk();
        try (var ledger = LiveLedger.open(directory, config(20 << 20), keys, clock, disk)) {
            int source = source(ledger);
            var sink = new LiveSink(ledger, position -> {}, 100);
            crowd(sink, disk, source, 40);
            fill(sink, source, 40 * Batch.ENTRIES_MAX, 40_000);
            sink.flush();
            assertThat(inBlocks(directory)).isGreaterThanOrEqualTo(2L * Format.BLOCK_EVENTS);
            try (var reader = ledger.reader()) {
                same(Reading.lines(reader), all, "live");
            }
            LiveLedgerTest.copy(directory, copy);
        }
        same(lines(directory), all, "ledger");
        assertThat(verify(directory).problems()).isEmpty();
        same(lines(copy), all, "copy");
        assertThat(verify(copy).problems()).isEmpty();
        LiveLedger.open(copy, config(20 << 20), keys, clock).close();
        assertThat(inBlocks(copy)).isZero();
        same(lines(copy), all, "copy");
        assertThat(verify(copy).problems()).isEmpty();
        assertThat(verify(copy).entries()).isEqualTo(40_001);
    }

    @Test
    void aTornBlockIsCutAndAFlippedBitIsFound() throws Exception {
        var directory = folder.resolve("ledger");
        var copy = folder.resolve("copy");
        var disk = new SlowDisk();
        try (var ledger = LiveLedger.open(directory, config(20 << 20), keys, clock, disk)) {
            int source = source(ledger);
            var sink = new LiveSink(ledger, position -> {}, 100);
            crowd(sink, disk, source, 40);
            fill(sink, source, 40 * Batch.ENTRIES_MAX, 48 * Batch.ENTRIES_MAX);
            sink.flush();
            LiveLedgerTest.copy(directory, copy);
        }
        var file = Folder.list(copy).journals().getFirst();
        var whole = Files.readAllBytes(file.path());
        var blocks = new ArrayList<JournalReader.Head>();
        try (var journal = JournalReader.open(file, keys)) {
            JournalReader.Head head;
            while ((head = journal.next()) != null) {
                if (head.type() == JournalFormat.BLOCK || head.type() == JournalFormat.WORDS) {
                    blocks.add(head);
                }
            }
        }
        var all = lines(48 * Batch.ENTRIES_MAX);
        for (var head : blocks) {
            var torn = folder.resolve("torn-" + head.number());
            LiveLedgerTest.copy(copy, torn);
            var journal = torn.resolve(file.name());
            Files.write(
                    journal,
                    java.util.Arrays.copyOf(whole, (int) head.offset() + head.length() / 2));
            assertThat(verify(torn).problems()).isEmpty();
            LiveLedger.open(torn, config(20 << 20), keys, clock).close();
            same(kept(torn), all.subList(0, (int) head.first() - 1), "record " + head.number());
            assertThat(verify(torn).entries()).isEqualTo(head.first() + 1); // and the gap
            assertThat(verify(torn).problems()).isEmpty();

            var changed = whole.clone();
            changed[(int) head.offset() + head.length() / 3] ^= 4;
            Files.write(copy.resolve(file.name()), changed);
            assertThat(verify(copy).problems()).isNotEmpty();
        }
        assertThat(blocks).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(longs = {20 << 20, 150_000})
    void everyWriteMayFailOnceAndAllIsThereInOrder(long journalBytes) {
        int step = Integer.getInteger("spoor.every", 17);
        int events = 2 * Format.BLOCK_EVENTS + 3000;
        var all = lines(events);
        for (long nth = 4; ; nth += step) {
            var directory = folder.resolve("ledger-" + nth);
            var disk = FaultyDisk.failingAt(nth);
            if (write(directory, disk, journalBytes, events) == 0) {
                continue; // it could not even be started
            }
            LiveLedger.open(directory, config(journalBytes), keys, clock).close();
            same(kept(directory), all, "after failing call " + nth);
            assertThat(verify(directory).problems()).as("after failing call %d", nth).isEmpty();
            if (!disk.faulted()) {
                assertThat(nth).isGreaterThan(20);
                return;
            }
        }
    }

    /** What was kept of the lines, without gaps that tell of a cut. */
    private List<String> kept(Path directory) {
        return lines(directory).stream().filter(text -> text.startsWith("{\"id\"")).toList();
    }

    /** All of it, however often the disk says no; returns how many were acknowledged. */
    private long write(Path directory, Disk disk, long journalBytes, int events) {
        var acknowledged = new AtomicLong();
        LiveLedger ledger = null;
        try {
            ledger = LiveLedger.open(directory, config(journalBytes), keys, clock, disk);
            var sink = new LiveSink(ledger, acknowledged::set, 8);
            fill(sink, sink.open(Kind.JSON, Wrapping.NATIVE, "events", null), 0, events);
            sink.flush();
        } catch (Overloaded | Unavailable e) {
            // the disk said no for good
        } finally {
            if (ledger != null) {
                try {
                    ledger.close();
                } catch (Unavailable e) {
                    // what is not sealed stands in the journal
                }
            }
        }
        return acknowledged.get();
    }

    @Test
    void aLossOfPowerLosesNothingAcknowledged() throws Exception {
        long seed = Long.getLong("spoor.seed", 11);
        var random = new SplittableRandom(seed);
        int events = 3 * Format.BLOCK_EVENTS;
        var all = lines(events);
        for (int round = 0; round < Integer.getInteger("spoor.rounds", 8); round++) {
            var directory = folder.resolve("power-" + round);
            var disk = new FaultyDisk();
            disk.failing(random.nextLong(10, 140), Long.MAX_VALUE); // then nothing works any more
            long acknowledged = write(directory, disk, 300_000, events);
            disk.losePower(random);
            LiveLedger.open(directory, config(300_000), keys, clock).close();
            var found = kept(directory);
            var when = "seed " + seed + ", round " + round;
            assertThat((long) found.size()).as(when).isGreaterThanOrEqualTo(acknowledged - 1);
            same(found, all.subList(0, found.size()), when);
            assertThat(verify(directory).problems()).as(when).isEmpty();
        }
    }

    @Test
    void batchesOfAnySizeOfManyClientsAreKeptOnceAndEachInItsOrder() throws Exception {
        long seed = Long.getLong("spoor.seed", 3);
        var directory = folder.resolve("ledger");
        int clients = 4;
        int each = 30_000;
        try (var ledger = LiveLedger.open(directory, config(400_000), keys, clock)) {
            var threads = new ArrayList<Thread>();
            for (int client = 0; client < clients; client++) {
                int from = client * each;
                var random = new SplittableRandom(seed + client);
                threads.add(
                        Thread.ofPlatform().start(() -> client(ledger, random, from, from + each)));
            }
            for (var thread : threads) {
                thread.join();
            }
        }
        var found = kept(directory);
        assertThat(found.size()).as("seed " + seed).isEqualTo(clients * each);
        for (int client = 0; client < clients; client++) {
            int from = client * each;
            same(
                    found.stream().filter(text -> number(text) / each == from / each).toList(),
                    lines(from + each).subList(from, from + each),
                    "seed " + seed);
        }
        assertThat(verify(directory).problems()).as("seed " + seed).isEmpty();
    }

    private static int number(String text) {
        return Integer.parseInt(text.substring(7, text.indexOf('-')));
    }

    /** Some batches alone, many at once, larger than a block, and sources between. */
    private static void client(LiveLedger ledger, SplittableRandom random, int from, int to) {
        int source = source(ledger);
        int next = from;
        while (next < to) {
            var waiting = new ArrayList<CompletableFuture<Long>>();
            for (int batches = random.nextInt(1, 60); batches > 0 && next < to; batches--) {
                var batch = new Batch();
                int most = random.nextInt(40) == 0 ? 10_000 : random.nextInt(1, 600);
                for (int i = 0; i < most && next < to; i++) {
                    batch.add(received(next++, source));
                }
                waiting.add(ledger.append(batch));
            }
            waiting.forEach(CompletableFuture::join);
            if (random.nextInt(4) == 0) {
                source = source(ledger);
            }
        }
    }
}
