package dev.spoor.detect.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a person's terminal in a container is an alert, and when it is work. */
final class UsualTest {
    /** The third day, noon. */
    private static final long NOON = 2 * 1440 + 12 * 60;

    private final Past past = new Past();

    /** Two working days, nine to five: alice and bob look at shop, carol at payments. */
    private UsualTest days() {
        for (int day = 0; day < 3; day++) {
            for (int minute = 9 * 60; minute < 17 * 60; minute += 20) {
                long at = day * 1440L + minute;
                if (at < NOON) {
                    past.at(at, look("alice", "shop"));
                    past.at(at, look("bob", "shop"));
                    past.at(at, look("carol", "payments"));
                    past.at(at, look("dave", "kube-system"));
                    past.at(at, look("erin", "kube-system"));
                }
            }
        }
        return this;
    }

    private static Past.Asked look(String user, String where) {
        return new Past.Asked(user, "get", "pods", where).of("team").by("X509SHA256=" + user);
    }

    private static Past.Asked shell(String user) {
        return Past.shell(user).of("team").by("X509SHA256=" + user);
    }

    private Finding judged(long minute, Past.Asked asked, Finding... others) {
        past.at(minute, asked);
        var all = new java.util.ArrayList<>(List.of(Past.finding("EXE-01", minute, asked)));
        all.addAll(List.of(others));
        return past.learned().weighed(all).getFirst();
    }

    private static void low(Finding finding, String because) {
        assertThat(finding.why()).contains(because);
        assertThat(finding.level()).isEqualTo(Level.LOW);
    }

    private static void medium(Finding finding, String because) {
        assertThat(finding.why()).contains(because);
        assertThat(finding.level()).isEqualTo(Level.MEDIUM);
    }

    @Test
    void aTerminalWhereAPersonWorksIsLowTheFirstTime() {
        low(days().judged(NOON, shell("alice")), "alice works here, and came as usual");
    }

    @Test
    void aTerminalWhereNobodyOfItsGroupsDidSoIsMedium() {
        medium(
                days().judged(NOON, shell("alice").in("payments")),
                "neither alice nor one of its groups did so here before");
    }

    @Test
    void aTerminalWhereAColleagueDidSoIsLow() {
        days().past.at(NOON - 300, shell("carol").in("payments"));
        low(judged(NOON, shell("alice").in("payments")), "others of a group of alice do so here");
    }

    @Test
    void somebodyOfAnotherGroupIsNoColleague() {
        days().past.at(NOON - 300, shell("carol").in("payments").of("strangers"));
        past.lines.removeIf(line -> line.contains("carol") && line.contains("\"team\""));
        medium(judged(NOON, shell("alice").in("payments")), "neither alice nor");
    }

    @Test
    void aTerminalFromANewNetworkIsMediumEvenWhereItIsAHabitOfThePlace() {
        medium(
                days().judged(NOON, shell("alice").from("203.0.113.9")),
                "it is new for alice to come from 203.0.113.9");
    }

    @Test
    void aTerminalWithANewProgramIsMedium() {
        medium(
                days().judged(NOON, shell("alice").with("python-requests/2.31")),
                "it is new for alice to come with python-requests");
    }

    @Test
    void aTerminalWithAnotherCertificateIsMedium() {
        medium(
                days().judged(NOON, shell("alice").by("X509SHA256=stolen")),
                "it is new for alice to come with this credential");
    }

    @Test
    void aTokenThatIsRenewedByTheHourIsNoNewCredential() {
        past.lines.clear();
        days();
        past.lines.replaceAll(line -> line.replace("X509SHA256=alice", "JTI=" + line.hashCode()));
        low(judged(NOON, shell("alice").by("JTI=other")), "alice works here");
    }

    @Test
    void aFirstTerminalAtNightIsMediumAndOneOfWhoDoesSoIsLow() {
        long night = 3 * 1440 + 3 * 60;
        medium(days().judged(night, shell("alice")), "alice was never there at this hour");
        days().past.at(14 * 60, shell("alice"));
        low(judged(night, shell("alice")), "alice did so here before");
    }

    @Test
    void aNamespaceOfTheClusterItselfTakesAHabit() {
        medium(
                days().judged(NOON, shell("dave").in("kube-system")),
                "a namespace of the cluster itself");
        days().past.at(NOON - 1440, shell("erin").in("kube-system"));
        medium(judged(NOON, shell("dave").in("kube-system")), "a namespace of the cluster itself");
        past.at(NOON - 1440, shell("dave").in("kube-system"));
        low(judged(NOON, shell("dave").in("kube-system")), "dave did so here before");
    }

