package dev.spoor.hunt;

import dev.spoor.event.EventView;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What goes through the pipes. */
final class Rows {
    /** When the event happened. */
    static final String TIME = "_time";

    /** Fields of the row itself: they tell where an event stands, and no event can claim them. */
    static final Set<String> OWN =
            Set.of(TIME, "_position", "_source", "_line", "_item", "_kind", "_cluster");

    private Rows() {}

    sealed interface Row extends EventView {
        /** The instant for time bins; null when the row tells none. */
        @Nullable Instant time();
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
                default -> Cells.text(event.source().cluster());
            };
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
            return cell.isString() ? dev.spoor.event.Times.parse(cell.asString()) : null;
        }
    }
}
