package dev.spoor.detect.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class BaselinesTest {
    private static final Instant START = Past.START;

    private final Past past = new Past();
    private final List<String> lines = past.lines;

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
        past.at(minute, new Past.Asked(user, verb, what, where).with(agent).from(address));
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
        return learned().findings();
    }

    private Baselines learned() {
        return past.learned();
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
        assertThat(Past.told(told())).isEqualTo(Past.told(told()));
    }

    @Test
    void aSweepOverNamespacesIsMoreThanANewPlace() {
        day();
        for (int i = 0; i < 12; i++) {
            at(1500, "alice", "list", "secrets", "team-" + i, "kubectl/v1.30.1");
        }
        var told = told();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().rule()).isEqualTo("BAS-04");
        assertThat(told.getFirst().events()).hasSize(12);
        assertThat(told.getFirst().level()).isEqualTo(Level.MEDIUM);
    }

    @Test
    void severalDifferencesInOneHourAreToldTogether() {
        day();
        for (int minute = 5; minute < 1440; minute += 60) {
            at(minute, "alice", "get", "pods", "shop", "k9s/0.32", "10.0.9.7");
        }
        at(1500, "alice", "list", "secrets", "payments", "curl/8.4.0", "203.0.113.9");
        assertThat(rules()).contains("BAS-01", "BAS-02", "BAS-04", "BAS-09");
    }

    @Test
    void whatMostOthersOfItsKindDoIsNoNews() {
        day();
        for (int other = 0; other < 4; other++) {
            at(1490 + other, "person-" + other, "list", "secrets", "shop", "k9s/0.32");
        }
        at(1500, "person-4", "list", "secrets", "shop", "k9s/0.32");
        assertThat(told().stream().map(Finding::why).filter(why -> why.startsWith("person-4")))
                .isEmpty();
    }

    @Test
    void whatWasNotSeenForThirtyDaysIsNewAgain() {
        day();
        for (int day = 2; day < 40; day++) {
            at(day * 1440L, "alice", "get", "pods", "shop", "kubectl/v1.30.1");
        }
        at(40 * 1440L, "alice", "get", "secrets", "shop", "kubectl/v1.30.1");
        var told = told();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().why()).startsWith("alice never read secrets in 30 days");
    }

    @Test
    void aJobThatRunsEveryNightIsUsualAtNight() {
        for (int day = 0; day < 6; day++) {
            for (int i = 0; i < 800; i++) {
                at(day * 1440L + 120, "reporter", "list", "pods", "shop", "python/3");
            }
            for (int hour = 8; hour < 18; hour++) {
                at(day * 1440L + hour * 60, "reporter", "get", "pods", "shop", "python/3");
            }
        }
        // the first two nights have no company yet
        assertThat(told()).hasSizeLessThanOrEqualTo(2);
        assertThat(told().stream().map(Finding::time))
                .allMatch(time -> time != null && time.isBefore(START.plus(Duration.ofDays(3))));
    }

    @Test
    void aRestartThatTheServerTellsOfExplainsARush() {
        day();
        var account = "system:serviceaccount:shop:worker";
        for (int minute = 0; minute < 1440; minute += 10) {
            at(minute, account, "list", "pods", "shop", "worker/1");
        }
        var bound =
                lines.getLast()
                        .replace(
                                "\"groups\":",
                                "\"extra\":{\"authentication.kubernetes.io/pod-name\":[\"worker-1\"]},\"groups\":");
        lines.add(bound);
        for (int i = 0; i < 2000; i++) {
            at(1500, account, "list", "pods", "shop", "worker/1");
            lines.set(
                    lines.size() - 1,
                    lines.getLast()
                            .replace(
                                    "\"groups\":",
                                    "\"extra\":{\"authentication.kubernetes.io/pod-name\":[\"worker-2\"]},\"groups\":"));
        }
        assertThat(rules()).isEmpty();
    }

    @Test
    void aVersionThatAThiefClaimsLowersNothing() {
        day();
        var account = "system:serviceaccount:shop:worker";
        for (int minute = 0; minute < 1440; minute += 10) {
            at(minute, account, "list", "pods", "shop", "worker/1");
            at(minute, account, "get", "secrets", "shop", "worker/1");
        }
        at(1500, account, "create", "rolebindings", "shop", "worker/2", "203.0.113.9");
        assertThat(told())
                .filteredOn(finding -> finding.rule().equals("BAS-03"))
                .extracting(Finding::level)
                .containsExactly(Level.LOW);
        lines.removeLast();
        at(1500, account, "create", "rolebindings", "shop", "worker/2", "10.0.0.9");
        assertThat(told())
                .filteredOn(finding -> finding.rule().equals("BAS-03"))
                .extracting(Finding::level)
                .containsExactly(Level.INFORMATIONAL);
    }

    @Test
    void aHabitLowersAMediumFindingOfItsRuleAndNothingElse() {
        for (int minute = 0; minute < 3 * 1440; minute += 30) {
            at(minute, "alice", "get", "secrets", "shop", "kubectl/v1.30.1");
        }
        var baselines = learned();
        var usual = finding("CRE-01", "shop", "10.0.0.7");
        assertThat(baselines.weighed(List.of(usual)).getFirst().level()).isEqualTo(Level.LOW);
        var elsewhere = finding("CRE-01", "payments", "10.0.0.7");
        var abroad = finding("CRE-01", "shop", "203.0.113.9");
        var other = finding("ESC-01", "shop", "10.0.0.7");
        assertThat(baselines.weighed(List.of(elsewhere, abroad, other)))
                .allMatch(finding -> finding.level() == Level.MEDIUM);
    }

    private static Finding finding(String rule, String namespace, String address) {
        var asked = new Past.Asked("alice", "get", "secrets", namespace).from(address);
        return Past.finding(rule, 3 * 1440 + 5, asked);
    }

    @Test
    void aUserThatIsNamedTwiceIsTheOneThatReadersSee() {
        day().at(1500, "alice", "create", "rolebindings", "shop", "kubectl/v1.30.1");
        var twice =
                "\"user\":{\"username\":\"alice\",\"groups\":[\"system:authenticated\"]},\"sourceIPs\"";
        lines.set(
                lines.size() - 1,
                lines.getLast()
                        .replace("\"username\":\"alice\"", "\"username\":\"person-1\"")
                        .replace("\"sourceIPs\"", twice));
        assertThat(told()).hasSize(1);
        assertThat(told().getFirst().why()).startsWith("alice never created rolebindings");
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
