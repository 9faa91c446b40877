package dev.spoor.incident;

import dev.spoor.event.EntityRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which acts are one story.
 *
 * <p>A <i>session</i> is the acts of one client (user, address, program) without a pause longer
 * than {@link #PAUSE_MAX}; failed logins of one program on one path within {@link #GUESS_MAX} are
 * one session whatever their address. A session that is telling by itself ({@link Pattern}) is told
 * whole. Further,
 *
 * <ul>
 *   <li>telling sessions of one user or one credential within {@link #PAUSE_MAX} are one story;
 *   <li>an act joins the act whose leavings it used ({@link Chain}), when that one is telling or
 *       made the credential that was used; used from the very address where it was made, such a
 *       credential is telling;
 *   <li>an act joins a telling session with the same credential within {@link #NEAR_MAX} when it
 *       concerns an object that session made, or when both change or enter the same object.
 * </ul>
 *
 * <p>So a stolen credential used from two places is one story, while its owner's ordinary work from
 * elsewhere stays out of it, refused attempts included.
 *
 * <p>What is joined to nothing telling is no incident.
 */
final class Grouping {
    /** A longer pause ends a session; then only a chain joins. */
    static final Duration PAUSE_MAX = Duration.ofHours(6);

    /** How far an act that tells nothing alone may lie from the session it belongs to. */
    static final Duration NEAR_MAX = Duration.ofHours(1);

    /** How far apart failed logins of one program may lie. */
    static final Duration GUESS_MAX = Duration.ofMinutes(10);

    private final List<Act> acts;
    private final int[] parent;
    private final int[] sessionOf;
    private final List<Session> sessions = new ArrayList<>();
    private final boolean[] telling;

    /** Acts in time order. */
    Grouping(List<Act> acts) {
        this.acts = acts;
        this.parent = new int[acts.size()];
        for (int i = 0; i < parent.length; i++) {
            parent[i] = i;
        }
        this.sessionOf = new int[acts.size()];
        cut();
        this.telling = new boolean[acts.size()];
        for (var session : sessions) {
            session.tells = Pattern.tells(session.acts);
            for (int i : session.places) {
                telling[i] = session.tells;
                if (session.tells) {
                    join(session.places.getFirst(), i);
                }
            }
        }
        joinTelling();
    }

    /** Acts of one client in time order, with their places in the list. */
    private static final class Session {
        final List<Act> acts = new ArrayList<>();
        final List<Integer> places = new ArrayList<>();
        final Set<String> credentials = new HashSet<>();
        boolean tells;
        @Nullable Instant start;
        @Nullable Instant end;

        void add(Act act, int place) {
            acts.add(act);
            places.add(place);
            var actor = act.actor();
            if (actor != null && !actor.credential().isEmpty()) {
                credentials.add(actor.credential());
            }
            if (act.time() != null) {
                start = start == null ? act.time() : start;
                end = act.time();
            }
        }

        boolean within(@Nullable Instant time, Duration pause) {
            return end == null || time == null || !time.isAfter(end.plus(pause));
        }
    }

    /** The incidents so far, without chains: what to look around. */
    List<List<Act>> sessions() {
        return stories();
    }

    /**
     * The incidents, by their first act.
     *
     * @param around what acts left behind according to other records
     */
    List<List<Act>> joined(Surroundings around) {
        for (var link : Chain.links(acts, around)) {
            if (link.credential() || telling[link.earlier()]) {
                join(link.earlier(), link.later());
            }
            if (link.credential() && sameHand(acts.get(link.earlier()), acts.get(link.later()))) {
                telling[link.later()] = true;
            }
        }
        joinNear();
        return stories();
    }

    /** Who made a credential for somebody else and uses it from the same place changes names. */
    private static boolean sameHand(Act maker, Act user) {
        return maker.actor() != null
                && user.actor() != null
                && !maker.actor().user().equals(user.actor().user())
                && !maker.actor().address().isEmpty()
                && maker.actor().address().equals(user.actor().address());
    }

    private record Guess(String cluster, String agent, String verb, String uri) {}

    private void cut() {
        var open = new HashMap<Object, Integer>();
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            var key = client(act);
            var current = open.get(key);
            var pause = key instanceof Guess ? GUESS_MAX : PAUSE_MAX;
            if (current == null || !sessions.get(current).within(act.time(), pause)) {
                current = sessions.size();
                sessions.add(new Session());
                open.put(key, current);
            }
            sessions.get(current).add(act, i);
            sessionOf[i] = current;
        }
    }

    private static Object client(Act act) {
        var actor = act.actor();
        var event = act.event();
        if (actor == null || event == null) {
            return List.of(act.worst().rule(), act.actorEntity());
        }
        return event.code() == 401 && actor.user().isEmpty()
                ? new Guess(actor.cluster(), actor.agent(), event.verb(), event.requestURI())
                : actor.client();
    }

    private int root(int act) {
        int root = act;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }

    private void join(int a, int b) {
        int low = Math.min(root(a), root(b));
        parent[root(a)] = low;
        parent[root(b)] = low;
    }

    private void joinTelling() {
        var byName = new LinkedHashMap<String, List<Session>>();
        for (var session : sessions) {
            var actor = session.acts.getFirst().actor();
            if (!session.tells || actor == null || actor.shared()) {
                continue;
            }
            byName.computeIfAbsent(
                            "user " + actor.cluster() + " " + actor.user(), _ -> new ArrayList<>())
                    .add(session);
            for (var credential : session.credentials) {
                byName.computeIfAbsent("credential " + credential, _ -> new ArrayList<>())
                        .add(session);
            }
        }
        for (var same : byName.values()) {
            same.sort(BY_START);
            var reach = same.getFirst();
            for (var next : same) {
                if (reach.within(next.start, PAUSE_MAX)) {
                    join(reach.places.getFirst(), next.places.getFirst());
                }
                if (reach.end == null || (next.end != null && next.end.isAfter(reach.end))) {
                    reach = next;
                }
            }
        }
    }

    private static final Comparator<Session> BY_START =
            Comparator.comparing(
                    (Session session) -> session.start,
                    Comparator.nullsLast(Comparator.naturalOrder()));

    /** A credential used on an object: to make it, or to change or enter it. */
    private record Use(String credential, EntityRef object, boolean made) {}

    private void joinNear() {
        var uses = new HashMap<Use, TreeMap<Instant, Integer>>();
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            if (telling[i] && act.time() != null) {
                var deed = Deed.of(act.event());
                if (deed.touch().equals("created") && act.outcome() == Act.Outcome.DONE) {
                    use(uses, i, true);
                }
                if (enters(deed)) {
                    use(uses, i, false);
                }
            }
        }
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            if (!telling[i]) {
                joinNear(i, uses, true);
                if (enters(Deed.of(act.event()))) {
                    joinNear(i, uses, false);
                }
            }
        }
    }

    private static boolean enters(Deed deed) {
        return !deed.touch().isEmpty() && !deed.touch().equals("read");
    }

    private @Nullable Use key(int act, boolean made) {
        var actor = acts.get(act).actor();
        var object = acts.get(act).object();
        return actor == null || actor.credential().isEmpty() || object == null
                ? null
                : new Use(actor.credential(), object, made);
    }

    private void use(Map<Use, TreeMap<Instant, Integer>> uses, int act, boolean made) {
        var key = key(act, made);
        var time = acts.get(act).time();
        if (key != null && time != null) {
            uses.computeIfAbsent(key, _ -> new TreeMap<>()).putIfAbsent(time, act);
        }
    }

    private void joinNear(int act, Map<Use, TreeMap<Instant, Integer>> uses, boolean made) {
        var key = key(act, made);
        var time = acts.get(act).time();
        var near = key == null || time == null ? null : nearest(uses.get(key), time);
        if (near != null) {
            join(act, near);
        }
    }

    private static @Nullable Integer nearest(
            @Nullable TreeMap<Instant, Integer> times, Instant time) {
        if (times == null) {
            return null;
        }
        var before = times.floorEntry(time);
        if (before != null && near(before.getKey(), time)) {
            return before.getValue();
        }
        var after = times.ceilingEntry(time);
        return after != null && near(after.getKey(), time) ? after.getValue() : null;
    }

    private static boolean near(Instant a, Instant b) {
        return Duration.between(a, b).abs().compareTo(NEAR_MAX) <= 0;
    }

    private List<List<Act>> stories() {
        var told = new HashSet<Integer>();
        var byRoot = new LinkedHashMap<Integer, List<Act>>();
        for (int i = 0; i < acts.size(); i++) {
            if (telling[i]) {
                told.add(root(i));
            }
            byRoot.computeIfAbsent(root(i), _ -> new ArrayList<>()).add(acts.get(i));
        }
        var stories = new ArrayList<List<Act>>();
        byRoot.forEach((root, story) -> {
            if (told.contains(root) || (story.size() > 1 && Pattern.tells(story))) {
                stories.add(story);
            }
        });
        return stories;
    }
}
