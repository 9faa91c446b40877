package dev.spoor.detect.baseline;

import dev.spoor.event.Column;
import dev.spoor.event.Scanned;
import dev.spoor.event.Shape;
import dev.spoor.event.Times;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values that are compared, as numbers of a scan: equal numbers are equal values, until the
 * scanner begins a new generation. Makes no strings.
 */
final class Columns {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** By their place in an event; -1 where it has none. */
    private static final List<String> PATHS =
            List.of(
                    "user",
                    "userAgent",
                    "sourceIPs",
                    "verb",
                    "objectRef.resource",
                    "objectRef.subresource",
                    "objectRef.namespace",
                    "stage",
                    "requestReceivedTimestamp",
                    "auditID");

    private static final int USER = 0;
    private static final int AGENT = 1;
    private static final int ADDRESS = 2;
    private static final int VERB = 3;
    private static final int RESOURCE = 4;
    private static final int SUBRESOURCE = 5;
    private static final int NAMESPACE = 6;
    private static final int STAGE = 7;
    private static final int RECEIVED = 8;
    private static final int AUDIT_ID = 9;

    /** {@code 2026-01-02T03}: as much of a time as tells the hour. */
    private static final int HOUR_BYTES = 13;

    /** The shape that stands for its scanner. */
    private @Nullable Shape scanner;

    private @Nullable Shape[] shapes = new Shape[64];
    private int[][] layouts = new int[64][];
    private int[] places = new int[0];
    private int generation = -1;

    private long hourHead;
    private long hourTail;
    private long hour;

    /** Points at an event; false when it has no user, or knows neither answer nor name yet. */
    boolean at(Scanned scanned) {
        var shape = scanned.shape();
        int id = shape.id();
        if (id >= layouts.length) {
            layouts = Arrays.copyOf(layouts, Math.max(id + 1, layouts.length * 2));
            shapes = Arrays.copyOf(shapes, layouts.length);
        }
        var whole = scanned.whole();
        if (whole != scanner) { // another scanner: nothing known is true of it
            scanner = whole;
            shapes = new Shape[shapes.length];
            generation = -1;
        }
        if (shapes[id] != shape) {
            shapes[id] = shape;
            layouts[id] = PATHS.stream().mapToInt(scanned::find).toArray();
        }
        var known = layouts[id];
        places = known;
        return known[USER] >= 0 && !received(scanned, known[STAGE]);
    }

    /** Whether numbers mean something else since the last event. */
    boolean renewed(Scanned scanned) {
        int now = scanned.column(places[USER]).dictionary().generation();
        boolean renewed = now != generation;
        generation = now;
        return renewed;
    }

    /** Who calls, with what, from where. */
    long who(Scanned scanned) {
        return mixed(
                mixed(mixed(1, code(scanned, places[USER])), code(scanned, places[AGENT])),
                code(scanned, places[ADDRESS]));
    }

    /** The verb and what it is about, without where. */
    long deed(Scanned scanned) {
        return mixed(
                mixed(mixed(2, code(scanned, places[VERB])), code(scanned, places[RESOURCE])),
                code(scanned, places[SUBRESOURCE]));
    }

    long namespace(Scanned scanned) {
        return code(scanned, places[NAMESPACE]);
    }

    /** The resource, or resource/subresource; empty when there is none. */
    String what(Scanned scanned) {
        if (places[RESOURCE] < 0) {
            return "";
        }
        var resource = text(scanned, places[RESOURCE]);
        int sub = places[SUBRESOURCE];
        return sub < 0 ? resource : resource + "/" + text(scanned, sub);
    }

    /** The hour since the epoch; {@link Long#MIN_VALUE} when the event tells no time. */
    long hour(Scanned scanned) {
        int place = places[RECEIVED];
        if (place < 0
                || scanned.column(place).type() != Column.Type.STRING
                || scanned.to(place) - scanned.from(place) < HOUR_BYTES + 3) {
            return Long.MIN_VALUE;
        }
        int from = scanned.from(place);
        long head = (long) LONG.get(scanned.bytes(), from);
        long tail = (long) LONG.get(scanned.bytes(), from + HOUR_BYTES - 8);
        if (head != hourHead || tail != hourTail) {
            var parsed = parsed(scanned.bytes(), from);
            if (parsed == null) {
                return Long.MIN_VALUE;
            }
            hourHead = head;
            hourTail = tail;
            hour = parsed.getEpochSecond() / 3600;
        }
        return hour;
    }

    /** Microseconds since the epoch; {@link Long#MIN_VALUE} when the event tells no time. */
    long micros(Scanned scanned) {
        long hour = hour(scanned);
        if (hour == Long.MIN_VALUE) {
            return hour;
        }
        var bytes = scanned.bytes();
        int i = scanned.from(places[RECEIVED]) + HOUR_BYTES; // :04:05.000001Z
        int to = scanned.to(places[RECEIVED]);
        long micros = (hour * 60 + two(bytes, i + 1, to)) * 60 + two(bytes, i + 4, to);
        int digits = 0;
        for (i += ":04:05.".length(); i < to && digits < 6 && digit(bytes[i]); i++) {
            micros = micros * 10 + bytes[i] - '0';
            digits++;
        }
        for (; digits < 6; digits++) {
            micros *= 10;
        }
        return micros;
    }

    private static int two(byte[] bytes, int from, int to) {
        return from + 1 < to && digit(bytes[from]) && digit(bytes[from + 1])
                ? (bytes[from] - '0') * 10 + bytes[from + 1] - '0'
                : 0;
    }

    private static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    /**
     * The same for copies of one record: of its audit id and stage, and of the user, for a client
     * may choose the id of its requests.
     */
    long id(Scanned scanned) {
        long id = 3;
        for (int place : new int[] {places[AUDIT_ID], places[STAGE], places[USER]}) {
            if (place >= 0) {
                int from = scanned.from(place);
                id = mixed(id, hash(scanned.bytes(), from, scanned.to(place) - from));
            }
        }
        return id;
    }

    static long hash(byte[] bytes, int from, int length) {
        long hash = mixed(11, length);
        int i = from;
        int to = from + length;
        for (; i + 8 <= to; i += 8) {
            hash = mixed(hash, (long) LONG.get(bytes, i));
        }
        long tail = 0;
        for (; i < to; i++) {
            tail = tail << 8 | bytes[i] & 0xff;
        }
        return mixed(hash, tail);
    }

    private static @Nullable Instant parsed(byte[] bytes, int from) {
        var text = new String(bytes, from, HOUR_BYTES, StandardCharsets.US_ASCII) + ":00:00Z";
        return Times.parse(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
    }

    private static String text(Scanned scanned, int place) {
        int from = scanned.from(place);
        return new String(scanned.bytes(), from, scanned.to(place) - from, StandardCharsets.UTF_8);
    }

    static long mixed(long key, long value) {
        long mixed = (key ^ value) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }

    /** A number for a value: of its dictionary where it has one, else of its bytes. */
    private static long code(Scanned scanned, int place) {
        if (place < 0) {
            return 7;
        }
        int code = scanned.code(place);
        int id = scanned.column(place).id();
        if (code >= 0) {
            return (long) id << 32 | code;
        }
        int from = scanned.from(place);
        return mixed(id, hash(scanned.bytes(), from, scanned.to(place) - from)) | Long.MIN_VALUE;
    }

    /** The first stage knows neither answer nor name. */
    private static boolean received(Scanned scanned, int place) {
        return place >= 0
                && scanned.to(place) - scanned.from(place) == "RequestReceived".length()
                && scanned.bytes()[scanned.from(place) + "Re".length()] == 'q';
    }
}
