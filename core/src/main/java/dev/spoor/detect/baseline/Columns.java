package dev.spoor.detect.baseline;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.Column;
import dev.spoor.event.Json;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Who did what where, from the columns of a scan: what a code stands for is read once in a
 * generation of the scanner.
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

    /** Stands for a resource of which something is sensitive. */
    private static final Object NAMED = new Object();

    /** Where the ids of columns begin. */
    private static final int COLUMN = PATHS.size();

    /** Events of such a shape must be parsed. */
    private static final int[] UNFIT = {};

    /** {@code 2026-01-02T03}: as much of a time as tells the hour. */
    private static final int HOUR_BYTES = 13;

    /** What has not only values of dictionaries. */
    static final long NO_CODES = -1;

    private static final int CODE_BITS = 16;
    private static final int COLUMN_BITS = 8;
    private static final int EPOCH_BITS = 63 - 2 * (CODE_BITS + COLUMN_BITS);

    private final Names names;

    /** What a text of bytes was read as, where its code is new or it has none. */
    private final Names.Known<Caller> callers = new Names.Known<>();

    private final Names.Known<Name> networks = new Names.Known<>();

    /** The shape that stands for its scanner. */
    private @Nullable Shape scanner;

    private @Nullable Shape[] shapes = new Shape[64];
    private int[][] layouts = new int[64][];

    /** Of each value its place; after those, of each the id of its column. */
    private int[] places = UNFIT;

    /** By the id of a column, then by code: what it stands for. */
    private @Nullable Object[][] known = new Object[64][];

    /** By the codes of verb, resource and subresource. */
    private final Longs<Name> acts = new Longs<>();

    private int generation = -1;

    /** Counts what codes may stand for. */
    private long epoch;

    private long hourHead;
    private long hourTail;
    private long hour;

    Columns(Names names) {
        this.names = names;
    }

    /** Points at an event; false when it must be parsed. */
    boolean at(Scanned scanned) {
        renew(scanned);
        var shape = scanned.shape();
        int id = shape.id();
        if (id >= layouts.length) {
            layouts = Arrays.copyOf(layouts, Math.max(id + 1, layouts.length * 2));
            shapes = Arrays.copyOf(shapes, layouts.length);
        }
        if (shapes[id] != shape) {
            shapes[id] = shape;
            layouts[id] = layout(scanned);
        }
        places = layouts[id];
        return places != UNFIT;
    }

    /** Codes mean something else in another generation, and all does of another scanner. */
    private void renew(Scanned scanned) {
        var whole = scanned.whole();
        if (whole != scanner) {
            scanner = whole;
            shapes = new Shape[shapes.length];
            generation = -1;
        }
        if (scanned.generation() != generation) {
            generation = scanned.generation();
            epoch = epoch + 1 & (1L << EPOCH_BITS) - 1;
            known = new Object[known.length][];
            acts.clear();
        }
    }

    /** Where the values stand; tried on the first event of the shape. */
    private int[] layout(Scanned scanned) {
        places = new int[2 * PATHS.size()];
        int top = 0;
        for (int i = 0; i < PATHS.size(); i++) {
            int place = scanned.find(PATHS.get(i));
            places[i] = place;
            places[COLUMN + i] = place < 0 ? -1 : scanned.column(place).id();
            top = Math.max(top, places[COLUMN + i]);
        }
        known = Arrays.copyOf(known, Math.max(known.length, top + 1));
        if (places[USER] < 0) {
            return places; // not looked at
        }
        var parsed = Json.read(scanned.bytes(), scanned.offset(), scanned.length());
        if (!parsed.complete() || parsed.value() == null) {
            return UNFIT;
        }
        var event = AuditEvent.of(parsed.value());
        var received = event.received();
        boolean same =
                received != null
                        && Baselines.micros(received) == micros(scanned)
                        && names.caller(event) == caller(scanned)
                        && names.network(event.address()) == network(scanned)
                        && event.userAgent().equals(text(scanned, AGENT))
                        && event.verb().equals(text(scanned, VERB))
                        && event.what().equals(what(scanned))
                        && event.object().namespace().equals(text(scanned, NAMESPACE))
                        && event.stage().equals(text(scanned, STAGE))
                        && event.auditID().equals(text(scanned, AUDIT_ID));
        return same ? places : UNFIT;
    }

    /** Whether it has a user, and an answer: the first stage knows neither that nor a name. */
    boolean answered(Scanned scanned) {
        int stage = places[STAGE];
        return places[USER] >= 0
                && !(stage >= 0
                        && scanned.to(stage) - scanned.from(stage) == "RequestReceived".length()
                        && scanned.bytes()[scanned.from(stage) + "Re".length()] == 'q');
    }

    /**
     * The same for copies of one record: of its audit id and stage, and of the user, for a client
     * may choose the id of its requests.
     */
    long id(Scanned scanned, Caller caller) {
        int stage = places[STAGE];
        int length = stage < 0 ? 0 : scanned.to(stage) - scanned.from(stage);
        int id = places[AUDIT_ID];
        int from = id < 0 ? 0 : scanned.from(id);
        return id(scanned.bytes(), from, id < 0 ? 0 : scanned.to(id) - from, length, caller);
    }

    /** As {@link #id(Scanned, Caller)}. */
    static long id(byte[] bytes, int from, int length, int stageLength, Caller caller) {
        return mixed(hash(bytes, from, length) + stageLength, caller.hash);
    }

    Caller caller(Scanned scanned) {
        if (met(scanned, USER) instanceof Caller met) {
            return met;
        }
        var raw = raw(scanned, USER);
        var caller = callers.get(raw);
        if (caller == null) {
            caller = callers.add(raw, names.caller(partly(scanned, USER)));
        }
        meet(scanned, USER, caller);
        return caller;
    }

    /**
     * The codes of program and address as one number, equal only for equal values; {@link
     * #NO_CODES} when one of them has none.
     */
    long codes(Scanned scanned) {
        long agent = placed(scanned, AGENT);
        long address = placed(scanned, ADDRESS);
        return agent < 0 || address < 0
                ? NO_CODES
                : (epoch << CODE_BITS + COLUMN_BITS | agent) << CODE_BITS + COLUMN_BITS | address;
    }

    private long placed(Scanned scanned, int value) {
        int place = places[value];
        int code = place < 0 ? -1 : scanned.code(place);
        int column = places[COLUMN + value];
        return code < 0 || code >> CODE_BITS != 0 || column >> COLUMN_BITS != 0
                ? NO_CODES
                : (long) column << CODE_BITS | code;
    }

    Name network(Scanned scanned) {
        if (places[ADDRESS] < 0) {
            return names.network("");
        }
        if (met(scanned, ADDRESS) instanceof Name met) {
            return met;
        }
        var raw = raw(scanned, ADDRESS);
        var network = networks.get(raw);
        if (network == null) {
            network = networks.add(raw, names.network(address(scanned, raw)));
        }
        meet(scanned, ADDRESS, network);
        return network;
    }

    /** The last of the addresses. */
    private String address(Scanned scanned, String raw) {
        int end = raw.length() - 2;
        return raw.startsWith("[\"") && raw.endsWith("\"]") && digits(raw, 2, end)
                ? raw.substring(2, end)
                : partly(scanned, ADDRESS).address();
    }

    private static boolean digits(String raw, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = raw.charAt(i);
            if (Character.digit(c, 16) < 0 && c != '.' && c != ':') {
                return false;
            }
        }
        return to > from;
    }

    Name agent(Scanned scanned) {
        if (met(scanned, AGENT) instanceof Name met) {
            return met;
        }
        var agent = names.agent(text(scanned, AGENT));
        meet(scanned, AGENT, agent);
        return agent;
    }

    Name space(Scanned scanned) {
        if (met(scanned, NAMESPACE) instanceof Name met) {
            return met;
        }
        var space = names.space(text(scanned, NAMESPACE));
        meet(scanned, NAMESPACE, space);
        return space;
    }

    Name act(Scanned scanned) {
        var resource = met(scanned, RESOURCE);
        if (resource == null) {
            resource = Values.named(text(scanned, RESOURCE)) ? NAMED : Names.NONE;
            meet(scanned, RESOURCE, resource);
        }
        return resource == NAMED ? deed(scanned) : Names.NONE;
    }

    private Name deed(Scanned scanned) {
        long verb = code(scanned, VERB);
        long resource = code(scanned, RESOURCE);
        long sub = code(scanned, SUBRESOURCE);
        if (verb < 0 || resource < 0 || sub < 0) {
            return names.act(text(scanned, VERB), what(scanned));
        }
        long key = mixed(mixed(mixed(2, verb), resource), sub);
        var act = acts.get(key);
        if (act == null) {
            act = names.act(text(scanned, VERB), what(scanned));
            acts.put(key, act);
        }
        return act;
    }

    /** Of its dictionary, -1 where it has none. */
    private long code(Scanned scanned, int value) {
        int place = places[value];
        if (place < 0) {
            return 0;
        }
        int code = scanned.code(place);
        return code < 0 ? -1 : (places[COLUMN + value] + 1L) << 32 | code;
    }

    private @Nullable Object met(Scanned scanned, int value) {
        int place = places[value];
        int code = place < 0 ? -1 : scanned.code(place);
        if (code < 0) {
            return null;
        }
        var values = known[places[COLUMN + value]];
        return values == null || code >= values.length ? null : values[code];
    }

    private void meet(Scanned scanned, int value, Object what) {
        int place = places[value];
        int code = place < 0 ? -1 : scanned.code(place);
        if (code < 0) {
            return;
        }
        int column = places[COLUMN + value];
        var values = known[column];
        if (values == null || code >= values.length) {
            values =
                    values == null
                            ? new Object[Math.max(64, code + 1)]
                            : Arrays.copyOf(values, Math.max(code + 1, values.length * 2));
            known[column] = values;
        }
        values[code] = what;
    }

    /** The resource, or resource/subresource; empty when there is none. */
    private String what(Scanned scanned) {
        var resource = text(scanned, RESOURCE);
        var sub = text(scanned, SUBRESOURCE);
        return sub.isEmpty() ? resource : resource + "/" + sub;
    }

    private String text(Scanned scanned, int value) {
        if (places[value] < 0) {
            return "";
        }
        var read = read(scanned, value);
        return read != null && read.isString() ? read.asString() : "";
    }

    /** An event that has this member and nothing else. */
    private AuditEvent partly(Scanned scanned, int value) {
        var tree = JsonNodeFactory.instance.objectNode();
        var read = read(scanned, value);
        if (read != null) {
            tree.set(PATHS.get(value), read);
        }
        return AuditEvent.of(tree);
    }

    private @Nullable JsonNode read(Scanned scanned, int value) {
        int place = places[value];
        return place < 0
                ? null
                : scanned.column(place)
                        .read(scanned.bytes(), scanned.from(place), scanned.to(place))
                        .value();
    }

    /** The bytes of a value as a text, and what kind of value it is: not what they say. */
    private String raw(Scanned scanned, int value) {
        int place = places[value];
        int from = scanned.from(place);
        var bytes =
                new String(
                        scanned.bytes(),
                        from,
                        scanned.to(place) - from,
                        StandardCharsets.ISO_8859_1);
        var type = scanned.column(place).type();
        return type == Column.Type.JSON ? bytes : type + " " + bytes;
    }

    /** Microseconds since the epoch; {@link Long#MIN_VALUE} when the event tells no time. */
    long micros(Scanned scanned) {
        int place = places[RECEIVED];
        if (place < 0
                || scanned.column(place).type() != Column.Type.STRING
                || scanned.to(place) - scanned.from(place) < HOUR_BYTES + 3) {
            return Long.MIN_VALUE;
        }
        var bytes = scanned.bytes();
        int from = scanned.from(place);
        int to = scanned.to(place);
        if (!hour(bytes, from)) {
            return Long.MIN_VALUE;
        }
        int i = from + HOUR_BYTES; // :04:05.000001Z
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

    /** Sets the hour since the epoch; most events are of the hour of the last one. */
    private boolean hour(byte[] bytes, int from) {
        long head = (long) LONG.get(bytes, from);
        long tail = (long) LONG.get(bytes, from + HOUR_BYTES - 8);
        if (head == hourHead && tail == hourTail) {
            return true;
        }
        var parsed = parsed(bytes, from);
        if (parsed == null) {
            return false;
        }
        hourHead = head;
        hourTail = tail;
        hour = parsed.getEpochSecond() / 3600;
        return true;
    }

    private static int two(byte[] bytes, int from, int to) {
        return from + 1 < to && digit(bytes[from]) && digit(bytes[from + 1])
                ? (bytes[from] - '0') * 10 + bytes[from + 1] - '0'
                : 0;
    }

    private static boolean digit(byte b) {
        return b >= '0' && b <= '9';
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

    static long mixed(long key, long value) {
        long mixed = (key ^ value) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }
}
