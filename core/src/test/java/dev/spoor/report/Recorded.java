package dev.spoor.report;

import dev.spoor.detect.Finding;
import dev.spoor.detect.Readiness;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Mask;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.incident.Incident;
import dev.spoor.incident.Incident.Could;
import dev.spoor.incident.Incident.Scope;
import dev.spoor.incident.Incident.Sentence;
import dev.spoor.incident.Incident.Told;
import dev.spoor.incident.Incident.Touched;
import dev.spoor.query.InMemoryEvents;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A made-up scan with everything that a report must bear: a long attack, a second actor, secrets in
 * bodies, names that try to inject, gaps and blind rules. All names and values are invented.
 */
final class Recorded {
    static final String PASSWORD = "tr0ub4dor-and-3-more";
    static final String INJECTION =
            "<script>window.pwned=1</script><img src=x onerror=window.pwned=1>\"'>{{7*7}}&#x3c;";

    final InMemoryEvents events = new InMemoryEvents();
    private final List<Sentence> story = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> own = new ArrayList<>();
    private long line;

    /** The whole scan; always the same. */
    static ScanResult scan(InMemoryEvents[] search) {
        var recorded = new Recorded();
        search[0] = recorded.events;
        return recorded.build();
    }

    static ScanResult scan() {
        return new Recorded().build();
    }

