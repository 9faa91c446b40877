package dev.spoor.detect.baseline;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EventRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A record that waits for its turn, with no more of it than will be asked. */
final class Held {
    /** Microseconds since the epoch. */
    final long micros;

    /** The same for copies of one record. */
    final long id;

    final Source source;
    final long line;
    final long item;
    final long position;
    final boolean telling;

    /** The values that are compared, as numbers; without meaning when {@link #plain} is false. */
    final long who;

    final long deed;
    final long place;
    final boolean sensitive;
    final boolean plain;

    /** Who did what where; null when all of it was met before. */
    @Nullable AuditEvent event;

    /** The record itself, where it may be told. */
    byte @Nullable [] bytes;

    private boolean released;

    Held(
            long micros,
            long id,
            Received record,
            Source source,
            long position,
            boolean telling,
            long who,
            long deed,
            long place,
            boolean sensitive,
            boolean plain) {
        this.micros = micros;
        this.id = id;
        this.source = source;
        this.line = record.line;
        this.item = record.item;
        this.position = position;
        this.telling = telling;
        this.who = who;
        this.deed = deed;
        this.place = place;
        this.sensitive = sensitive;
        this.plain = plain;
    }

    /** A record that is not compared by its columns. */
    Held(
            long micros,
            long id,
            Received record,
            Source source,
            long position,
            boolean telling,
            boolean sensitive) {
        this(micros, id, record, source, position, telling, 0, 0, 0, sensitive, false);
    }

    /** Keeps what telling of it takes. */
    void keep(@Nullable AuditEvent read, Received record) {
        event = read;
        bytes =
                Arrays.copyOfRange(
                        record.view, record.viewOffset, record.viewOffset + record.viewLength);
    }

    long hour() {
        return Math.floorDiv(micros, 3_600_000_000L);
    }

    /** Its turn is over. */
    void release() {
        event = null;
        bytes = null;
        released = true;
    }

    boolean released() {
        return released;
    }

    int size() {
        return bytes == null ? 0 : bytes.length;
    }

    JsonView view() {
        var kept = bytes == null ? new byte[0] : bytes;
        return new JsonView(source, kept, 0, kept.length);
    }

    EventRef ref(@Nullable String auditId, @Nullable String stage) {
        return new EventRef(source.id(), line, item, position, auditId, stage);
    }
}
