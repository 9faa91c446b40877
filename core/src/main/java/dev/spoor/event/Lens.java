package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The normal form of each kind of source, and the common names of the OpenTelemetry semantic
 * conventions. Lenses are views: changing one re-indexes nothing.
 *
 * <ul>
 *   <li>Kubernetes audit, every wrapping: the fields of {@code audit.k8s.io/v1} Event.
 *   <li>CRI and Docker: {@code time, stream, logtag, message}, and {@code body} when the message is
 *       a JSON object: what an application writes has its own root and cannot overrule what the
 *       runtime knows.
 *   <li>syslog: the names of RFC 5424 in lower case, and {@code body} likewise.
 *   <li>journald, Falco, Tetragon's JSON export (GetEventsResponse), decisions of OPA, log lines of
 *       Gatekeeper, JSON lines: as they are.
 *   <li>text: {@code message}.
 * </ul>
 */
public final class Lens {
    private static final Map<String, List<String>> AUDIT =
            Map.ofEntries(
                    Map.entry("k8s.namespace.name", List.of("objectRef.namespace")),
                    Map.entry("user.name", List.of("user.username")),
                    Map.entry("user.id", List.of("user.uid")),
                    Map.entry("source.ip", List.of("sourceIPs")),
                    Map.entry("source.address", List.of("sourceIPs")),
                    Map.entry("client.address", List.of("sourceIPs")),
                    Map.entry("user_agent.original", List.of("userAgent")),
                    Map.entry("http.response.status_code", List.of("responseStatus.code")),
                    Map.entry("url.original", List.of("requestURI")));

    private static final Map<String, List<String>> CONTAINER =
            Map.of("log.iostream", List.of("stream"));

    private static final Map<String, List<String>> SYSLOG =
            Map.of(
                    "host.name", List.of("hostname"),
                    "service.name", List.of("appname"),
                    "process.executable.name", List.of("appname"),
                    "process.pid", List.of("procid"));

    private static final Map<String, List<String>> JOURNAL =
            Map.of(
                    "host.name", List.of("_HOSTNAME"),
                    "service.name", List.of("_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER"),
                    "process.executable.name", List.of("_COMM", "SYSLOG_IDENTIFIER"),
                    "process.command_line", List.of("_CMDLINE"),
                    "process.pid", List.of("_PID", "SYSLOG_PID"),
                    "user.id", List.of("_UID"),
                    "message", List.of("MESSAGE"));

    private static final Map<String, List<String>> FALCO =
            Map.ofEntries(
                    Map.entry("host.name", List.of("hostname")),
                    Map.entry("message", List.of("output")),
                    Map.entry(
                            "k8s.namespace.name",
                            List.of(
                                    "output_fields.k8s.ns.name",
                                    "output_fields.ka.target.namespace")),
                    Map.entry(
                            "k8s.pod.name",
                            List.of(
                                    "output_fields.k8s.pod.name",
                                    "output_fields.ka.target.pod.name")),
                    Map.entry("k8s.pod.uid", List.of("output_fields.k8s.pod.uid")),
                    Map.entry("k8s.container.name", List.of("output_fields.container.name")),
                    Map.entry("container.id", List.of("output_fields.container.id")),
                    Map.entry(
                            "container.image.name",
                            List.of(
                                    "output_fields.container.image.repository",
                                    "output_fields.container.image")),
                    Map.entry("process.command_line", List.of("output_fields.proc.cmdline")),
                    Map.entry("process.executable.name", List.of("output_fields.proc.name")),
                    Map.entry("process.executable.path", List.of("output_fields.proc.exepath")),
                    Map.entry("process.pid", List.of("output_fields.proc.pid")),
                    Map.entry(
                            "user.name",
                            List.of("output_fields.user.name", "output_fields.ka.user.name")),
                    Map.entry("user.id", List.of("output_fields.user.uid")),
                    Map.entry("file.path", List.of("output_fields.fd.name")),
                    Map.entry("source.ip", List.of("output_fields.fd.cip")),
                    Map.entry("source.address", List.of("output_fields.fd.cip")),
                    Map.entry("destination.address", List.of("output_fields.fd.sip")),
                    Map.entry("destination.port", List.of("output_fields.fd.sport")));

    /** The members of Tetragon's GetEventsResponse; each names the process in the same way. */
    private static final List<String> TETRAGON_EVENTS =
            List.of(
                    "process_exec",
                    "process_kprobe",
                    "process_exit",
                    "process_connect",
                    "process_listen",
                    "process_close",
                    "process_tracepoint",
                    "process_uprobe",
                    "process_lsm",
                    "process_loader");