    private ScanResult build() {
        events.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "logs/audit.log", "prod-eu-1");
        events.open(
                Kind.CONTAINER_CRI,
                Wrapping.NATIVE,
                "logs/pods/shop_web-7c9f_1a2b/web/0.log",
                null);
        var mallory = new EntityRef("user", "mallory@example.org");
        step(
                mallory,
                "05:24:37.251307",
                "create",
                "selfsubjectaccessreviews",
                "",
                "",
                201,
                "",
                "discovery",
                Level.LOW,
                "DIS-02",
                "Asked what it may do",
                "mallory@example.org asked 14 times what it may do and was told no 9 times",
                "T1613");
        step(
                mallory,
                "05:24:58.004410",
                "list",
                "secrets",
                "shop",
                "",
                403,
                "",
                "credentials",
                Level.LOW,
                "CRE-01",
                "Refused list of secrets",
                "mallory@example.org tried to list the secrets of shop and was refused",
                "T1552.007",
                "MS-TA9025");
        step(
                mallory,
                "05:25:31.870022",
                "get",
                "pods/exec",
                "shop",
                "web-7c9f7d5b8d-x2x7q",
                101,
                "\"requestURI\":\"/api/v1/namespaces/shop/pods/web-7c9f7d5b8d-x2x7q/exec?command=sh&command=-c&command=mysql+-uroot+--password%3D"
                        + PASSWORD
                        + "&container=web&stdin=true&tty=true\",",
                "execution",
                Level.HIGH,
                "EXE-01",
                "Shell in a running pod",
                "mallory@example.org opened a shell in shop/web-7c9f7d5b8d-x2x7q (mysql -uroot --password="
                        + PASSWORD
                        + ")",
                "T1609",
                "MS-TA9006");
        var pod = new EntityRef("user", "system:serviceaccount:shop:web");
        step(
                pod,
                "05:26:02.118733",
                "get",
                "secrets",
                "shop",
                "database",
                200,
                "\"responseObject\":{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"database\",\"namespace\":\"shop\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"apiVersion\\\":\\\"v1\\\",\\\"stringData\\\":{\\\"password\\\":\\\""
                        + PASSWORD
                        + "\\\"}}\"}},\"data\":{\"username\":\"cm9vdA==\",\"password\":\"dHIwdWI0ZG9yLWFuZC0zLW1vcmU=\"},\"type\":\"Opaque\"},",
                "credentials",
                Level.HIGH,
                "CRE-02",
                "Secret read by a workload's own token",
                "the token of shop/web, from inside the pod, read the secret shop/database",
                "T1552.007",
                "MS-TA9025");
        step(
                pod,
                "05:26:40.500100",
                "create",
                "serviceaccounts/token",
                "kube-system",
                "namespace-controller",
                201,
                "\"responseObject\":{\"kind\":\"TokenRequest\",\"status\":{\"token\":\"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl\",\"expirationTimestamp\":\"2026-11-23T06:26:40Z\"}},",
                "credentials",
                Level.HIGH,
                "ACC-05",
                "Token minted for a powerful account",
                "system:serviceaccount:shop:web made itself a token for kube-system/namespace-controller",
                "T1528",
                "MS-TA9016");
        var controller =
                new EntityRef("user", "system:serviceaccount:kube-system:namespace-controller");
        step(
                controller,
                "05:27:15.010203",
                "create",
                "clusterrolebindings",
                "",
                "metrics-reader",
                201,
                "\"requestObject\":{\"kind\":\"ClusterRoleBinding\",\"roleRef\":{\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"},\"subjects\":[{\"kind\":\"ServiceAccount\",\"name\":\"default\",\"namespace\":\"shop\"}]},",
                "escalation",
                Level.CRITICAL,
                "ESC-04",
                "cluster-admin bound",
                "the borrowed account bound cluster-admin to shop/default under the harmless name metrics-reader",
                "T1098.006",
                "MS-TA9019");
        step(
                controller,
                "05:28:44.730009",
                "create",
                "pods",
                "kube-system",
                "kube-proxy-5x8kd-" + INJECTION,
                201,
                "\"requestObject\":{\"kind\":\"Pod\",\"spec\":{\"hostPID\":true,\"containers\":[{\"name\":\"p\",\"image\":\"registry.example.net/tools/"
                        + "very-long-image-name-".repeat(4)
                        + ":latest\",\"securityContext\":{\"privileged\":true},\"env\":[{\"name\":\"AWS_ACCESS_KEY_ID\",\"value\":\"AKIAIOSFODNN7EXAMPLE\"}]}],\"volumes\":[{\"name\":\"host\",\"hostPath\":{\"path\":\"/\"}}]}},",
                "escalation",
                Level.CRITICAL,
                "ESC-01",
                "Privileged pod with the host's root",
                "a privileged pod with the node's root file system was created: kube-system/kube-proxy-5x8kd-"
                        + INJECTION,
                "T1611",
                "MS-TA9018",
                "MS-TA9013");
        step(
                controller,
                "05:29:12.999999",
                "create",
                "cronjobs",
                "kube-system",
                "log-\u202egpj.tator",
                201,
                "",
                "persistence",
                Level.HIGH,
                "PER-03",
                "CronJob in kube-system",
                "a CronJob that starts every five minutes was left behind: kube-system/log-\u202egpj.tator \u001b[2J\u0007",
                "T1053.007",
                "MS-TA9011");
        step(
                controller,
                "05:31:02.000001",
                "deletecollection",
                "events",
                "shop",
                "",
                200,
                "",
                "evasion",
                Level.MEDIUM,
                "DEF-06",
                "Events deleted",
                "all Event objects of shop were deleted",
                "T1070",
                "MS-TA9021");
        var first =
                incident(
                        "I-1",
                        "mallory@example.org went from a shell in shop/web to cluster-admin and left a CronJob behind",
                        Level.CRITICAL,
                        List.of(mallory, pod, controller));

        story.clear();
        told.clear();
        own.clear();
        var bob = new EntityRef("user", "bob");
        step(
                bob,
                "05:40:00",
                "get",
                "pods/portforward",
                "db",
                "postgres-0",
                101,
                "",
                "lateral",
                Level.MEDIUM,
                "LAT-02",
                "Port forward to a database",
                "bob forwarded a port of db/postgres-0 to his machine",
                "T1090");
        var second =
                incident(
                        "I-2",
                        "bob reached into db/postgres-0 by port-forward",
                        Level.MEDIUM,
                        List.of(bob));

        for (int i = 0; i < 4; i++) {
            var ref = event("system:anonymous", "06:0" + i + ":00", "get", "", "", "", 200, "");
            finding(
                    "ACC-11",
                    "Anonymous request",
                    Level.LOW,
                    "06:0" + i + ":00",
                    List.of(
                            new EntityRef("user", "system:anonymous"),
                            new EntityRef("ip", "127.66.0.9")),
                    List.of(ref),
                    "someone without a name asked for /version from 127.66.0.9",
                    "T1190");
        }
        var input =
                new ScanResult.Input(
                        2,
                        8_388_608,
                        line,
                        line,
                        at("05:24:37.251307"),
                        at("06:03:00"),
                        List.of(
                                new ScanResult.Counted(
                                        new Source(
                                                0,
                                                Kind.KUBERNETES_AUDIT,
                                                Wrapping.NATIVE,
                                                "logs/audit.log",
                                                "prod-eu-1"),
                                        line),
                                new ScanResult.Counted(
                                        new Source(
                                                1,
                                                Kind.CONTAINER_CRI,
                                                Wrapping.NATIVE,
                                                "logs/pods/shop_web-7c9f_1a2b/web/0.log",
                                                null),
                                        0)),
                        List.of(
                                new Gap(
                                        "cut",
                                        "logs/audit.log",
                                        at("05:29:59"),
                                        "the last line ends in the middle of an event",
                                        1),
                                new Gap(
                                        "unreadable",
                                        "logs/old.log.gz",
                                        null,
                                        "no permission to read it",
                                        0)));
        return new ScanResult(
                "0.1.0",
                input,
                findings,
                List.of(first, second),
                new Readiness(
                        List.of(
                                new Readiness.Blind(
                                        "ESC-02",
                                        "request bodies are not recorded (level Metadata) for deployments"),
                                new Readiness.Blind(
                                        "ESC-03",
                                        "request bodies are not recorded (level Metadata) for deployments"),
                                new Readiness.Blind(
                                        "DEF-09",
                                        "no request about mutatingwebhookconfigurations is recorded at all"))),
                List.of(),
                new ScanResult.Evidence(
                        line + 3,
                        "8mT2xUqV1n3p0bR5sW7yZaCdEfGhIjKlMnOpQrStUvw=",
                        "spoor/scan\n"
                                + (line + 3)
                                + "\n8mT2xUqV1n3p0bR5sW7yZaCdEfGhIjKlMnOpQrStUvw=\n\n— spoor/scan Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n",
                        null));
    }

    private Incident incident(String id, String title, Level level, List<EntityRef> actors) {
        var techniques =
                findings.stream()
                        .filter(f -> own.contains(f.id()))
                        .flatMap(f -> f.techniques().stream())
                        .distinct()
                        .toList();
        return new Incident(
                id,
                title,
                level,
                story.getFirst().time(),
                story.getLast().time(),
                actors,
                techniques,
                own,
                told,
                story,
                new Scope(
                        story.stream()
                                .filter(s -> s.object() != null)
                                .map(s ->
                                        new Touched(
                                                java.util.Objects.requireNonNull(s.object()),
                                                s.role().equals("credentials")
                                                        ? "read"
                                                        : "changed"))
                                .toList(),
                        List.of(
                                new Could(
                                        new EntityRef("secret", "every secret of every namespace"),
                                        List.of(
                                                "clusterrolebinding metrics-reader",
                                                "clusterrole cluster-admin"))),
                        List.of(
                                "what was typed in the shell: the API server does not see it",
                                "whether the token for kube-system/namespace-controller left the cluster")));
    }

    private void step(
            EntityRef actor,
            String time,
            String verb,
            String resource,
            String namespace,
            String name,
            int code,
            String more,
            String role,
            Level level,
            String rule,
            String title,
            String text,
            String... techniques) {
        var ref = event(actor.id(), time, verb, resource, namespace, name, code, more);
        var kind = resource.contains("/") ? resource.substring(0, resource.indexOf('/')) : resource;
        var object =
                name.isEmpty()
                        ? null
                        : new EntityRef(
                                kind.substring(0, kind.length() - 1),
                                namespace.isEmpty() ? name : namespace + "/" + name);
        var entities = object == null ? List.of(actor) : List.of(actor, object);
        var finding = finding(rule, title, level, time, entities, List.of(ref), text, techniques);
        own.add(finding);
        story.add(
                new Sentence(
                        at(time),
                        text,
                        role,
                        level,
                        actor,
                        object,
                        List.of(finding),
                        List.of(ref)));
        told.add(new Told(ref, role));
    }

    private String finding(
            String rule,
            String title,
            Level level,
            String time,
            List<EntityRef> entities,
            List<EventRef> refs,
            String why,
            String... techniques) {
        var id = "F-" + (findings.size() + 1);
        var stored = events.events().get((int) refs.getFirst().position());
        var request =
                new AuditRequest(stored.source(), AuditEvent.of(stored.fields().tree()), refs);
        findings.add(
                new Finding(
                        id,
                        rule,
                        null,
                        null,
                        title,
                        level,
                        List.of(techniques),
                        at(time),
                        entities,
                        refs,
                        Mask.text(why), // as the detector gives it
                        request,
                        Finding.About.ACT));
        return id;
    }

    private EventRef event(
            String user,
            String time,
            String verb,
            String resource,
            String namespace,
            String name,
            int code,
            String more) {
        line++;
        var id = "3f2a0c64-0000-4000-8000-%012d".formatted(line);
        var parts = resource.split("/", 2);
        var json =
                "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"RequestResponse\",\"auditID\":\""
                        + id
                        + "\",\"stage\":\"ResponseComplete\","
                        + more
                        + "\"verb\":\""
                        + verb
                        + "\",\"user\":{\"username\":"
                        + Json.mapper().writeValueAsString(user)
                        + ",\"groups\":[\"system:authenticated\"]},"
                        + "\"sourceIPs\":[\"127.10.8.3\"],\"userAgent\":\"kubectl/v1.35.2 (linux/amd64) kubernetes/abc\","
                        + "\"objectRef\":{\"resource\":\""
                        + parts[0]
                        + "\",\"namespace\":\""
                        + namespace
                        + "\",\"name\":"
                        + Json.mapper().writeValueAsString(name)
                        + (parts.length > 1 ? ",\"subresource\":\"" + parts[1] + "\"" : "")
                        + "},"
                        + "\"responseStatus\":{\"metadata\":{},\"code\":"
                        + code
                        + "},\"requestReceivedTimestamp\":\""
                        + at(time)
                        + "\",\"stageTimestamp\":\""
                        + at(time)
                        + "\"}";
        var bytes = json.getBytes(StandardCharsets.UTF_8);
        var record = new Received();
        record.plain(bytes, 0, bytes.length);
        record.source = 0;
        record.line = line;
        events.take(record);
        return new EventRef(0, line, 0, line - 1, id, "ResponseComplete");
    }

    static Instant at(String time) {
        return Instant.parse("2026-11-23T" + time + "Z");
    }
}
