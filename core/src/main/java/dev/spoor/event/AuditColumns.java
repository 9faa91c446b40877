package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Audit events from the columns of a scan, equal to {@link AuditEvent#of} of the parsed event, for
 * a fraction of its price: what stands in a dictionary (users, groups, addresses, verbs) is read
 * once per distinct value, and every event with that value shares it.
 *
 * <p>Whether a shape can be read so is found out by trying it on the first event of the shape: when
 * the two readings differ, its events are left to the parser.
 */
public final class AuditColumns {
    private static final String NOTES = "annotations.";

    /** More distinct annotations, or codes of them, are forgotten and learned anew. */
    private static final int NOTES_MAX = 1 << 16;

    /** The codes of at most two annotations of a shape. */
    private record NoteCodes(int shape, long codes) {}

    /** Which value of a shape is which part of the event; -1 = none. */
    private static final class Plan {
        final Shape shape;
        final int[] parts = new int[Part.values().length];
        final int[] notes;
        final String[] noteKeys;
        boolean fits = true;

        Plan(Shape shape) {
            this.shape = shape;
            Arrays.fill(parts, -1);
            var places = new int[shape.count()];
            var keys = new String[shape.count()];
            int count = 0;
            for (int i = 0; i < shape.count(); i++) {
                var path = shape.column(i).path();
                var part = Part.of(path);
                if (part != null) {
                    parts[part.ordinal()] = i;
                } else if (path.startsWith(NOTES)) {
                    places[count] = i;
                    keys[count++] = path.substring(NOTES.length());
                }
            }
            notes = Arrays.copyOf(places, count);
            noteKeys = Arrays.copyOf(keys, count);
        }
    }

    /** The parts that columns hold; bodies are parsed. */
    private enum Part {
        AUDIT_ID("auditID"),
        STAGE("stage"),
        LEVEL("level"),
        VERB("verb"),
        REQUEST_URI("requestURI"),
        USER("user"),
        IMPERSONATED_USER("impersonatedUser"),
        SOURCE_IPS("sourceIPs"),
        USER_AGENT("userAgent"),
        GROUP("objectRef.apiGroup"),
        VERSION("objectRef.apiVersion"),
        RESOURCE("objectRef.resource"),
        SUBRESOURCE("objectRef.subresource"),
        NAMESPACE("objectRef.namespace"),
        NAME("objectRef.name"),
        UID("objectRef.uid"),
        RESOURCE_VERSION("objectRef.resourceVersion"),
        CODE("responseStatus.code"),
        MESSAGE("responseStatus.message"),
        REQUEST_OBJECT("requestObject"),
        RESPONSE_OBJECT("responseObject"),
        RECEIVED("requestReceivedTimestamp"),
        STAGE_TIME("stageTimestamp");

        private static final Map<String, Part> BY_PATH = new HashMap<>();

        static {
            for (var part : values()) {
                BY_PATH.put(part.path, part);
            }
        }

        final String path;

        Part(String path) {
            this.path = path;
        }

        static @Nullable Part of(String path) {
            return BY_PATH.get(path);
        }
    }

    /** What the codes of one column's dictionary have been read as. */
    private static final class Known {
        final Column column;
        int generation;
        Object[] values = new Object[64];

        Known(Column column) {
            this.column = column;
            this.generation = column.dictionary().generation();
        }
    }

    private @Nullable Plan[] plans = new Plan[64];
    private @Nullable Known[] columns = new Known[64];
    private final Map<Map<String, String>, Map<String, String>> notes = new HashMap<>();

    /** Of one generation of the scanner. */
    private final Map<NoteCodes, Map<String, String>> noted = new HashMap<>();

    private int notedGeneration;

    /** The event; null when its shape cannot be read from columns. The scan must be current. */
    public @Nullable AuditEvent read(Scanned event) {
        return read(event, true);
    }

    /** As {@link #read}, of the event only who did what, where and when; the rest is left out. */
    public @Nullable AuditEvent outline(Scanned event) {
        return read(event, false);
    }

    private @Nullable AuditEvent read(Scanned event, boolean whole) {
        if (event.verbatim()) {
            return null;
        }
        var plan = plan(event);
        return plan.fits ? read(plan, event, whole) : null;
    }

    private Plan plan(Scanned event) {
        var shape = event.shape();
        int id = shape.id();
        if (id >= plans.length) {
            plans = Arrays.copyOf(plans, Math.max(id + 1, plans.length * 2));
        }
        var plan = plans[id];
        if (plan == null || plan.shape != shape) {
            if (plan != null) { // another scanner: nothing known is true of it
                plans = new Plan[plans.length];
                columns = new Known[64];
                noted.clear();
            }
            plan = new Plan(shape);
            plans[id] = plan;
            var parsed = Json.read(event.bytes(), event.offset(), event.length());
            plan.fits =
                    parsed.complete()
                            && parsed.value() != null
                            && parsed.value().isObject()
                            && parsed.value().properties().stream()
                                    .noneMatch(member -> member.getKey().indexOf('.') >= 0)
                            && AuditEvent.of(parsed.value()).equals(read(plan, event, true));
        }
        return plan;
    }

    private @Nullable AuditEvent read(Plan plan, Scanned event, boolean whole) {
        var received = time(plan, Part.RECEIVED, event);
        var stageTime = time(plan, Part.STAGE_TIME, event);
        if (received == null || stageTime == null) {
            return null; // other versions say it in other words
        }
        var user = partly(plan, Part.USER, event);
        var impersonated = partly(plan, Part.IMPERSONATED_USER, event);
        return new AuditEvent(
                string(plan, Part.AUDIT_ID, event),
                string(plan, Part.STAGE, event),
                string(plan, Part.LEVEL, event),
                string(plan, Part.VERB, event),
                whole ? string(plan, Part.REQUEST_URI, event) : "",
                user.user(),
                user.userUid(),
                user.groups(),
                user.extra(),
                impersonated.impersonatedUser(),
                impersonated.impersonatedGroups(),
                partly(plan, Part.SOURCE_IPS, event).sourceIPs(),
                string(plan, Part.USER_AGENT, event),
                object(plan, event),
                code(plan, event),
                whole ? string(plan, Part.MESSAGE, event) : "",
                whole ? body(plan, Part.REQUEST_OBJECT, event) : null,
                whole ? body(plan, Part.RESPONSE_OBJECT, event) : null,
                received,
                stageTime,
                whole ? notes(plan, event) : Map.of());
    }

    private String string(Plan plan, Part part, Scanned event) {
        int place = plan.parts[part.ordinal()];
        if (place < 0) {
            return "";
        }
        return string(place, event);
    }

    private String string(int place, Scanned event) {
        var column = event.column(place);
        int code = event.code(place);
        if (code < 0) {
            return literal(column, event.bytes(), event.from(place), event.to(place));
        }
        var known = known(column, code);
        if (known.values[code] instanceof String text) {
            return text;
        }
        var raw = column.dictionary().value(code);
        var text = literal(column, raw, 0, raw.length);
        known.values[code] = text;
        return text;
    }

    private static String literal(Column column, byte[] bytes, int from, int to) {
        if (column.type() != Column.Type.STRING) {
            return "";
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\\') {
                var value = column.read(bytes, from, to).value();
                return value == null ? "" : value.asString("");
            }
        }
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    /** An event that has this member and nothing else. */
    private AuditEvent partly(Plan plan, Part part, Scanned event) {
        int place = plan.parts[part.ordinal()];
        if (place < 0) {
            return NOTHING;
        }
        var column = event.column(place);
        int code = event.code(place);
        if (code < 0) {
            return partly(
                    part, column.read(event.bytes(), event.from(place), event.to(place)).value());
        }
        var known = known(column, code);
        if (known.values[code] instanceof AuditEvent read) {
            return read;
        }
        var raw = column.dictionary().value(code);
        var read = partly(part, column.read(raw, 0, raw.length).value());
        known.values[code] = read;
        return read;
    }

    private static AuditEvent partly(Part part, @Nullable JsonNode value) {
        var tree = JsonNodeFactory.instance.objectNode();
        if (value != null) {
            tree.set(part.path, value);
        }
        return AuditEvent.of(tree);
    }

    private static final AuditEvent NOTHING = AuditEvent.of(JsonNodeFactory.instance.objectNode());

    private int code(Plan plan, Scanned event) {
        int place = plan.parts[Part.CODE.ordinal()];
        if (place < 0) {
            return 0;
        }
        var column = event.column(place);
        int code = event.code(place);
        var known = code < 0 ? null : known(column, code);
        if (known != null && known.values[code] instanceof Integer number) {
            return number;
        }
        var value = column.read(event.bytes(), event.from(place), event.to(place)).value();
        int number = value != null && value.isNumber() ? value.asInt(0) : 0;
        if (known != null) {
            known.values[code] = number;
        }
        return number;
    }

    private static @Nullable Body body(Plan plan, Part part, Scanned event) {
        int place = plan.parts[part.ordinal()];
        if (place < 0) {
            return null;
        }
        var column = event.column(place);
        int from = event.from(place);
        int to = event.to(place);
        return column.type() == Column.Type.JSON
                ? Body.of(event.bytes(), from, to)
                : Body.of(column.read(event.bytes(), from, to).value());
    }

    private static @Nullable Instant time(Plan plan, Part part, Scanned event) {
        int place = plan.parts[part.ordinal()];
        return place < 0 || event.column(place).type() != Column.Type.STRING
                ? null
                : Times.parse(event.bytes(), event.from(place), event.to(place));
    }

    private AuditEvent.ObjectRef object(Plan plan, Scanned event) {
        if (plan.parts[Part.RESOURCE.ordinal()] < 0
                && plan.parts[Part.NAME.ordinal()] < 0
                && plan.parts[Part.NAMESPACE.ordinal()] < 0
                && plan.parts[Part.VERSION.ordinal()] < 0) {
            return AuditEvent.ObjectRef.NONE;
        }
        return new AuditEvent.ObjectRef(
                string(plan, Part.GROUP, event),
                string(plan, Part.VERSION, event),
                string(plan, Part.RESOURCE, event),
                string(plan, Part.SUBRESOURCE, event),
                string(plan, Part.NAMESPACE, event),
                string(plan, Part.NAME, event),
                string(plan, Part.UID, event),
                string(plan, Part.RESOURCE_VERSION, event));
    }

    private Map<String, String> notes(Plan plan, Scanned event) {
        int count = plan.notes.length;
        if (count == 0) {
            return Map.of();
        }
        long codes = noteCodes(plan, event);
        var key = codes < 0 ? null : new NoteCodes(plan.shape.id(), codes);
        if (notedGeneration != event.generation()) {
            notedGeneration = event.generation();
            noted.clear();
        }
        var found = key == null ? null : noted.get(key);
        if (found != null) {
            return found;
        }
        var all = HashMap.<String, String>newHashMap(count);
        for (int i = 0; i < count; i++) {
            all.put(plan.noteKeys[i], note(plan.notes[i], event));
        }
        var known = notes.get(all);
        var told = known != null ? known : shared(notes, Map.copyOf(all));
        if (key != null) {
            room(noted);
            noted.put(key, told);
        }
        return told;
    }

    /** The codes of all annotations as one number; negative when there are more, or literals. */
    private static long noteCodes(Plan plan, Scanned event) {
        long first = event.code(plan.notes[0]);
        if (plan.notes.length == 1 || first < 0) {
            return first;
        }
        long second = event.code(plan.notes[1]);
        return plan.notes.length > 2 || second < 0 ? -1 : first << 32 | second;
    }

    private String note(int place, Scanned event) {
        var column = event.column(place);
        if (column.type() == Column.Type.STRING) {
            return string(place, event);
        }
        var value = column.read(event.bytes(), event.from(place), event.to(place)).value();
        return value == null ? "" : value.asString("");
    }

    private static <T> T shared(Map<T, T> values, T value) {
        room(values);
        var old = values.putIfAbsent(value, value);
        return old == null ? value : old;
    }

    private static void room(Map<?, ?> values) {
        if (values.size() >= NOTES_MAX) {
            values.clear();
        }
    }

    private Known known(Column column, int code) {
        int id = column.id();
        if (id >= columns.length) {
            columns = Arrays.copyOf(columns, Math.max(id + 1, columns.length * 2));
        }
        var known = columns[id];
        if (known == null || known.column != column) {
            known = new Known(column);
            columns[id] = known;
        }
        if (known.generation != column.dictionary().generation()) {
            known.generation = column.dictionary().generation();
            Arrays.fill(known.values, null);
        }
        if (code >= known.values.length) {
            known.values = Arrays.copyOf(known.values, Math.max(code + 1, code * 2));
        }
        return known;
    }
}
