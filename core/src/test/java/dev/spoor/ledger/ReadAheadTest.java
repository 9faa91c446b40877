package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import dev.spoor.query.Test.Equal;
import dev.spoor.query.Test.OneOf;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that has been asked much answers as one that has just been opened. */
class ReadAheadTest {
    private static final Instant FROM = Instant.parse("2026-11-20T00:00:00Z");
    private static final int SEGMENTS = 9;
    private static final int EVENTS = 400; // of each, a second apart

    @TempDir Path folder;

    @Test
    void whatIsAskedAgainAndAgainIsAnsweredAsTheFirstTime() {
        long seed = Long.getLong("spoor.seed", System.nanoTime());
        System.out.println("-Dspoor.seed=" + seed);
        var random = new SplittableRandom(seed);
        var keys = LedgerKeys.ephemeral();
        for (int segment = 0; segment < SEGMENTS; segment++) {
            write(segment, keys, random);
        }
        try (var asked = LedgerReader.open(folder, keys)) {
            for (int i = 0; i < 60; i++) {
                var question = question(random);
                var start = FROM.plusSeconds(random.nextInt(SEGMENTS * EVENTS));
                var span =
                        random.nextBoolean()
                                ? Span.ALL
                                : Span.of(start, start.plusSeconds(random.nextInt(900)));
                try (var fresh = LedgerReader.open(folder, keys)) {
                    assertThat(found(asked, question, span))
                            .as("%s in %s", question, span)
                            .isEqualTo(found(fresh, question, span));
                }
            }
        }
    }

    /** Each segment begins with records of Spoor's own, whose shape tells of no address. */
    @Test
    void blocksWithRecordsOfSpoorsOwnAreNotReadForAnAddress() {
        var keys = LedgerKeys.ephemeral();
        var random = new SplittableRandom(3);
        for (int segment = 0; segment < SEGMENTS; segment++) {
            write(segment, keys, random);
        }
        try (var reader = LedgerReader.open(folder, keys)) {
            var absent = new Predicate.Field("sourceIPs", new OneOf(Set.of("192.0.2.1")));
            for (int i = 0; i < 4; i++) {
                assertThat(found(reader, absent, Span.ALL)).isEmpty();
            }
            var work = Objects.requireNonNull(reader.work());
            assertThat(work.byValue()).isEqualTo(work.blocks());
        }
    }

    private static List<Long> found(LedgerReader reader, Predicate question, Span span) {
        var positions = new ArrayList<Long>();
        reader.search(question, span, event -> positions.add(event.position()));
        return positions;
    }

    private static Predicate question(SplittableRandom random) {
        var address =
                new Predicate.Field(
                        "sourceIPs",
                        new OneOf(Set.of("10.0.0." + random.nextInt(60), "192.0.2.1")));
        var verb = new Predicate.Field("verb", new Equal(verb(random), true));
        return switch (random.nextInt(4)) {
            case 0 -> address;
            case 1 -> verb;
            case 2 -> new Predicate.Not(verb);
            default -> new Predicate.All(List.of(address, verb));
        };
    }

    private static String verb(SplittableRandom random) {
        return List.of("get", "list", "delete").get(random.nextInt(3));
    }

    private void write(int segment, LedgerKeys keys, SplittableRandom random) {
        try (var sink = new LedgerSearchTest.LedgerSink(folder, keys)) {
            int source =
                    sink.open(
                            Kind.KUBERNETES_AUDIT,
                            Wrapping.NATIVE,
                            "audit-" + segment + ".log",
                            null);
            var record = new Received();
            for (int i = 0; i < EVENTS; i++) {
                var event =
                        "{\"kind\":\"Event\",\"verb\":\"%s\",\"sourceIPs\":[\"10.0.0.%d\"],\"requestReceivedTimestamp\":\"%s\"}"
                                .formatted(
                                        verb(random),
                                        segment * 5 + random.nextInt(5),
                                        FROM.plusSeconds((long) segment * EVENTS + i)
                                                .plusNanos(1_000)
                                                .toString());
                var bytes = event.getBytes(UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = i + 1;
                sink.take(record);
            }
            sink.ledger.seal();
        }
    }
}
