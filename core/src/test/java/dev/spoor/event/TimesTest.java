package dev.spoor.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {
    private static @Nullable Instant of(Kind kind, String text) {
        byte[] bytes = ("xx" + text + "yy").getBytes(StandardCharsets.UTF_8);
        return Times.of(kind, Wrapping.NATIVE, bytes, 2, bytes.length - 4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CONTAINER_CRI|2016-10-06T00:17:09.66979420Z stdout F hello|2016-10-06T00:17:09.669794200Z",
                "CONTAINER_CRI|2016-10-06T00:17:09.6Z stdout F|2016-10-06T00:17:09.600Z",
                "CONTAINER_CRI|2016-10-06T02:17:09+02:00 stdout P x|2016-10-06T00:17:09Z",
                "CONTAINER_DOCKER|{\"log\":\"a \\\"time\\\":\\\"b\\n\",\"stream\":\"stdout\",\"time\":\"2020-01-02T03:04:05.5Z\"}|2020-01-02T03:04:05.500Z",
                "CONTAINER_DOCKER|{\"time\":\"2020-01-02T03:04:05\",\"log\":\"no zone\"}|2020-01-02T03:04:05Z",
                "FALCO|{\"time\":\"2016-08-04T16:17:57.88178139Z\",\"output_fields\":{\"time\":\"1999-01-01T00:00:00Z\"}}|2016-08-04T16:17:57.881781390Z",
                "FALCO|{\"rule\":\"x\",\"output_fields\":{\"evt.time\":1470327477881781397}}|2016-08-04T16:17:57.881781397Z",
                "JOURNAL|{\"__REALTIME_TIMESTAMP\":\"1470327477881781\"}|2016-08-04T16:17:57.881781Z",
                "JSON|{\"ts\":1700000000.25,\"msg\":\"x\"}|2023-11-14T22:13:20.250Z",
                "JSON|{\"msg\":\"x\",\"timestamp\":1700000000250}|2023-11-14T22:13:20.250Z",
                "JSON|{\"@timestamp\":\"2020-01-02T03:04:05Z\"}|2020-01-02T03:04:05Z",
                "JSON|{\"msg\":\"x\",\"n\":1e999999999}|",
                "SYSLOG|<34>1 2003-10-11T22:14:15.003Z host su - ID47 - hello|2003-10-11T22:14:15.003Z",
                "SYSLOG|2024-01-02T03:04:05.123456+01:00 host app[1]: hello|2024-01-02T02:04:05.123456Z",
                "SYSLOG|<34>Oct 11 22:14:15 mymachine su: hello|",
                "TEXT|2024-01-02T03:04:05Z something|2024-01-02T03:04:05Z",
                "TEXT|hello|",
                "KUBERNETES_AUDIT|{\"stage\":\"Panic\",\"stageTimestamp\":\"2024-01-02T03:04:05.000001Z\"}|2024-01-02T03:04:05.000001Z",
                "KUBERNETES_AUDIT|{\"metadata\":{\"creationTimestamp\":\"2017-09-11T19:55:05Z\"}}|2017-09-11T19:55:05Z",
                "KUBERNETES_AUDIT|rubbish|"
            })
    void eachKindTellsItsTime(Kind kind, String text, @Nullable String expected) {
        var time = of(kind, text);
        assertThat(time == null ? null : time.toString()).isEqualTo(expected);
    }

    @Test
    void aTimeInsideARequestBodyIsNotTheEventsTime() {
        var body = "{\"spec\":{\"requestReceivedTimestamp\":\"1999-01-01T00:00:00Z\"}}";
        assertThat(of(Kind.KUBERNETES_AUDIT, "{\"requestObject\":" + body + "}")).isNull();
        assertThat(
                        of(
                                Kind.KUBERNETES_AUDIT,
                                "{\"requestReceivedTimestamp\":\"2024-01-02T03:04:05Z\",\"requestObject\":"
                                        + body
                                        + "}"))
                .isEqualTo("2024-01-02T03:04:05Z");
        assertThat(
                        of(
                                Kind.KUBERNETES_AUDIT,
                                "{\"a\":\"x,\\\"requestReceivedTimestamp\\\":\\\"1999-01-01T00:00:00Z\\\"\",\"stageTimestamp\":\"2024-01-02T03:04:05Z\"}"))
                .isEqualTo("2024-01-02T03:04:05Z");
    }

    @Test
    void theFastWayAgreesWithTheTree() throws IOException {
        var samples = Path.of("src/test/resources/samples/apiserver");
        int compared = 0;
        for (var name : new String[] {"exec-shell.ndjson.gz", "privileged-pod.ndjson.gz"}) {
            try (var reader =
                    new BufferedReader(
                            new InputStreamReader(
                                    new GZIPInputStream(
                                            Files.newInputStream(samples.resolve(name))),
                                    StandardCharsets.UTF_8))) {
                for (var line = reader.readLine(); line != null; line = reader.readLine()) {
                    byte[] b = line.getBytes(StandardCharsets.UTF_8);
                    assertThat(Times.of(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, b, 0, b.length))
                            .isNotNull()
                            .isEqualTo(
                                    Times.slow(
                                            Kind.KUBERNETES_AUDIT,
                                            Wrapping.NATIVE,
                                            b,
                                            0,
                                            b.length));
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(117);
    }

    @Test
    void parsesAsTheJdkDoes() {
        long seed = 20260112;
        var random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            var time =
                    Instant.ofEpochSecond(
                                    random.nextLong(-62_000_000_000L, 250_000_000_000L),
                                    random.nextInt(1_000_000_000))
                            .atOffset(ZoneOffset.ofTotalSeconds(random.nextInt(-600, 600) * 60));
            assertThat(Times.parse(time.toString().length() < 20 ? "" : time.toString()))
                    .as("seed %d: %s", seed, time)
                    .isEqualTo(
                            time.toString().length() < 20
                                            || OffsetDateTime.parse(time.toString()).getYear()
                                                    > 9999
                                            || time.toString().charAt(0) == '-'
                                            || time.toString().charAt(16) != ':'
                                    ? null
                                    : time.toInstant());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-02-30T00:00:00Z",
                "2023-02-29T00:00:00Z",
                "2024-13-01T00:00:00Z",
                "2024-01-01T24:00:00Z",
                "2024-01-01T00:00:60Z",
                "2024-01-01T00:00:00",
                "2024-01-01T00:00:00.Z",
                "2024-01-01T00:00:00Zx",
                "2024-01-01T00:00:00+19:00",
                "2024-01-01 00:00",
                "12/31/2024 00:00:00 UTC"
            })
    void otherTextsAreNoTime(String text) {
        assertThat(Times.parse(text)).isNull();
    }
}