    private static final Map<String, List<String>> TETRAGON =
            Map.ofEntries(
                    Map.entry("host.name", List.of("node_name")),
                    Map.entry("k8s.node.name", List.of("node_name")),
                    Map.entry("k8s.namespace.name", tetragon("process.pod.namespace")),
                    Map.entry("k8s.pod.name", tetragon("process.pod.name")),
                    Map.entry("k8s.pod.uid", tetragon("process.pod.uid")),
                    Map.entry("k8s.container.name", tetragon("process.pod.container.name")),
                    Map.entry("container.id", tetragon("process.pod.container.id")),
                    Map.entry("container.image.name", tetragon("process.pod.container.image.name")),
                    Map.entry("process.executable.path", tetragon("process.binary")),
                    Map.entry("process.command_args", tetragon("process.arguments")),
                    Map.entry("process.pid", tetragon("process.pid")),
                    Map.entry("process.parent_pid", tetragon("parent.pid")),
                    Map.entry("process.working_directory", tetragon("process.cwd")),
                    Map.entry("user.id", tetragon("process.uid")),
                    Map.entry(
                            "file.path",
                            List.of(
                                    "process_kprobe.args.file_arg.path",
                                    "process_kprobe.args.path_arg.path",
                                    "process_lsm.args.file_arg.path",
                                    "process_loader.path")),
                    Map.entry(
                            "source.address",
                            List.of(
                                    "process_connect.source_ip",
                                    "process_kprobe.args.sock_arg.saddr")),
                    Map.entry(
                            "destination.address",
                            List.of(
                                    "process_connect.destination_ip",
                                    "process_close.destination_ip",
                                    "process_kprobe.args.sock_arg.daddr",
                                    "process_kprobe.args.sockaddr_arg.addr")),
                    Map.entry(
                            "destination.port",
                            List.of(
                                    "process_connect.destination_port",
                                    "process_close.destination_port",
                                    "process_kprobe.args.sock_arg.dport",
                                    "process_kprobe.args.sockaddr_arg.port")));

    private static List<String> tetragon(String member) {
        return TETRAGON_EVENTS.stream().map(event -> event + "." + member).toList();
    }

    /** Of an admission review that OPA decided (admission.k8s.io/v1). */
    private static final Map<String, List<String>> OPA =
            Map.of(
                    "user.name", List.of("input.request.userInfo.username", "input.user"),
                    "k8s.namespace.name", List.of("input.request.namespace"),
                    "source.address", List.of("requested_by"),
                    "url.path", List.of("path", "query"));

    private static final Map<String, List<String>> GATEKEEPER =
            Map.of(
                    "user.name", List.of("request_username"),
                    "k8s.namespace.name", List.of("resource_namespace"),
                    "message", List.of("msg"));

    /** What collectors (Fluent Bit, Fluentd, Vector) write beside the line. */
    private static final Map<String, List<String>> JSON =
            Map.of(
                    "k8s.namespace.name",
                            List.of(
                                    "kubernetes.namespace_name",
                                    "kubernetes.pod_namespace",
                                    "kubernetes.namespace"),
                    "k8s.pod.name", List.of("kubernetes.pod_name", "kubernetes.pod"),
                    "k8s.pod.uid", List.of("kubernetes.pod_id", "kubernetes.pod_uid"),
                    "k8s.container.name",
                            List.of("kubernetes.container_name", "kubernetes.container"),
                    "container.image.name", List.of("kubernetes.container_image"),
                    "k8s.node.name",
                            List.of("kubernetes.host", "kubernetes.node_name", "kubernetes.node"),
                    "log.iostream", List.of("stream"));

    private Lens() {}

    /** The original paths that a common name stands for in events of this kind, best first. */
    public static List<String> originals(Kind kind, String common) {
        var names =
                switch (kind) {
                    case KUBERNETES_AUDIT -> AUDIT;
                    case CONTAINER_CRI, CONTAINER_DOCKER -> CONTAINER;
                    case SYSLOG -> SYSLOG;
                    case JOURNAL -> JOURNAL;
                    case FALCO -> FALCO;
                    case TETRAGON -> TETRAGON;
                    case OPA -> OPA;
                    case GATEKEEPER -> GATEKEEPER;
                    case JSON -> JSON;
                    case TEXT, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP ->
                            Map.<String, List<String>>of();
                };
        return names.getOrDefault(common, List.of());
    }

    /**
     * Whether the normal form has every value where it stands in the bytes (but times of old audit
     * events).
     */
    public static boolean identity(Kind kind, Wrapping wrapping) {
        return switch (kind) {
            case KUBERNETES_AUDIT -> wrapping != Wrapping.GKE;
            case JSON, FALCO, TETRAGON, OPA, GATEKEEPER, JOURNAL -> true;
            default -> false;
        };
    }

