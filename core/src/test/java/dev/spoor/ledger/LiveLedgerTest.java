package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Fault;
import dev.spoor.fault.Overloaded;
import dev.spoor.fault.Tampered;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.Predicate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Acknowledged means kept, whatever happens to the writer and its disk. */
class LiveLedgerTest {
    private static final LiveConfig SMALL =
            new LiveConfig(
                    6_000,
                    Duration.ofMinutes(15),
                    Duration.ofMillis(20),
                    1 << 20,
                    100,
                    true,
                    1000,
                    Duration.ofHours(1),
                    1 << 20);

    private static final int COPIES = Integer.getInteger("spoor.copies", 20);

    @TempDir Path folder;

    private final LedgerKeys keys = LedgerKeys.ephemeral();
    private final AtomicLong time = new AtomicLong(1_767_323_045_000L);
    private final InstantSource clock = () -> Instant.ofEpochMilli(time.addAndGet(3));

    /** A client that remembers what was acknowledged. */
    private static final class Client {
        final List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
        final List<String> refused = new ArrayList<>();
        private final String name;
        private int next;

        Client(String name) {
            this.name = name;
        }

        List<String> acknowledgedNow() {
            synchronized (acknowledged) {
                return List.copyOf(acknowledged);
            }
        }

        /** Appends a batch and waits; a refusal is remembered too. */
        void append(LiveLedger ledger, int source, int events) {
            var batch = new Batch();
            var lines = new ArrayList<String>();
            for (int i = 0; i < events; i++) {
                var line =
                        "{\"auditID\":\"%s-%d\",\"verb\":\"%s\",\"n\":%d}"
                                .formatted(name, next++, i % 3 == 0 ? "get" : "list", i);
                lines.add(line);
                var record = new Received();
                var bytes = line.getBytes(UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = next;
                batch.add(record);
            }
            try {
                ledger.append(batch).join();
                acknowledged.addAll(lines);
            } catch (CompletionException | Fault e) {
                refused.addAll(lines);
            }
        }
    }

    private List<String> lines(Path directory) {
        return Reading.lines(directory, keys);
    }

    private Verification verify(Path directory) {
        return Reading.verify(directory, keys);
    }

    private LiveLedger open(Path directory, Disk disk) {
        return LiveLedger.open(directory, SMALL, keys, clock, disk);
    }

    private static int source(LiveLedger ledger) {
        return ledger.open(Kind.JSON, Wrapping.NATIVE, "events", null);
    }

    @Test
    void whatIsAcknowledgedIsFoundAtOnceAndVerifiesAfterwards() {
        var directory = folder.resolve("ledger");
        var client = new Client("a");
        try (var ledger = open(directory, Disk.DURABLE)) {
            int source = source(ledger);
            for (int i = 0; i < 40; i++) {
                client.append(ledger, source, 5);
                try (var reader = ledger.reader()) {
                    assertThat(Reading.lines(reader)).isEqualTo(client.acknowledged);
                }
            }
        }
        assertThat(lines(directory)).isEqualTo(client.acknowledged);
        var verified = verify(directory);
        assertThat(verified.problems()).isEmpty();
        assertThat(verified.entries()).isEqualTo(201);
        assertThat(Folder.list(directory).journals()).isEmpty();
        assertThat(Folder.list(directory).pieces()).hasSizeLessThan(8); // small ones were merged
    }

    @Test
    void aSecondWriterIsRefusedAndReadersAreNot() {
        var directory = folder.resolve("ledger");
        try (var ledger = open(directory, Disk.DURABLE)) {
            source(ledger);
            assertThatThrownBy(() -> open(directory, Disk.DURABLE)).isInstanceOf(Overloaded.class);
            assertThat(lines(directory)).isEmpty();
            assertThat(verify(directory).problems()).isEmpty();
        }
        open(directory, Disk.DURABLE).close();
    }

    @Test
    void aNoteIsSignedWhileEntriesArriveAndEachFollowsFromTheOneBefore() throws Exception {
        var directory = folder.resolve("ledger");
        var client = new Client("a");
        var notes = new ArrayList<Checkpoint>();
        try (var ledger = open(directory, Disk.DURABLE)) {
            int source = source(ledger);
            for (int i = 0; i < 60; i++) {
                client.append(ledger, source, 3);
                time.addAndGet(25); // longer than a note may wait
                var note = ledger.checkpoint();
                if (notes.isEmpty() || !notes.getLast().note().equals(note.note())) {
                    notes.add(note);
                }
            }
        }
        assertThat(notes.size()).isGreaterThan(20);
        for (var note : notes) {
            assertThat(
                            Verification.of(
                                            directory,
                                            keys,
                                            null,
                                            note.note(),
                                            Verification.Progress.NONE)
                                    .problems())
                    .isEmpty();
        }
    }

