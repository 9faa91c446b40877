package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditColumns;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.Column;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Learns what identities do, then tells what they never did. For one thread. */
public final class Baselines {
    /** More identities are not learned: who comes later is not judged. */
    static final int IDENTITIES_MAX = 20_000;

    /** Of an identity that was seen less, nothing is usual. */
    static final int REQUESTS_MIN = 50;

    /** Fewer requests in an hour are never too many. */
    static final int RATE_MIN = 500;

    /** Of fewer hours no median is taken. */
    static final int HOURS_MIN = 6;

    /** With fewer identities learned, a new person is no news. */
    static final int PEOPLE_MIN = 5;

    /** Who had more values of a kind moves about: one more is no news. */
    static final int ROAMING_MIN = 6;

    /** More differences of one kind by one identity in an hour are counted, not listed. */
    static final int EVENTS_MAX = 1_000;

    /** Longer values are cut in a sentence. */
    private static final int VALUE_CHARS_MAX = 160;

    /** What an identity may do day in, day out; of these things a first time is told. */
    private static final Set<String> SENSITIVE =
            Set.of(
                    "secrets",
                    "pods/exec",
                    "pods/attach",
                    "pods/portforward",
                    "pods/ephemeralcontainers",
                    "serviceaccounts/token",
                    "nodes/proxy",
                    "roles",
                    "rolebindings",
                    "clusterroles",
                    "clusterrolebindings",
                    "certificatesigningrequests",
                    "certificatesigningrequests/approval",
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "daemonsets",
                    "cronjobs",
                    "networkpolicies");

    /** The values that are compared, by their place in an event; -1 where it has none. */
    private static final List<String> PATHS =
            List.of(
                    "user",
                    "userAgent",
                    "sourceIPs",
                    "verb",
                    "objectRef.resource",
                    "objectRef.subresource",
                    "objectRef.namespace",
                    "stage",
                    "requestReceivedTimestamp");

    private static final int USER = 0;
    private static final int AGENT = 1;
    private static final int ADDRESS = 2;
    private static final int VERB = 3;
    private static final int RESOURCE = 4;
    private static final int NAMESPACE = 6;
    private static final int STAGE = 7;
    private static final int RECEIVED = 8;

    /** {@code 2026-01-02T03}: as much of a time as tells the hour. */
    private static final int HOUR_BYTES = 13;

    private final Map<Watch.Kind, Watch> watches;
    private final Duration span;
    private final @Nullable Instant until;
    private @Nullable Instant first;
    private @Nullable Instant over;

    private final Map<String, Habits> identities = new HashMap<>();
    private final Map<String, Integer> users = new HashMap<>();
    private final Map<Claim, Draft> drafts = new LinkedHashMap<>();
    private int learnedIdentities;

    private final AuditColumns columns = new AuditColumns();
    private final Map<Integer, int[]> layouts = new HashMap<>();
    private final Longs<Habits> known = new Longs<>();
    private final Longs<Boolean> sensitive = new Longs<>();
    private int generation = -1;

    private record Claim(Watch.Kind kind, String user, @Nullable Instant hour) {}

    private static final class Draft {
        String why = "";
        @Nullable Instant time;
        @Nullable AuditRequest request;
        List<EntityRef> entities = List.of();
        final List<EventRef> events = new ArrayList<>();
        int count;
    }

    /**
     * Ready to learn.
     *
     * @param span how long to learn from the first event on
     * @param until learn all before then instead; null = {@code span} alone decides
     */
    public Baselines(List<Watch> watches, Duration span, @Nullable Instant until) {
        this.watches = Watch.byKind(watches);
        this.span = span;
        this.until = until;
    }

    /** Takes one record; its bytes are not kept. */
    public void take(Received record, Scanned scanned, Source source, long position) {
        if (source.kind() != Kind.KUBERNETES_AUDIT) {
            return;
        }
        if (scanned.verbatim()
                || !scanned.current()
                || !Lens.identity(source.kind(), source.wrapping())) {
            var event = AuditEvent.of(new JsonView(source, record).tree());
            if (!event.stage().equals("RequestReceived")) {
                var habits = habits(event, record, source);
                count(habits, hour(event.time()), record, source, position);
                compare(habits, event, record, source, position);
            }
            return;
        }
        fast(record, scanned, source, position);
    }

