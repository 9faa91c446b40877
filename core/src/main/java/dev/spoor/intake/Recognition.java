package dev.spoor.intake;

import dev.spoor.event.Carried;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Wrapping;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tells what a source is from its first bytes; its name never counts. */
final class Recognition {
    /** So many lines are judged; the first may be cut by rotation. */
    private static final int LINES_MAX = 40;

    /** More than one control character in so many makes a text binary. */
    private static final int CONTROL_SHARE = 50;

    /** So many values are looked into for what they carry. */
    private static final int SAMPLES_MAX = 10;

    /**
     * Where collectors (Fluent Bit, Vector, Loki, Splunk) and Elasticsearch put the line or the
     * event they carry.
     */
    private static final List<String> CARRIERS =
            List.of(
                    "log",
                    "message",
                    "msg",
                    "line",
                    "event",
                    "_raw",
                    "result._raw",
                    "_source",
                    "_source.message",
                    "_source.log",
                    "hits.hits[]._source",
                    "hits.hits[]._source.message");

    private static final Pattern EKS_GROUP = Pattern.compile("^/aws/eks/([^/]{1,100})/cluster$");
    private static final Pattern AKS_RESOURCE =
            Pattern.compile("/MANAGEDCLUSTERS/([^/]{1,100})", Pattern.CASE_INSENSITIVE);

    private Recognition() {}

    /** UTF-8 byte order mark. */
    static boolean mark(byte[] bytes, int from, int to) {
        return to - from >= 3
                && bytes[from] == (byte) 0xef
                && bytes[from + 1] == (byte) 0xbb
                && bytes[from + 2] == (byte) 0xbf;
    }

    /** UTF-16 with a byte order mark, or null. */
    static @Nullable Charset wide(byte[] bytes, int to) {
        if (to >= 2 && bytes[0] == (byte) 0xff && bytes[1] == (byte) 0xfe) {
            return StandardCharsets.UTF_16LE;
        }
        if (to >= 2 && bytes[0] == (byte) 0xfe && bytes[1] == (byte) 0xff) {
            return StandardCharsets.UTF_16BE;
        }
        return null;
    }

    /**
     * Recognises a source, or returns null when nothing fits.
     *
     * @param to end of the head; {@code whole} tells that the source ends there
     */
    static @Nullable Format of(byte[] bytes, int to, boolean whole) {
        var charset = wide(bytes, to);
        if (charset != null) {
            var text = new String(bytes, 2, (to - 2) / 2 * 2, charset);
            byte[] narrow = text.getBytes(StandardCharsets.UTF_8);
            var format = of(narrow, narrow.length, whole);
            return format == null || format.framing() != Format.Framing.LINES
                    ? wideLines(Format.lines(Kind.TEXT))
                    : wideLines(format);
        }
        if (Magic.tar(bytes, to)) {
            return null;
        }
        int from = mark(bytes, 0, to) ? 3 : 0;
        var lines = lines(bytes, from, to);
        if (lines.isEmpty() && whole) {
            return null;
        }
        var json = json(bytes, to, lines, whole);
        if (json != null) {
            if (json.kind() != Kind.JSON) {
                return json;
            }
            var carried = carried(bytes, to, lines);
            return carried != null ? carried : policy(json, bytes, lines);
        }
        var text = text(bytes, lines);
        if (text != null) {
            return text;
        }
        return printable(bytes, from, to) ? Format.lines(Kind.TEXT) : null;
    }

    private static Format wideLines(Format format) {
        return new Format(
                format.kind(), format.wrapping(), Format.Framing.WIDE_LINES, "", format.cluster());
    }

    private record Line(int from, int to, boolean ended) {}

    /** The first lines that are not blank. */
    private static List<Line> lines(byte[] bytes, int from, int to) {
        var lines = new ArrayList<Line>();
        int start = from;
        while (start < to && lines.size() < LINES_MAX) {
            int newline = Newlines.next(bytes, start, to);
            int end = newline < 0 ? to : newline;
            int last = end;
            while (last > start && bytes[last - 1] <= ' ' && bytes[last - 1] >= 0) {
                last--;
            }
            if (last > start) {
                lines.add(new Line(start, last, newline >= 0));
            }
            start = end + 1;
        }
        return lines;
    }