    @Test
    void everyWriteMayFailOnceAndNothingAcknowledgedIsLost() {
        int step = Integer.getInteger("spoor.every", 3);
        for (long nth = 1; ; nth += step) {
            var directory = folder.resolve("ledger-" + nth);
            var disk = FaultyDisk.failingAt(nth);
            var client = new Client("w" + nth);
            run(directory, disk, client);
            run(directory, Disk.FLEETING, client); // the next writer finds what it needs
            check(directory, client, "after failing call " + nth);
            if (!disk.faulted()) {
                assertThat(nth).isGreaterThan(100);
                return;
            }
        }
    }

    @Test
    void aFullDiskRefusesUntilThereIsRoomAgainAndNothingIsLost() {
        var random = new SplittableRandom(Long.getLong("spoor.seed", 5));
        for (int round = 0; round < 20; round++) {
            var directory = folder.resolve("full-" + round);
            var disk = new FaultyDisk();
            var client = new Client("f" + round);
            try (var ledger = open(directory, disk)) {
                int source = source(ledger);
                for (int i = 0; i < random.nextInt(1, 30); i++) {
                    client.append(ledger, source, 4);
                }
                disk.fill();
                int before = client.acknowledged.size();
                for (int i = 0; i < 5; i++) {
                    client.append(ledger, source, 4);
                }
                assertThat(client.acknowledged).hasSize(before);
                assertThat(client.refused).hasSize(20);
                disk.heal();
                for (int i = 0; i < 10; i++) {
                    client.append(ledger, source, 4);
                }
                assertThat(client.acknowledged).hasSize(before + 40);
            }
            check(directory, client, "round " + round);
        }
    }

    @Test
    void aLossOfPowerAtAnyMomentLosesNothingAcknowledged() throws Exception {
        long seed = Long.getLong("spoor.seed", 11);
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 60; round++) {
            var directory = folder.resolve("power-" + round);
            var client = new Client("p" + round);
            for (int life = 0; life < 3; life++) {
                var disk = new FaultyDisk();
                disk.failing(random.nextLong(1, 260), Long.MAX_VALUE); // from then on nothing works
                run(directory, disk, client);
                disk.losePower(random);
            }
            run(directory, Disk.FLEETING, client);
            check(directory, client, "seed " + seed + ", round " + round);
        }
    }

    /** One life of a writer; it may fail at any moment. */
    private void run(Path directory, Disk disk, Client client) {
        LiveLedger ledger = null;
        try {
            ledger = open(directory, disk);
            int source = ledger.sources().isEmpty() ? source(ledger) : ledger.sources().size() - 1;
            for (int i = 0; i < 25; i++) {
                client.append(ledger, source, 5);
            }
        } catch (Overloaded | Unavailable e) {
            // the disk said no
        } finally {
            if (ledger != null) {
                closeAsFarAsItGoes(ledger);
            }
        }
    }

    private static void closeAsFarAsItGoes(LiveLedger ledger) {
        try {
            ledger.close();
        } catch (Unavailable e) {
            // what is not sealed stands in the journal
        }
    }

    private void check(Path directory, Client client, String when) {
        var found = lines(directory);
        assertThat(found).as(when).containsAll(client.acknowledged).doesNotHaveDuplicates();
        var known = new HashSet<>(client.acknowledged);
        known.addAll(client.refused);
        assertThat(known).as(when).containsAll(found);
        assertThat(verify(directory).problems()).as(when).isEmpty();
    }

    @Test
    void aTornRecordIsCutAndToldByAGap() throws Exception {
        var directory = folder.resolve("ledger");
        var client = new Client("t");
        var copy = folder.resolve("copy");
        try (var ledger = LiveLedger.open(directory, LiveConfig.usual(), keys, clock)) {
            int source = source(ledger);
            client.append(ledger, source, 5);
            copy(directory, copy);
        }
        var journal = Folder.list(copy).journals().getFirst().path();
        var whole = Files.readAllBytes(journal);
        for (int torn = 1; torn < 40; torn += 9) {
            Files.write(journal, java.util.Arrays.copyOf(whole, whole.length - torn));
            var again = folder.resolve("again-" + torn);
            copy(copy, again);
            assertThat(verify(again).problems()).as("%d bytes cut", torn).isEmpty();
            assertThat(verify(again).notes()).anyMatch(note -> note.contains("not written whole"));
            LiveLedger.open(again, LiveConfig.usual(), keys, clock).close();
            assertThat(gaps(again)).singleElement().asString().contains("journal");
            assertThat(verify(again).problems()).as("%d bytes cut", torn).isEmpty();
        }
    }

