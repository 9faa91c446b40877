package dev.spoor.detect.baseline;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** What one identity did so far. */
final class Habits {
    /** More values of a kind make an identity one that roams: it is never new in that kind. */
    static final int VALUES_MAX = 64;

    /** More hours are forgotten, the oldest first: four weeks. */
    static final int HOURS_MAX = 24 * 28;

    final String user;

    /** Seen before learning was over. */
    final boolean learned;

    /** A controller of the cluster itself: never told. */
    final boolean controller;

    final boolean person;

    final Set<String> clients = new LinkedHashSet<>();
    final Set<String> networks = new LinkedHashSet<>();
    final Set<String> acts = new LinkedHashSet<>();
    final Set<String> places = new LinkedHashSet<>();
    long requests;

    private long hour = Long.MIN_VALUE;
    private int inHour;
    private boolean told;
    private final int[] hours = new int[HOURS_MAX];
    private int closed;

    Habits(String user, boolean learned, boolean controller, boolean person) {
        this.user = user;
        this.learned = learned;
        this.controller = controller;
        this.person = person;
    }

    /** Enough was seen of it to tell what is usual. */
    boolean established(int requestsMin) {
        return learned && requests >= requestsMin;
    }

    /**
     * Counts a request.
     *
     * @param now a number of the hour, whatever hour it is
     * @return the count of this hour when it is news, else 0
     */
    int count(long now, int requestsMin, int hoursMin) {
        requests++;
        if (now != hour) {
            if (hour != Long.MIN_VALUE) {
                hours[closed++ % HOURS_MAX] = inHour;
            }
            hour = now;
            inHour = 0;
            told = false;
        }
        inHour++;
        if (told || inHour < requestsMin || (inHour & 63) != 0 || closed < hoursMin) {
            return 0;
        }
        if (inHour < 10 * Math.max(1, median()) + 6 * spread()) {
            return 0;
        }
        told = true;
        return inHour;
    }

    int hours() {
        return Math.min(closed, HOURS_MAX);
    }

    int median() {
        var sorted = Arrays.copyOf(hours, hours());
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** Median of the distances to the median: a single wild hour does not widen it. */
    private int spread() {
        int middle = median();
        var distances = Arrays.stream(hours, 0, hours()).map(n -> Math.abs(n - middle)).toArray();
        Arrays.sort(distances);
        return distances.length == 0 ? 0 : distances[distances.length / 2];
    }
}
