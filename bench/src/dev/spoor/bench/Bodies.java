package dev.spoor.bench;

import dev.spoor.bench.Cluster.Pod;

/** Request and response objects, as large and as repetitive as real ones. */
final class Bodies {
    private final Cluster cluster;
    private final Draw draw;
    private final boolean privileged;

    Bodies(Cluster cluster, Draw draw) {
        this(cluster, draw, true);
    }

    /**
     * Bodies of a cluster.
     *
     * @param privileged whether one container in sixty is, by chance
     */
    Bodies(Cluster cluster, Draw draw, boolean privileged) {
        this.privileged = privileged;
        this.cluster = cluster;
        this.draw = draw;
    }

    void write(JsonText json, Call call, boolean response, long micros) {
        var pod = call.pod == null ? draw.skewed(cluster.pods) : call.pod;
        json.open('{');
        switch (call.body) {
            case NONE -> {}
            case BINDING -> binding(json);
            case ACCESS_REVIEW -> review(json, pod, response);
            case ENDPOINTS -> endpoints(json, pod, response, micros);
            case POD_STATUS -> podStatus(json, pod, response, micros);
            case NODE_STATUS -> nodeStatus(json, micros);
            case REPLICA_SET -> replicaSet(json, pod, micros);
            case CONFIG_MAP -> configMap(json, pod, response, micros);
            case POD -> pod(json, pod, response, micros);
            case DEPLOYMENT -> deployment(json, pod, response, micros);
        }
        json.close('}');
    }

    private static JsonText kind(JsonText json, String kind, String version) {
        return json.text("kind", kind).text("apiVersion", version);
    }

    private static void binding(JsonText json) {
        kind(json, "ClusterRoleBinding", "rbac.authorization.k8s.io/v1")
                .object("metadata")
                .text("name", "ops-admin-tmp")
                .word("creationTimestamp", "null")
                .close('}')
                .array("subjects")
                .open('{')
                .text("kind", "ServiceAccount")
                .text("name", "ci-bot")
                .text("namespace", "payments")
                .close('}')
                .close(']')
                .object("roleRef")
                .text("apiGroup", "rbac.authorization.k8s.io")
                .text("kind", "ClusterRole")
                .text("name", "cluster-admin")
                .close('}');
    }

    private void review(JsonText json, Pod pod, boolean response) {
        kind(json, "SelfSubjectAccessReview", "authorization.k8s.io/v1")
                .object("metadata")
                .word("creationTimestamp", "null")
                .close('}')
                .object("spec")
                .object("resourceAttributes")
                .text("namespace", pod.namespace())
                .text("verb", draw.of("get", "list", "create", "delete", "*"))
                .text("resource", draw.of("pods", "secrets", "deployments"))
                .close('}')
                .close('}')
                .object("status")
                .word("allowed", Boolean.toString(response))
                .close('}');
    }

    private void endpoints(JsonText json, Pod pod, boolean response, long micros) {
        kind(json, "Endpoints", "v1");
        metadata(json, pod, pod.app(), micros, response);
        json.array("subsets").open('{').array("addresses");
        for (int i = 2 + draw.below(14); i > 0; i--) {
            var behind = draw.skewed(cluster.pods);
            json.open('{')
                    .text("ip", behind.address())
                    .text("nodeName", cluster.nodes.get(behind.node()))
                    .object("targetRef")
                    .text("kind", "Pod")
                    .text("namespace", behind.namespace())
                    .text("name", behind.name())
                    .text("uid", behind.uid())
                    .close('}')
                    .close('}');
        }
        json.close(']')
                .array("ports")
                .open('{')
                .text("name", "http")
                .number("port", 8000 + draw.below(100))
                .text("protocol", "TCP")
                .close('}')
                .close(']')
                .close('}')
                .close(']');
    }

    private void podStatus(JsonText json, Pod pod, boolean response, long micros) {
        json.object("metadata").text("uid", pod.uid()).close('}').object("status");
        json.array("$setElementOrder/conditions");
        for (var type :
                new String[] {
                    "PodReadyToStartContainers",
                    "Initialized",
                    "Ready",
                    "ContainersReady",
                    "PodScheduled"
                }) {
            json.open('{').text("type", type).close('}');
        }
        json.close(']').array("conditions");
        for (var type : new String[] {"Ready", "ContainersReady"}) {
            json.open('{')
                    .time("lastTransitionTime", micros - draw.below(90_000_000))
                    .word("message", "null")
                    .word("reason", "null")
                    .text("status", "True")
                    .text("type", type)
                    .close('}');
        }
        json.close(']');
        containerStatus(json, pod, micros);
        json.close('}');
        if (response) {
            json.object("spec");
            podSpec(json, pod);
            json.close('}');
        }
    }

