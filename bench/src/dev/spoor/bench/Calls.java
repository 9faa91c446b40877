package dev.spoor.bench;

import dev.spoor.bench.Call.Body;
import dev.spoor.bench.Cluster.Pod;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happens in the cluster all day: a third kubelets, a fifth the control plane, the rest
 * controllers, probes, people and pipelines.
 */
final class Calls {
    private static final String NODE_ID = "authentication.kubernetes.io/credential-id";
    private static final String KUBECTL = "kubectl/v1.31.2 (linux/amd64) kubernetes/5864a46";

    private final Cluster cluster;
    private final Draw draw;
    private long resourceVersion = 482_113_005;

    Calls(Cluster cluster, Draw draw) {
        this.cluster = cluster;
        this.draw = draw;
    }

    Call next() {
        int of1000 = draw.below(1000);
        if (of1000 < 330) {
            return kubelet();
        }
        if (of1000 < 520) {
            return controlPlane();
        }
        if (of1000 < 900) {
            return controller();
        }
        if (of1000 < 935) {
            return probe();
        }
        return of1000 < 972 ? person() : pipeline();
    }

    private String version() {
        resourceVersion += draw.below(4);
        return Long.toString(resourceVersion - draw.below(50));
    }

    private int longPoll(Call call) {
        call.microsTaken = 300_000_000L + draw.below(300_000_000);
        return 300 + draw.below(300);
    }

    private void about(Call call, String resource, String namespace, String name) {
        call.resource = Cluster.resource(resource);
        call.namespace = namespace;
        call.name = name;
        call.uri =
                call.resource.path()
                        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                        + "/"
                        + resource
                        + (name.isEmpty() ? "" : "/" + name);
    }

    private void changed(Call call, Object thing) {
        call.objectUid = Draw.fixedUuid(thing);
        call.resourceVersion = version();
    }

    // --- nodes

    Call kubelet() {
        var call = new Call();
        int node = draw.below(cluster.nodes.size());
        var name = cluster.nodes.get(node);
        call.user = "system:node:" + name;
        call.groups = List.of("system:nodes", "system:authenticated");
        call.extra = List.of(NODE_ID, "X509SHA256=" + Draw.fixedHex("node" + node, 64));
        call.addresses.add(cluster.nodeAddresses.get(node));
        call.agent = "kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46";
        var pod = cluster.podOn(node, draw);
        call.pod = pod;
        int of100 = draw.below(100);
        if (of100 < 45) {
            call.verb = "update";
            about(call, "leases", "kube-node-lease", name);
            call.uri += "?timeout=10s";
            changed(call, name);
        } else if (of100 < 62) {
            call.verb = "patch";
            about(call, "pods", pod.namespace(), pod.name());
            call.subresource = "status";
            call.uri += "/status";
            call.body = draw.oneIn(6) ? Body.POD_STATUS : Body.NONE;
        } else if (of100 < 75) {
            about(call, "pods", pod.namespace(), pod.name());
            call.code = draw.oneIn(50) ? 404 : 200;
        } else if (of100 < 83) {
            watchMounted(call, pod);
        } else if (of100 < 93) {
            call.verb = "create";
            about(call, "serviceaccounts", pod.namespace(), pod.app());
            call.subresource = "token";
            call.uri += "/token";
            call.code = 201;
        } else {
            call.verb = "patch";
            about(call, "nodes", "", name);
            call.subresource = "status";
            call.uri += "/status?timeout=10s";
            call.body = draw.oneIn(8) ? Body.NODE_STATUS : Body.NONE;
        }
        return call;
    }

    private void watchMounted(Call call, Pod pod) {
        boolean config = draw.oneIn(2);
        call.verb = "watch";
        about(call, config ? "configmaps" : "secrets", pod.namespace(), "");
        call.name = config ? "kube-root-ca.crt" : pod.app() + "-tls";
        int seconds = longPoll(call);
        call.uri +=
                "?allowWatchBookmarks=true&fieldSelector=metadata.name%%3D%s&resourceVersion=%s&timeout=%ds&timeoutSeconds=%d&watch=true"
                        .formatted(call.name, version(), seconds, seconds);
    }

    // --- control plane

    private Call controlPlane() {
        var call = new Call();
        int of100 = draw.below(100);
        var component =
                of100 < 45
                        ? "kube-controller-manager"
                        : of100 < 75 ? "kube-scheduler" : "apiserver";
        call.user = "system:" + component;
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"%1$s\" of ClusterRole \"%1$s\" to User \"%1$s\""
                        .formatted(call.user);
        if (component.equals("apiserver")) {
            call.userUid = Draw.fixedUuid(component);
            call.groups = List.of("system:authenticated", "system:masters");
            call.addresses.add("::1");
            call.agent = "kube-apiserver/v1.31.2 (linux/amd64) kubernetes/5864a46";
        } else {
            call.addresses.add("10.20.0." + (4 + draw.below(3)));
            call.agent = component + "/v1.31.2 (linux/amd64) kubernetes/5864a46/" + task(component);
        }
        control(call, component);
        return call;
    }

