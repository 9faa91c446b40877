package dev.spoor.bench;

import dev.spoor.bench.Cluster.Pod;
import dev.spoor.bench.Cluster.Resource;

import java.util.ArrayList;
import java.util.List;

/** One API request while it is being made up. */
final class Call {
    /** What the bodies hold, where they are recorded. */
    enum Body {
        NONE,
        BINDING,
        ACCESS_REVIEW,
        ENDPOINTS,
        POD_STATUS,
        NODE_STATUS,
        REPLICA_SET,
        CONFIG_MAP,
        POD,
        DEPLOYMENT
    }

    String stage = "ResponseComplete";
    String verb = "get";
    String user = "";
    String userUid = "";
    List<String> groups = List.of("system:authenticated");

    /** {@code user.extra}: name, value, name, value… */
    List<String> extra = List.of();

    String impersonated = "";
    List<String> addresses = new ArrayList<>();
    String agent = "";
    String uri = "";
    Resource resource; // null for a path that is no resource
    String subresource = "";
    String namespace = "";
    String name = "";
    String objectUid = "";
    String resourceVersion = "";
    int code = 200;
    boolean allowed = true;
    String reason = "";
    Body body = Body.NONE;

    /** Bodies as they are, JSON; they come before {@link #body}. */
    String sent = "";

    String answered = "";
    Pod pod;
    long microsTaken;

    /** Refused by RBAC; nothing of the body is kept. */
    void refuse() {
        code = 403;
        allowed = false;
        reason = "";
        body = Body.NONE;
    }
}
