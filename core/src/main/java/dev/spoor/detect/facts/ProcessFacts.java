package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What a sensor on a node saw a process do: Tetragon's events (its API's GetEventsResponse) and the
 * output fields of Falco's alerts (falco.org, supported fields) in one form.
 */
final class ProcessFacts {
    /** Functions of the kernel that Tetragon's policies are commonly put on, by what they do. */
    private static final Pattern LOADS_KERNEL_CODE =
            Pattern.compile(
                    "init_module|finit_module|do_init_module|security_kernel_module_request|security_kernel_read_file|find_module_sections|sys_bpf|security_bpf|bpf_check|bpf_prog_load");

    private static final Pattern CROSSES =
            Pattern.compile(
                    "sys_setns|sys_unshare|sys_pivot_root|sys_chroot|sys_mount$|security_sb_mount|sys_move_mount|sys_open_by_handle_at|switch_task_namespaces");

    private static final Pattern PACKETS =
            Pattern.compile("packet_create|packet_bind|packet_sendmsg|raw_sendmsg");

    private static final Pattern WRITES =
            Pattern.compile(
                    "sys_p?write|vfs_write|security_path_truncate|sys_f?truncate|sys_rename|security_path_rename|security_inode_rename|do_truncate");

    private static final Pattern REMOVES =
            Pattern.compile("unlink|security_path_unlink|security_inode_unlink|sys_rmdir");

    private static final Pattern METADATA =
            Pattern.compile(
                    "^(169\\.254\\.169\\.254|169\\.254\\.170\\.2|fd00:ec2::254|100\\.100\\.100\\.200)$");

    private static final Pattern NODE_CREDENTIALS =
            Pattern.compile(
                    "(^|/)(etc/kubernetes/(admin|super-admin|kubelet|bootstrap-kubelet|controller-manager|scheduler)\\.conf|etc/kubernetes/pki/|var/lib/kubelet/(pki/|kubeconfig|config\\.json)|etc/kubernetes/azure\\.json|var/lib/etcd/|root/\\.kube/config|var/lib/rancher/k3s/server/(cred|tls)/|etc/rancher/k3s/k3s\\.yaml)");

    private static final Pattern TOKEN =
            Pattern.compile("run/secrets/(kubernetes\\.io|eks\\.amazonaws\\.com|azure)/\\S*");

    private static final Pattern PASSWORDS =
            Pattern.compile(
                    "(^|/)etc/(shadow|gshadow|sudoers)|\\.ssh/(id_|authorized)|\\.aws/credentials");

    private static final Pattern PERSISTENT =
            Pattern.compile(
                    "(^|/)(etc/cron|var/spool/cron|etc/systemd/system|usr/lib/systemd/system|etc/rc\\.|etc/init\\.d|etc/ld\\.so\\.preload|etc/kubernetes/manifests|etc/profile|root/\\.(bashrc|profile|bash_profile)|\\S*\\.ssh/authorized_keys)");

    private static final Pattern ACCOUNTS =
            Pattern.compile("(^|/)etc/(passwd|shadow|group|gshadow|sudoers)");

    private static final Pattern LOGS = Pattern.compile("(^|/)var/log(/|$)|\\.bash_history$");

    private static final Pattern HELPERS =
            Pattern.compile(
                    "release_agent|notify_on_release|core_pattern|uevent_helper|binfmt_misc");

    private static final Pattern SOCKETS =
            Pattern.compile("(docker|containerd|crio|dockershim)\\.sock");

    private static final Pattern SHELL =
            Pattern.compile("(^|/)(sh|bash|ash|dash|zsh|ksh|csh|tcsh|fish|busybox)$");

    /** Where programs do not come from an image. */
    private static final Pattern DROPPED =
            Pattern.compile(
                    "^(/tmp/|/dev/shm/|/var/tmp/|/run/user/|memfd:|/memfd:|/proc/self/fd/|/proc/\\d+/fd/)");

    private final String binary;
    private final String command;
    private final String function;
    private final String address;
    private final boolean container;
    private final boolean exec;
    private final boolean interactive;
    private final Set<String> does = new TreeSet<>();
    private final Set<String> files = new TreeSet<>();
    private final Commands commands;

    private ProcessFacts(
            String binary,
            String arguments,
            String function,
            String address,
            boolean container,
            boolean exec,
            boolean tty,
            CommandBook book) {
        this.binary = binary;
        this.command = (binary + " " + arguments).strip();
        this.function = function;
        this.address = address;
        this.container = container;
        this.exec = exec;
        this.interactive =
                SHELL.matcher(binary).find()
                        && (tty
                                || arguments.isBlank()
                                || arguments.strip().matches("-(i|l|il|li)"));
        this.commands = book.of(List.of(command.split("\\s+")));
    }

    static ProcessFacts tetragon(JsonNode event, CommandBook book) {
        for (var member : event.properties()) {
            if (member.getKey().startsWith("process_")
                    && member.getValue().path("process").isObject()) {
                return tetragon(member.getKey(), member.getValue(), book);
            }
        }
        return new ProcessFacts("", "", "", "", false, false, false, book);
    }

