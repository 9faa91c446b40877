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
import java.util.Comparator;
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
    static final Duration AFTER = Duration.ofMinutes(5);

    /** How long before an entered pod's token is looked for. */
    static final Duration BEFORE = Duration.ofHours(1);

    static final int ROUNDS_MAX = 4;

    /**
     * More acts are not looked around: every incident's share comes first, of each the gravest
     * acts.
     */
    static final int ACTS_MAX = 40;

    /** Every incident's share of acts, however many there are. */
    private static final int ACTS_PER_INCIDENT_MIN = 2;

    /** More objects are not followed. */
    static final int OBJECTS_MAX = 1_000;

    /** More records around one act are not told. */
    static final int RECORDS_PER_ACT_MAX = 500;

    /** A search ends after this many records. */
    static final int VISITED_MAX = 20_000;

    private final EventSearch events;
    private final Map<Act, List<Seen>> seen = new IdentityHashMap<>();
    private final Map<Act, List<String>> left = new IdentityHashMap<>();
    private final Set<Actor.Client> ordinary = new HashSet<>();
    private final Map<Act, Set<String>> nodes = new IdentityHashMap<>();
    private final Map<Act, Set<String>> tokens = new IdentityHashMap<>();

    private final Map<Thing, TreeMap<Instant, Watch>> watched = new HashMap<>();
    private final Map<String, Watch> owners = new HashMap<>();
    private final Set<EventRef> known = new HashSet<>();
    private final Set<String> actors = new TreeSet<>();
    private Question next = new Question();
    private int objects;

    /** An object whose records are asked for, in a span of time after what made or changed it. */
    private record Asked(Instant from, Instant to, String namespace, String resource, String name) {
        private static final Comparator<Asked> BY_START = Comparator.comparing(Asked::from);
    }

    /** What the next searches ask for. */
    private static final class Question {
        final List<Asked> objects = new ArrayList<>();
        final Set<String> namespaces = new TreeSet<>();
        final Set<String> owners = new TreeSet<>();

        /** Objects whose times overlap are asked for together, and only in these times. */
        List<List<Asked>> together() {
            objects.sort(Asked.BY_START);
            var all = new ArrayList<List<Asked>>();
            Instant end = null;
            for (var one : objects) {
                if (end == null || one.from().isAfter(end)) {
                    all.add(new ArrayList<>());
                    end = one.to();
                }
                all.getLast().add(one);
                end = one.to().isAfter(end) ? one.to() : end;
            }
            return all;
        }
    }

    /** Times to search in: as few and as short as possible. */
    private static final class Spans {
        private final TreeMap<Instant, Instant> byStart = new TreeMap<>();
        private int visited;

        void add(Instant from, Instant to) {
            byStart.merge(from, to, (a, b) -> a.isAfter(b) ? a : b);
        }

        void search(EventSearch events, Predicate predicate, EventSearch.Visitor visitor) {
            Instant from = null;
            Instant to = null;
            for (var span : byStart.entrySet()) {
                if (to != null && from != null && span.getKey().isAfter(to)) {
                    search(events, predicate, from, to, visitor);
                    to = null;
                }
                from = to == null ? span.getKey() : from;
                to = to == null || span.getValue().isAfter(to) ? span.getValue() : to;
            }
            if (from != null && to != null) {
                search(events, predicate, from, to, visitor);
            }
        }

        /** As {@link EventSearch#search} with both ends inclusive, within what may be visited. */
        void search(
                EventSearch events,
                Predicate predicate,
                Instant from,
                Instant to,
                EventSearch.Visitor visitor) {
            if (visited >= VISITED_MAX) {
                return;
            }
            events.search(
                    predicate,
                    from,
                    to.plusNanos(1),
                    stored -> visitor.take(stored) && ++visited < VISITED_MAX);
        }
    }

    /** An object whose records are followed, and the act they are told with. */
    private record Watch(Act act, String uid, Instant from) {}

    private void watch(Thing thing, String resource, Watch watch) {
        if (objects >= OBJECTS_MAX) {
            return;
        }
        objects++;
        watched.computeIfAbsent(thing, _ -> new TreeMap<>()).putIfAbsent(watch.from(), watch);
        next.objects.add(
                new Asked(
                        watch.from(),
                        watch.from().plus(AFTER),
                        thing.namespace(),
                        resource,
                        thing.name()));
        next.namespaces.add(thing.namespace());
        if (watch.act().actor() != null) {
            actors.add(watch.act().actor().user());
        }
        if (!watch.uid().isEmpty() && owners.putIfAbsent(watch.uid(), watch) == null) {
            next.owners.add(watch.uid());
        }
    }

    private static final Comparator<Seen> BY_TIME =
            Comparator.comparing(Seen::time).thenComparing(Seen::ref);

    private Surroundings(EventSearch events) {
        this.events = events;
    }

    /** Looks around the acts of stories. */
    static Surroundings of(EventSearch events, List<List<Act>> stories) {
        var around = new Surroundings(events);
        for (var story : stories) {
            story.forEach(act -> around.known.addAll(act.events()));
        }
        var writes = gravest(stories, Surroundings::followed);
        writes.forEach(around::watch);
        for (int round = 0; round < ROUNDS_MAX; round++) {
            around.follow();
        }
        around.askTokens(stories);
        around.hosts();
        around.seen.values().forEach(all -> all.sort(BY_TIME));
        return around;
    }

    /** A fair share of the acts that qualify, at most {@link #ACTS_MAX}. */
    private static List<Act> gravest(
            List<List<Act>> stories, java.util.function.Predicate<Act> qualifies) {
        var shares = new ArrayList<List<Act>>();
        for (var story : stories) {
            var share = new ArrayList<Act>();
            for (var act : story) {
                if (qualifies.test(act)) {
                    share.add(act);
                }
            }
            share.sort(Comparator.comparing(Act::level).reversed());
            if (!share.isEmpty()) {
                shares.add(share);
            }
        }
        shares.sort(Comparator.comparing((List<Act> share) -> share.getFirst().level()).reversed());
        int each = shares.isEmpty() ? 0 : Math.max(ACTS_PER_INCIDENT_MIN, ACTS_MAX / shares.size());
        return shares.stream()
                .flatMap(share -> share.stream().limit(each))
                .limit(ACTS_MAX)
                .toList();
    }

    /** In time order: consequences by others, and what the actor itself did afterwards. */
    List<Seen> seen(Act act) {
        return seen.getOrDefault(act, List.of());
    }

    /** What an act left behind according to the records around it ({@link Chain}). */
    Map<Act, List<String>> left() {
        return left;
    }

    /**
     * The clients that used a node's or a pod's credential for its own task: kubelets, and what ran
     * in a pod before it was entered.
     */
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
        if (event != null && time != null) {
            Thing.of(act)
                    .ifPresent(thing ->
                            watch(
                                    thing,
                                    event.object().resource(),
                                    new Watch(act, Names.uid(event), time)));
        }
    }

    /** Whether somebody else may do something about it; a secret or a review is nobody's task. */
    private static boolean followed(Act act) {
        var event = act.event();
        if (event == null
                || act.time() == null
                || act.outcome() != Act.Outcome.DONE
                || !event.writes()) {
            return false;
        }
        return switch (event.object().subresource()) {
            case "", "approval", "ephemeralcontainers", "scale", "eviction" ->
                    !Set.of("secrets", "configmaps", "events", "leases")
                            .contains(event.object().resource());
            default -> false;
        };
    }

    private void follow() {
        var asked = next;
        next = new Question();
        var searches = new Spans();
        for (var together : asked.together()) {
            var to = together.stream().map(Asked::to).max(Comparator.naturalOrder()).orElseThrow();
            searches.search(
                    events,
                    question(asked, together),
                    together.getFirst().from(),
                    to,
                    stored -> {
                        take(stored);
                        return true;
                    });
        }
    }

    /** What was written, by others or removed by an actor, to these objects or what they own. */
    private Predicate question(Question asked, List<Asked> objects) {
        var names = new TreeMap<String, Set<String>>();
        var resources = new TreeMap<String, Set<String>>();
        for (var object : objects) {
            names.computeIfAbsent(object.namespace(), _ -> new TreeSet<>()).add(object.name());
            var same = resources.computeIfAbsent(object.namespace(), _ -> new TreeSet<>());
            same.add(object.resource());
            if (object.resource().equals("services")) {
                same.add("endpoints"); // under the service's name
            }
        }
        var things = new ArrayList<Predicate>();
        // By namespace: an equal name elsewhere is another object.
        names.forEach((namespace, in) ->
                things.add(
                        new Predicate.All(
                                List.of(
                                        new Predicate.Field("objectRef.name", new Test.OneOf(in)),
                                        new Predicate.Field(
                                                "objectRef.resource",
                                                new Test.OneOf(
                                                        resources.getOrDefault(
                                                                namespace, Set.of()))),
                                        namespaces(Set.of(namespace))))));
        if (!asked.owners.isEmpty()) {
            things.add(
                    new Predicate.All(
                            List.of(
                                    new Predicate.Field("verb", new Test.Equal("create", true)),
                                    namespaces(asked.namespaces),
                                    new Predicate.Field(
                                            "responseObject.metadata.ownerReferences.uid",
                                            new Test.OneOf(asked.owners)))));
        }
        var byOthers = new Predicate.Field("user.username", new Test.Prefix("system:", true));
        var removedByActors =
                new Predicate.All(
                        List.of(
                                new Predicate.Field("verb", new Test.Prefix("delete", true)),
                                new Predicate.Field("user.username", new Test.OneOf(actors))));
        return new Predicate.All(
                List.of(
                        new Predicate.Field("verb", new Test.OneOf(AuditEvent.WRITES)),
                        new Predicate.Any(List.of(byOthers, removedByActors)),
                        new Predicate.Any(things)));
    }

    /** Cluster-scoped objects have no such field. */
    private static Predicate namespaces(Set<String> namespaces) {
        var named = new Predicate.Field("objectRef.namespace", new Test.OneOf(namespaces));
        return namespaces.contains("")
                ? new Predicate.Any(
                        List.of(
                                named,
                                new Predicate.Field("objectRef.namespace", new Test.IsNull())))
                : named;
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
            watch(
                    record.thing(),
                    event.object().resource(),
                    new Watch(act, record.uid(), record.time()));
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
        var spans = new Spans();
        for (var act : gravest(stories, Surroundings::entered)) {
            var event = act.event();
            var time = act.time();
            if (event != null && time != null) {
                byPod.computeIfAbsent(event.object().name(), _ -> new ArrayList<>())
                        .add(new Exec(act, event.object().namespace(), time));
                spans.add(time.minus(BEFORE), time.plus(AFTER));
            }
        }
        if (!byPod.isEmpty()) {
            spans.search(
                    events,
                    holders(byPod),
                    stored -> {
                        token(stored, byPod);
                        return true;
                    });
        }
    }

    /** Uses of tokens that are bound to these pods, by accounts of their namespaces. */
    private static Predicate holders(Map<String, List<Exec>> byPod) {
        var byNamespace = new TreeMap<String, Set<String>>();
        byPod.forEach((pod, execs) ->
                execs.forEach(exec ->
                        byNamespace
                                .computeIfAbsent(exec.namespace(), _ -> new TreeSet<>())
                                .add(pod)));
        var all = new ArrayList<Predicate>();
        byNamespace.forEach((namespace, pods) ->
                all.add(
                        new Predicate.All(
                                List.of(
                                        new Predicate.Field(
                                                "user.extra." + Chain.EXTRA + "pod-name",
                                                new Test.OneOf(pods)),
                                        new Predicate.Field(
                                                "user.username",
                                                new Test.Prefix(
                                                        "system:serviceaccount:" + namespace + ":",
                                                        true))))));
        return new Predicate.Any(all);
    }

    private static boolean entered(Act act) {
        var event = act.event();
        return event != null
                && act.time() != null
                && act.outcome() == Act.Outcome.DONE
                && event.object().resource().equals("pods")
                && Set.of("exec", "attach", "ephemeralcontainers")
                        .contains(event.object().subresource());
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
