package dev.spoor.event;

import org.jspecify.annotations.Nullable;

/**
 * Names one event: its place in the source and in the ledger.
 *
 * @param source source number; {@code line} from 1; {@code item} from 1, 0 = the line is the event
 * @param position ledger position, from 0
 * @param auditID as recorded, null for events that have none
 * @param stage audit stage, null for events that have none
 */
public record EventRef(
        int source,
        long line,
        long item,
        long position,
        @Nullable String auditID,
        @Nullable String stage)
        implements Comparable<EventRef> {
    @Override
    public int compareTo(EventRef other) {
        int order = Integer.compare(source, other.source);
        order = order != 0 ? order : Long.compare(line, other.line);
        order = order != 0 ? order : Long.compare(item, other.item);
        return order != 0 ? order : Long.compare(position, other.position);
    }
}
