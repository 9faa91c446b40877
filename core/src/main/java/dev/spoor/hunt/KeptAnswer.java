package dev.spoor.hunt;

import dev.spoor.query.Stored;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Keeps everything: for short answers. */
public final class KeptAnswer implements Answer {
    private final List<Stored> events = new ArrayList<>();
    private final List<List<JsonNode>> rows = new ArrayList<>();
    private List<String> columns = List.of();

    @Override
    public boolean event(Stored event) {
        return events.add(event);
    }

    @Override
    public void columns(List<String> names) {
        columns = List.copyOf(names);
    }

    @Override
    public boolean row(List<JsonNode> cells) {
        return rows.add(List.copyOf(cells));
    }

    public List<Stored> events() {
        return List.copyOf(events);
    }

    public List<String> columns() {
        return columns;
    }

    public List<List<JsonNode>> rows() {
        return List.copyOf(rows);
    }
}