    private String task(String component) {
        return component.equals("kube-scheduler")
                ? "leader-election"
                : draw.of(
                        "leader-election",
                        "system:serviceaccount:kube-system:endpointslice-controller",
                        "system:serviceaccount:kube-system:generic-garbage-collector",
                        "system:serviceaccount:kube-system:resourcequota-controller");
    }

    private void control(Call call, String component) {
        int of100 = draw.below(100);
        var pod = draw.skewed(cluster.pods);
        call.pod = pod;
        if (of100 < 45) {
            call.verb = draw.of("get", "update");
            about(call, "leases", "kube-system", component);
            call.uri += "?timeout=5s";
            if (call.verb.equals("update")) {
                changed(call, component);
            }
        } else if (of100 < 68) {
            boolean slices = draw.oneIn(2);
            call.verb = slices ? "update" : "patch";
            about(
                    call,
                    slices ? "endpointslices" : "endpoints",
                    pod.namespace(),
                    slices ? pod.app() + "-" + Draw.fixedSuffix(pod.app(), 5) : pod.app());
            changed(call, pod.namespace() + pod.app());
            call.code = draw.oneIn(40) ? 409 : 200;
            call.body = draw.oneIn(9) ? Body.ENDPOINTS : Body.NONE;
        } else if (of100 < 80) {
            call.verb = "create";
            about(call, "pods", pod.namespace(), pod.name());
            call.subresource = "binding";
            call.uri += "/binding";
            call.code = 201;
            call.objectUid = pod.uid();
        } else if (of100 < 90) {
            call.verb = "update";
            about(
                    call,
                    "replicasets",
                    pod.namespace(),
                    pod.name().substring(0, pod.name().length() - 6));
            call.subresource = "status";
            call.uri += "/status";
            changed(call, call.name);
            call.body = draw.oneIn(6) ? Body.REPLICA_SET : Body.NONE;
            call.code = draw.oneIn(30) ? 409 : 200;
        } else {
            call.verb = draw.oneIn(3) ? "list" : "watch";
            about(call, draw.of("pods", "configmaps", "services", "nodes", "secrets"), "", "");
            int seconds = call.verb.equals("watch") ? longPoll(call) : 300 + draw.below(300);
            call.uri +=
                    "?allowWatchBookmarks=true&resourceVersion=%s&timeoutSeconds=%d%s"
                            .formatted(
                                    version(),
                                    seconds,
                                    call.verb.equals("watch") ? "&watch=true" : "");
        }
    }

    // --- controllers with service accounts

    private Call controller() {
        var call = new Call();
        var account = draw.skewed(cluster.accounts);
        as(call, account);
        var target = draw.skewed(cluster.pods);
        call.pod = target;
        var resource = draw.of(account.resources);
        var namespace =
                resource.ofCluster() ? "" : draw.oneIn(4) ? account.namespace : target.namespace();
        var name =
                switch (resource.name()) {
                    case "pods" -> target.name();
                    case "nodes" -> cluster.nodes.get(target.node());
                    case "secrets" ->
                            target.app() + "-" + draw.of("tls", "token", "creds", "config");
                    case "events" -> target.name() + "." + draw.hex(16);
                    default -> target.app();
                };
        controls(call, account, resource.name(), namespace, name);
        if (draw.oneIn(120)) {
            call.refuse();
        } else if (draw.oneIn(900)) {
            call.code = draw.oneIn(3) ? 500 : 429;
        }
        return call;
    }