    private void fast(Received record, Scanned scanned, Source source, long position) {
        var places = layouts.get(scanned.shape().id());
        if (places == null) {
            places = PATHS.stream().mapToInt(scanned::find).toArray();
            layouts.put(scanned.shape().id(), places);
        }
        if (places[USER] < 0 || received(scanned, places[STAGE])) {
            return;
        }
        int now = scanned.column(places[USER]).dictionary().generation();
        if (now != generation) {
            known.clear();
            sensitive.clear();
            generation = now;
        }
        long user = code(scanned, places[USER]);
        var habits = known.get(user);
        if (habits == null
                || !(roams(habits.clients) || met(user, scanned, places, AGENT, AGENT))
                || !(roams(habits.networks) || met(user, scanned, places, ADDRESS, ADDRESS))
                || sensitive(scanned, places)
                        && !(habits.places.size() >= Habits.VALUES_MAX
                                || met(user, scanned, places, VERB, NAMESPACE))) {
            var read = columns.outline(scanned);
            var event = read != null ? read : AuditEvent.of(new JsonView(source, record).tree());
            habits = habits(event, record, source);
            known.put(user, habits);
            known.put(key(user, scanned, places, AGENT, AGENT), habits);
            known.put(key(user, scanned, places, ADDRESS, ADDRESS), habits);
            known.put(key(user, scanned, places, VERB, NAMESPACE), habits);
            compare(habits, event, record, source, position);
        }
        count(habits, hour(scanned, places[RECEIVED]), record, source, position);
    }

    /** More of these are no news, so nobody looks. */
    private static boolean roams(Set<String> values) {
        return values.size() > ROAMING_MIN;
    }

    private boolean sensitive(Scanned scanned, int[] places) {
        if (places[RESOURCE] < 0) {
            return false;
        }
        long key = key(1, scanned, places, RESOURCE, RESOURCE + 1);
        var known = sensitive.get(key);
        if (known == null) {
            var resource = text(scanned, places[RESOURCE]);
            int sub = places[RESOURCE + 1];
            known = SENSITIVE.contains(sub < 0 ? resource : resource + "/" + text(scanned, sub));
            sensitive.put(key, known);
        }
        return known;
    }

    private static String text(Scanned scanned, int place) {
        int from = scanned.from(place);
        return new String(scanned.bytes(), from, scanned.to(place) - from, StandardCharsets.UTF_8);
    }

    private boolean met(long user, Scanned scanned, int[] places, int from, int to) {
        return known.get(key(user, scanned, places, from, to)) != null;
    }

    private static long key(long user, Scanned scanned, int[] places, int from, int to) {
        long key = user * 31 + from;
        for (int i = from; i <= to; i++) {
            key = (key ^ (places[i] < 0 ? 7 : code(scanned, places[i]))) * 0x9E3779B97F4A7C15L;
            key ^= key >>> 29;
        }
        return key;
    }

    /** A number for a value: of its dictionary where it has one, else of its bytes. */
    private static long code(Scanned scanned, int place) {
        var column = scanned.column(place);
        int code = scanned.code(place);
        if (code >= 0) {
            return (long) column.id() << 32 | code;
        }
        long hash = column.id();
        for (int i = scanned.from(place); i < scanned.to(place); i++) {
            hash = hash * 0x100000001B3L ^ scanned.bytes()[i];
        }
        return hash | Long.MIN_VALUE;
    }

    /** The first stage knows neither answer nor name. */
    private static boolean received(Scanned scanned, int place) {
        return place >= 0
                && scanned.to(place) - scanned.from(place) == "RequestReceived".length()
                && scanned.bytes()[scanned.from(place) + "Re".length()] == 'q';
    }

    private static long hour(Scanned scanned, int place) {
        if (place < 0
                || scanned.column(place).type() != Column.Type.STRING
                || scanned.to(place) - scanned.from(place) < HOUR_BYTES) {
            return 0;
        }
        long hash = 1;
        for (int i = 0; i < HOUR_BYTES; i++) {
            hash = hash * 31 + scanned.bytes()[scanned.from(place) + i];
        }
        return hash;
    }

    private static long hour(@Nullable Instant time) {
        if (time == null) {
            return 0;
        }
        var text = time.toString().getBytes(StandardCharsets.US_ASCII);
        long hash = 1;
        for (int i = 0; i < HOUR_BYTES; i++) {
            hash = hash * 31 + text[i];
        }
        return hash;
    }

