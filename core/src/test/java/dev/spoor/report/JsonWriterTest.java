package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JsonWriterTest {
    private static String written(java.util.function.Consumer<JsonWriter> write) {
        var out = new ByteArrayOutputStream();
        var json = new JsonWriter(out);
        write.accept(json);
        json.finish();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void membersAndElementsArePartedByCommas() {
        var name = JsonWriter.name("a");
        assertThat(
                        written(json -> {
                            json.open('{');
                            json.member(name);
                            json.open('[');
                            json.open('{');
                            json.close('}');
                            json.number(-7);
                            json.text("x");
                            json.text(null);
                            json.close(']');
                            json.member(name);
                            json.bool(true);
                            json.member(name);
                            json.number(0.25);
                            json.close('}');
                        }))
                .isEqualTo("{\"a\":[{},-7,\"x\",null],\"a\":true,\"a\":0.25}");
    }

    @Test
    void whatCouldSteerATerminalStandsAsAnEscape() {
        assertThat(written(json -> json.text("a\"\\/\b\f\n\r\t\u0000\u001b\u007f")))
                .isEqualTo("\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001B\\u007F\"");
        assertThat(written(json -> json.text("é\u0085\u200b\u202e\u20ac\ud83d\ude00\ud800z\udc00")))
                .isEqualTo("\"é\\u0085\\u200b\\u202e\u20ac\ud83d\ude00\ufffdz\ufffd\"");
    }

    @Test
    void everyTextCanBeReadBackAlsoALongOne() {
        long seed = 20261123;
        var random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            var text = new StringBuilder();
            int length = round % 40 == 0 ? 30_000 : random.nextInt(60);
            for (int i = 0; i < length; i++) {
                int c =
                        switch (random.nextInt(4)) {
                            case 0 -> random.nextInt(0x80);
                            case 1 -> random.nextInt(0x10000);
                            case 2 -> random.nextInt(0x110000);
                            default -> 'a' + random.nextInt(26);
                        };
                text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '!' : c);
            }
            var bytes =
                    written(json -> json.text(text.toString())).getBytes(StandardCharsets.UTF_8);
            var read = Json.read(bytes, 0, bytes.length).value();
            assertThat(read == null ? null : read.asString())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(text.toString());
        }
    }

    @Test
    void timesStandAsTheyDoElsewhere() {
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            int nano =
                    switch (i % 4) {
                        case 0 -> 0;
                        case 1 -> random.nextInt(1_000) * 1_000_000;
                        case 2 -> random.nextInt(1_000_000) * 1_000;
                        default -> random.nextInt(1_000_000_000);
                    };
            var time =
                    Instant.ofEpochSecond(
                            random.nextLong(-70_000_000_000L, 400_000_000_000L), nano);
            assertThat(written(json -> json.time(time))).isEqualTo("\"" + time + "\"");
        }
    }
}
