package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The slow path of {@link ShapeScanner}: cuts an event of unknown shape into values, deciding which
 * objects are opened into columns and which stay one value.
 */
final class ShapeLearner {
    /** Objects deeper than this stay one value. */
    private static final int DEPTH_MAX = 5;

    /** A path whose objects showed more different key lists than this becomes one value. */
    private static final int KEY_LISTS_MAX = 48;

    /** More object paths than this are not followed: such records are kept verbatim. */
    private static final int PATHS_MAX = 4 * ShapeScanner.COLUMNS_MAX;

    /** Longer keys are not made columns: the record stays verbatim. */
    private static final int KEY_BYTES_MAX = 512;

    /** Request and response bodies: kept whole, in a column of their own. */
    static final Set<String> BODIES =
            Set.of(
                    "requestObject",
                    "responseObject",
                    "protoPayload.request",
                    "protoPayload.response",
                    "properties.log");

    /** Kept whole because their parts vary together: fewer columns, and one code says it all. */
    private static final Set<String> WHOLE =
            Set.of("user", "impersonatedUser", "authenticationMetadata", "output_fields");

    /** A record cut into values. */
    record Cut(Column[] columns, int[] ends) {
        int count() {
            return columns.length;
        }

        Column column(int i) {
            return columns[i];
        }

        int from(int i) {
            return ends[2 * i];
        }

        int to(int i) {
            return ends[2 * i + 1];
        }
    }

    private final ShapeScanner scanner;
    private final Map<String, Set<String>> keyLists = new HashMap<>();
    private final Set<String> opaque = new HashSet<>();

    private byte[] b = new byte[0];
    private int at;
    private int end;
    private final List<Column> columns = new ArrayList<>();
    private final Set<Column> seen = new HashSet<>();
    private int[] ends = new int[128];

    ShapeLearner(ShapeScanner scanner) {
        this.scanner = scanner;
    }

    /** Null: not JSON as we know it, or not worth a shape. */
    @Nullable Cut learn(Kind kind, byte[] bytes, int from, int to) {
        b = bytes;
        at = from;
        end = to;
        columns.clear();
        seen.clear();
        boolean cut = kind == Kind.CONTAINER_CRI ? line() : document("");
        return cut && columns.size() <= ShapeScanner.VALUES_MAX
                ? new Cut(columns.toArray(Column[]::new), Arrays.copyOf(ends, columns.size() * 2))
                : null;
    }

    /**
     * CRI: {@code time stream tag message} (kubernetes/kubernetes pkg/kubelet/kuberuntime/logs).
     */
    private boolean line() {
        for (var head : List.of("time", "stream", "logtag")) {
            int from = at;
            int to = ShapeScanner.end(Column.Type.TOKEN, b, from, end);
            if (to < 0 || !value(head, Column.Type.TOKEN, from, to)) {
                return false;
            }
            at = to + 1;
        }
        int message = at;
        int count = columns.size();
        if (at < end && b[at] == '{' && document("body")) {
            return true;
        }
        while (columns.size() > count) {
            seen.remove(columns.removeLast());
        }
        return value("message", Column.Type.REST, message, end);
    }

    private boolean document(String path) {
        space();
        if (at >= end || b[at] != '{' || !object(path, 1)) {
            return false;
        }
        space();
        return at == end;
    }

    /** At an opening brace; on success after the closing one. */
    private boolean object(String path, int depth) {
        at++;
        var keys = new StringBuilder();
        space();
        if (at < end && b[at] == '}') {
            at++;
            return true;
        }
        while (true) {
            space();
            if (at >= end || b[at] != '"') {
                return false;
            }
            int from = at + 1;
            int to = ShapeScanner.string(b, from, end);
            if (to < 0 || to - from > KEY_BYTES_MAX) {
                return false;
            }
            var key = key(from, to);
            keys.append(key).append('\n');
            at = to + 1;
            space();
            if (at >= end || b[at] != ':') {
                return false;
            }
            at++;
            space();
            if (!member(path.isEmpty() ? key : path + "." + key, depth)) {
                return false;
            }
            space();
            if (at >= end) {
                return false;
            }
            byte c = b[at++];
            if (c == '}') {
                return familiar(path, keys.toString());
            }
            if (c != ',') {
                return false;
            }
        }
    }

    private boolean member(String path, int depth) {
        if (at >= end) {
            return false;
        }
        byte c = b[at];
        if (c == '"') {
            int from = at + 1;
            int to = ShapeScanner.string(b, from, end);
            at = to + 1;
            return to >= 0 && value(path, Column.Type.STRING, from, to);
        }
        if (c == '{' && depth < DEPTH_MAX && opens(path)) {
            int before = at;
            int count = columns.size();
            if (object(path, depth + 1)) {
                return true;
            }
            if (!opaque.contains(path)) {
                return false;
            }
            while (columns.size() > count) { // the path has just become one value
                seen.remove(columns.removeLast());
            }
            at = before;
        }
        var type = c == '{' || c == '[' ? Column.Type.JSON : Column.Type.SCALAR;
        int from = at;
        int to = ShapeScanner.end(type, b, from, end);
        at = to;
        return to >= 0 && value(path, type, from, to);
    }

    private boolean opens(String path) {
        return !BODIES.contains(path) && !WHOLE.contains(path) && !opaque.contains(path);
    }

    /** Counts the key lists of a path; one too many and the path stays one value from now on. */
    private boolean familiar(String path, String keys) {
        var lists = keyLists.computeIfAbsent(path, _ -> new HashSet<>());
        if (lists.contains(keys)) {
            return true;
        }
        if (keyLists.size() > PATHS_MAX) {
            return false;
        }
        boolean root = path.isEmpty() || path.equals("body");
        if (lists.size() >= (root ? ShapeScanner.SHAPES_MAX : KEY_LISTS_MAX)) {
            if (!root) {
                opaque.add(path);
            }
            return false;
        }
        lists.add(keys);
        return true;
    }

    private boolean value(String path, Column.Type type, int from, int to) {
        var column = scanner.column(path, type, b, from, to);
        if (column == null || !seen.add(column)) {
            return false; // too many columns, or a repeated key: such a record is kept verbatim
        }
        int i = columns.size() * 2;
        if (i + 2 > ends.length) {
            ends = Arrays.copyOf(ends, ends.length * 2);
        }
        ends[i] = from;
        ends[i + 1] = to;
        columns.add(column);
        return true;
    }

    private String key(int from, int to) {
        var raw = new String(b, from, to - from, StandardCharsets.UTF_8);
        if (raw.indexOf('\\') < 0) {
            return raw;
        }
        var read = Json.read(b, from - 1, to - from + 2).value();
        return read == null ? raw : read.asString(raw);
    }

    private void space() {
        while (at < end && (b[at] == ' ' || b[at] == '\t' || b[at] == '\n' || b[at] == '\r')) {
            at++;
        }
    }
}
