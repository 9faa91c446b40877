package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class AlertsTest {
    private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");

    private final List<Finding> findings = new ArrayList<>();

    private AlertsTest deleted(int minute, String user, String namespace) {
        return deleted(minute, user, namespace, "10.0.0.7", Level.MEDIUM);
    }

    private AlertsTest deleted(
            int minute, String user, String namespace, String address, Level level) {
        var bytes =
                """
                {"auditID":"a-%d","stage":"ResponseComplete","verb":"deletecollection","user":{"username":"%s"},"sourceIPs":["%s"],\
                "userAgent":"kubectl/v1.30","objectRef":{"resource":"persistentvolumeclaims","namespace":"%s"},"responseStatus":{"code":200}}\
                """
                        .formatted(findings.size(), user, address, namespace)
                        .getBytes(StandardCharsets.UTF_8);
        var event =
                AuditEvent.of(Objects.requireNonNull(Json.read(bytes, 0, bytes.length).value()));
        var ref = new EventRef(0, findings.size() + 1L, 0, 0, event.auditID(), event.stage());
        var source = new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
        findings.add(
                new Finding(
                        "F-" + (findings.size() + 1),
                        "IMP-02",
                        null,
                        null,
                        "Data removed",
                        level,
                        List.of("T1485"),
                        START.plus(Duration.ofMinutes(minute)),
                        List.of(new EntityRef("user", user)),
                        List.of(ref),
                        user + " deleted every claim of " + namespace,
                        new AuditRequest(source, event, List.of(ref)),
                        Finding.About.ACT));
        return this;
    }

    private List<Level> levels() {
        return Alerts.folded(findings).stream().map(Finding::level).toList();
    }

    @Test
    void whatOneHandDidToOneKindOfThingIsOneAlertThatTellsHowMany() {
        deleted(0, "alice", "a").deleted(1, "alice", "b").deleted(2, "alice", "c");
        var folded = Alerts.folded(findings);
        assertThat(levels()).containsExactly(Level.MEDIUM, Level.LOW, Level.LOW);
        assertThat(folded.getFirst().why())
                .endsWith("deleted every claim of a; 2 more like it until 2026-01-02T00:02:00Z");
        assertThat(folded.getLast().why()).endsWith("; told with F-1, the first of its kind");
        assertThat(folded).hasSize(3);
    }

    @Test
    void anotherHandOrAnotherAddressIsToldAgain() {
        deleted(0, "alice", "a").deleted(1, "bob", "b");
        deleted(2, "alice", "c", "203.0.113.9", Level.MEDIUM);
        assertThat(levels()).containsOnly(Level.MEDIUM);
    }

    @Test
    void whatIsHighIsAlwaysToldAgain() {
        deleted(0, "alice", "a", "10.0.0.7", Level.HIGH);
        deleted(1, "alice", "b", "10.0.0.7", Level.HIGH);
        assertThat(levels()).containsOnly(Level.HIGH);
    }

    @Test
    void afterAPauseOrADayItIsToldAgain() {
        deleted(0, "alice", "a").deleted(361, "alice", "b");
        assertThat(levels()).containsOnly(Level.MEDIUM);
        findings.clear();
        for (int hour = 0; hour <= 25; hour++) {
            deleted(hour * 60, "alice", "n" + hour);
        }
        assertThat(levels().stream().filter(level -> level == Level.MEDIUM)).hasSize(2);
        assertThat(levels().get(25)).isEqualTo(Level.MEDIUM);
    }
}
