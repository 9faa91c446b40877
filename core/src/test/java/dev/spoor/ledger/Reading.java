package dev.spoor.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.query.Predicates;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a ledger gives back, as tests compare it. */
final class Reading {
    private Reading() {}

    /** Every event as it was received. */
    static List<String> lines(LedgerReader reader) {
        var found = new ArrayList<String>();
        reader.search(
                Predicates.EVERYTHING,
                null,
                null,
                event -> found.add(new String(event.original(), UTF_8)));
        return found;
    }

    /** The same of a ledger that nothing is wrong with. */
    static List<String> lines(Path directory, LedgerKeys keys) {
        try (var reader = LedgerReader.open(directory, keys)) {
            assertThat(reader.damaged()).isEmpty();
            return lines(reader);
        }
    }

    static Verification verify(Path directory, LedgerKeys keys) {
        return Verification.of(directory, keys, null, null, Verification.Progress.NONE);
    }
}
