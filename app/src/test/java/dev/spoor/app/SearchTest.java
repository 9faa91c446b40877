package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
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
}
