package dev.spoor.intake;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** One small input of each format, three events each. */
final class Formats {
    private Formats() {}

    private static String event(int number) {
        return ("{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Metadata\",\"auditID\":\"id-%d\","
                        + "\"stage\":\"ResponseComplete\",\"requestURI\":\"/api/v1/pods?a=1&b=<2>\",\"verb\":\"list\","
                        + "\"user\":{\"username\":\"al\\\"ice\\u00e9 \u00e9\"},"
                        + "\"requestReceivedTimestamp\":\"2024-01-02T03:04:0%d.000001Z\",\"annotations\":{}}")
                .formatted(number, number);
    }

    private static String pretty(String json, String indent) {
        return json.replace("{", "{\n" + indent + "  ")
                .replace(",\"", ",\n" + indent + "  \"")
                .replace("}", "\n" + indent + "}");
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String gke(int number) {
        return ("{\"insertId\":\"%d\",\"protoPayload\":{\"@type\":\"type.googleapis.com/google.cloud.audit.AuditLog\","
                        + "\"methodName\":\"io.k8s.core.v1.pods.create\",\"serviceName\":\"k8s.io\"},"
                        + "\"resource\":{\"labels\":{\"cluster_name\":\"prod\"}},\"timestamp\":\"2024-01-02T03:04:05Z\"}")
                .formatted(number);
    }

    private static String azure(int number) {
        return ("{ \"category\": \"kube-audit\", \"resourceId\": \"/SUBSCRIPTIONS/X/MANAGEDCLUSTERS/PROD\","
                        + " \"properties\": { \"log\": \"%s\", \"stream\": \"stdout\" }, \"time\": \"2024-01-02T03:04:05Z\"}")
                .formatted(escaped(event(number) + "\n"));
    }

    private static String watched(int number) {
        return "{\"id\":\"%d\",\"timestamp\":1704164645000,\"message\":\"%s\"}"
                .formatted(number, escaped(event(number)));
    }

    /** Name, and text; the first word of the name is the expected kind, the second the wrapping. */
    static Map<String, byte[]> all() {
        var all = new LinkedHashMap<String, String>();
        var a = event(1);
        var b = event(2);
        var c = event(3);
        all.put("kubernetes.audit NATIVE lines", a + "\n" + b + "\n" + c + "\n");
        all.put("kubernetes.audit NATIVE lines, no last end", a + "\r\n\r\n" + b + "\r\n" + c);
        all.put("kubernetes.audit NATIVE marked", "\ufeff" + a + "\n" + b + "\n" + c + "\n");
        all.put(
                "kubernetes.audit NATIVE without kind",
                (a + "\n" + b + "\n" + c + "\n")
                        .replace("\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",", ""));
        all.put(
                "kubernetes.audit NATIVE v1beta1",
                (a + "\n" + b + "\n" + c + "\n").replace("k8s.io/v1", "k8s.io/v1beta1"));
        var list =
                "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"metadata\":{},\"items\":[";
        all.put("kubernetes.audit NATIVE list", list + a + "," + b + "," + c + "]}");
        all.put(
                "kubernetes.audit NATIVE lists",
                list + a + "," + b + "]}\n" + list + "]}\n" + list + c + "]}\n");
        all.put(
                "kubernetes.audit NATIVE pretty list",
                "\ufeff{\r\n  \"items\": [\n    "
                        + pretty(a, "    ")
                        + ",\n    "
                        + pretty(b, "    ")
                        + ",\n    "
                        + pretty(c, "    ")
                        + "\n  ],\n  \"kind\": \"EventList\"\n}\n");
        all.put(
                "kubernetes.audit NATIVE pretty, one after another",
                pretty(a, "") + "\n" + pretty(b, "") + pretty(c, "") + "\n\n");
        all.put("kubernetes.audit NATIVE array", "[" + a + ",\n" + b + ",\n" + c + "]\n");
        all.put(
                "kubernetes.audit NATIVE array of lines",
                "[\n" + a + ",\n" + b + ",\n" + c + "\n]\n");
        var watch =
                "{\"messageType\":\"DATA_MESSAGE\",\"logGroup\":\"/aws/eks/prod/cluster\",\"logStream\":\"kube-apiserver-audit-1\",\"logEvents\":[";
        all.put(
                "kubernetes.audit EKS subscription",
                watch + watched(1) + "," + watched(2) + "]}" + watch + watched(3) + "]}");
        all.put(
                "kubernetes.audit EKS get-log-events",
                "{\n    \"events\": [\n        "
                        + watched(1).replace(",\"message\":", ",\n          \"message\": ")
                        + ",\n        "
                        + watched(2)
                        + ",\n        "
                        + watched(3)
                        + "\n    ],\n    \"nextForwardToken\": \"f/1\"\n}\n");
        all.put(
                "kubernetes.audit EKS command line",
                "2024-01-02T03:04:05.000Z kube-apiserver-audit-1 %s\n2024-01-02T03:04:05+00:00 x %s\n2024-01-02T03:04:05 %s\n"
                        .formatted(a, b, c));
        all.put(
                "kubernetes.audit NATIVE node-logs",
                "node-1.internal %s\nnode-1.internal %s\nnode-1.internal %s\n".formatted(a, b, c));
        all.put(
                "kubernetes.audit NATIVE in syslog",
                "<134>Jan  2 03:04:05 master-1 kube-audit: %s\n<134>Jan  2 03:04:05 master-1 kube-audit: %s\n<134>Jan  2 03:04:05 master-1 kube-audit: %s\n"
                        .formatted(a, b, c));
        for (var key : new String[] {"message", "line", "_raw"}) {
            var carried = "{\"host\":\"a\",\"%s\":\"%s\",\"time\":\"2024-01-02T03:04:05Z\"}\n";
            all.put(
                    "kubernetes.audit NATIVE carried as " + key,
                    carried.formatted(key, escaped(a + "\n"))
                            + carried.formatted(key, escaped(b + "\n"))
                            + carried.formatted(key, escaped(c + "\n")));
        }
        all.put(
                "kubernetes.audit NATIVE from Elasticsearch",
                "{\"took\":1,\"hits\":{\"total\":3,\"hits\":[{\"_id\":\"1\",\"_source\":%s},{\"_source\":%s},{\"_source\":%s}]}}"
                        .formatted(a, b, c));
        all.put(
                "kubernetes.audit AKS records",
                "\ufeff{ \"records\": [\n" + azure(1) + ",\n" + azure(2) + ",\n" + azure(3) + "]}");
        all.put(
                "kubernetes.audit AKS records as lines",
                azure(1) + "\n" + azure(2) + "\n" + azure(3) + "\n");
        all.put(
                "kubernetes.audit AKS objects",
                "{\"records\":[{\"category\":\"kube-audit\",\"properties\":{\"log\":%s}},{\"properties\":{\"log\":%s}},{\"properties\":{\"x\":{},\"log\":%s}}]}"
                        .formatted(a, b, c));
        all.put("kubernetes.audit GKE lines", gke(1) + "\n" + gke(2) + "\n" + gke(3) + "\n");
        all.put("kubernetes.audit GKE array", "[" + gke(1) + "," + gke(2) + ",\n" + gke(3) + "]");
        all.put(
                "kubernetes.audit GKE pretty array",
                "[\n  "
                        + pretty(gke(1), "  ")
                        + ",\n  "
                        + pretty(gke(2), "  ")
                        + ",\n  "
                        + pretty(gke(3), "  ")
                        + "\n]\n");
        all.put(
                "container.cri NATIVE lines",
                "2024-01-02T03:04:05.1Z stdout P hel\n2024-01-02T03:04:05.123456789Z stdout F lo\n2024-01-02T03:04:05+01:00 stderr F \n");
        all.put(
                "container.docker NATIVE lines",
                "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"2024-01-02T03:04:05.1Z\"}\n"
                        .repeat(3));
        all.put(
                "syslog NATIVE current",
                "<34>1 2003-10-11T22:14:15.003Z host su - ID47 - hello\n".repeat(3));
        all.put("syslog NATIVE old", "<34>Oct 11 22:14:15 host su: hello\n".repeat(3));
        all.put(
                "syslog NATIVE journalctl",
                "Jan 02 03:04:05 node-1 kubelet[812]: I0102 x\n".repeat(3));
        all.put(
                "syslog NATIVE with ISO time",
                "2024-01-02T03:04:05.123456+00:00 node-1 sshd[1]: Accepted\n".repeat(3));
        all.put(
                "journald NATIVE lines",
                "{\"__REALTIME_TIMESTAMP\":\"1704164645000000\",\"MESSAGE\":\"x\"}\n".repeat(3));
        all.put(
                "falco NATIVE lines",
                "{\"rule\":\"x\",\"priority\":\"Warning\",\"output_fields\":{\"evt.time\":1}}\n"
                        .repeat(3));
        all.put(
                "tetragon NATIVE lines",
                "{\"process_exec\":{\"process\":{\"binary\":\"/bin/sh\",\"pid\":7}},\"node_name\":\"n1\",\"time\":\"2024-01-02T03:04:05Z\"}\n"
                        .repeat(3));
        all.put(
                "opa NATIVE lines",
                "{\"decision_id\":\"4ca6\",\"path\":\"a/allow\",\"input\":{},\"result\":true}\n"
                        .repeat(3));
        all.put(
                "gatekeeper NATIVE lines, the first of another kind",
                "{\"level\":\"info\",\"logger\":\"setup\",\"msg\":\"started\"}\n"
                        + "{\"process\":\"audit\",\"event_type\":\"violation_audited\",\"constraint_kind\":\"K\"}\n"
                                .repeat(2));
        all.put("json NATIVE lines", "{\"level\":\"info\",\"msg\":\"x\"}\n".repeat(3));
        all.put("json NATIVE array", "[{\"a\":1},{\"a\":[2]},{\"a\":{}}]");
        all.put("text NATIVE lines", "I0102 03:04:05.000 1 main.go:1] x\n\n\ty\n\rz");
        var bytes = new LinkedHashMap<String, byte[]>();
        all.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
        bytes.put(
                "text NATIVE wide",
                "\ufeffone\r\n\nt\u00e9o\nthree".getBytes(StandardCharsets.UTF_16LE));
        return bytes;
    }
}
