package dev.spoor.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a ledger holds in memory does not grow with what was kept before. */
class LedgerMemoryTest {
    @TempDir Path folder;

    @Test
    void finishedSegmentsHoldNothingOfWhatTheyWereWrittenWith() throws InterruptedException {
        var disk = new Remembering();
        var scanner = new ShapeScanner();
        int events = Format.SEGMENT_BLOCKS * Format.BLOCK_EVENTS + 10;
        try (var ledger =
                Ledger.create(
                        folder.resolve("kept"),
                        disk,
                        LedgerKeys.at(folder.resolve("home"), null),
                        scanner,
                        InstantSource.system())) {
            var record = new Received();
            var scanned = new Scanned();
            record.source = ledger.open(Kind.TEXT, Wrapping.NATIVE, "a.log", null);
            for (int i = 0; i < events; i++) {
                var line = ("n=" + i % 10).getBytes(StandardCharsets.UTF_8);
                record.plain(line, 0, line.length);
                record.line = i;
                scanner.scan(Kind.TEXT, line, 0, line.length, scanned);
                ledger.append(record, scanned);
            }
            assertThat(disk.segments).hasSize(2);

            assertThat(gone(disk.segments.getFirst())).isTrue();
            assertThat(ledger.seal().size()).isEqualTo(events + 1);
        }
    }

    private static boolean gone(WeakReference<?> reference) throws InterruptedException {
        for (int i = 0; i < 50 && reference.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return reference.get() == null;
    }

    /** Remembers which files of segments somebody still holds. */
    private static final class Remembering implements Disk {
        final List<WeakReference<Out>> segments = new ArrayList<>();

        @Override
        public Out create(Path path) throws IOException {
            var out = Disk.FLEETING.create(path);
            if (String.valueOf(path.getFileName()).startsWith("segment-")) {
                segments.add(new WeakReference<>(out));
            }
            return out;
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Disk.FLEETING.move(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            Disk.FLEETING.delete(path);
        }

        @Override
        public void forceFolder(Path path) throws IOException {
            Disk.FLEETING.forceFolder(path);
        }
    }
}
