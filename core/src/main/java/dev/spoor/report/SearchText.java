package dev.spoor.report;

import dev.spoor.event.Json;
import dev.spoor.hunt.Query;
import dev.spoor.hunt.Stage;
import dev.spoor.query.Stored;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** For people: lines, aligned columns, bars. */
final class SearchText extends SearchOutput {
    /** Rows that are looked at before widths are fixed. */
    private static final int MEASURED_MAX = 1000;

    /** Columns of a cell; longer text ends in an ellipsis. */
    private static final int CELL_MAX = 100;

    private static final int BAR_MAX = 40;

    private final TerminalSummary.Look look;
    private final boolean chart;
    private final List<List<JsonNode>> waiting = new ArrayList<>();
    private List<String> names = List.of();
    private int[] widths = {};
    private boolean[] numbers = {};
    private double largest;
    private boolean measured;

    SearchText(OutputStream out, Query query, TerminalSummary.Look look) {
        super(out);
        this.look = look;
        this.chart =
                !query.stages().isEmpty()
                        && query.stages().getLast() instanceof Stage.Timechart(_, var all, var by)
                        && all.size() == 1
                        && by == null;
    }

    @Override
    public boolean event(Stored event) {
        var time = event.time() == null ? "no time" : EventFields.time(event.time());
        var place =
                event.source().path()
                        + ":"
                        + event.line()
                        + (event.item() > 0 ? "#" + event.item() : "");
        return line(
                dim("%-27s".formatted(time) + "  " + Visible.text(place))
                        + "  "
                        + Visible.text(EventLine.of(event)));
    }

    private String dim(String text) {
        return look.colour() ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    private boolean line(String text) {
        return write((look.unicode() ? text : ascii(text)) + "\n");
    }

    /** The arrow of {@link EventLine} and the bars have forms of their own. */
    private static String ascii(String text) {
        var plain = text.replace("→", "->").replace("…", "...").replace('█', '#');
        int escape = plain.indexOf('\u001b');
        if (escape < 0) {
            return Visible.ascii(plain);
        }
        return plain.codePoints()
                .mapToObj(c -> c == 0x1b ? "\u001b" : Visible.ascii(Character.toString(c)))
                .collect(java.util.stream.Collectors.joining());
    }

    // --- tables

    /** A cell in one line: a list's values with commas, an object as JSON. */
    static String shown(JsonNode cell) {
        return switch (cell) {
            case JsonNode none when none.isNull() -> "";
            case JsonNode list when list.isArray() -> {
                var all = new ArrayList<String>();
                list.forEach(value -> all.add(shown(value)));
                yield String.join(", ", all);
            }
            case JsonNode object when object.isObject() -> Json.mapper().writeValueAsString(object);
            case JsonNode scalar -> scalar.asString("");
        };
    }

    @Override
    public void columns(List<String> columns) {
        names = columns.stream().map(Visible::text).toList();
    }

    @Override
    public boolean row(List<JsonNode> cells) {
        if (measured) {
            return give(cells);
        }
        waiting.add(cells);
        return waiting.size() < MEASURED_MAX || measure();
    }

    @Override
    public void finish() {
        if (!measured && !names.isEmpty()) {
            measure();
        }
        super.finish();
    }

    private boolean measure() {
        measured = true;
        widths = new int[names.size()];
        numbers = new boolean[names.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Visible.columns(names.get(i));
            numbers[i] = !waiting.isEmpty();
            for (var row : waiting) {
                var cell = row.get(i);
                widths[i] = Math.max(widths[i], Visible.columns(text(cell)));
                numbers[i] &= cell.isNumber() || cell.isNull();
            }
        }
        for (var row : waiting) {
            largest = Math.max(largest, chart && row.get(1).isNumber() ? row.get(1).asDouble() : 0);
        }
        boolean read = line(dim(joined(names)));
        for (var row : waiting) {
            read = read && give(row);
        }
        waiting.clear();
        return read;
    }

    private boolean give(List<JsonNode> cells) {
        var texts = cells.stream().map(SearchText::text).toList();
        return line((joined(texts) + bar(cells)).stripTrailing());
    }

    private String bar(List<JsonNode> cells) {
        if (!chart || largest <= 0 || !cells.get(1).isNumber()) {
            return "";
        }
        double share = Math.min(1, cells.get(1).asDouble() / largest);
        int length = (int) Math.round(share * BAR_MAX);
        return "  " + "█".repeat(share > 0 ? Math.max(1, length) : 0);
    }

    private static String text(JsonNode cell) {
        if (cell.isNull()) {
            return "-";
        }
        var text = Visible.text(shown(cell));
        return Visible.columns(text) <= CELL_MAX
                ? text
                : Wrap.lines(text, CELL_MAX, 1, "…").getFirst();
    }

    private String joined(List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            var pad = " ".repeat(Math.max(0, widths[i] - Visible.columns(cells.get(i))));
            line.append(i == 0 ? "" : "  ")
                    .append(numbers[i] ? pad + cells.get(i) : cells.get(i) + pad);
        }
        return chart ? line.toString() : line.toString().stripTrailing();
    }
}
