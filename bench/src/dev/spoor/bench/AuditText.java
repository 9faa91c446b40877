package dev.spoor.bench;

/** Writes a call as the API server's audit log does: one line, members in its order. */
final class AuditText {
    private final Draw draw;
    private final Bodies bodies;
    private final JsonText json = new JsonText();

    AuditText(Draw draw, Bodies bodies) {
        this.draw = draw;
        this.bodies = bodies;
    }

    /** The line with its line feed; the text is overwritten by the next call. */
    StringBuilder line(Call call, long received, long answered) {
        boolean given = !call.sent.isEmpty() || !call.answered.isEmpty();
        boolean withBody = given || call.body != Call.Body.NONE;
        json.clear()
                .open('{')
                .text("kind", "Event")
                .text("apiVersion", "audit.k8s.io/v1")
                .text("level", withBody ? "RequestResponse" : "Metadata")
                .text("auditID", draw.uuid())
                .text("stage", call.stage)
                .text("requestURI", call.uri)
                .text("verb", call.verb);
        user(call);
        json.strings("sourceIPs", call.addresses).text("userAgent", call.agent);
        object(call);
        status(call);
        if (given) {
            given("requestObject", call.sent);
            given("responseObject", call.answered);
        } else if (withBody) {
            bodies.write(json.key("requestObject"), call, false, received);
            bodies.write(json.key("responseObject"), call, true, received);
        }
        json.time("requestReceivedTimestamp", received)
                .time("stageTimestamp", answered)
                .object("annotations")
                .text("authorization.k8s.io/decision", call.allowed ? "allow" : "forbid")
                .text("authorization.k8s.io/reason", call.reason)
                .close('}')
                .close('}');
        return json.text().append('\n');
    }

    private void given(String key, String body) {
        if (!body.isEmpty()) {
            json.word(key, body);
        }
    }

    private void user(Call call) {
        json.object("user").text("username", call.user);
        unlessEmpty("uid", call.userUid);
        json.strings("groups", call.groups);
        if (!call.extra.isEmpty()) {
            json.object("extra");
            for (int i = 0; i < call.extra.size(); i += 2) {
                json.array(call.extra.get(i)).value(call.extra.get(i + 1)).close(']');
            }
            json.close('}');
        }
        json.close('}');
        if (!call.impersonated.isEmpty()) {
            json.object("impersonatedUser")
                    .text("username", call.impersonated)
                    .strings("groups", java.util.List.of("oidc:eng", "system:authenticated"))
                    .close('}');
        }
    }

    private void object(Call call) {
        if (call.resource == null) {
            return;
        }
        json.object("objectRef").text("resource", call.resource.name());
        unlessEmpty("namespace", call.namespace);
        unlessEmpty("name", call.name);
        unlessEmpty("uid", call.objectUid);
        unlessEmpty("apiGroup", call.resource.group());
        json.text("apiVersion", call.resource.version());
        unlessEmpty("resourceVersion", call.resourceVersion);
        unlessEmpty("subresource", call.subresource);
        json.close('}');
    }

    private void unlessEmpty(String key, String value) {
        if (!value.isEmpty()) {
            json.text(key, value);
        }
    }

    private void status(Call call) {
        json.object("responseStatus").object("metadata").close('}');
        if (call.code >= 400) {
            json.text("status", "Failure")
                    .text("message", message(call))
                    .text(
                            "reason",
                            switch (call.code) {
                                case 403 -> "Forbidden";
                                case 404 -> "NotFound";
                                case 409 -> "Conflict";
                                case 429 -> "TooManyRequests";
                                default -> "InternalError";
                            });
        }
        json.number("code", call.code).close('}');
    }

    private static String message(Call call) {
        if (call.resource == null) {
            return "forbidden: User \"%s\" cannot get path \"%s\"".formatted(call.user, call.uri);
        }
        var resource = call.resource.name();
        var group = call.resource.group();
        return switch (call.code) {
            case 403 ->
                    "%s%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                            .formatted(
                                    resource + (group.isEmpty() ? "" : "." + group),
                                    call.name.isEmpty() ? "" : " \"" + call.name + "\"",
                                    call.user,
                                    call.verb,
                                    resource,
                                    group,
                                    call.namespace.isEmpty()
                                            ? "at the cluster scope"
                                            : "in the namespace \"" + call.namespace + "\"");
            case 404 -> "%s \"%s\" not found".formatted(resource, call.name);
            case 409 ->
                    "Operation cannot be fulfilled on %s \"%s\": the object has been modified; please apply your changes to the latest version and try again"
                            .formatted(resource, call.name);
            default -> "etcdserver: request timed out";
        };
    }
}
