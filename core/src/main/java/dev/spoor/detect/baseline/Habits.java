package dev.spoor.detect.baseline;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one identity did so far. */
final class Habits {
    /** More values of a kind make an identity one that roams: it is never new in that kind. */
    static final int VALUES_MAX = 64;

    /** What was not seen for so long is forgotten: 30 days. */
    static final long FORGET_HOURS = 30 * 24;

    /** Older ones are forgotten. */
    private static final int RESTARTS_MAX = 64;

    /** Seen in no more hours, an act is rare for an identity that was watched for a week. */
    static final int RARE_HOURS_MAX = 2;

    private static final int RARE_WATCHED_HOURS = 7 * 24;

    private static final int DAY_HOURS = 24;

    /** So far apart hours of a day are about the same. */
    private static final int ABOUT_HOURS = 2;

    private static final int GROUPS_MAX = 8;

    private static final Set<String> EVERYBODY =
            Set.of("system:authenticated", "system:unauthenticated");

    /** Ways of doing one act; more are no habit. */
    static final int WAYS_MAX = 4;

    /** What an identity is, as the API server tells: nobody chooses it by a name. */
    enum Class {
        PERSON("people"),
        ACCOUNT("service accounts"),
        NODE("nodes"),
        COMPONENT("components"),
        ANYBODY("callers without a name");

        final String many;

        Class(String many) {
            this.many = many;
        }

        static Class of(String user) {
            return !user.startsWith("system:")
                    ? user.isEmpty() ? ANYBODY : PERSON
                    : user.startsWith("system:serviceaccount:")
                            ? ACCOUNT
                            : user.startsWith("system:node:")
                                    ? NODE
                                    : user.equals("system:anonymous") ? ANYBODY : COMPONENT;
        }
    }

    final String user;
    final Class kind;
    final Pace pace = new Pace();

    final Map<String, Trait> clients = new LinkedHashMap<>();
    final Map<String, Trait> networks = new LinkedHashMap<>();
    final Map<String, Trait> acts = new LinkedHashMap<>();
    final Map<String, Trait> places = new LinkedHashMap<>();

    /** Of a person: the namespaces it did anything in. */
    final Map<String, Trait> homes = new LinkedHashMap<>();

    /** Of a person: certificates by their fingerprint, other credentials by their kind. */
    final Map<String, Trait> credentials = new LinkedHashMap<>();

    /** Of a person: its groups, those aside that everybody has. */
    final Set<String> groups = new LinkedHashSet<>();

    /** That it was there at all. */
    final Trait presence;

    /** Of a person: by hour of the day (UTC), the first hour at which it was there. */
    private final long[] clock;

    /** By act: the clients and networks it was done with. */
    final Map<String, Map<String, Trait>> ways = new LinkedHashMap<>();

    /** Full user agents by program, to see a new version of the same one. */
    final Map<String, String> agents = new LinkedHashMap<>();

    long requests;

    /** The hour it was first and last seen. */
    long first;

    long last;

    /** The hour in which its program last said that it has another version: it may lie. */
    long renewed = -1;

    /** The hour in which its token was last bound to another pod: that the API server tells. */
    long restarted = -1;

    /** The hours of the last such times. */
    final Set<Long> restarts = new LinkedHashSet<>();

    @Nullable String pod;

    Habits(String user, long hour) {
        this.user = user;
        this.kind = Class.of(user);
        this.presence = new Trait("", hour);
        this.clock = new long[kind == Class.PERSON ? DAY_HOURS : 0];
        Arrays.fill(clock, Long.MAX_VALUE);
        this.first = hour;
        this.last = hour;
        present(hour);
    }

    /** It did something at that hour. */
    void present(long hour) {
        first = Math.min(first, hour);
        last = Math.max(last, hour);
        presence.seen(hour);
        if (clock.length > 0) {
            int of = (int) Math.floorMod(hour, (long) DAY_HOURS);
            clock[of] = Math.min(clock[of], hour);
        }
    }

    /** Whether a person was there about that hour of the day on an earlier day. */
    boolean awake(long hour) {
        for (int off = -ABOUT_HOURS; off <= ABOUT_HOURS; off++) {
            int of = (int) Math.floorMod(hour + off, (long) DAY_HOURS);
            if (clock[of] < hour - DAY_HOURS / 2) {
                return true;
            }
        }
        return false;
    }

    /** Whether the identity was seen so long before that an act it seldom does is rare for it. */
    boolean watched(long hour) {
        return hour - first >= RARE_WATCHED_HOURS;
    }

    /** Whether an act is rare for it. */
    boolean rare(Trait act, long hour) {
        return act.hours() <= RARE_HOURS_MAX && watched(hour);
    }

    /** More groups are not kept. */
    void joined(List<String> all) {
        for (var group : all) {
            if (groups.size() < GROUPS_MAX && !EVERYBODY.contains(group)) {
                groups.add(group);
            }
        }
    }

    void restarts(long hour) {
        restarts.add(hour);
        if (restarts.size() > RESTARTS_MAX) {
            restarts.remove(restarts.iterator().next());
        }
    }

    Map<String, Trait> values(Watch.Kind kind) {
        return switch (kind) {
            case CLIENT -> clients;
            case NETWORK -> networks;
            case ACT, RARE -> acts;
            case PLACE -> places;
            case WAY, RATE, IDENTITY, TOGETHER, IMAGE, DESTINATION, LINE, BURST -> Map.of();
        };
    }

    /** The ways in which an act was done; {@link #WAYS_MAX} are too many to be a habit. */
    Map<String, Trait> ways(String act) {
        return ways.computeIfAbsent(act, _ -> new LinkedHashMap<>());
    }
}
