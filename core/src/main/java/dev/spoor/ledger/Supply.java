package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.ledger.SegmentReader.ColumnEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Where the values of one field stand in one segment, for events of one form (kind and wrapping):
 * by shape the column that supplies them. Remembered over questions, as are the field's values by
 * dictionary code.
 */
final class Supply {
    /** No value, whatever the row holds. */
    static final int MISSING = -1;

    /** Only the row itself can tell. */
    static final int ASK = -2;

    /** What stands for a value that cannot be read by itself. */
    static final List<JsonNode> UNREAD = List.of(JsonNodeFactory.instance.missingNode());

    private final SegmentReader segment;
    private final Source form;
    final String field;

    /** By shape. */
    final int[] byShape;

    /** The columns that supply the field in some shape. */
    final int[] columns;

    /** Blocks that may hold rows that must be asked, and rows without a value. */
    private long ask;

    private long missing;

    /** What was known when these were told. */
    private int told = -1;

    private final Map<Integer, List<List<JsonNode>>> values = new HashMap<>();
    private final Map<Integer, Map<String, int[]>> texts = new HashMap<>();
    private final Map<Integer, Map<String, int[]>> foldedTexts = new HashMap<>();
    private final Map<Integer, Boolean> unread = new HashMap<>();
    private final BlockMasks masks;
    private final Asked.@Nullable Derived derived;

