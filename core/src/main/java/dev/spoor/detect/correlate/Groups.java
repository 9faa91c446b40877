package dev.spoor.detect.correlate;

import dev.spoor.detect.sigma.Correlation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The occurrences of one correlation's rules, by the values of its group-by fields. */
public final class Groups {
    /** An event with several values in its group-by fields belongs to no more groups. */
    public static final int GROUPS_MAX = 64;

    private final Correlation correlation;
    private final Map<List<String>, List<Windows.Event>> groups = new LinkedHashMap<>();

    public Groups(Correlation correlation) {
        this.correlation = correlation;
    }

    /**
     * @param rule its place in the correlation's list
     * @param names by which aliases may call it
     */
    public void add(Occurrence occurrence, int rule, Set<String> names) {
        if (correlation.groupBy().size() == 1) {
            var values =
                    occurrence.values(correlation.field(correlation.groupBy().getFirst(), names));
            for (int i = 0; i < values.size() && i < GROUPS_MAX; i++) {
                add(List.of(values.get(i)), occurrence, rule);
            }
            return;
        }
        var keys = List.of(List.<String>of());
        for (var name : correlation.groupBy()) {
            var values = occurrence.values(correlation.field(name, names));
            var next = new ArrayList<List<String>>();
            for (var key : keys) {
                for (var value : values) {
                    if (next.size() < GROUPS_MAX) {
                        var longer = new ArrayList<>(key);
                        longer.add(value);
                        next.add(List.copyOf(longer));
                    }
                }
            }
            keys = next;
        }
        for (var key : keys) {
            add(key, occurrence, rule);
        }
    }

    private void add(List<String> key, Occurrence occurrence, int rule) {
        groups.computeIfAbsent(key, _ -> new ArrayList<>(2))
                .add(new Windows.Event(occurrence, rule));
    }

    /** The episodes of every group. */
    public List<Episode> episodes() {
        var all = new ArrayList<Episode>();
        int least = Windows.eventsNeeded(correlation);
        groups.forEach((key, events) -> {
            if (events.size() < least) {
                return;
            }
            var windows = new Windows(correlation, events);
            for (var span : windows.spans()) {
                all.add(new Episode(correlation, key, windows.occurrences(span)));
            }
        });
        return all;
    }
}
