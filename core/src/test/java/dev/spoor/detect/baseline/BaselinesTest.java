package dev.spoor.detect.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditColumns;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");

    private final List<String> lines = new ArrayList<>();

    private BaselinesTest at(
            long minute, String user, String verb, String what, String where, String agent) {
        return at(minute, user, verb, what, where, agent, "10.0.0.7");
    }

    private BaselinesTest at(
            long minute,
            String user,
            String verb,
            String what,
            String where,
            String agent,
            String address) {
        lines.add(
                """
                {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-%d","stage":"ResponseComplete",\
                "requestURI":"/api/v1/x","verb":"%s","user":{"username":"%s","groups":["system:authenticated"]},"sourceIPs":["%s"],\
                "userAgent":"%s","objectRef":{"resource":"%s","namespace":"%s","name":"n"},"responseStatus":{"metadata":{},"code":200},\
                "requestReceivedTimestamp":"%s","stageTimestamp":"%s"}\
                """
                        .formatted(
                                lines.size(),
                                verb,
                                user,
                                address,
                                agent,
                                what,
                                where,
                                START.plus(Duration.ofMinutes(minute))
                                        .toString()
                                        .replace("Z", ".000001Z"),
                                START.plus(Duration.ofMinutes(minute))
                                        .toString()
                                        .replace("Z", ".000002Z")));
        return this;
    }

    /** A day of a person who looks at pods, and of five others. */
    private BaselinesTest day() {
        for (int minute = 0; minute < 24 * 60; minute += 10) {
            at(minute, "alice", "get", "pods", "shop", "kubectl/v1.30.1 (linux/amd64)");
            at(minute, "alice", "get", "secrets", "shop", "kubectl/v1.30.1 (linux/amd64)");
            for (int other = 0; other < 5; other++) {
                at(minute, "person-" + other, "list", "pods", "shop", "k9s/0.32");
            }
        }
        return this;
    }

    private List<Finding> told() {
        var baselines =
                new Baselines(Watch.shipped(), Duration.ofHours(24), null, new AuditColumns());
        var source = new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var record = new Received();
        long position = 0;
        for (var line : lines) {
            var bytes = line.getBytes(StandardCharsets.UTF_8);
            record.plain(bytes, 0, bytes.length);
            record.line = ++position;
            scanner.scan(source.kind(), bytes, 0, bytes.length, scanned);
            baselines.take(record, scanned, source, position);
        }
        return baselines.findings();
    }

    private List<String> rules() {
        return told().stream().map(Finding::rule).toList();
    }

    @Test
    void nothingIsSaidWhileLearning() {
        day().at(1439, "alice", "create", "pods/exec", "shop", "python-requests/2.31");
        assertThat(rules()).isEmpty();
    }

    @Test
    void moreOfTheSameIsNoNews() {
        day();
        for (int minute = 1440; minute < 1600; minute++) {
            at(minute, "alice", "get", "secrets", "shop", "kubectl/v1.31.0 (linux/amd64)");
        }
        assertThat(rules()).isEmpty();
    }

    @Test
    void aFirstTimeIsToldWithTheFiguresItRestsOn() {
        day().at(1500, "alice", "create", "rolebindings", "shop", "kubectl/v1.30.1");
        var told = told();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().rule()).isEqualTo("BAS-03");
        assertThat(told.getFirst().why())
                .isEqualTo(
                        "alice never created rolebindings in 25 hours and 288 requests until now; 0 of 5 other people do");
    }

    @Test
    void aSecretOfAnotherNamespaceIsANewPlace() {
        day().at(1500, "alice", "list", "secrets", "payments", "kubectl/v1.30.1");
        assertThat(told().getFirst().why())
                .contains("alice never read secrets in payments in 25 hours until now")
                .contains("before it read secrets in shop (0 of 5 other people do it there)");
        assertThat(rules()).containsExactly("BAS-04");
    }

    @Test
    void aNewClientFromANewNetworkIsTold() {
        for (int minute = 0; minute < 1440; minute += 10) {
            at(minute, "alice", "get", "pods", "shop", "kubectl/v1.30.1");
        }
        at(1500, "alice", "get", "pods", "shop", "curl/8.4.0", "203.0.113.9");
        assertThat(rules()).containsExactlyInAnyOrder("BAS-01", "BAS-02");
    }

    @Test
    void aPersonNeverSeenIsToldAndAControllerNever() {
        day().at(1500, "mallory", "get", "pods", "shop", "kubectl/v1.30.1")
                .at(
                        1501,
                        "system:serviceaccount:kube-system:job-controller",
                        "create",
                        "secrets",
                        "shop",
                        "kube-controller-manager/v1.30");
        assertThat(rules()).containsExactly("BAS-06");
    }

    @Test
    void aFloodIsToldOncePerHourAgainstTheIdentitysOwnHours() {
        day();
        for (int i = 0; i < 2000; i++) {
            at(1500 + i / 1000, "alice", "get", "pods", "shop", "kubectl/v1.30.1");
        }
        var told = told();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().rule()).isEqualTo("BAS-05");
        assertThat(told.getFirst().why()).contains("the median of its 24 hours before is 12");
    }

    @Test
    void theSameEventsGiveTheSameFindings() {
        day().at(1500, "alice", "create", "rolebindings", "shop", "curl/8");
        assertThat(told()).isEqualTo(told());
    }

    @Test
    void versionsAndHostsDoNotMakeAClientOrANetwork() {
        assertThat(Values.client("kubectl/v1.30.1 (linux/amd64) kubernetes/abc"))
                .isEqualTo("kubectl");
        assertThat(Values.client("Go-http-client/2.0")).isEqualTo("Go-http-client");
        assertThat(Values.network("10.1.2.3")).isEqualTo("10.1.2.0/24");
        assertThat(Values.network("2001:db8:1:2:3::9")).isEqualTo("2001:db8:1:2::/64");
    }
}
