package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest {
    private static final String EXEC =
            """
            title: Exec
            logsource: {product: kubernetes, service: audit}
            detection:
              exec: {objectRef.subresource: exec}
              refused: {responseStatus.code: 403}
              condition: exec
            level: high
            tags: [attack.t1609]
            spoor:
              id: EXE-01
              why: "{actor} ran a command in {object} from {address} ({verb}, {code})"
              levels: [{when: refused, level: low, why: "{user} was refused"}]
            """;
    private static final String SECRETS =
            """
            title: Secrets
            logsource: {product: kubernetes, service: audit}
            detection:
              selection: {objectRef.resource: secrets}
              condition: selection
            level: low
            spoor: {id: CRE-01, group: act-hour, why: "{user} read {object}"}
            """;
    private static final String BODY =
            """
            title: Privileged
            logsource: {product: kubernetes, service: audit}
            detection:
              write: {verb: create, objectRef.resource: [pods, deployments]}
              bad: {spoor.pod.privileged: true}
              condition: write and bad
            level: high
            spoor: {id: ESC-01, needs: [requestObject]}
            """;

    private static String event(String id, String stage, String more) {
        return """
        {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%s","stage":"%s",\
        "requestReceivedTimestamp":"2026-01-02T03:04:05.000001Z",%s}\
        """
                .formatted(id, stage, more);
    }

    private static String exec(String id, String stage, String user, int code) {
        return event(
                id,
                stage,
                "\"verb\":\"get\",\"user\":{\"username\":\""
                        + user
                        + "\"},\"sourceIPs\":[\"10.0.0.1\"],\"objectRef\":{\"resource\":\"pods\",\"namespace\":\"shop\",\"name\":\"web\",\"subresource\":\"exec\"}"
                        + (code == 0
                                ? ""
                                : ",\"responseStatus\":{\"metadata\":{},\"code\":" + code + "}"));
    }

    @Test
    void theStagesOfARequestAreOneFindingToldByTheLast() {
        var found =
                Flow.of(EXEC)
                        .audit(
                                exec("a", "RequestReceived", "alice", 0),
                                exec("b", "RequestReceived", "bob", 0),
                                exec("a", "ResponseStarted", "alice", 101),
                                exec("b", "ResponseComplete", "bob", 403),
                                exec("a", "ResponseComplete", "alice", 101))
                        .finish()
                        .findings();
        assertThat(found).hasSize(2);
        assertThat(found.getFirst().why())
                .isEqualTo("alice ran a command in shop/web from 10.0.0.1 (get, 101)");
        assertThat(found.getFirst().level()).isEqualTo(Level.HIGH);
        assertThat(found.getFirst().techniques()).containsExactly("T1609");
        assertThat(found.getFirst().events())
                .extracting(EventRef::line)
                .containsExactly(1L, 3L, 5L);
        assertThat(found.getFirst().entities())
                .containsExactly(
                        new EntityRef("user", "alice"),
                        new EntityRef("pod", "shop/web"),
                        new EntityRef("ip", "10.0.0.1"));
        assertThat(found.getLast().why()).isEqualTo("bob was refused");
        assertThat(found.getLast().level()).isEqualTo(Level.LOW);
    }

    @Test
    void whatTheEventDoesNotSayIsToldOnceInBrackets() {
        var rule =
                EXEC.replaceFirst(
                        "why: .*",
                        "why: \"{actor} sent {userAgent} to {object} ({requestObject.kind})\"");
        assertThat(
                        Flow.of(rule)
                                .audit(exec("a", "ResponseComplete", "alice", 101))
                                .finish()
                                .findings())
                .extracting(Finding::why)
                .containsExactly("alice sent (not recorded) to shop/web (not recorded)");
    }

    @Test
    void aRuleThatHoldsOnlyBeforeTheLastStageFindsNothing() {
        var noAnswer =
                EXEC.replace("condition: exec", "condition: exec and not refused")
                        .replaceAll("levels.*", "group: none");
        assertThat(
                        Flow.of(noAnswer)
                                .audit(
                                        exec("a", "RequestReceived", "alice", 0),
                                        exec("a", "ResponseComplete", "alice", 403))
                                .finish()
                                .findings())
                .isEmpty();
    }

    @Test
    void stagesInSeveralFilesOfOneLogAreOneRequest() {
        var found =
                Flow.of(EXEC)
                        .audit(exec("a", "ResponseComplete", "alice", 101))
                        .audit(exec("a", "RequestReceived", "alice", 0))
                        .finish();
        assertThat(found.findings()).hasSize(1);
        assertThat(found.findings().getFirst().events()).hasSize(2);
        assertThat(found.gaps()).isEmpty();
    }

    @Test
    void anAuditIdUsedTwiceHidesNothingAndIsAGap() {
        var found =
                Flow.of(EXEC)
                        .audit(
                                exec("a", "ResponseComplete", "alice", 101),
                                exec("a", "ResponseComplete", "mallory", 101),
                                exec("a", "ResponseComplete", "mallory", 101))
                        .finish();
        assertThat(found.findings()).hasSize(2);
        assertThat(found.gaps()).hasSize(1);
        assertThat(found.gaps().getFirst().kind()).isEqualTo("repeat");
        assertThat(found.gaps().getFirst().detail()).contains("2 different requests");
    }

    @Test
    void anEndThatContradictsAnEarlierOneIsJudgedToo() {
        var harmless =
                exec("a", "ResponseComplete", "alice", 200)
                        .replace("\"exec\"", "\"log\"")
                        .replace("alice", "mallory");
        var found =
                Flow.of(EXEC)
                        .audit(harmless, exec("a", "ResponseComplete", "mallory", 101))
                        .finish();
        assertThat(found.findings()).hasSize(1);
        assertThat(found.findings().getFirst().events()).hasSize(2);
        assertThat(found.gaps().getFirst().detail()).contains("told in different words");
    }

    @Test
    void aRecordWithoutAnAuditIdIsJudgedAlone() {
        var found =
                Flow.of(EXEC)
                        .audit(
                                exec("a", "ResponseComplete", "alice", 101)
                                        .replace("\"auditID\":\"a\",", ""))
                        .finish()
                        .findings();
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().entities()).contains(new EntityRef("user", "alice"));
    }

    @Test
    void identicalActsWithinAnHourAreOneFinding() {
        var lines = new ArrayList<String>();
        for (int i = 0; i < 60; i++) {
            lines.add(secret("x" + i, "alice", "db"));
        }
        lines.add(secret("y", "alice", "other"));
        lines.add(secret("z", "bob", "db"));
        var found = Flow.of(SECRETS).audit(lines.toArray(String[]::new)).finish().findings();
        assertThat(found)
                .extracting(Finding::why)
                .containsExactly(
                        "alice read shop/db (60 requests within the hour)",
                        "alice read shop/other",
                        "bob read shop/db");
        assertThat(found.getFirst().events()).hasSize(60);
        assertThat(found.getFirst().about()).isEqualTo(Finding.About.ACT);
    }

    @Test
    void aRuleThatNamesAnActorIsOneFindingPerActorAndHour() {
        var found =
                Flow.of(SECRETS.replace("act-hour", "actor-hour"))
                        .audit(
                                secret("1", "alice", "a"),
                                secret("2", "alice", "b"),
                                secret("3", "bob", "b"),
                                secret("4", "alice", "b").replace("T03:", "T04:"))
                        .finish()
                        .findings();
        assertThat(found).hasSize(3).allMatch(finding -> finding.about() == Finding.About.ACTOR);
        assertThat(found).extracting(one -> one.events().size()).containsExactly(2, 1, 1);
    }

    private static String secret(String id, String user, String name) {
        return event(
                id,
                "ResponseComplete",
                "\"verb\":\"get\",\"user\":{\"username\":\""
                        + user
                        + "\"},\"objectRef\":{\"resource\":\"secrets\",\"namespace\":\"shop\",\"name\":\""
                        + name
                        + "\"}");
    }

    /** Nobody may be told to have done what the server did not let them do. */
    @ParameterizedTest
    @ValueSource(ints = {403, 404, 409, 500})
    void noShippedRuleTellsWhatFailedAsDone(int code) {
        var tried = List.of("create", "delete", "get", "list", "patch");
        var things =
                List.of(
                        "namespaces,,evil,",
                        "pods,shop,web,",
                        "pods,shop,web,log",
                        "services,shop,web,",
                        "configmaps,kube-public,cluster-info,",
                        "serviceaccounts,shop,helper,",
                        "daemonsets,shop,agent,",
                        "clusterroles,,admin,",
                        "networkpolicies,shop,deny,");
        var lines = new ArrayList<String>();
        for (var verb : tried) {
            for (var thing : things) {
                var part = thing.split(",", -1);
                lines.add(
                        event(
                                "id-" + lines.size(),
                                "ResponseComplete",
                                "\"verb\":\"%s\",\"user\":{\"username\":\"eve\"},\"sourceIPs\":[\"10.0.0.1\"],\"userAgent\":\"kubectl/v1\",\"objectRef\":{\"resource\":\"%s\",\"namespace\":\"%s\",\"name\":\"%s\",\"subresource\":\"%s\"},\"responseStatus\":{\"code\":%d}"
                                        .formatted(
                                                verb, part[0], part[1], part[2], part[3], code)));
            }
        }
        var found =
                new Flow(RuleSets.shipped().rules())
                        .audit(lines.toArray(String[]::new))
                        .finish()
                        .findings();
        assertThat(found).hasSizeGreaterThan(code == 403 ? 30 : 10);
        assertThat(found)
                .filteredOn(finding -> finding.about() == Finding.About.ACT)
                .allSatisfy(finding ->
                        assertThat(finding.why())
                                .as(finding.rule())
                                .containsPattern("tried|refused|asked|there was none|it failed"));
    }

    @Test
    void whatAnAttackerWritesCannotBreakTheSentence() {
        var found =
                Flow.of(EXEC)
                        .audit(
                                exec(
                                        "a",
                                        "ResponseComplete",
                                        "eve\\u001b[31m\\u202e{user}$1\\n" + "x".repeat(500),
                                        101))
                        .finish()
                        .findings();
        assertThat(found.getFirst().why())
                .startsWith("eve\\u001b[31m\\u202e{user}$1\\u000axxx")
                .contains("x… ran a command")
                .hasSizeLessThan(400);
    }

    @Test
    void aBlindRuleSaysWhichBodiesAreMissing() {
        var create = "\"verb\":\"create\",\"objectRef\":{\"resource\":\"%s\",\"namespace\":\"a\"}";
        var flow =
                Flow.of(BODY)
                        .audit(
                                event("1", "RequestReceived", create.formatted("pods")),
                                event("1", "ResponseComplete", create.formatted("pods")),
                                event("2", "ResponseComplete", create.formatted("deployments"))
                                        .replace("Metadata", "RequestResponse"),
                                event("3", "ResponseComplete", create.formatted("configmaps")));
        assertThat(flow.finish().readiness().blind())
                .containsExactly(
                        new Readiness.Blind(
                                "ESC-01",
                                "request bodies are not recorded (level Metadata) for pods",
                                true,
                                List.of("pods")));
        assertThat(
                        Flow.of(BODY)
                                .audit(
                                        event("2", "ResponseComplete", create.formatted("pods"))
                                                .replace("Metadata", "Request"))
                                .finish()
                                .readiness()
                                .blind())
                .isEmpty();
        assertThat(Flow.of(BODY).finish().readiness().blind())
                .containsExactly(new Readiness.Blind("ESC-01", "no Kubernetes audit log was read"));
    }

    @Test
    void otherKindsOfEventsAreFindingsAtOnce() {
        var flow =
                Flow.of(
                        """
                        title: Keyword
                        id: 11111111-1111-1111-1111-111111111111
                        logsource: {product: linux}
                        detection: {words: ['xmrig'], condition: words}
                        level: medium
                        """);
        var found =
                flow.take(flow.open(Kind.TEXT), List.of("all well", "started XMRIG now"))
                        .take(flow.open(Kind.JSON), List.of("{\"a\":\"\\u0078mrig\"}"))
                        .finish()
                        .findings();
        assertThat(found).hasSize(2);
        assertThat(found.getFirst().events().getFirst().line()).isEqualTo(2);
        assertThat(found.getFirst().request()).isNull();
        assertThat(found.getLast().events().getFirst().source()).isEqualTo(1);
    }

    /** Every recording: what the detector finds is what a look at every last record finds. */
    @Test
    void recordingsGiveWhatALookAtEveryRequestGives() {
        var rules = new ArrayList<>(RuleSets.shipped().rules());
        rules.addAll(RuleSets.sigmahq().rules());
        var ungrouped =
                rules.stream()
                        .map(rule ->
                                new dev.spoor.detect.sigma.Rule(
                                        rule.id(),
                                        rule.names(),
                                        rule.title(),
                                        rule.author(),
                                        rule.link(),
                                        rule.level(),
                                        rule.techniques(),
                                        rule.logsource(),
                                        rule.condition(),
                                        rule.items(),
                                        rule.why(),
                                        rule.levels(),
                                        dev.spoor.detect.sigma.Rule.Grouping.NONE,
                                        rule.needs()))
                        .toList();
        for (var name :
                List.of(
                        "benign",
                        "attacks/exec-shell",
                        "attacks/node-proxy",
                        "attacks/rbac-escalate")) {
            var lines = Flow.recording(name);
            var expected = new TreeMap<String, TreeSet<String>>();
            var last = new LinkedHashMap<String, RuleView>();
            for (var line : lines) {
                var view = Judged.view(line);
                last.put(view.tree().path("auditID").asString(""), new RuleView(view, new Facts()));
            }
            last.forEach((id, view) -> {
                for (var rule : ungrouped) {
                    if (rule.condition().holds(view)) {
                        expected.computeIfAbsent(rule.id(), _ -> new TreeSet<>()).add(id);
                    }
                }
            });
            var found =
                    new Flow(ungrouped)
                            .audit(lines.toArray(String[]::new)).finish().findings().stream()
                                    .collect(
                                            Collectors.groupingBy(
                                                    Finding::rule,
                                                    TreeMap::new,
                                                    Collectors.mapping(
                                                            one ->
                                                                    String.valueOf(
                                                                            one.events()
                                                                                    .getFirst()
                                                                                    .auditID()),
                                                            Collectors.toCollection(
                                                                    TreeSet::new))));
            assertThat((Map<String, TreeSet<String>>) found).as(name).isEqualTo(expected);
        }
    }

    @Test
    void sigmahqsRulesFireOnTheRecordingsAndFiveAreToldToBeBlind() {
        var flow = new Flow(RuleSets.sigmahq().rules());
        for (var name :
                List.of("rbac-escalate", "netpol-delete", "cronjob-persistence", "anon-probe")) {
            flow.audit(Flow.recording("attacks/" + name).toArray(String[]::new));
        }
        var detection = flow.finish();
        assertThat(detection.findings().stream().map(Finding::title).distinct())
                .contains(
                        "Kubernetes Rolebinding Modification",
                        "Kubernetes CronJob/Job Modification",
                        "Kubernetes Unauthorized or Unauthenticated Access");
        assertThat(detection.findings())
                .allMatch(one -> one.author() != null && one.link() != null);
        assertThat(detection.readiness().blind())
                .filteredOn(blind -> blind.because().startsWith("cannot match"))
                .hasSize(5);
    }

    private static final String ALERT =
            """
            title: an alert
            logsource: {product: falco}
            detection:
              it: {priority: Warning, output_fields.k8s.pod.name: web-1}
              condition: it
            spoor: {id: RUN-01}
            """;

    @Test
    void anAlertInTheOutputOfASensorsPodIsJudgedAndAnApplicationsLineIsNot() {
        var alert =
                "{\"rule\":\"x\",\"priority\":\"Warning\",\"output\":\"y\",\"output_fields\":{\"k8s.pod.name\":\"web-1\"}}";
        var flow = Flow.of(ALERT);
        flow.take(
                flow.open(Kind.CONTAINER_CRI),
                List.of(
                        "2026-01-05T09:00:00.1Z stderr F Falco version 0.40 with output_fields",
                        "2026-01-05T09:00:01.5Z stdout F " + alert,
                        "2026-01-05T09:00:02.1Z stdout P " + alert.substring(0, 60),
                        "2026-01-05T09:00:03.1Z stdout F {\"output_fields\":1,\"msg\":\"Warning\"}"));
        var found = flow.finish();
        assertThat(found.findings()).hasSize(1);
        assertThat(found.findings().getFirst().time()).isEqualTo("2026-01-05T09:00:01.500Z");
        assertThat(found.readiness().blind()).isEmpty();
    }

    @Test
    void aFieldThatSomethingTookAwayIsNamedByTheRulesThatNeedIt() {
        var tool = BODY.replace("bad: {spoor.pod.privileged: true}", "bad: {userAgent: curl}");
        var request = "\"verb\":\"create\",\"objectRef\":{\"resource\":\"pods\"}";
        assertThat(
                        Flow.of(tool)
                                .audit(event("1", "ResponseComplete", request))
                                .finish()
                                .readiness()
                                .blind())
                .containsExactly(new Readiness.Blind("ESC-01", "no event here has userAgent"));
        var either = tool.replace("condition: write and bad", "condition: write or bad");
        assertThat(
                        Flow.of(either.replace(", needs: [requestObject]", ""))
                                .audit(event("1", "ResponseComplete", request))
                                .finish()
                                .readiness()
                                .blind())
                .isEmpty();
    }
}
