package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever lies beside it, a good file is analysed, and what was lost is said. */
class BadInputTest {
    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void badInputIsToldAndCostsNothingElse(Broken broken) throws IOException {
        broken.write(folder.resolve("broken.log"));
        var scan = scanBesideAGoodFile();
        assertThat(eventsOf(scan, "good.log")).isEqualTo(3);
        if (broken.gap.isEmpty()) {
            assertThat(eventsOf(scan, "broken.log")).isEqualTo(1);
        } else {
            assertThat(gaps(scan, "broken.log")).contains(broken.gap);
        }
    }

    @Test
    void aLinkToAFolderAboveIsALoopAndIsNotFollowed() throws IOException {
        Files.createDirectory(folder.resolve("inner"));
        Files.createSymbolicLink(folder.resolve("inner/again"), folder);
        var scan = scanBesideAGoodFile();
        assertThat(eventsOf(scan, "good.log")).isEqualTo(3);
        assertThat(gaps(scan, "inner/again")).contains("loop");
    }

    @Test
    void aFileWithoutPermissionIsUnreadable() throws IOException {
        var closed = folder.resolve("closed.log");
        Files.writeString(closed, Broken.EVENT + "\n");
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
        if (Files.isReadable(
                closed)) { // root may read everything but what the kernel itself refuses
            var refused = Ran.spoor("scan", "--json", "/proc/self/mem", good().toString());
            var scan = JsonMapper.shared().readTree(refused.out());
            assertThat(eventsOf(scan, "good.log")).isEqualTo(3);
            assertThat(gaps(scan, "/proc/self/mem")).contains("unreadable");
            return;
        }
        var scan = scanBesideAGoodFile();
        assertThat(eventsOf(scan, "good.log")).isEqualTo(3);
        assertThat(gaps(scan, "closed.log")).contains("unreadable");
    }

    @Test
    void onePathOfSeveralThatIsMissingIsAGap() throws IOException {
        var good = good();
        var ran = Ran.spoor("scan", "--json", folder + "/gone.log", good.toString());
        assertThat(ran.code()).isEqualTo(Main.DONE);
        assertThat(gaps(JsonMapper.shared().readTree(ran.out()), "gone.log"))
                .contains("unreadable");
    }

    @Test
    void whenNoPathExistsTheCallIsWrong() {
        var ran = Ran.spoor("scan", "--json", folder + "/gone.log");
        assertThat(ran.code()).isEqualTo(Main.USAGE);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains("gone.log");
    }

    private Path good() throws IOException {
        var good = folder.resolve("good.log");
        Files.writeString(good, (Broken.EVENT + "\n").repeat(3));
        return good;
    }

    private JsonNode scanBesideAGoodFile() throws IOException {
        good();
        var ran = Ran.spoor("scan", "--json", folder.toString());
        assertThat(ran.code()).as(ran.err()).isEqualTo(Main.DONE);
        return JsonMapper.shared().readTree(ran.out());
    }

    private static long eventsOf(JsonNode scan, String path) {
        for (var source : scan.path("input").path("sources")) {
            if (source.path("path").asString("").endsWith(path)) {
                return source.path("events").asLong(-1);
            }
        }
        return -1;
    }

    private static List<String> gaps(JsonNode scan, String path) {
        var kinds = new ArrayList<String>();
        for (var gap : scan.path("input").path("gaps")) {
            if (gap.path("source").asString("").endsWith(path)) {
                kinds.add(gap.path("kind").asString(""));
            }
        }
        return kinds;
    }
}
