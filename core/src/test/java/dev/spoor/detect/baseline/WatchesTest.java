package dev.spoor.detect.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.detect.baseline.Past.Asked;
import dev.spoor.event.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every watch that ships, by a case that it tells, a near one that it does not, and one that tries
 * to get round it and is told all the same.
 */
final class WatchesTest {
    private static final long DAY = 24 * 60;

    private enum Sort {
        POSITIVE,
        NEAR_MISS,
        EVASION
    }

    private record Case(String watch, Sort sort, String what, Kind kind, Consumer<Past> events) {
        List<Finding> told() {
            var past = new Past();
            events.accept(past);
            return Past.learned(kind, past.lines).findings().stream()
                    .filter(finding -> finding.rule().equals(watch))
                    .toList();
        }
    }

    private static final Asked PODS = new Asked("alice", "get", "pods", "shop");
    private static final Asked SECRETS = new Asked("alice", "get", "secrets", "shop");

    /** Alice and five others work for that many hours, three times an hour. */
    private static void work(Past past, int hours) {
        for (int minute = 0; minute < hours * 60; minute += 20) {
            past.at(minute, PODS);
            past.at(minute, SECRETS);
            for (int i = 0; i < 5; i++) {
                past.at(minute, new Asked("person-" + i, "list", "pods", "shop"));
            }
        }
    }

    private static Case audit(String watch, Sort sort, String what, Consumer<Past> after) {
        return new Case(
                watch,
                sort,
                what,
                Kind.KUBERNETES_AUDIT,
                past -> {
                    work(past, 25);
                    after.accept(past);
                });
    }

    private static final long NEXT = 25 * 60;

    private static List<Case> identities() {
        return List.of(
                audit(
                        "BAS-01",
                        Sort.POSITIVE,
                        "another program",
                        past -> past.at(NEXT, PODS.with("curl/8.5"))),
                audit(
                        "BAS-01",
                        Sort.NEAR_MISS,
                        "a new version",
                        past -> past.at(NEXT, PODS.with("kubectl/v1.34.0 (darwin/arm64)"))),
                audit(
                        "BAS-01",
                        Sort.EVASION,
                        "a name that begins alike",
                        past ->
                                past.at(
                                        NEXT,
                                        PODS.with("kubectl-proxy/v1.30.1 (kubectl/v1.30.1)"))),
                audit(
                        "BAS-02",
                        Sort.POSITIVE,
                        "another network",
                        past -> past.at(NEXT, PODS.from("203.0.113.9"))),
                audit(
                        "BAS-02",
                        Sort.NEAR_MISS,
                        "a neighbour's address",
                        past -> past.at(NEXT, PODS.from("10.0.0.200"))),
                audit(
                        "BAS-02",
                        Sort.EVASION,
                        "a forwarded address that is claimed",
                        past -> past.at(NEXT, PODS.from("10.0.0.7\",\"203.0.113.9"))),
                audit(
                        "BAS-03",
                        Sort.POSITIVE,
                        "a binding",
                        past ->
                                past.at(
                                        NEXT,
                                        new Asked("alice", "create", "rolebindings", "shop"))),
                audit(
                        "BAS-03",
                        Sort.NEAR_MISS,
                        "what it always does",
                        past -> past.at(NEXT, SECRETS)),
                audit(
                        "BAS-03",
                        Sort.EVASION,
                        "a patch instead of a create",
                        past -> past.at(NEXT, new Asked("alice", "patch", "rolebindings", "shop"))),
                audit(
                        "BAS-04",
                        Sort.POSITIVE,
                        "another namespace",
                        past -> past.at(NEXT, SECRETS.in("payments"))),
                audit(
                        "BAS-04",
                        Sort.NEAR_MISS,
                        "another verb that reads",
                        past -> past.at(NEXT, new Asked("alice", "list", "secrets", "shop"))),
                audit(
                        "BAS-04",
                        Sort.EVASION,
                        "all namespaces at once",
                        past -> past.at(NEXT, new Asked("alice", "list", "secrets", ""))),
                audit("BAS-05", Sort.POSITIVE, "a flood", past -> flood(past, 2_000, 1)),
                audit("BAS-05", Sort.NEAR_MISS, "a busy hour", past -> flood(past, 400, 1)),
                audit(
                        "BAS-05",
                        Sort.EVASION,
                        "a flood by many programs",
                        past -> flood(past, 2_000, 10)),
                audit(
                        "BAS-06",
                        Sort.POSITIVE,
                        "a stranger",
                        past -> past.at(NEXT, new Asked("mallory", "get", "pods", "shop"))),
                audit(
                        "BAS-06",
                        Sort.NEAR_MISS,
                        "a new workload",
                        past ->
                                past.at(
                                        NEXT,
                                        new Asked(
                                                "system:serviceaccount:a:b",
                                                "get",
                                                "pods",
                                                "shop"))),
                audit(
                        "BAS-06",
                        Sort.EVASION,
                        "a name that looks alike",
                        past -> past.at(NEXT, new Asked("Alice", "get", "pods", "shop"))));
    }

