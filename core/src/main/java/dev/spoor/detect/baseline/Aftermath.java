package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What other findings say of the pod that somebody entered: that it reaches its node, and what it,
 * or its credential, did within the hour after. A sensor's word about the terminal itself is no
 * more than the act; what a sensor said of the pod before is no news either.
 */
final class Aftermath {
    /** What comes later is not taken for a consequence. */
    private static final Duration WITHIN = Duration.ofHours(1);

    private static final String POD = "authentication.kubernetes.io/pod-name";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String ESCAPE = "T1611";

    /** Findings by {@code namespace/name} of the pod they are about, or whose credential acted. */
    private final Map<String, List<Finding>> byPod = new HashMap<>();

    /** Findings of escapes by namespace. */
    private final Map<String, List<Reaching>> reaching = new HashMap<>();

    private record Reaching(String object, Finding finding) {}

    Aftermath(List<Finding> findings) {
        for (var finding : findings) {
            if (finding.time() == null || finding.level() == Level.INFORMATIONAL) {
                continue;
            }
            if (finding.request() == null) {
                for (var entity : finding.entities()) {
                    if (entity.kind().equals("pod")) {
                        byPod.computeIfAbsent(entity.id(), _ -> new ArrayList<>()).add(finding);
                    }
                }
            } else {
                ofCredential(finding);
                if (finding.techniques().contains(ESCAPE)) {
                    noteReaching(finding);
                }
            }
        }
    }

    /** What a pod's own account did is of weight when it differs from its past, or is grave. */
    private void ofCredential(Finding finding) {
        var request = finding.request();
        if (request == null
                || !finding.rule().startsWith("BAS-")
                        && finding.level().compareTo(Level.MEDIUM) < 0) {
            return;
        }
        var event = request.last();
        var pods = event.extra().getOrDefault(POD, List.of());
        if (!pods.isEmpty() && event.user().startsWith(ACCOUNT)) {
            var account = event.user().substring(ACCOUNT.length());
            int colon = account.indexOf(':');
            var pod = account.substring(0, Math.max(0, colon)) + "/" + pods.getFirst();
            byPod.computeIfAbsent(pod, _ -> new ArrayList<>()).add(finding);
        }
    }

    private void noteReaching(Finding finding) {
        for (var entity : finding.entities()) {
            int slash = entity.id().indexOf('/');
            switch (entity.kind()) {
                case "pod",
                        "deployment",
                        "daemonset",
                        "statefulset",
                        "replicaset",
                        "job",
                        "cronjob" ->
                        reaching.computeIfAbsent(
                                        entity.id().substring(0, Math.max(0, slash)),
                                        _ -> new ArrayList<>())
                                .add(new Reaching(entity.id(), finding));
                default -> {
                    // nothing that has pods
                }
            }
        }
    }

    /** What happened in or through the entered pod within the hour; null when nothing did. */
    @Nullable String of(Finding entered) {
        var pod = pod(entered);
        var time = entered.time();
        var about = pod == null ? null : byPod.get(pod);
        if (about == null || time == null) {
            return null;
        }
        for (var finding : about) { // in order of time
            if (within(time, finding.time()) && !terminal(finding) && fresh(about, finding, time)) {
                return finding.rule() + " (" + Sentence.shown(finding.title()) + ")";
            }
        }
        return null;
    }

    private static boolean within(Instant time, @Nullable Instant other) {
        return other != null && !other.isBefore(time) && !other.isAfter(time.plus(WITHIN));
    }

    /** A sensor saw what the audit log tells too. */
    private static boolean terminal(Finding finding) {
        return finding.request() == null
                && finding.level() == Level.LOW
                && !finding.techniques().isEmpty()
                && finding.techniques().stream()
                        .allMatch(one -> one.startsWith("T1059") || one.startsWith("T1609"));
    }

    private static boolean fresh(List<Finding> about, Finding finding, Instant time) {
        for (var other : about) {
            if (other.time() != null
                    && other.time().isBefore(time)
                    && other.rule().equals(finding.rule())
                    && other.title().equals(finding.title())) {
                return false;
            }
        }
        return true;
    }

    /** The rule that said that the pod, or what it was made from, reaches its node. */
    @Nullable String reaching(Finding entered) {
        var pod = pod(entered);
        if (pod == null || entered.time() == null) {
            return null;
        }
        var namespace = pod.substring(0, Math.max(0, pod.indexOf('/')));
        for (var one : reaching.getOrDefault(namespace, List.of())) {
            var time = one.finding().time();
            if (time != null
                    && !time.isAfter(entered.time())
                    && (pod.equals(one.object()) || pod.startsWith(one.object() + "-"))) {
                return one.finding().rule();
            }
        }
        return null;
    }

    private static @Nullable String pod(Finding entered) {
        return entered.entities().stream()
                .filter(entity -> entity.kind().equals("pod"))
                .map(entity -> entity.id())
                .findFirst()
                .orElse(null);
    }
}