    private static @Nullable Format json(byte[] bytes, int to, List<Line> lines, boolean whole) {
        if (lines.isEmpty()) {
            return null;
        }
        int first = lines.getFirst().from();
        while (first < to && (bytes[first] == ' ' || bytes[first] == '\t')) {
            first++;
        }
        if (bytes[first] == '{' || bytes[first] == '[') {
            var head = Json.read(bytes, first, to - first);
            var value = head.value();
            if (value != null && sound(value, head.complete())) {
                var line = lines.getFirst();
                boolean alone =
                        bytes[first] == '{'
                                && (Json.read(bytes, first, line.to() - first).complete()
                                        || (lines.size() == 1 && !line.ended() && !whole));
                var format = value(value, alone);
                // a first line cut by rotation reads like the start of a long value
                if (alone || format.kind() != Kind.JSON || !linesOfJson(bytes, lines)) {
                    return format;
                }
            }
        }
        return firstJsonLine(bytes, lines);
    }

    /** Not a text that merely begins with a bracket, as {@code [2024-01-02] hello}. */
    private static boolean sound(JsonNode value, boolean complete) {
        if (complete) {
            return true;
        }
        var first = value;
        while (first.isArray() && !first.isEmpty()) {
            first = first.get(0);
        }
        return first.isObject() ? !first.isEmpty() : first != value && first.isArray();
    }

    private static boolean linesOfJson(byte[] bytes, List<Line> lines) {
        return lines.stream()
                        .skip(1)
                        .filter(line -> bytes[line.from()] == '{' && bytes[line.to() - 1] == '}')
                        .count()
                >= Math.max(1, lines.size() / 2 - 1);
    }

    /** Some line further down is JSON, and most lines look like it. */
    private static @Nullable Format firstJsonLine(byte[] bytes, List<Line> lines) {
        long braces = lines.stream().filter(line -> bytes[line.from()] == '{').count();
        if (braces * 2 < lines.size()) {
            return null;
        }
        for (var line : lines) {
            if (bytes[line.from()] == '{') {
                var parsed = Json.read(bytes, line.from(), line.to() - line.from());
                var value = parsed.value();
                if (value != null && parsed.complete()) {
                    return value(value, true);
                }
            }
        }
        return null;
    }

    /**
     * What one JSON value says about its source.
     *
     * @param alone it stands on a line of its own
     */
    private static Format value(JsonNode value, boolean alone) {
        var sample = value;
        while (sample.isArray() && !sample.isEmpty()) {
            sample = sample.get(0);
        }
        var wrapped = wrapped(sample);
        if (wrapped != null) {
            return wrapped;
        }
        var framing = alone ? Format.Framing.LINES : Format.Framing.ITEMS;
        if (sample.path("protoPayload").isObject()) {
            var cluster = sample.path("resource").path("labels").path("cluster_name").asString("");
            return new Format(Kind.KUBERNETES_AUDIT, Wrapping.GKE, framing, "", named(cluster));
        }
        return new Format(plainKind(sample), Wrapping.NATIVE, framing, "", null);
    }

    private static @Nullable Format wrapped(JsonNode sample) {
        if (sample.path("items").isArray()
                && (sample.path("kind").asString("").equals("EventList")
                        || audit(sample.path("items").path(0)))) {
            return items(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "items[]", null);
        }
        for (var key : List.of("logEvents", "events")) {
            var event = sample.path(key).path(0);
            if (event.path("message").isString()
                    || (key.equals("logEvents") && sample.path(key).isArray())) {
                return cloudWatch(sample, event);
            }
        }
        if (sample.path("records").isArray() && sample.path("records").path(0).isObject()) {
            var format = azure(sample.path("records").path(0), "records[].properties.log");
            if (format != null) {
                return format;
            }
        }
        if (sample.path("entries").path(0).path("protoPayload").isObject()) {
            return items(Kind.KUBERNETES_AUDIT, Wrapping.GKE, "entries[]", null);
        }
        return azure(sample, "properties.log");
    }