    private void nodeStatus(JsonText json, long micros) {
        json.object("status").array("conditions");
        for (var type : new String[] {"MemoryPressure", "DiskPressure", "PIDPressure", "Ready"}) {
            json.open('{')
                    .time("lastHeartbeatTime", micros)
                    .text("type", type)
                    .text("status", type.equals("Ready") ? "True" : "False")
                    .close('}');
        }
        json.close(']').array("images");
        for (int i = 20 + draw.below(30); i > 0; i--) {
            var app = draw.of(Cluster.APPS);
            json.open('{')
                    .array("names")
                    .value(
                            "registry.example.com/"
                                    + app
                                    + "@sha256:"
                                    + Draw.fixedHex(draw.below(600), 64))
                    .value("registry.example.com/" + app + ":v1." + draw.below(60))
                    .close(']')
                    .number("sizeBytes", 10_000_000 + draw.below(400_000_000))
                    .close('}');
        }
        json.close(']').close('}');
    }

    private void replicaSet(JsonText json, Pod pod, long micros) {
        kind(json, "ReplicaSet", "apps/v1");
        metadata(json, pod, pod.app() + "-" + Draw.fixedSuffix(pod.app(), 10), micros, true);
        int replicas = draw.below(20);
        json.object("spec").number("replicas", replicas).object("template").object("spec");
        podSpec(json, pod);
        json.close('}')
                .close('}')
                .close('}')
                .object("status")
                .number("replicas", replicas)
                .number("observedGeneration", draw.below(99))
                .close('}');
    }

    private void configMap(JsonText json, Pod pod, boolean response, long micros) {
        kind(json, "ConfigMap", "v1");
        metadata(json, pod, pod.app(), micros, response);
        var lines = new StringBuilder();
        for (int i = 5 + draw.below(60); i > 0; i--) {
            lines.append(draw.of(Cluster.APPS))
                    .append('.')
                    .append(
                            draw.of(
                                    "timeout",
                                    "retries",
                                    "pool.size",
                                    "endpoint",
                                    "enabled",
                                    "level"))
                    .append(": ")
                    .append(draw.below(5000))
                    .append('\n');
        }
        json.object("data").text("config.yaml", lines.toString()).close('}');
    }

    private void pod(JsonText json, Pod pod, boolean response, long micros) {
        kind(json, "Pod", "v1");
        metadata(json, pod, pod.name(), micros, response);
        json.object("spec");
        podSpec(json, pod);
        json.close('}').object("status");
        if (response) {
            containerStatus(json, pod, micros);
        }
        json.close('}');
    }

    private void deployment(JsonText json, Pod pod, boolean response, long micros) {
        kind(json, "Deployment", "apps/v1");
        metadata(json, pod, pod.app(), micros, response);
        json.object("spec")
                .number("replicas", 1 + draw.below(12))
                .object("selector")
                .object("matchLabels")
                .text("app.kubernetes.io/name", pod.app())
                .close('}')
                .close('}')
                .object("template")
                .object("metadata")
                .object("labels")
                .text("app.kubernetes.io/name", pod.app())
                .close('}')
                .close('}')
                .object("spec");
        podSpec(json, pod);
        json.close('}').close('}').close('}');
    }

    // --- what several of them hold

    private void metadata(JsonText json, Pod pod, String name, long micros, boolean stored) {
        json.object("metadata").text("name", name).text("namespace", pod.namespace());
        if (stored) {
            json.text("uid", pod.uid())
                    .text("resourceVersion", Integer.toString(482_113_005 + draw.below(1_000_000)))
                    .number("generation", draw.below(300))
                    .time("creationTimestamp", micros - draw.below(2_000_000_000));
        }
        json.object("labels")
                .text("app.kubernetes.io/name", pod.app())
                .text("app.kubernetes.io/instance", pod.namespace())
                .text("app.kubernetes.io/version", "1." + draw.below(60) + ".0")
                .text("helm.sh/chart", pod.app() + "-0." + draw.below(30) + ".1")
                .close('}')
                .object("annotations")
                .text("deployment.kubernetes.io/revision", Integer.toString(draw.below(300)))
                .text("checksum/config", draw.hex(64))
                .close('}');
        if (stored) {
            managedFields(json, pod, micros);
        }
        json.close('}');
    }

