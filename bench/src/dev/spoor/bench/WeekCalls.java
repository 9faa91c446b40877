package dev.spoor.bench;

import dev.spoor.bench.Cluster.Pod;
import dev.spoor.bench.WeekCluster.Account;
import dev.spoor.bench.WeekCluster.Person;
import dev.spoor.bench.WeekCluster.Role;
import dev.spoor.bench.WeekCluster.Scope;
import java.util.List;

/** What each identity of the week does, one call at a time. */
final class WeekCalls {
    static final String KUBECTL = "kubectl/v1.31.2 (linux/amd64) kubernetes/5864a46";

    private static final String EXTRA = "authentication.kubernetes.io/";

    private final WeekCluster week;
    private final Draw draw;
    private final Calls calls;
    private long resourceVersion = 91_004_113;

    WeekCalls(WeekCluster week, Draw draw) {
        this.week = week;
        this.draw = draw;
        this.calls = new Calls(week.cluster, draw);
    }

    // --- how a call is put together

    static Call about(Call call, String verb, String resource, String namespace, String name) {
        return about(call, verb, resource, "", namespace, name);
    }

    static Call about(
            Call call,
            String verb,
            String resource,
            String subresource,
            String namespace,
            String name) {
        call.verb = verb;
        call.resource = WeekCluster.resource(resource);
        call.subresource = subresource;
        call.namespace = namespace;
        call.name = name;
        call.uri =
                call.resource.path()
                        + (namespace.isEmpty() ? "" : "/namespaces/" + namespace)
                        + "/"
                        + resource
                        + (name.isEmpty() || verb.equals("create") && subresource.isEmpty()
                                ? ""
                                : "/" + name)
                        + (subresource.isEmpty() ? "" : "/" + subresource);
        call.code = verb.equals("create") ? 201 : 200;
        return call;
    }

