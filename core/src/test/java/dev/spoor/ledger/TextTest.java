package dev.spoor.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.fault.Tampered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Texts come back byte for byte, whatever they are, and repeated ones cost little. */
class TextTest {
    private final TextWriter writer = new TextWriter();

    private Bytes written(List<byte[]> texts, long[] base) {
        var all = new Bytes(64);
        writer.clear();
        for (int i = 0; i < texts.size(); i++) {
            int from = all.size;
            all.bytes(texts.get(i));
            writer.add(from, all.size, base[i]);
        }
        var out = new Bytes(64);
        writer.write(all.array, out);
        return out;
    }

    private static List<byte[]> read(Bytes written, long[] base) {
        var in = new Bytes.In(written.copy(), "test");
        var texts = TextReader.read(in, base.length, base);
        in.done();
        var found = new ArrayList<byte[]>();
        for (int i = 0; i < base.length; i++) {
            found.add(Arrays.copyOfRange(texts.bytes, texts.starts[i], texts.ends[i]));
        }
        return found;
    }

    private int roundTrip(List<byte[]> texts, long[] base) {
        var out = written(texts, base);
        var found = read(out, base);
        for (int i = 0; i < texts.size(); i++) {
            assertThat(found.get(i)).as("text %d", i).isEqualTo(texts.get(i));
        }
        return out.size;
    }

    private static long[] none(int count) {
        var base = new long[count];
        Arrays.fill(base, Stamp.NONE);
        return base;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> many(int count, Supplier<String> text) {
        var texts = new ArrayList<byte[]>();
        for (int i = 0; i < count; i++) {
            texts.add(bytes(text.get()));
        }
        return texts;
    }

    private static String hex(SplittableRandom random, int digits) {
        var text = new StringBuilder();
        for (int i = 0; i < digits; i++) {
            text.append(Character.forDigit(random.nextInt(16), 16));
        }
        return text.toString();
    }

    @Test
    void anAccessLogKeepsItsNumbersAndLittleElse() {
        var random = new SplittableRandom(7);
        var texts =
                many(
                        2000,
                        () ->
                                "10.20.%d.%d - - [20/Nov/2026:11:%02d:%02d +0000] \\\"GET /a/%d HTTP/1.1\\\" 200 %d \\\"-\\\" %s"
                                        .formatted(
                                                random.nextInt(3),
                                                random.nextInt(256),
                                                random.nextInt(60),
                                                random.nextInt(60),
                                                random.nextInt(1000),
                                                random.nextInt(60_000),
                                                hex(random, 32)));
        assertThat(roundTrip(texts, none(2000))).isLessThan(2000 * 32);
    }

    @Test
    void timesOfAllFormsComeBack() {
        var random = new SplittableRandom(11);
        long start = 1_795_000_000_000_000_000L;
        for (var form :
                List.of(
                        "I%2$02d%3$02d %4$02d:%5$02d:%6$02d.%7$06d       1 x.go:%7$d] hi",
                        "%1$04d-%2$02d-%3$02dT%4$02d:%5$02d:%6$02d.%7$06dZ ok",
                        "%1$04d-%2$02d-%3$02d %4$02d:%5$02d:%6$02d,%7$03d ok",
                        "[%3$02d/Nov/%1$04d:%4$02d:%5$02d:%6$02d +0000]",
                        "%1$04d-%2$02d-%3$02d %4$02d:%5$02d:%6$02d",
                        "%1$04d-%2$02d-31T%4$02d:%5$02d:%6$02d is sometimes no day")) {
            var base = none(300);
            for (int i = 0; i < base.length; i += 1 + random.nextInt(2)) {
                base[i] = start + random.nextLong(86_400_000_000_000L * 900);
            }
            roundTrip(
                    many(
                            300,
                            () ->
                                    form.formatted(
                                            2026,
                                            1 + random.nextInt(12),
                                            1 + random.nextInt(29),
                                            random.nextInt(24),
                                            random.nextInt(60),
                                            random.nextInt(60),
                                            random.nextInt(1000))),
                    base);
        }
    }

    @Test
    void textsOfChanceComeBack() {
        long seed = Long.getLong("spoor.seed", System.nanoTime());
        System.out.println("-Dspoor.seed=" + seed);
        var random = new SplittableRandom(seed);
        var parts =
                List.of(
                        "\"",
                        "\\\"",
                        "\\",
                        ":",
                        " ",
                        "=",
                        "-",
                        ".",
                        "a",
                        "warn",
                        "GET",
                        "0",
                        "007",
                        "15",
                        "15ms",
                        "123456789012345678",
                        "1234567890123456789",
                        "2026-02-30T00:00:00",
                        "2026-11-20 11:56:17.109",
                        "20/Nov/2026:11:56:17",
                        "31/Feb/2026:11:56:17",
                        "I1120 ",
                        "11:56:17.109203",
                        "0229 11:56:17.109203",
                        "deadbeef",
                        "DEADBEEF",
                        "a1b2c3d4e5f60718",
                        "é",
                        "\0",
                        "\r",
                        "{\\\"a\\\":\\\"b\\\"}",
                        "\t");
        for (int round = 0; round < 300; round++) {
            int count = random.nextInt(400);
            var kinds = new ArrayList<String>();
            for (int i = 1 + random.nextInt(6); i > 0; i--) {
                var kind = new StringBuilder();
                for (int p = random.nextInt(12); p > 0; p--) {
                    kind.append(
                            random.nextInt(3) == 0 ? "@" : parts.get(random.nextInt(parts.size())));
                }
                kinds.add(kind.toString());
            }
            var texts =
                    many(
                            count,
                            () -> {
                                var text = kinds.get(random.nextInt(kinds.size()));
                                while (text.contains("@")) {
                                    text = text.replaceFirst("@", part(parts, random));
                                }
                                return text;
                            });
            var base = none(count);
            for (int i = 0; i < count; i++) {
                if (random.nextInt(3) > 0) {
                    base[i] = random.nextLong(1L << 61);
                }
            }
            roundTrip(texts, base);
        }
    }

    private static String part(List<String> parts, SplittableRandom random) {
        var part =
                switch (random.nextInt(4)) {
                    case 0 -> parts.get(random.nextInt(parts.size()));
                    case 1 -> Integer.toString(random.nextInt(100_000));
                    case 2 -> hex(random, 2 * random.nextInt(20));
                    default -> "w" + random.nextInt(20);
                };
        return java.util.regex.Matcher.quoteReplacement(part);
    }

    @Test
    void rawBytesComeBack() {
        long seed = Long.getLong("spoor.seed", System.nanoTime());
        System.out.println("-Dspoor.seed=" + seed);
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            var texts = new ArrayList<byte[]>();
            for (int i = random.nextInt(500); i > 0; i--) {
                var text = new byte[random.nextInt(60)];
                random.nextBytes(text);
                texts.add(text);
            }
            roundTrip(texts, none(texts.size()));
        }
    }