    private void managedFields(JsonText json, Pod pod, long micros) {
        json.array("managedFields");
        for (var manager : new String[] {"helm", "kube-controller-manager", "kubelet"}) {
            json.open('{')
                    .text("manager", manager)
                    .text("operation", "Update")
                    .text("apiVersion", "v1")
                    .time("time", micros - draw.below(1_000_000_000))
                    .text("fieldsType", "FieldsV1")
                    .object("fieldsV1")
                    .object("f:metadata")
                    .object("f:annotations")
                    .word(".", "{}")
                    .word("f:checksum/config", "{}")
                    .close('}')
                    .object("f:labels")
                    .word(".", "{}")
                    .word("f:app.kubernetes.io/name", "{}")
                    .close('}')
                    .close('}')
                    .object("f:spec")
                    .object("f:containers")
                    .object("k:{\\\"name\\\":\\\"" + pod.app() + "\\\"}")
                    .word(".", "{}")
                    .word("f:image", "{}")
                    .word("f:env", "{}")
                    .word("f:resources", "{}")
                    .close('}')
                    .close('}')
                    .close('}')
                    .close('}')
                    .close('}');
        }
        json.close(']');
    }

    private void containerStatus(JsonText json, Pod pod, long micros) {
        json.array("containerStatuses")
                .open('{')
                .text("containerID", "containerd://" + draw.hex(64))
                .text("image", "registry.example.com/" + pod.app() + ":v1." + draw.below(60))
                .text(
                        "imageID",
                        "registry.example.com/"
                                + pod.app()
                                + "@sha256:"
                                + Draw.fixedHex(draw.below(600), 64))
                .word("lastState", "{}")
                .text("name", pod.container())
                .word("ready", "true")
                .number("restartCount", draw.below(9))
                .word("started", "true")
                .object("state")
                .object("running")
                .time("startedAt", micros - draw.below(1_000_000_000))
                .close('}')
                .close('}')
                .close('}')
                .close(']')
                .text("phase", "Running")
                .text("podIP", pod.address())
                .text("hostIP", cluster.nodeAddresses.get(pod.node()));
    }

    private void podSpec(JsonText json, Pod pod) {
        json.text("serviceAccountName", pod.app())
                .text("nodeName", cluster.nodes.get(pod.node()))
                .text("restartPolicy", "Always")
                .number("terminationGracePeriodSeconds", 30)
                .array("containers");
        int containers = 1 + draw.below(3);
        for (int i = 0; i < containers; i++) {
            container(json, pod, i);
        }
        json.close(']').array("tolerations");
        for (var key :
                new String[] {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}) {
            json.open('{')
                    .text("key", key)
                    .text("operator", "Exists")
                    .text("effect", "NoExecute")
                    .number("tolerationSeconds", 300)
                    .close('}');
        }
        json.close(']')
                .text("dnsPolicy", "ClusterFirst")
                .text("schedulerName", "default-scheduler");
    }

    private void container(JsonText json, Pod pod, int number) {
        json.open('{')
                .text("name", number == 0 ? pod.app() : "sidecar-" + number)
                .text(
                        "image",
                        "registry.example.com/%s:v1.%d"
                                .formatted(
                                        number == 0 ? pod.app() : draw.of(Cluster.APPS),
                                        draw.below(60)))
                .array("env");
        int variables = draw.below(24);
        for (int i = 0; i < variables; i++) {
            json.open('{')
                    .text(
                            "name",
                            draw.of(
                                            "DB_HOST",
                                            "DB_PORT",
                                            "LOG_LEVEL",
                                            "KAFKA_BROKERS",
                                            "JAVA_OPTS",
                                            "REGION",
                                            "FEATURE_FLAGS",
                                            "CACHE_TTL",
                                            "OTEL_ENDPOINT")
                                    + "_"
                                    + i)
                    .text(
                            "value",
                            draw.of(Cluster.APPS)
                                    + "."
                                    + pod.namespace()
                                    + ".svc:"
                                    + draw.below(9000))
                    .close('}');
        }
        json.close(']').object("resources");
        json.object("limits")
                .text("cpu", Integer.toString(1 + draw.below(4)))
                .text("memory", 256 * (1 + draw.below(16)) + "Mi")
                .close('}')
                .object("requests")
                .text("cpu", 50 * (1 + draw.below(10)) + "m")
                .text("memory", 128 * (1 + draw.below(8)) + "Mi")
                .close('}')
                .close('}')
                .array("volumeMounts")
                .open('{')
                .text("name", "kube-api-access-" + draw.suffix(5))
                .word("readOnly", "true")
                .text("mountPath", "/var/run/secrets/kubernetes.io/serviceaccount")
                .close('}')
                .close(']')
                .text("terminationMessagePath", "/dev/termination-log")
                .text("imagePullPolicy", "IfNotPresent")
                .object("securityContext")
                .word("privileged", Boolean.toString(draw.oneIn(60) && privileged))
                .word("runAsNonRoot", "true")
                .word("allowPrivilegeEscalation", "false")
                .close('}')
                .close('}');
    }
}
