package dev.spoor.bench;

import dev.spoor.bench.Cluster.Pod;
import dev.spoor.bench.WeekCluster.Account;
import dev.spoor.bench.WeekCluster.Person;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Writes a week of a cluster with 40 nodes (or as many as said) to standard output: {@code java
 * Week.java EVENTS LABELS [SEED [NODES]]}. Controllers, operators, GitOps, pipelines, people in working hours, roll-outs, nodes
 * that come and go, a nightly backup, an operator's upgrade, a new colleague, a night on call; and
 * six attacks, whose requests are named in the file LABELS (audit id, attack, technique). The same
 * arguments give the same bytes.
 */
final class Week {
    private static final long MINUTE = 60_000_000L;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    /** A Monday. */
    private static final long START =
            Instant.parse("2026-11-16T00:00:00Z").getEpochSecond() * 1_000_000;

    private record Planned(long at, long order, Call call, String label) {}

    private final WeekCluster week;
    private final WeekCalls calls;
    private final Draw draw;
    private final PriorityQueue<Planned> planned =
            new PriorityQueue<>(
                    Comparator.comparingLong(Planned::at).thenComparingLong(Planned::order));
    private long order;
    private int rollouts;

    private Week(long seed, int nodes) {
        draw = new Draw(seed);
        week = new WeekCluster(draw, nodes);
        calls = new WeekCalls(week, draw);
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            System.err.println("usage: java Week.java EVENTS LABELS [SEED [NODES]]");
            System.exit(2);
        }
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 7;
        int nodes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : Cluster.NODES;
        new Week(seed, nodes).write(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
    }

