package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Kind;
import dev.spoor.fault.Rejected;
import dev.spoor.hunt.HuntRun.Answered;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Hunts that ship find what was recorded, and a hunt knows what it has seen. */
class HuntFilesTest {
    /** By hunt: a recording it must find, the question that finds it, and whom. */
    private static final Map<String, List<String>> FINDS =
            Map.ofEntries(
                    Map.entry(
                            "secret-harvest",
                            List.of("secrets-one-by-one", "readers", "external-secrets")),
                    Map.entry("exec-and-attach", List.of("exec-shell", "shells", "bob@")),
                    Map.entry("escape-to-host", List.of("privileged-pod", "privileged", "airflow")),
                    Map.entry(
                            "rbac-escalation", List.of("crb-cluster-admin", "bindings", "oscar@")),
                    Map.entry(
                            "credential-minting",
                            List.of("csr-backdoor", "certificates", "oscar@")),
                    Map.entry("persistence", List.of("mutating-webhook", "webhooks", "oscar@")),
                    Map.entry("discovery", List.of("ssrr-enum", "rights", "web-bff")),
                    Map.entry(
                            "credential-guessing", List.of("bruteforce-401", "refused", "127.66.")),
                    Map.entry(
                            "outside-access",
                            List.of("anon-probe", "anonymous", "/api/v1/secrets")),
                    Map.entry("lateral-movement", List.of("node-proxy", "kubelets", "fluent-bit")),
                    Map.entry("defence-evasion", List.of("netpol-delete", "network", "carol@")),
                    Map.entry("new-images", List.of("odd-registry", "registries", "ttl.sh")),
                    Map.entry("impersonation", List.of("benign-impersonation", "pairs", "dave@")),
                    Map.entry("borrowed-accounts", List.of("node-proxy", "by-hand", "fluent-bit")),
                    Map.entry(
                            "traffic-interception",
                            List.of("externalips-mitm", "external", "dave@")),
                    Map.entry("list-storms", List.of("api-dos", "lists", "velero")),
                    Map.entry("api-server-load", List.of("api-dos", "work", "velero")),
                    Map.entry("error-bursts", List.of("bruteforce-401", "clients", "401")),
                    Map.entry("what-changed", List.of("netpol-delete", "people", "carol@")));

    @Test
    void everyHuntThatShipsIsListedAndReads() throws Exception {
        var folder = Path.of("src", "main", "resources", "hunts");
        try (var files = Files.list(folder)) {
            assertThat(
                            files.map(file -> String.valueOf(file.getFileName()))
                                    .filter(name -> name.endsWith(".yaml"))
                                    .map(name -> name.replace(".yaml", "")))
                    .containsExactlyInAnyOrderElementsOf(HuntFiles.shipped());
        }
        assertThat(HuntFiles.shipped()).hasSizeGreaterThanOrEqualTo(15);
        for (var name : HuntFiles.shipped()) {
            var hunt = HuntFiles.shipped(name);
            assertThat(hunt.noise()).as(name).isNotEmpty();
            assertThat(hunt.followUps()).as(name).isNotEmpty();
            for (var question : hunt.questions()) {
                assertThat(Query.parse(question.parsed().text()))
                        .as(question.query())
                        .isEqualTo(question.parsed());
                if (!question.newBy().isEmpty()) {
                    var columns = Columns.EVENTS;
                    for (var stage : question.parsed().stages()) {
                        columns = stage.after(columns);
                    }
                    assertThat(columns.names()).as(question.id()).containsAll(question.newBy());
                }
            }
        }
    }

    @Test
    void huntsFindTheRecordedAttacks() throws Exception {
        for (var hunt : FINDS.entrySet()) {
            var expected = hunt.getValue();
            var events = Recordings.of("attacks/" + expected.getFirst());
            var answers = run(HuntFiles.shipped(hunt.getKey()), events, new HuntState());
            var found =
                    answers.stream()
                            .filter(answer -> answer.question().id().equals(expected.get(1)))
                            .findFirst()
                            .orElseThrow();
            assertThat(found.refused()).as(hunt.getKey()).isNull();
            assertThat(found.rows().toString()).as(hunt.getKey()).contains(expected.get(2));
        }
    }

