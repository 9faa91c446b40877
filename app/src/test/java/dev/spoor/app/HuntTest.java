package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class HuntTest {
    private static final String ATTACK =
            Checkout.ROOT
                    .resolve("scenarios/kube-apiserver/attacks/exec-shell.ndjson.gz")
                    .toString();

    @TempDir private Path folder;

    @Test
    void withoutANameTheHuntsAreListedAndWithoutAPathOneIsShown() {
        assertThat(Ran.spoor("hunt").out()).contains("exec-and-attach").contains("api-server-load");
        assertThat(Ran.spoor("hunt", "exec-and-attach").out())
                .contains("Who ran commands where?")
                .contains("objectRef.subresource:(exec or attach");
        var wrong = Ran.spoor("hunt", "no-such");
        assertThat(wrong.code()).isEqualTo(Main.USAGE);
        assertThat(wrong.err()).contains("no hunt no-such").contains("exec-and-attach");
    }

    @Test
    void keptEvidenceRemembersWhatWasSeen() throws Exception {
        var data = folder.resolve("data").toString();
        var home = folder.resolve("home");
        assertThat(Ran.at(home, "scan", ATTACK, "--data", data).code()).isEqualTo(Main.DONE);
        var first = Ran.spoor("hunt", "exec-and-attach", data, "--json");
        var document = JsonMapper.shared().readTree(first.out());
        assertThat(document.path("last").isNull()).isTrue();
        assertThat(document.path("questions").get(0).path("new")).isNotEmpty();
        var second =
                JsonMapper.shared()
                        .readTree(Ran.spoor("hunt", "exec-and-attach", data, "--json").out());
        assertThat(second.path("last").asString()).isEqualTo(Ran.NOW.toString());
        assertThat(second.path("questions").get(0).path("rows")).isNotEmpty();
        assertThat(second.path("questions").get(0).path("new")).isEmpty();
        assertThat(Ran.spoor("hunt", "exec-and-attach", data).out()).contains("nothing new since");
        assertThat(folder.resolve("data/views/hunts/exec-and-attach.json")).exists();
        assertThat(Ran.spoor("verify", data).code()).isEqualTo(Main.DONE);
    }

    @Test
    void aHuntOfOnesOwnAsksLogsAndLeavesNothingUnlessAsked() throws Exception {
        var file = folder.resolve("mine.yaml");
        Files.writeString(
                file,
                "title: Mine\nhypothesis: h\nquestions:\n"
                        + "  - {id: a, ask: Who?, query: '* | top 1 user.username'}\n");
        var ran = Ran.spoor("hunt", file.toString(), ATTACK);
        assertThat(ran.out()).contains("Mine").contains("Who?").doesNotContain("since");
        var state = folder.resolve("seen.json");
        Ran.spoor("hunt", file.toString(), ATTACK, "--state", state.toString());
        assertThat(state).exists();
        assertThat(Ran.spoor("hunt", file.toString(), ATTACK, "--state", state.toString()).out())
                .contains("nothing new since 2026-11-24T00:00:00");
    }
}