    private static ProcessFacts tetragon(String kind, JsonNode told, CommandBook book) {
        var process = told.path("process");
        var address = told.path("destination_ip").asString("");
        for (var argument : told.path("args")) {
            for (var name : List.of("sock_arg", "sockaddr_arg", "skb_arg")) {
                var found = argument.path(name);
                address = found.path("daddr").asString(found.path("addr").asString(address));
            }
        }
        var facts =
                new ProcessFacts(
                        process.path("binary").asString(""),
                        process.path("arguments").asString(""),
                        told.path("function_name").asString(told.path("function").asString("")),
                        address,
                        process.path("pod").isObject()
                                || !process.path("docker").asString("").isEmpty(),
                        kind.equals("process_exec"),
                        process.path("tty").isObject(),
                        book);
        boolean mayWrite = false;
        for (var argument : told.path("args")) {
            for (var name : List.of("file_arg", "path_arg", "string_arg")) {
                var value = argument.path(name);
                var path = value.isString() ? value.asString() : value.path("path").asString("");
                if (path.indexOf('/') >= 0 && facts.files.size() < Facts.VALUES_MAX) {
                    facts.files.add(path);
                }
            }
            // security_file_permission: MAY_WRITE is 2
            mayWrite |= argument.path("int_arg").asInt(0) == 2;
        }
        facts.judge(mayWrite);
        return facts;
    }

    static ProcessFacts falco(JsonNode alert, CommandBook book) {
        var fields = alert.path("output_fields");
        var line = word(fields, "proc.cmdline");
        var name = word(fields, "proc.name");
        var path = word(fields, "proc.exepath");
        int space = line.indexOf(' ');
        var container = word(fields, "container.id");
        var facts =
                new ProcessFacts(
                        path.isEmpty() ? name : path,
                        space < 0 ? "" : line.substring(space + 1),
                        word(fields, "evt.type"),
                        word(fields, "fd.sip"),
                        !container.isEmpty() && !container.equals("host"),
                        word(fields, "evt.type").startsWith("exec"),
                        fields.path("proc.tty").asLong(0) != 0,
                        book);
        var file = word(fields, "fd.name");
        if (file.startsWith("/")) {
            facts.files.add(file);
        }
        facts.judge(false);
        return facts;
    }

    private static String word(JsonNode fields, String name) {
        var value = fields.path(name);
        return value.isString() && !value.asString().equals("<NA>") ? value.asString() : "";
    }

    private void judge(boolean mayWrite) {
        boolean writes = mayWrite || WRITES.matcher(function).find();
        boolean removes = REMOVES.matcher(function).find();
        note("load-kernel-code", LOADS_KERNEL_CODE.matcher(function).find());
        note("cross-namespace", CROSSES.matcher(function).find());
        note("raw-packets", PACKETS.matcher(function).find());
        note("metadata", METADATA.matcher(address).find());
        note("dropped", exec && DROPPED.matcher(binary).find());
        note("deleted-program", exec && binary.endsWith(" (deleted)"));
        for (var file : files) {
            note("node-credentials", NODE_CREDENTIALS.matcher(file).find());
            note("token", TOKEN.matcher(file).find());
            note("passwords", PASSWORDS.matcher(file).find());
            note("runtime-socket", SOCKETS.matcher(file).find());
            note("kernel-helper", writes && HELPERS.matcher(file).find());
            note("persistence", writes && PERSISTENT.matcher(file).find());
            note("accounts-changed", writes && ACCOUNTS.matcher(file).find());
            note(
                    "logs-erased",
                    (removes || function.contains("truncate")) && LOGS.matcher(file).find());
        }
        var name = binary.substring(binary.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        note("ssh-server", exec && (name.equals("sshd") || name.equals("dropbear")));
        note("cluster-client", exec && CLUSTER_CLIENTS.contains(name));
        note(
                "build",
                exec
                        && (BUILDERS.contains(name)
                                || command.matches(".*\\b(docker|podman|nerdctl) build\\b.*")));
        note(
                "account-made",
                exec && Set.of("useradd", "adduser", "usermod", "chpasswd").contains(name));
        note(
                "network-tool",
                exec
                        && Set.of(
                                        "nmap",
                                        "masscan",
                                        "zmap",
                                        "tcpdump",
                                        "tshark",
                                        "arpspoof",
                                        "ettercap",
                                        "ncat",
                                        "socat")
                                .contains(name));
    }

    private static final Set<String> CLUSTER_CLIENTS =
            Set.of(
                    "kubectl",
                    "helm",
                    "kubeletctl",
                    "oc",
                    "crictl",
                    "ctr",
                    "nerdctl",
                    "etcdctl",
                    "k9s",
                    "peirates",
                    "kdigger");

    private static final Set<String> BUILDERS =
            Set.of("buildah", "kaniko", "buildkitd", "buildctl", "img");

    private void note(String word, boolean holds) {
        if (holds) {
            does.add(word);
        }
    }

    List<JsonNode> values(String field) {
        return switch (field) {
            case "spoor.process.binary" -> Facts.text(binary);
            case "spoor.process.command" -> Facts.text(command);
            case "spoor.process.command.class" ->
                    exec || !command.isEmpty()
                            ? Facts.texts(new ArrayList<>(commands.classes()))
                            : List.of();
            case "spoor.process.function" -> Facts.text(function);
            case "spoor.process.address" -> Facts.text(address);
            case "spoor.process.container" -> Facts.truth(container);
            case "spoor.process.interactive" -> Facts.truth(interactive);
            case "spoor.process.started" -> Facts.truth(exec);
            case "spoor.process.does" -> Facts.texts(does);
            case "spoor.process.files" -> Facts.texts(files);
            default -> List.of();
        };
    }
}
