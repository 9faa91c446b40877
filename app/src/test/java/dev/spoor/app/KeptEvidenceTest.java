package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Evidence that {@code --data} keeps: searched, scanned again, verified, given back. */
class KeptEvidenceTest {
    private static final Path ATTACK =
            Checkout.ROOT.resolve("scenarios/kube-apiserver/attacks/exec-shell.ndjson.gz");

    @TempDir private Path folder;

    @Test
    void whatWasKeptSaysTheSameAgainAndGivesEveryByteBack() throws IOException {
        var data = keep();
        var first = JsonMapper.shared().readTree(spoor("scan", "--json", ATTACK.toString()).out());
        var again = JsonMapper.shared().readTree(spoor("scan", "--json", data).out());
        assertThat(again.path("findings")).isEqualTo(first.path("findings"));
        assertThat(again.path("incidents")).isEqualTo(first.path("incidents"));

        var original = new GZIPInputStream(Files.newInputStream(ATTACK)).readAllBytes();
        var text = new String(original, StandardCharsets.UTF_8);
        assertThat(spoor("search", "*", "--raw", data).out()).isEqualTo(text);
        var exported = spoor("export", "--original", ATTACK.toString(), data);
        assertThat(exported.out()).as(exported.err()).isEqualTo(text);
    }

    @Test
    void whatWasKeptVerifiesUntilAByteChanges() throws IOException {
        var data = keep();
        assertThat(spoor("verify", data).code()).isEqualTo(Main.DONE);
        var segment = segment(data);
        var bytes = Files.readAllBytes(segment);
        bytes[bytes.length / 2] ^= 1;
        Files.write(segment, bytes);
        var flipped = spoor("verify", data);
        assertThat(flipped.code()).isEqualTo(Main.DID_NOT_HOLD);
        assertThat(flipped.out()).contains(String.valueOf(segment.getFileName()));
        var told = JsonMapper.shared().readTree(spoor("verify", "--json", data).out());
        assertThat(told.path("holds").asBoolean()).isFalse();
        assertThat(told.path("problems").path(0).path("place").asString()).contains("segment");
    }

    @Test
    void theKeyLiesAtHomeForItsOwnerOnlyAndNeverBesideTheEvidence() throws IOException {
        var data = keep();
        var key = folder.resolve("home/keys/log-signing-key");
        assertThat(Files.getPosixFilePermissions(key))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        var secret = Files.readAllLines(key).getFirst();
        try (var files = Files.walk(Path.of(data))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secret);
            }
        }
    }

    @Test
    void withAKeyFileTheEvidenceIsUnreadableWithoutIt() throws IOException {
        var keyFile = folder.resolve("key");
        Files.writeString(keyFile, "0123456789abcdef".repeat(4) + "\n");
        var data = folder.resolve("sealed").toString();
        var kept =
                spoor("scan", ATTACK.toString(), "--data", data, "--key-file", keyFile.toString());
        assertThat(kept.code()).as(kept.err()).isEqualTo(Main.DONE);
        var without = spoor("search", "*", data);
        assertThat(without.code()).isNotEqualTo(Main.DONE);
        assertThat(without.out()).isEmpty();
        assertThat(spoor("search", "*", "--key-file", keyFile.toString(), data).out())
                .contains("bob@acme.example");
        assertThat(spoor("verify", "--key-file", keyFile.toString(), data).code())
                .isEqualTo(Main.DONE);
    }

    @Test
    void whatIsScannedIntoKeptEvidenceIsAddedAndToldAlone() throws IOException {
        var other = Checkout.ROOT.resolve("scenarios/kube-apiserver/attacks/exec-shell.ndjson.gz");
        var copy = Files.copy(other, folder.resolve("again.ndjson.gz"));
        var data = keep();
        var alone = JsonMapper.shared().readTree(spoor("scan", "--json", copy.toString()).out());
        var added =
                JsonMapper.shared()
                        .readTree(spoor("scan", "--json", copy.toString(), "--data", data).out());
        assertThat(added.path("incidents")).isEqualTo(alone.path("incidents"));
        assertThat(added.path("input")).isEqualTo(alone.path("input"));
        assertThat(added.path("ledger").path("size").asLong())
                .isEqualTo(2 * alone.path("ledger").path("size").asLong());
        assertThat(spoor("verify", data).code()).isEqualTo(Main.DONE);
        assertThat(spoor("search", "* | stats count()", "--json", data).out())
                .contains(String.valueOf(2 * alone.path("input").path("events").asLong()));
        assertThat(spoor("export", "--original", copy.toString(), data).out())
                .isEqualTo(
                        new String(
                                new GZIPInputStream(Files.newInputStream(copy)).readAllBytes(),
                                StandardCharsets.UTF_8));
    }

    private static Path segment(String data) throws IOException {
        try (var files = Files.list(Path.of(data, "ledger"))) {
            return files.filter(file -> file.toString().contains("segment-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void evidenceIsNeverMixedWithLogs() throws IOException {
        var data = keep();
        assertThat(spoor("scan", data, ATTACK.toString()).code()).isEqualTo(Main.USAGE);
        assertThat(spoor("verify", folder.toString()).code()).isEqualTo(Main.USAGE);
        assertThat(spoor("export", "--original", "other", data).code()).isEqualTo(Main.USAGE);
    }

    private String keep() {
        var data = folder.resolve("evidence").toString();
        var kept = spoor("scan", ATTACK.toString(), "--data", data);
        assertThat(kept.code()).as(kept.err()).isEqualTo(Main.DONE);
        return data;
    }

    private Ran spoor(String... arguments) {
        return Ran.at(folder.resolve("home"), arguments);
    }
}
