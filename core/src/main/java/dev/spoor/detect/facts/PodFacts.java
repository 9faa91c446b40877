package dev.spoor.detect.facts;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What the pods that a request asks for may do to the node they run on: over all containers, init
 * containers and ephemeral containers, of a pod itself or of any template for pods.
 */
final class PodFacts {
    /** Capabilities that reach past the container (capabilities(7)); ALL is every one. */
    private static final Set<String> DANGEROUS =
            Set.of(
                    "ALL",
                    "SYS_ADMIN",
                    "SYS_PTRACE",
                    "SYS_MODULE",
                    "SYS_RAWIO",
                    "SYS_BOOT",
                    "DAC_READ_SEARCH",
                    "BPF",
                    "PERFMON",
                    "MAC_ADMIN",
                    "MAC_OVERRIDE",
                    "LINUX_IMMUTABLE",
                    "CHECKPOINT_RESTORE");

    private static final List<String> CONTAINERS =
            List.of("containers", "initContainers", "ephemeralContainers");

    private static final Set<String> CONTROL_PLANE =
            Set.of("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master");

    /** What people call such nodes. */
    private static final List<String> CONTROL_PLANE_NAMES =
            List.of("control-plane", "controlplane", "master");

    static final PodFacts NONE = new PodFacts(List.of(), new CommandBook());

    private final CommandBook book;
    private final boolean any;
    private final Set<String> kinds = new LinkedHashSet<>();
    private boolean bare;
    private boolean mirror;
    private boolean privileged;
    private boolean hostPID;
    private boolean hostIPC;
    private boolean hostNetwork;
    private boolean controlPlane;
    private boolean nodeName;
    private boolean toleratesAll;
    private boolean credentials;
    private boolean sharedProcesses;
    private boolean breakglass;
    private final Set<String> hostPaths = new TreeSet<>();
    private final Set<String> sensitive = new TreeSet<>();
    private final Set<String> critical = new TreeSet<>();
    private final Set<String> writable = new TreeSet<>();
    private final Set<String> capabilities = new TreeSet<>();
    private final Set<String> unconfined = new TreeSet<>();
    private final Set<String> images = new TreeSet<>();
    private final Set<String> commands = new LinkedHashSet<>();
    private final Set<String> classes = new TreeSet<>();
    private final Set<String> accounts = new TreeSet<>();

    private PodFacts(List<JsonNode> specs, CommandBook book) {
        this.book = book;
        any = !specs.isEmpty();
        for (var spec : specs) {
            readSpec(spec);
        }
    }

    static PodFacts of(Act act) {
        var body = act.body();
        if (!body.isObject()) {
            return NONE;
        }
        boolean pods = act.event.object().resource().equals("pods");
        var specs = new ArrayList<JsonNode>();
        if (pods) {
            add(specs, body.path("spec"));
            if (body.has("ephemeralContainers")) {
                specs.add(body);
            }
        } else {
            add(specs, body.path("spec").path("template").path("spec"));
            add(specs, body.path("template").path("spec"));
            add(
                    specs,
                    body.path("spec")
                            .path("jobTemplate")
                            .path("spec")
                            .path("template")
                            .path("spec"));
        }
        if (specs.isEmpty()) {
            return NONE;
        }
        var facts = new PodFacts(specs, act.book);
        var metadata = body.path("metadata");
        facts.mirror = metadata.path("annotations").has("kubernetes.io/config.mirror");
        facts.bare =
                pods
                        && act.event.verb().equals("create")
                        && act.event.object().subresource().isEmpty()
                        && metadata.path("ownerReferences").isEmpty()
                        && !facts.mirror;
        facts.kinds.add(pods ? "pod" : act.event.object().resource());
        facts.readAnnotations(metadata.path("annotations"));
        var template = body.path("spec").path("template").path("metadata");
        for (var about : List.of(metadata, template)) {
            for (var map : List.of("labels", "annotations")) {
                facts.breakglass |=
                        about.path(map)
                                .path("image-policy.k8s.io/break-glass")
                                .asString("")
                                .equals("true");
            }
        }
        facts.readAnnotations(
                body.path("spec").path("template").path("metadata").path("annotations"));
        return facts;
    }

