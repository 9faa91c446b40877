package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.EventRef;
import dev.spoor.incident.Seen.Thing;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened because of the acts: what controllers, schedulers and ordinary did to the objects
 * an actor wrote and to what these own, and what the actor did with them afterwards.
 *
 * <p>Asks the events a bounded number of times: {@link #ROUNDS_MAX} searches follow ownership
 * (deployment, replica set, pod, its placing), one more asks whose tokens the pods hold in which
 * commands ran.
 */
final class Surroundings {
    /** How long after an act its consequences are looked for. */
    static final Duration AFTER = Duration.ofMinutes(15);

    static final int ROUNDS_MAX = 4;

    /** More objects are not followed; the gravest incidents come first. */
    static final int OBJECTS_MAX = 2_000;

    /** More records around one act are not told. */
    static final int RECORDS_PER_ACT_MAX = 500;

    /** A search ends after this many records. */
    static final int VISITED_MAX = 100_000;

    private static final Set<String> WRITES =
            Set.of("create", "update", "patch", "delete", "deletecollection");

    private final EventSearch events;
    private final Map<Act, List<Seen>> seen = new IdentityHashMap<>();
    private final Map<Act, List<String>> left = new IdentityHashMap<>();
    private final Set<Actor.Client> ordinary = new HashSet<>();
    private final Map<Act, Set<String>> nodes = new IdentityHashMap<>();
    private final Map<Act, Set<String>> tokens = new IdentityHashMap<>();

    private final Map<Thing, TreeMap<Instant, Watch>> watched = new HashMap<>();
    private final Map<String, Watch> owners = new HashMap<>();
    private final Set<EventRef> known = new HashSet<>();
    private Set<String> namesToAsk = new TreeSet<>();
    private Set<String> ownersToAsk = new TreeSet<>();
    private int objects;
    private @Nullable Instant since;
    private @Nullable Instant until;

    /** An object whose records are followed, and the act they are told with. */
    private record Watch(Act act, String uid, Instant from) {}

    private Surroundings(EventSearch events) {
        this.events = events;
    }

    /** Looks around the acts of stories. */
    static Surroundings of(EventSearch events, List<List<Act>> stories) {
        var around = new Surroundings(events);
        for (var story : stories) {
            for (var act : story) {
                around.known.addAll(act.events());
                around.watch(act);
            }
        }
        for (int round = 0; round < ROUNDS_MAX; round++) {
            around.follow();
        }
        around.askTokens(stories);
        around.hosts();
        return around;
    }

    /** In time order: consequences by others, and what the actor itself did afterwards. */
    List<Seen> seen(Act act) {
        return seen.getOrDefault(act, List.of());
    }

    /** What an act left behind according to the records around it ({@link Chain}). */
    Map<Act, List<String>> left() {
        return left;
    }

    /** The clients that report pods as ordinary do. */
    Set<Actor.Client> ordinary() {
        return ordinary;
    }

    /** The nodes on which pods of an act ran. */
    Set<String> nodes(Act act) {
        return nodes.getOrDefault(act, Set.of());
    }

    /** The service accounts whose tokens the pod of an act was seen to hold. */
    Set<String> tokens(Act act) {
        return tokens.getOrDefault(act, Set.of());
    }

    private void watch(Act act) {
        var event = act.event();
        var time = act.time();
        if (event == null
                || time == null
                || act.outcome() != Act.Outcome.DONE
                || !WRITES.contains(event.verb())
                || !followed(event.object().resource(), event.object().subresource())) {
            return;
        }
        Thing.of(act).ifPresent(thing -> watch(thing, new Watch(act, Names.uid(event), time)));
    }

    /** Objects somebody else works on; a secret or a review is nobody's task. */
    private static boolean followed(String resource, String part) {
        return switch (part) {
            case "", "approval", "ephemeralcontainers", "scale", "eviction" ->
                    !Set.of("secrets", "configmaps", "events", "leases").contains(resource);
            default -> false;
        };
    }

    private void watch(Thing thing, Watch watch) {
        if (objects >= OBJECTS_MAX) {
            return;
        }
        objects++;
        watched.computeIfAbsent(thing, _ -> new TreeMap<>()).putIfAbsent(watch.from(), watch);
        namesToAsk.add(thing.name());
        if (!watch.uid().isEmpty() && owners.putIfAbsent(watch.uid(), watch) == null) {
            ownersToAsk.add(watch.uid());
        }
        since = since == null || watch.from().isBefore(since) ? watch.from() : since;
        var end = watch.from().plus(AFTER);
        until = until == null || end.isAfter(until) ? end : until;
    }

    private void follow() {
        if (namesToAsk.isEmpty()) {
            return;
        }
        var parts = new ArrayList<Predicate>();
        parts.add(new Predicate.Field("objectRef.name", new Test.OneOf(namesToAsk)));
        if (!ownersToAsk.isEmpty()) {
            parts.add(
                    new Predicate.Field(
                            "responseObject.metadata.ownerReferences.uid",
                            new Test.OneOf(ownersToAsk)));
        }
        var question =
                new Predicate.All(
                        List.of(
                                new Predicate.Field("verb", new Test.OneOf(WRITES)),
                                new Predicate.Any(parts)));
        namesToAsk = new TreeSet<>();
        ownersToAsk = new TreeSet<>();
        int[] visited = {0};
        events.search(
                question,
                since,
                until,
                stored -> {
                    take(stored);
                    return ++visited[0] < VISITED_MAX;
                });
    }

    private void take(Stored stored) {
        if (stored.time() == null) {
            return;
        }
        var event = AuditEvent.of(stored.fields().tree());
        var record = Seen.of(stored, event, stored.time());
        if (known.contains(record.ref())) {
            return;
        }
        var watch = cause(record, event);
        if (watch == null) {
            return;
        }
        boolean own =
                watch.act().actor() != null
                        && watch.act().actor().client().equals(record.actor().client());
        if (!own && (!record.actor().user().startsWith("system:") || record.actor().shared())) {
            return;
        }
        if (own && !record.verb().startsWith("delete")) {
            return;
        }
        var all = seen.computeIfAbsent(watch.act(), _ -> new ArrayList<>());
        if (all.size() >= RECORDS_PER_ACT_MAX) {
            return;
        }
        known.add(record.ref());
        all.add(record);
        if (!own) {
            learn(watch, record, event);
        }
    }

    private @Nullable Watch cause(Seen record, AuditEvent event) {
        if (record.verb().equals("create") && event.responseObject() != null) {
            for (var owner : event.responseObject().path("metadata").path("ownerReferences")) {
                var watch = owners.get(owner.path("uid").asString(""));
                if (watch != null && !record.time().isBefore(watch.from())) {
                    return watch;
                }
            }
        }
        var things = watched.get(record.thing());
        if (things == null && record.kind().equals("endpoints")) {
            things =
                    watched.get(
                            new Thing(
                                    record.actor().cluster(),
                                    "service",
                                    record.namespace(),
                                    record.name()));
        }
        var entry = things == null ? null : things.floorEntry(record.time());
        if (entry == null || record.time().isAfter(entry.getKey().plus(AFTER))) {
            return null;
        }
        var watch = entry.getValue();
        boolean otherUid =
                !record.uid().isEmpty()
                        && !watch.uid().isEmpty()
                        && !record.uid().equals(watch.uid())
                        && !record.kind().equals("endpoints");
        return otherUid ? null : watch;
    }

    private void learn(Watch watch, Seen record, AuditEvent event) {
        if (!record.done()) {
            return;
        }
        var act = watch.act();
        if (record.verb().equals("create") && record.part().isEmpty() && !record.uid().isEmpty()) {
            leave(act, "uid " + record.uid());
            watch(record.thing(), new Watch(act, record.uid(), record.time()));
        }
        if (!record.node().isEmpty()) {
            nodes.computeIfAbsent(act, _ -> new TreeSet<>()).add(record.node());
        }
        var user = record.actor().user();
        if (record.kind().equals("pod")
                && record.part().equals("status")
                && user.startsWith("system:node:")) {
            ordinary.add(record.actor().client());
            nodes.computeIfAbsent(act, _ -> new TreeSet<>())
                    .add(user.substring("system:node:".length()));
        }
        var certificate =
                event.responseObject() == null
                        ? ""
                        : event.responseObject().path("status").path("certificate").asString("");
        if (!certificate.isEmpty()) {
            var id = credential(certificate);
            if (!id.isEmpty()) {
                leave(act, "credential " + id);
            }
        }
    }

    private void leave(Act act, String key) {
        left.computeIfAbsent(act, _ -> new ArrayList<>()).add(key);
    }

    /**
     * The id under which the API server logs a client certificate: the hash of its DER form
     * (k8s.io/apiserver x509 authenticator). Empty when the text is no certificate.
     */
    static String credential(String base64Pem) {
        try {
            var pem =
                    new String(
                            Base64.getMimeDecoder().decode(base64Pem), StandardCharsets.US_ASCII);
            var begin = "-----BEGIN CERTIFICATE-----";
            int from = pem.indexOf(begin);
            int to = pem.indexOf("-----END CERTIFICATE-----");
            if (from < 0 || to < from) {
                return "";
            }
            var der = Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
            var hash = MessageDigest.getInstance("SHA-256").digest(der);
            return "X509SHA256=" + HexFormat.of().formatHex(hash);
        } catch (IllegalArgumentException e) {
            return "";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A pod that reaches its node leaves the node's own credential within reach. */
    private void hosts() {
        for (var entry : nodes.entrySet()) {
            var event = entry.getKey().event();
            if (event != null && !PodSpec.of(event).hostAccess().isEmpty()) {
                entry.getValue().forEach(node -> leave(entry.getKey(), Chain.host(node)));
            }
        }
    }

    private record Exec(Act act, String namespace, Instant time) {}

    /** Whose tokens the pods hold in which commands ran: told by the tokens' own use. */
    private void askTokens(List<List<Act>> stories) {
        var byPod = new HashMap<String, List<Exec>>();
        Instant first = null;
        Instant last = null;
        for (var story : stories) {
            for (var act : story) {
                var event = act.event();
                if (event == null
                        || act.time() == null
                        || act.outcome() != Act.Outcome.DONE
                        || !event.object().resource().equals("pods")
                        || !Set.of("exec", "attach", "ephemeralcontainers")
                                .contains(event.object().subresource())
                        || (byPod.size() >= OBJECTS_MAX
                                && !byPod.containsKey(event.object().name()))) {
                    continue;
                }
                byPod.computeIfAbsent(event.object().name(), _ -> new ArrayList<>())
                        .add(new Exec(act, event.object().namespace(), act.time()));
                first = first == null || act.time().isBefore(first) ? act.time() : first;
                last = last == null || act.time().isAfter(last) ? act.time() : last;
            }
        }
        if (first == null || last == null) {
            return;
        }
        int[] visited = {0};
        events.search(
                new Predicate.Field(
                        "user.extra.authentication.kubernetes.io/pod-name",
                        new Test.OneOf(byPod.keySet())),
                first.minus(Grouping.PAUSE_MAX),
                last.plus(AFTER),
                stored -> {
                    token(stored, byPod);
                    return ++visited[0] < VISITED_MAX;
                });
    }

    private void token(Stored stored, Map<String, List<Exec>> byPod) {
        var event = AuditEvent.of(stored.fields().tree());
        var actor = Actor.of(stored.source(), event);
        var time = stored.time();
        var parts = event.user().split(":", 4);
        if (time == null
                || parts.length != 4
                || !event.user().startsWith("system:serviceaccount:")) {
            return;
        }
        for (var pod : event.extra().getOrDefault(Chain.EXTRA + "pod-name", List.of())) {
            for (var exec : byPod.getOrDefault(pod, List.of())) {
                if (!exec.namespace().equals(parts[2])) {
                    continue;
                }
                tokens.computeIfAbsent(exec.act(), _ -> new TreeSet<>())
                        .add(parts[2] + "/" + parts[3]);
                if (!time.isAfter(exec.time())) {
                    // the name had this UID before; its use afterwards proves it still had
                    ordinary.add(actor.client());
                    for (var uid : event.extra().getOrDefault(Chain.EXTRA + "pod-uid", List.of())) {
                        var key = Chain.entered(uid);
                        if (!left.getOrDefault(exec.act(), List.of()).contains(key)) {
                            leave(exec.act(), key);
                        }
                    }
                }
            }
        }
    }
}
