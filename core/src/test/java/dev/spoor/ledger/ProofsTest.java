package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofsTest {
    @TempDir Path folder;

    private final LedgerKeys keys = LedgerKeys.ephemeral();
    private final List<Checkpoint> notes = new ArrayList<>();

    /** A ledger of several segments; its notes on the way are kept. */
    private Path ledger(int events) {
        var directory = folder.resolve("ledger");
        var config =
                new LiveConfig(
                        8_000,
                        Duration.ofHours(1),
                        Duration.ZERO,
                        1 << 20,
                        100,
                        true,
                        100,
                        Duration.ZERO,
                        0);
        try (var ledger =
                LiveLedger.open(
                        directory,
                        config,
                        keys,
                        InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")))) {
            int source = ledger.open(Kind.JSON, Wrapping.NATIVE, "x", null);
            for (int i = 0; i < events; ) {
                var batch = new Batch();
                for (int b = 0; b < 37 && i < events; b++, i++) {
                    var bytes = "{\"n\":%d,\"id\":\"%x\"}".formatted(i, i * 31L).getBytes(UTF_8);
                    var record = new Received();
                    record.plain(bytes, 0, bytes.length);
                    record.source = source;
                    record.line = i + 1;
                    batch.add(record);
                }
                ledger.append(batch).join();
                notes.add(ledger.checkpoint());
            }
        }
        return directory;
    }

    /** The log of eight entries that the tests of Certificate Transparency share (RFC 6962). */
    @Test
    void theTreeIsThatOfRfc6962() {
        String[] entries = {
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f"
        };
        String[] roots = {
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        };
        var tree = new Merkle();
        for (int i = 0; i < entries.length; i++) {
            var leaf = HexFormat.of().parseHex("00" + entries[i]);
            tree.add(leaf, leaf.length);
            assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(roots[i]);
        }
    }

    @Test
    void everyEntryIsProvenAndNoOtherIs() {
        var proofs = Proofs.open(ledger(1500), keys);
        var random = new SplittableRandom(Long.getLong("spoor.seed", 3));
        for (int i = 0; i < 60; i++) {
            var proof = proofs.inclusion(random.nextLong(proofs.checkpoint().size()));
            assertThat(Proofs.holds(proof)).isTrue();
            var entry = proof.entry().clone();
            entry[random.nextInt(entry.length)] ^= 1;
            assertThat(
                            Proofs.holds(
                                    new Proofs.Inclusion(
                                            proof.position(),
                                            proof.size(),
                                            entry,
                                            proof.salt(),
                                            proof.path(),
                                            proof.root())))
                    .isFalse();
        }
    }

    @Test
    void theLogHasOnlyGrownBetweenAnyTwoNotes() {
        var directory = ledger(1500);
        var proofs = Proofs.open(directory, keys);
        var last = proofs.checkpoint();
        assertThat(notes).hasSizeGreaterThan(20);
        for (var older : notes) {
            var proof = proofs.consistency(older.size());
            assertThat(
                            Proofs.consistent(
                                    older.size(), older.root(), last.size(), last.root(), proof))
                    .as("from %d", older.size())
                    .isTrue();
            assertThat(proofs.root(older.size())).isEqualTo(older.root());
            if (older.size() > 0 && older.size() < last.size()) {
                var other = older.root().clone();
                other[0] ^= 1;
                assertThat(Proofs.consistent(older.size(), other, last.size(), last.root(), proof))
                        .isFalse();
            }
        }
    }

    @Test
    void goChecksNotesAndProofsTheSame() throws Exception {
        var go = go();
        assumeTrue(go != null, "Go is not installed");
        var program = folder.resolve("check");
        var build =
                new ProcessBuilder(go, "build", "-o", program.toString(), ".")
                        .directory(Path.of("src/test/go").toFile())
                        .redirectErrorStream(true)
                        .start();
        var said = new String(build.getInputStream().readAllBytes(), UTF_8);
        assumeTrue(build.waitFor() == 0, () -> "Go's module could not be fetched: " + said);

        var directory = ledger(1500);
        var proofs = Proofs.open(directory, keys);
        var last = proofs.checkpoint();
        var lines = new ArrayList<String>();
        lines.add("key " + KeyChain.read(directory).current());
        lines.add("note " + base64(last.note().getBytes(UTF_8)));
        for (long position = 0; position < last.size(); position += 53) {
            var proof = proofs.inclusion(position);
            lines.add(
                    "record %d %s %d %s %s"
                            .formatted(
                                    last.size(),
                                    base64(last.root()),
                                    position,
                                    base64(proof.entry()),
                                    base64(proof.path())));
        }
        for (var older : notes) {
            lines.add("note " + base64(older.note().getBytes(UTF_8)));
            if (older.size() > 0) {
                lines.add(
                        "tree %d %s %d %s %s"
                                .formatted(
                                        last.size(),
                                        base64(last.root()),
                                        older.size(),
                                        base64(older.root()),
                                        base64(proofs.consistency(older.size()))));
            }
        }
        assertThat(run(program, lines)).hasSameSizeAs(lines).containsOnly("good");
        lines.set(2, lines.get(2).replaceFirst("record (\\d+) (\\S+) 0", "record $1 $2 1"));
        assertThat(run(program, lines)).last().isNotEqualTo("good");
    }

    private static List<String> run(Path program, List<String> lines) throws Exception {
        var process = new ProcessBuilder(program.toString()).redirectErrorStream(true).start();
        try (var in = process.outputWriter()) {
            in.write(String.join("\n", lines));
        } catch (java.io.IOException e) {
            // it stops at the first line that does not hold
        }
        return process.inputReader().lines().toList();
    }

    private static @Nullable String go() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":")).map(at -> at + "/go"),
                        Stream.of("/usr/local/go/bin/go"))
                .filter(path -> Files.isExecutable(Path.of(path)))
                .findFirst()
                .orElse(null);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String base64(List<byte[]> hashes) {
        return String.join(" ", hashes.stream().map(ProofsTest::base64).toList());
    }
}