    private void write(int events, Path labels) throws IOException {
        plan();
        attack();
        var text = new AuditText(draw, new Bodies(week.cluster, draw, false));
        var told = new ArrayList<String>();
        double at = 0;
        try (var out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 20)) {
            for (int i = 0; i < events; i++) {
                at += (double) 7 * DAY / events * -Math.log(1 - draw.share()) / (0.9 + 0.35 * working((long) at));
                long now = Math.min(7 * DAY - 1, (long) at);
                var due = planned.peek();
                var next = due != null && due.at <= now ? planned.poll() : null;
                var call = next == null ? next(now) : next.call;
                long taken = call.microsTaken > 0 ? call.microsTaken : (long) (800 * Math.exp(draw.share() * 3.2));
                var line = text.line(call, START + now, START + now + taken);
                if (next != null && !next.label.isEmpty()) {
                    int id = line.indexOf("\"auditID\":\"") + 11;
                    told.add(line.substring(id, id + 36) + " " + next.label);
                }
                out.write(line.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        Files.write(labels, told);
        System.err.printf("%d events, %d roll-outs, %d requests of attacks%n", events, rollouts, told.size());
    }

    /** 0 at night and on Sundays, 1 on working days about noon. */
    private static double working(long at) {
        double hour = at % DAY / (double) HOUR;
        int day = (int) (at / DAY);
        double share = hour < 7 || hour > 19.5 ? 0.01 : Math.sin((hour - 6.5) / 13.5 * Math.PI);
        return Math.max(0.005, day >= 5 ? share * 0.04 : share);
    }

    private Call next(long now) {
        double working = working(now);
        double of1 = draw.share() * (930 + 85 * working);
        if (of1 < 340) {
            return calls.kubelet();
        }
        if (of1 < 530) {
            return calls.controlPlane();
        }
        if (of1 < 895) {
            return calls.operator();
        }
        if (of1 < 930) {
            return calls.probe();
        }
        if (of1 < 930 + 45 * working) {
            return calls.person(draw.of(week.people));
        }
        if (draw.oneIn(300)) {
            rollout(now);
        }
        return calls.pipeline();
    }

    private void at(long time, Call call) {
        planned.add(new Planned(time, order++, call, ""));
    }

    private void attack(long time, String label, Call call) {
        planned.add(new Planned(time, order++, call, label));
    }

    // --- what is planned

    private void plan() {
        for (int day = 0; day < 7; day++) {
            backup(day * DAY + 2 * HOUR);
            for (int node = 0; node < 2; node++) {
                joins(day * DAY + 6 * HOUR + 30 * MINUTE + node * MINUTE, day * 2 + node);
                leaves(day * DAY + 20 * HOUR + node * MINUTE, day * 2 + node);
            }
        }
        upgrade(DAY + 10 * HOUR);
        newTeam(3 * DAY + 11 * HOUR);
        onCall(5 * DAY + 3 * HOUR);
        newColleague(2 * DAY + 9 * HOUR);
        journey(DAY + 14 * HOUR);
    }

    private void rollout(long now) {
        rollouts++;
        var pod = draw.skewed(week.cluster.pods);
        var set = pod.app() + "-" + draw.suffix(10);
        long time = now + 1000;
        at(time, changed(week.gitops, "patch", "deployments", pod, pod.app(), Call.Body.DEPLOYMENT));
        at(time += 40_000, bodied(WeekCalls.about(calls.controller("deployment-controller"), "create", "replicasets", pod.namespace(), set), Call.Body.REPLICA_SET, pod));
        for (int i = 0; i < 3; i++) {
            var fresh = new Pod(pod.namespace(), pod.app(), set + "-" + draw.suffix(5), draw.uuid(), pod.address(), pod.container(), pod.node());
            at(time += 60_000, bodied(WeekCalls.about(calls.controller("replicaset-controller"), "create", "pods", pod.namespace(), fresh.name()), Call.Body.NONE, fresh));
            at(time += 5_000_000, WeekCalls.about(calls.controller("replicaset-controller"), "delete", "pods", pod.namespace(), pod.app() + "-" + draw.suffix(10) + "-" + draw.suffix(5)));
        }
    }

    private Call changed(Account account, String verb, String resource, Pod pod, String name, Call.Body body) {
        return bodied(WeekCalls.about(WeekCalls.as(account), verb, resource, pod.namespace(), name), body, pod);
    }

    private static Call bodied(Call call, Call.Body body, Pod pod) {
        call.body = body;
        call.pod = pod;
        return call;
    }

    private void backup(long time) {
        for (var resource : List.of("namespaces", "secrets", "configmaps", "deployments", "services", "persistentvolumeclaims", "roles", "rolebindings", "clusterrolebindings", "cronjobs", "daemonsets", "statefulsets")) {
            at(time += 2_000_000, WeekCalls.about(WeekCalls.as(week.backup), "list", resource, "", ""));
        }
        at(time, WeekCalls.about(WeekCalls.as(week.backup), "patch", "backups", "velero", "nightly-" + time / DAY));
    }

    /** A node joins: its certificate, its object, and the agents of every node, which are privileged. */
    private void joins(long time, int number) {
        var name = "ip-10-20-9-%d.eu-west-1.compute.internal".formatted(10 + number);
        var bootstrap = new Call();
        bootstrap.user = "system:bootstrap:" + Draw.fixedHex("b" + number, 6);
        bootstrap.groups = List.of("system:bootstrappers", "system:authenticated");
        bootstrap.addresses.add("10.20.9." + (10 + number));
        bootstrap.agent = "kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46";
        at(time, WeekCalls.about(bootstrap, "create", "certificatesigningrequests", "", "csr-" + draw.suffix(5)));
        at(time + 200_000, WeekCalls.about(calls.controller("certificate-controller"), "update", "certificatesigningrequests", "approval", "", "csr-" + draw.suffix(5)));
        var kubelet = node(name, number);
        at(time + 900_000, WeekCalls.about(kubelet, "create", "nodes", "", name));
        long later = time + 2_000_000;
        for (var agent : List.of("node-exporter", "fluent-bit", "csi-node", "kube-proxy")) {
            var namespace = agent.equals("node-exporter") ? "monitoring" : agent.equals("fluent-bit") ? "logging" : "kube-system";
            var call = WeekCalls.about(calls.controller("daemon-set-controller"), "create", "pods", namespace, agent + "-" + draw.suffix(5));
            call.sent = privileged(agent, namespace, name);
            at(later += 300_000, call);
        }
        for (int minute = 1; minute < 13 * 60; minute++) {
            at(time + minute * MINUTE, WeekCalls.about(node(name, number), "update", "leases", "kube-node-lease", name));
        }
    }

    private static Call node(String name, int number) {
        var kubelet = new Call();
        kubelet.user = "system:node:" + name;
        kubelet.groups = List.of("system:nodes", "system:authenticated");
        kubelet.addresses.add("10.20.9." + (10 + number));
        kubelet.agent = "kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46";
        return kubelet;
    }

    private static String privileged(String agent, String namespace, String node) {
        return """
        {"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"%1$s-","namespace":"%2$s","labels":{"app":"%1$s"},\
        "ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"%1$s","uid":"%4$s","controller":true,"blockOwnerDeletion":true}]},\
        "spec":{"volumes":[{"name":"root","hostPath":{"path":"/","type":""}}],"containers":[{"name":"%1$s","image":"registry.example.com/%1$s:v1.4",\
        "volumeMounts":[{"name":"root","readOnly":true,"mountPath":"/host"}],"securityContext":{"privileged":true}}],"hostNetwork":true,"hostPID":true,\
        "serviceAccountName":"%1$s","affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":\
        [{"key":"metadata.name","operator":"In","values":["%3$s"]}]}]}}}},"status":{}}\
        """.formatted(agent, namespace, node, Draw.fixedUuid(agent));
    }

    private void leaves(long time, int number) {
        var name = "ip-10-20-9-%d.eu-west-1.compute.internal".formatted(10 + number);
        var scaler = week.operators.stream().filter(one -> one.name().equals("cluster-autoscaler")).findFirst().orElseThrow();
        for (int i = 0; i < 6; i++) {
            var pod = draw.of(week.cluster.pods);
            at(time += 300_000, WeekCalls.about(WeekCalls.as(scaler), "create", "pods", "eviction", pod.namespace(), pod.name()));
        }
        at(time + 1_000_000, WeekCalls.about(calls.controller("node-controller"), "delete", "nodes", "", name));
    }

    /** The operator of certificates is renewed by GitOps; the new version wants other rights and reads more. */
    private void upgrade(long time) {
        var renewed = new Account("cert-manager", "cert-manager", "cert-manager/v1.16.1 (linux/amd64) cert-manager/1234567", List.of(),
                new Pod("cert-manager", "cert-manager", "cert-manager-" + draw.suffix(10) + "-" + draw.suffix(5), draw.uuid(), draw.of(week.cluster.pods).address(), "cert-manager", 3));
        at(time, WeekCalls.about(WeekCalls.as(week.gitops), "patch", "clusterroles", "", "cert-manager-controller-issuers"));
        at(time + MINUTE, changed(week.gitops, "patch", "deployments", renewed.pod(), "cert-manager", Call.Body.DEPLOYMENT));
        for (int i = 0; i < 300; i++) {
            var pod = draw.of(week.cluster.pods);
            at(time + 2 * MINUTE + i * 50_000L, WeekCalls.about(WeekCalls.as(renewed), "get", "secrets", pod.namespace(), pod.app() + "-tls"));
        }
        at(time + 3 * MINUTE, WeekCalls.about(WeekCalls.as(renewed), "create", "roles", "cert-manager", "cert-manager-tokenrequest"));
    }

    private void newTeam(long time) {
        var admin = week.people.getFirst();
        at(time, WeekCalls.about(calls.as(admin), "create", "namespaces", "", "team-c-dev"));
        var binding = WeekCalls.about(calls.as(admin), "create", "rolebindings", "team-c-dev", "team-c-edit");
        binding.sent = """
        {"kind":"RoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"team-c-edit","namespace":"team-c-dev"},\
        "subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"oidc:team-c"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"edit"}}\
        """;
        at(time + MINUTE, binding);
    }

    private void onCall(long time) {
        var person = week.people.get(6);
        for (int i = 0; i < 40; i++) {
            var call = calls.person(person);
            call.addresses.set(0, person.addresses().get(1));
            at(time + i * 20_000_000L, call);
        }
        var pod = calls.pod("shop-prod");
        at(time + 10 * MINUTE, calls.shell(calls.as(person), "shop-prod", pod, "sh"));
        at(time + 12 * MINUTE, WeekCalls.about(calls.as(person), "delete", "pods", "shop-prod", pod.name()));
    }

    private void newColleague(long time) {
        var person = new Person("oidc:new.colleague@example.com", WeekCluster.Role.DEVELOPER, List.of("shop-dev", "shop-stg"), List.of("198.51.100.77", "84.20.1.9"), List.of("linux/amd64", "kubectl"));
        for (int i = 0; i < 600; i++) {
            at(time + i * 40_000_000L, calls.person(person));
        }
    }

    /** A person works from another country for an afternoon. */
    private void journey(long time) {
        var person = week.people.get(20);
        for (int i = 0; i < 80; i++) {
            var call = calls.person(person);
            call.addresses.set(0, "93.184.216.34");
            at(time + i * 60_000_000L, call);
        }
    }

    // --- what should be found

    private void attack() {
        stolenToken(2 * DAY + 3 * HOUR + 10 * MINUTE);
        stolenPerson(3 * DAY + 22 * HOUR + 40 * MINUTE);
        insider(4 * DAY + 14 * HOUR);
        pipelineReadsAll(5 * DAY + HOUR);
        destruction(6 * DAY + 5 * HOUR);
        miner(4 * DAY + 23 * HOUR);
    }

    private void stolenToken(long time) {
        var victim = week.operators.stream().filter(one -> one.namespace().endsWith("-prod")).findFirst().orElseThrow();
        var label = "stolen-token ";
        attack(time, label + "T1613", outside(WeekCalls.about(WeekCalls.as(victim), "create", "selfsubjectaccessreviews", "", "")));
        attack(time + MINUTE, label + "T1552.007", outside(WeekCalls.about(WeekCalls.as(victim), "list", "secrets", victim.namespace(), "")));
        var refused = outside(WeekCalls.about(WeekCalls.as(victim), "list", "secrets", "kube-system", ""));
        refused.refuse();
        attack(time + 2 * MINUTE, label + "T1552.007", refused);
        var pod = calls.pod(victim.namespace());
        attack(time + 3 * MINUTE, label + "T1609", calls.shell(outside(WeekCalls.as(victim)), victim.namespace(), pod, "sh"));
        var binding = outside(WeekCalls.about(WeekCalls.as(victim), "create", "clusterrolebindings", "", "metrics-reader-2"));
        binding.sent = """
        {"kind":"ClusterRoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"metrics-reader-2"},"subjects":[{"kind":"ServiceAccount","name":"%s","namespace":"%s"}],\
        "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"cluster-admin"}}\
        """.formatted(victim.name(), victim.namespace());
        attack(time + 4 * MINUTE, label + "T1098.006", binding);
    }

    private static Call outside(Call call) {
        call.addresses.set(0, "203.0.113.66");
        call.agent = "curl/8.5.0";
        return call;
    }

    private void stolenPerson(long time) {
        var person = week.people.get(30);
        var label = "stolen-person ";
        for (int i = 0; i < 4; i++) {
            attack(time + i * MINUTE, label + "T1552.007", foreign(WeekCalls.about(calls.as(person), "list", "secrets", List.of("payments", "core-prod", "risk-prod", "shop-prod").get(i), "")));
        }
        attack(time + 6 * MINUTE, label + "T1609", calls.shell(foreign(calls.as(person)), "payments", calls.pod("payments"), "bash"));
    }

    private static Call foreign(Call call) {
        call.addresses.set(0, "45.155.205.99");
        call.agent = "python-requests/2.32.3";
        return call;
    }

    private void insider(long time) {
        var call = WeekCalls.about(calls.as(week.people.get(8)), "create", "pods", "default", "node-debug");
        call.sent = privileged("node-debug", "default", week.cluster.nodes.getFirst()).replaceAll("\"ownerReferences\":\\[.*?\\]\\}", "\"annotations\":{}}");
        attack(time, "insider T1610", call);
        attack(time + 2 * MINUTE, "insider T1611", calls.shell(calls.as(week.people.get(8)), "default", new Pod("default", "node-debug", "node-debug", draw.uuid(), "10.244.0.9", "node-debug", 0), "chroot&command=%2Fhost"));
    }

    private void pipelineReadsAll(long time) {
        for (int i = 0; i < 30; i++) {
            attack(time + i * 2_000_000L, "pipeline T1552.007", WeekCalls.about(WeekCalls.as(week.pipelines.get(2)), "list", "secrets", week.cluster.namespaces.get(i), ""));
        }
    }

    private void destruction(long time) {
        var person = week.people.get(2);
        attack(time, "destruction T1490", WeekCalls.about(foreign(calls.as(person)), "deletecollection", "backups", "velero", ""));
        for (int i = 0; i < 12; i++) {
            attack(time + MINUTE + i * 3_000_000L, "destruction T1485", WeekCalls.about(foreign(calls.as(person)), "deletecollection", "persistentvolumeclaims", week.cluster.namespaces.get(20 + i), ""));
        }
        attack(time + 3 * MINUTE, "destruction T1070", WeekCalls.about(foreign(calls.as(person)), "deletecollection", "events", "default", ""));
    }

    private void miner(long time) {
        var account = week.pipelines.get(5);
        var call = WeekCalls.about(WeekCalls.as(account), "create", "deployments", "kube-system", "kube-proxy-metrics");
        call.sent = """
        {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"kube-proxy-metrics","namespace":"kube-system"},"spec":{"replicas":10,"template":{"spec":{"containers":\
        [{"name":"m","image":"docker.io/xmrig/xmrig:6.21","command":["xmrig","-o","stratum+tcp://pool.example.org:3333"],"securityContext":{"privileged":true}}]}}}}\
        """;
        attack(time, "miner T1496.001", call);
    }
}
