package dev.spoor.detect;

import dev.spoor.event.EventView;
import dev.spoor.query.Predicate;
import dev.spoor.query.StepsExceeded;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Conditions whose regular expression gave up on an event: they come to no verdict, and how often
 * is counted, for that is a gap.
 *
 * @param <K> by what a condition is known
 */
final class Undecided<K> {
    private final Map<K, Long> events = new LinkedHashMap<>();

    /** Whether the condition holds; without a verdict it does not. */
    boolean holds(K known, Predicate condition, EventView view) {
        try {
            return condition.holds(view);
        } catch (StepsExceeded e) {
            events.merge(known, 1L, Long::sum);
            return false;
        }
    }

    void forEach(BiConsumer<K, Long> each) {
        events.forEach(each);
    }

    Map<K, Long> counted() {
        return Map.copyOf(events);
    }
}
