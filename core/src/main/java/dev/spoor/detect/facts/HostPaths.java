package dev.spoor.detect.facts;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;

/** Which paths of a node are worth an attacker's while. */
final class HostPaths {
    /** The path itself or anything below. */
    private static final List<String> SENSITIVE =
            List.of(
                    "/etc",
                    "/root",
                    "/home",
                    "/proc",
                    "/sys",
                    "/dev",
                    "/boot",
                    "/var/log",
                    "/var/lib/kubelet",
                    "/var/lib/etcd",
                    "/var/lib/docker",
                    "/var/lib/containerd",
                    "/var/lib/containers",
                    "/var/lib/rancher",
                    "/var/lib/cloud",
                    "/var/lib/google",
                    "/var/lib/waagent",
                    "/var/lib/minikube",
                    "/var/lib/k0s",
                    "/var/spool/cron",
                    "/usr",
                    "/bin",
                    "/sbin",
                    "/lib/systemd",
                    "/run/containerd",
                    "/run/crio",
                    "/run/k3s",
                    "/run/docker.sock",
                    "/run/dockershim.sock",
                    "/run/cri-dockerd.sock",
                    "/run/systemd");

    /** A parent of something sensitive: only the path itself. */
    private static final Set<String> PARENTS = Set.of("/", "/var", "/var/lib", "/run", "/lib");

    /** Certificates of authorities, time zones and the like: mounted everywhere, of no use. */
    private static final List<String> HARMLESS =
            List.of(
                    "/etc/localtime",
                    "/etc/timezone",
                    "/etc/machine-id",
                    "/etc/os-release",
                    "/etc/ssl/certs",
                    "/etc/ca-certificates",
                    "/etc/pki",
                    "/usr/share/ca-certificates",
                    "/usr/local/share/ca-certificates",
                    "/usr/share/zoneinfo",
                    "/usr/lib/os-release",
                    "/usr/src",
                    "/usr/lib/modules");

    /** Credentials of the node or cluster, or a way to run what one likes as root on the node. */
    private static final List<String> CRITICAL =
            List.of(
                    "/etc/kubernetes",
                    "/etc/cron.d",
                    "/etc/cron.daily",
                    "/etc/cron.hourly",
                    "/etc/crontab",
                    "/etc/systemd",
                    "/etc/ssh",
                    "/etc/passwd",
                    "/etc/shadow",
                    "/etc/sudoers",
                    "/etc/sudoers.d",
                    "/etc/profile.d",
                    "/etc/ld.so.preload",
                    "/etc/rancher",
                    "/root",
                    "/var/lib/kubelet/pki",
                    "/var/lib/kubelet/kubeconfig",
                    "/var/lib/kubelet/config.yaml",
                    "/var/lib/etcd",
                    "/var/lib/rancher",
                    "/var/lib/cloud",
                    "/var/lib/waagent",
                    "/var/spool/cron",
                    "/usr/bin",
                    "/usr/sbin",
                    "/bin",
                    "/sbin",
                    "/proc/sys",
                    "/run/docker.sock",
                    "/run/containerd/containerd.sock",
                    "/run/crio/crio.sock",
                    "/run/k3s/containerd/containerd.sock",
                    "/run/cri-dockerd.sock",
                    "/run/systemd");

    /** Critical only as a whole: the driver's corner below it is a storage plug-in's business. */
    private static final Set<String> CRITICAL_WHOLE =
            Set.of(
                    "/",
                    "/etc",
                    "/home",
                    "/var",
                    "/var/lib",
                    "/var/lib/kubelet",
                    "/var/lib/docker",
                    "/var/lib/containerd",
                    "/var/lib/google",
                    "/run",
                    "/run/containerd",
                    "/run/crio",
                    "/usr");

    private HostPaths() {}

    /** The path the kernel would open: no dots, no double slashes, {@code /var/run} is /run. */
    static String clean(String path) {
        var kept = new ArrayDeque<String>();
        for (var part : path.split("/", 1_000)) {
            switch (part) {
                case "", "." -> {}
                case ".." -> kept.pollLast();
                default -> kept.add(part);
            }
        }
        var clean = "/" + String.join("/", kept);
        return clean.equals("/var/run") || clean.startsWith("/var/run/")
                ? clean.substring("/var".length())
                : clean;
    }

    static boolean sensitive(String clean) {
        return PARENTS.contains(clean)
                || (isOrBelow(clean, SENSITIVE) && !isOrBelow(clean, HARMLESS));
    }

    static boolean critical(String clean) {
        return CRITICAL_WHOLE.contains(clean) || isOrBelow(clean, CRITICAL);
    }

    private static boolean isOrBelow(String path, List<String> roots) {
        for (var root : roots) {
            if (path.startsWith(root)
                    && (path.length() == root.length() || path.charAt(root.length()) == '/')) {
                return true;
            }
        }
        return false;
    }
}
