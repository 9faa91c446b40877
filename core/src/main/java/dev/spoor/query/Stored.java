package dev.spoor.query;

import dev.spoor.event.JsonView;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event with its place in the ledger.
 *
 * @param line from 1; {@code item} from 1, 0 = the line is the event
 * @param flags as {@link dev.spoor.event.Received#flags}
 * @param time when it happened; null when it does not tell
 * @param original exactly the bytes received
 * @param view the readable bytes (the same array unless the event stood inside a JSON string)
 */
public record Stored(
        long position,
        Source source,
        long line,
        long item,
        int flags,
        @Nullable Instant time,
        byte[] original,
        byte[] view) {
    /** The event in the normal form of its kind, parsed anew at each call. */
    public JsonView fields() {
        var tree = Lens.tree(source.kind(), source.wrapping(), view, 0, view.length);
        return new JsonView(source, tree, view, 0, view.length);
    }
}
