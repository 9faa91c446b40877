package dev.spoor.app;

import dev.spoor.event.JsonView;
import dev.spoor.event.Source;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Only the events of a span, whatever is asked: of a time, or what was added to a ledger from a
 * position on, as if nothing had been before: sources are numbered from 0, positions are the
 * ledger's.
 *
 * @param sourcesBefore sources that the ledger had before
 */
record Part(EventSearch all, Span span, int sourcesBefore) implements EventSearch {
    /** The events of a span of time. */
    static EventSearch within(
            EventSearch events, @Nullable Instant since, @Nullable Instant until) {
        return since == null && until == null ? events : new Part(events, Span.of(since, until), 0);
    }

    @Override
    public void search(Predicate predicate, Span asked, Visitor visitor) {
        all.search(predicate, span.and(asked), renumbering(visitor));
    }

    @Override
    public void searchBack(Predicate predicate, Span asked, Visitor visitor) {
        all.searchBack(predicate, span.and(asked), renumbering(visitor));
    }

    @Override
    public void count(Predicate predicate, Span asked, List<Key> keys, Counter counter) {
        all.count(predicate, span.and(asked), keys, counter); // tells nothing of numbers
    }

    @Override
    public void match(List<Predicate> conditions, Span asked, Matching matching) {
        all.match(conditions, span.and(asked), new Renumbering(matching));
    }

    private Visitor renumbering(Visitor visitor) {
        if (sourcesBefore == 0) {
            return visitor;
        }
        return new Visitor() {
            @Override
            public boolean take(Stored event) {
                return visitor.take(renumbered(event));
            }

            @Override
            public boolean wants(long position) {
                return visitor.wants(position);
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

    private final class Renumbering implements Matching {
        private final Matching matching;

        Renumbering(Matching matching) {
            this.matching = matching;
        }

        @Override
        public Made made(String field) {
            return matching.made(field);
        }

        @Override
        public boolean holds(int condition, Predicate predicate, JsonView event) {
            return matching.holds(condition, predicate, event);
        }

        @Override
        public boolean take(long position, BitSet holding, Supplier<Stored> event) {
            return matching.take(position, holding, () -> renumbered(event.get()));
        }

        @Override
        public void tick() {
            matching.tick();
        }
    }

    private Stored renumbered(Stored event) {
        return sourcesBefore == 0
                ? event
                : new Stored(
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
                Math.max(0, source.id() - sourcesBefore),
                source.kind(),
                source.wrapping(),
                source.path(),
                source.cluster());
    }

    @Override
    public List<String> unread() {
        return all.unread();
    }

    @Override
    public List<Source> sources() {
        var sources = all.sources();
        return sourcesBefore == 0
                ? sources
                : sources.subList(sourcesBefore, sources.size()).stream()
                        .map(this::renumbered)
                        .toList();
    }

    @Override
    public @Nullable Work work() {
        return all.work();
    }
}