    static PodFacts ofRemoved(Act act) {
        var spec = act.answer().path("spec");
        return act.event.object().resource().equals("pods") && spec.isObject()
                ? new PodFacts(List.of(spec), act.book)
                : NONE;
    }

    /** More than an ordinary pod may do to its node. */
    boolean strong() {
        return privileged || hostPID || hostIPC || !critical.isEmpty() || hostAccess();
    }

    private static void add(List<JsonNode> specs, JsonNode spec) {
        if (spec.isObject()) {
            specs.add(spec);
        }
    }

    private void readSpec(JsonNode spec) {
        hostPID |= isTrue(spec.path("hostPID"));
        hostIPC |= isTrue(spec.path("hostIPC"));
        hostNetwork |= isTrue(spec.path("hostNetwork"));
        sharedProcesses |= isTrue(spec.path("shareProcessNamespace"));
        nodeName |= !spec.path("nodeName").asString("").isEmpty();
        for (var name : List.of("serviceAccountName", "serviceAccount")) {
            if (spec.path(name).isString()) {
                accounts.add(spec.path(name).asString());
            }
        }
        readConfinement(spec.path("securityContext"));
        readPlacement(spec);
        var containers = new ArrayList<JsonNode>();
        for (var list : CONTAINERS) {
            spec.path(list).forEach(containers::add);
        }
        for (var container : containers) {
            readContainer(container);
        }
        for (var volume : spec.path("volumes")) {
            var path = volume.path("hostPath").path("path");
            if (path.isString() && hostPaths.size() < Facts.VALUES_MAX) {
                boolean writes = writable(volume.path("name").asString(""), containers);
                readHostPath(path.asString(), writes);
            }
        }
    }

    private void readHostPath(String path, boolean writes) {
        var clean = HostPaths.clean(path);
        hostPaths.add(clean);
        if (HostPaths.sensitive(clean)) {
            sensitive.add(clean);
            if (HostPaths.critical(clean)) {
                critical.add(clean);
            }
            if (writes) {
                writable.add(clean);
            }
        }
    }

    /** Unless every container that is seen to mount it does so read-only. */
    private static boolean writable(String volume, List<JsonNode> containers) {
        boolean mounted = false;
        for (var container : containers) {
            for (var mount : container.path("volumeMounts")) {
                if (mount.path("name").asString("").equals(volume)) {
                    mounted = true;
                    if (!isTrue(mount.path("readOnly"))) {
                        return true;
                    }
                }
            }
        }
        return !mounted;
    }

    private void readContainer(JsonNode container) {
        var security = container.path("securityContext");
        privileged |= isTrue(security.path("privileged"));
        readConfinement(security);
        for (var capability : security.path("capabilities").path("add")) {
            var name = capability.asString("").toUpperCase(Locale.ROOT);
            capabilities.add(name.startsWith("CAP_") ? name.substring(4) : name);
        }
        if (container.path("image").isString()) {
            images.add(container.path("image").asString());
        }
        for (var env : container.path("env")) {
            credentials |= env.path("valueFrom").has("secretKeyRef");
        }
        readCommand(container);
    }

    private void readCommand(JsonNode container) {
        var words = new ArrayList<String>();
        container.path("command").forEach(word -> words.add(word.asString("")));
        container.path("args").forEach(word -> words.add(word.asString("")));
        takeCommand(words);
        for (var hook : List.of("postStart", "preStop")) {
            var run = new ArrayList<String>();
            container
                    .path("lifecycle")
                    .path(hook)
                    .path("exec")
                    .path("command")
                    .forEach(word -> run.add(word.asString("")));
            takeCommand(run);
        }
    }

    private void takeCommand(List<String> words) {
        if (!words.isEmpty() && commands.size() < Facts.VALUES_MAX) {
            var command = book.of(words);
            commands.add(command.text());
            classes.addAll(command.classes());
        }
    }

    private void readConfinement(JsonNode security) {
        for (var profile : List.of("seccompProfile", "appArmorProfile")) {
            if (security.path(profile).path("type").asString("").equals("Unconfined")) {
                unconfined.add(profile);
            }
        }
        if (security.path("procMount").asString("").equals("Unmasked")) {
            unconfined.add("procMount");
        }
        var type = security.path("seLinuxOptions").path("type").asString("");
        if (type.equals("spc_t") || type.equals("unconfined_t")) {
            unconfined.add("seLinuxOptions");
        }
    }

