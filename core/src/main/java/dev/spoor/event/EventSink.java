package dev.spoor.event;

import org.jspecify.annotations.Nullable;

/**
 * Where intake delivers. Calls come from one thread, a source's records in their order.
 *
 * <p>The original file is {@code glue[0] event[0] glue[1] event[1] … glue[n]}: intake tells the
 * glue (line ends, wrappers, byte order marks) once per source by {@link #wrapper}, as a usual glue
 * and its exceptions, so that every input byte can be given back.
 */
public interface EventSink {
    /** Opens a source; the returned number goes into {@link Received#source}. */
    int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster);

    /** Takes one record. It is OK to read it during the call; it is forbidden to keep it. */
    void take(Received record);

    /**
     * Takes a piece of the source's glue description: bytes of an entry of kind {@code
     * spoor.wrapper}, at most 64 KiB each.
     */
    void wrapper(int source, byte[] description);

    /**
     * Records a loss; {@code source} is -1 when the gap concerns something that could not be
     * opened.
     */
    void gap(int source, Gap gap);
}