    private static void flood(Past past, int requests, int programs) {
        for (int i = 0; i < requests; i++) {
            past.at(NEXT + i / 100, PODS.with("p" + i % programs + "/1"));
        }
    }

    private static List<Case> habits() {
        return List.of(
                audit(
                        "BAS-07",
                        Sort.POSITIVE,
                        "secrets from the network of another habit",
                        past -> otherwise(past, SECRETS.from("10.9.9.9"))),
                audit(
                        "BAS-07",
                        Sort.NEAR_MISS,
                        "pods from there, as always",
                        past -> otherwise(past, PODS.from("10.9.9.9"))),
                audit(
                        "BAS-07",
                        Sort.EVASION,
                        "watching instead of reading",
                        past ->
                                otherwise(
                                        past,
                                        new Asked("alice", "watch", "secrets", "shop")
                                                .from("10.9.9.9"))),
                rare(Sort.POSITIVE, "the second time in nine days", past -> {}),
                rare(
                        Sort.NEAR_MISS,
                        "what was done in four hours",
                        past -> {
                            for (int hour = 1; hour < 4; hour++) {
                                past.at(DAY + hour * 60, bound());
                            }
                        }),
                rare(
                        Sort.EVASION,
                        "often within one hour",
                        past -> {
                            for (int i = 0; i < 40; i++) {
                                past.at(DAY, bound());
                            }
                        }),
                audit(
                        "BAS-09",
                        Sort.POSITIVE,
                        "program, network and namespace",
                        past -> differs(past, 0, 0)),
                audit(
                        "BAS-09",
                        Sort.NEAR_MISS,
                        "program and network",
                        past -> past.at(NEXT, PODS.with("curl/8").from("203.0.113.9"))),
                audit(
                        "BAS-09",
                        Sort.EVASION,
                        "spread over the turn of an hour",
                        past -> differs(past, 50, 70)));
    }

    private static void otherwise(Past past, Asked asked) {
        for (int hour = 0; hour < 25; hour++) {
            past.at(hour * 60, PODS.from("10.9.9.9"));
        }
        past.lines.sort(java.util.Comparator.comparing(WatchesTest::stamp));
        past.at(NEXT, asked);
    }

    private static String stamp(String line) {
        return line.substring(line.indexOf("requestReceivedTimestamp"));
    }

    private static Asked bound() {
        return new Asked("alice", "create", "rolebindings", "shop");
    }

    private static Case rare(Sort sort, String what, Consumer<Past> before) {
        return audit(
                "BAS-08",
                sort,
                what,
                past -> {
                    past.at(DAY, bound());
                    before.accept(past);
                    past.at(9 * DAY, PODS);
                    past.at(9 * DAY + 1, bound());
                });
    }

    private static void differs(Past past, int first, int second) {
        past.at(NEXT + first, PODS.with("curl/8").from("203.0.113.9"));
        past.at(NEXT + second, SECRETS.in("payments").with("curl/8").from("203.0.113.9"));
    }

    private static Case falco(String watch, Sort sort, String what, Consumer<Past> after) {
        return new Case(
                watch,
                sort,
                what,
                Kind.FALCO,
                past -> {
                    for (int hour = 0; hour < 26; hour++) {
                        alert(past, hour * 60, "web-7d4b9c8f6d-2xk4p", "reg/app", "10.2.3.4", 443);
                        alert(past, hour * 60 + 1, "web-7d4b9c8f6d-2xk4p", "reg/proxy", "", 0);
                        alert(past, hour * 60 + 2, "job-1", "reg/job", "10.2.9.9", 80);
                    }
                    after.accept(past);
                });
    }

    private static void alert(
            Past past, long minute, String pod, String image, String address, int port) {
        var talks = address.isEmpty() ? "" : ",\"fd.sip\":\"" + address + "\",\"fd.sport\":" + port;
        past.lines.add(
                """
                {"time":"%s","rule":"Outbound Connection","priority":"Notice","output":"x","source":"syscall","output_fields":\
                {"k8s.ns.name":"shop","k8s.pod.name":"%s","container.image.repository":"%s","container.image.tag":"v1"%s}}\
                """
                        .formatted(Past.START.plus(Duration.ofMinutes(minute)), pod, image, talks));
    }

