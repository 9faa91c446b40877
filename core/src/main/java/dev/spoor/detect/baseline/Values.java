package dev.spoor.detect.baseline;

import dev.spoor.event.AuditEvent;
import java.util.HashSet;
import java.util.Set;

/** Which values of a request are compared, and by which words they are told. */
final class Values {
    /** What an identity may do day in, day out; of these things a first time is told. */
    private static final Set<String> SENSITIVE =
            Set.of(
                    "secrets",
                    "pods/exec",
                    "pods/attach",
                    "pods/portforward",
                    "pods/ephemeralcontainers",
                    "pods/proxy",
                    "services/proxy",
                    "serviceaccounts/token",
                    "nodes/proxy",
                    "roles",
                    "rolebindings",
                    "clusterroles",
                    "clusterrolebindings",
                    "certificatesigningrequests",
                    "certificatesigningrequests/approval",
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "daemonsets",
                    "cronjobs",
                    "networkpolicies");

    private static final Set<String> NAMED = named();

    private static Set<String> named() {
        var named = new HashSet<String>();
        SENSITIVE.forEach(what -> named.add(what.split("/")[0]));
        return named;
    }

    /** What API servers call the hash of a client certificate (KEP-4193). */
    private static final String FINGERPRINT = "X509SHA256=";

    private static final int CLIENT_CHARS_MAX = 64;

    private Values() {}

    static boolean sensitive(String what) {
        return SENSITIVE.contains(what);
    }

    /** Whether something is sensitive of a resource: itself, or a subresource. */
    static boolean named(String resource) {
        return NAMED.contains(resource);
    }

    /** {@code read secrets}, {@code used pods/exec}: it follows a name and "never". */
    static String act(AuditEvent event) {
        return act(event.verb(), event.what());
    }

    /** As {@link #act(AuditEvent)}, of what is resource or resource/subresource. */
    static String act(String verb, String what) {
        boolean connects =
                what.startsWith("pods/") && !what.endsWith("containers") || what.endsWith("/proxy");
        return (connects ? "used" : did(verb)) + " " + what;
    }

    static String place(String act, AuditEvent event) {
        return place(act, event.object().namespace());
    }

    static String place(String act, String namespace) {
        return act + " in " + (namespace.isEmpty() ? "the whole cluster" : namespace);
    }

    private static String did(String verb) {
        return switch (verb) {
            case "get", "list", "watch" -> "read";
            case "create" -> "created";
            case "update", "patch" -> "changed";
            case "delete", "deletecollection" -> "deleted";
            default -> "did " + verb;
        };
    }

    /** The program without its version, platform and commit: {@code kubectl}. */
    static String client(String agent) {
        int end = Math.min(agent.length(), CLIENT_CHARS_MAX);
        for (int i = 0; i < end; i++) {
            char c = agent.charAt(i);
            if (c == '/' || c == ' ' || c == '(') {
                return agent.substring(0, i);
            }
        }
        return agent.substring(0, end);
    }

    /**
     * A certificate by its fingerprint; of what is renewed by the hour ({@code JTI=...}) the kind.
     */
    static String credential(String id) {
        int mark = id.indexOf('=');
        return mark < 0 || id.startsWith(FINGERPRINT) ? id : id.substring(0, mark);
    }

    /** The /24 of an IPv4 address, the first four groups of an IPv6 one. */
    static String network(String address) {
        int dots = 0;
        int colons = 0;
        for (int i = 0; i < address.length(); i++) {
            if (address.charAt(i) == '.' && ++dots == 3) {
                return address.substring(0, i) + ".0/24";
            }
            if (address.charAt(i) == ':' && ++colons == 4) {
                return address.substring(0, i) + "::/64";
            }
        }
        return address;
    }
}