    /**
     * Audit events inside what a collector or a search engine wrote around them, when most of the
     * first values hold one at the same place. What a container wrote is never taken for one: it
     * could print any.
     */
    private static @Nullable Format carried(byte[] bytes, int to, List<Line> lines) {
        var samples = new ArrayList<JsonNode>();
        for (var line : lines.subList(0, Math.min(lines.size(), SAMPLES_MAX))) {
            var parsed = Json.read(bytes, line.from(), line.to() - line.from());
            if (parsed.complete() && parsed.value() != null) {
                samples.add(parsed.value());
            }
        }
        if (samples.isEmpty()) {
            var from = lines.getFirst().from();
            var head = Json.read(bytes, from, to - from).value();
            if (head != null) {
                samples.add(head);
            }
        }
        for (var path : CARRIERS) {
            int held = 0;
            int audit = 0;
            for (var sample : samples) {
                if (sample.has("stream") || sample.has("kubernetes")) {
                    return null;
                }
                for (var value : at(sample, List.of(path.split("\\.")))) {
                    held++;
                    audit += audit(opened(value)) ? 1 : 0;
                }
            }
            if (audit > 0 && audit * 2 >= held) {
                return items(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, path, null);
            }
        }
        return null;
    }

    /** The values at a path of keys, some with {@code []}; top-level arrays are walked. */
    private static List<JsonNode> at(JsonNode node, List<String> path) {
        if (node.isArray()) {
            var all = new ArrayList<JsonNode>();
            for (var element : node) {
                all.addAll(at(element, path));
            }
            return all;
        }
        if (path.isEmpty()) {
            return List.of(node);
        }
        var key = path.getFirst();
        var name = key.endsWith("[]") ? key.substring(0, key.length() - 2) : key;
        var next = node.get(name);
        return next == null || next.isArray() != key.endsWith("[]")
                ? List.of()
                : at(next, path.subList(1, path.size()));
    }

    /** A string that holds JSON is that JSON. */
    private static JsonNode opened(JsonNode value) {
        if (!value.isString()) {
            return value;
        }
        byte[] text = value.asString().getBytes(StandardCharsets.UTF_8);
        var inner = Json.read(text, 0, text.length).value();
        return inner == null ? value : inner;
    }

    private static Format items(
            Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        return new Format(kind, wrapping, Format.Framing.ITEMS, path, cluster);
    }

    private static Format cloudWatch(JsonNode sample, JsonNode event) {
        var parsed = opened(event.path("message"));
        var matcher = EKS_GROUP.matcher(sample.path("logGroup").asString(""));
        var cluster = matcher.matches() ? named(matcher.group(1)) : null;
        boolean audit =
                audit(parsed)
                        || sample.path("logStream").asString("").contains("kube-apiserver-audit");
        Kind kind;
        if (audit) {
            kind = Kind.KUBERNETES_AUDIT;
        } else {
            kind = parsed.isObject() ? plainKind(parsed) : Kind.TEXT;
        }
        return items(kind, Wrapping.EKS, "logEvents|events[].message", cluster);
    }

    private static @Nullable Format azure(JsonNode record, String path) {
        var log = record.path("properties").path("log");
        var category = record.path("category").asString("").toLowerCase(Locale.ROOT);
        if (!log.isString() && !log.isObject() && !category.startsWith("kube-audit")) {
            return null;
        }
        var parsed = opened(log);
        boolean audit = audit(parsed) || category.startsWith("kube-audit");
        var matcher = AKS_RESOURCE.matcher(record.path("resourceId").asString(""));
        var cluster = matcher.find() ? named(matcher.group(1)) : null;
        return items(audit ? Kind.KUBERNETES_AUDIT : Kind.TEXT, Wrapping.AKS, path, cluster);
    }

