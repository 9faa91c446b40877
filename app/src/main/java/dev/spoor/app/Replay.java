package dev.spoor.app;

import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Times;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import dev.spoor.query.Test;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Lets the events of a kept ledger pass once more, as they did when they were received. */
final class Replay {
    private final LedgerReader ledger;
    private final ShapeScanner scanner;
    private final Tally tally;
    private final Evidence.Follower follower;
    private final Scanned scanned = new Scanned();
    private final Received record = new Received();
    private @Nullable Instant from;
    private @Nullable Instant to;
    private long bytes;

    Replay(LedgerReader ledger, ShapeScanner scanner, Tally tally, Evidence.Follower follower) {
        this.ledger = ledger;
        this.scanner = scanner;
        this.tally = tally;
        this.follower = follower;
    }

    void run() {
        ledger.sources().forEach(tally::opened);
        if (follower != Evidence.Follower.NONE) { // a search reads only what it needs
            ledger.search(new Predicate.Everything(), null, null, this::event);
        }
        ledger.search(
                new Predicate.Field("source.kind", new Test.Equal("spoor.gap", true)),
                null,
                null,
                this::gap);
        tally.read(ledger.sources().size(), bytes);
        tally.span(from, to);
    }

    /** Shows a follower what a ledger holds, and counts nothing. */
    static void past(LedgerReader ledger, Evidence.Follower follower) {
        var replay = new Replay(ledger, new ShapeScanner(), new Tally(), follower);
        ledger.search(
                new Predicate.Everything(),
                null,
                null,
                event -> {
                    replay.pass(event);
                    return true;
                });
    }

    private boolean event(Stored event) {
        var time = event.time();
        if (time != null) {
            from = from == null || time.isBefore(from) ? time : from;
            to = to == null || time.isAfter(to) ? time : to;
        }
        bytes += event.original().length;
        pass(event);
        tally.took(record, scanned);
        return true;
    }

    private void pass(Stored event) {
        record.plain(event.view(), 0, event.view().length);
        record.source = event.source().id();
        record.line = event.line();
        record.item = event.item();
        record.flags = event.flags();
        scanner.scan(event.source().kind(), record.view, 0, record.viewLength, scanned);
        follower.take(record, scanned, event.source(), event.position());
    }

    private boolean gap(Stored event) {
        var told = Json.read(event.original(), 0, event.original().length).value();
        if (told != null && Gap.KINDS.contains(told.path("kind").asString(""))) {
            tally.lost(
                    new Gap(
                            told.path("kind").asString(""),
                            told.path("source").asString(""),
                            Times.parse(told.path("at").asString("")),
                            told.path("detail").asString(""),
                            told.path("events").asLong(0)));
        }
        return true;
    }
}
