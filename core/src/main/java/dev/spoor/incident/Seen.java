package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EventRef;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.Optional;

/**
 * A record found around an incident: only what its telling needs.
 *
 * @param kind singular resource; {@code node} the node a pod was placed on, or empty
 */
record Seen(
        EventRef ref,
        Instant time,
        Actor actor,
        String verb,
        String kind,
        String part,
        String namespace,
        String name,
        String uid,
        int code,
        String node) {

    static Seen of(Stored stored, AuditEvent event, Instant time) {
        var ref = event.object();
        var target =
                event.requestObject() == null || !ref.subresource().equals("binding")
                        ? ""
                        : event.requestObject().path("target").path("name").asString("");
        return new Seen(
                new EventRef(
                        stored.source().id(),
                        stored.line(),
                        stored.item(),
                        stored.position(),
                        event.auditID().isEmpty() ? null : event.auditID(),
                        event.stage().isEmpty() ? null : event.stage()),
                time,
                Actor.of(stored.source(), event),
                event.verb(),
                Names.singular(ref.resource()),
                ref.subresource(),
                ref.namespace(),
                Names.name(event),
                Names.uid(event),
                event.code(),
                target);
    }

    Thing thing() {
        return new Thing(actor.cluster(), kind, namespace, name);
    }

    boolean done() {
        return code >= 200 && code < 300;
    }

    /** An object by name: sure only together with a time. */
    record Thing(String cluster, String kind, String namespace, String name) {
        static Optional<Thing> of(Act act) {
            if (act.event() == null || act.actor() == null) {
                return Optional.empty();
            }
            var ref = act.event().object();
            var name = Names.name(act.event());
            return name.isEmpty() || ref.resource().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new Thing(
                                    act.actor().cluster(),
                                    Names.singular(ref.resource()),
                                    ref.namespace(),
                                    name));
        }
    }
}
