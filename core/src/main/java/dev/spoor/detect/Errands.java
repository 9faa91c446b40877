package dev.spoor.detect;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EventRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One command of a client is several requests: {@code kubectl exec} reads the pod before it opens
 * the stream, {@code kubectl apply} asks for the API's shape and for the object, {@code kubectl
 * delete} looks whether it is gone. A finding about the act names these too: a request on the same
 * object, or a look at the API or the namespace just before, by the same client (user, impersonated
 * user, address, user agent), and the object's removal by the same hand soon after. Level, time and
 * sentence of the finding do not change.
 */
final class Errands {
    /** So long before the act the object is looked at for it. */
    static final Duration BEFORE_MAX = Duration.ofMinutes(2);

    /** So long before the act a client learns what the API serves. */
    static final Duration DISCOVERY_MAX = Duration.ofSeconds(5);

    /** So long after the act a client looks how it went. */
    static final Duration AFTER_MAX = Duration.ofMinutes(1);

    /** So long after the act the same hand takes it back. */
    static final Duration WITHDRAWN_MAX = Duration.ofMinutes(10);

    /** A request belongs to no more acts than these on either side. */
    private static final int DEEDS_MAX = 16;

    /** Of more requests in one scan the errands are not told; about 100 bytes each. */
    static final int NOTED_MAX = 500_000;

    private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward", "proxy");

    /** Written in passing, or to ask a question: no acts. */
    private static final Set<String> TRIVIAL =
            Set.of(
                    "events",
                    "leases",
                    "tokenreviews",
                    "subjectaccessreviews",
                    "localsubjectaccessreviews",
                    "selfsubjectaccessreviews",
                    "selfsubjectrulesreviews",
                    "selfsubjectreviews");

    private record Client(
            @Nullable String cluster, String user, String as, String address, String agent) {}

    /** Of a look at the API, the resource is empty. */
    private record Target(Client client, String resource, String namespace, String name) {}

    private record Deed(Findings.Draft draft, Instant time) {}

    private record Companion(
            Target target, List<EventRef> records, Instant time, boolean removes) {}

    private final Map<Target, List<Deed>> deeds = new HashMap<>();
    private final List<Companion> companions = new ArrayList<>();
    private int noted;

    /** Takes a request that a finding rests on. */
    void note(Findings.Draft draft, AuditRequest request) {
        var event = request.last();
        var time = event.time();
        if (time == null || ++noted > NOTED_MAX) {
            return;
        }
        var object = event.object();
        var client =
                new Client(
                        request.source().cluster(),
                        event.user(),
                        event.impersonatedUser(),
                        event.address(),
                        event.userAgent());
        var target = new Target(client, object.resource(), object.namespace(), object.name());
        if (acts(event)) {
            var deed = new Deed(draft, time);
            add(target, deed);
            add(new Target(client, "", "", ""), deed);
            if (!object.namespace().isEmpty() && !object.resource().equals("namespaces")) {
                add(new Target(client, "namespaces", object.namespace(), object.namespace()), deed);
            }
            if (event.verb().equals("delete") && object.subresource().isEmpty()) {
                companions.add(new Companion(target, request.records(), time, true));
            }
        } else if (looks(event)) {
            companions.add(new Companion(target, request.records(), time, false));
        }
    }

    private void add(Target target, Deed deed) {
        deeds.computeIfAbsent(target, _ -> new ArrayList<>(1)).add(deed);
    }

    private static boolean acts(AuditEvent event) {
        var object = event.object();
        return !object.resource().isEmpty()
                && !TRIVIAL.contains(object.resource())
                && (event.writes() || STREAMS.contains(object.subresource()));
    }

    /** At a single object, or at the API itself. */
    private static boolean looks(AuditEvent event) {
        var object = event.object();
        if (!event.verb().equals("get")) {
            return false;
        }
        return object.resource().isEmpty()
                ? event.requestURI().startsWith("/api") || event.requestURI().startsWith("/openapi")
                : !object.name().isEmpty();
    }

    /** Gives each act what belongs to it. To be called once, when all requests are noted. */
    void settle() {
        deeds.values().forEach(list -> list.sort(Comparator.comparing(Deed::time)));
        for (var companion : companions) {
            var target = companion.target();
            give(companion, deeds.getOrDefault(target, List.of()));
            if (!target.name().isEmpty()) { // a new object's name may not be recorded
                var unnamed =
                        new Target(target.client(), target.resource(), target.namespace(), "");
                give(companion, deeds.getOrDefault(unnamed, List.of()));
            }
        }
        deeds.clear();
        companions.clear();
    }

    private static void give(Companion companion, List<Deed> sorted) {
        int here = first(sorted, companion.time());
        boolean discovery = companion.target().resource().isEmpty();
        var from = companion.time().minus(companion.removes() ? WITHDRAWN_MAX : AFTER_MAX);
        for (int i = here - 1; !discovery && i >= Math.max(0, here - DEEDS_MAX); i--) {
            if (sorted.get(i).time().isBefore(from)) {
                break;
            }
            sorted.get(i).draft().errand(companion.records());
        }
        if (companion.removes()) {
            return;
        }
        var to = companion.time().plus(discovery ? DISCOVERY_MAX : BEFORE_MAX);
        for (int i = here; i < Math.min(sorted.size(), here + DEEDS_MAX); i++) {
            var time = sorted.get(i).time();
            if (time.isAfter(to)) {
                break;
            }
            if (time.isAfter(companion.time())) {
                sorted.get(i).draft().errand(companion.records());
            }
        }
    }

    /** The first that is not before the time. */
    private static int first(List<Deed> sorted, Instant time) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted.get(middle).time().isBefore(time)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
