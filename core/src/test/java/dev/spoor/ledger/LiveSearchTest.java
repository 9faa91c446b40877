package dev.spoor.ledger;

import dev.spoor.event.EventSink;
import dev.spoor.query.EventSearch;
import dev.spoor.query.EventSearchContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger answers while it is written to, and after its writer has died. */
class LiveSearchTest {
    private static final InstantSource CLOCK =
            InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));

    /** Everything stands in the journal. */
    @Nested
    class BeforeAnythingIsSealed extends Live {
        @Override
        LiveConfig config() {
            return LiveConfig.usual();
        }
    }

    /** Some stands in segments, some in journals, and it changes while it is asked. */
    @Nested
    class WhileJournalsAreSealed extends Live {
        @Override
        LiveConfig config() {
            return LiveConfig.usual().withJournalBytes(50_000);
        }
    }

    abstract static class Live extends EventSearchContract {
        @TempDir Path folder;
        private final List<LiveLedger> open = new ArrayList<>();

        abstract LiveConfig config();

        @Override
        protected EventSearch openWith(Consumer<EventSink> fill) throws Exception {
            var directory = Files.createTempDirectory(folder, "ledger");
            var ledger = LiveLedger.open(directory, config(), LedgerKeys.ephemeral(), CLOCK);
            open.add(ledger);
            var sink = new LiveSink(ledger, position -> {}, 1200);
            fill.accept(sink);
            sink.flush();
            return ledger.reader();
        }

        @AfterEach
        void close() {
            open.forEach(LiveLedger::close);
        }
    }
}
