package dev.spoor.detect.baseline;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EventRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A record that waits for its turn, with no more of it than will be asked. Used again after it. */
final class Held {
    private static final long HOUR = 3_600_000_000L;

    /** Microseconds since the epoch. */
    long micros;

    /** The same for copies of one record. */
    long id;

    /** Who comes how; {@link Approach#NONE} when it is a sensor's word. */
    Approach approach = Approach.NONE;

    /** What it does where, if it is sensitive, and, of a person, where. */
    Name act = Names.NONE;

    Name space = Names.NONE;

    /** What is noted of that. */
    Fact deed = Fact.NONE;

    Fact way = Fact.NONE;
    Fact home = Fact.NONE;

    /** The record itself; null where it will not be told. */
    @Nullable Kept kept;

    /** What comes after it in the same second. */
    @Nullable Held next;

    /**
     * A record as it was received.
     *
     * @param telling whether it may be told of
     */
    record Kept(Source source, long line, long item, long position, boolean telling, byte[] bytes) {
        static Kept of(Received record, Source source, long position, boolean telling) {
            int from = record.viewOffset;
            var bytes = Arrays.copyOfRange(record.view, from, from + record.viewLength);
            return new Kept(source, record.line, record.item, position, telling, bytes);
        }

        JsonView view() {
            return new JsonView(source, bytes, 0, bytes.length);
        }

        AuditEvent event() {
            return AuditEvent.of(view().tree());
        }

        EventRef ref(@Nullable String auditId, @Nullable String stage) {
            return new EventRef(source.id(), line, item, position, auditId, stage);
        }
    }

    long hour() {
        return hour(micros);
    }

    /** The hour since the epoch. */
    static long hour(long micros) {
        return Math.floorDiv(micros, HOUR);
    }

    int size() {
        return kept == null ? 0 : kept.bytes().length;
    }

    /** Whether it goes before another; of copies none does. */
    boolean before(Held other) {
        return micros < other.micros || micros == other.micros && id < other.id;
    }

    boolean copyOf(Held other) {
        return micros == other.micros && id == other.id;
    }
}
