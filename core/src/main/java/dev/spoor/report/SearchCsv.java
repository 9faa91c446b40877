package dev.spoor.report;

import dev.spoor.query.Stored;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

final class SearchCsv extends SearchOutput {
    private static final List<String> EVENT =
            List.of(
                    "_time",
                    "_kind",
                    "_cluster",
                    "_source",
                    "_line",
                    "_item",
                    "_position",
                    "summary");

    private boolean named;

    SearchCsv(OutputStream out) {
        super(out);
    }

    @Override
    public boolean event(Stored event) {
        if (!named) {
            columns(EVENT);
        }
        var cluster = event.source().cluster();
        return line(
                List.of(
                        EventFields.time(event.time()),
                        event.source().kind().id(),
                        text(cluster == null ? "" : cluster),
                        text(event.source().path()),
                        Long.toString(event.line()),
                        event.item() == 0 ? "" : Long.toString(event.item()),
                        Long.toString(event.position()),
                        text(EventLine.of(event))));
    }

    @Override
    public void columns(List<String> names) {
        named = true;
        line(names.stream().map(SearchCsv::text).toList());
    }

    @Override
    public boolean row(List<JsonNode> cells) {
        return line(
                cells.stream()
                        .map(cell ->
                                cell.isNumber() ? cell.asString("") : text(SearchText.shown(cell)))
                        .toList());
    }

    private boolean line(List<String> cells) {
        return write(
                cells.stream().map(SearchCsv::quoted).collect(Collectors.joining(",", "", "\r\n")));
    }

    private static String text(String value) {
        var text = Visible.text(value);
        return !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
