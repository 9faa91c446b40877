package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A filter never denies what is there, and denies nearly everything that is not. */
class BlockFiltersTest {
    private static Trigrams again(Trigrams texts) {
        var out = new Bytes(64);
        texts.write(out);
        var in = new Bytes.In(out.copy(), "test");
        var read = Trigrams.read(in);
        in.done();
        return read;
    }

    @Test
    void everyPartOfATextMayBeThere() {
        long seed = Long.getLong("spoor.seed", System.nanoTime());
        System.out.println("-Dspoor.seed=" + seed);
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 40; round++) {
            var bytes = new byte[random.nextInt(1 + (1 << random.nextInt(17)))];
            random.nextBytes(bytes);
            var texts = again(Trigrams.of(bytes, new int[] {bytes.length}, 1));
            for (int i = 0; i < 200 && bytes.length > 0; i++) {
                int from = random.nextInt(bytes.length);
                int to = Math.min(bytes.length, from + random.nextInt(40));
                assertThat(texts.mayHold(Arrays.copyOfRange(bytes, from, to))).isTrue();
            }
        }
    }

    @Test
    void textsThatAreNotThereAreNotLookedFor() {
        var log = "GET /api/v1/orders HTTP/1.1 200 payment authorized ".repeat(500).getBytes(UTF_8);
        var texts = again(Trigrams.of(log, new int[] {log.length}, 1));
        assertThat(texts.mayHold("xmrig-pool".getBytes(UTF_8))).isFalse();
        assertThat(texts.mayHold("orders HTTP".getBytes(UTF_8))).isTrue();
        assertThat(texts.escapes()).isFalse();
        var out = new Bytes(64);
        texts.write(out);
        assertThat(out.size).isLessThan(300);
    }

    @Test
    void aTextThatMayBeEscapedIsAlwaysLookedFor() {
        for (var text : new String[] {"a\\u0065b", "ab\\u", "\\u0041", "\\\\u"}) {
            var bytes = text.getBytes(UTF_8);
            var texts = again(Trigrams.of(bytes, new int[] {bytes.length}, 1));
            assertThat(texts.mayHold("something".getBytes(UTF_8))).as(text).isTrue();
        }
    }

    @Test
    void identifiersAreFoundAndOthersSeldom() {
        var random = new SplittableRandom(4);
        for (int count : new int[] {0, 1, 100, 8192}) {
            var filter = Identifiers.of(count, false);
            var there = random.longs(2L * count).toArray();
            for (int i = 0; i < count; i++) {
                filter.add(there[2 * i], there[2 * i + 1]);
            }
            var out = new Bytes(64);
            filter.write(out);
            var read = Identifiers.read(new Bytes.In(out.copy(), "test"));
            for (int i = 0; i < count; i++) {
                assertThat(read.mayHold(there[2 * i], there[2 * i + 1])).isTrue();
            }
            int wrong = 0;
            for (int i = 0; i < 10_000; i++) {
                wrong += read.mayHold(random.nextLong(), random.nextLong()) ? 1 : 0;
            }
            assertThat(wrong).isLessThan(300);
        }
    }
}
