package dev.spoor.app;

import dev.spoor.event.Source;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was added to a ledger from a moment on, as if nothing had been before: sources are numbered
 * from 0; positions are the ledger's.
 */
record Newer(EventSearch all, Start start) implements EventSearch {
    /** Where the new entries begin, and how many sources there were before. */
    record Start(long position, int sources) {}

    @Override
    public void search(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        all.search(predicate, since, until, newer(visitor));
    }

    @Override
    public void searchBack(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        all.searchBack(predicate, since, until, newer(visitor));
    }

    private Visitor newer(Visitor visitor) {
        return new Visitor() {
            @Override
            public boolean take(Stored event) {
                return visitor.take(renumbered(event));
            }

            @Override
            public boolean wants(long position) {
                return position >= start.position && visitor.wants(position);
            }

            @Override
            public boolean wants(Instant from, Instant to) {
                return visitor.wants(from, to);
            }

            @Override
            public void tick() {
                visitor.tick();
            }
        };
    }

    private Stored renumbered(Stored event) {
        return new Stored(
                event.position(),
                renumbered(event.source()),
                event.line(),
                event.item(),
                event.flags(),
                event.time(),
                event.original(),
                event.view());
    }

    private Source renumbered(Source source) {
        return new Source(
                Math.max(0, source.id() - start.sources),
                source.kind(),
                source.wrapping(),
                source.path(),
                source.cluster());
    }

    @Override
    public List<Source> sources() {
        var sources = all.sources();
        return sources.subList(start.sources, sources.size()).stream()
                .map(this::renumbered)
                .toList();
    }
}
