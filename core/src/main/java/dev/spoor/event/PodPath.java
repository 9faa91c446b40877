package dev.spoor.event;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the place of a container's log file says about the container: the kubelet makes it, so a
 * container cannot forge it.
 *
 * <ul>
 *   <li>{@code …/pods/NAMESPACE_POD_UID/CONTAINER/RESTARTS.log}
 *   <li>{@code …/containers/POD_NAMESPACE_CONTAINER-ID.log}
 * </ul>
 */
record PodPath(String namespace, String pod, String uid, String container, String id) {
    // names have no underscore (RFC 1123), so the parts are told apart
    private static final Pattern POD =
            Pattern.compile(
                    "(?:^|/)([a-z0-9-]+)_([a-z0-9.-]+)_([A-Za-z0-9-]+)/([a-z0-9-]+)/[^/]*$");
    private static final Pattern CONTAINER =
            Pattern.compile(
                    "(?:^|/)([a-z0-9.-]+)_([a-z0-9-]+)_([a-z0-9-]+)-([0-9a-f]{64})\\.log[^/]*$");

    static @Nullable PodPath of(String path) {
        var pod = POD.matcher(path);
        if (pod.find()) {
            return new PodPath(pod.group(1), pod.group(2), pod.group(3), pod.group(4), "");
        }
        var container = CONTAINER.matcher(path);
        return container.find()
                ? new PodPath(
                        container.group(2),
                        container.group(1),
                        "",
                        container.group(3),
                        container.group(4))
                : null;
    }

    /** By OpenTelemetry name; null when the path does not tell. */
    @Nullable String value(String field) {
        var value =
                switch (field) {
                    case "k8s.namespace.name" -> namespace;
                    case "k8s.pod.name" -> pod;
                    case "k8s.pod.uid" -> uid;
                    case "k8s.container.name" -> container;
                    case "container.id" -> id;
                    default -> "";
                };
        return value.isEmpty() ? null : value;
    }
}
