package dev.spoor.detect.baseline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everybody who was seen, and how many of them do the same. Bounded: {@link #IDENTITIES_MAX}
 * identities with 3 kB each for their hours, {@link #TRAITS_MAX} values of about 150 bytes in all:
 * 120 MB at the very worst, below 2 MB for a cluster of 300 identities.
 */
final class Population {
    /** More identities are not learned, when none was forgotten: who comes later is not judged. */
    static final int IDENTITIES_MAX = 20_000;

    /** More values of all identities together are not learned. */
    static final int TRAITS_MAX = 400_000;

    /** More acts of groups are not kept: 300 bytes each. */
    static final int TOGETHER_MAX = 50_000;

    private static final Set<String> NO_GROUP = Set.of("");

    /** What so many of its kind do is no news for one more. */
    static final int COMMON_MIN = 3;

    /** … and this share of them. */
    private static final double COMMON_SHARE = 0.2;

    /** So many service accounts in one /16 or /32: the cluster's own addresses. */
    private static final int RANGE_MIN = 10;

    private final Map<String, Habits> identities = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Integer> ranges = new HashMap<>();

    /** By what is compared and who does it, then by value. */
    private final List<Map<String, Sharing>> sharing = new ArrayList<>();

    /** By group and what was done: who of the group did it first, and when. */
    private final Map<String, Map<String, Map<String, Long>>> colleagues = new HashMap<>();

    private int together;
    private int traits;
    private final int[] classes = new int[Habits.Class.values().length];

    /** How many of a kind have a value. */
    private static final class Sharing {
        int count;

        /** The hour in which it became common. */
        long common = Long.MAX_VALUE;
    }

    Population() {
        for (int i = 0; i < Watch.Kind.values().length * classes.length; i++) {
            sharing.add(new HashMap<>());
        }
    }

    private Map<String, Sharing> sharing(Habits habits, Watch.Kind kind) {
        return sharing.get(kind.ordinal() * classes.length + habits.kind.ordinal());
    }

    @Nullable Habits known(String user) {
        return identities.get(user);
    }

    /** A newcomer; held back from memory when there are too many. */
    Habits add(String user, long hour) {
        var habits = new Habits(user, hour);
        if (identities.size() >= IDENTITIES_MAX) {
            identities.values().removeIf(one -> hour - one.last > Habits.FORGET_HOURS);
        }
        if (identities.size() < IDENTITIES_MAX) {
            identities.put(user, habits);
            classes[habits.kind.ordinal()]++;
        }
        return habits;
    }

    int people() {
        return classes[Habits.Class.PERSON.ordinal()];
    }

    /** Adds a value that is not compared with others; null when there are too many. */
    @Nullable Trait add(Map<String, Trait> to, String value, long hour) {
        if (to.size() >= Habits.VALUES_MAX || traits >= TRAITS_MAX) {
            return null;
        }
        traits++;
        var shared = values.computeIfAbsent(value, same -> same);
        var trait = new Trait(shared, hour);
        to.put(shared, trait);
        return trait;
    }

    /** Adds a value to an identity; null when it already has too many, or all have. */
    @Nullable Trait add(
            Habits habits, Watch.Kind kind, Map<String, Trait> to, String value, long hour) {
        var trait = add(to, value, hour);
        if (trait == null) {
            return null;
        }
        var shared = trait.value;
        var having = sharing(habits, kind).computeIfAbsent(shared, _ -> new Sharing());
        int count = ++having.count;
        if (count >= COMMON_MIN
                && count >= COMMON_SHARE * classes[habits.kind.ordinal()]
                && having.common == Long.MAX_VALUE) {
            having.common = hour;
        }
        if (kind == Watch.Kind.NETWORK && habits.kind == Habits.Class.ACCOUNT) {
            ranges.merge(range(shared), 1, Integer::sum);
        }
        return trait;
    }

    /** Whether one more who does this is no news. */
    boolean common(Habits habits, Watch.Kind kind, String value) {
        var having = sharing(habits, kind).get(value);
        int others = having == null ? -1 : having.count - 1;
        if (kind == Watch.Kind.NETWORK) {
            boolean machine = habits.kind != Habits.Class.PERSON;
            return others >= COMMON_MIN
                    || machine && ranges.getOrDefault(range(value), 0) > RANGE_MIN;
        }
        return others >= COMMON_MIN && others >= COMMON_SHARE * classes[habits.kind.ordinal()];
    }

    /** Whether it was common among its kind before that hour. */
    boolean commonBefore(Habits habits, Watch.Kind kind, String value, long hour) {
        var having = sharing(habits, kind).get(value);
        return having != null && having.common < hour;
    }

    /**
     * Notes what a person did, for the others of its groups (of nobody's group: for all such).
     *
     * @param value an act in a place, or a place
     */
    void did(Habits habits, String value, long hour) {
        for (var group : habits.groups.isEmpty() ? NO_GROUP : habits.groups) {
            var first = of(group).get(value);
            if (first == null && together < TOGETHER_MAX) {
                together++;
                first = new LinkedHashMap<>();
                colleagues.computeIfAbsent(group, _ -> new HashMap<>()).put(value, first);
            }
            if (first != null && (first.size() <= COMMON_MIN || first.containsKey(habits.user))) {
                first.merge(habits.user, hour, Math::min);
            }
        }
    }

    /** By what was done. */
    private Map<String, Map<String, Long>> of(String group) {
        return colleagues.getOrDefault(group, Map.of());
    }

    /** How many others of one of its groups did that before, {@link #COMMON_MIN} at most. */
    int colleagues(Habits habits, String value, long hour) {
        int most = 0;
        for (var group : habits.groups.isEmpty() ? NO_GROUP : habits.groups) {
            int others = 0;
            for (var one : of(group).getOrDefault(value, Map.of()).entrySet()) {
                others += one.getValue() < hour && !one.getKey().equals(habits.user) ? 1 : 0;
            }
            most = Math.max(most, others);
        }
        return Math.min(most, COMMON_MIN);
    }

    /** So many of so many. */
    record Share(int count, int of) {}

    /** How many others of its kind have this value and did not lose it, and of how many about. */
    Share sharing(Habits habits, Watch.Kind kind, String value, long hour) {
        int count = 0;
        int of = 0;
        for (var one : identities.values()) {
            if (one != habits
                    && one.kind == habits.kind
                    && hour - one.last <= Habits.FORGET_HOURS) {
                var trait = one.values(kind).get(value);
                count += trait != null && trait.remembered(hour) ? 1 : 0;
                of++;
            }
        }
        return new Share(count, of);
    }

    /** {@code 10.1.2.0/24} belongs to {@code 10.1.}, a /64 to its first two groups. */
    private static String range(String network) {
        char mark = network.indexOf(':') < 0 ? '.' : ':';
        int second = network.indexOf(mark, network.indexOf(mark) + 1);
        return second < 0 ? network : network.substring(0, second + 1);
    }
}
