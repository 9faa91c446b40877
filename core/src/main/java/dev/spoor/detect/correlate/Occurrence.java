package dev.spoor.detect.correlate;

import java.util.List;

/** One time that a rule, or a correlation, was fulfilled. */
public interface Occurrence {
    /** Nanoseconds since 1970, by the event's own clock. */
    long time();

    /** The values of a field as text; none when the event has no such field. */
    List<String> values(String field);

    /** Tells occurrences at the same time apart, whatever order they came in. */
    long tie();
}
