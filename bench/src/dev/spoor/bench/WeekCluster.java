package dev.spoor.bench;

import dev.spoor.bench.Cluster.Pod;
import dev.spoor.bench.Cluster.Resource;
import java.util.ArrayList;
import java.util.List;

/**
 * Who does what for which purpose in the made-up week: unlike those of {@link Calls}, these
 * identities have habits.
 */
final class WeekCluster {
    /** Where an operation takes place. */
    enum Scope {
        /** All namespaces at once. */
        CLUSTER,
        /** The namespace of the identity. */
        OWN,
        /** An object anywhere. */
        ANYWHERE
    }

    record Operation(int weight, String verb, String resource, String subresource, Scope scope) {}

    /** A service account with a purpose. */
    record Account(String namespace, String name, String agent, List<Operation> operations, Pod pod) {
        String user() {
            return "system:serviceaccount:" + namespace + ":" + name;
        }
    }

    enum Role {
        DEVELOPER,
        RELIABILITY,
        ADMINISTRATOR
    }

    /** A person with places to work from. */
    record Person(
            String name,
            Role role,
            List<String> namespaces,
            List<String> addresses,
            List<String> agents) {}

    static final List<Resource> MORE =
            List.of(
                    new Resource("clusterroles", "rbac.authorization.k8s.io", "v1"),
                    new Resource("roles", "rbac.authorization.k8s.io", "v1"),
                    new Resource("rolebindings", "rbac.authorization.k8s.io", "v1"),
                    new Resource("clusterrolebindings", "rbac.authorization.k8s.io", "v1"),
                    new Resource("daemonsets", "apps", "v1"),
                    new Resource("statefulsets", "apps", "v1"),
                    new Resource("cronjobs", "batch", "v1"),
                    new Resource("certificatesigningrequests", "certificates.k8s.io", "v1"),
                    new Resource("selfsubjectaccessreviews", "authorization.k8s.io", "v1"),
                    new Resource("subjectaccessreviews", "authorization.k8s.io", "v1"),
                    new Resource("tokenreviews", "authentication.k8s.io", "v1"),
                    new Resource("backups", "velero.io", "v1"),
                    new Resource("sealedsecrets", "bitnami.com", "v1alpha1"),
                    new Resource("persistentvolumes", "", "v1"));

    static Resource resource(String name) {
        return MORE.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseGet(() -> Cluster.resource(name));
    }

    final Cluster cluster;
    final List<Account> operators = new ArrayList<>();
    final List<Account> pipelines = new ArrayList<>();
    final List<Person> people = new ArrayList<>();
    final Account gitops;
    final Account backup;
    final Account certificates;

    private final Draw draw;

    WeekCluster(Draw draw, int nodes) {
        this.draw = draw;
        this.cluster = new Cluster(draw, nodes);
        this.gitops =
                operator(
                        "argocd",
                        "argocd-application-controller",
                        "argocd-application-controller/v2.13.1 (linux/amd64) kubernetes/$Format",
                        "40 watch pods,30 list deployments,20 watch configmaps,20 watch secrets,20 patch applications own,5 list clusterrolebindings,10 watch rolebindings,6 get deployments any");
        this.certificates =
                operator(
                        "cert-manager",
                        "cert-manager",
                        "cert-manager/v1.15.3 (linux/amd64) cert-manager/abcdef0",
                        "30 update leases own,20 watch secrets,10 get secrets any,20 get certificates any,10 update certificates/status any,3 update secrets any");
        this.backup =
                operator(
                        "velero",
                        "velero",
                        "velero-server/v1.14.1 (linux/amd64) abc1234",
                        "30 update leases own,20 list backups own,10 update backups/status own");
        more();
        teams();
    }