    /** The event in the normal form of its kind; never fails on content (see {@link Json#read}). */
    public static JsonNode tree(Kind kind, Wrapping wrapping, byte[] view, int offset, int length) {
        return switch (kind) {
            case KUBERNETES_AUDIT -> audit(wrapping, view, offset, length);
            case CONTAINER_CRI -> cri(view, offset, length);
            case CONTAINER_DOCKER -> docker(view, offset, length);
            case SYSLOG -> syslog(view, offset, length);
            case TEXT -> message(view, offset, length);
            case JOURNAL,
                    FALCO,
                    TETRAGON,
                    OPA,
                    GATEKEEPER,
                    JSON,
                    SPOOR_SOURCE,
                    SPOOR_WRAPPER,
                    SPOOR_GAP ->
                    object(view, offset, length);
        };
    }

    /** The JSON object, as far as it can be read; else the text as {@code message}. */
    private static ObjectNode object(byte[] view, int offset, int length) {
        return Json.read(view, offset, length).value() instanceof ObjectNode object
                ? object
                : message(view, offset, length);
    }

    private static ObjectNode message(byte[] view, int offset, int length) {
        var text = JsonNodeFactory.instance.objectNode();
        text.put("message", new String(view, offset, length, StandardCharsets.UTF_8));
        return text;
    }

    private static JsonNode audit(Wrapping wrapping, byte[] view, int offset, int length) {
        var tree = object(view, offset, length);
        if (wrapping == Wrapping.GKE) {
            return GkeLens.event(tree);
        }
        // v1beta1 and the first v1 (2017) had one time in whole seconds
        if (!tree.has("requestReceivedTimestamp") && !tree.has("stageTimestamp")) {
            var time = tree.path("timestamp");
            if (!time.isString()) {
                time = tree.path("metadata").path("creationTimestamp");
            }
            if (time.isString()) {
                tree.set("requestReceivedTimestamp", time);
                tree.set("stageTimestamp", time);
            }
        }
        return tree;
    }

    private static JsonNode cri(byte[] view, int offset, int length) {
        var text = new String(view, offset, length, StandardCharsets.UTF_8);
        var words = text.split(" ", 4);
        if (words.length < 3 || !(words[1].equals("stdout") || words[1].equals("stderr"))) {
            return message(view, offset, length);
        }
        var tree = JsonNodeFactory.instance.objectNode();
        tree.put("time", words[0]);
        tree.put("stream", words[1]);
        tree.put("logtag", words[2]);
        body(tree, words.length > 3 ? words[3] : "");
        return tree;
    }

    private static JsonNode docker(byte[] view, int offset, int length) {
        var line = object(view, offset, length);
        if (!line.path("log").isString()) {
            return line;
        }
        var log = line.path("log").asString();
        boolean whole = log.endsWith("\n");
        var tree = JsonNodeFactory.instance.objectNode();
        for (var name : List.of("time", "stream")) {
            if (line.has(name)) {
                tree.set(name, line.path(name));
            }
        }
        tree.put("logtag", whole ? "F" : "P");
        body(tree, whole ? log.substring(0, log.length() - 1) : log);
        if (line.has("attrs")) {
            tree.set("attrs", line.path("attrs"));
        }
        return tree;
    }

    private static JsonNode syslog(byte[] view, int offset, int length) {
        var line = SyslogLine.of(view, offset, length);
        var tree = JsonNodeFactory.instance.objectNode();
        put(tree, "timestamp", line.timestamp());
        put(tree, "hostname", line.hostname());
        put(tree, "appname", line.appname());
        put(tree, "procid", line.procid());
        put(tree, "msgid", line.msgid());
        if (line.priority() >= 0) {
            tree.put("severity", line.priority() % 8);
            tree.put("facility", line.priority() / 8);
        }
        if (!line.data().isEmpty()) {
            var data = tree.putObject("data");
            line.data()
                    .forEach((element, values) -> {
                        var node = data.putObject(element);
                        values.forEach(node::put);
                    });
        }
        body(tree, line.message());
        return tree;
    }

    private static void put(ObjectNode tree, String name, String value) {
        if (!value.isEmpty()) {
            tree.put(name, value);
        }
    }

    /** The message, and what an application says in it when it speaks JSON. */
    private static void body(ObjectNode tree, String message) {
        tree.put("message", message);
        var start = message.stripLeading();
        if (start.startsWith("{")) {
            byte[] bytes = start.getBytes(StandardCharsets.UTF_8);
            var parsed = Json.read(bytes, 0, bytes.length);
            if (parsed.complete() && parsed.value() instanceof ObjectNode body) {
                tree.set("body", body);
            }
        }
    }
}
