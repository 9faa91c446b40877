package dev.spoor.event;

import org.jspecify.annotations.Nullable;

/**
 * A producer of events in order: one input file or one stream.
 *
 * @param id index in order of opening, from 0; the {@code source} number of the JSON document
 * @param path as given by the user, '/'-separated, relative to the scanned folder where one was
 *     given
 * @param cluster name given by the user or told by the wrapping; null when unknown
 */
public record Source(int id, Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
    public Source {
        if (id < 0) {
            throw new IllegalArgumentException("source id: " + id + " (expected: 0 or more)");
        }
    }
}