    private void more() {
        operator(
                "monitoring",
                "prometheus-k8s",
                "Prometheus/2.54.1",
                "60 watch endpoints,60 watch pods,30 watch services,20 list nodes");
        operator(
                "kyverno",
                "kyverno-admission-controller",
                "kyverno/v1.12.5 (linux/amd64) kubernetes/$Format",
                "40 update leases own,30 list policyreports,30 update policyreports any,10 create subjectaccessreviews,10 watch namespaces,3 get secrets own");
        operator(
                "external-dns",
                "external-dns",
                "external-dns/v0.14.2 (linux/amd64) kubernetes/$Format",
                "40 list services,40 list ingresses,20 watch nodes");
        operator(
                "keda",
                "keda-operator",
                "keda/2.14.0 (linux/amd64) kubernetes/$Format/leader-election",
                "40 update leases own,40 get scaledobjects any,30 update horizontalpodautoscalers any,20 patch scaledobjects/status any");
        operator(
                "ingress-nginx",
                "ingress-nginx",
                "nginx-ingress-controller/v1.11.2 (linux/amd64) ingress-nginx/46e76e5",
                "40 update leases own,30 watch ingresses,20 watch secrets,20 watch endpointslices,20 patch ingresses/status any,20 create events any");
        operator(
                "vault",
                "vault-agent-injector",
                "vault-k8s/v1.4.2 (linux/amd64) kubernetes/$Format/leader-election",
                "30 update leases own,30 get secrets own,20 create tokenreviews,10 watch pods");
        operator(
                "istio-system",
                "istiod",
                "pilot-discovery/1.23.0",
                "50 watch pods,30 watch services,40 update leases own,20 watch secrets,20 create tokenreviews,20 update configmaps any");
        operator(
                "kube-system",
                "cluster-autoscaler",
                "cluster-autoscaler/v1.31.0 (linux/amd64) kubernetes/$Format/leader-election",
                "50 update leases own,40 list nodes,40 list pods,10 update configmaps own,10 list persistentvolumeclaims");
        operator(
                "kube-system",
                "metrics-server",
                "metrics-server/v0.7.2 (linux/amd64) kubernetes/$Format",
                "40 list nodes,40 list pods,20 create subjectaccessreviews,20 create tokenreviews");
        operator(
                "logging",
                "fluent-bit",
                "Fluent-Bit",
                "60 get pods any,20 get namespaces cluster");
        operator(
                "sealed-secrets",
                "sealed-secrets",
                "controller/v0.27.1 (linux/amd64) kubernetes/$Format",
                "30 watch sealedsecrets,10 update secrets any,10 get secrets own,5 update sealedsecrets/status any");
        for (int i = 0; i < 60; i++) { // applications that ask for little
            var namespace = draw.of(cluster.namespaces.subList(15, cluster.namespaces.size()));
            operator(
                    namespace,
                    draw.of(Cluster.APPS) + "-" + i,
                    draw.of(
                            "kubernetes-client-java/6.13.4",
                            "Go-http-client/2.0",
                            "OpenAPI-Generator/29.0.0/python"),
                    draw.of(
                            "30 watch configmaps own,10 get configmaps own,10 update leases own",
                            "30 watch endpoints own,20 get pods own",
                            "20 update leases own,20 watch configmaps own,2 get secrets own"));
        }
    }

    private Account operator(String namespace, String name, String agent, String operations) {
        var list = new ArrayList<Operation>();
        for (var one : operations.split(",")) {
            var words = one.split(" ");
            var what = words[2].split("/");
            var scope =
                    words.length < 4 || words[3].equals("cluster")
                            ? Scope.CLUSTER
                            : words[3].equals("own") ? Scope.OWN : Scope.ANYWHERE;
            list.add(
                    new Operation(
                            Integer.parseInt(words[0]),
                            words[1],
                            what[0],
                            what.length > 1 ? what[1] : "",
                            scope));
        }
        var like = draw.of(cluster.pods);
        var pod =
                new Pod(
                        namespace,
                        name,
                        name + "-" + Draw.fixedSuffix(name, 10) + "-" + draw.suffix(5),
                        draw.uuid(),
                        like.address(),
                        name,
                        like.node());
        var account = new Account(namespace, name, agent, list, pod);
        operators.add(account);
        return account;
    }

    private void teams() {
        var teams = List.of("team-a", "team-b", "shop", "data", "ml", "risk", "growth", "core", "edge", "mobile", "search");
        for (var team : teams) {
            var like = draw.of(cluster.pods);
            var pod = new Pod("ci", "runner-" + team, "runner-" + team + "-" + draw.suffix(5), draw.uuid(), like.address(), "runner", like.node());
            pipelines.add(new Account("ci", "deployer-" + team, "helm/3.16.2", List.of(), pod));
        }
        var names = new ArrayList<>(new java.util.LinkedHashSet<>(cluster.people));
        for (int i = 0; i < names.size(); i++) {
            var role = i < 4 ? Role.ADMINISTRATOR : i < 12 ? Role.RELIABILITY : Role.DEVELOPER;
            var team = teams.get(i % teams.size());
            people.add(
                    new Person(
                            names.get(i),
                            role,
                            role == Role.DEVELOPER
                                    ? List.of(team + "-dev", team + "-stg", team + "-qa", team + "-prod")
                                    : List.copyOf(cluster.namespaces),
                            List.of("198.51.100." + (10 + i % 40), home(i)),
                            List.of(
                                    draw.of("linux/amd64", "darwin/arm64"),
                                    draw.of("kubectl", "k9s"))));
        }
    }

    private static String home(int person) {
        return "%d.%d.%d.%d".formatted(80 + person % 12, 20 + person, person * 3 % 256, 17);
    }

    static String agent(Person person, boolean other) {
        return other && person.agents().get(1).equals("k9s")
                ? "k9s/v0.32.5 (" + person.agents().get(0) + ") kubernetes/$Format"
                : "kubectl/v1.31.2 (" + person.agents().get(0) + ") kubernetes/5864a46";
    }

}
