package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Column;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is let go, packed again or held, an event comes back as it was received. */
class BlockCacheTest {
    /** Three blocks, the last one short. */
    private static final int EVENTS = 2 * Format.BLOCK_EVENTS + 700;

    @TempDir Path folder;

    @Test
    void eventsWithBodiesComeBackFromAFullCacheInAnyOrder() throws IOException {
        long seed = Long.getLong("spoor.seed", System.nanoTime());
        System.out.println("-Dspoor.seed=" + seed);
        var random = new SplittableRandom(seed);
        var events = events(random);
        var keys = LedgerKeys.ephemeral();
        write(events, keys);
        try (var segment = SegmentReader.open(only(), keys)) {
            for (long limit : new long[] {1, 900_000, 4_000_000, BlockCache.BYTES_MAX}) {
                try (var cache = new BlockCache()) {
                    cache.limit(limit);
                    for (int visit = 0; visit < 60; visit++) {
                        visit(segment, cache, events, random);
                    }
                }
            }
        }
    }

    /** Some events of a block: single ones, or all from one on; sometimes its bodies are held. */
    private static void visit(
            SegmentReader segment, BlockCache cache, List<byte[]> events, SplittableRandom random) {
        var entry = segment.blocks.get(random.nextInt(segment.blocks.size()));
        var block = cache.block(segment, entry);
        if (random.nextInt(10) == 0) {
            for (int column : entry.columns()) {
                if (segment.columns.get(column).look() == Column.Look.BODY) {
                    block.readable(column);
                }
            }
        }
        var row = new Row();
        int some = random.nextInt(6) == 0 ? 300 : 1 + random.nextInt(5);
        int at = random.nextInt(block.rows());
        for (int i = 0; i < some && at < block.rows(); i++) {
            if (block.sources[at] >= 0) {
                SegmentRows.fill(block, at, row);
                int number = (int) row.line - 1;
                assertThat(Arrays.copyOfRange(row.bytes, row.from, row.from + row.length))
                        .as("row %d of block %d", at, entry.index())
                        .isEqualTo(events.get(number));
            }
            at = some == 300 ? at + 1 : random.nextInt(block.rows());
        }
    }

    private static List<byte[]> events(SplittableRandom random) {
        var events = new ArrayList<byte[]>();
        for (int i = 0; i < EVENTS; i++) {
            var event =
                    "{\"kind\":\"Event\",\"auditID\":\"%08x-0000-4000-8000-%012x\",\"verb\":\"%s\""
                                    .formatted(random.nextInt(), i, i % 3 == 0 ? "get" : "create")
                            + (random.nextInt(8) == 0 ? body("request", random) : "")
                            + (random.nextInt(12) == 0 ? body("response", random) : "")
                            + ",\"requestReceivedTimestamp\":\"2026-11-20T%02d:%02d:%02d.%06dZ\"}"
                                    .formatted(
                                            i / 3600 % 24,
                                            i / 60 % 60,
                                            i % 60,
                                            random.nextInt(1_000_000));
            // Some are not written as encoders write, and are kept as received
            events.add((random.nextInt(50) == 0 ? " " + event : event).getBytes(UTF_8));
        }
        return events;
    }

    private static String body(String of, SplittableRandom random) {
        int large = random.nextInt(200) == 0 ? 90_000 : 20 + random.nextInt(400);
        var text = new StringBuilder();
        for (int i = 0; i < large; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return ",\"" + of + "Object\":{\"kind\":\"Pod\",\"data\":\"" + text + "\"}";
    }

    private void write(List<byte[]> events, LedgerKeys keys) {
        try (var sink = new LedgerSearchTest.LedgerSink(folder, keys)) {
            int source = sink.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "audit.log", null);
            var record = new Received();
            for (int i = 0; i < events.size(); i++) {
                record.plain(events.get(i), 0, events.get(i).length);
                record.source = source;
                record.line = i + 1;
                sink.take(record);
            }
            sink.ledger.seal();
        }
    }

    private Path only() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("segment-.*\\.spoor"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