    @Test
    void aPersonFirstSeenTodayIsMediumUnlessItsColleaguesDoSo() {
        medium(days().judged(NOON, shell("new")), "new was first seen within a day");
        past.at(NOON - 300, shell("alice"));
        low(judged(NOON, shell("new")), "its colleagues do so");
        medium(judged(NOON, shell("new").from("203.0.113.9")), "new for new to come from");
    }

    @Test
    void aPodThatReachesItsNodeIsMedium() {
        var made = about("ESC-01", "T1611", new EntityRef("pod", "shop/n"), -600, null);
        medium(days().judged(NOON, shell("alice"), made), "the pod reaches its node (ESC-01)");
        var other = about("ESC-01", "T1611", new EntityRef("pod", "shop/other"), -600, null);
        low(days().judged(NOON, shell("alice"), other), "alice works here");
    }

    @Test
    void whatManyPeopleDoIsNoReasonToEnterAPodThatReachesItsNodeOrAtNight() {
        days();
        for (var user : List.of("alice", "bob", "carol", "dave", "erin")) {
            past.at(14 * 60, shell(user).in("tools"));
            past.at(NOON - 120, shell(user).in("tools"));
        }
        past.lines.removeIf(line -> line.contains("alice") && line.contains("exec"));
        var made = about("ESC-01", "T1611", new EntityRef("pod", "shop/n"), -600, null);
        medium(judged(NOON, shell("alice"), made), "the pod reaches its node (ESC-01)");
        medium(judged(3 * 1440 + 3 * 60, shell("alice")), "alice was never there at this hour");
    }

    @Test
    void aSensorsAlertInThePodWithinTheHourKeepsItMedium() {
        var pod = new EntityRef("pod", "shop/n");
        var miner = alert("T1496", pod, 10);
        medium(days().judged(NOON, shell("alice"), miner), "followed by RUN-01");
        low(judged(NOON, shell("alice"), alert("T1496", pod, 90)), "alice");
        low(judged(NOON, shell("alice"), alert("T1059", pod, 1)), "alice");
        low(judged(NOON, shell("alice"), alert("T1496", pod, -30), miner), "alice");
        low(judged(NOON, shell("alice"), alert("T1496", new EntityRef("pod", "a/n"), 9)), "alice");
    }

    @Test
    void whatThePodsOwnTokenNeverDidKeepsItMedium() {
        var token = about("BAS-03", "T1552", new EntityRef("user", "x"), 5, "n");
        medium(days().judged(NOON, shell("alice"), token), "followed by BAS-03");
        low(
                judged(
                        NOON,
                        shell("alice"),
                        about("BAS-03", "T1552", new EntityRef("user", "x"), 5, "other")),
                "alice");
    }

    private static Finding alert(String technique, EntityRef pod, int minutes) {
        return finding("RUN-01", technique, pod, minutes, null);
    }

    /** A finding about a request; {@code pod} is the pod whose token acted. */
    private static Finding about(
            String rule, String technique, EntityRef entity, int minutes, @Nullable String pod) {
        var user = pod == null ? "someone" : "system:serviceaccount:shop:app";
        var like = Past.finding(rule, NOON, new Past.Asked(user, "create", "pods", "shop"));
        var event = Objects.requireNonNull(like.request()).last();
        var extra =
                pod == null
                        ? Map.<String, List<String>>of()
                        : Map.of("authentication.kubernetes.io/pod-name", List.of(pod));
        var acted =
                new AuditEvent(
                        event.auditID(),
                        event.stage(),
                        event.level(),
                        event.verb(),
                        event.requestURI(),
                        event.user(),
                        "",
                        event.groups(),
                        extra,
                        "",
                        List.of(),
                        event.sourceIPs(),
                        event.userAgent(),
                        event.object(),
                        event.code(),
                        "",
                        null,
                        null,
                        event.received(),
                        event.stageTime(),
                        Map.of());
        return finding(
                rule,
                technique,
                entity,
                minutes,
                new AuditRequest(Past.SOURCE, acted, like.events()));
    }

    private static Finding finding(
            String rule,
            String technique,
            EntityRef entity,
            int minutes,
            @Nullable AuditRequest request) {
        return new Finding(
                "F-2",
                rule,
                null,
                null,
                "title",
                Level.LOW,
                List.of(technique),
                Past.START.plus(Duration.ofMinutes(NOON + minutes)),
                List.of(entity),
                List.of(new EventRef(1, 1, 0, 0, null, null)),
                "why",
                request,
                Finding.About.ACT);
    }
}
