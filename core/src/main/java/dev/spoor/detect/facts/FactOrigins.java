package dev.spoor.detect.facts;

import dev.spoor.detect.FactSource.Origin;
import java.util.Set;

/** From which members of an event the derived fields are told. */
final class FactOrigins {
    private static final Origin USER = new Origin(Set.of("user"), true);
    private static final Origin URI = new Origin(Set.of("requestURI"), true);
    private static final Origin BODIES =
            new Origin(Set.of("requestObject", "responseObject"), false);

    private FactOrigins() {}

    static Origin of(String field) {
        return switch (field) {
            case "spoor.person",
                    "spoor.actor",
                    "spoor.serviceaccount",
                    "spoor.serviceaccount.namespace",
                    "spoor.serviceaccount.name",
                    "spoor.serviceaccount.default",
                    "spoor.controller",
                    "spoor.nodeIdentity",
                    "spoor.breakglass",
                    "spoor.anonymous" ->
                    USER;
            case "spoor.tty",
                    "spoor.dryRun",
                    "spoor.command",
                    "spoor.command.class",
                    "spoor.health",
                    "spoor.proxy.path",
                    "spoor.proxy.runs" ->
                    URI;
            case "spoor.configmap.sensitive" -> Origin.ANYWHERE; // also told by the name
            default -> bodies(field) ? BODIES : Origin.ANYWHERE;
        };
    }

    private static boolean bodies(String field) {
        int dot = field.indexOf('.', Facts.PREFIX.length());
        return switch (dot < 0 ? field : field.substring(0, dot)) {
            case "spoor.pod",
                    "spoor.rbac",
                    "spoor.gone",
                    "spoor.csr",
                    "spoor.webhook",
                    "spoor.service",
                    "spoor.netpol",
                    "spoor.namespace",
                    "spoor.secret",
                    "spoor.review",
                    "spoor.token",
                    "spoor.scale",
                    "spoor.node",
                    "spoor.volume" ->
                    true;
            default -> false;
        };
    }
}
