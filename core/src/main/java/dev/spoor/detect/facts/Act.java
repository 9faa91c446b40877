package dev.spoor.detect.facts;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.JsonView;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** One audit event with what has been worked out about it so far. */
final class Act {
    final AuditEvent event;
    final CommandBook book;
    private @Nullable Identity who;
    private @Nullable RequestPath path;
    private @Nullable JsonNode body;
    private @Nullable PodFacts pod;
    private @Nullable RbacFacts rbac;
    private @Nullable Commands command;

    Act(JsonView view, CommandBook book) {
        this.book = book;
        event = view.request();
    }

    Identity who() {
        if (who == null) {
            who = Identity.of(event);
        }
        return who;
    }

    RequestPath path() {
        if (path == null) {
            path = RequestPath.of(event.requestURI());
        }
        return path;
    }

    /**
     * What the request asked for, as an object: a JSON patch is laid out as the object it touches.
     * Missing when not recorded, and for requests that only read or delete.
     */
    JsonNode body() {
        if (body == null) {
            body = Bodies.wanted(event);
        }
        return body;
    }

    /** The answer's object; missing when not recorded. */
    JsonNode answer() {
        return event.responseObject() == null ? MissingNode.getInstance() : event.responseObject();
    }

    PodFacts pod() {
        if (pod == null) {
            pod = PodFacts.of(this);
        }
        return pod;
    }

    /** The pod that a delete answered with, as it was; nothing when none was recorded. */
    PodFacts gone() {
        return event.verb().equals("delete") ? PodFacts.ofRemoved(this) : PodFacts.NONE;
    }

    RbacFacts rbac() {
        if (rbac == null) {
            rbac = RbacFacts.of(this);
        }
        return rbac;
    }

    Commands command() {
        if (command == null) {
            command = book.of(path().all("command"));
        }
        return command;
    }
}
