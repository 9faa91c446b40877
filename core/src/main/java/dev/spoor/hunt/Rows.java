package dev.spoor.hunt;

import dev.spoor.event.EventView;
import dev.spoor.event.Times;
import dev.spoor.query.Stored;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What goes through the pipes. */
final class Rows {
    /** When the event happened. */
    static final String TIME = "_time";

    /** Fields of the row itself: they tell where an event stands, and no event can claim them. */
    static final Set<String> OWN =
            Set.of(
                    TIME,
                    "_position",
                    "_source",
                    "_line",
                    "_item",
                    "_kind",
                    "_cluster",
                    "_bytes",
                    "_took_ms");

    private Rows() {}

    sealed interface Row extends EventView {
        /** The instant for time bins; null when the row tells none. */
        @Nullable Instant time();

        /** How many rows this one stands for: more than one only before stages that count. */
        default long weight() {
            return 1;
        }
    }

    /** So many events that have the same values in all fields that are asked for. */
    record OfCount(Map<String, List<JsonNode>> fields, @Nullable Instant time, long weight)
            implements Row {
        @Override
        public List<JsonNode> values(String field) {
            return fields.getOrDefault(field, List.of());
        }

        @Override
        public String text() {
            return "";
        }
    }

    /** A row with more fields than it came with. */
    record Extended(Row row, Map<String, List<JsonNode>> more) implements Row {
        @Override
        public List<JsonNode> values(String field) {
            var own = more.get(field);
            return own == null ? row.values(field) : own;
        }

        @Override
        public String text() {
            return row.text();
        }

        @Override
        public @Nullable Instant time() {
            return row.time();
        }
    }

    /** One event; its secrets are masked in every value that is taken out of it. */
    record OfEvent(Stored event, Shown shown) implements Row {
        @Override
        public List<JsonNode> values(String field) {
            if (!field.startsWith("_") || !OWN.contains(field)) {
                return shown.values(event, field);
            }
            var own = own(field);
            return own.isNull() ? List.of() : List.of(own);
        }

        private JsonNode own(String field) {
            return switch (field) {
                case TIME -> Cells.time(event.time());
                case "_position" -> Cells.number(event.position());
                case "_source" -> Cells.text(event.source().path());
                case "_line" -> Cells.number(event.line());
                case "_item" -> event.item() == 0 ? Cells.NULL : Cells.number(event.item());
                case "_kind" -> Cells.text(event.source().kind().id());
                case "_bytes" -> Cells.number(event.original().length);
                case "_took_ms" -> took();
                default -> Cells.text(event.source().cluster());
            };
        }

        /** From the receipt of an API request to this stage of it, in milliseconds. */
        private JsonNode took() {
            var received = instant("requestReceivedTimestamp");
            var stage = instant("stageTimestamp");
            return received == null || stage == null
                    ? Cells.NULL
                    : Cells.number(
                            BigDecimal.valueOf(Duration.between(received, stage).toNanos(), 6));
        }

        private @Nullable Instant instant(String field) {
            var values = event.fields().values(field);
            return values.size() == 1 && values.getFirst().isString()
                    ? Times.parse(values.getFirst().asString())
                    : null;
        }

        @Override
        public String text() {
            return event.fields().text();
        }

        @Override
        public @Nullable Instant time() {
            return event.time();
        }

        /** To be kept for long: without the parsed form. */
        OfEvent bare() {
            return new OfEvent(event.unparsed(), shown);
        }
    }

    /** One row of a table. */
    record OfTable(List<String> names, List<JsonNode> cells) implements Row {
        JsonNode cell(String name) {
            int i = names.indexOf(name);
            return i < 0 ? Cells.NULL : cells.get(i);
        }

        @Override
        public List<JsonNode> values(String field) {
            var found = new ArrayList<JsonNode>(1);
            flatten(cell(field), found);
            return found;
        }

        private static void flatten(JsonNode cell, List<JsonNode> found) {
            if (cell.isArray()) {
                cell.forEach(value -> flatten(value, found));
            } else if (!cell.isNull()) {
                found.add(cell);
            }
        }

        @Override
        public String text() {
            return String.join("\t", cells.stream().map(Cells::shown).toList());
        }

        @Override
        public @Nullable Instant time() {
            var cell = names.contains(TIME) ? cell(TIME) : cell(Stage.TIME);
            return cell.isString() ? Times.parse(cell.asString()) : null;
        }
    }
}
