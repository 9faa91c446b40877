package dev.spoor.report;

import dev.spoor.event.Mask;
import dev.spoor.event.Received;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An event with its place, as fields that may be shown. */
final class EventFields {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 6, 9, true)
                    .appendLiteral('Z')
                    .toFormatter(Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /**
     * Names that tell the event's place; an event's own field of that name gets one more {@code _}.
     */
    private static final Set<String> PLACE =
            Set.of(
                    "_time",
                    "_kind",
                    "_cluster",
                    "_source",
                    "_line",
                    "_item",
                    "_position",
                    "_piece",
                    "_cut",
                    "_bad");

    private EventFields() {}

    static String time(@Nullable Instant time) {
        return time == null ? "" : TIME.format(time);
    }

    /** The event's normal form with secrets masked. */
    static JsonNode masked(Stored event) {
        return Mask.tree(event.fields().tree());
    }

    static ObjectNode of(Stored event) {
        var object = JsonNodeFactory.instance.objectNode();
        object.put("_time", event.time() == null ? null : time(event.time()));
        object.put("_kind", event.source().kind().id());
        if (event.source().cluster() != null) {
            object.put("_cluster", event.source().cluster());
        }
        object.put("_source", event.source().path());
        object.put("_line", event.line());
        if (event.item() > 0) {
            object.put("_item", event.item());
        }
        object.put("_position", event.position());
        flag(object, "_piece", event, Received.PIECE);
        flag(object, "_cut", event, Received.CUT);
        flag(object, "_bad", event, Received.BAD);
        for (var field : masked(event).properties()) {
            var name = field.getKey();
            object.set(PLACE.contains(name) ? "_" + name : name, field.getValue());
        }
        return object;
    }

    private static void flag(ObjectNode object, String name, Stored event, int flag) {
        if ((event.flags() & flag) != 0) {
            object.put(name, true);
        }
    }
}