    private static @Nullable String named(String name) {
        return name.isEmpty() ? null : name;
    }

    /**
     * Kind and version may be missing, and pipelines drop more: the names that are asked for stand
     * together nowhere else.
     */
    static boolean audit(JsonNode node) {
        return node.path("apiVersion").asString("").startsWith("audit.k8s.io/")
                || (node.path("verb").isString()
                        && (node.has("auditID") && (node.has("stage") || node.has("user"))
                                || node.path("user").path("username").isString()
                                        && (node.path("objectRef").isObject()
                                                || node.path("requestURI").isString())));
    }

    private static Kind plainKind(JsonNode node) {
        if (audit(node)) {
            return Kind.KUBERNETES_AUDIT;
        }
        if (node.path("log").isString()
                && (node.size() == 1 || node.has("stream") || node.has("time"))) {
            return Kind.CONTAINER_DOCKER;
        }
        if (node.has("__REALTIME_TIMESTAMP")) {
            return Kind.JOURNAL;
        }
        var carried = Carried.kind(node);
        return carried == null ? Kind.JSON : carried;
    }

    /**
     * Controllers write lines of many kinds: one that tells of a constraint or a decision names the
     * source.
     */
    private static Format policy(Format json, byte[] bytes, List<Line> lines) {
        if (json.framing() != Format.Framing.LINES) {
            return json;
        }
        for (var line : lines) {
            var parsed = Json.read(bytes, line.from(), line.to() - line.from()).value();
            if (parsed != null && parsed.isObject()) {
                var kind = plainKind(parsed);
                if (kind == Kind.GATEKEEPER || kind == Kind.OPA) {
                    return Format.lines(kind);
                }
            }
        }
        return json;
    }

    private static @Nullable Format text(byte[] bytes, List<Line> lines) {
        var votes = new EnumMap<Kind, Integer>(Kind.class);
        int prefixed = 0;
        for (var line : lines) {
            if (LineKinds.cri(bytes, line.from(), line.to())) {
                votes.merge(Kind.CONTAINER_CRI, 1, Integer::sum);
            } else if (prefixedAudit(bytes, line)) {
                prefixed++;
            } else if (LineKinds.syslog(bytes, line.from(), line.to())) {
                votes.merge(Kind.SYSLOG, 1, Integer::sum);
            }
        }
        for (var kind : votes.keySet()) {
            if (votes.getOrDefault(kind, 0) * 2 >= lines.size()) {
                return Format.lines(kind);
            }
        }
        if (prefixed > 0 && prefixed * 2 >= lines.size()) {
            var last = lines.getLast();
            boolean aws = LineKinds.isoTime(bytes, last.from(), last.to()) > 0;
            return new Format(
                    Kind.KUBERNETES_AUDIT,
                    aws ? Wrapping.EKS : Wrapping.NATIVE,
                    Format.Framing.PREFIXED_LINES,
                    "",
                    null);
        }
        return null;
    }

    private static boolean prefixedAudit(byte[] bytes, Line line) {
        int view = LineKinds.behindPrefix(bytes, line.from(), line.to());
        if (view < 0) {
            return false;
        }
        var parsed = Json.read(bytes, view, line.to() - view).value();
        return parsed != null && audit(parsed);
    }

    /** Text in some encoding: few control characters. */
    private static boolean printable(byte[] bytes, int from, int to) {
        int control = 0;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != 0x1b) {
                control++;
            }
        }
        return to > from && control * CONTROL_SHARE <= to - from && !binary(bytes, from, to);
    }

    /** Known heads of binary files that happen to have few control characters. */
    private static boolean binary(byte[] bytes, int from, int to) {
        return to - from >= 5
                && Arrays.equals(
                        bytes, from, from + 5, "%PDF-".getBytes(StandardCharsets.US_ASCII), 0, 5);
    }
}
