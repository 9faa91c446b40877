package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;

/** The recorded attacks of {@code scenarios/kube-apiserver}, with their labels. */
final class Recordings {
    static final Path FOLDER = Path.of("..", "scenarios", "kube-apiserver");

    private Recordings() {}

    /**
     * A labelled recording.
     *
     * @param own audit ids of the actor's requests
     */
    record Scenario(String id, String actor, boolean malicious, Set<String> own) {
        @Override
        public String toString() {
            return id;
        }
    }

    static List<Scenario> all() {
        var all = new ArrayList<Scenario>();
        for (var node : labels().path("scenarios")) {
            var own = new HashSet<String>();
            node.path("auditIDs").forEach(id -> own.add(id.asString()));
            all.add(
                    new Scenario(
                            node.path("id").asString(),
                            node.path("actor").asString(),
                            node.path("malicious").asBoolean(),
                            Set.copyOf(own)));
        }
        return all;
    }

    static List<Scenario> malicious() {
        return all().stream().filter(Scenario::malicious).toList();
    }

    private static JsonNode labels() {
        try {
            return Json.MAPPER.readTree(Files.readAllBytes(FOLDER.resolve("labels.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds a recording as a source of its own. */
    static void read(InMemoryEvents events, Scenario scenario) {
        var file = FOLDER.resolve("attacks").resolve(scenario.id() + ".ndjson.gz");
        int source = events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, file.toString(), null);
        var received = new Received();
        try (var in = new GZIPInputStream(Files.newInputStream(file))) {
            var bytes = in.readAllBytes();
            int from = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] == '\n') {
                    received.plain(bytes, from, i - from);
                    received.source = source;
                    received.line++;
                    events.take(received);
                    from = i + 1;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Findings as rules might make them: on the labelled requests, and at level low on every read
     * of secrets by a person.
     */
    static List<Finding> findings(InMemoryEvents events, List<Scenario> scenarios) {
        var own = new HashSet<String>();
        scenarios.forEach(scenario -> own.addAll(scenario.own()));
        var requests = new LinkedHashMap<String, List<EventRef>>();
        var last = new LinkedHashMap<String, AuditEvent>();
        for (var stored : events.events()) {
            var event = AuditEvent.of(stored.fields().tree());
            var ref =
                    new EventRef(
                            stored.source().id(),
                            stored.line(),
                            stored.item(),
                            stored.position(),
                            event.auditID(),
                            event.stage());
            requests.computeIfAbsent(event.auditID(), _ -> new ArrayList<>()).add(ref);
            last.put(event.auditID(), event);
        }
        var findings = new ArrayList<Finding>();
        requests.forEach((id, refs) -> {
            var event = Objects.requireNonNull(last.get(id));
            var level = level(event, own.contains(id));
            if (level != Level.INFORMATIONAL) {
                findings.add(
                        new Finding(
                                "F-" + (findings.size() + 1),
                                rule(event),
                                null,
                                null,
                                "made",
                                level,
                                List.of(),
                                event.time(),
                                List.of(new EntityRef("user", event.user())),
                                refs,
                                event.user() + " did " + event.verb() + " " + event.what(),
                                new AuditRequest(source(events, refs), event, refs),
                                false));
            }
        });
        return findings;
    }

    private static Source source(InMemoryEvents events, List<EventRef> refs) {
        return events.sources().get(refs.getFirst().source());
    }

    private static Level level(AuditEvent event, boolean own) {
        var ref = event.object();
        if (!own) {
            return ref.resource().equals("secrets") && event.user().contains("@")
                    ? Level.LOW
                    : Level.INFORMATIONAL;
        }
        if (ref.resource().isEmpty() && !event.user().equals(Actor.ANONYMOUS)) {
            return Level.INFORMATIONAL;
        }
        if (ref.resource().equals("nodes") && ref.subresource().equals("proxy")) {
            return Level.MEDIUM;
        }
        boolean reads = Set.of("get", "list", "watch").contains(event.verb());
        return reads && ref.subresource().isEmpty() || !event.succeeded()
                ? Level.LOW
                : Level.MEDIUM;
    }

    private static String rule(AuditEvent event) {
        return switch (event.object().resource()) {
            case "secrets", "configmaps", "serviceaccounts" -> "CRE-01";
            case "roles", "rolebindings", "clusterroles", "clusterrolebindings" -> "RBA-01";
            case "pods", "deployments", "cronjobs" -> "EXE-01";
            default -> "DIS-01";
        };
    }
}
