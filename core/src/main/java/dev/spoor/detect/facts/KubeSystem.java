package dev.spoor.detect.facts;

import java.util.Set;

/** Which service accounts of kube-system are the controller manager's own loops. */
final class KubeSystem {
    /** From k8s.io/kubernetes/cmd/kube-controller-manager/names, and the few beside it. */
    private static final Set<String> OTHERS =
            Set.of(
                    "generic-garbage-collector",
                    "horizontal-pod-autoscaler",
                    "bootstrap-signer",
                    "token-cleaner",
                    "root-ca-cert-publisher",
                    "pod-garbage-collector",
                    "persistent-volume-binder",
                    "legacy-service-account-token-cleaner",
                    "validatingadmissionpolicy-status-controller",
                    "resource-claim-controller",
                    "service-cidrs-controller",
                    "storage-version-migrator-controller",
                    "storage-version-garbage-collector",
                    "cloud-provider");

    private KubeSystem() {}

    static boolean isController(String account) {
        return account.endsWith("-controller") || OTHERS.contains(account);
    }
}
