package dev.spoor.ledger;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.query.EventSearch;
import dev.spoor.query.EventSearchContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;

class LedgerSearchTest extends EventSearchContract {
    @TempDir Path folder;

    @Override
    protected int manyEvents() {
        return Format.BLOCK_EVENTS + 500;
    }

    @Override
    protected EventSearch openWith(Consumer<EventSink> fill) throws Exception {
        var directory = Files.createTempDirectory(folder, "ledger");
        var keys = LedgerKeys.ephemeral();
        try (var sink = new LedgerSink(directory, keys)) {
            fill.accept(sink);
            sink.ledger.seal();
        }
        return LedgerReader.open(directory, keys);
    }

    /** Scans and appends, as the flow does. */
    static final class LedgerSink implements EventSink, AutoCloseable {
        final ShapeScanner scanner = new ShapeScanner();
        final Scanned scanned = new Scanned();
        final Ledger ledger;

        LedgerSink(Path directory, LedgerKeys keys) {
            var clock = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
            ledger =
                    Folder.exists(directory)
                            ? Ledger.extend(directory, keys, scanner, clock)
                            : Ledger.create(directory, keys, scanner, clock, false);
        }

        @Override
        public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
            return ledger.open(kind, wrapping, path, cluster);
        }

        @Override
        public void take(Received record) {
            var source = ledger.sources().get(record.source);
            scanner.scan(source.kind(), record.view, record.viewOffset, record.viewLength, scanned);
            ledger.append(record, scanned);
        }

        @Override
        public void wrapper(int source, byte[] description) {
            ledger.wrapper(source, description);
        }

        @Override
        public void gap(int source, Gap gap) {
            ledger.gap(source, gap);
        }

        @Override
        public void close() {
            ledger.close();
        }
    }
}