    private void readAnnotations(JsonNode annotations) {
        for (var entry : annotations.properties()) {
            if (entry.getKey().startsWith("container.apparmor.security.beta.kubernetes.io/")
                    && entry.getValue().asString("").equals("unconfined")) {
                unconfined.add("appArmorProfile");
            }
        }
    }

    private void readPlacement(JsonNode spec) {
        var selector = spec.path("nodeSelector");
        for (var label : CONTROL_PLANE) {
            controlPlane |= selector.has(label);
        }
        var node = spec.path("nodeName").asString("").toLowerCase(Locale.ROOT);
        for (var part : CONTROL_PLANE_NAMES) {
            controlPlane |= node.contains(part);
        }
        for (var toleration : spec.path("tolerations")) {
            var key = toleration.path("key").asString("");
            controlPlane |= CONTROL_PLANE.contains(key);
            toleratesAll |=
                    key.isEmpty() && toleration.path("operator").asString("").equals("Exists");
        }
        for (var term :
                spec.path("affinity")
                        .path("nodeAffinity")
                        .path("requiredDuringSchedulingIgnoredDuringExecution")
                        .path("nodeSelectorTerms")) {
            for (var expression : term.path("matchExpressions")) {
                var operator = expression.path("operator").asString("");
                controlPlane |=
                        CONTROL_PLANE.contains(expression.path("key").asString(""))
                                && (operator.equals("Exists") || operator.equals("In"));
            }
        }
    }

    private static boolean isTrue(JsonNode value) {
        return value.isBoolean() && value.booleanValue();
    }

    /** Root on the node is one step away: the settings together, not one of them alone. */
    private boolean hostAccess() {
        boolean writesCritical = critical.stream().anyMatch(writable::contains);
        return writesCritical
                || (privileged && (hostPID || !critical.isEmpty()))
                || (hostPID && capabilities.stream().anyMatch(DANGEROUS::contains));
    }

    List<JsonNode> values(String field) {
        return switch (field) {
            case "spoor.pod" -> Facts.truth(any);
            case "spoor.pod.kind" -> Facts.texts(kinds);
            case "spoor.pod.bare" -> Facts.truth(bare);
            case "spoor.pod.mirror" -> Facts.truth(mirror);
            case "spoor.pod.privileged" -> Facts.truth(privileged);
            case "spoor.pod.hostPID" -> Facts.truth(hostPID);
            case "spoor.pod.hostIPC" -> Facts.truth(hostIPC);
            case "spoor.pod.hostNetwork" -> Facts.truth(hostNetwork);
            case "spoor.pod.hostPath" -> Facts.texts(hostPaths);
            case "spoor.pod.hostPath.sensitive" -> Facts.texts(sensitive);
            case "spoor.pod.hostPath.critical" -> Facts.texts(critical);
            case "spoor.pod.hostPath.writable" -> Facts.texts(writable);
            case "spoor.pod.capabilities" -> Facts.texts(capabilities);
            case "spoor.pod.capabilities.dangerous" ->
                    Facts.texts(capabilities.stream().filter(DANGEROUS::contains).toList());
            case "spoor.pod.unconfined" -> Facts.texts(unconfined);
            case "spoor.pod.controlPlane" -> Facts.truth(controlPlane);
            case "spoor.pod.nodeName" -> Facts.truth(nodeName);
            case "spoor.pod.toleratesAll" -> Facts.truth(toleratesAll);
            case "spoor.pod.hostAccess" -> Facts.truth(hostAccess());
            case "spoor.pod.images" -> Facts.texts(images);
            case "spoor.pod.command" -> Facts.texts(commands);
            case "spoor.pod.command.class" -> Facts.texts(classes);
            case "spoor.pod.serviceAccount" -> Facts.texts(accounts);
            case "spoor.pod.shareProcessNamespace" -> Facts.truth(sharedProcesses);
            case "spoor.pod.breakglass" -> Facts.truth(breakglass);
            case "spoor.pod.credentials" -> Facts.truth(credentials);
            default -> List.of();
        };
    }
}
