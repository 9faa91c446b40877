package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class SearchTest {
    private static final String ATTACK =
            Checkout.ROOT
                    .resolve("scenarios/kube-apiserver/attacks/exec-shell.ndjson.gz")
                    .toString();

    @Test
    void aTableAsJsonHasColumnsAndRows() {
        var ran =
                Ran.spoor(
                        "search",
                        "objectRef.subresource:exec | stats count() by user.username",
                        ATTACK,
                        "--json");
        var table = JsonMapper.shared().readTree(ran.out());
        assertThat(table.path("columns").toString()).isEqualTo("[\"user.username\",\"count\"]");
        assertThat(table.path("rows").toString()).isEqualTo("[[\"bob@acme.example\",10]]");
    }

    @Test
    void eventsAsJsonAreOneALine() {
        var ran = Ran.spoor("search", "objectRef.subresource:exec", ATTACK, "--json");
        assertThat(ran.out().lines()).hasSize(10);
        ran.out()
                .lines()
                .map(JsonMapper.shared()::readTree)
                .forEach(event ->
                        assertThat(event.path("user").path("username").asString())
                                .isEqualTo("bob@acme.example"));
    }

    @Test
    void aLimitIsKeptAndSaid() {
        var ran = Ran.spoor("search", "*", ATTACK, "--raw", "--limit", "3");
        assertThat(ran.out().lines()).hasSize(3);
        assertThat(ran.err()).contains("3 of --limit");
    }

    @Test
    void aMistakeInTheQueryIsNamedWithItsPlace() {
        var ran = Ran.spoor("search", "verb:(", ATTACK);
        assertThat(ran.code()).isEqualTo(Main.USAGE);
        assertThat(ran.err()).contains("column 7").contains("expected");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void twoFormsAtOnceAreWrongUsage() {
        assertThat(Ran.spoor("search", "*", ATTACK, "--json", "--raw").code())
                .isEqualTo(Main.USAGE);
    }

    @Test
    void spoorsOwnRecordsAreGivenOnlyWhenNamed() {
        var all = Ran.spoor("search", "* | stats count()", ATTACK, "--json");
        assertThat(JsonMapper.shared().readTree(all.out()).path("rows").toString())
                .isEqualTo("[[38]]");
        var own = Ran.spoor("search", "source.kind:spoor.source", ATTACK, "--raw");
        assertThat(own.out()).contains("exec-shell.ndjson.gz");
    }

    @Test
    void aGrowingFileIsFollowed(@TempDir Path folder) throws Exception {
        byte[] all;
        try (var in = new GZIPInputStream(Files.newInputStream(Path.of(ATTACK)))) {
            all = in.readAllBytes();
        }
        var log = folder.resolve("audit.log");
        int half = all.length / 2; // within a line
        Files.write(log, Arrays.copyOf(all, half));
        var writer =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                Thread.sleep(700);
                                Files.write(
                                        log,
                                        Arrays.copyOfRange(all, half, all.length),
                                        StandardOpenOption.APPEND);
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        var ran = Ran.spoor("search", "*", log.toString(), "--follow", "--raw", "--limit", "38");
        writer.join();
        assertThat(ran.out().getBytes(StandardCharsets.UTF_8)).isEqualTo(all);
        assertThat(Ran.spoor("search", "* | stats count()", log.toString(), "--follow").code())
                .isEqualTo(Main.USAGE);
    }

    @Test
    void aFolderIsFollowedWithFilesThatAppearAndThoseThatGetAnotherName(@TempDir Path folder)
            throws Exception {
        var pods = Files.createDirectories(folder.resolve("pods"));
        var log = pods.resolve("a.log");
        Files.writeString(log, "one\ntwo\n");
        Files.write(pods.resolve("a.log.2.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});
        var writer =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                Thread.sleep(700);
                                Files.move(log, pods.resolve("a.log.1"));
                                Files.writeString(log, "four, longer than what was there\n");
                                Thread.sleep(100);
                                Files.writeString(
                                        pods.resolve("a.log.1"),
                                        "three\n",
                                        StandardOpenOption.APPEND);
                                Thread.sleep(2500);
                                Files.writeString(
                                        Files.createDirectories(pods.resolve("b")).resolve("b.log"),
                                        "five\n");
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        var ran = Ran.spoor("search", "*", pods.toString(), "--follow", "--raw", "--limit", "5");
        writer.join();
        assertThat(ran.out().lines())
                .containsExactlyInAnyOrder(
                        "one", "two", "three", "four, longer than what was there", "five");
        assertThat(ran.err()).contains("not followed: ").contains("a.log.2.gz is compressed");
        assertThat(Ran.spoor("search", "*", folder.resolve("none").toString(), "--follow").code())
                .isEqualTo(Main.USAGE);
    }

    @Test
    void whatWasPassedOverIsExplainedAndATimeLimitIsKept() {
        assertThat(Ran.spoor("search", "verb:nothing", ATTACK, "--explain").err())
                .contains("0 events matched")
                .contains("blocks: 1 in all; 0 outside the time");
        var late = Ran.spoor("search", "* | stats count() by x", ATTACK, "--timeout", "0s");
        assertThat(late.code()).isEqualTo(Main.FAILURE);
        assertThat(late.err()).contains("longer than it may");
        assertThat(Ran.spoor("search", "*", ATTACK, "--timeout", "soon").code())
                .isEqualTo(Main.USAGE);
    }

    @Test
    void anEditorIsToldWhatMayStandNext() {
        assertThat(Ran.spoor("search", "--complete", "objectRef.subr", ATTACK).out())
                .isEqualTo("{\"kind\":\"field\",\"text\":\"objectRef.subresource\"}\n");
        assertThat(Ran.spoor("search", "--complete", "user.username:bob", ATTACK).out())
                .contains("bob@acme.example");
        assertThat(Ran.spoor("search", "--complete", "* | seq", ATTACK).out()).contains("sequence");
    }

    @Test
    void aTableOfAFileNamesWhatLogsOnlyNumber(@TempDir Path folder) throws Exception {
        var teams = folder.resolve("teams.csv");
        Files.writeString(teams, "namespace,team\npayments,red\n");
        var ran =
                Ran.spoor(
                        "search",
                        "objectRef.subresource:exec | lookup \"%s\" by objectRef.namespace | stats count() by team"
                                .formatted(teams),
                        ATTACK,
                        "--csv");
        assertThat(ran.out()).isEqualTo("team,count\r\nred,10\r\n");
    }
}
