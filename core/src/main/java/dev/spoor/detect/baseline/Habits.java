package dev.spoor.detect.baseline;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

    /** Ways of doing one act; more are no habit. */
    private static final int WAYS_MAX = 4;

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
        this.first = hour;
        this.last = hour;
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

    /** The ways in which an act was done; null when there are too many to be a habit. */
    @Nullable Map<String, Trait> ways(String act) {
        var known = ways.computeIfAbsent(act, _ -> new LinkedHashMap<>());
        return known.size() >= WAYS_MAX ? null : known;
    }
}