    private static List<Case> workloads() {
        long next = 27 * 60;
        var pod = "web-7d4b9c8f6d-2xk4p";
        return List.of(
                falco(
                        "BAS-10",
                        Sort.POSITIVE,
                        "an image it never ran",
                        past -> alert(past, next, pod, "evil/miner", "", 0)),
                falco(
                        "BAS-10",
                        Sort.NEAR_MISS,
                        "a new version of its image",
                        past -> {
                            alert(past, next, pod, "reg/app", "", 0);
                            past.lines.add(past.lines.removeLast().replace("\"v1\"", "\"v2\""));
                            alert(past, next, pod, "reg/app@sha256:0123", "", 0);
                        }),
                falco(
                        "BAS-10",
                        Sort.EVASION,
                        "in another pod of it, with a name that begins alike",
                        past -> alert(past, next, "web-6c5d8b7f9-xbcdz", "reg/app-debug", "", 0)),
                falco(
                        "BAS-11",
                        Sort.POSITIVE,
                        "an address it never talked to",
                        past -> alert(past, next, pod, "reg/app", "203.0.113.9", 443)),
                falco(
                        "BAS-11",
                        Sort.NEAR_MISS,
                        "the next host of its service",
                        past -> alert(past, next, pod, "reg/app", "10.2.3.77", 443)),
                falco(
                        "BAS-11",
                        Sort.EVASION,
                        "another port of the same host",
                        past -> alert(past, next, pod, "reg/app", "10.2.3.4", 4444)));
    }

    private static Case logged(String watch, Sort sort, String what, Consumer<Past> after) {
        return new Case(
                watch,
                sort,
                what,
                Kind.CONTAINER_CRI,
                past -> {
                    for (int minute = 0; minute < 26 * 60; minute += 10) {
                        line(past, minute, "user u" + minute + " logged in from 10.0.0.7");
                        line(past, minute, "GET /cart/" + minute + " answered 200 in 5 ms");
                    }
                    after.accept(past);
                });
    }

    private static void line(Past past, long minute, String message) {
        var time = Past.START.plus(Duration.ofMinutes(minute)).toString();
        past.lines.add(time.replace("Z", ".000000001Z") + " stdout F " + message);
    }

    private static List<Case> lines() {
        long next = 27 * 60;
        return List.of(
                logged(
                        "BAS-12",
                        Sort.POSITIVE,
                        "a line of a new kind",
                        past -> line(past, next, "panic: runtime error in handler of upload")),
                logged(
                        "BAS-12",
                        Sort.NEAR_MISS,
                        "other numbers",
                        past -> line(past, next, "GET /cart/99 answered 503 in 700 ms")),
                logged(
                        "BAS-12",
                        Sort.EVASION,
                        "behind words of a known one",
                        past ->
                                line(
                                        past,
                                        next,
                                        "user u1 uploaded shell.jsp into webroot of tomcat today")),
                logged(
                        "BAS-13",
                        Sort.POSITIVE,
                        "one line again and again",
                        past -> {
                            for (int i = 0; i < 900; i++) {
                                line(past, next, "user u1 logged in from 10.0.0.7");
                            }
                        }),
                logged(
                        "BAS-13",
                        Sort.NEAR_MISS,
                        "a busy hour",
                        past -> {
                            for (int i = 0; i < 60; i++) {
                                line(past, next + i % 60, "user u1 logged in from 10.0.0.7");
                            }
                        }),
                logged(
                        "BAS-13",
                        Sort.EVASION,
                        "another user and address in each line",
                        past -> {
                            for (int i = 0; i < 900; i++) {
                                line(
                                        past,
                                        next,
                                        "user x"
                                                + i
                                                + " logged in from 10."
                                                + i % 9
                                                + "."
                                                + i % 200
                                                + ".7");
                            }
                        }));
    }

    private static List<Case> cases() {
        var cases = new ArrayList<Case>();
        List.of(identities(), habits(), workloads(), lines()).forEach(cases::addAll);
        return cases;
    }

    @TestFactory
    Collection<DynamicTest> everyCaseHolds() {
        return cases().stream()
                .map(one ->
                        DynamicTest.dynamicTest(
                                one.watch() + " " + one.sort() + ": " + one.what(),
                                () -> {
                                    var told = one.told();
                                    if (one.sort() == Sort.NEAR_MISS) {
                                        assertThat(told).isEmpty();
                                    } else {
                                        assertThat(told).hasSize(1);
                                        assertThat(told.getFirst().why()).doesNotContain("{");
                                    }
                                }))
                .toList();
    }

    @Test
    void everyWatchHasACaseOfEachSort() {
        var needed = new TreeSet<String>();
        for (var watch : Watch.shipped()) {
            for (var sort : Sort.values()) {
                needed.add(watch.id() + " " + sort);
            }
        }
        var there = new TreeSet<String>();
        cases().forEach(one -> there.add(one.watch() + " " + one.sort()));
        assertThat(there).isEqualTo(needed);
    }
}
