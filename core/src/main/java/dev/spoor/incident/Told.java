package dev.spoor.incident;

import java.util.List;
import java.util.Map;

/**
 * What findings tell.
 *
 * @param incidents in order of their start
 * @param incidentOfFinding incident id by finding id; a finding outside every incident is absent
 */
public record Told(List<Incident> incidents, Map<String, String> incidentOfFinding) {
    public Told {
        incidents = List.copyOf(incidents);
        incidentOfFinding = Map.copyOf(incidentOfFinding);
    }
}
