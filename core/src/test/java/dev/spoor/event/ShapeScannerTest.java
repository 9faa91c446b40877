package dev.spoor.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShapeScannerTest {
    static final String AUDIT =
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"9e46e3b1-f57e-43a3-aaa5-f86b5e1158f4",\
            "stage":"ResponseComplete","requestURI":"/api/v1/namespaces/a/pods/b","verb":"get","user":{"username":"x","groups":["g"]},\
            "sourceIPs":["10.20.1.228"],"objectRef":{"resource":"pods","namespace":"a","name":"b"},"responseStatus":{"metadata":{},"code":200},\
            "requestReceivedTimestamp":"2026-11-20T00:00:00.167975Z","annotations":{"authorization.k8s.io/decision":"allow"}}\
            """;

    private final ShapeScanner scanner = new ShapeScanner();
    private final Scanned scanned = new Scanned();

    private byte[] rebuilt(Kind kind, byte[] bytes) {
        scanner.scan(kind, bytes, 0, bytes.length, scanned);
        var out = new ByteArrayOutputStream();
        var shape = scanned.shape();
        for (int i = 0; i < scanned.count(); i++) {
            out.writeBytes(shape.gap(i));
            if (scanned.code(i) >= 0) {
                out.writeBytes(scanned.column(i).dictionary().value(scanned.code(i)));
            } else {
                out.write(bytes, scanned.from(i), scanned.to(i) - scanned.from(i));
            }
        }
        out.writeBytes(shape.gap(scanned.count()));
        return out.toByteArray();
    }

    @Test
    void anAuditEventIsCutIntoItsPaths() {
        assertThat(rebuilt(Kind.KUBERNETES_AUDIT, AUDIT.getBytes(UTF_8)))
                .asString(UTF_8)
                .isEqualTo(AUDIT);
        assertThat(scanned.verbatim()).isFalse();
        var paths = new ArrayList<String>();
        for (int i = 0; i < scanned.count(); i++) {
            paths.add(scanned.column(i).path());
        }
        assertThat(paths)
                .contains(
                        "verb",
                        "user",
                        "sourceIPs",
                        "objectRef.resource",
                        "annotations.authorization.k8s.io/decision");
        int decision = scanned.find("annotations.authorization.k8s.io/decision");
        assertThat(
                        new String(
                                scanned.bytes(),
                                scanned.from(decision),
                                scanned.to(decision) - scanned.from(decision),
                                UTF_8))
                .isEqualTo("allow");
    }

    @Test
    void theSecondEventOfAShapeIsNotLearnedAgain() {
        var one = new ShapeScanner();
        for (int i = 0; i < 10; i++) {
            var bytes = AUDIT.replace("\"b\"", "\"b" + i + "\"").getBytes(UTF_8);
            one.scan(Kind.KUBERNETES_AUDIT, bytes, 0, bytes.length, scanned);
        }
        assertThat(one.learned()).isEqualTo(1);
        assertThat(one.shapes()).hasSize(2);
    }

    @Test
    void whatDoesNotParseIsOneValue() {
        for (var text :
                List.of(
                        "",
                        "{",
                        "{\"a\":",
                        "not json",
                        "{\"a\":1,\"a\":2}",
                        "[1]",
                        "{\"a\":\"\\",
                        "{}{}",
                        "\0\0",
                        "{\"a\":1}x")) {
            assertThat(rebuilt(Kind.JSON, text.getBytes(UTF_8))).asString(UTF_8).isEqualTo(text);
            assertThat(scanned.verbatim()).as(text).isTrue();
        }
    }

    @Test
    void containerLinesHaveAHeadAndMayHoldJson() {
        for (var text :
                List.of(
                        "2026-01-01T00:00:00.1Z stdout F plain text",
                        "2026-01-01T00:00:00.1Z stdout F {\"level\":\"info\",\"n\":1}",
                        "2026-01-01T00:00:00.1Z stdout F {\"level\":\"warn\",\"n\":2}",
                        "2026-01-01T00:00:00.1Z stderr P {not json}",
                        "2026-01-01T00:00:00.1Z stderr P ")) {
            assertThat(rebuilt(Kind.CONTAINER_CRI, text.getBytes(UTF_8)))
                    .asString(UTF_8)
                    .isEqualTo(text);
            assertThat(scanned.verbatim()).as(text).isFalse();
        }
        assertThat(scanned.find("message")).isEqualTo(3);
    }

    @Test
    void arbitraryBytesComeBackExactly() {
        long seed = Long.getLong("spoor.seed", 1);
        var random = new SplittableRandom(seed);
        var alphabet = "{}[]\",:\\ab1 \n\u00e9\0".getBytes(UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes;
            if (random.nextInt(3) == 0) {
                bytes = new byte[random.nextInt(40)];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = alphabet[random.nextInt(alphabet.length)];
                }
            } else {
                bytes = AUDIT.getBytes(UTF_8);
                for (int edits = random.nextInt(4); edits > 0; edits--) {
                    bytes[random.nextInt(bytes.length)] = alphabet[random.nextInt(alphabet.length)];
                }
                bytes =
                        java.util.Arrays.copyOf(
                                bytes,
                                random.nextInt(4) == 0
                                        ? random.nextInt(bytes.length)
                                        : bytes.length);
            }
            var kind = random.nextBoolean() ? Kind.KUBERNETES_AUDIT : Kind.CONTAINER_CRI;
            assertThat(rebuilt(kind, bytes))
                    .as("round %d, -Dspoor.seed=%d", round, seed)
                    .isEqualTo(bytes);
        }
    }

    @Test
    void shapesThatNeverRepeatAreBounded() {
        var hostile = new ShapeScanner();
        for (int i = 0; i < 30_000; i++) {
            var bytes =
                    ("{\"k"
                                    + i
                                    + "\":{\"x"
                                    + i
                                    + "\":1,\"same\":{\"y"
                                    + i
                                    + "\":{}}},\"verb\":\"get\"}")
                            .getBytes(UTF_8);
            hostile.scan(Kind.JSON, bytes, 0, bytes.length, scanned);
        }
        assertThat(hostile.shapes().size()).isLessThanOrEqualTo(ShapeScanner.SHAPES_MAX + 1);
        assertThat(hostile.columns().size()).isLessThanOrEqualTo(ShapeScanner.COLUMNS_MAX);
    }

    @Test
    void aPathWhoseObjectsAllDifferBecomesOneValue() {
        var one = new ShapeScanner();
        for (int i = 0; i < 500; i++) {
            var bytes = ("{\"labels\":{\"k" + i + "\":1},\"verb\":\"get\"}").getBytes(UTF_8);
            one.scan(Kind.JSON, bytes, 0, bytes.length, scanned);
        }
        assertThat(one.shapes().size()).isLessThan(60);
        assertThat(scanned.verbatim()).isFalse();
        assertThat(scanned.column(0).type()).isEqualTo(Column.Type.JSON);
    }
}
