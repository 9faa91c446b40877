package dev.spoor.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SearchTest {
    @Test
    void findsWhatASimpleSearchFindsWhereverItStands() {
        long seed = 20261123;
        var random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            var text = letters(random, random.nextInt(60), "ab\u0001\u0000z");
            var part =
                    letters(random, 1 + random.nextInt(random.nextBoolean() ? 3 : 12), "ab\u0001z");
            var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            int from = random.nextInt(bytes.length + 1);
            int to = from + random.nextInt(bytes.length - from + 1);
            int at = text.substring(0, to).indexOf(part, from);
            assertThat(new Search(part.getBytes(StandardCharsets.ISO_8859_1)).find(bytes, from, to))
                    .as("seed %d, round %d: %s in %s", seed, round, part, text)
                    .isEqualTo(at < 0 ? -1 : at);
        }
    }

    @Test
    void bytesAboveAsciiAreFoundToo() {
        var text = "bereit für Größeres".getBytes(StandardCharsets.UTF_8);
        var part = "Größe".getBytes(StandardCharsets.UTF_8);
        assertThat(new Search(part).find(text, 0, text.length)).isEqualTo(12);
    }

    private static String letters(Random random, int length, String from) {
        var text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(from.charAt(random.nextInt(from.length())));
        }
        return text.toString();
    }
}
