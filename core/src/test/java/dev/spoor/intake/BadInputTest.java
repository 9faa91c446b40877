package dev.spoor.intake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the outside may send: each costs a clear word and nothing else. */
class BadInputTest {
    /** Counts and keeps nothing, so that large inputs need no memory. */
    private static final class Counting implements EventSink {
        private long events;
        private long bytes;
        private long glue;
        private int largest;
        private final List<Gap> gaps = new ArrayList<>();
        private final List<Integer> flags = new ArrayList<>();

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            return 0;
        }

        @Override
        public void take(Received record) {
            events++;
            bytes += record.length;
            largest = Math.max(largest, record.length);
            if (flags.size() < 1000) {
                flags.add(record.flags);
            }
        }

        @Override
        public void wrapper(int source, byte[] description) {
            assertThat(description.length).isLessThanOrEqualTo(Glue.DESCRIPTION_BYTES_MAX);
            glue += description.length;
        }

        @Override
        public void gap(int source, Gap gap) {
            gaps.add(gap);
        }
    }

    /** A start, a middle many times, an end. */
    private static Feed large(String start, String middle, long times, String end) {
        byte[][] parts = {bytes(start), bytes(middle), bytes(end)};
        return new Feed() {
            private int part;
            private long repeated;
            private int at;

            @Override
            public int read(byte[] into, int offset, int length) {
                int size = 0;
                while (size < length && part < 3) {
                    int step = Math.min(length - size, parts[part].length - at);
                    System.arraycopy(parts[part], at, into, offset + size, step);
                    size += step;
                    at += step;
                    if (at == parts[part].length) {
                        at = 0;
                        part += part == 1 && ++repeated < times ? 0 : 1;
                    }
                }
                return size == 0 ? -1 : size;
            }

            @Override
            public @Nullable Loss loss() {
                return null;
            }

            @Override
            public void close() {}
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Counting read(Feed feed) {
        var sink = new Counting();
        Intake.read(feed, "test", null, sink, bytes -> true);
        return sink;
    }

    private static final String EVENT = IntakeTest.event("a");

    @Test
    void aLineOf200MegabytesIsKeptInPieces() {
        long times = 20_000_000;
        var sink = read(large(EVENT + "\n{\"a\":\"", "0123456789", times, "\"}\n" + EVENT + "\n"));
        assertThat(sink.bytes).isEqualTo(EVENT.length() * 2L + times * 10 + 8);
        assertThat(sink.largest).isEqualTo(Limits.EVENT_BYTES_MAX);
        assertThat(sink.flags.getFirst()).isZero();
        assertThat(sink.flags.getLast()).isZero();
        assertThat(sink.flags.subList(1, sink.flags.size() - 2)).containsOnly(Received.PIECE);
        assertThat(sink.gaps).extracting(Gap::kind).containsExactly("limit");
        assertThat(sink.gaps.getFirst().events()).isEqualTo(1);
    }

    @Test
    void aListOnOneLineOf200MegabytesIsTakenApart() {
        long times = 200_000_000 / EVENT.length();
        var sink =
                read(
                        large(
                                "{\"kind\":\"EventList\",\"items\":[",
                                EVENT + ",",
                                times,
                                EVENT + "]}\n"));
        assertThat(sink.events).isEqualTo(times + 1);
        assertThat(sink.largest).isEqualTo(EVENT.length());
        assertThat(sink.gaps).isEmpty();
        assertThat(sink.glue).isLessThan(200);
    }

    @Test
    void alistThatNeverBeginsIsKeptInPieces() {
        var sink =
                read(
                        large(
                                "{\"kind\":\"EventList\",\"items\":[],\"x\":\"",
                                "0123456789",
                                2_000_000,
                                "\"}\n"));
        assertThat(sink.bytes + sink.glue).isGreaterThan(20_000_000);
    }

    @Test
    void deepNestingIsKept() {
        var deep = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        var lines = Reading.of(EVENT + "\n" + deep + "\n" + EVENT + "\n").exact();
        assertThat(lines.events()).hasSize(3);
        assertThat(lines.events().get(1).fields().tree().isObject()).isTrue();
        var items = Reading.of("[" + EVENT + ",\n" + deep + ",\n" + EVENT + "]").exact();
        assertThat(items.events()).hasSize(3);
        assertThat(Reading.of("[".repeat(100_000)).exact().events()).isNotEmpty();
        assertThat(Reading.of(deep).exact().events()).hasSize(1);
    }

    @Test
    void nulBytesAndInvalidUtf8AreKept() {
        var text = EVENT.replace("get", "g\0et") + "\n\0\0\n" + EVENT + "\n";
        var nul = Reading.of(text).exact();
        assertThat(nul.events()).hasSize(3);
        assertThat(nul.gaps()).containsExactly("parse");
        byte[] invalid = (EVENT + "\n" + EVENT).getBytes(StandardCharsets.UTF_8);
        invalid[20] = (byte) 0xc0;
        invalid[21] = (byte) 0xff;
        assertThat(Reading.of(invalid).exact().events()).hasSize(2);
    }

    @Test
    void cutInputIsKeptAndTold() {
        var whole = "{\"kind\":\"EventList\",\"items\":[" + EVENT + "," + EVENT + "]}";
        var inside = Reading.of(whole.substring(0, whole.length() - 20)).exact();
        assertThat(inside.events()).hasSize(2);
        assertThat(inside.events().getLast().flags()).isEqualTo(Received.CUT);
        assertThat(inside.gaps()).containsExactly("cut");
        var between = Reading.of(whole.substring(0, whole.length() - 2)).exact();
        assertThat(between.events()).hasSize(2);
        assertThat(between.gaps()).containsExactly("cut");
    }

    @Test
    void aMessageCutByTheCollectorIsTold() {
        var cut = EVENT.substring(0, 60).replace("\"", "\\\"");
        var start =
                "{\"messageType\":\"DATA_MESSAGE\",\"logStream\":\"kube-apiserver-audit-1\",\"logEvents\":[{\"message\":\"";
        for (var end : new String[] {"", "[Truncated...]"}) {
            var reading = Reading.of(start + cut + end + "\"}]}").exact();
            assertThat(reading.events().getFirst().flags()).isEqualTo(Received.CUT);
            assertThat(reading.gaps()).containsExactly("cut");
        }
    }

    @Test
    void theFirstLineMayBeCutByRotation() {
        var reading = Reading.of(EVENT.substring(30) + "\n" + EVENT + "\n" + EVENT + "\n").exact();
        assertThat(reading.kind()).isEqualTo("kubernetes.audit");
        assertThat(reading.events()).extracting(e -> e.flags()).containsExactly(Received.BAD, 0, 0);
        var inside =
                Reading.of(EVENT.substring(0, 40) + "\n" + EVENT + "\n" + EVENT + "\n").exact();
        assertThat(inside.kind()).isEqualTo("kubernetes.audit");
        assertThat(inside.events()).hasSize(3);
    }

    @Test
    void emptyBlankAndBinaryInputIsNamed() {
        assertThat(Reading.of("").sink().gaps().getFirst().detail()).contains("empty");
        assertThat(Reading.of("\n\n \n").exact().sink().gaps()).isNotEmpty();
        byte[] random = new byte[100_000];
        new java.util.Random(1).nextBytes(random);
        assertThat(Reading.of(random).sink().gaps().getFirst().detail())
                .contains("nothing recognised");
        byte[] zip = Arrays.copyOf(bytes("PK\3\4\0\0\0\0"), 1000);
        assertThat(Reading.of(zip).sink().gaps().getFirst().detail()).contains("zip");
    }

    @Test
    void aContainerCannotPrintAuditEvents() {
        var printed = EVENT.replace("\"", "\\\"");
        var docker =
                "{\"log\":\""
                        + printed
                        + "\\n\",\"stream\":\"stdout\",\"time\":\"2024-01-02T03:04:05Z\"}\n";
        assertThat(Reading.of(docker).exact().kind()).isEqualTo("container.docker");
        var collected = "{\"message\":\"" + printed + "\",\"kubernetes\":{\"pod_name\":\"web\"}}\n";
        assertThat(Reading.of(collected).exact().kind()).isEqualTo("json");
        var cri = "2024-01-02T03:04:05Z stdout F " + EVENT + "\n";
        assertThat(Reading.of(cri).exact().kind()).isEqualTo("container.cri");
    }

    @Test
    void strangeButValidJsonIsTaken() {
        assertThat(Reading.of("{\"kind\": 0}\n{\"kind\": 0}\n").exact().kind()).isEqualTo("json");
        assertThat(Reading.of("{}").exact().events()).hasSize(1);
        assertThat(Reading.of("[]").exact().events()).isEmpty();
        assertThat(Reading.of("{\"items\":{}}\n").exact().events()).hasSize(1);
        assertThat(Reading.of("{\"kind\":\"EventList\",\"items\":[]}").exact().gaps()).isEmpty();
    }
}
