package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.detect.Readiness;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.query.InMemoryEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A made log: requests as a test writes them, and findings on them. */
final class Made {
    static final Instant NOON = Instant.parse("2026-03-04T12:00:00Z");

    final InMemoryEvents events = new InMemoryEvents();
    final List<Finding> findings = new ArrayList<>();
    private int line;

    Made() {
        events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
    }

    Told told() {
        return told(findings);
    }

    Told told(List<Finding> these) {
        return Incidents.tell(these, events, List.of(), new Readiness(List.of()));
    }

    /**
     * A request by a person with kubectl; change it before {@link Request#found} or {@link
     * Request#add}.
     */
    Request by(String user) {
        return new Request(user);
    }

    final class Request {
        private final ObjectNode tree = Json.mapper().createObjectNode();
        private Instant time = NOON;
        private String rule = "EXE-01";
        private Level level = Level.MEDIUM;
        private String technique = "T1609";
        private Finding.About about = Finding.About.ACT;

        Request(String user) {
            tree.put("kind", "Event").put("level", "RequestResponse");
            tree.put("stage", "ResponseComplete");
            tree.putObject("user").put("username", user).putObject("extra");
            tree.putArray("sourceIPs").add("192.0.2.1");
            tree.put("userAgent", "kubectl/v1.35.2");
            tree.putObject("annotations");
            get("pods", "exec", "shop/web-1", 101);
        }

        Request after(long seconds) {
            time = NOON.plusSeconds(seconds);
            return this;
        }

        Request from(String address, String agent) {
            tree.putArray("sourceIPs").add(address);
            tree.put("userAgent", agent);
            return this;
        }

        Request as(String impersonated) {
            tree.putObject("impersonatedUser").put("username", impersonated);
            return this;
        }

        Request extra(String key, String value) {
            ((ObjectNode) tree.path("user").path("extra"))
                    .putArray("authentication.kubernetes.io/" + key)
                    .add(value);
            return this;
        }

        Request credential(String id) {
            return extra("credential-id", id);
        }

        Request userUid(String uid) {
            ((ObjectNode) tree.path("user")).put("uid", uid);
            return this;
        }

        Request annotation(String key, String value) {
            ((ObjectNode) tree.path("annotations")).put(key, value);
            return this;
        }

        Request get(String resource, String sub, String object, int code) {
            return does("get", resource, sub, object, code);
        }

        Request does(String verb, String resource, String sub, String object, int code) {
            tree.put("verb", verb);
            tree.put("requestURI", "/" + resource + "/" + object);
            var ref = tree.putObject("objectRef").put("resource", resource);
            if (!sub.isEmpty()) {
                ref.put("subresource", sub);
            }
            int slash = object.indexOf('/');
            if (slash > 0) {
                ref.put("namespace", object.substring(0, slash));
            }
            if (slash < object.length() - 1) {
                ref.put("name", object.substring(slash + 1));
            }
            tree.putObject("responseStatus").put("code", code);
            return this;
        }

        Request uri(String uri) {
            tree.put("requestURI", uri);
            return this;
        }

        Request uid(String uid) {
            ((ObjectNode) tree.path("objectRef")).put("uid", uid);
            return this;
        }

        Request body(String json) {
            tree.set("requestObject", Json.mapper().readTree(json));
            return this;
        }

        Request answer(String json) {
            tree.set("responseObject", Json.mapper().readTree(json));
            return this;
        }

        Request rule(String id, Level level, String technique) {
            this.rule = id;
            this.level = level;
            this.technique = technique;
            return this;
        }

        Request actorOnly() {
            about = Finding.About.ACTOR;
            return this;
        }

        EventRef add() {
            line++;
            tree.put("auditID", "a-" + line);
            tree.put("requestReceivedTimestamp", time.toString());
            var bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
            var received = new Received();
            received.plain(bytes, 0, bytes.length);
            received.line = line;
            events.take(received);
            return new EventRef(0, line, 0, line - 1, "a-" + line, "ResponseComplete");
        }

        Finding found() {
            var ref = add();
            var event = AuditEvent.of(tree);
            var finding =
                    new Finding(
                            "F-" + (findings.size() + 1),
                            rule,
                            null,
                            null,
                            rule,
                            level,
                            List.of(technique),
                            time,
                            List.of(new EntityRef("user", event.user())),
                            List.of(ref),
                            event.user() + " did " + event.verb() + " " + event.what(),
                            new AuditRequest(events.sources().getFirst(), event, List.of(ref)),
                            about);
            findings.add(finding);
            return finding;
        }
    }
}