    static Call as(Account account) {
        var call = new Call();
        call.user = account.user();
        call.userUid = Draw.fixedUuid(account.user());
        call.groups =
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:" + account.namespace(),
                        "system:authenticated");
        call.extra =
                List.of(
                        EXTRA + "credential-id",
                        "JTI=" + Draw.fixedUuid("token" + account.user()),
                        EXTRA + "pod-name",
                        account.pod().name(),
                        EXTRA + "pod-uid",
                        account.pod().uid());
        call.addresses.add(account.pod().address());
        call.agent = account.agent();
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"%1$s\" of ClusterRole \"%1$s\" to ServiceAccount \"%1$s/%2$s\""
                        .formatted(account.name(), account.namespace());
        return call;
    }

    Call as(Person person) {
        var call = new Call();
        call.user = person.name();
        call.groups = List.of("oidc:eng", "system:authenticated");
        call.addresses.add(person.addresses().get(draw.oneIn(4) ? 1 : 0));
        call.agent = WeekCluster.agent(person, draw.oneIn(3));
        call.reason = "RBAC: allowed by RoleBinding \"eng\" of ClusterRole \"edit\" to Group \"oidc:eng\"";
        return call;
    }

    /** A controller inside the controller manager. */
    Call controller(String name) {
        var call = new Call();
        call.user = "system:serviceaccount:kube-system:" + name;
        call.userUid = Draw.fixedUuid(name);
        call.groups =
                List.of(
                        "system:serviceaccounts",
                        "system:serviceaccounts:kube-system",
                        "system:authenticated");
        call.addresses.add("10.20.0.4");
        call.agent =
                "kube-controller-manager/v1.31.2 (linux/amd64) kubernetes/5864a46/system:serviceaccount:kube-system:"
                        + name;
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"system:controller:%1$s\" of ClusterRole \"system:controller:%1$s\" to ServiceAccount \"%1$s/kube-system\""
                        .formatted(name);
        return call;
    }

    private Call component(String name) {
        var call = new Call();
        call.user = "system:" + name;
        call.groups = List.of("system:authenticated");
        call.addresses.add("10.20.0.4");
        call.agent = name + "/v1.31.2 (linux/amd64) kubernetes/5864a46/leader-election";
        return call;
    }

    private Call changed(Call call) {
        resourceVersion += 1 + draw.below(4);
        call.resourceVersion = Long.toString(resourceVersion);
        call.objectUid = Draw.fixedUuid(call.namespace + call.name);
        return call;
    }

    private void polls(Call call) {
        int seconds = 300 + draw.below(300);
        call.microsTaken = seconds * 1_000_000L;
        call.uri +=
                "?allowWatchBookmarks=true&resourceVersion=%d&timeoutSeconds=%d&watch=true"
                        .formatted(resourceVersion, seconds);
    }

    // --- who calls

    Call kubelet() {
        return calls.kubelet();
    }

    /** Load balancers and kubelets without a name, and the collector of metrics. */
    Call probe() {
        if (draw.oneIn(3)) {
            var collector = as(week.operators.get(3));
            collector.verb = "get";
            collector.uri = "/metrics";
            return collector;
        }
        var call = new Call();
        call.user = "system:anonymous";
        call.groups = List.of("system:unauthenticated");
        call.uri = draw.of("/healthz", "/readyz", "/livez", "/readyz?verbose", "/version");
        boolean balancer = draw.oneIn(2);
        call.addresses.add(
                balancer
                        ? draw.of("10.20.1.11", "10.20.2.12")
                        : draw.of(week.cluster.nodeAddresses));
        call.agent = balancer ? "ELB-HealthChecker/2.0" : "kube-probe/1.31";
        call.reason =
                "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole"
                        + " \"system:public-info-viewer\" to Group \"system:unauthenticated\"";
        return call;
    }

    Call controlPlane() {
        int of100 = draw.below(100);
        var pod = draw.skewed(week.cluster.pods);
        if (of100 < 30) {
            var name = draw.of("kube-controller-manager", "kube-scheduler");
            return changed(about(component(name), "update", "leases", "kube-system", name));
        }
        if (of100 < 55) {
            return changed(
                    about(
                            controller("endpointslice-controller"),
                            "update",
                            "endpointslices",
                            pod.namespace(),
                            pod.app() + "-" + Draw.fixedSuffix(pod.app(), 5)));
        }
        if (of100 < 65) {
            return changed(
                    about(
                            controller("replicaset-controller"),
                            "update",
                            "replicasets",
                            "status",
                            pod.namespace(),
                            pod.name().substring(0, pod.name().length() - 6)));
        }
        if (of100 < 72) {
            return changed(
                    about(
                            controller("deployment-controller"),
                            "update",
                            "deployments",
                            "status",
                            pod.namespace(),
                            pod.app()));
        }
        if (of100 < 84) {
            var call =
                    about(
                            controller("generic-garbage-collector"),
                            "watch",
                            draw.of("pods", "secrets", "configmaps", "jobs", "replicasets"),
                            "",
                            "");
            polls(call);
            return call;
        }
        if (of100 < 90) {
            return about(controller("resourcequota-controller"), "list", "pods", "", "");
        }
        var call = component("apiserver");
        call.addresses.set(0, "::1");
        call.agent = "kube-apiserver/v1.31.2 (linux/amd64) kubernetes/5864a46";
        return about(call, "get", draw.of("namespaces", "services", "endpoints"), "default", "kubernetes");
    }

    Call operator() {
        return operator(draw.skewed(week.operators));
    }

    private Call operator(Account account) {
        int total = account.operations().stream().mapToInt(one -> one.weight()).sum();
        int left = draw.below(total);
        for (var one : account.operations()) {
            left -= one.weight();
            if (left < 0) {
                return operation(account, one);
            }
        }
        throw new IllegalStateException("no operation");
    }

    private Call operation(Account account, WeekCluster.Operation one) {
        var like = draw.skewed(week.cluster.pods);
        boolean many = one.verb().equals("watch") || one.verb().equals("list");
        var namespace =
                one.scope() == Scope.CLUSTER
                        ? ""
                        : one.scope() == Scope.OWN ? account.namespace() : like.namespace();
        var name =
                many
                        ? ""
                        : one.scope() == Scope.OWN
                                ? account.name()
                                : one.resource().equals("pods")
                                        ? like.name()
                                        : one.resource().equals("secrets")
                                                ? like.app() + "-tls"
                                                : like.app();
        var call =
                about(as(account), one.verb(), one.resource(), one.subresource(), namespace, name);
        if (one.verb().equals("watch")) {
            polls(call);
        } else if (one.verb().equals("update") || one.verb().equals("patch")) {
            changed(call);
            call.code = draw.oneIn(60) ? 409 : 200;
        } else if (one.verb().equals("get") && draw.oneIn(30)) {
            call.code = 404;
        }
        return call;
    }

    Call pipeline() {
        var account = draw.of(week.pipelines);
        var team = account.name().substring("deployer-".length());
        var namespace = team + "-" + draw.of("dev", "dev", "stg", "qa", "prod");
        var app = Cluster.APPS.get(Math.floorMod((team + draw.below(6)).hashCode(), 20));
        var call = as(account);
        int of10 = draw.below(10);
        if (of10 < 3) {
            return about(call, "list", "secrets", namespace, "");
        }
        if (of10 < 4) {
            about(call, "create", "secrets", namespace, "sh.helm.release.v1." + app + ".v" + draw.below(900));
            return call;
        }
        if (of10 < 5) {
            return about(call, "delete", "secrets", namespace, "sh.helm.release.v1." + app + ".v" + draw.below(900));
        }
        if (of10 < 8) {
            return about(call, "get", "deployments", namespace, app);
        }
        about(call, "patch", "deployments", namespace, app);
        call.uri += "?fieldManager=helm&force=true";
        call.body = draw.oneIn(4) ? Call.Body.DEPLOYMENT : Call.Body.NONE;
        return call;
    }

    Call person(Person person) {
        var call = as(person);
        var namespace = draw.skewed(person.namespaces());
        if (person.role() == Role.DEVELOPER && namespace.endsWith("-prod") && draw.oneIn(2)) {
            namespace = person.namespaces().getFirst();
        }
        var pod = pod(namespace);
        int of10000 = draw.below(10_000);
        if (of10000 < 4_200) {
            about(call, "list", draw.of("pods", "pods", "deployments", "events", "services"), namespace, "");
            call.uri += "?limit=500";
        } else if (of10000 < 7_000) {
            about(call, "get", "pods", namespace, pod.name());
        } else if (of10000 < 8_800) {
            about(call, "get", "pods", "log", namespace, pod.name());
            call.uri += "?container=" + pod.container() + "&tailLines=200";
        } else if (of10000 < 9_500) {
            about(call, "get", draw.of("deployments", "configmaps", "ingresses"), namespace, pod.app());
            call.code = draw.oneIn(25) ? 404 : 200;
        } else if (of10000 < 9_920) {
            about(call, "create", "selfsubjectaccessreviews", "", "");
            call.body = Call.Body.ACCESS_REVIEW;
        } else {
            seldom(call, person, namespace, pod, of10000 - 9_920);
        }
        if (person.role() == Role.DEVELOPER && draw.oneIn(400)) {
            call.refuse();
        }
        return call;
    }

    private void seldom(Call call, Person person, String namespace, Pod pod, int of80) {
        boolean developer = person.role() == Role.DEVELOPER;
        if (of80 < 10 && (!developer || !namespace.endsWith("-prod"))) {
            shell(call, namespace, pod, "sh");
        } else if (of80 < 16) {
            about(call, "get", "pods", "portforward", namespace, pod.name());
            call.code = 101;
        } else if (of80 < 30) {
            about(call, "delete", "pods", namespace, pod.name());
        } else if (of80 < 50) {
            about(call, "patch", "deployments", "scale", namespace, pod.app());
        } else if (of80 < 56 && !developer) {
            about(call, "get", "secrets", namespace, pod.app() + "-creds");
        } else if (of80 < 60 && person.role() == Role.ADMINISTRATOR) {
            about(call, "patch", "nodes", "", draw.of(week.cluster.nodes));
        } else {
            about(call, "get", "deployments", namespace, pod.app());
        }
    }

    Call shell(Call call, String namespace, Pod pod, String command) {
        about(call, "get", "pods", "exec", namespace, pod.name());
        call.uri += "?command=%s&container=%s&stdin=true&stdout=true&tty=true".formatted(command, pod.container());
        call.code = 101;
        call.pod = pod;
        return call;
    }

    Pod pod(String namespace) {
        for (int i = 0; i < 60; i++) {
            var pod = draw.of(week.cluster.pods);
            if (pod.namespace().equals(namespace)) {
                return pod;
            }
        }
        var like = draw.of(week.cluster.pods);
        return new Pod(namespace, like.app(), like.app() + "-" + Draw.fixedSuffix(namespace + like.app(), 10) + "-" + Draw.fixedSuffix(namespace, 5), Draw.fixedUuid(namespace + like.app()), like.address(), like.app(), like.node());
    }
}
