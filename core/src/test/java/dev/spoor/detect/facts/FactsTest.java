package dev.spoor.detect.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class FactsTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static List<String> told(String event, String field) {
        var bytes = event.getBytes(StandardCharsets.UTF_8);
        var tree = Json.read(bytes, 0, bytes.length).value();
        return new Facts()
                .values(view(tree == null ? NODES.objectNode() : tree), field).stream()
                        .map(value -> value.asString(""))
                        .toList();
    }

    private static JsonView view(JsonNode event) {
        var source = new Source(0, Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "", null);
        return new JsonView(source, event, new byte[0], 0, 0);
    }

    private static String user(String name, String... groups) {
        return "{\"user\":{\"username\":\"%s\",\"groups\":[%s]}}"
                .formatted(
                        name,
                        String.join(
                                ",", List.of(groups).stream().map(g -> '"' + g + '"').toList()));
    }

    @Test
    void aPersonIsWhoIsNoPartOfTheCluster() {
        assertThat(told(user("alice"), "spoor.person")).containsExactly("true");
        assertThat(told(user("kubernetes-admin", "system:masters"), "spoor.person")).isNotEmpty();
        assertThat(told(user("system:admin"), "spoor.person")).isNotEmpty();
        assertThat(told(user("system:serviceaccount:a:b"), "spoor.person")).isEmpty();
        assertThat(told(user("system:apiserver", "system:masters"), "spoor.person")).isEmpty();
        assertThat(told(user("system:node:n", "system:nodes"), "spoor.person")).isEmpty();
        assertThat(told(user("system:anonymous", "system:unauthenticated"), "spoor.person"))
                .isEmpty();
        assertThat(told("{}", "spoor.person")).isEmpty();
    }

    @Test
    void aNameAloneMakesNoController() {
        assertThat(told(user("system:node:n"), "spoor.controller")).isEmpty();
        assertThat(told(user("system:node:n", "system:nodes"), "spoor.controller")).isNotEmpty();
        assertThat(told(user("system:serviceaccount:shop:job-controller"), "spoor.controller"))
                .isEmpty();
        assertThat(
                        told(
                                user("system:serviceaccount:kube-system:job-controller"),
                                "spoor.controller"))
                .isNotEmpty();
        assertThat(told(user("kube-controller-manager"), "spoor.controller")).isEmpty();
    }

    @Test
    void aCertificateRequestTellsWhomItIsFor() {
        var request = new CertificateRequest("mallory", List.of("system:masters"));
        assertThat(request.privileged()).isTrue();
        assertThat(CertificateRequest.read("not base64 at all!").commonName()).isEmpty();
        assertThat(CertificateRequest.read("").privileged()).isFalse();
    }

    @Test
    void onlyAYoungClustersWritesAreYoung() {
        assertThat(told("{\"objectRef\":{\"resourceVersion\":\"300\"}}", "spoor.young"))
                .isNotEmpty();
        assertThat(told("{\"objectRef\":{\"resourceVersion\":\"30000\"}}", "spoor.young"))
                .isEmpty();
        assertThat(told("{\"objectRef\":{\"resourceVersion\":\"-3\"}}", "spoor.young")).isEmpty();
        assertThat(told("{}", "spoor.young")).isEmpty();
    }

    /** Whatever stands in an event, a fact is told or it is not; it never fails. */
    @Test
    void noContentMakesAFactFail() {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 3_000; round++) {
            var event = object(random, 0);
            var facts = new Facts();
            for (var field : FactNames.all()) {
                Assertions.assertDoesNotThrow(
                        () -> facts.values(view(event), field), field + " with -Dseed=" + seed);
            }
        }
    }

    @Test
    void aHugeBodyIsJudgedInReasonableTime() {
        var containers = NODES.arrayNode();
        for (int i = 0; i < 20_000; i++) {
            var command = containers.addObject().putArray("command");
            command.add("sh").add("-c").add("echo " + "x ".repeat(200) + i);
        }
        ObjectNode event = NODES.objectNode();
        event.put("verb", "create").putObject("objectRef").put("resource", "pods");
        event.putObject("requestObject").putObject("spec").set("containers", containers);
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> new Facts().values(view(event), "spoor.pod.command.class"));
    }

    private static final List<String> KEYS =
            List.of(
                    "user",
                    "username",
                    "groups",
                    "verb",
                    "objectRef",
                    "resource",
                    "subresource",
                    "namespace",
                    "name",
                    "apiGroup",
                    "requestURI",
                    "responseStatus",
                    "code",
                    "requestObject",
                    "responseObject",
                    "metadata",
                    "labels",
                    "annotations",
                    "spec",
                    "template",
                    "jobTemplate",
                    "containers",
                    "initContainers",
                    "volumes",
                    "hostPath",
                    "path",
                    "securityContext",
                    "capabilities",
                    "add",
                    "rules",
                    "verbs",
                    "resources",
                    "apiGroups",
                    "subjects",
                    "kind",
                    "roleRef",
                    "webhooks",
                    "clientConfig",
                    "url",
                    "request",
                    "data",
                    "status",
                    "conditions",
                    "ingress",
                    "from",
                    "tolerations",
                    "op",
                    "value",
                    "env",
                    "command",
                    "resourceVersion",
                    "replicas",
                    "externalIPs",
                    "pod-security.kubernetes.io/enforce");

    private static final List<String> WORDS =
            List.of(
                    "create",
                    "patch",
                    "delete",
                    "update",
                    "get",
                    "list",
                    "pods",
                    "secrets",
                    "roles",
                    "clusterrolebindings",
                    "deployments",
                    "cronjobs",
                    "services",
                    "namespaces",
                    "certificatesigningrequests",
                    "rbac.authorization.k8s.io",
                    "a",
                    "",
                    "%",
                    "%zz",
                    "/proxy/run",
                    "?command=%&command=a",
                    "/x?%",
                    "privileged",
                    "system:node:",
                    "system:serviceaccount:",
                    "system:serviceaccount:a:b",
                    "/",
                    "add",
                    "\u0000",
                    "/spec/containers/0/x",
                    "99999999999999999999",
                    "bHM=",
                    "-----BEGIN");

    private static ObjectNode object(SplittableRandom random, int depth) {
        var object = NODES.objectNode();
        for (int i = random.nextInt(1, 9); i > 0; i--) {
            object.set(KEYS.get(random.nextInt(KEYS.size())), value(random, depth + 1));
        }
        return object;
    }

    private static JsonNode value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 6 ? 4 : 9)) {
            case 0 -> NODES.numberNode(random.nextLong());
            case 1 -> NODES.nullNode();
            case 2 -> NODES.booleanNode(random.nextBoolean());
            case 3 -> NODES.stringNode(WORDS.get(random.nextInt(WORDS.size())));
            case 4, 5 -> {
                ArrayNode array = NODES.arrayNode();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(random, depth + 1));
                }
                yield array;
            }
            default -> object(random, depth);
        };
    }
}
