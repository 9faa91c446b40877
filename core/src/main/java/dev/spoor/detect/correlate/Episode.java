package dev.spoor.detect.correlate;

import dev.spoor.detect.sigma.Correlation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * A span of time in which a correlation's condition held.
 *
 * @param group the values of the group-by fields
 * @param events in the order of their times
 */
public record Episode(Correlation correlation, List<String> group, List<Occurrence> events)
        implements Occurrence {
    /** More values of a field are left out. */
    private static final int VALUES_MAX = 64;

    public Episode {
        group = List.copyOf(group);
        events = List.copyOf(events);
    }

    @Override
    public long time() {
        return events.getLast().time();
    }

    @Override
    public List<String> values(String field) {
        int place = correlation.groupBy().indexOf(field);
        if (place >= 0) {
            return List.of(group.get(place));
        }
        var values = new LinkedHashSet<String>();
        for (var event : events) {
            for (var value : event.values(field)) {
                if (values.size() < VALUES_MAX) {
                    values.add(value);
                }
            }
        }
        return new ArrayList<>(values);
    }

    @Override
    public long tie() {
        return events.getFirst().tie();
    }
}
