package dev.spoor.detect.facts;

import java.util.Set;

/**
 * Which service accounts of kube-system are the controller manager's own loops: by their exact
 * names, for another that only ends like one ({@code evil-controller}) is whoever made it.
 */
final class KubeSystem {
    /** From k8s.io/kubernetes/cmd/kube-controller-manager/names, and the few beside it. */
    private static final Set<String> CONTROLLERS =
            Set.of(
                    "attachdetach-controller",
                    "bootstrap-signer",
                    "certificate-controller",
                    "cloud-provider",
                    "clusterrole-aggregation-controller",
                    "cronjob-controller",
                    "daemon-set-controller",
                    "deployment-controller",
                    "device-taint-eviction-controller",
                    "disruption-controller",
                    "endpoint-controller",
                    "endpointslice-controller",
                    "endpointslicemirroring-controller",
                    "ephemeral-volume-controller",
                    "expand-controller",
                    "generic-garbage-collector",
                    "horizontal-pod-autoscaler",
                    "job-controller",
                    "kube-controller-manager",
                    "legacy-service-account-token-cleaner",
                    "namespace-controller",
                    "node-controller",
                    "node-ipam-controller",
                    "node-lifecycle-controller",
                    "persistent-volume-binder",
                    "pod-garbage-collector",
                    "podcertificaterequest-cleaner-controller",
                    "pv-protection-controller",
                    "pvc-protection-controller",
                    "replicaset-controller",
                    "replication-controller",
                    "resource-claim-controller",
                    "resourcequota-controller",
                    "root-ca-cert-publisher",
                    "route-controller",
                    "selinux-warning-controller",
                    "service-account-controller",
                    "service-cidrs-controller",
                    "service-controller",
                    "statefulset-controller",
                    "storage-version-garbage-collector",
                    "storage-version-migrator-controller",
                    "taint-eviction-controller",
                    "token-cleaner",
                    "tokens-controller",
                    "ttl-after-finished-controller",
                    "ttl-controller",
                    "validatingadmissionpolicy-status-controller",
                    "vac-protection-controller",
                    "volumeattributesclass-protection-controller");

    private KubeSystem() {}

    static boolean isController(String account) {
        return CONTROLLERS.contains(account);
    }
}