    private List<String> gaps(Path directory) {
        var found = new ArrayList<String>();
        try (var reader = LedgerReader.open(directory, keys)) {
            reader.search(
                    new Predicate.Field(
                            "source.kind", new dev.spoor.query.Test.Equal("spoor.gap", true)),
                    null,
                    null,
                    event -> found.add(new String(event.original(), UTF_8)));
        }
        return found;
    }

    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    @Test
    void anyFlippedBitOfAJournalIsFoundAndWhatIsBeforeItIsRead() throws Exception {
        var directory = folder.resolve("ledger");
        var client = new Client("b");
        var copy = folder.resolve("copy");
        try (var ledger = LiveLedger.open(directory, LiveConfig.usual(), keys, clock)) {
            int source = source(ledger);
            for (int i = 0; i < 6; i++) {
                client.append(ledger, source, 5);
                time.addAndGet(2000);
            }
            copy(directory, copy);
        }
        var random = new SplittableRandom(Long.getLong("spoor.seed", 7));
        var journal = Folder.list(copy).journals().getFirst().path();
        var good = Files.readAllBytes(journal);
        int declared = Math.min(good.length, 600); // the head, and the record that names the source
        for (int round = 0; round < 150 + declared; round++) {
            int bit =
                    round < declared
                            ? round * 8 + random.nextInt(8)
                            : random.nextInt(good.length * 8);
            var bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(journal, bad);
            assertThat(verify(copy).holds()).as("bit %d", bit).isFalse();
            readsWithoutCrash(copy, client.acknowledged);
        }
        Files.write(journal, good);
        assertThat(verify(copy).problems()).isEmpty();
    }

    private void readsWithoutCrash(Path directory, List<String> all) {
        try (var reader = LedgerReader.open(directory, keys)) {
            assertThat(all).containsAll(Reading.lines(reader));
        } catch (Fault e) {
            assertThat(e.getMessage()).contains("journal");
        }
    }

    /** A copy, and what had been acknowledged before it was begun. */
    private record Copy(Path path, List<String> before, boolean writing) {}

    @Test
    void aPlainCopyMadeWhileItIsWrittenHasEverythingAcknowledgedBefore() throws Exception {
        var directory = folder.resolve("ledger");
        var client = new Client("c");
        var copies = Collections.synchronizedList(new ArrayList<Copy>());
        var writing = new AtomicBoolean(true);
        Thread copier;
        try (var ledger = open(directory, Disk.DURABLE)) {
            int source = source(ledger);
            client.append(ledger, source, 5);
            copier = Thread.ofPlatform().start(() -> copies(directory, client, writing, copies));
            while ((copies.size() < COPIES || client.acknowledged.size() < 15 * COPIES)
                    && copier.isAlive()) {
                client.append(ledger, source, 5);
            }
            writing.set(false);
        }
        copier.join();
        assertThat(copies).hasSizeGreaterThan(COPIES);
        assertThat(Folder.list(directory).end()).isGreaterThan(200); // sealed and merged meanwhile
        for (var copy : copies) {
            check(copy, client);
        }
    }

    private void check(Copy copy, Client client) {
        var verified = verify(copy.path);
        if (!copy.writing && !verified.holds()) {
            // Begun before the writer's end and not done then: it says what it lacks
            assertThat(verified.problems())
                    .as("%s", verified.problems())
                    .extracting(problem -> problem.wrong().word())
                    .containsAnyOf("missing", "truncated");
            return;
        }
        assertThat(verified.problems()).as(copy.path.toString()).isEmpty();
        var found = lines(copy.path);
        assertThat(found).as(copy.path.toString()).startsWith(copy.before.toArray(String[]::new));
        assertThat(client.acknowledged).startsWith(found.toArray(String[]::new));
        goOn(copy.path, found);
    }

    /** A copy can be written to unless its log is known to go on elsewhere. */
    private void goOn(Path copy, List<String> found) {
        try (var ledger = open(copy, Disk.FLEETING)) {
            source(ledger);
        } catch (Tampered e) {
            assertThat(e.getMessage()).contains("can be read, not written to");
        }
        assertThat(lines(copy)).isEqualTo(found);
        assertThat(verify(copy).problems()).as(copy.toString()).isEmpty();
    }

    /** The operating system's own copies, one after another, until one after the writer's end. */
    private void copies(Path directory, Client client, AtomicBoolean writing, List<Copy> copies) {
        for (boolean last = false; !last; ) {
            last = !writing.get();
            var copy = folder.resolve("copy-" + copies.size());
            var before = client.acknowledgedNow();
            try {
                new ProcessBuilder("cp", "-r", directory.toString(), copy.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD) // unfinished files go
                        .start()
                        .waitFor();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
            copies.add(new Copy(copy, before, writing.get()));
        }
    }
}
