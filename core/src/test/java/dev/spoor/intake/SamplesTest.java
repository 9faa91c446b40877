package dev.spoor.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recorded logs of others (src/test/resources/samples) are recognised and come back exactly. */
class SamplesTest {
    private static final Path SAMPLES = Path.of("src/test/resources/samples");

    static byte[] sample(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(SAMPLES.resolve(name));
        if (!name.endsWith(".gz")) {
            return bytes;
        }
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return gzip.readAllBytes();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "aks/sample_EventHubs_event.json, KUBERNETES_AUDIT, AKS, 1, 2020-05-08T22:44:17.862201Z",
        "aks/sample_KubeAuditLog_event.json, KUBERNETES_AUDIT, NATIVE, 1, 2020-05-08T22:32:45.314027Z",
        "apiserver/exec-shell.ndjson.gz, KUBERNETES_AUDIT, NATIVE, 38, 2026-11-23T05:25:31.161240Z",
        "apiserver/privileged-pod.ndjson.gz, KUBERNETES_AUDIT, NATIVE, 79, 2026-11-23T05:26:13.859337Z",
        "audit2rbac/demo.log, KUBERNETES_AUDIT, NATIVE, 37, 2017-09-11T19:55:05Z",
        "crowdsec/k8s-audit-pod-exec-file.log, KUBERNETES_AUDIT, NATIVE, 1, 2023-05-17T15:08:22.763960Z",
        "crowdsec/k8s-audit-priv-pod-file.log, KUBERNETES_AUDIT, NATIVE, 1, 2023-05-17T13:59:57.756152Z",
        "falco-psp/privileged.json, KUBERNETES_AUDIT, NATIVE, 1, 2018-10-25T14:09:12.572676Z",
        "rbac-tool/testdata-01.json, KUBERNETES_AUDIT, NATIVE, 3, 2020-04-08T16:32:36.125094Z",
        "gke/cluster_creation_finished.json, KUBERNETES_AUDIT, GKE, 1, 2025-01-01T00:00:00Z",
        "gke/cluster_creation_started.json, KUBERNETES_AUDIT, GKE, 1, 2024-01-01T01:05:00Z",
        "gke/cluster_creation_started_with_error.json, KUBERNETES_AUDIT, GKE, 1, 2024-10-01T06:30:28.271939253Z",
        "gke/oss-kind-1.32-lease-update.json, KUBERNETES_AUDIT, NATIVE, 1, 2025-04-01T13:33:59.447869Z",
        "containers/cri.log, CONTAINER_CRI, NATIVE, 17, 2016-10-06T00:17:09.669794202Z",
        "containers/dockermode.log, CONTAINER_DOCKER, NATIVE, 3,",
        "containers/dockermode_splitted_line.log, CONTAINER_DOCKER, NATIVE, 6,",
        "containers/generic_enc_sjis.log, TEXT, NATIVE, 12,",
        "containers/generic_enc_big5.log, TEXT, NATIVE, 11,",
        "containers/unicode_c.log, TEXT, NATIVE, 1,",
        "containers/unicode_be_c.log, TEXT, NATIVE, 1,",
        "falco/falco-output.ndjson, FALCO, NATIVE, 8, 2016-08-04T16:17:57.881781397Z"
    })
    void isRecognised(String name, String kind, String wrapping, int events, @Nullable String time)
            throws IOException {
        var reading = Reading.of(sample(name)).exact();
        var source = reading.sink().sources().getFirst();
        assertThat(source.kind().name()).isEqualTo(kind);
        assertThat(source.wrapping().name()).isEqualTo(wrapping);
        assertThat(reading.events()).hasSize(events);
        assertThat(reading.sink().gaps()).isEmpty();
        var first = reading.events().getFirst().time();
        assertThat(first == null ? null : first.toString()).isEqualTo(time);
    }

    @Test
    void wideTextIsReadable() throws IOException {
        var little = Reading.of(sample("containers/unicode_j.log"));
        var big = Reading.of(sample("containers/unicode_be_j.log"));
        assertThat(little.texts()).isEqualTo(big.texts());
        assertThat(little.texts().getFirst()).doesNotContain("\0", "\ufffd");
    }

    @Test
    void everySampleComesBackExactlyWhateverTheChunks() throws IOException {
        try (var files = Files.walk(SAMPLES)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                byte[] bytes = sample(SAMPLES.relativize(file).toString());
                var whole = Reading.of(bytes).exact();
                var parts = Reading.inPortions(bytes, 7919).exact();
                assertThat(parts.texts()).isEqualTo(whole.texts());
            }
        }
    }
}
