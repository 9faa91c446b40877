package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** The pod a request writes, directly or as a workload's template, as far as it is recorded. */
record PodSpec(JsonNode spec) {
    static PodSpec of(AuditEvent event) {
        var asked = spec(event.requestObject());
        return new PodSpec(asked.isMissingNode() ? spec(event.responseObject()) : asked);
    }

    private static JsonNode spec(@Nullable JsonNode body) {
        if (body == null) {
            return MissingNode.getInstance();
        }
        var spec = body.path("spec");
        for (var step : new String[] {"jobTemplate", "template"}) {
            if (spec.path(step).isObject()) {
                spec = spec.path(step).path("spec");
            }
        }
        return spec.path("containers").isArray() ? spec : MissingNode.getInstance();
    }

    boolean recorded() {
        return !spec.isMissingNode();
    }

    /** Empty when not recorded. */
    String node() {
        return spec.path("nodeName").asString("");
    }

    /** {@code default} when none is named. */
    String serviceAccount() {
        var name = spec.path("serviceAccountName").asString("");
        return name.isEmpty() ? "default" : name;
    }

    /** How its containers reach the node, in words; empty when they do not. */
    List<String> hostAccess() {
        var ways = new ArrayList<String>();
        for (var volume : spec.path("volumes")) {
            var path = volume.path("hostPath").path("path").asString("");
            if (!path.isEmpty()) {
                ways.add("host path " + Plain.value(path));
            }
        }
        for (var name : new String[] {"hostPID", "hostIPC", "hostNetwork"}) {
            if (spec.path(name).asBoolean(false)) {
                ways.add(name);
            }
        }
        for (var list : new String[] {"containers", "initContainers", "ephemeralContainers"}) {
            for (var container : spec.path(list)) {
                if (container.path("securityContext").path("privileged").asBoolean(false)) {
                    ways.add("privileged container");
                }
            }
        }
        return ways.stream().distinct().toList();
    }
}
