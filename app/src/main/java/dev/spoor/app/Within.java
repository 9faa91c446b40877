package dev.spoor.app;

import dev.spoor.event.Source;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Only the events of a span of time, whatever is asked.
 *
 * @param from inclusive, {@code to} exclusive; null = open
 */
record Within(EventSearch events, @Nullable Instant from, @Nullable Instant to)
        implements EventSearch {
    @Override
    public void search(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        events.search(predicate, later(from, since), earlier(to, until), visitor);
    }

    @Override
    public void searchBack(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            Visitor visitor) {
        events.searchBack(predicate, later(from, since), earlier(to, until), visitor);
    }

    @Override
    public void count(
            Predicate predicate,
            @Nullable Instant since,
            @Nullable Instant until,
            List<Key> keys,
            Counter counter) {
        events.count(predicate, later(from, since), earlier(to, until), keys, counter);
    }

    @Override
    public List<Source> sources() {
        return events.sources();
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isAfter(a)) ? b : a;
    }

    private static @Nullable Instant earlier(@Nullable Instant a, @Nullable Instant b) {
        return a == null || (b != null && b.isBefore(a)) ? b : a;
    }
}
