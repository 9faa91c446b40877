package dev.spoor.event;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts events into shape and values in one pass over the bytes.
 *
 * <p>A trie of gap byte strings recognises an event by comparing eight bytes at a time; a new shape
 * is learned once by {@link ShapeLearner}. The result is exact by construction: gaps and values in
 * turn are the event. Anything that does not parse is one value ("verbatim"). Shapes cannot
 * explode: a path whose objects differ too often becomes one opaque value, and past {@link
 * #SHAPES_MAX} an unknown shape is kept verbatim.
 *
 * <p>Not thread-safe; one scanner and one set of dictionaries per writer.
 */
public final class ShapeScanner {
    /** More shapes than this are not learned: their events are kept verbatim. */
    public static final int SHAPES_MAX = 4096;

    /** So many shapes are learned without asking whether they come again. */
    private static final int SHAPES_FREE = 256;

    /**
     * Beyond that, a shape for every so many events: a source that never repeats one learns few.
     */
    private static final int EVENTS_PER_SHAPE = 16;

    /** More trie nodes than this are not made. */
    public static final int NODES_MAX = 200_000;

    /** More columns than this are not made: the path above becomes one value. */
    public static final int COLUMNS_MAX = 2000;

    /** An event with more values than this is kept verbatim. */
    public static final int VALUES_MAX = 500;

    static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long SLASHES = ONES * '\\';

    static final Shape NONE = new Shape(-1, new byte[][] {{}}, new Column[0]);

    /** After a value: what may follow. Edges that are taken more often stand nearer the front. */
    private static final class Node {
        Edge[] edges = new Edge[2];
        int count;
    }

    private static final class Edge {
        final byte[] gap;
        final long[] words; // gap in steps of 8, the last one overlapping; empty when shorter
        final Column column;
        final Column.Type type;
        final boolean last;
        final Node next = new Node();
        Shape shape = NONE;
        int taken;

        Edge(byte[] gap, Column column, boolean last) {
            this.gap = gap;
            this.column = column;
            this.type = column.type();
            this.last = last;
            int n = gap.length;
            this.words = new long[n < 8 ? 0 : (n + 7) / 8];
            for (int i = 0; i < words.length; i++) {
                words[i] = (long) LONG.get(gap, Math.min(i * 8, n - 8));
            }
        }

        boolean matches(byte[] b, int at, int end) {
            int n = gap.length;
            if (end - at < n) {
                return false;
            }
            if (words.length == 0) {
                for (int i = 0; i < n; i++) {
                    if (b[at + i] != gap[i]) {
                        return false;
                    }
                }
                return true;
            }
            int wide = words.length - 1;
            for (int i = 0; i < wide; i++) {
                if ((long) LONG.get(b, at + i * 8) != words[i]) {
                    return false;
                }
            }
            return (long) LONG.get(b, at + n - 8) == words[wide];
        }
    }

    /**
     * What is nested deeper is kept verbatim: no reader goes much deeper ({@link Json#DEPTH_MAX}).
     */
    static final int CONTAINER_DEPTH_MAX = 400;

    private final Node json = new Node();
    private final Node cri = new Node();
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Column> columnsByKey = new HashMap<>();
    private final List<Shape> shapes = new ArrayList<>();
    private final ShapeLearner learner = new ShapeLearner(this);
    private final Shape verbatim;
    private int nodes;
    private int generation;
    private long learned;
    private long scans;

    public ShapeScanner() {
        var whole = column("", Column.Type.REST, new byte[0], 0, 0);
        verbatim = new Shape(0, new byte[][] {{}, {}}, new Column[] {whole});
        shapes.add(verbatim);
    }

    /** All columns so far, by id. */
    public List<Column> columns() {
        return columns;
    }

    /** All shapes so far, by id; shape 0 is the verbatim one. */
    public List<Shape> shapes() {
        return shapes;
    }

    /** Events that went through the learner: first of their shape, or never to be learned. */
    public long learned() {
        return learned;
    }

    int generation() {
        return generation;
    }

    /** Starts new dictionaries: all codes handed out so far are forgotten. Shapes stay. */
    public void newGeneration() {
        generation++;
        for (var column : columns) {
            column.dictionary().reset();
        }
    }

    /**
     * Scans one event. Kinds without JSON in them are verbatim, container log lines have a head.
     */
    public void scan(Kind kind, byte[] bytes, int offset, int length, Scanned out) {
        out.bytes = bytes;
        out.offset = offset;
        out.length = length;
        out.verbatim = false;
        out.scanner = this;
        out.generation = generation;
        int end = offset + length;
        scans++;
        switch (kind) {
            case KUBERNETES_AUDIT,
                    CONTAINER_DOCKER,
                    JOURNAL,
                    FALCO,
                    TETRAGON,
                    OPA,
                    GATEKEEPER,
                    JSON -> {
                if (walk(json, bytes, offset, end, out) || learn(kind, json, out)) {
                    return;
                }
            }
            case CONTAINER_CRI -> {
                if (walk(cri, bytes, offset, end, out) || learn(kind, cri, out)) {
                    return;
                }
            }
            case SYSLOG, TEXT, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP -> {}
        }
        out.verbatim = true;
        out.shape = verbatim;
        out.count = 1;
        out.from[0] = offset;
        out.to[0] = end;
        out.codes[0] = verbatim.column(0).dictionary().code(bytes, offset, end);
    }

    private boolean walk(Node root, byte[] b, int offset, int end, Scanned out) {
        var node = root;
        int at = offset;
        int n = 0;
        next:
        while (true) {
            var edges = node.edges;
            for (int i = 0, count = node.count; i < count; i++) {
                var edge = edges[i];
                if (!edge.matches(b, at, end)) {
                    continue;
                }
                int from = at + edge.gap.length;
                if (edge.last) {
                    if (from != end) {
                        continue;
                    }
                    prefer(edges, i, edge);
                    out.shape = edge.shape;
                    out.count = n;
                    return codes(b, out);
                }
                int to = end(edge.type, b, from, end);
                if (to < 0) {
                    continue;
                }
                prefer(edges, i, edge);
                if (n == out.from.length) {
                    return false; // the learner makes room when it learns a longer shape
                }
                out.from[n] = from;
                out.to[n] = to;
                n++;
                at = to;
                node = edge.next;
                continue next;
            }
            return false;
        }
    }

    /**
     * Codes are given only once the whole event is recognised: a wrong path must not fill
     * dictionaries.
     */
    private static boolean codes(byte[] b, Scanned out) {
        var shape = out.shape;
        for (int i = 0; i < out.count; i++) {
            out.codes[i] = shape.column(i).dictionary().code(b, out.from[i], out.to[i]);
        }
        return true;
    }

    private static void prefer(Edge[] edges, int i, Edge edge) {
        edge.taken++;
        if (i > 0 && edge.type != Column.Type.REST && edges[i - 1].taken < edge.taken) {
            edges[i] = edges[i - 1];
            edges[i - 1] = edge;
        }
    }

    private boolean learn(Kind kind, Node root, Scanned out) {
        int known = shapes.size();
        if (nodes >= NODES_MAX
                || known >= SHAPES_MAX
                || (known > SHAPES_FREE && (long) known * EVENTS_PER_SHAPE > scans)) {
            return false;
        }
        learned++;
        var found = learner.learn(kind, out.bytes, out.offset, out.offset + out.length);
        if (found == null) {
            return false;
        }
        out.capacity(found.count() + 1);
        for (int i = 0; i < found.count(); i++) {
            out.from[i] = found.from(i);
            out.to[i] = found.to(i);
        }
        out.count = found.count();
        out.shape = insert(root, out, found);
        return codes(out.bytes, out);
    }

    private Shape insert(Node root, Scanned out, ShapeLearner.Cut cut) {
        var node = root;
        int at = out.offset;
        var gaps = new byte[cut.count() + 1][];
        for (int i = 0; i < cut.count(); i++) {
            gaps[i] = Arrays.copyOfRange(out.bytes, at, cut.from(i));
            node = edge(node, gaps[i], cut.column(i), false).next;
            at = cut.to(i);
        }
        gaps[cut.count()] = Arrays.copyOfRange(out.bytes, at, out.offset + out.length);
        var last = edge(node, gaps[cut.count()], verbatim.column(0), true);
        if (last.shape == NONE) {
            last.shape = new Shape(shapes.size(), gaps, cut.columns());
            shapes.add(last.shape);
        }
        return last.shape;
    }

    private Edge edge(Node node, byte[] gap, Column column, boolean last) {
        for (int i = 0; i < node.count; i++) {
            var edge = node.edges[i];
            if (edge.last == last && edge.column == column && Arrays.equals(edge.gap, gap)) {
                return edge;
            }
        }
        nodes++;
        var edge = new Edge(gap, column, last);
        if (node.count == node.edges.length) {
            node.edges = Arrays.copyOf(node.edges, node.count * 2);
        }
        int i = node.count++;
        // A value that runs to the end takes anything: it must stay behind the others.
        while (i > 0
                && node.edges[i - 1].type == Column.Type.REST
                && !node.edges[i - 1].last
                && column.type() != Column.Type.REST) {
            node.edges[i] = node.edges[i - 1];
            i--;
        }
        node.edges[i] = edge;
        return edge;
    }

    /** The column for a path and type; null when there are too many. */
    @org.jspecify.annotations.Nullable
    Column column(String path, Column.Type type, byte[] b, int from, int to) {
        var key = type.name() + " " + path; // STRING and SCALAR begin alike
        var column = columnsByKey.get(key);
        if (column == null && columns.size() < COLUMNS_MAX) {
            column = new Column(columns.size(), path, type, look(path, type, b, from, to));
            columns.add(column);
            columnsByKey.put(key, column);
        }
        return column;
    }

    private static Column.Look look(String path, Column.Type type, byte[] b, int from, int to) {
        if (path.equals("requestURI")) {
            return Column.Look.URI;
        }
        if (ShapeLearner.BODIES.contains(path)) {
            return Column.Look.BODY;
        }
        if (type == Column.Type.STRING || type == Column.Type.TOKEN) {
            if (to - from == 36
                    && b[from + 8] == '-'
                    && b[from + 13] == '-'
                    && b[from + 18] == '-'
                    && b[from + 23] == '-') {
                return Column.Look.UUID;
            }
            if (to - from > 20
                    && to - from <= 35
                    && b[from + 4] == '-'
                    && b[from + 10] == 'T'
                    && b[from + 19] == '.'
                    && b[to - 1] == 'Z') {
                return Column.Look.TIME;
            }
        }
        return Column.Look.PLAIN;
    }

    /**
     * Where the value that starts at {@code from} ends, or -1 when none of that type starts there.
     */
    static int end(Column.Type type, byte[] b, int from, int end) {
        return switch (type) {
            case STRING -> string(b, from, end);
            case SCALAR -> scalar(b, from, end);
            case JSON -> container(b, from, end);
            case TOKEN -> {
                int i = from;
                while (i < end && b[i] != ' ') {
                    i++;
                }
                yield i < end && i > from ? i : -1;
            }
            // An object may be worth a shape of its own: left to the learner.
            case REST -> from < end && b[from] == '{' && b[end - 1] == '}' ? -1 : end;
        };
    }

    /** The index of the quote that closes the string content starting at {@code from}, or -1. */
    static int string(byte[] b, int from, int end) {
        int i = from;
        while (true) {
            while (i + 8 <= end) {
                long word = (long) LONG.get(b, i);
                long q = word ^ QUOTES;
                long s = word ^ SLASHES;
                long hit = ((q - ONES) & ~q | (s - ONES) & ~s) & HIGHS;
                if (hit != 0) {
                    i += Long.numberOfTrailingZeros(hit) >>> 3;
                    break;
                }
                i += 8;
            }
            while (i < end && b[i] != '"' && b[i] != '\\') {
                i++;
            }
            if (i >= end) {
                return -1;
            }
            if (b[i] == '"') {
                return i;
            }
            i += 2;
        }
    }

    private static int scalar(byte[] b, int from, int end) {
        int i = from;
        while (i < end) {
            byte c = b[i];
            if (c == ',' || c == '}' || c == ']' || c <= ' ') {
                break;
            }
            if (c == '"' || c == '{' || c == '[') {
                return -1;
            }
            i++;
        }
        return i > from ? i : -1;
    }

    /**
     * The index after the object or array that starts at {@code from}, or -1; also when it is
     * nested deeper than {@link #CONTAINER_DEPTH_MAX}.
     */
    static int container(byte[] b, int from, int end) {
        if (from >= end || (b[from] != '{' && b[from] != '[')) {
            return -1;
        }
        int depth = 0;
        for (int i = from; i < end; i++) {
            switch (b[i]) {
                case '"' -> {
                    i = string(b, i + 1, end);
                    if (i < 0) {
                        return -1;
                    }
                }
                case '{', '[' -> {
                    if (++depth > CONTAINER_DEPTH_MAX) {
                        return -1;
                    }
                }
                case '}', ']' -> {
                    if (--depth == 0) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }
}
