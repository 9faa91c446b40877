package dev.spoor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Readiness;
import dev.spoor.incident.Recordings.Scenario;
import dev.spoor.query.InMemoryEvents;
import java.util.List;
import java.util.stream.Stream;
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
        System.out.println("== " + scenario);
        for (var i : told.incidents()) {
            System.out.println(i.level() + " " + i.title() + " " + i.actors());
            i.story()
                    .forEach(s ->
                            System.out.println("   " + s.time() + " " + s.role() + " " + s.text()));
            System.out.println("   T " + i.scope().touched());
            System.out.println("   C " + i.scope().couldTouch());
            System.out.println("   U " + i.scope().unknown());
            System.out.println(
                    "   ctx "
                            + i.events().stream().filter(e -> e.role().equals("context")).count());
        }
        assertThat(told.incidents()).hasSize(1);
        assertThat(foreign(told.incidents().getFirst(), scenario)).isLessThanOrEqualTo(FOREIGN_MAX);
    }

    static Told tell(List<Scenario> scenarios) {
        var events = new InMemoryEvents();
        scenarios.forEach(scenario -> Recordings.read(events, scenario));
        var findings = Recordings.findings(events, scenarios);
        return Incidents.tell(findings, events, List.of(), new Readiness(List.of()));
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
