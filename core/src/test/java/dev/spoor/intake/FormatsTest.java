package dev.spoor.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.query.Stored;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FormatsTest {
    static List<String> names() {
        return List.copyOf(Formats.all().keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void isRecognisedAndComesBackExactly(String name) {
        byte[] bytes = Formats.all().get(name);
        var reading = Reading.of(bytes == null ? new byte[0] : bytes).exact();
        assertThat(reading.kind()).isEqualTo(name.split(" ")[0]);
        var source = reading.sink().sources().getFirst();
        assertThat(source.wrapping().name()).isEqualTo(name.split(" ")[1]);
        assertThat(reading.events()).hasSize(3);
        assertThat(reading.gaps()).isEmpty();
        assertThat(reading.events()).allMatch(event -> event.flags() == 0);
        if (source.kind() == Kind.KUBERNETES_AUDIT) {
            assertThat(reading.events())
                    .allMatch(e -> e.fields().tree().path("auditID").isString())
                    .allMatch(e -> e.time() != null);
        }
        var places = new HashSet<String>();
        for (var event : reading.events()) {
            assertThat(places.add(event.line() + "/" + event.item())).isTrue();
        }
    }

    /** Nothing throws, nothing is lost, and where the chunks end makes no difference. */
    @Test
    void anyDamageIsKept() {
        long seed = Long.getLong("seed", 4711);
        var random = new Random(seed);
        var formats = new ArrayList<>(Formats.all().entrySet());
        for (int round = 0; round < Integer.getInteger("rounds", 600); round++) {
            var format = formats.get(round % formats.size());
            byte[] bytes = damaged(format.getValue(), random);
            try {
                var whole = Reading.of(bytes).exact();
                var parts = Reading.inPortions(bytes, 1 + random.nextInt(100)).exact();
                assertThat(parts.events().stream().map(FormatsTest::told))
                        .isEqualTo(whole.events().stream().map(FormatsTest::told).toList());
                assertThat(parts.sink().gaps()).isEqualTo(whole.sink().gaps());
                for (var event : whole.events()) {
                    assertThat(event.fields().tree()).isNotNull();
                    assertThat(event.original().length).isPositive();
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %d, round %d, %s:%n%s"
                                .formatted(
                                        seed,
                                        round,
                                        format.getKey(),
                                        new String(bytes, StandardCharsets.UTF_8)),
                        e);
            }
        }
    }

    private static String told(Stored event) {
        return "%d/%d %d %s"
                .formatted(
                        event.line(),
                        event.item(),
                        event.flags(),
                        new String(event.original(), StandardCharsets.UTF_8));
    }

    private static byte[] damaged(byte[] input, Random random) {
        byte[] bytes = input.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes && bytes.length > 1; i++) {
            int at = random.nextInt(bytes.length);
            int length = random.nextInt(Math.min(40, bytes.length - at) + 1);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                case 2 -> bytes = joined(bytes, at, at + length);
                case 3 -> bytes = joined(bytes, at + length, at);
                case 4 -> bytes[at] = (byte) "\"\\{}[],:\n\r\0".charAt(random.nextInt(11));
                default -> {
                    for (int j = at; j < at + length; j++) {
                        bytes[j] = (byte) random.nextInt(256);
                    }
                }
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int to, int from) {
        byte[] all = Arrays.copyOf(bytes, to + bytes.length - from);
        System.arraycopy(bytes, from, all, to, bytes.length - from);
        return all;
    }

    @Test
    void aBadItemCostsTheOthersNothing() {
        byte[] pretty = Formats.all().get("kubernetes.audit NATIVE pretty list");
        var text = new String(pretty == null ? new byte[0] : pretty, StandardCharsets.UTF_8);
        var reading = Reading.of(text.replace("\"id-2\"", "\"id-2")).exact();
        assertThat(reading.texts().stream().filter(e -> e.contains("\"id-1\""))).hasSize(1);
        assertThat(reading.texts().stream().filter(e -> e.contains("\"id-3\""))).hasSize(1);
        assertThat(reading.events())
                .anyMatch(e ->
                        e.flags() == Received.BAD
                                && new String(e.original(), StandardCharsets.UTF_8)
                                        .contains("id-2"));
        assertThat(reading.gaps()).containsExactly("parse");
    }
}