    private void as(Call call, Cluster.Account account) {
        var pod = draw.of(account.pods);
        call.user = "system:serviceaccount:" + account.namespace + ":" + account.name;
        call.userUid = account.uid;
        call.groups =
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + account.namespace,
                        "system:authenticated");
        call.extra =
                List.of(
                        NODE_ID,
                        "JTI=" + account.credential(draw),
                        "authentication.kubernetes.io/node-name",
                        cluster.nodes.get(pod.node()),
                        "authentication.kubernetes.io/node-uid",
                        Draw.fixedUuid("node" + pod.node()),
                        "authentication.kubernetes.io/pod-name",
                        pod.name(),
                        "authentication.kubernetes.io/pod-uid",
                        pod.uid());
        call.addresses.add(pod.address());
        call.agent = account.agent;
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"%1$s\" of ClusterRole \"%1$s-role\" to ServiceAccount \"%1$s/%2$s\""
                        .formatted(account.name, account.namespace);
    }

    private void controls(
            Call call, Cluster.Account account, String resource, String namespace, String name) {
        int of100 = draw.below(100);
        if (of100 < 24) {
            call.verb = "watch";
            about(call, resource, "", "");
            int seconds = longPoll(call);
            call.uri +=
                    "?allowWatchBookmarks=true&resourceVersion=%s&timeout=%ds&timeoutSeconds=%d&watch=true"
                            .formatted(version(), seconds, seconds);
            call.stage = draw.oneIn(10) ? "ResponseStarted" : call.stage;
        } else if (of100 < 42) {
            call.verb = "list";
            about(call, resource, namespace, "");
            call.uri +=
                    draw.oneIn(3)
                            ? "?labelSelector=app.kubernetes.io%2Fname%3D"
                                    + call.pod.app()
                                    + "&limit=500"
                            : "?limit=500&resourceVersion=0";
        } else if (of100 < 68) {
            about(call, resource, namespace, name);
            call.code = draw.oneIn(18) ? 404 : 200;
        } else if (of100 < 82) {
            call.verb = "update";
            about(call, resource, namespace, name);
            changed(call, name);
            call.code = draw.oneIn(25) ? 409 : 200;
            call.body = draw.oneIn(16) ? Body.CONFIG_MAP : Body.NONE;
            if (draw.oneIn(3)) {
                call.subresource = "status";
                call.uri += "/status";
            }
        } else if (of100 < 93) {
            call.verb = "patch";
            about(call, resource, namespace, name);
            call.uri += "?fieldManager=" + account.name;
            call.body = draw.oneIn(16) ? Body.DEPLOYMENT : Body.NONE;
        } else if (of100 < 97) {
            call.verb = "create";
            about(call, resource, namespace, "");
            call.name = name;
            call.code = draw.oneIn(12) ? 409 : 201;
            call.body = draw.oneIn(8) ? Body.POD : Body.NONE;
        } else {
            call.verb = "delete";
            about(call, resource, namespace, name);
        }
    }

    // --- probes, people, pipelines

    private Call probe() {
        var call = new Call();
        boolean anonymous = draw.oneIn(3);
        call.user =
                anonymous ? "system:anonymous" : "system:serviceaccount:monitoring:prometheus-k8s";
        call.groups =
                anonymous
                        ? List.of("system:unauthenticated")
                        : List.of(
                                "system:serviceaccounts",
                                "system:serviceaccounts:monitoring",
                                "system:authenticated");
        call.uri =
                draw.of(
                        "/healthz",
                        "/readyz",
                        "/livez",
                        "/readyz?verbose",
                        "/metrics",
                        "/openapi/v2?timeout=32s",
                        "/version");
        call.addresses.add(
                draw.oneIn(3) ? draw.skewed(cluster.outside) : draw.of(cluster.nodeAddresses));
        call.agent =
                draw.of(
                        "kube-probe/1.31",
                        "ELB-HealthChecker/2.0",
                        "Prometheus/2.54.1",
                        "curl/8.5.0");
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole"
                    + " \"system:public-info-viewer\" to Group \"system:unauthenticated\"";
        if (draw.oneIn(15)) {
            call.refuse();
        }
        return call;
    }

    Call person() {
        var call = new Call();
        call.user = draw.skewed(cluster.people);
        call.groups =
                List.of(
                        "oidc:eng",
                        "oidc:" + draw.of("platform", "sre", "dev", "data", "sec"),
                        "system:authenticated");
        call.addresses.add(draw.skewed(cluster.outside));
        if (draw.oneIn(2)) {
            call.addresses.add("10.20.0." + (4 + draw.below(3)));
        }
        call.agent =
                draw.of(
                        KUBECTL,
                        "kubectl/v1.31.2 (darwin/arm64) kubernetes/5864a46",
                        "kubectl/v1.29.9 (windows/amd64) kubernetes/e7e0e2e",
                        "k9s/v0.32.5 (darwin/arm64) kubernetes/$Format",
                        "Lens/6.5.2",
                        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML,"
                            + " like Gecko) Chrome/130.0.0.0 Safari/537.36");
        var pod = draw.skewed(cluster.pods);
        call.pod = pod;
        call.reason =
                "RBAC: allowed by RoleBinding \"eng-edit/%s\" of ClusterRole \"edit\" to Group \"oidc:eng\""
                        .formatted(pod.namespace());
        works(call, pod);
        if (draw.oneIn(22)) {
            call.refuse();
        }
        if (draw.oneIn(70)) {
            call.impersonated = draw.skewed(cluster.people);
        }
        return call;
    }

    private void works(Call call, Pod pod) {
        int of100 = draw.below(100);
        if (of100 < 34) {
            call.verb = "list";
            about(
                    call,
                    draw.of("pods", "services", "events", "configmaps", "secrets"),
                    pod.namespace(),
                    "");
            call.uri += "?limit=500";
        } else if (of100 < 58) {
            about(call, "pods", pod.namespace(), pod.name());
        } else if (of100 < 72) {
            about(call, "pods", pod.namespace(), pod.name());
            call.subresource = "log";
            call.uri +=
                    "/log?container=%s&follow=true&tailLines=%s"
                            .formatted(pod.container(), draw.of("100", "200", "1000"));
        } else if (of100 < 80) {
            call.verb = draw.of("get", "create"); // by WebSocket, by SPDY
            about(call, "pods", pod.namespace(), pod.name());
            call.subresource = "exec";
            call.uri +=
                    "/exec?command=%s&container=%s&stdin=true&stdout=true&tty=true"
                            .formatted(
                                    draw.of(
                                            "sh",
                                            "bash",
                                            "%2Fbin%2Fsh&command=-c&command=id",
                                            "env",
                                            "cat&command=%2Fetc%2Fpasswd",
                                            "curl&command=http%3A%2F%2F169.254.169.254%2Flatest"),
                                    pod.container());
            call.code = 101;
        } else if (of100 < 88) {
            about(call, "secrets", pod.namespace(), pod.app() + "-creds");
        } else if (of100 < 92) {
            call.verb = "delete";
            var resource = draw.of("pods", "secrets", "configmaps");
            about(
                    call,
                    resource,
                    pod.namespace(),
                    resource.equals("pods") ? pod.name() : pod.app() + "-creds");
        } else {
            call.verb = "create";
            call.resource =
                    new Cluster.Resource("selfsubjectaccessreviews", "authorization.k8s.io", "v1");
            call.uri = call.resource.path() + "/selfsubjectaccessreviews";
            call.code = 201;
            call.body = draw.oneIn(2) ? Body.ACCESS_REVIEW : Body.NONE;
        }
    }

    private Call pipeline() {
        var call = new Call();
        var account = draw.of("gitlab-runner", "deployer", "argo-ci", "tekton-bot");
        call.user = "system:serviceaccount:ci:" + account;
        call.userUid = Draw.fixedUuid(account);
        call.groups =
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:ci",
                        "system:authenticated");
        call.addresses.add(draw.skewed(cluster.outside));
        call.agent =
                draw.of(
                        "helm/3.16.2",
                        KUBECTL,
                        "Terraform/1.9.8 (+https://www.terraform.io)"
                            + " terraform-provider-kubernetes/2.33.0");
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"ci-deployers\" of ClusterRole \"admin\" to ServiceAccount \"ci/%s\""
                        .formatted(account);
        var namespace = draw.skewed(cluster.namespaces);
        var app = draw.of(Cluster.APPS);
        var release = "sh.helm.release.v1." + app + ".v" + draw.below(400);
        call.pod = draw.skewed(cluster.pods);
        int of10 = draw.below(10);
        if (of10 < 4) {
            call.verb = "patch";
            about(call, "deployments", namespace, app);
            call.uri += "?fieldManager=helm&force=true";
            call.body = draw.oneIn(3) ? Body.NONE : Body.DEPLOYMENT;
        } else if (of10 < 6) {
            call.verb = "create";
            about(call, "secrets", namespace, "");
            call.name = release;
            call.code = 201;
        } else if (of10 < 7) {
            call.verb = "create";
            about(call, "jobs", namespace, "");
            call.name = "migrate-" + app + "-" + draw.suffix(5);
            call.code = 201;
            call.body = Body.POD;
        } else if (of10 < 9) {
            about(call, "deployments", namespace, app);
        } else {
            call.verb = "delete";
            about(call, draw.of("secrets", "pods"), namespace, release);
        }
        return call;
    }

    /** What a search has to find: by number of the event. */
    Map<Integer, Call> planted(int events) {
        var planted = new TreeMap<Integer, Call>();
        for (double share : new double[] {0.212345, 0.5678, 0.9012}) {
            var call = person();
            call.addresses.clear();
            call.addresses.add("203.0.113.77");
            planted.put((int) (events * share), call);
        }
        var binding = new Call();
        as(binding, cluster.accounts.getFirst());
        binding.user = "system:serviceaccount:payments:ci-bot";
        binding.groups =
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:payments",
                        "system:authenticated");
        binding.verb = "create";
        binding.resource =
                new Cluster.Resource("clusterrolebindings", "rbac.authorization.k8s.io", "v1");
        binding.name = "ops-admin-tmp";
        binding.uri =
                binding.resource.path()
                        + "/clusterrolebindings?fieldManager=kubectl-create&fieldValidation=Strict";
        binding.code = 201;
        binding.agent = KUBECTL;
        binding.body = Body.BINDING;
        planted.put((int) (events * 0.612), binding);
        return planted;
    }
}
