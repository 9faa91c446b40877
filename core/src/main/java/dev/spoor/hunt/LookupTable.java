package dev.spoor.hunt;

import dev.spoor.event.Json;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A small table from outside: CSV with a head (RFC 4180) or JSON lines. Names what logs only
 * number: owners of namespaces, known addresses, indicators.
 */
public final class LookupTable {
    /** Larger files are refused. */
    public static final int BYTES_MAX = 16 << 20;

    /** More rows are refused. */
    public static final int ROWS_MAX = 200_000;

    /** Whoever may read tables by name. */
    public interface Tables {
        /** Refuses every table: where nobody's files may be read. */
        Tables NONE =
                name -> {
                    throw new Rejected("lookup " + name + ": no files can be read here");
                };

        LookupTable table(String name);
    }

    private record Block(Network network, Map<String, JsonNode> row) {}

    private final String name;
    private final List<String> columns;
    private final List<Map<String, JsonNode>> rows;

    private LookupTable(String name, List<String> columns, List<Map<String, JsonNode>> rows) {
        this.name = name;
        this.columns = List.copyOf(columns);
        this.rows = rows;
    }

    /**
     * Reads a table; JSON lines when it begins with a brace.
     *
     * @throws Rejected when it is neither, or too large
     */
    public static LookupTable read(String name, byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new Rejected(
                    "lookup %s: %d bytes (expected: at most %d)"
                            .formatted(name, bytes.length, BYTES_MAX));
        }
        var text = new String(bytes, StandardCharsets.UTF_8);
        text = text.startsWith("\ufeff") ? text.substring(1) : text;
        return text.stripLeading().startsWith("{") ? json(name, text) : csv(name, text);
    }

    private static LookupTable json(String name, String text) {
        var columns = new ArrayList<String>();
        var rows = new ArrayList<Map<String, JsonNode>>();
        int line = 0;
        for (var each : text.split("\n", -1)) {
            line++;
            if (each.isBlank()) {
                continue;
            }
            var bytes = each.strip().getBytes(StandardCharsets.UTF_8);
            var read = Json.read(bytes, 0, bytes.length);
            if (!read.complete() || read.value() == null || !read.value().isObject()) {
                throw new Rejected("lookup %s, line %d: not a JSON object".formatted(name, line));
            }
            var row = new LinkedHashMap<String, JsonNode>();
            for (var member : read.value().properties()) {
                row.put(member.getKey(), member.getValue());
                if (!columns.contains(member.getKey())) {
                    columns.add(member.getKey());
                }
            }
            add(name, rows, row);
        }
        return of(name, columns, rows);
    }

    private static LookupTable csv(String name, String text) {
        var lines = records(name, text);
        if (lines.isEmpty()) {
            throw new Rejected("lookup " + name + ": empty (expected: CSV with a head)");
        }
        var columns = lines.getFirst().stream().map(String::strip).toList();
        var rows = new ArrayList<Map<String, JsonNode>>();
        for (var cells : lines.subList(1, lines.size())) {
            var row = new LinkedHashMap<String, JsonNode>();
            for (int i = 0; i < Math.min(columns.size(), cells.size()); i++) {
                row.put(columns.get(i), Cells.text(cells.get(i)));
            }
            add(name, rows, row);
        }
        return of(name, columns, rows);
    }

    private static LookupTable of(
            String name, List<String> columns, List<Map<String, JsonNode>> rows) {
        if (columns.size() > Query.COLUMNS_MAX) {
            throw new Rejected(
                    "lookup %s: %d columns (expected: at most %d)"
                            .formatted(name, columns.size(), Query.COLUMNS_MAX));
        }
        return new LookupTable(name, columns, rows);
    }

    private static void add(
            String name, List<Map<String, JsonNode>> rows, Map<String, JsonNode> row) {
        if (rows.size() == ROWS_MAX) {
            throw new Rejected("lookup %s: more than %d rows".formatted(name, ROWS_MAX));
        }
        rows.add(row);
    }

    private static List<List<String>> records(String name, String text) {
        var records = new ArrayList<List<String>>();
        var record = new ArrayList<String>();
        var cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted) {
                if (c == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                    cell.append('"');
                    i++;
                } else if (c == '"') {
                    quoted = false;
                } else {
                    cell.append(c);
                }
            } else if (c == '"' && cell.isEmpty()) {
                quoted = true;
            } else if (c == ',') {
                record.add(cell.toString());
                cell.setLength(0);
            } else if (c == '\n') {
                end(records, record, cell);
            } else if (c != '\r') {
                cell.append(c);
            }
        }
        if (quoted) {
            throw new Rejected("lookup " + name + ": a quote is not closed");
        }
        end(records, record, cell);
        return records;
    }

    private static void end(List<List<String>> records, List<String> record, StringBuilder cell) {
        record.add(cell.toString());
        cell.setLength(0);
        if (record.size() > 1 || !record.getFirst().isBlank()) {
            records.add(List.copyOf(record));
        }
        record.clear();
    }

    List<String> columns() {
        return columns;
    }

    /**
     * Finds rows of the table by a value of one column; a network there stands for its addresses.
     */
    final class Index {
        private final String column;
        private final Map<String, Map<String, JsonNode>> byText = new HashMap<>();
        private final List<Block> blocks = new ArrayList<>();

        Index(@Nullable String asked) {
            column = asked == null ? columns.getFirst() : asked;
            if (!columns.contains(column)) {
                throw new Rejected(
                        "lookup %s: no column %s (expected one of: %s)"
                                .formatted(name, column, String.join(", ", columns)));
            }
            for (var row : rows) {
                var key = row.getOrDefault(column, Cells.NULL).asString("");
                byText.putIfAbsent(key, row);
                if (key.indexOf('/') > 0) {
                    network(key, row);
                }
            }
        }

        private void network(String key, Map<String, JsonNode> row) {
            try {
                blocks.add(new Block(Network.of(key), row));
            } catch (Rejected e) {
                // only a text with a slash
            }
        }

        /** The columns that a found row adds. */
        List<String> added() {
            return columns.stream().filter(name -> !name.equals(column)).toList();
        }

        @Nullable Map<String, JsonNode> find(List<JsonNode> values) {
            for (var value : values) {
                var text = value.asString("");
                var row = byText.get(text);
                if (row != null) {
                    return row;
                }
                for (var block : blocks) {
                    if (block.network().contains(text)) {
                        return block.row();
                    }
                }
            }
            return null;
        }
    }

    Index by(@Nullable String column) {
        return new Index(column);
    }
}