    Supply(SegmentReader segment, BlockMasks masks, Kind kind, Wrapping wrapping, String field) {
        this.derived = null;
        this.segment = segment;
        this.masks = masks;
        this.form = new Source(0, kind, wrapping, "", null);
        this.field = field;
        this.byShape = new int[segment.shapes.size()];
        var names = new ArrayList<>(List.of(field));
        names.addAll(Lens.originals(kind, field));
        var found = new java.util.TreeSet<Integer>();
        for (int shape = 0; shape < byShape.length; shape++) {
            int column = supplier(names, shape);
            byShape[shape] = column;
            if (column >= 0) {
                found.add(column);
            }
        }
        columns = found.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Of a field that is made of a member; it belongs to one question.
     *
     * @param member where that stands
     */
    Supply(Supply member, Asked.Derived derived) {
        this.derived = derived;
        this.segment = member.segment;
        this.masks = member.masks;
        this.form = member.form;
        this.field = member.field;
        this.byShape = member.byShape;
        this.columns = member.columns;
    }

    /** Blocks that may hold rows that must be asked. */
    long ask() {
        tell();
        return ask;
    }

    /** Blocks that may hold rows without a value. */
    long missing() {
        tell();
        return missing;
    }

    private void tell() {
        if (told == masks.learned()) {
            return;
        }
        ask = 0;
        missing = 0;
        for (int shape = 0; shape < byShape.length; shape++) {
            if (byShape[shape] == ASK) {
                ask |= masks.ofReceived(shape);
            } else if (byShape[shape] == MISSING) {
                missing |= masks.ofReceived(shape);
            }
        }
        told = masks.learned();
    }

    /**
     * Whether events of this form have their values where they stand in the bytes, and this field
     * is one of them.
     */
    static boolean direct(Source source, String field) {
        return Lens.identity(source.kind(), source.wrapping())
                && !field.equals("source.kind")
                && !field.equals("source.path")
                && !field.equals("source.cluster")
                && !field.equals("k8s.cluster.name");
    }

    private int supplier(List<String> names, int shape) {
        int found = MISSING;
        // The lens lends old audit events a time of this name
        boolean time = form.kind() != Kind.KUBERNETES_AUDIT || !field.endsWith("Timestamp");
        for (int index : segment.shapes.get(shape).columns()) {
            var column = segment.columns.get(index);
            if (column.type() == Column.Type.REST || column.type() == Column.Type.TOKEN) {
                return ASK;
            }
            time |= column.path().equals(Segments.BASE_TIMES.getFirst());
            for (var name : names) {
                if (column.path().startsWith(name + ".")) {
                    return ASK; // the field is an object whose parts are columns
                }
                if (supplies(column, name)) {
                    if (found >= 0) {
                        return ASK;
                    }
                    found = index;
                    break;
                }
            }
            if (found == ASK) {
                return ASK;
            }
        }
        return time && !mayBeEmpty(names, segment.shapes.get(shape).gaps()) ? found : ASK;
    }

    /** Whether the field may be an empty object: these stand between the values. */
    private static boolean mayBeEmpty(List<String> names, byte[][] gaps) {
        for (var bytes : gaps) {
            var gap = new String(bytes, StandardCharsets.UTF_8);
            var empty = EMPTY.matcher(gap);
            while (empty.find()) {
                var key = empty.group(1);
                if (key.indexOf('\\') >= 0 || names.stream().anyMatch(n -> n.endsWith(key))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static final Pattern EMPTY = Pattern.compile("\"([^\"]*)\"\\s*:\\s*\\{\\s*\\}");

    private static boolean supplies(ColumnEntry column, String name) {
        var path = column.path();
        return path.equals(name)
                || (column.type() == Column.Type.JSON && name.startsWith(path + "."));
    }

    /** The field's values in the event that holds this one. {@link #UNREAD} = ask the row. */
    List<JsonNode> values(int column, DecodedColumn decoded, int value) {
        int code = decoded.code(value);
        return code >= 0
                ? ofCode(column, code)
                : read(column, decoded.bytes(value), decoded.from(value), decoded.to(value));
    }

    /** The field's values in events with this dictionary value. */
    List<JsonNode> ofCode(int column, int code) {
        var dictionary = segment.values(column);
        var known = values.get(column);
        if (known == null) {
            known = new ArrayList<>(dictionary.size());
            masks.remember(derived == null ? dictionary.size() : 0);
            boolean parsed = segment.columns.get(column).type() == Column.Type.JSON;
            for (int i = 0; i < dictionary.size(); i++) {
                int from = dictionary.start(i);
                int to = dictionary.ends()[i];
                known.add(
                        parsed
                                ? read(
                                        column,
                                        masks.members().ofCode(column, i),
                                        dictionary.bytes(),
                                        from,
                                        to)
                                : read(column, dictionary.bytes(), from, to));
            }
            values.put(column, known);
        }
        return known.get(code);
    }

    /** Values in the column's dictionary. */
    int size(int column) {
        return segment.values(column).size();
    }

    /** Whether a value of the dictionary cannot be read by itself. */
    boolean unread(int column) {
        return size(column) > 0 && unread.computeIfAbsent(column, this::anyUnread);
    }

    private boolean anyUnread(int column) {
        for (int code = 0; code < size(column); code++) {
            if (ofCode(column, code) == UNREAD) {
                return true;
            }
        }
        return false;
    }

    /**
     * Codes of the dictionary values that have this text in the field; not for columns with {@link
     * #unread} values.
     */
    int[] codesOf(int column, String text) {
        return texts.computeIfAbsent(column, _ -> index(column, false))
                .getOrDefault(text, NO_CODES);
    }

    /** The same in any case; {@code text} is {@link #folded}. */
    int[] codesOfFolded(int column, String text) {
        return foldedTexts
                .computeIfAbsent(column, _ -> index(column, true))
                .getOrDefault(text, NO_CODES);
    }

    /** Equal for two texts that {@link String#equalsIgnoreCase} finds equal. */
    static String folded(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (folded(text.charAt(i)) != text.charAt(i)) {
                var letters = text.toCharArray();
                for (int j = i; j < letters.length; j++) {
                    letters[j] = folded(letters[j]);
                }
                return new String(letters);
            }
        }
        return text;
    }

    private static char folded(char c) {
        return c >= 'a' && c <= 'z' || c >= '-' && c <= ':'
                ? c
                : Character.toLowerCase(Character.toUpperCase(c));
    }

    /** The texts of the column's dictionary values; not where some are {@link #unread}. */
    Set<String> texts(int column) {
        return texts.computeIfAbsent(column, _ -> index(column, false)).keySet();
    }

    Column.Look look(int column) {
        return segment.columns.get(column).look();
    }

    private static final int[] NO_CODES = {};

    private Map<String, int[]> index(int column, boolean fold) {
        var index = new HashMap<String, int[]>();
        for (int code = 0; code < size(column); code++) {
            for (var value : ofCode(column, code)) {
                // What a test of equality sees
                if (!value.isContainer() && !value.isNull()) {
                    var text = value.asString("");
                    index.merge(fold ? folded(text) : text, new int[] {code}, Supply::joined);
                }
            }
        }
        return index;
    }

    private static int[] joined(int[] a, int[] b) {
        if (a[a.length - 1] == b[0]) {
            return a; // one value twice
        }
        var all = Arrays.copyOf(a, a.length + 1);
        all[a.length] = b[0];
        return all;
    }

    /** The field's values in an event whose value of the column is this. */
    List<JsonNode> read(int column, byte[] bytes, int from, int to) {
        var entry = segment.columns.get(column);
        if (derived == null
                && entry.type() == Column.Type.JSON
                && !mayHold(field, entry.path(), bytes, from, to)) {
            return List.of();
        }
        return read(column, node(entry.type(), bytes, from, to), bytes, from, to);
    }

    private List<JsonNode> read(
            int column, @Nullable JsonNode node, byte[] bytes, int from, int to) {
        var entry = segment.columns.get(column);
        if (derived != null) {
            var raw = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
            return node == null ? UNREAD : derived.values(node, raw);
        }
        if (node == null) {
            return UNREAD;
        }
        if (!node.isContainer() && entry.path().equals(field)) {
            return List.of(node);
        }
        var tree = JsonNodeFactory.instance.objectNode();
        tree.set(entry.path(), node);
        return new JsonView(form, tree, new byte[0], 0, 0).values(field);
    }

    /**
     * Whether an object can have the field: the longest key of the path must stand in it, or an
     * escape.
     */
    private static boolean mayHold(String field, String path, byte[] bytes, int from, int to) {
        if (to - from < 64 || !field.startsWith(path + ".")) {
            return true;
        }
        var longest = "";
        for (var key : field.substring(path.length() + 1).split("\\.")) {
            longest = key.length() > longest.length() ? key : longest;
        }
        return new Search(longest.getBytes(StandardCharsets.UTF_8)).in(bytes, from, to)
                || Search.UNICODE_ESCAPE.in(bytes, from, to);
    }

    /** The value as a node; null when it is not one by itself. */
    static @Nullable JsonNode node(Column.Type type, byte[] bytes, int from, int to) {
        return switch (type) {
            case STRING -> {
                for (int i = from; i < to; i++) {
                    if (bytes[i] == '\\' || (bytes[i] >= 0 && bytes[i] < ' ')) {
                        var plain = unescaped(bytes, from, to);
                        if (plain != null) {
                            yield JsonNodeFactory.instance.stringNode(plain);
                        }
                        var quoted = new byte[to - from + 2];
                        quoted[0] = '"';
                        quoted[quoted.length - 1] = '"';
                        System.arraycopy(bytes, from, quoted, 1, to - from);
                        var parsed = Json.read(quoted, 0, quoted.length);
                        yield parsed.complete() ? parsed.value() : null;
                    }
                }
                yield JsonNodeFactory.instance.stringNode(
                        new String(bytes, from, to - from, StandardCharsets.UTF_8));
            }
            case SCALAR, JSON -> {
                var parsed = Json.read(bytes, from, to - from);
                yield parsed.complete() ? parsed.value() : null;
            }
            case TOKEN, REST -> null;
        };
    }

    /** A string of ASCII whose escapes are of two letters; null for all others. */
    private static @Nullable String unescaped(byte[] bytes, int from, int to) {
        var out = new byte[to - from];
        int size = 0;
        for (int i = from; i < to; i++) {
            int b = bytes[i];
            if (b < ' ') {
                return null;
            }
            if (b == '\\') {
                b =
                        switch (++i < to ? bytes[i] : 0) {
                            case '"' -> '"';
                            case '\\' -> '\\';
                            case '/' -> '/';
                            case 'n' -> '\n';
                            case 't' -> '\t';
                            case 'r' -> '\r';
                            case 'b' -> '\b';
                            case 'f' -> '\f';
                            default -> 0;
                        };
                if (b == 0) {
                    return null;
                }
            }
            out[size++] = (byte) b;
        }
        return new String(out, 0, size, StandardCharsets.ISO_8859_1);
    }
}
