package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
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
import java.util.Objects;

/** Requests of a made-up past, and what baselines make of them. */
final class Past {
    static final Instant START = Instant.parse("2026-01-02T00:00:00Z");

    static final Source SOURCE =
            new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);

    final List<String> lines = new ArrayList<>();

    /** Who asks, how, and what. */
    record Asked(
            String user,
            String verb,
            String what,
            String where,
            String agent,
            String address,
            List<String> groups,
            String credential) {
        Asked(String user, String verb, String what, String where) {
            this(user, verb, what, where, "kubectl/v1.30.1", "10.0.0.7", List.of(), "");
        }

        Asked with(String program) {
            return new Asked(user, verb, what, where, program, address, groups, credential);
        }

        Asked from(String place) {
            return new Asked(user, verb, what, where, agent, place, groups, credential);
        }

        Asked of(String... teams) {
            return new Asked(user, verb, what, where, agent, address, List.of(teams), credential);
        }

        Asked by(String id) {
            return new Asked(user, verb, what, where, agent, address, groups, id);
        }

        Asked in(String namespace) {
            return new Asked(user, verb, what, namespace, agent, address, groups, credential);
        }
    }

    static Asked shell(String user) {
        return new Asked(user, "get", "pods/exec", "shop");
    }

    Past at(long minute, Asked asked) {
        lines.add(line(lines.size(), minute, asked));
        return this;
    }

    private static String line(int number, long minute, Asked asked) {
        var groups = new ArrayList<>(asked.groups);
        groups.add("system:authenticated");
        var what = asked.what.split("/");
        return """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"id-%d","stage":"ResponseComplete",\
        "requestURI":"/api/v1/x","verb":"%s","user":{"username":"%s","groups":["%s"]%s},"sourceIPs":["%s"],\
        "userAgent":"%s","objectRef":{"resource":"%s"%s,"namespace":"%s","name":"n"},"responseStatus":{"metadata":{},"code":200},\
        "requestReceivedTimestamp":"%s","stageTimestamp":"%s"}\
        """
                .formatted(
                        number,
                        asked.verb,
                        asked.user,
                        String.join("\",\"", groups),
                        asked.credential.isEmpty()
                                ? ""
                                : ",\"extra\":{\"authentication.kubernetes.io/credential-id\":[\""
                                        + asked.credential
                                        + "\"]}",
                        asked.address,
                        asked.agent,
                        what[0],
                        what.length == 1 ? "" : ",\"subresource\":\"" + what[1] + "\"",
                        asked.where,
                        stamp(minute, "1Z"),
                        stamp(minute, "2Z"));
    }

    private static String stamp(long minute, String end) {
        return START.plus(Duration.ofMinutes(minute)).toString().replace("Z", ".00000" + end);
    }

    Baselines learned() {
        return learned(SOURCE.kind(), lines);
    }

    static Baselines learned(Kind kind, List<String> lines) {
        return learned(kind, lines, Integer.MAX_VALUE);
    }

    /** As a scan that begins a new segment, and so new codes, after so many lines. */
    static Baselines learned(Kind kind, List<String> lines, int segment) {
        var source = new Source(0, kind, Wrapping.NATIVE, "some.log", null);
        var baselines = new Baselines(Watch.shipped(), Duration.ofHours(24), null);
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var record = new Received();
        long position = 0;
        for (var line : lines) {
            var bytes = line.getBytes(StandardCharsets.UTF_8);
            record.plain(bytes, 0, bytes.length);
            record.line = ++position;
            if (position % segment == 0) {
                scanner.newGeneration();
            }
            scanner.scan(kind, bytes, 0, bytes.length, scanned);
            baselines.take(record, scanned, source, position);
        }
        return baselines;
    }

    /** Without line numbers and positions, which the order decides. */
    static List<String> told(List<Finding> findings) {
        return findings.stream()
                .map(finding ->
                        finding.rule()
                                + " "
                                + finding.level()
                                + " "
                                + finding.time()
                                + " "
                                + finding.entities()
                                + " "
                                + finding.why()
                                + " "
                                + finding.events().stream()
                                        .map(event -> event.auditID())
                                        .sorted()
                                        .toList())
                .sorted()
                .toList();
    }

    /** What a rule says at level medium of a request at that minute, after this past. */
    static Finding finding(String rule, long minute, Asked asked) {
        var bytes = line(999_999, minute, asked).getBytes(StandardCharsets.UTF_8);
        var event =
                AuditEvent.of(Objects.requireNonNull(Json.read(bytes, 0, bytes.length).value()));
        var ref = new EventRef(0, 1, 0, 0, event.auditID(), event.stage());
        var object = new EntityRef("pod", event.object().namespace() + "/n");
        return new Finding(
                "F-1",
                rule,
                null,
                null,
                "title",
                Level.MEDIUM,
                List.of(),
                event.time(),
                List.of(new EntityRef("user", event.user()), object),
                List.of(ref),
                "why",
                new AuditRequest(SOURCE, event, List.of(ref)),
                Finding.About.ACT);
    }
}
