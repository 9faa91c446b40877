package dev.spoor.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LensTest {
    private static JsonNode tree(Kind kind, Wrapping wrapping, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Lens.tree(kind, wrapping, bytes, 0, bytes.length);
    }

    private static AuditEvent gke(String entry) {
        return AuditEvent.of(tree(Kind.KUBERNETES_AUDIT, Wrapping.GKE, entry));
    }

    private static String payload(String method, String resource, String rest) {
        return ("{\"insertId\":\"id-1\",\"protoPayload\":{\"serviceName\":\"k8s.io\",\"methodName\":\"%s\",\"resourceName\":\"%s\","
                        + "\"authenticationInfo\":{\"principalEmail\":\"eve@example.com\"},"
                        + "\"requestMetadata\":{\"callerIp\":\"203.0.113.9\",\"callerSuppliedUserAgent\":\"kubectl/v1.30\"}%s},"
                        + "\"labels\":{\"authorization.k8s.io/decision\":\"allow\"},"
                        + "\"timestamp\":\"2024-01-02T03:04:05.000001Z\"}")
                .formatted(method, resource, rest);
    }

    @Test
    void anExecOnGkeReadsLikeAnyOther() {
        var event =
                gke(
                        payload(
                                "io.k8s.core.v1.pods.exec.create",
                                "core/v1/namespaces/shop/pods/web-1/exec",
                                ",\"status\":{}"));
        assertThat(event.what()).isEqualTo("pods/exec");
        assertThat(event.verb()).isEqualTo("create");
        assertThat(event.object().group()).isEmpty();
        assertThat(event.object().version()).isEqualTo("v1");
        assertThat(event.object().namespace()).isEqualTo("shop");
        assertThat(event.object().name()).isEqualTo("web-1");
        assertThat(event.user()).isEqualTo("eve@example.com");
        assertThat(event.address()).isEqualTo("203.0.113.9");
        assertThat(event.userAgent()).isEqualTo("kubectl/v1.30");
        assertThat(event.auditID()).isEqualTo("id-1");
        assertThat(event.code()).isEqualTo(200);
        assertThat(event.time()).isEqualTo("2024-01-02T03:04:05.000001Z");
        assertThat(event.requestURI()).isEqualTo("/api/v1/namespaces/shop/pods/web-1/exec");
        assertThat(event.annotations()).containsEntry("authorization.k8s.io/decision", "allow");
    }

    @Test
    void groupsOfGkeAreSpelledAsInKubernetes() {
        var binding =
                gke(
                        payload(
                                "io.k8s.authorization.rbac.v1.clusterrolebindings.create",
                                "rbac.authorization.k8s.io/v1/clusterrolebindings/mine",
                                ",\"request\":{\"@type\":\"rbac.authorization.k8s.io/v1.ClusterRoleBinding\",\"roleRef\":{\"name\":\"cluster-admin\"}}"));
        assertThat(binding.object().group()).isEqualTo("rbac.authorization.k8s.io");
        assertThat(binding.object().resource()).isEqualTo("clusterrolebindings");
        assertThat(binding.object().name()).isEqualTo("mine");
        assertThat(binding.object().namespace()).isEmpty();
        assertThat(String.valueOf(binding.requestObject()))
                .isEqualTo("{\"roleRef\":{\"name\":\"cluster-admin\"}}");
        var unnamed = gke(payload("io.k8s.authorization.rbac.v1.roles.list", "", ""));
        assertThat(unnamed.object().group()).isEqualTo("rbac.authorization.k8s.io");
        assertThat(gke(payload("io.k8s.apps.v1.deployments.patch", "x", "")).object().group())
                .isEqualTo("apps");
        assertThat(gke(payload("io.k8s.networking.v1.ingresses.get", "", "")).object().group())
                .isEqualTo("networking.k8s.io");
    }

    @Test
    void aNamespaceIsItsOwnObject() {
        var event = gke(payload("io.k8s.core.v1.namespaces.delete", "core/v1/namespaces/shop", ""));
        assertThat(event.object().resource()).isEqualTo("namespaces");
        assertThat(event.object().name()).isEqualTo("shop");
    }

    @Test
    void statusCodesOfGkeAreHttpCodes() {
        for (var pair :
                new int[][] {{7, 403}, {5, 404}, {6, 409}, {16, 401}, {0, 200}, {403, 403}}) {
            var entry =
                    payload(
                            "io.k8s.core.v1.secrets.get",
                            "core/v1/namespaces/shop/secrets/db",
                            ",\"status\":{\"code\":" + pair[0] + "}");
            assertThat(gke(entry).code()).isEqualTo(pair[1]);
        }
    }

    @Test
    void theOldestAuditEventsHaveTheirTime() {
        var event =
                AuditEvent.of(
                        tree(
                                Kind.KUBERNETES_AUDIT,
                                Wrapping.NATIVE,
                                "{\"metadata\":{\"creationTimestamp\":\"2017-09-11T19:55:05Z\"},\"stage\":\"ResponseComplete\"}"));
        assertThat(event.received()).isEqualTo("2017-09-11T19:55:05Z");
        assertThat(event.stageTime()).isEqualTo("2017-09-11T19:55:05Z");
    }

    @Test
    void whatAnApplicationWritesHasItsOwnRoot() {
        var cri =
                tree(
                        Kind.CONTAINER_CRI,
                        Wrapping.NATIVE,
                        "2024-01-02T03:04:05.1Z stderr F {\"stream\":\"stdout\",\"level\":\"info\"}");
        assertThat(cri.path("stream").asString()).isEqualTo("stderr");
        assertThat(cri.path("body").path("stream").asString()).isEqualTo("stdout");
        var docker =
                tree(
                        Kind.CONTAINER_DOCKER,
                        Wrapping.NATIVE,
                        "{\"log\":\"hello\\n\",\"stream\":\"stdout\",\"time\":\"2024-01-02T03:04:05Z\"}");
        assertThat(docker.path("message").asString()).isEqualTo("hello");
        assertThat(docker.path("logtag").asString()).isEqualTo("F");
        assertThat(docker.has("body")).isFalse();
    }

    @Test
    void thePlaceOfAContainersFileNamesThePod() {
        byte[] line =
                "2024-01-02T03:04:05.1Z stdout F {\"k8s.pod.name\":\"forged\"}"
                        .getBytes(StandardCharsets.UTF_8);
        var pods =
                new JsonView(
                        new Source(
                                0,
                                Kind.CONTAINER_CRI,
                                Wrapping.NATIVE,
                                "var/log/pods/shop_web-7c9f_0a1b-2c/app/0.log",
                                null),
                        line,
                        0,
                        line.length);
        assertThat(pods.values("k8s.namespace.name")).hasToString("[\"shop\"]");
        assertThat(pods.values("k8s.pod.name")).hasToString("[\"web-7c9f\"]");
        assertThat(pods.values("k8s.pod.uid")).hasToString("[\"0a1b-2c\"]");
        assertThat(pods.values("k8s.container.name")).hasToString("[\"app\"]");
        assertThat(pods.values("log.iostream")).hasToString("[\"stdout\"]");
        var containers =
                PodPath.of(
                        "/var/log/containers/web-7c9f_shop_side-car-" + "ab".repeat(32) + ".log");
        assertThat(containers)
                .isEqualTo(new PodPath("shop", "web-7c9f", "", "side-car", "ab".repeat(32)));
    }

    @Test
    void syslogInAllItsFormsHasTheSameFields() {
        var current =
                tree(
                        Kind.SYSLOG,
                        Wrapping.NATIVE,
                        "<165>1 2003-10-11T22:14:15.003Z host.example.com evntslog 77 ID47 [x@1 iut=\"3\" q=\"a \\\"b\\\"\"] An event");
        assertThat(current.path("hostname").asString()).isEqualTo("host.example.com");
        assertThat(current.path("appname").asString()).isEqualTo("evntslog");
        assertThat(current.path("severity").asInt()).isEqualTo(5);
        assertThat(current.path("facility").asInt()).isEqualTo(20);
        assertThat(current.path("data").path("x@1").path("q").asString()).isEqualTo("a \"b\"");
        assertThat(current.path("message").asString()).isEqualTo("An event");
        var old =
                tree(
                        Kind.SYSLOG,
                        Wrapping.NATIVE,
                        "Jan  2 03:04:05 node-1 sshd[123]: Failed password");
        assertThat(old.path("hostname").asString()).isEqualTo("node-1");
        assertThat(old.path("appname").asString()).isEqualTo("sshd");
        assertThat(old.path("procid").asString()).isEqualTo("123");
        assertThat(old.path("message").asString()).isEqualTo("Failed password");
        var falco =
                tree(
                        Kind.SYSLOG,
                        Wrapping.NATIVE,
                        "<133>2024-01-02T03:04:05Z node-1 falco: {\"rule\":\"x\"}");
        assertThat(falco.path("body").path("rule").asString()).isEqualTo("x");
    }
}
