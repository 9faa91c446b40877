package dev.spoor.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Who and what there is in the cluster: 60 namespaces, 200 service accounts; for each 40 nodes 5000
 * pods and 60 people.
 */
final class Cluster {
    static final int NODES = 40;

    static final List<String> APPS =
            List.of(
                    "checkout",
                    "cart",
                    "payments-api",
                    "ledger",
                    "frontend",
                    "auth",
                    "search",
                    "catalog",
                    "inventory",
                    "notifier",
                    "mailer",
                    "billing",
                    "reports",
                    "gateway",
                    "recommender",
                    "pricing",
                    "orders",
                    "shipping",
                    "fraud",
                    "profile",
                    "sessions",
                    "redis",
                    "postgres",
                    "kafka",
                    "zookeeper",
                    "nginx-ingress",
                    "cert-manager",
                    "argocd-server",
                    "prometheus",
                    "grafana",
                    "loki",
                    "fluent-bit",
                    "vault-agent",
                    "external-dns",
                    "keda-operator",
                    "istio-proxy",
                    "kyverno",
                    "velero",
                    "sealed-secrets",
                    "node-exporter");

    /** A resource with its API group and version. */
    record Resource(String name, String group, String version) {
        String path() {
            return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
        }

        boolean ofCluster() {
            return name.equals("nodes")
                    || name.equals("namespaces")
                    || name.equals("customresourcedefinitions");
        }
    }

    static final List<Resource> RESOURCES =
            List.of(
                    new Resource("leases", "coordination.k8s.io", "v1"),
                    new Resource("endpoints", "", "v1"),
                    new Resource("endpointslices", "discovery.k8s.io", "v1"),
                    new Resource("pods", "", "v1"),
                    new Resource("configmaps", "", "v1"),
                    new Resource("secrets", "", "v1"),
                    new Resource("services", "", "v1"),
                    new Resource("deployments", "apps", "v1"),
                    new Resource("replicasets", "apps", "v1"),
                    new Resource("events", "", "v1"),
                    new Resource("namespaces", "", "v1"),
                    new Resource("nodes", "", "v1"),
                    new Resource("ingresses", "networking.k8s.io", "v1"),
                    new Resource("jobs", "batch", "v1"),
                    new Resource("certificates", "cert-manager.io", "v1"),
                    new Resource("applications", "argoproj.io", "v1alpha1"),
                    new Resource("horizontalpodautoscalers", "autoscaling", "v2"),
                    new Resource("networkpolicies", "networking.k8s.io", "v1"),
                    new Resource("scaledobjects", "keda.sh", "v1alpha1"),
                    new Resource("policyreports", "wgpolicyk8s.io", "v1alpha2"),
                    new Resource("virtualservices", "networking.istio.io", "v1"),
                    new Resource("serviceaccounts", "", "v1"),
                    new Resource("persistentvolumeclaims", "", "v1"),
                    new Resource("customresourcedefinitions", "apiextensions.k8s.io", "v1"));