    private Habits habits(AuditEvent event, Received record, Source source) {
        var known = identities.get(event.user());
        if (known != null) {
            return known;
        }
        boolean learning = !over(event, record, source);
        var user = event.user();
        boolean system = user.startsWith("system:") && !user.startsWith("system:serviceaccount:");
        boolean controller =
                user.isEmpty() || system || user.startsWith("system:serviceaccount:kube-system:");
        var habits = new Habits(user, learning, controller, !user.startsWith("system:"));
        if (identities.size() < IDENTITIES_MAX) {
            identities.put(user, habits);
            learnedIdentities += learning ? 1 : 0;
        }
        return habits;
    }

    private boolean over(AuditEvent event, Received record, Source source) {
        var time = event.time();
        if (time == null) {
            time = Times.of(source, record);
        }
        if (time == null) {
            return false;
        }
        if (first == null || time.isBefore(first)) {
            first = time;
            over = until == null ? time.plus(span) : until;
        }
        return over != null && !time.isBefore(over);
    }

    private void compare(
            Habits habits, AuditEvent event, Received record, Source source, long position) {
        boolean judged = over(event, record, source);
        var seen = new Seen(habits, event, record, source, position, judged);
        if (judged && !habits.learned && habits.person && !habits.controller) {
            if (habits.requests == 0 && learnedIdentities >= PEOPLE_MIN) {
                tell(seen, Watch.Kind.IDENTITY, "", Set.of());
            }
        }
        var client = client(event.userAgent());
        if (fresh(habits.clients, "client " + client, client, !client.isEmpty())) {
            tell(seen, Watch.Kind.CLIENT, client, habits.clients);
        }
        var network = network(event.address());
        if (fresh(habits.networks, "network " + network, network, !network.isEmpty())) {
            tell(seen, Watch.Kind.NETWORK, network, habits.networks);
        }
        var what = what(event);
        if (SENSITIVE.contains(what)) {
            var act = did(event.verb()) + " " + what;
            var namespace = event.object().namespace();
            var place = act + " in " + (namespace.isEmpty() ? "the whole cluster" : namespace);
            boolean first = fresh(habits.acts, "act " + act, act, true);
            boolean elsewhere = fresh(habits.places, "place " + place, place, true);
            if (first) {
                tell(seen, Watch.Kind.ACT, act, habits.acts);
            } else if (elsewhere) {
                var alike = new LinkedHashSet<String>();
                for (var known : habits.places) {
                    if (known.startsWith(act + " in ")) {
                        alike.add(known);
                    }
                }
                tell(seen, Watch.Kind.PLACE, place, alike);
            }
        }
    }

    private record Seen(
            Habits habits,
            AuditEvent event,
            Received record,
            Source source,
            long position,
            boolean judged) {}

    /** Whether the value is new for the identity; it is remembered, and counted for all. */
    private boolean fresh(Set<String> values, String name, String value, boolean told) {
        if (!told || values.size() >= Habits.VALUES_MAX || !values.add(value)) {
            return false;
        }
        users.merge(name, 1, Integer::sum);
        return true;
    }

    private static String what(AuditEvent event) {
        var object = event.object();
        return object.subresource().isEmpty()
                ? object.resource()
                : object.resource() + "/" + object.subresource();
    }

    private static String did(String verb) {
        return switch (verb) {
            case "get", "list", "watch" -> "read";
            case "create" -> "create";
            case "update", "patch" -> "change";
            case "delete", "deletecollection" -> "delete";
            default -> verb;
        };
    }

    /** The program without its version, platform and commit: {@code kubectl}. */
    static String client(String agent) {
        int end = agent.length();
        for (int i = 0; i < end; i++) {
            char c = agent.charAt(i);
            if (c == '/' || c == ' ' || c == '(') {
                end = i;
            }
        }
        return agent.substring(0, Math.min(end, 64));
    }

    /** The /24 of an IPv4 address, the first four groups of an IPv6 one. */
    static String network(String address) {
        int dots = 0;
        int colons = 0;
        for (int i = 0; i < address.length(); i++) {
            if (address.charAt(i) == '.' && ++dots == 3) {
                return address.substring(0, i) + ".0/24";
            }
            if (address.charAt(i) == ':' && ++colons == 4) {
                return address.substring(0, i) + "::/64";
            }
        }
        return address;
    }

    private void count(Habits habits, long hour, Received record, Source source, long position) {
        int many = habits.count(hour, RATE_MIN, HOURS_MIN);
        if (many > 0 && habits.learned && !habits.controller) {
            var event = AuditEvent.of(new JsonView(source, record).tree());
            boolean judged = over(event, record, source);
            var seen = new Seen(habits, event, record, source, position, judged);
            tell(seen, Watch.Kind.RATE, Integer.toString(many), Set.of());
        }
    }

