package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditColumns;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Level;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Learns what identities and workloads do, then tells what they never did. For one thread. */
public final class Baselines {
    /** Of an identity that was seen less, nothing is usual. */
    static final int REQUESTS_MIN = 50;

    /** With fewer people learned, a new person is no news. */
    static final int PEOPLE_MIN = 5;

    /** Who had more values of a kind moves about: one more is no news. */
    static final int ROAMING_MIN = 6;

    /** Who does more different sensitive things has them for a purpose: one more is no news. */
    static final int PURPOSES_MIN = 12;

    /** Seen in no more hours, an act is rare for an identity that was watched for a week. */
    private static final int RARE_HOURS_MAX = 2;

    private static final int RARE_WATCHED_HOURS = 7 * 24;

    /** In fewer hours a way of doing something is no habit. */
    private static final int WAY_HOURS_MIN = 10;

    private static final String POD = "authentication.kubernetes.io/pod-name";

    private final Map<Watch.Kind, Watch> watches;
    private final Duration span;
    private final @Nullable Instant until;
    private @Nullable Instant first;
    private @Nullable Instant over;

    private final AuditColumns reading;
    private final Columns columns = new Columns();
    private final Longs<Met> callers = new Longs<>();
    private final Longs<Boolean> sensitive = new Longs<>();
    private final Longs<Met> deeds = new Longs<>();
    private final Longs<Met> homes = new Longs<>();

    /** The earliest that waits of those with the same values. */
    private final Longs<Held> coming = new Longs<>();

    private long numbers;
    private final Turns turns = new Turns(this::turn);

    /** Counts the generations of a scan's numbers. */
    private long epoch;

    private final Population population = new Population();
    private final Workloads workloads;
    private final Lines lines;
    private final Told told;

    /** Values that were met together; the number tells one meeting from another. */
    private static final class Met {
        final Habits habits;
        final long number;
        final List<Trait> traits;
        private final boolean deed;
        private long hour;

        Met(Habits habits, long number, List<Trait> traits, boolean deed, long hour) {
            this.habits = habits;
            this.number = number;
            this.traits = traits;
            this.deed = deed;
            this.hour = hour;
        }

        /**
         * Met again; false when it is to be looked at anew: something of it was forgotten, or an
         * act is rare.
         */
        boolean again(long now) {
            if (now == hour) {
                return true;
            }
            if (!usual(now)) {
                return false;
            }
            traits.forEach(trait -> trait.seen(now));
            hour = now;
            return true;
        }

