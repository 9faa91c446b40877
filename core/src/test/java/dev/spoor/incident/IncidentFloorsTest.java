package dev.spoor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.detect.Readiness;
import dev.spoor.incident.Recordings.Scenario;
import dev.spoor.query.InMemoryEvents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others measure on recordings of their own, on ours. */
class IncidentFloorsTest {
    static final double FOREIGN_MAX = 0.1;

    static Stream<Scenario> malicious() {
        return Recordings.malicious().stream();
    }

    @ParameterizedTest
    @MethodSource("malicious")
    void aRecordedAttackIsOneIncidentWithHardlyAnythingForeign(Scenario scenario) {
        var told = tell(List.of(scenario));
        assertThat(told.incidents()).hasSize(1);
        assertThat(foreign(told.incidents().getFirst(), scenario)).isLessThanOrEqualTo(FOREIGN_MAX);
    }

    @Test
    void twoAttacksByUnrelatedActorsInOneLogAreTwoIncidents() {
        var scenarios = Recordings.malicious();
        for (int i = 0; i < scenarios.size(); i++) {
            var one = scenarios.get(i);
            var other = scenarios.get((i + 7) % scenarios.size());
            if (!one.actor().equals(other.actor())) {
                var told = tell(List.of(one, other));
                assertThat(told.incidents()).as("%s and %s", one, other).hasSize(2);
            }
        }
    }

    @Test
    void theOrderOfFindingsDoesNotMatter() {
        var seed = 20261123L;
        var scenarios = Recordings.all();
        var events = new InMemoryEvents();
        scenarios.forEach(scenario -> Recordings.read(events, scenario));
        var findings = new ArrayList<>(Recordings.findings(events, scenarios));
        var expected = tell(findings, events);
        Collections.shuffle(findings, new Random(seed));
        assertThat(tell(findings, events)).as("seed %d", seed).isEqualTo(expected);
    }

    static Told tell(List<Finding> findings, InMemoryEvents events) {
        return Incidents.tell(findings, events, List.of(), new Readiness(List.of()));
    }

    static Told tell(List<Scenario> scenarios) {
        var events = new InMemoryEvents();
        scenarios.forEach(scenario -> Recordings.read(events, scenario));
        return tell(Recordings.findings(events, scenarios), events);
    }

    /** The share of records that are not the labelled actor's, of those not told as context. */
    static double foreign(Incident incident, Scenario scenario) {
        long all = 0;
        long foreign = 0;
        for (var event : incident.events()) {
            if (!event.role().equals(Tactics.CONTEXT)) {
                all++;
                foreign += scenario.own().contains(event.event().auditID()) ? 0 : 1;
            }
        }
        return all == 0 ? 0 : (double) foreign / all;
    }
}
