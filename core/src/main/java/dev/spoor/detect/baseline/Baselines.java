package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EntityRef;
import dev.spoor.event.JsonView;
import dev.spoor.event.Lens;
import dev.spoor.event.Level;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import java.nio.charset.StandardCharsets;
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

    /** In fewer hours a way of doing something is no habit. */
    private static final int WAY_HOURS_MIN = 10;

    private static final long LATE_MICROS = Turns.LATE_MAX * 1_000_000L;

    /** What is noted of a caller, apart from the value. */
    private static final int CLIENT = 1;

    private static final int ORIGIN = 2;
    private static final int DEED = 3;
    private static final int WAY = 4;
    private static final int HOME = 5;

    private final Map<Watch.Kind, Watch> watches;
    private final Duration span;
    private final @Nullable Instant until;
    private @Nullable Instant first;
    private @Nullable Instant over;
    private long firstMicros = Long.MAX_VALUE;
    private long overMicros = Long.MAX_VALUE;

    private final Names names = new Names();
    private final Columns columns = new Columns(names);

    /** By caller, program and network. */
    private final Longs<Approach> approaches = new Longs<>();

    /** By caller or approach, kind and value. */
    private final Longs<Fact> facts = new Longs<>();

    private final Turns turns = new Turns(this::turn);
    private final Population population = new Population();
    private final Workloads workloads;
    private final Lines lines;
    private final Told told;

    /**
     * Ready to learn.
     *
     * @param watches what to tell; none = nothing is learned either
     * @param span how long to learn from the first event on, and from the first event of each
     *     identity
     * @param until learn all before then instead; null = {@code span} alone decides
     */
    public Baselines(List<Watch> watches, Duration span, @Nullable Instant until) {
        this.watches = Watch.byKind(watches);
        this.span = span;
        this.until = until;
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
            var held = turns.spare();
            held.micros = micros(time);
            held.id = Columns.hash(record.view, record.viewOffset, record.viewLength);
            held.approach = Approach.NONE;
            held.kept = Held.Kept.of(record, source, position, telling);
            turns.add(held);
        }
    }

    private void audit(
            Received record, Scanned scanned, Source source, long position, boolean telling) {
        boolean plain =
                !scanned.verbatim()
                        && scanned.current()
                        && Lens.identity(source.kind(), source.wrapping())
                        && columns.at(scanned);
        if (!plain) {
            parsed(record, source, position, telling);
        } else if (columns.answered(scanned)) {
            long micros = columns.micros(scanned);
            if (micros != Long.MIN_VALUE) {
                columns(record, scanned, source, position, telling, micros);
            }
        }
    }

    private void columns(
            Received record,
            Scanned scanned,
            Source source,
            long position,
            boolean telling,
            long micros) {
        var caller = columns.caller(scanned);
        var held = turns.spare();
        held.micros = micros;
        held.id = columns.id(scanned, caller);
        held.approach = approach(caller, scanned);
        held.act = columns.act(scanned);
        boolean placed = held.act != Names.NONE || caller.kind == Habits.Class.PERSON;
        held.space = placed ? columns.space(scanned) : Names.NONE;
        request(held, record, source, position, telling);
    }

    /** As {@link #columns}, of an event that is not read from its columns. */
    private void parsed(Received record, Source source, long position, boolean telling) {
        var event = AuditEvent.of(new JsonView(source, record).tree());
        var time = event.time() == null ? Times.of(source, record) : event.time();
        if (time == null || event.stage().equals("RequestReceived")) {
            return;
        }
        var caller = names.caller(event);
        var id = event.auditID().getBytes(StandardCharsets.UTF_8);
        var held = turns.spare();
        held.micros = micros(time);
        held.id = Columns.id(id, 0, id.length, event.stage().length(), caller);
        held.approach =
                approach(caller, names.agent(event.userAgent()), names.network(event.address()));
        held.act = names.act(event.verb(), event.what());
        held.space = names.space(event.object().namespace());
        request(held, record, source, position, telling);
    }

    static long micros(Instant time) {
        return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
    }

    private void request(
            Held held, Received record, Source source, long position, boolean telling) {
        long micros = held.micros;
        if (micros < firstMicros) {
            over(Instant.ofEpochSecond(0, micros * 1_000));
        }
        var caller = held.approach.caller;
        if (held.act == Names.NONE) {
            held.deed = Fact.NONE;
            held.way = Fact.NONE;
        } else {
            long act = Columns.mixed(caller.number + DEED, held.act.number());
            held.deed = fact(Columns.mixed(act, held.space.number()), true);
            held.way = held.deed.anyWay() ? Fact.NONE : way(held);
        }
        held.home =
                caller.kind == Habits.Class.PERSON
                        ? fact(Columns.mixed(caller.number + HOME, held.space.number()), false)
                        : Fact.NONE;
        held.kept =
                telling && micros + LATE_MICROS >= overMicros && (sampled(held) || asks(held))
                        ? Held.Kept.of(record, source, position, true)
                        : null;
        turns.add(held);
    }

    /** Equal codes of one generation need no look at what they stand for. */
    private Approach approach(Caller caller, Scanned scanned) {
        long codes = columns.codes(scanned);
        var last = caller.last;
        if (last != null && codes == caller.lastCodes && codes != Columns.NO_CODES) {
            return last;
        }
        var found = approach(caller, columns.agent(scanned), columns.network(scanned));
        caller.lastCodes = codes;
        return found;
    }

    private Approach approach(Caller caller, Name agent, Name network) {
        caller.lastCodes = Columns.NO_CODES;
        var last = caller.last;
        if (last == null || last.agent != agent || last.network != network) {
            last = found(caller, agent, network);
            caller.last = last;
        }
        return last;
    }

    private Approach found(Caller caller, Name agent, Name network) {
        long client = Columns.mixed(caller.number + CLIENT, agent.number());
        long key = Columns.mixed(client, network.number());
        var known = approaches.get(key);
        if (known == null) {
            long origin = Columns.mixed(caller.number + ORIGIN, network.number());
            known =
                    new Approach(
                            caller,
                            agent,
                            network,
                            fact(client, false),
                            fact(origin, false),
                            names.next());
            approaches.put(key, known);
        }
        return known;
    }

    private Fact way(Held held) {
        return fact(Columns.mixed(held.approach.number + WAY, held.act.number()), false);
    }

    private Fact fact(long key, boolean deed) {
        var fact = facts.get(key);
        if (fact == null) {
            fact = new Fact(deed);
            facts.put(key, fact);
        }
        return fact;
    }

    /** One in 64 is at hand when a rate is to be told; which ones depends on nothing else. */
    private static boolean sampled(Held held) {
        return (held.id & 63) == 0;
    }

    /** Whether something of it may be told of it. */
    private static boolean asks(Held held) {
        return asks(held, held.approach.client)
                | asks(held, held.approach.origin)
                | asks(held, held.deed)
                | asks(held, held.way)
                | asks(held, held.home);
    }

    private static boolean asks(Held held, Fact fact) {
        return fact != Fact.NONE && fact.asks(held.approach.caller, held.micros, held.hour());
    }

    /** Its turn has come: all that is earlier was learned from. */
    private void turn(Held held) {
        var approach = held.approach;
        if (approach == Approach.NONE) {
            alert(held);
            return;
        }
        long hour = held.hour();
        if (approach.hour != hour) {
            came(held, hour);
        }
        if (held.deed != Fact.NONE) {
            deed(held, hour);
        }
        if (held.home != Fact.NONE && !held.home.again(hour)) {
            home(held, hour);
        }
        count(held, hour);
    }

    private void alert(Held held) {
        var time = Instant.ofEpochSecond(0, held.micros * 1_000);
        if (held.kept != null) {
            workloads.take(held.kept, time, held.kept.telling() && over(time));
        }
    }

    /** Notes how it came, for the first time in the hour. */
    private void came(Held held, long hour) {
        var approach = held.approach;
        if (!approach.client.again(hour)) {
            client(held, hour);
        }
        if (!approach.origin.again(hour)) {
            origin(held, hour);
        }
        approach.hour = hour;
    }

    /** Whose request it is: of a newcomer it is told. */
    private Habits habits(Held held, long hour) {
        var caller = held.approach.caller;
        var before = caller.habits;
        if (before != null && hour - before.last <= Habits.FORGET_HOURS) {
            return before; // nobody was forgotten who was there since
        }
        var habits = population.known(caller.user);
        boolean newcomer = habits == null;
        if (habits == null) {
            habits = population.add(caller.user, hour);
        }
        caller.habits = habits;
        if (newcomer && habits.kind == Habits.Class.PERSON && population.people() > PEOPLE_MIN) {
            tell(habits, held, Watch.Kind.IDENTITY, "");
        }
        return habits;
    }

    /** Whether learning is over at that time. */
    private boolean over(Instant time) {
        if (first == null || time.isBefore(first)) {
            first = time;
            over = until == null ? time.plus(span) : until;
            firstMicros = micros(first);
            overMicros = micros(over);
        }
        return over != null && !time.isBefore(over);
    }

    /** Who calls with what. */
    private void client(Held held, long hour) {
        var habits = habits(held, hour);
        var caller = held.approach.caller;
        renewal(habits, held, hour);
        Trait credential = null;
        if (habits.kind == Habits.Class.PERSON) {
            habits.joined(caller.groups);
            if (!caller.credential.isEmpty()) {
                credential = note(habits.credentials, caller.credential, hour);
            }
        }
        var client = Values.client(held.approach.agent.text());
        if (!client.isEmpty() && fresh(habits, Watch.Kind.CLIENT, habits.clients, client, hour)) {
            tell(habits, held, Watch.Kind.CLIENT, client);
        }
        held.approach.client.noted(habits, habits.clients.get(client), credential, hour);
    }

    /** From where. */
    private void origin(Held held, long hour) {
        var habits = habits(held, hour);
        var network = held.approach.network.text();
        if (!network.isEmpty()
                && fresh(habits, Watch.Kind.NETWORK, habits.networks, network, hour)) {
            tell(habits, held, Watch.Kind.NETWORK, network);
        }
        held.approach.origin.noted(habits, habits.networks.get(network), null, hour);
    }

    /** Where a person works. */
    private void home(Held held, long hour) {
        var habits = habits(held, hour);
        var namespace = held.space.text();
        Trait home = null;
        if (!namespace.isEmpty()) {
            home = note(habits.homes, namespace, hour);
            population.did(habits, namespace, hour);
        }
        held.home.noted(habits, home, null, hour);
    }

    private @Nullable Trait note(Map<String, Trait> values, String value, long hour) {
        var known = values.get(value);
        if (known == null) {
            return population.add(values, value, hour);
        }
        known.seen(hour);
        return known;
    }

    /** Notes when a machine was started anew or its program has another version. */
    private static void renewal(Habits habits, Held held, long hour) {
        if (habits.kind == Habits.Class.PERSON) {
            return;
        }
        var pod = held.approach.caller.pod;
        if (!pod.isEmpty() && !pod.equals(habits.pod)) {
            if (habits.pod != null) {
                habits.restarted = hour;
                habits.restarts(hour);
            }
            habits.pod = pod;
        }
        var agent = held.approach.agent.text();
        var client = Values.client(agent);
        var before = habits.agents.get(client);
        if (!agent.equals(before) && (before != null || habits.agents.size() < ROAMING_MIN)) {
            habits.renewed = before == null ? habits.renewed : hour;
            habits.agents.put(client, agent);
        }
    }

    /** What is done where, and in which way. */
    private void deed(Held held, long hour) {
        var deed = held.deed;
        int times = deed.hours();
        boolean met = deed.again(hour);
        if (met && (held.way == Fact.NONE || deed.anyWay() || held.way.again(hour))) {
            return;
        }
        var habits = habits(held, hour);
        var act = held.act.text();
        var place = Values.place(act, held.space.text());
        boolean first = false;
        boolean elsewhere = false;
        boolean rare = false;
        if (!met) {
            var known = habits.acts.get(act);
            times = known == null ? 0 : known.hours();
            rare = times <= Habits.RARE_HOURS_MAX && habits.watched(hour);
            first = fresh(habits, Watch.Kind.ACT, habits.acts, act, hour);
            elsewhere = fresh(habits, Watch.Kind.PLACE, habits.places, place, hour);
            if (habits.kind == Habits.Class.PERSON) {
                population.did(habits, place, hour);
            }
            deed.noted(habits, habits.acts.get(act), habits.places.get(place), hour);
            deed.ways = habits.ways(act);
        }
        boolean otherwise = otherwise(habits, held, hour);
        if (first) {
            tell(habits, held, Watch.Kind.ACT, act);
        } else if (elsewhere) {
            tell(habits, held, Watch.Kind.PLACE, place);
        } else if (otherwise && times >= WAY_HOURS_MIN && habits.ways(act).size() == 2) {
            tell(
                    habits,
                    held,
                    Watch.Kind.WAY,
                    act + " " + way(held.approach.agent, held.approach.network));
        } else if (rare) {
            tell(habits, held, Watch.Kind.RARE, act);
        }
    }

    /** Whether an act was never done in that way, as long as there are not too many ways. */
    private boolean otherwise(Habits habits, Held held, long hour) {
        var ways = held.deed.ways;
        if (ways == null || held.deed.anyWay() || held.way == Fact.NONE || held.way.again(hour)) {
            return false;
        }
        var way = way(held.approach.agent, held.approach.network);
        boolean fresh = fresh(habits, Watch.Kind.WAY, ways, way, hour);
        held.way.noted(habits, ways.get(way), null, hour);
        return fresh;
    }

    private static String way(Name agent, Name network) {
        return "with " + Values.client(agent.text()) + " from " + network.text();
    }

    /** Whether the value is new for the identity, or was forgotten; it is remembered. */
    private boolean fresh(
            Habits habits, Watch.Kind kind, Map<String, Trait> values, String value, long hour) {
        var known = values.get(value);
        if (known == null) {
            return population.add(habits, kind, values, value, hour) != null;
        }
        boolean fresh = !known.remembered(hour);
        known.seen(hour);
        return fresh;
    }

    private void count(Held held, long hour) {
        var known = held.approach.caller.habits;
        var habits = known == null ? habits(held, hour) : known;
        habits.requests++;
        if (!habits.pace.at(hour)) {
            habits.present(hour);
        }
        if (!habits.pace.count(hour) || !sampled(held) || !judged(held)) {
            return;
        }
        boolean restarted = hour - habits.restarted <= 1;
        var news = restarted ? null : habits.pace.news();
        if (news != null) {
            tell(
                    habits,
                    held,
                    Watch.Kind.RATE,
                    Integer.toString(news.count()),
                    sentence ->
                            sentence.with("known", news.median())
                                    .with("hours", news.hours())
                                    .with("company", news.company()));
        }
    }

    /** Whether it is after what is learned, and at hand. */
    private boolean judged(Held held) {
        return held.kept != null && held.micros >= overMicros;
    }

    private void tell(Habits habits, Held held, Watch.Kind kind, String value) {
        tell(habits, held, kind, value, sentence -> {});
    }

    private void tell(
            Habits habits, Held held, Watch.Kind kind, String value, Consumer<Sentence> more) {
        var watch = watches.get(kind);
        var kept = held.kept;
        long hour = held.hour();
        if (watch == null || kept == null || !judged(held) || !telling(habits, hour, kind, value)) {
            return;
        }
        var event = kept.event();
        var ref = kept.ref(event.auditID(), event.stage());
        boolean renewed = renewed(habits, held, hour);
        told.tell(
                new Told.Difference(
                        watch,
                        habits.user,
                        renewed ? Level.INFORMATIONAL : watch.level(),
                        event.time(),
                        entities(event),
                        ref),
                new Told.Detail() {
                    @Override
                    public String why() {
                        var sentence = sentence(watch, habits, event, hour, value);
                        more.accept(sentence);
                        return renewed
                                ? sentence.text() + "; its program changed its version in this hour"
                                : sentence.text();
                    }

                    @Override
                    public AuditRequest request() {
                        return new AuditRequest(kept.source(), event, List.of(ref));
                    }
                });
    }

    /**
     * Whether a new version explains it. The program's word is not enough, for whoever has the
     * token chooses it: the token must be bound to another pod in that hour, or, where tokens are
     * not bound, come from a network it had.
     */
    private static boolean renewed(Habits habits, Held held, long hour) {
        if (habits.renewed != hour) {
            return false;
        }
        if (habits.pod != null) {
            return habits.restarted == hour;
        }
        var network = habits.networks.get(held.approach.network.text());
        return network != null && network.first() < hour;
    }

    /** Whether enough is known of the identity, and the difference means something for it. */
    private boolean telling(Habits habits, long hour, Watch.Kind kind, String value) {
        if (kind == Watch.Kind.IDENTITY) {
            return true;
        }
        long needed = until == null ? span.toHours() : 0;
        boolean usual =
                habits.requests >= REQUESTS_MIN
                        && hour - habits.first >= needed
                        && (until == null || habits.first * 3600 < until.getEpochSecond());
        if (!usual || population.common(habits, kind, value)) {
            return false;
        }
        var values = habits.values(kind);
        return switch (kind) {
            case ACT, RARE -> known(values, "", hour) < PURPOSES_MIN;
            // the first of a kind has nothing to be compared with, and who has many gets more
            case CLIENT, NETWORK ->
                    values.size() >= 2
                            && known(values, "", hour) < ROAMING_MIN
                            && habits.kind != Habits.Class.ANYBODY;
            case PLACE -> {
                var act = value.substring(0, value.indexOf(" in "));
                yield values.size() >= 2 && known(values, act, hour) < ROAMING_MIN;
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

    private Sentence sentence(
            Watch watch, Habits habits, AuditEvent event, long hour, String value) {
        var kind = watch.kind();
        var before = new ArrayList<>(habits.values(kind).keySet());
        before.remove(value);
        var named = String.join(", ", before.subList(0, Math.min(3, before.size())));
        var known = before.size() > 3 ? named + " and " + (before.size() - 3) + " more" : named;
        var share = population.sharing(habits, kind, value, hour);
        long hours = Math.min(Habits.FORGET_HOURS, hour - habits.first);
        var sentence =
                new Sentence(watch.why())
                        .with("user", habits.user)
                        .with("value", value)
                        .with("address", event.address())
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
