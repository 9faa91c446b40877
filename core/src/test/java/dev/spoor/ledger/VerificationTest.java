package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.fault.Rejected;
import dev.spoor.ledger.LedgerSearchTest.LedgerSink;
import dev.spoor.query.Predicates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerificationTest {
    @TempDir Path folder;

    private Path ledger = Path.of("");
    private LedgerKeys keys = LedgerKeys.reading(null);
    private String note = "";
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void aLedgerOfManySmallEvents() throws Exception {
        ledger = folder.resolve("ledger");
        keys = LedgerKeys.at(folder.resolve("home"), null);
        note = write(ledger, keys, 700);
        keys = LedgerKeys.reading(null);
    }

    private String write(Path directory, LedgerKeys with, int events) {
        lines.clear();
        try (var sink = new LedgerSink(directory, with)) {
            int source = sink.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", "prod");
            var record = new Received();
            for (int i = 0; i < events; i++) {
                var line =
                        "{\"auditID\":\"9e46e3b1-f57e-43a3-aaa5-%012x\",\"requestURI\":\"/api/v1/namespaces/n%d/pods/p%d?timeout=%ds\","
                                        .formatted(i / 2, i % 3, i, 1000 + i)
                                + "\"verb\":\"%s\",\"objectRef\":{\"namespace\":\"n%d\",\"name\":\"p%d\",\"resource\":\"pods\"},"
                                        .formatted(i % 5 == 0 ? "get" : "list", i % 3, i)
                                + "\"requestReceivedTimestamp\":\"2026-01-02T03:04:05.%06dZ\",\"stageTimestamp\":\"2026-01-02T03:04:06.%06dZ\","
                                        .formatted(i, i * 3)
                                + "\"requestObject\":{\"n\":%d},\"responseObject\":{\"n\":%d}}"
                                        .formatted(i, i);
                line = i % 50 == 7 ? line.substring(0, 60) : line;
                lines.add(line);
                var bytes = line.getBytes(UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = i + 1;
                sink.take(record);
            }
            sink.wrapper(source, new byte[] {1, 2, 3});
            sink.gap(source, new Gap("cut", "audit.log", null, "the last line ends early", 1));
            return sink.ledger.seal().note();
        }
    }

    private Verification verify() {
        return Reading.verify(ledger, keys);
    }

    private List<Path> files() throws IOException {
        return files(ledger);
    }

    /** All but the lock, which says nothing. */
    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(Folder.LOCK))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void whatWasWrittenVerifiesAndComesBack() {
        var verified = verify();
        assertThat(verified.problems()).isEmpty();
        assertThat(verified.entries()).isEqualTo(703);
        assertThat(verified.notes()).singleElement().asString().contains("trusted");
        assertThat(Reading.lines(ledger, keys)).isEqualTo(lines);
    }

    @Test
    void anyFlippedBitIsFoundAndItsFileNamed() throws Exception {
        var random = new SplittableRandom(Long.getLong("spoor.seed", 3));
        int checked = 0;
        for (var file : files()) {
            var good = Files.readAllBytes(file);
            int step = Math.max(1, good.length * 8 / 400);
            for (int bit = random.nextInt(step); bit < good.length * 8; bit += step) {
                var bad = good.clone();
                bad[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(file, bad);
                var verified = verify();
                assertThat(verified.holds()).as("%s, bit %d", file.getFileName(), bit).isFalse();
                if (String.valueOf(file.getFileName()).startsWith("segment")) {
                    assertThat(verified.problems().getFirst().place())
                            .as("bit %d", bit)
                            .contains(String.valueOf(file.getFileName()));
                }
                checked++;
            }
            Files.write(file, good);
        }
        assertThat(checked).isGreaterThan(1000);
        assertThat(verify().holds()).isTrue();
    }

    @Test
    void missingCutAndForeignFilesAreFound() throws Exception {
        for (var file : files()) {
            var good = Files.readAllBytes(file);
            Files.delete(file);
            assertThat(verify().holds()).as("without %s", file.getFileName()).isFalse();
            Files.write(file, java.util.Arrays.copyOf(good, good.length - 1));
            assertThat(verify().holds()).as("cut %s", file.getFileName()).isFalse();
            Files.write(file, java.util.Arrays.copyOf(good, good.length + 1));
            assertThat(verify().holds()).as("longer %s", file.getFileName()).isFalse();
            Files.write(file, good);
        }
        Files.writeString(ledger.resolve("note.txt"), "hello");
        assertThat(verify().problems())
                .singleElement()
                .isEqualTo(
                        new Verification.Problem(
                                Verification.Wrong.FOREIGN,
                                "note.txt",
                                "does not belong to the ledger"));
    }

    @Test
    void anOlderCheckpointShowsARollBackAndAFork() {
        assertThat(Verification.of(ledger, keys, null, note, Verification.Progress.NONE).holds())
                .isTrue();
        var shorter = folder.resolve("shorter");
        write(shorter, LedgerKeys.at(folder.resolve("home"), null), 10);
        assertThat(Verification.of(shorter, keys, null, note, Verification.Progress.NONE).holds())
                .isFalse();
    }

    @Test
    void anotherKeyIsNotAccepted() {
        var other = folder.resolve("other");
        write(other, LedgerKeys.at(folder.resolve("elsewhere"), null), 10);
        var key =
                Verification.of(other, keys, null, null, Verification.Progress.NONE)
                        .notes()
                        .getFirst();
        var verifierKey = key.substring(key.indexOf('(') + 1, key.length() - 1);
        assertThat(
                        Verification.of(ledger, keys, verifierKey, null, Verification.Progress.NONE)
                                .holds())
                .isFalse();
        assertThat(
                        Verification.of(other, keys, verifierKey, null, Verification.Progress.NONE)
                                .holds())
                .isTrue();
    }

    @Test
    void anEncryptedLedgerNeedsItsKeyAndSaysWhatItCouldNotCheck() throws Exception {
        var file = folder.resolve("key");
        Files.writeString(
                file, "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n");
        var secret = folder.resolve("secret");
        write(secret, LedgerKeys.at(folder.resolve("home"), file), 100);
        for (var path : files(secret)) {
            assertThat(new String(Files.readAllBytes(path), UTF_8)).doesNotContain("requestObject");
        }
        assertThat(
                        Verification.of(
                                        secret,
                                        LedgerKeys.reading(file),
                                        null,
                                        null,
                                        Verification.Progress.NONE)
                                .problems())
                .isEmpty();
        var blind =
                Verification.of(
                        secret, LedgerKeys.reading(null), null, null, Verification.Progress.NONE);
        assertThat(blind.problems()).isEmpty();
        assertThat(blind.notes()).anyMatch(text -> text.contains("--key-file"));
        var wrong = folder.resolve("wrong");
        Files.writeString(wrong, "ff".repeat(32));
        assertThatThrownBy(() -> LedgerReader.open(secret, LedgerKeys.reading(wrong)))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("another key");
        assertThatThrownBy(() -> LedgerReader.open(secret, LedgerKeys.reading(null)))
                .isInstanceOf(Rejected.class);
    }

    @Test
    void aLedgerIsNeverWrittenOver() {
        assertThatThrownBy(() -> write(ledger, LedgerKeys.ephemeral(), 1))
                .isInstanceOf(Rejected.class);
    }

    /** The fault: a line is kept with the values that were cut out of another. */
    @Test
    void aBlockThatDoesNotComeBackIsKeptVerbatimAndCounted() {
        var directory = folder.resolve("faulty");
        var own = LedgerKeys.ephemeral();
        var scanner = new dev.spoor.event.ShapeScanner();
        var scanned = new dev.spoor.event.Scanned();
        var record = new Received();
        var good = "{\"verb\":\"get\",\"n\":1}".getBytes(UTF_8);
        var other = "{\"verb\":\"list\",\"n\":2}".getBytes(UTF_8);
        try (var written =
                Ledger.create(directory, own, scanner, java.time.InstantSource.system(), true)) {
            int source = written.open(Kind.JSON, Wrapping.NATIVE, "events", null);
            for (int i = 0; i < 10; i++) {
                record.plain(good, 0, good.length);
                record.source = source;
                record.line = i + 1;
                var cut = i == 7 ? other : good;
                scanner.scan(Kind.JSON, cut, 0, cut.length, scanned);
                written.append(record, scanned);
            }
            written.seal();
            assertThat(written.rewritten()).isEqualTo(11); // the block, its source's entry included
        }
        assertThat(Verification.of(directory, own, null, null, Verification.Progress.NONE).holds())
                .isTrue();
        try (var reader = LedgerReader.open(directory, own)) {
            var back = new ArrayList<String>();
            reader.search(
                    Predicates.EVERYTHING,
                    dev.spoor.query.Span.ALL,
                    event -> back.add(new String(event.original(), UTF_8)));
            assertThat(back).hasSize(10).containsOnly(new String(good, UTF_8));
        }
    }

    @Test
    void aFileIsNamedOnceInAProblem() throws Exception {
        var segment =
                files().stream()
                        .filter(file -> file.getFileName().toString().startsWith("segment"))
                        .findFirst()
                        .orElseThrow();
        var bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 3] ^= 1;
        Files.write(segment, bytes);
        var problem = verify().problems().getFirst();
        assertThat(problem.place()).startsWith(segment.getFileName().toString());
        assertThat(problem.what()).doesNotContain(segment.getFileName().toString());
    }
}
