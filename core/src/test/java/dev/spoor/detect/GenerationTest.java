package dev.spoor.detect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import org.junit.jupiter.api.Test;

/**
 * A ledger begins new dictionaries when a segment is full, between an event's scan and its judging.
 */
class GenerationTest {
    private static final String EVENT =
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata",\
            "auditID":"9e46e3b1-f57e-43a3-aaa5-%012d","stage":"ResponseComplete",\
            "requestURI":"/api/v1/namespaces/shop/pods/web/%s","verb":"%s",\
            "user":{"username":"%s","groups":["system:authenticated"]},"sourceIPs":["10.0.0.%d"],\
            "userAgent":"%s","objectRef":{"resource":"pods","namespace":"shop","name":"web",\
            "apiVersion":"v1","subresource":"%s"},"responseStatus":{"metadata":{},"code":%d},\
            "requestReceivedTimestamp":"2026-01-02T03:04:05.%06dZ",\
            "stageTimestamp":"2026-01-02T03:04:05.%06dZ"}\
            """;

    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();
    private final Detector detector = new Detector(RuleSets.shipped().rules(), new Facts());
    private final InMemoryEvents events = new InMemoryEvents();
    private final int source =
            events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
    private int taken;

    private void take(String text, boolean last) {
        var bytes = text.getBytes(UTF_8);
        var record = new Received();
        record.plain(bytes, 0, bytes.length);
        record.source = source;
        record.line = ++taken;
        scanner.scan(Kind.KUBERNETES_AUDIT, bytes, 0, bytes.length, scanned);
        events.take(record);
        if (last) {
            scanner.newGeneration();
        }
        detector.take(record, scanned, events.sources().get(source), taken - 1L);
    }

    private static String exec(int i) {
        return EVENT.formatted(
                i, "exec?command=sh", "get", "mallory", 1, "kubectl/v1.34.1", "exec", 101, i, i);
    }

    private static String quiet(int i) {
        return EVENT.formatted(
                i,
                "status",
                "patch",
                "system:node:n1",
                2,
                "kubelet/v1.34.1 (linux/amd64) kubernetes/93248f9",
                "status",
                200,
                i,
                i);
    }

    @Test
    void theLastEventOfASegmentSaysNothingOfTheValuesOfTheNext() {
        take(exec(1), true);
        for (int i = 2; i < 20; i++) {
            take(quiet(i), false);
        }
        take(exec(20), false);
        var found = detector.finish(events, true).findings();
        assertThat(found).isNotEmpty();
        assertThat(
                        found.stream()
                                .flatMap(finding -> finding.events().stream())
                                .map(e -> e.line())
                                .distinct())
                .containsExactlyInAnyOrder(1L, 20L);
    }
}
