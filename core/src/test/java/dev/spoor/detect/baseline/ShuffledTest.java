package dev.spoor.detect.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.Kind;
import dev.spoor.incident.Risk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The same findings and the same risk, however the records come: ten minutes early or late, or
 * twice.
 */
final class ShuffledTest {
    private static final List<String> PROGRAMS =
            List.of("kubectl/v1.30.1", "k9s/0.32", "helm/3.1", "curl/8.5.0", "python/3");

    private static final List<String> DEEDS =
            List.of(
                    "get pods",
                    "list pods",
                    "get secrets",
                    "list secrets",
                    "get pods/exec",
                    "create rolebindings",
                    "patch deployments",
                    "create cronjobs");

    private record Came(long at, String line) {}

    /** Four days of people and accounts that have habits and now and then do something else. */
    private static Past days(Random random) {
        var past = new Past();
        for (int minute = 0; minute < 4 * 24 * 60; minute += 1 + random.nextInt(3)) {
            int who = random.nextInt(12);
            boolean odd = random.nextInt(150) == 0;
            var user = who < 8 ? "person-" + who : "system:serviceaccount:ns-" + who + ":app";
            if (random.nextInt(2_000) == 0) {
                user = "stranger-" + minute;
            }
            var deed = DEEDS.get(odd ? random.nextInt(DEEDS.size()) : who % 3).split(" ");
            var asked =
                    new Past.Asked(user, deed[0], deed[1], "ns-" + (odd ? random.nextInt(9) : who))
                            .with(PROGRAMS.get(odd ? random.nextInt(5) : who % 2))
                            .from("10." + (odd ? random.nextInt(9) : 0) + ".0." + who)
                            .of("team-" + who % 2);
            int burst = random.nextInt(1_500) == 0 ? 900 : 1;
            for (int i = 0; i < burst; i++) {
                past.at(minute, asked);
            }
        }
        return past;
    }

    private static List<String> shuffled(Past past, Random random) {
        var came = new ArrayList<Came>();
        for (var line : past.lines) {
            long at = minute(line) * 60;
            came.add(new Came(at + random.nextInt(-600, 600), line));
            if (random.nextInt(4) == 0) {
                came.add(new Came(at + random.nextInt(-600, 600), line));
            }
        }
        Collections.shuffle(came, random);
        came.sort(Comparator.comparingLong(Came::at));
        return came.stream().map(Came::line).toList();
    }

    private static long minute(String line) {
        int from = line.indexOf("requestReceivedTimestamp\":\"") + 27;
        var time = java.time.Instant.parse(line.substring(from, line.indexOf('"', from)));
        return Duration.between(Past.START, time).toMinutes();
    }

    @Test
    void recordsThatAreShuffledByTenMinutesOrComeTwiceSayTheSame() {
        for (long seed = 1; seed <= 4; seed++) {
            var random = new Random(seed);
            var past = days(random);
            var inOrder = Past.learned(Kind.KUBERNETES_AUDIT, past.lines);
            var findings = inOrder.findings();
            var rules = new HashMap<String, Integer>();
            findings.forEach(finding -> rules.merge(finding.rule(), 1, Integer::sum));
            assertThat(rules.keySet()).as("seed %d", seed).contains("BAS-01", "BAS-02", "BAS-04");
            var segments = Past.learned(Kind.KUBERNETES_AUDIT, past.lines, 97);
            assertThat(Past.told(segments.findings()))
                    .as("seed %d", seed)
                    .isEqualTo(Past.told(findings));
            var shells = shells();
            for (int i = 0; i < 2; i++) {
                var other = Past.learned(Kind.KUBERNETES_AUDIT, shuffled(past, random));
                assertThat(Past.told(other.findings()))
                        .as("seed %d", seed)
                        .isEqualTo(Past.told(findings));
                assertThat(Past.told(other.weighed(shells)))
                        .as("seed %d", seed)
                        .isEqualTo(Past.told(inOrder.weighed(shells)));
                var at = Past.START.plus(Duration.ofDays(4));
                assertThat(Risk.of(other.findings(), at))
                        .as("seed %d", seed)
                        .isEqualTo(Risk.of(findings, at));
            }
        }
    }

    private static List<Finding> shells() {
        var shells = new ArrayList<Finding>();
        for (int i = 0; i < 40; i++) {
            var user = "person-" + i % 8;
            long minute = 2 * 1440 + i * 67L;
            shells.add(
                    Past.finding(
                            "EXE-01",
                            minute,
                            Past.shell(user).in("ns-" + i % 9).from("10.0.0." + i % 8)));
        }
        return shells;
    }
}