    @Test
    void onABenignDayEveryQuestionIsAnsweredInAFewRows() throws Exception {
        var benign = Recordings.of("benign");
        int rows = 0;
        for (var name : HuntFiles.shipped()) {
            for (var answer : run(HuntFiles.shipped(name), benign, new HuntState())) {
                assertThat(answer.refused()).as(name + " " + answer.question().id()).isNull();
                assertThat(answer.more()).as(name + " " + answer.question().id()).isFalse();
                rows += Math.min(15, answer.fresh().size());
            }
        }
        assertThat(rows).isLessThan(600);
    }

    @Test
    void whatWasSeenBeforeIsNotNew() throws Exception {
        var hunt = HuntFiles.shipped("exec-and-attach");
        var state = new HuntState();
        var one = Recordings.of("attacks/exec-shell");
        assertThat(state.last()).isNull();
        assertThat(run(hunt, one, state)).anyMatch(answer -> answer.freshCount() > 0);
        var read = HuntState.of(state.text());
        assertThat(read.last()).isEqualTo("2026-11-24T00:00:00Z");
        assertThat(read.text()).isEqualTo(state.text()).doesNotContain("bob");
        assertThat(run(hunt, one, read)).allMatch(answer -> answer.freshCount() == 0);
        var more = Recordings.of("attacks/exec-shell", "attacks/ephemeral-container");
        var again = run(hunt, more, read);
        assertThat(again.getFirst().freshCount())
                .isBetween(1L, again.getFirst().rows().size() - 1L);
    }

    @Test
    void aHuntThatIsNoneIsRefusedWithItsReason() {
        var good =
                "title: t\nhypothesis: h\nquestions:\n  - id: a\n    ask: b\n    query: 'verb:get'\n";
        assertThat(HuntFiles.read("x", good).questions()).hasSize(1);
        for (var wrong :
                Map.of(
                                good + "surprise: 1\n",
                                "surprise is not known",
                                good.replace("verb:get", "verb:"),
                                "question a: column 6",
                                good.replace("title: t\n", ""),
                                "title: missing",
                                "- a\n",
                                "not a mapping",
                                "a: [",
                                "hunt x: ",
                                good + "kind: other\n",
                                "kind other",
                                good + "  - {id: a, ask: b, query: '*'}\n",
                                "two questions",
                                "title: t\nhypothesis: h\nquestions: []\n",
                                "0 questions")
                        .entrySet()) {
            assertThatThrownBy(() -> HuntFiles.read("x", wrong.getKey()))
                    .as(wrong.getKey())
                    .isInstanceOf(Rejected.class)
                    .hasMessageContaining(wrong.getValue());
        }
        assertThatThrownBy(() -> HuntFiles.shipped("../index")).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> HuntState.of("[]")).isInstanceOf(Rejected.class);
    }

    @Test
    void aQuestionThatMeetsALimitDoesNotEndTheHunt() {
        var hunt =
                HuntFiles.read(
                        "x",
                        "title: t\nhypothesis: h\nquestions:\n"
                                + "  - {id: a, ask: b, query: '* | lookup none by u'}\n"
                                + "  - {id: b, ask: b, query: '* | stats count()'}\n");
        var answers = run(hunt, Recordings.of(Kind.JSON, "{\"u\":1}"), new HuntState());
        assertThat(answers)
                .extracting(Answered::refused)
                .satisfiesExactly(
                        first -> assertThat(first).contains("no files"),
                        second -> assertThat(second).isNull());
    }

    private static List<Answered> run(Hunt hunt, EventSearch events, HuntState state) {
        return new ArrayList<>(
                HuntRun.run(
                        hunt,
                        events,
                        Span.ALL,
                        HuntLimits.USUAL,
                        LookupTable.Tables.NONE,
                        state,
                        Instant.parse("2026-11-24T00:00:00Z")));
    }
}
