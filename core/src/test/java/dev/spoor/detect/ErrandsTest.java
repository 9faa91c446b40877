package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EventRef;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What belongs to an act besides the request that the rule found. */
class ErrandsTest {
    private static final Source SOURCE =
            new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "test", null);
    private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

    private final Errands errands = new Errands();
    private final Rule rule =
            RuleSets.shipped().rules().stream()
                    .filter(one -> one.id().equals("EXE-01"))
                    .findFirst()
                    .orElseThrow();
    private long lines;
    private final List<EventRef> given = new ArrayList<>();

    private final Findings.Draft act =
            new Findings.Draft(rule, errands) {
                @Override
                void errand(List<EventRef> records) {
                    given.addAll(records);
                }
            };
    private final Findings.Draft look = new Findings.Draft(rule, errands);

    private EventRef note(
            Findings.Draft draft, int second, String user, String verb, String what, String name) {
        int slash = what.indexOf('/');
        var tree = Json.mapper().createObjectNode();
        tree.put("verb", verb).put("userAgent", "kubectl");
        tree.put("requestReceivedTimestamp", NOON.plusSeconds(second).toString());
        tree.putObject("user").put("username", user);
        tree.putArray("sourceIPs").add("10.0.0.1");
        if (what.startsWith("/")) {
            tree.put("requestURI", what);
        } else {
            var ref = tree.putObject("objectRef").put("namespace", "shop").put("name", name);
            ref.put("resource", slash < 0 ? what : what.substring(0, slash));
            if (slash >= 0) {
                ref.put("subresource", what.substring(slash + 1));
            }
        }
        var record = new EventRef(0, ++lines, 0, 0, "", "");
        errands.note(draft, new AuditRequest(SOURCE, AuditEvent.of(tree), List.of(record)));
        return record;
    }

    @Test
    void whatTheSameClientLookedAtBeforeOrAfterBelongsToTheAct() {
        var api = note(look, -3, "alice", "get", "/api?timeout=32s", "");
        var before = note(look, -60, "alice", "get", "pods", "web");
        note(act, 0, "alice", "get", "pods/exec", "web");
        var after = note(look, 30, "alice", "get", "pods", "web");
        errands.settle();
        assertThat(given).containsExactlyInAnyOrder(api, before, after);
    }

    @Test
    void othersAndOtherObjectsAndOtherTimesDoNotBelongToIt() {
        note(look, -1, "bob", "get", "pods", "web");
        note(look, -1, "alice", "get", "pods", "api");
        note(look, -121, "alice", "get", "pods", "web");
        note(look, 61, "alice", "get", "pods", "web");
        note(look, -6, "alice", "get", "/apis", "");
        note(look, 1, "alice", "get", "/apis", "");
        note(look, 0, "alice", "get", "pods", "web");
        note(look, -1, "alice", "list", "pods", "");
        note(act, 0, "alice", "create", "pods/exec", "web");
        errands.settle();
        assertThat(given).isEmpty();
    }

    @Test
    void theSameHandsRemovalBelongsToWhatItMade() {
        note(act, 0, "alice", "create", "deployments", "miner");
        var gone = note(look, 590, "alice", "delete", "deployments", "miner");
        note(look, 601, "alice", "delete", "deployments", "miner");
        note(look, 30, "bob", "delete", "deployments", "miner");
        errands.settle();
        assertThat(given).containsExactly(gone);
    }

    @Test
    void anObjectMadeWithoutARecordedNameIsFoundByItsKindAndNamespace() {
        var before = note(look, -1, "alice", "get", "deployments", "miner");
        note(act, 0, "alice", "create", "deployments", "");
        errands.settle();
        assertThat(given).containsExactly(before);
    }

    @Test
    void aSwarmOfActsAndLooksStaysBounded() {
        for (int i = 0; i < 2_000; i++) {
            note(act, i % 60, "alice", "patch", "pods", "web");
            note(look, i % 60, "alice", "get", "pods", "web");
        }
        errands.settle();
        assertThat(given).hasSizeLessThanOrEqualTo(2_000 * 2 * 16);
    }
}
