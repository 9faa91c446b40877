package dev.spoor.query;

import dev.spoor.event.JsonView;
import dev.spoor.event.Source;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event with its place in the ledger. For one thread at a time. */
public final class Stored {
    private final long position;
    private final Source source;
    private final long line;
    private final long item;
    private final int flags;
    private final @Nullable Instant time;
    private final byte[] original;
    private final byte[] view;
    private @Nullable JsonView fields;

    /**
     * @param line from 1; {@code item} from 1, 0 = the line is the event
     * @param flags as {@link dev.spoor.event.Received#flags}
     * @param time when it happened; null when it does not tell
     * @param original exactly the bytes received
     * @param view the readable bytes (the same array unless the event stood inside a JSON string)
     */
    public Stored(
            long position,
            Source source,
            long line,
            long item,
            int flags,
            @Nullable Instant time,
            byte[] original,
            byte[] view) {
        this.position = position;
        this.source = source;
        this.line = line;
        this.item = item;
        this.flags = flags;
        this.time = time;
        this.original = original;
        this.view = view;
    }

    public long position() {
        return position;
    }

    public Source source() {
        return source;
    }

    public long line() {
        return line;
    }

    public long item() {
        return item;
    }

    public int flags() {
        return flags;
    }

    public @Nullable Instant time() {
        return time;
    }

    /** The event's own array: it is forbidden to change it. */
    public byte[] original() {
        return original;
    }

    /** The event's own array: it is forbidden to change it. */
    public byte[] view() {
        return view;
    }

    /**
     * The event in the normal form of its kind: parsed when a field is first asked for, then kept,
     * so that a predicate and what follows it share one parse.
     */
    public JsonView fields() {
        if (fields == null) {
            fields = new JsonView(source, view, 0, view.length);
        }
        return fields;
    }

    /** The same event without the parsed form: what a list of many events should keep. */
    public Stored unparsed() {
        return new Stored(position, source, line, item, flags, time, original, view);
    }
}