    static Resource resource(String name) {
        return RESOURCES.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    record Pod(
            String namespace,
            String app,
            String name,
            String uid,
            String address,
            String container,
            int node) {}

    /** A service account, the pods that use it, and what its controller works on. */
    static final class Account {
        final String namespace;
        final String name;
        final String uid;
        final String agent;
        final List<Pod> pods = new ArrayList<>();
        final List<Resource> resources = new ArrayList<>();
        private String credential = "";

        Account(String namespace, String name, String uid, String agent) {
            this.namespace = namespace;
            this.name = name;
            this.uid = uid;
            this.agent = agent;
        }

        /** The token's id; renewed now and then. */
        String credential(Draw draw) {
            if (credential.isEmpty() || draw.oneIn(3000)) {
                credential = draw.uuid();
            }
            return credential;
        }
    }

    final List<String> namespaces = new ArrayList<>();
    final List<String> nodes = new ArrayList<>();
    final List<String> nodeAddresses = new ArrayList<>();
    final List<Pod> pods = new ArrayList<>();
    final List<List<Pod>> podsByNode = new ArrayList<>();
    final List<Account> accounts = new ArrayList<>();
    final List<String> people = new ArrayList<>();
    final List<String> outside = new ArrayList<>();

    private final int size;

    Cluster(Draw draw) {
        this(draw, NODES);
    }

    Cluster(Draw draw, int size) {
        this.size = size;
        namespaces();
        nodes(draw);
        pods(draw);
        people(draw);
        accounts(draw);
    }

    private void namespaces() {
        namespaces.addAll(
                List.of(
                        "kube-system",
                        "default",
                        "payments",
                        "monitoring",
                        "logging",
                        "argocd",
                        "cert-manager",
                        "ingress-nginx",
                        "istio-system",
                        "vault",
                        "ci",
                        "external-dns",
                        "keda",
                        "velero",
                        "kyverno"));
        for (var team :
                List.of(
                        "team-a", "team-b", "shop", "data", "ml", "risk", "growth", "core", "edge",
                        "mobile", "search")) {
            for (var stage : List.of("dev", "stg", "prod", "qa")) {
                namespaces.add(team + "-" + stage);
            }
        }
    }

    private void nodes(Draw draw) {
        for (int i = 0; i < size; i++) {
            var address =
                    "10.20.%d.%d".formatted(i / 16, 10 + draw.below(15) + 16 * (i % 16) % 240);
            nodeAddresses.add(address);
            nodes.add("ip-" + address.replace('.', '-') + ".eu-west-1.compute.internal");
            podsByNode.add(new ArrayList<>());
        }
    }

    private void pods(Draw draw) {
        var addresses = new ArrayList<String>();
        for (int i = 0; i < 2550; i++) {
            addresses.add(
                    "10.%d.%d.%d".formatted(244 + i % 3, draw.below(256), 1 + draw.below(254)));
        }
        for (int i = 0; i < 5000 * size / NODES; i++) {
            var namespace = draw.skewed(namespaces);
            var app = draw.of(APPS);
            int node = draw.below(size);
            var pod =
                    new Pod(
                            namespace,
                            app,
                            app
                                    + "-"
                                    + Draw.fixedSuffix(namespace + app, 10)
                                    + "-"
                                    + draw.suffix(5),
                            draw.uuid(),
                            draw.of(addresses),
                            draw.oneIn(5) ? "istio-proxy" : app,
                            node);
            pods.add(pod);
            podsByNode.get(node).add(pod);
        }
    }

    private void people(Draw draw) {
        for (int i = 0; i < 400; i++) {
            outside.add(
                    "%d.%d.%d.%d"
                            .formatted(
                                    draw.of(52, 34, 18, 81, 92, 176, 54),
                                    draw.below(256),
                                    draw.below(256),
                                    1 + draw.below(254)));
        }
        var first =
                List.of(
                        "anna", "bram", "chloe", "dirk", "elena", "farid", "gwen", "hugo", "ines",
                        "jan", "karim", "lena", "milo", "nora", "omar", "petra", "quinn", "rosa",
                        "sven", "tess");
        var last =
                List.of(
                        "jansen", "devries", "bakker", "visser", "smit", "meijer", "mulder", "bos",
                        "vos", "peters");
        int many = 60 * size / NODES;
        for (int i = 0; i < many; i++) {
            var number = i < 60 ? "" : Integer.toString(i);
            people.add("oidc:" + draw.of(first) + "." + draw.of(last) + number + "@example.com");
        }
    }

    private void accounts(Draw draw) {
        var roles =
                List.of(
                        "controller",
                        "operator",
                        "manager",
                        "agent",
                        "sync",
                        "exporter",
                        "webhook",
                        "injector",
                        "scraper",
                        "bot");
        for (int i = 0; i < 200; i++) {
            var name = draw.of(APPS) + "-" + draw.of(roles);
            var account =
                    new Account(draw.skewed(namespaces), name, draw.uuid(), agent(draw, name));
            for (int pods = 1 + draw.below(3); pods > 0; pods--) {
                account.pods.add(draw.of(this.pods));
            }
            for (int resources = 2 + draw.below(5); resources > 0; resources--) {
                account.resources.add(draw.of(RESOURCES));
            }
            accounts.add(account);
        }
    }

    private static String agent(Draw draw, String name) {
        return switch (draw.below(6)) {
            case 0 ->
                    "%s/v%d.%d.%d (linux/amd64) kubernetes/%s"
                            .formatted(
                                    name,
                                    draw.below(3),
                                    draw.below(20),
                                    draw.below(9),
                                    draw.oneIn(2) ? draw.hex(7) : "$Format");
            case 1 -> "Go-http-client/2.0";
            case 2 -> name + "/v0.0.0 (linux/amd64) kubernetes/$Format/leader-election";
            case 3 ->
                    "argocd-application-controller/v2.13.1 (linux/amd64) kubernetes/" + draw.hex(7);
            case 4 -> "kubernetes-client-java/6.13.4";
            default -> "python-requests/2.31.0 OpenAPI-Generator/29.0.0/python";
        };
    }

    Pod podOn(int node, Draw draw) {
        var there = podsByNode.get(node);
        return there.isEmpty() ? draw.of(pods) : draw.of(there);
    }
}
