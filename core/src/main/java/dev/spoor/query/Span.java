package dev.spoor.query;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which events are asked at all.
 *
 * @param since inclusive, {@code until} exclusive; null = open. Events without a time are inside
 *     only when both are open
 * @param first position of the first event that is asked; those before are not looked at
 */
public record Span(@Nullable Instant since, @Nullable Instant until, long first) {
    /** Every event. */
    public static final Span ALL = new Span(null, null, 0);

    public Span {
        if (first < 0) {
            throw new IllegalArgumentException("first: " + first + " (expected: 0 or more)");
        }
    }

    /** Events of a time, wherever they stand. */
    public static Span of(@Nullable Instant since, @Nullable Instant until) {
        return since == null && until == null ? ALL : new Span(since, until, 0);
    }

    /** Events from a position on, of whatever time. */
    public static Span from(long first) {
        return new Span(null, null, first);
    }

    /** What lies in both. */
    public Span and(Span other) {
        return new Span(
                since == null || (other.since != null && other.since.isAfter(since))
                        ? other.since
                        : since,
                until == null || (other.until != null && other.until.isBefore(until))
                        ? other.until
                        : until,
                Math.max(first, other.first));
    }

    /** Whether it is bounded in time. */
    public boolean timed() {
        return since != null || until != null;
    }

    /** Whether an event of this time is inside, as far as time goes. */
    public boolean holds(@Nullable Instant time) {
        return time == null
                ? !timed()
                : (since == null || !time.isBefore(since))
                        && (until == null || time.isBefore(until));
    }
}
