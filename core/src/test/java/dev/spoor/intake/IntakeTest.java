package dev.spoor.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Received;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IntakeTest {
    static final String EVENT =
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"auditID\":\"%s\",\"stage\":\"ResponseComplete\",\"verb\":\"get\"}";

    static String event(String id) {
        return EVENT.formatted(id);
    }

    @Test
    void linesAreEventsWithoutTheirLineEnds() {
        var reading = Reading.of(event("a") + "\n" + event("b") + "\r\n\n" + event("c")).exact();
        assertThat(reading.kind()).isEqualTo("kubernetes.audit");
        assertThat(reading.texts()).containsExactly(event("a"), event("b"), event("c"));
        assertThat(reading.events()).extracting(e -> e.line()).containsExactly(1L, 2L, 4L);
        assertThat(reading.gaps()).isEmpty();
    }

    @Test
    void aByteOrderMarkBelongsToNoEvent() {
        assertThat(Reading.of("\ufeff" + event("a") + "\n").exact().texts())
                .containsExactly(event("a"));
    }

    @Test
    void itemsOfAListAreExactSlices() {
        var list =
                "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":["
                        + event("a")
                        + ","
                        + event("b")
                        + "]}";
        var reading = Reading.of(list + "\n" + list + "\n").exact();
        assertThat(reading.texts()).containsExactly(event("a"), event("b"), event("a"), event("b"));
        assertThat(reading.events()).extracting(e -> e.line()).containsExactly(1L, 1L, 2L, 2L);
        assertThat(reading.events()).extracting(e -> e.item()).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void aListAmongLinesIsTakenApart() {
        var list = "{\"kind\":\"EventList\",\"items\":[" + event("b") + "]}";
        var reading = Reading.of(event("a") + "\n" + list + "\n" + event("c") + "\n").exact();
        assertThat(reading.texts()).containsExactly(event("a"), event("b"), event("c"));
        assertThat(reading.events()).extracting(e -> e.item()).containsExactly(0L, 1L, 0L);
    }

    @Test
    void aPrettyPrintedListIsTakenApart() {
        var list =
                "{\n  \"kind\": \"EventList\",\n  \"items\": [\n    "
                        + event("a").replace("{", "{\n      ").replace("}", "\n    }")
                        + ",\n    "
                        + event("b")
                        + "\n  ],\n  \"metadata\": {}\n}\n";
        var reading = Reading.of(list).exact();
        assertThat(reading.events()).hasSize(2);
        assertThat(reading.gaps()).isEmpty();
    }

    @Test
    void anEventInsideAStringIsDecodedAsItsView() {
        var inner = event("a").replace("\"", "\\\"");
        var reading =
                Reading.of(
                                "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"/aws/eks/shop/cluster\",\"logStream\":\"kube-apiserver-audit-1\",\"logEvents\":[{\"id\":\"1\",\"timestamp\":1,\"message\":\""
                                        + inner
                                        + "\"},{\"id\":\"2\",\"timestamp\":2,\"message\":\""
                                        + inner
                                        + "\"}]}")
                        .exact();
        assertThat(reading.texts()).containsExactly(event("a"), event("a"));
        assertThat(new String(reading.events().getFirst().original(), StandardCharsets.UTF_8))
                .isEqualTo(inner);
        assertThat(reading.sink().sources().getFirst().cluster()).isEqualTo("shop");
    }

    @Test
    void aCutLineIsKeptAndCounted() {
        var reading = Reading.of(event("a") + "\n" + event("b").substring(0, 50)).exact();
        assertThat(reading.events().getLast().flags()).isEqualTo(Received.CUT);
        assertThat(reading.gaps()).containsExactly("cut");
    }

    @Test
    void aBadLineIsKeptAndCounted() {
        var reading = Reading.of(event("a") + "\nrubbish\n" + event("b") + "\n").exact();
        assertThat(reading.events().get(1).flags()).isEqualTo(Received.BAD);
        assertThat(reading.gaps()).containsExactly("parse");
    }

    @Test
    void aVeryLongLineComesInPieces() {
        byte[] line = new byte[10 << 20];
        Arrays.fill(line, (byte) 'x');
        byte[] start = (event("a") + "\n").getBytes(StandardCharsets.UTF_8);
        System.arraycopy(start, 0, line, 0, start.length);
        line[line.length - 1] = '\n';
        var reading = Reading.of(line).exact();
        assertThat(reading.events()).hasSize(4);
        assertThat(reading.events())
                .extracting(e -> e.flags())
                .containsExactly(0, Received.PIECE, Received.PIECE, 0);
        assertThat(reading.gaps()).containsExactly("limit");
    }

    @Test
    void emptyAndBinaryInputIsNamed() {
        assertThat(Reading.of("").gaps()).containsExactly("unreadable");
        assertThat(Reading.of(new byte[1000]).gaps()).containsExactly("unreadable");
    }
}
