package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.ledger.LedgerSearchTest.LedgerSink;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be done to a ledger that is kept for years, and what must still hold afterwards. */
class UpkeepTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final int EVENTS = 3000;

    @TempDir Path folder;

    private int written;
    private Path ledger = Path.of("");
    private LedgerKeys keys = LedgerKeys.reading(null);

    @BeforeEach
    void aLedgerOfTwoSegments() {
        ledger = folder.resolve("ledger");
        LedgerKeys.newKeyFile(folder.resolve("key"), null);
        keys = keys(folder.resolve("key"));
        write(0);
        write(EVENTS);
    }

    private LedgerKeys keys(Path keyFile) {
        return LedgerKeys.at(folder.resolve("home"), keyFile);
    }

    private void write(int from) {
        try (var sink = new LedgerSink(ledger, keys)) {
            int source = sink.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit" + from, null);
            var record = new Received();
            for (int i = from; i < from + EVENTS; i++) {
                var bytes = line(i).getBytes(UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = i - from + 1L;
                sink.take(record);
            }
            sink.ledger.seal();
        }
        written = from + EVENTS;
    }

    private static String line(int i) {
        return "{\"auditID\":\"%d\",\"verb\":\"get\",\"user\":{\"username\":\"%s\"},\"requestReceivedTimestamp\":\"2026-0%d-01T00:00:00.%06dZ\"}"
                .formatted(i, user(i), i < EVENTS ? 1 : 5, i);
    }

    private static String user(int i) {
        return i % 7 == 0 ? "alice" : i % 500 < 250 ? "bob" : "carol";
    }

    private static Predicate user(String name) {
        return new Predicate.Field("user.username", new dev.spoor.query.Test.Equal(name, true));
    }

    private Upkeep upkeep() {
        return Upkeep.open(ledger, keys, UpkeepTest::user);
    }

    private void holdsExactly(IntPredicate stays) {
        var expected = new ArrayList<String>();
        for (int i = 0; i < written; i++) {
            if (stays.test(i)) {
                expected.add(line(i));
            }
        }
        var found = new ArrayList<String>();
        try (var reader = LedgerReader.open(ledger, keys)) {
            reader.search(
                    Predicates.EVERYTHING,
                    null,
                    null,
                    event -> found.add(new String(event.original(), UTF_8)));
        }
        assertThat(found).isEqualTo(expected);
        var verified = Verification.of(ledger, keys, null, null, Verification.Progress.NONE);
        assertThat(verified.problems()).isEmpty();
    }

    @Test
    void whatIsOldGoesAndTheRestStillVerifies() {
        var rule = new Upkeep.Rule(Predicates.EVERYTHING, Instant.parse("2026-03-01T00:00:00Z"));
        try (var upkeep = upkeep()) {
            assertThat(upkeep.preview(List.of(rule)))
                    .extracting(Upkeep.Step::events)
                    .containsExactly((long) EVENTS, 0L);
            holdsExactly(i -> true);
            upkeep.delete(List.of(rule), "older than 90 days", NOW);
        }
        holdsExactly(i -> i >= EVENTS);
        assertThat(Verification.of(ledger, keys, null, null, Verification.Progress.NONE).notes())
                .anyMatch(note -> note.contains("older than 90 days"));
        write(2 * EVENTS); // and it goes on
        holdsExactly(i -> i >= EVENTS);
    }

    @Test
    void aHoldBeatsRetentionUntilItIsReleased() {
        var rule = new Upkeep.Rule(Predicates.EVERYTHING, Instant.parse("2026-03-01T00:00:00Z"));
        try (var upkeep = upkeep()) {
            upkeep.hold("case-7", "bob", "court order", NOW);
            upkeep.delete(List.of(rule), "older", NOW);
        }
        holdsExactly(i -> i >= EVENTS || user(i).equals("bob"));
        try (var upkeep = upkeep()) {
            assertThat(upkeep.holds()).extracting(Hold::name).containsExactly("case-7");
            assertThatThrownBy(() -> upkeep.release("case-8")).isInstanceOf(Rejected.class);
            upkeep.release("case-7");
            upkeep.delete(List.of(rule), "older", NOW);
        }
        holdsExactly(i -> i >= EVENTS);
    }

    @Test
    void whatIsErasedAmongOthersCannotBeGuessedFromWhatIsLeft() {
        var before = new ArrayList<byte[]>();
        for (int i = 0; i < 40; i++) {
            before.add(salt(i));
        }
        try (var upkeep = upkeep()) {
            upkeep.delete(List.of(new Upkeep.Rule(user("alice"), null)), "request 881", NOW);
        }
        holdsExactly(i -> !user(i).equals("alice"));
        for (int i = 0; i < 40; i++) { // entry 0 declares the source
            boolean erased = i > 0 && user(i - 1).equals("alice");
            assertThat(Arrays.equals(salt(i), before.get(i))).as("entry %d", i).isEqualTo(!erased);
        }
        var proofs = Proofs.open(ledger, keys);
        assertThat(Proofs.holds(proofs.inclusion(5))).isTrue();
        assertThatThrownBy(() -> proofs.inclusion(1)).isInstanceOf(Rejected.class);
    }

    private byte[] salt(long position) {
        var piece = Folder.list(ledger).segments().getFirst();
        try (var segment = SegmentReader.open(piece.path(), keys)) {
            var salts = new Salts(segment.salts);
            int at = salts.at(position);
            return Arrays.copyOfRange(salts.array(), at, at + Salts.BYTES);
        }
    }

    @Test
    void anotherKeyOpensItAfterwardsAndTheOldOneDoesNot() throws Exception {
        var next = folder.resolve("next");
        LedgerKeys.newKeyFile(next, "a passphrase".toCharArray());
        var segment = Folder.list(ledger).segments().getFirst().path();
        var bytes = Files.readAllBytes(segment);
        try (var upkeep = upkeep()) {
            assertThat(upkeep.rewrap(LedgerKeys.encryption(next, "a passphrase".toCharArray())))
                    .isEqualTo(2);
        }
        assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
        assertThatThrownBy(() -> LedgerReader.open(ledger, keys))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("another key");
        assertThatThrownBy(() -> LedgerKeys.encryption(next, "another".toCharArray()))
                .isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> LedgerKeys.encryption(next, null)).isInstanceOf(Rejected.class);
        keys = keys.with(LedgerKeys.encryption(next, "a passphrase".toCharArray()));
        holdsExactly(i -> true);
    }

    @Test
    void mergedSegmentsGiveTheSameEntriesAndTheSameRoot() {
        var root = Proofs.open(ledger, keys).checkpoint().root();
        try (var upkeep = upkeep()) {
            assertThat(upkeep.merge()).isEqualTo(1);
        }
        holdsExactly(i -> true);
        assertThat(Proofs.open(ledger, keys).checkpoint().root()).isEqualTo(root);
    }

    @Test
    void aRenewedSigningKeyIsTrustedByWhoKnowsTheOldOne() {
        var old = KeyChain.read(ledger).current();
        LedgerKeys.renew(folder.resolve("home"));
        keys = keys(folder.resolve("key"));
        write(2 * EVENTS);
        var current = KeyChain.read(ledger).current();
        assertThat(current).isNotEqualTo(old);
        for (var known : List.of(old, current)) {
            assertThat(
                            Verification.of(ledger, keys, known, null, Verification.Progress.NONE)
                                    .problems())
                    .isEmpty();
        }
    }

    @Test
    void aBackupIsALedgerAndIsBroughtUpToDate() {
        var copy = folder.resolve("copy");
        assertThat(Backup.copy(ledger, copy).files()).isGreaterThan(5);
        write(2 * EVENTS);
        assertThat(Backup.copy(ledger, copy).files()).isLessThan(10);
        assertThat(Verification.of(copy, keys, null, null, Verification.Progress.NONE).problems())
                .isEmpty();
    }

    @Test
    void whoReadsMeanwhileFindsEverythingThatStays() throws Exception {
        var done = new java.util.concurrent.atomic.AtomicBoolean();
        var failures = new java.util.concurrent.ConcurrentLinkedQueue<Object>();
        var reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                readMeanwhile(failures);
                            }
                        });
        try (var upkeep = upkeep()) {
            for (var user : List.of("alice", "carol")) {
                upkeep.delete(List.of(new Upkeep.Rule(user(user), null)), "test", NOW);
                upkeep.merge();
            }
        }
        done.set(true);
        reader.join();
        assertThat(failures).isEmpty();
        holdsExactly(i -> user(i).equals("bob"));
    }

    private void readMeanwhile(java.util.Queue<Object> failures) {
        var found = new java.util.HashSet<String>();
        try (var reader = LedgerReader.open(ledger, keys)) {
            reader.search(
                    Predicates.EVERYTHING,
                    dev.spoor.query.Span.ALL,
                    event -> found.add(new String(event.original(), UTF_8)));
            failures.addAll(reader.unread());
        } catch (RuntimeException e) {
            failures.add(e);
        }
        for (int i = 0; i < written && failures.isEmpty(); i++) {
            if (user(i).equals("bob") && !found.contains(line(i))) {
                failures.add(line(i));
            }
        }
    }
}
