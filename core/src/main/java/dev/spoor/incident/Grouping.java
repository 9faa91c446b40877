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
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which acts are one story.
 *
 * <p>The unit is a <i>session</i>: acts of one client (user, address, program) without a pause
 * longer than {@link #PAUSE_MAX}. Sessions become one story when
 *
 * <ul>
 *   <li>one used what the other left behind ({@link Chain});
 *   <li>they have the same user or the same credential, lie within {@link #PAUSE_MAX}, and each of
 *       them is telling by itself ({@link Pattern});
 *   <li>they have the same credential, lie within {@link #NEAR_MAX}, one of them is telling, and
 *       the other was refused or touched the same object: so a stolen credential used from two
 *       places is one story, while the owner's ordinary work from elsewhere stays out of it;
 *   <li>they tried unknown credentials with the same program on the same path within {@link
 *       #GUESS_MAX}, whatever their address.
 * </ul>
 *
 * <p>A story without a telling session is no incident.
 */
final class Grouping {
    /** A longer pause ends a session; then only a chain joins. */
    static final Duration PAUSE_MAX = Duration.ofHours(6);

    /** How far a session that tells nothing alone may lie from the one it belongs to. */
    static final Duration NEAR_MAX = Duration.ofHours(1);

    /** How far apart failed logins of one program may lie. */
    static final Duration GUESS_MAX = Duration.ofMinutes(10);

    private final List<Act> acts;
    private final int[] parent;
    private final int[] sessionOf;
    private final List<Session> sessions = new ArrayList<>();

    private Grouping(List<Act> acts) {
        this.acts = acts;
        this.sessionOf = new int[acts.size()];
        cut();
        this.parent = new int[sessions.size()];
        for (int i = 0; i < parent.length; i++) {
            parent[i] = i;
        }
    }

    /** Acts of one client in time order. */
    private static final class Session {
        final List<Act> acts = new ArrayList<>();
        final Set<String> credentials = new HashSet<>();
        @Nullable Instant start;
        @Nullable Instant end;

        void add(Act act) {
            acts.add(act);
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

    /**
     * The incidents among acts in time order, by their first act.
     *
     * @param around what acts left behind according to other records
     */
    static List<List<Act>> of(List<Act> acts, Surroundings around) {
        var grouping = new Grouping(acts);
        for (var link : Chain.links(acts, around)) {
            grouping.join(grouping.sessionOf[link.earlier()], grouping.sessionOf[link.later()]);
        }
        grouping.joinGuesses();
        var telling = grouping.telling();
        grouping.joinTelling(telling);
        grouping.joinNear(telling);
        return grouping.stories();
    }

    private void cut() {
        var open = new HashMap<Object, Integer>();
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            Object key =
                    act.actor() != null
                            ? act.actor().client()
                            : List.of(act.worst().rule(), act.actorEntity());
            var current = open.get(key);
            if (current == null || !sessions.get(current).within(act.time(), PAUSE_MAX)) {
                current = sessions.size();
                sessions.add(new Session());
                open.put(key, current);
            }
            sessions.get(current).add(act);
            sessionOf[i] = current;
        }
    }

    private int root(int session) {
        int root = session;
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

    private void joinGuesses() {
        record Guess(String cluster, String agent, String verb, String uri) {}
        var last = new HashMap<Guess, Integer>();
        for (int i = 0; i < acts.size(); i++) {
            var event = acts.get(i).event();
            var actor = acts.get(i).actor();
            if (event == null || actor == null || event.code() != 401 || !actor.user().isEmpty()) {
                continue;
            }
            var guess = new Guess(actor.cluster(), actor.agent(), event.verb(), event.requestURI());
            var before = last.put(guess, i);
            if (before != null && near(acts.get(before).time(), acts.get(i).time(), GUESS_MAX)) {
                join(sessionOf[before], sessionOf[i]);
            }
        }
    }

    private static boolean near(@Nullable Instant a, @Nullable Instant b, Duration distance) {
        return a != null && b != null && Duration.between(a, b).abs().compareTo(distance) <= 0;
    }

    /** By session: whether the sessions joined so far tell something together. */
    private boolean[] telling() {
        var byRoot = new HashMap<Integer, List<Act>>();
        for (int i = 0; i < acts.size(); i++) {
            byRoot.computeIfAbsent(root(sessionOf[i]), _ -> new ArrayList<>()).add(acts.get(i));
        }
        var telling = new boolean[sessions.size()];
        for (int s = 0; s < telling.length; s++) {
            int root = root(s);
            if (root == s) {
                telling[s] = Pattern.tells(byRoot.getOrDefault(s, List.of()));
            }
        }
        for (int s = 0; s < telling.length; s++) {
            telling[s] = telling[root(s)];
        }
        return telling;
    }

    private void joinTelling(boolean[] telling) {
        var byName = new LinkedHashMap<String, List<Integer>>();
        for (int s = 0; s < telling.length; s++) {
            var actor = sessions.get(s).acts.getFirst().actor();
            if (!telling[s] || actor == null || actor.shared()) {
                continue;
            }
            byName.computeIfAbsent(
                            "user " + actor.cluster() + " " + actor.user(), _ -> new ArrayList<>())
                    .add(s);
            for (var credential : sessions.get(s).credentials) {
                byName.computeIfAbsent("credential " + credential, _ -> new ArrayList<>()).add(s);
            }
        }
        var byStart =
                Comparator.comparing(
                        (Integer s) -> sessions.get(s).start,
                        Comparator.nullsLast(Comparator.naturalOrder()));
        for (var same : byName.values()) {
            same.sort(byStart);
            for (int i = 1, reach = same.getFirst(); i < same.size(); i++) {
                int next = same.get(i);
                if (sessions.get(reach).within(sessions.get(next).start, PAUSE_MAX)) {
                    join(reach, next);
                }
                var reachEnd = sessions.get(reach).end;
                var nextEnd = sessions.get(next).end;
                if (reachEnd == null || (nextEnd != null && nextEnd.isAfter(reachEnd))) {
                    reach = next;
                }
            }
        }
    }

    /** Times at which telling sessions used a credential, at all or on one object. */
    private record Use(String credential, @Nullable EntityRef object) {}

    private void joinNear(boolean[] telling) {
        var uses = new HashMap<Use, TreeMap<Instant, Integer>>();
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            if (telling[sessionOf[i]] && act.time() != null) {
                for (var use : uses(act, true)) {
                    uses.computeIfAbsent(use, _ -> new TreeMap<>())
                            .putIfAbsent(act.time(), sessionOf[i]);
                }
            }
        }
        for (int i = 0; i < acts.size(); i++) {
            var act = acts.get(i);
            if (!telling[sessionOf[i]] && act.time() != null) {
                for (var use : uses(act, act.outcome() == Act.Outcome.REFUSED)) {
                    var near = nearest(uses.get(use), act.time());
                    if (near != null) {
                        join(sessionOf[i], near);
                    }
                }
            }
        }
    }

    private static List<Use> uses(Act act, boolean anyObject) {
        var uses = new ArrayList<Use>(2);
        if (act.actor() != null && !act.actor().credential().isEmpty()) {
            if (anyObject) {
                uses.add(new Use(act.actor().credential(), null));
            }
            if (act.object() != null) {
                uses.add(new Use(act.actor().credential(), act.object()));
            }
        }
        return uses;
    }

    private static @Nullable Integer nearest(
            @Nullable TreeMap<Instant, Integer> times, Instant time) {
        if (times == null) {
            return null;
        }
        var before = times.floorEntry(time);
        if (before != null && near(before.getKey(), time, NEAR_MAX)) {
            return before.getValue();
        }
        var after = times.ceilingEntry(time);
        return after != null && near(after.getKey(), time, NEAR_MAX) ? after.getValue() : null;
    }

    private List<List<Act>> stories() {
        var telling = telling();
        var byRoot = new LinkedHashMap<Integer, List<Act>>();
        for (int i = 0; i < acts.size(); i++) {
            if (telling[sessionOf[i]]) {
                byRoot.computeIfAbsent(root(sessionOf[i]), _ -> new ArrayList<>()).add(acts.get(i));
            }
        }
        return List.copyOf(byRoot.values());
    }
}