        /** As {@link #again}, and nothing is noted. */
        boolean usual(long now) {
            if (now == hour) {
                return true;
            }
            if (deed && !traits.isEmpty() && rare(habits, traits.getFirst(), now)) {
                return false;
            }
            for (var trait : traits) {
                if (!trait.remembered(now)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static boolean rare(Habits habits, Trait act, long hour) {
        return act.hours() <= RARE_HOURS_MAX && hour - habits.first >= RARE_WATCHED_HOURS;
    }

    /** An event that is looked at, with all that is needed to tell of it. */
    private record Seen(Habits habits, AuditEvent event, Held held, long hour, boolean judged) {}

    /**
     * Ready to learn.
     *
     * @param watches what to tell; none = nothing is learned either
     * @param span how long to learn from the first event on, and from the first event of each
     *     identity
     * @param until learn all before then instead; null = {@code span} alone decides
     * @param reading reads events from their columns; may be shared with who reads the same scan
     */
    public Baselines(
            List<Watch> watches, Duration span, @Nullable Instant until, AuditColumns reading) {
        this.watches = Watch.byKind(watches);
        this.span = span;
        this.until = until;
        this.reading = reading;
        this.told = new Told(this.watches);
        this.workloads = new Workloads(this.watches, told);
        this.lines = new Lines(this.watches, told, this::over);
    }

    /** Takes one record; its bytes are not kept longer than its turn takes to come. */
    public void take(Received record, Scanned scanned, Source source, long position) {
        take(record, scanned, source, position, true);
    }

    /** As {@link #take}, of the past: it is learned from, and nothing is told of it. */
    public void learn(Received record, Scanned scanned, Source source, long position) {
        take(record, scanned, source, position, false);
    }

    private void take(
            Received record, Scanned scanned, Source source, long position, boolean telling) {
        if (watches.isEmpty()) {
            return;
        }
        switch (source.kind()) {
            case KUBERNETES_AUDIT -> audit(record, scanned, source, position, telling);
            case FALCO, TETRAGON -> alert(record, source, position, telling);
            case CONTAINER_CRI, CONTAINER_DOCKER, SYSLOG, JOURNAL, JSON, TEXT -> {
                var time = Times.of(source, record);
                if (time != null) {
                    over(time);
                    lines.take(record, scanned, source, position, time, telling);
                }
            }
            case OPA, GATEKEEPER, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP -> {}
        }
    }

    private void alert(Received record, Source source, long position, boolean telling) {
        var time = Times.of(source, record);
        if (time != null) {
            long id = Columns.hash(record.view, record.viewOffset, record.viewLength);
            var held = new Held(micros(time), id, record, source, position, telling, false);
            held.keep(null, record);
            turns.add(held);
        }
    }

    private void audit(
            Received record, Scanned scanned, Source source, long position, boolean telling) {
        boolean plain =
                !scanned.verbatim()
                        && scanned.current()
                        && Lens.identity(source.kind(), source.wrapping());
        if (!plain) {
            var event = AuditEvent.of(new JsonView(source, record).tree()).withoutBodies();
            var time = event.time() == null ? Times.of(source, record) : event.time();
            if (time != null && !event.stage().equals("RequestReceived")) {
                var copy = event.auditID() + event.stage() + event.user();
                long id = Columns.mixed(copy.length(), copy.hashCode());
                boolean asked = Values.sensitive(event.what());
                var held = new Held(micros(time), id, record, source, position, telling, asked);
                held.keep(event, record);
                turns.add(held);
            }
        } else if (columns.at(scanned)) {
            columns(record, scanned, source, position, telling);
        }
    }

    private static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    private void columns(
            Received record, Scanned scanned, Source source, long position, boolean telling) {
        if (columns.renewed(scanned)) {
            sensitive.clear();
            epoch++;
        }
        long micros = columns.micros(scanned);
        if (micros == Long.MIN_VALUE) {
            return;
        }
        long verb = columns.deed(scanned);
        var held =
                new Held(
                        micros,
                        columns.id(scanned),
                        record,
                        source,
                        position,
                        telling,
                        Columns.mixed(columns.who(scanned), epoch),
                        Columns.mixed(verb, epoch),
                        Columns.mixed(columns.namespace(scanned), epoch),
                        sensitive(scanned, verb),
                        true);
        if (sampled(held) || !met(held) && first(held)) {
            held.keep(read(scanned, record, source), record);
        }
        turns.add(held);
    }

    /** One in 64 is at hand when a rate is to be told; which ones depends on nothing else. */
    private static boolean sampled(Held held) {
        return (held.id & 63) == 0;
    }

    /** Whether none that waits has the same values and an earlier time; that one will be asked. */
    private boolean first(Held held) {
        long key = held.who;
        if (held.sensitive || namespaced(held)) {
            key = Columns.mixed(Columns.mixed(key, held.sensitive ? held.deed : 0), held.place);
        }
        var known = coming.get(key);
        if (known != null && !known.released() && known.micros < held.micros) {
            return false;
        }
        coming.put(key, held);
        return true;
    }

    /** Whether the namespace is compared: of people, and of whom is not known yet. */
    private boolean namespaced(Held held) {
        var caller = callers.get(held.who);
        return caller == null || caller.habits.kind == Habits.Class.PERSON;
    }

    /** Whether all that is compared was met before, so that the event itself will not be asked. */
    private boolean met(Held held) {
        long hour = held.hour();
        var caller = callers.get(held.who);
        if (caller == null || !caller.usual(hour)) {
            return false;
        }
        if (held.sensitive) {
            var deed = deeds.get(deed(caller, held));
            if (deed == null || !deed.usual(hour)) {
                return false;
            }
        }
        if (caller.habits.kind == Habits.Class.PERSON) {
            var home = homes.get(home(caller, held));
            return home != null && home.usual(hour);
        }
        return true;
    }

    private static long deed(Met caller, Held held) {
        return Columns.mixed(Columns.mixed(caller.number, held.deed), held.place);
    }

    private static long home(Met caller, Held held) {
        return Columns.mixed(Columns.mixed(caller.number, held.place), 5);
    }

    /** Its turn has come: all that is earlier was learned from. */
    private void turn(Held held) {
        if (held.source.kind() != Kind.KUBERNETES_AUDIT) {
            var time = Instant.ofEpochSecond(0, held.micros * 1_000);
            workloads.take(held, time, held.telling && over(time));
        } else if (!held.plain) {
            if (held.event != null) {
                var seen = seen(held.event, held);
                caller(seen);
                if (held.sensitive) {
                    deed(seen);
                }
                if (seen.habits.kind == Habits.Class.PERSON) {
                    home(seen.habits, held.event.object().namespace(), seen.hour);
                }
                count(seen.habits, held);
            }
        } else {
            learned(held);
        }
    }

    private void learned(Held held) {
        long hour = held.hour();
        var caller = callers.get(held.who);
        Seen seen = null;
        if (caller == null || !caller.again(hour)) {
            if (held.event == null) {
                return; // met when it came, and given up since for want of room
            }
            seen = seen(held.event, held);
            caller = caller(seen);
            callers.put(held.who, caller);
        }
        if (held.sensitive) {
            long key = deed(caller, held);
            var deed = deeds.get(key);
            if ((deed == null || !deed.again(hour)) && held.event != null) {
                deeds.put(key, deed(seen == null ? seen(held.event, held) : seen));
            }
        }
        if (caller.habits.kind == Habits.Class.PERSON) {
            long key = home(caller, held);
            var home = homes.get(key);
            if ((home == null || !home.again(hour)) && held.event != null) {
                homes.put(key, home(caller.habits, held.event.object().namespace(), hour));
            }
        }
        count(caller.habits, held);
    }

    /** Where a person works. */
    private Met home(Habits habits, String namespace, long hour) {
        var traits = new ArrayList<Trait>(1);
        if (!namespace.isEmpty() && hour != Long.MIN_VALUE) {
            note(habits.homes, namespace, hour, traits);
            population.did(habits, namespace, hour);
        }
        return new Met(habits, ++numbers, traits, false, hour);
    }

    private void note(Map<String, Trait> values, String value, long hour, List<Trait> traits) {
        var known = values.get(value);
        if (known == null) {
            known = population.add(values, value, hour);
        } else {
            known.seen(hour);
        }
        if (known != null) {
            traits.add(known);
        }
    }

    private AuditEvent read(Scanned scanned, Received record, Source source) {
        var read = reading.outline(scanned);
        return read != null ? read : AuditEvent.of(new JsonView(source, record).tree());
    }

    private boolean sensitive(Scanned scanned, long key) {
        var known = sensitive.get(key);
        if (known == null) {
            known = Values.sensitive(columns.what(scanned));
            sensitive.put(key, known);
        }
        return known;
    }

    private Seen seen(AuditEvent event, Held held) {
        boolean over = over(Instant.ofEpochSecond(0, held.micros * 1_000));
        var habits = population.known(event.user());
        long hour = held.hour();
        boolean newcomer = habits == null;
        if (habits == null) {
            habits = population.add(event.user(), hour);
        }
        habits.first = Math.min(habits.first, hour);
        habits.last = Math.max(habits.last, hour);
        var seen = new Seen(habits, event, held, hour, held.telling && over);
        if (newcomer && habits.kind == Habits.Class.PERSON && population.people() > PEOPLE_MIN) {
            tell(seen, Watch.Kind.IDENTITY, "");
        }
        return seen;
    }

    /** Whether learning is over at that time. */
    private boolean over(Instant time) {
        if (first == null || time.isBefore(first)) {
            first = time;
            over = until == null ? time.plus(span) : until;
        }
        return over != null && !time.isBefore(over);
    }

    /** Who calls with what from where. */
    private Met caller(Seen seen) {
        var habits = seen.habits;
        var event = seen.event;
        var traits = new ArrayList<Trait>(3);
        renewal(seen);
        if (habits.kind == Habits.Class.PERSON) {
            habits.joined(event.groups());
            var credential = Values.credential(event.credential());
            if (!credential.isEmpty()) {
                note(habits.credentials, credential, seen.hour, traits);
            }
        }
        var client = Values.client(event.userAgent());
        if (!client.isEmpty() && fresh(seen, Watch.Kind.CLIENT, habits.clients, client, traits)) {
            tell(seen, Watch.Kind.CLIENT, client);
        }
        var network = Values.network(event.address());
        if (!network.isEmpty()
                && fresh(seen, Watch.Kind.NETWORK, habits.networks, network, traits)) {
            tell(seen, Watch.Kind.NETWORK, network);
        }
        return new Met(habits, ++numbers, traits, false, seen.hour);
    }

    /** Notes when a machine was started anew or its program has another version. */
    private static void renewal(Seen seen) {
        var habits = seen.habits;
        if (habits.kind == Habits.Class.PERSON) {
            return;
        }
        var pods = seen.event.extra().getOrDefault(POD, List.of());
        var pod = pods.isEmpty() ? "" : pods.getFirst();
        if (!pod.isEmpty() && !pod.equals(habits.pod)) {
            if (habits.pod != null) {
                habits.restarted = seen.hour;
                habits.restarts(seen.hour);
            }
            habits.pod = pod;
        }
        var agent = seen.event.userAgent();
        var client = Values.client(agent);
        var before = habits.agents.get(client);
        if (!agent.equals(before) && (before != null || habits.agents.size() < ROAMING_MIN)) {
            habits.renewed = before == null ? habits.renewed : seen.hour;
            habits.agents.put(client, agent);
        }
    }

    /** What is done where, with which client from which network. */
    private Met deed(Seen seen) {
        var habits = seen.habits;
        var traits = new ArrayList<Trait>(3);
        var act = Values.act(seen.event);
        var place = Values.place(act, seen.event);
        var known = habits.acts.get(act);
        int times = known == null ? 0 : known.hours();
        boolean first = fresh(seen, Watch.Kind.ACT, habits.acts, act, traits);
        boolean elsewhere = fresh(seen, Watch.Kind.PLACE, habits.places, place, traits);
        if (habits.kind == Habits.Class.PERSON) {
            population.did(habits, place, seen.hour);
        }
        boolean otherwise = false;
        var ways = habits.ways(act);
        var way =
                "with "
                        + Values.client(seen.event.userAgent())
                        + " from "
                        + Values.network(seen.event.address());
        if (ways != null) {
            otherwise = fresh(seen, Watch.Kind.WAY, ways, way, traits);
        }
        if (first) {
            tell(seen, Watch.Kind.ACT, act);
        } else if (elsewhere) {
            tell(seen, Watch.Kind.PLACE, place);
        } else if (otherwise && times >= WAY_HOURS_MIN && ways != null && ways.size() == 2) {
            tell(seen, Watch.Kind.WAY, act + " " + way);
        } else if (times <= RARE_HOURS_MAX && seen.hour - habits.first >= RARE_WATCHED_HOURS) {
            tell(seen, Watch.Kind.RARE, act);
        }
        return new Met(habits, ++numbers, traits, true, seen.hour);
    }

    /** Whether the value is new for the identity, or was forgotten; it is remembered. */
    private boolean fresh(
            Seen seen,
            Watch.Kind kind,
            Map<String, Trait> values,
            String value,
            List<Trait> traits) {
        var known = values.get(value);
        boolean fresh = known == null || !known.remembered(seen.hour);
        if (known == null) {
            known = population.add(seen.habits, kind, values, value, seen.hour);
        } else {
            known.seen(seen.hour);
        }
        if (known != null) {
            traits.add(known);
        }
        return fresh && known != null;
    }

    private void count(Habits habits, Held held) {
        long hour = held.hour();
        habits.requests++;
        if (!habits.presence.at(hour)) {
            habits.present(hour);
        }
        if (!habits.pace.count(hour) || held.event == null || !sampled(held)) {
            return;
        }
        boolean restarted = hour - habits.restarted <= 1;
        var news = restarted ? null : habits.pace.news();
        if (news != null) {
            tell(
                    seen(held.event, held),
                    Watch.Kind.RATE,
                    Integer.toString(news.count()),
                    sentence ->
                            sentence.with("known", news.median())
                                    .with("hours", news.hours())
                                    .with("company", news.company()));
        }
    }

    private void tell(Seen seen, Watch.Kind kind, String value) {
        tell(seen, kind, value, sentence -> {});
    }

    private void tell(Seen seen, Watch.Kind kind, String value, Consumer<Sentence> more) {
        var watch = watches.get(kind);
        if (watch == null || !seen.judged || !telling(seen, kind, value)) {
            return;
        }
        var event = seen.event;
        var ref = seen.held.ref(event.auditID(), event.stage());
        boolean renewed = renewed(seen);
        told.tell(
                new Told.Difference(
                        watch,
                        seen.habits.user,
                        renewed ? Level.INFORMATIONAL : watch.level(),
                        event.time(),
                        entities(event),
                        ref),
                new Told.Detail() {
                    @Override
                    public String why() {
                        var sentence = sentence(watch, seen, value);
                        more.accept(sentence);
                        return renewed
                                ? sentence.text() + "; its program changed its version in this hour"
                                : sentence.text();
                    }

                    @Override
                    public AuditRequest request() {
                        var whole = AuditEvent.of(seen.held.view().tree());
                        return new AuditRequest(seen.held.source, whole, List.of(ref));
                    }
                });
    }

    /**
     * Whether a new version explains it. The program's word is not enough, for whoever has the
     * token chooses it: the token must be bound to another pod in that hour, or, where tokens are
     * not bound, come from a network it had.
     */
    private static boolean renewed(Seen seen) {
        var habits = seen.habits;
        if (habits.renewed != seen.hour) {
            return false;
        }
        if (habits.pod != null) {
            return habits.restarted == seen.hour;
        }
        var network = habits.networks.get(Values.network(seen.event.address()));
        return network != null && network.first() < seen.hour;
    }

    /** Whether enough is known of the identity, and the difference means something for it. */
    private boolean telling(Seen seen, Watch.Kind kind, String value) {
        var habits = seen.habits;
        if (kind == Watch.Kind.IDENTITY) {
            return true;
        }
        long needed = until == null ? span.toHours() : 0;
        boolean usual =
                habits.requests >= REQUESTS_MIN
                        && seen.hour - habits.first >= needed
                        && (until == null || habits.first * 3600 < until.getEpochSecond());
        if (!usual || population.common(habits, kind, value)) {
            return false;
        }
        var values = habits.values(kind);
        return switch (kind) {
            case ACT, RARE -> known(values, "", seen.hour) < PURPOSES_MIN;
            // the first of a kind has nothing to be compared with, and who has many gets more
            case CLIENT, NETWORK ->
                    values.size() >= 2
                            && known(values, "", seen.hour) < ROAMING_MIN
                            && habits.kind != Habits.Class.ANYBODY;
            case PLACE -> {
                var act = value.substring(0, value.indexOf(" in "));
                yield values.size() >= 2 && known(values, act, seen.hour) < ROAMING_MIN;
            }
            case WAY, RATE -> habits.kind != Habits.Class.ANYBODY;
            case IDENTITY, TOGETHER, IMAGE, DESTINATION, LINE, BURST -> true;
        };
    }

    /** How many values with this beginning were there before this hour. */
    static int known(Map<String, Trait> values, String prefix, long hour) {
        int known = 0;
        for (var trait : values.values()) {
            known += trait.first() < hour && trait.value.startsWith(prefix) ? 1 : 0;
        }
        return known;
    }

    private static List<EntityRef> entities(AuditEvent event) {
        var entities = new ArrayList<EntityRef>();
        entities.add(new EntityRef("user", event.user()));
        if (!event.address().isEmpty()) {
            entities.add(new EntityRef("ip", event.address()));
        }
        return entities;
    }

    private Sentence sentence(Watch watch, Seen seen, String value) {
        var habits = seen.habits;
        var kind = watch.kind();
        var before = new ArrayList<>(habits.values(kind).keySet());
        before.remove(value);
        var named = String.join(", ", before.subList(0, Math.min(3, before.size())));
        var known = before.size() > 3 ? named + " and " + (before.size() - 3) + " more" : named;
        var share = population.sharing(habits, kind, value, seen.hour);
        long hours = Math.min(Habits.FORGET_HOURS, seen.hour - habits.first);
        var sentence =
                new Sentence(watch.why())
                        .with("user", habits.user)
                        .with("value", value)
                        .with("address", seen.event.address())
                        .with("learned", Sentence.span(hours))
                        .with("requests", habits.requests)
                        .with("others", share.count())
                        .with("peers", share.of())
                        .with("class", habits.kind.many)
                        .with("people", population.people() - 1);
        return kind == Watch.Kind.RATE ? sentence : sentence.with("known", known);
    }

    /** What was told, in order of time; to be numbered with the other findings. */
    public List<Finding> findings() {
        turns.finish();
        return told.findings();
    }

    /**
     * The findings of other rules, those lowered to low that are medium and tell what is usual for
     * whoever did it ({@link Usual}). Which rules may be lowered so stands in {@code
     * rules/baselines.yml}: those whose finding is the act itself, and not what was sent.
     */
    public List<Finding> weighed(List<Finding> findings) {
        turns.finish();
        return watches.isEmpty() ? findings : new Usual(population, this::over).weighed(findings);
    }
}
