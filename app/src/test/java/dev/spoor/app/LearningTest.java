package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** What is usual is learned from what was kept, and from nothing else. */
class LearningTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    @TempDir private Path folder;

    private static String event(int id, long minute, String user, String verb, String what) {
        var time = START.plus(Duration.ofMinutes(minute)).toString().replace("Z", ".000001Z");
        return """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-%d","stage":"ResponseComplete",\
        "requestURI":"/x","verb":"%s","user":{"username":"%s","groups":["system:authenticated"]},"sourceIPs":["10.0.0.7"],\
        "userAgent":"kubectl/v1.30.1","objectRef":{"resource":"%s","namespace":"shop","name":"n","apiVersion":"v1"},\
        "responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"%s","stageTimestamp":"%s"}\
        """
                .formatted(id, verb, user, what, time, time);
    }

    @BeforeEach
    void twoDays() throws IOException {
        var first = new ArrayList<String>();
        for (int minute = 0; minute < 25 * 60; minute += 10) {
            first.add(event(minute, minute, "alice", "get", "pods"));
            first.add(event(minute + 1, minute, "bob", "get", "secrets"));
        }
        Files.write(folder.resolve("first.log"), first);
        Files.write(
                folder.resolve("second.log"),
                List.of(
                        event(90_001, 25 * 60 + 1, "bob", "get", "secrets"),
                        event(90_002, 25 * 60 + 2, "alice", "get", "secrets")));
    }

    private List<String> unusual(String... arguments) {
        var all = new ArrayList<>(List.of("scan", "--json"));
        all.addAll(List.of(arguments));
        var ran = Ran.spoor(all.toArray(String[]::new));
        assertThat(ran.code()).as(ran.err()).isZero();
        var told = new ArrayList<String>();
        JsonMapper.shared()
                .readTree(ran.out())
                .path("findings")
                .forEach(finding -> {
                    if (finding.path("rule").asString().startsWith("BAS-")) {
                        told.add(
                                finding.path("rule").asString()
                                        + " "
                                        + finding.path("why").asString());
                    }
                });
        return told;
    }

    private String log(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aSecondScanIntoAFolderKnowsWhatItHolds() {
        var data = log("kept");
        assertThat(unusual(log("first.log"), "--data", data)).isEmpty();
        assertThat(unusual(log("second.log"), "--data", data))
                .singleElement()
                .asString()
                .startsWith("BAS-03 alice never read secrets in 25 hours");
    }

    @Test
    void aScanOfItsOwnKnowsNothingAndSaysNothing() {
        assertThat(unusual(log("second.log"))).isEmpty();
    }

    @Test
    void whatIsRebuiltFromTheLedgerIsWhatWasToldAtFirst() throws IOException {
        var data = log("kept");
        unusual(log("first.log"), "--data", data);
        var told = unusual(log("second.log"), "--data", data);
        assertThat(Files.exists(folder.resolve("kept/views"))).as("nothing but evidence").isFalse();
        assertThat(unusual(data)).isEqualTo(told);
        assertThat(unusual(log("first.log"), log("second.log"))).isEqualTo(told);
    }

    @Test
    void whoWantsNoShippedRulesGetsNoBaselines() {
        var data = log("kept");
        unusual(log("first.log"), "--data", data, "--no-shipped-rules");
        assertThat(unusual(log("second.log"), "--data", data, "--no-shipped-rules")).isEmpty();
    }

    @Test
    void whatIsUnusualNamesEveryStageOfItsRequest() throws IOException {
        var end = event(90_002, 25 * 60 + 2, "alice", "get", "secrets");
        var start = end.replace("ResponseComplete", "RequestReceived");
        var other = start.replace("alice", "bob").replace("get", "list");
        Files.write(folder.resolve("second.log"), List.of(start, other, end));
        Files.write(
                folder.resolve("both.log"),
                Stream.concat(
                                Files.readAllLines(folder.resolve("first.log")).stream(),
                                Files.readAllLines(folder.resolve("second.log")).stream())
                        .toList());
        var ran = Ran.spoor("scan", "--json", folder.resolve("both.log").toString());
        var told = JsonMapper.shared().readTree(ran.out()).path("findings");
        var stages = new ArrayList<String>();
        told.forEach(finding -> {
            if (finding.path("rule").asString().equals("BAS-03")) {
                finding.path("events").forEach(event -> stages.add(event.path("stage").asString()));
            }
        });
        assertThat(stages).containsExactly("RequestReceived", "ResponseComplete");
    }
}