    private void tell(Seen seen, Watch.Kind kind, String value, Set<String> values) {
        var watch = watches.get(kind);
        var habits = seen.habits();
        boolean usual = kind == Watch.Kind.IDENTITY || habits.established(REQUESTS_MIN);
        if (watch == null || !seen.judged() || habits.controller || !usual) {
            return;
        }
        // the first of a kind has nothing to be compared with, and who has many gets more
        if (kind != Watch.Kind.ACT
                && kind != Watch.Kind.IDENTITY
                && kind != Watch.Kind.RATE
                && (values.size() < 2 || values.size() > ROAMING_MIN)) {
            return;
        }
        var event = seen.event();
        var time = event.time();
        var hour = time == null ? null : time.truncatedTo(ChronoUnit.HOURS);
        var draft = drafts.computeIfAbsent(new Claim(kind, habits.user, hour), _ -> new Draft());
        var ref =
                new EventRef(
                        seen.source().id(),
                        seen.record().line,
                        seen.record().item,
                        seen.position(),
                        event.auditID(),
                        event.stage());
        if (draft.count++ == 0) {
            draft.why = why(watch, seen, value, values);
            draft.time = time;
            var whole = AuditEvent.of(new JsonView(seen.source(), seen.record()).tree());
            draft.request = new AuditRequest(seen.source(), whole, List.of(ref));
            draft.entities = entities(event);
        }
        if (draft.events.size() < EVENTS_MAX) {
            draft.events.add(ref);
        }
    }

    private static List<EntityRef> entities(AuditEvent event) {
        var entities = new ArrayList<EntityRef>();
        entities.add(new EntityRef("user", event.user()));
        if (!event.address().isEmpty()) {
            entities.add(new EntityRef("ip", event.address()));
        }
        return entities;
    }

    private String why(Watch watch, Seen seen, String value, Set<String> values) {
        var habits = seen.habits();
        var name = watch.kind().name().toLowerCase(java.util.Locale.ROOT) + " " + value;
        int others = Math.max(0, users.getOrDefault(name, 0) - 1);
        var before = new ArrayList<>(values);
        before.remove(value);
        var known =
                watch.kind() == Watch.Kind.RATE
                        ? Integer.toString(habits.median())
                        : String.join(", ", before.subList(0, Math.min(3, before.size())))
                                + (before.size() > 3
                                        ? " and " + (before.size() - 3) + " more"
                                        : "");
        return watch.why()
                .replace("{user}", shown(habits.user))
                .replace("{value}", shown(value))
                .replace("{address}", shown(seen.event().address()))
                .replace("{known}", shown(known))
                .replace("{learned}", learned())
                .replace("{requests}", Long.toString(habits.requests))
                .replace("{hours}", Integer.toString(habits.hours()))
                .replace("{others}", Integer.toString(others))
                .replace("{identities}", Integer.toString(learnedIdentities));
    }

    /** Fit for a line of text; the writers mask what is secret. */
    private static String shown(String text) {
        var cut = text.length() > VALUE_CHARS_MAX ? text.substring(0, VALUE_CHARS_MAX) + "…" : text;
        return cut.replaceAll("\\p{C}", "?");
    }

    private String learned() {
        if (first == null || over == null) {
            return "no time";
        }
        long minutes = Math.max(1, Duration.between(first, over).toMinutes());
        return minutes < 120
                ? minutes + " minutes"
                : minutes < 48 * 60 ? minutes / 60 + " hours" : minutes / (24 * 60) + " days";
    }

    /** What was told, in order of time; to be numbered with the other findings. */
    public List<Finding> findings() {
        var findings = new ArrayList<Finding>();
        drafts.forEach((claim, draft) -> {
            var watch = watches.get(claim.kind());
            if (watch != null) {
                findings.add(
                        new Finding(
                                "",
                                watch.id(),
                                null,
                                null,
                                watch.title(),
                                watch.level(),
                                watch.techniques(),
                                draft.time,
                                draft.entities,
                                draft.events,
                                draft.count == 1
                                        ? draft.why
                                        : draft.why
                                                + " (and "
                                                + (draft.count - 1)
                                                + " more within the hour)",
                                draft.request,
                                claim.kind() != Watch.Kind.ACT
                                        && claim.kind() != Watch.Kind.PLACE));
            }
        });
        return findings;
    }
}