    /**
     * Every text of another form, quotes that never close, a thousand slots: no more than they are.
     */
    @Test
    void textsThatNeverRepeatCostNoMoreThanThemselves() {
        var random = new SplittableRandom(3);
        var hostile =
                List.<Supplier<String>>of(
                        () -> "\\\"".repeat(2000),
                        () -> "\"x".repeat(999),
                        () -> "a ".repeat(3000),
                        () -> {
                            var text = new StringBuilder();
                            for (int i = 0; i < 40; i++) {
                                text.append((char) (' ' + random.nextInt(90)));
                            }
                            return text.toString();
                        });
        for (var kind : hostile) {
            var texts = many(1000, kind);
            int raw = texts.stream().mapToInt(text -> text.length).sum();
            assertThat(roundTrip(texts, none(1000))).isLessThan(raw + 8 * 1000);
        }
    }

    @Test
    void brokenTextsAreToldAsTampered() {
        var random = new SplittableRandom(5);
        var texts =
                many(
                        500,
                        () ->
                                "2026-11-20 11:56:17.%03d INFO [exec-%d] %s took %dms"
                                        .formatted(
                                                random.nextInt(1000),
                                                random.nextInt(32),
                                                hex(random, 16),
                                                random.nextInt(900)));
        var good = written(texts, none(500)).copy();
        for (int i = 0; i < 3000; i++) {
            var bad = good.clone();
            int flips = 1 + random.nextInt(3);
            for (int f = 0; f < flips; f++) {
                bad[random.nextInt(f == 0 ? 200 : bad.length)] = (byte) random.nextInt(256);
            }
            var in = new Bytes.In(bad, "test");
            try {
                TextReader.read(in, 500, none(500));
            } catch (Tampered e) {
                assertThat(e).hasMessageContaining("test");
            }
        }
        assertThatThrownBy(() -> TextReader.read(new Bytes.In(new byte[] {9}, "test"), 1, none(1)))
                .isInstanceOf(Tampered.class);
    }
}
