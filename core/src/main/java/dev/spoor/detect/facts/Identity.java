package dev.spoor.detect.facts;

import dev.spoor.event.AuditEvent;
import java.util.List;
import java.util.Set;

/**
 * Who really asked, from the authenticated user name and groups alone: a user agent, an address or
 * an impersonated name says nothing about it.
 */
final class Identity {
    private static final String ACCOUNT = "system:serviceaccount:";

    /** Groups that hold every right without any binding, or by kubeadm's own binding. */
    private static final Set<String> BREAKGLASS_GROUPS =
            Set.of("system:masters", "kubeadm:cluster-admins");

    private static final Set<String> BREAKGLASS_USERS =
            Set.of(
                    "kubernetes-admin",
                    "kubernetes-super-admin",
                    "system:admin",
                    "masterclient",
                    "minikube-user",
                    "kube-admin",
                    "kube:admin",
                    "clusterAdmin",
                    "masterUser");

    /**
     * The control plane's own certificates (kube-apiserver, controller-manager, scheduler, proxy).
     */
    private static final Set<String> COMPONENTS =
            Set.of(
                    "system:apiserver",
                    "system:kube-apiserver",
                    "system:kube-controller-manager",
                    "system:kube-scheduler",
                    "system:kube-proxy",
                    "system:cloud-controller-manager",
                    "system:volume-scheduler",
                    "system:aggregator",
                    "system:konnectivity-server",
                    "kube-apiserver-kubelet-client");

    final String user;
    final boolean account;
    final String accountNamespace;
    final String accountName;
    final boolean anonymous;
    final boolean node;
    final boolean controller;
    final boolean breakglass;
    final boolean person;

    private Identity(AuditEvent event) {
        user = event.user();
        List<String> groups = event.groups();
        var parts =
                user.startsWith(ACCOUNT) ? user.substring(ACCOUNT.length()).split(":", -1) : null;
        account = parts != null && parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty();
        accountNamespace = account && parts != null ? parts[0] : "";
        accountName = account && parts != null ? parts[1] : "";
        anonymous = user.equals("system:anonymous") || groups.contains("system:unauthenticated");
        node = user.startsWith("system:node:") && groups.contains("system:nodes");
        controller =
                node
                        || COMPONENTS.contains(user)
                        || (account
                                && accountNamespace.equals("kube-system")
                                && KubeSystem.isController(accountName));
        breakglass =
                !controller
                        && !anonymous
                        && (BREAKGLASS_USERS.contains(user)
                                || groups.stream().anyMatch(BREAKGLASS_GROUPS::contains));
        person =
                !user.isEmpty()
                        && !anonymous
                        && !account
                        && !controller
                        && !managed(user)
                        && (breakglass || !user.startsWith("system:"));
    }

    /**
     * Names that managed services give their own parts (EKS, AKS, GKE); not trusted, only quiet.
     */
    private static boolean managed(String user) {
        return user.startsWith("eks:")
                || user.equals("aksService")
                || user.equals("hcpService")
                || user.startsWith("gke-") && user.indexOf('@') < 0 // else anybody's account
                || user.endsWith("@container-engine-robot.iam.gserviceaccount.com")
                || user.equals("cluster-autoscaler")
                || user.equals("kubelet");
    }

    static Identity of(AuditEvent event) {
        return new Identity(event);
    }
}
