package dev.spoor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.EntityRef;
import dev.spoor.event.Level;
import dev.spoor.incident.Recordings.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What others measure on recordings of their own, on ours, with the shipped rules. */
class IncidentFloorsTest {
    static final double FOREIGN_MAX = 0.1;

    static Stream<Scenario> malicious() {
        return Recordings.all().stream().filter(Scenario::malicious);
    }

    static Stream<Scenario> benign() {
        return Recordings.all().stream().filter(scenario -> !scenario.malicious());
    }

    @ParameterizedTest
    @MethodSource("malicious")
    void aRecordedAttackIsOneIncidentWithHardlyAnythingForeign(Scenario scenario) {
        var told = new Recordings().read(scenario).told();
        assertThat(told.incidents()).hasSize(1);
        assertThat(foreign(told.incidents().getFirst(), scenario)).isLessThanOrEqualTo(FOREIGN_MAX);
    }

    @ParameterizedTest
    @MethodSource("benign")
    void aHarmlessLookalikeIsNoIncident(Scenario scenario) {
        assertThat(new Recordings().read(scenario).told().incidents()).isEmpty();
    }

    @Test
    void ordinaryWorkIsNoIncident() {
        assertThat(new Recordings().read("benign").told().incidents()).isEmpty();
    }

    @Test
    void twoAttacksByUnrelatedActorsInOneLogAreTwoIncidents() {
        var scenarios = malicious().toList();
        var actors = scenarios.stream().map(IncidentFloorsTest::actors).toList();
        int pairs = 0;
        for (int i = 0; i < scenarios.size(); i++) {
            int j = (i + 7) % scenarios.size();
            var one = scenarios.get(i);
            var other = scenarios.get(j);
            if (Collections.disjoint(actors.get(i), actors.get(j))) {
                pairs++;
                var told = new Recordings().read(one).read(other).told();
                assertThat(told.incidents()).as("%s and %s", one, other).hasSize(2);
            }
        }
        assertThat(pairs).isGreaterThan(15);
    }

    private static Set<EntityRef> actors(Scenario scenario) {
        var actors = new HashSet<EntityRef>();
        new Recordings()
                .read(scenario)
                .told()
                .incidents()
                .forEach(incident -> actors.addAll(incident.actors()));
        return actors;
    }

    @Test
    void theWholeRecordingTellsEveryAttackerAndNobodyElse() {
        var recordings = new Recordings().read("benign");
        Recordings.all().forEach(recordings::read);
        var own = new HashSet<String>();
        malicious().forEach(scenario -> own.addAll(scenario.own()));
        for (var incident : recordings.told().incidents()) {
            assertThat(incident.events())
                    .as(incident.title())
                    .anyMatch(event -> own.contains(event.event().auditID()));
        }
    }

    @Test
    void theOrderOfFindingsDoesNotMatter() {
        var seed = 20261123L;
        var recordings = new Recordings().read("benign");
        Recordings.all().forEach(recordings::read);
        var judged = recordings.judged();
        var findings = new ArrayList<>(judged.findings());
        var expected = Incidents.tell(findings, recordings.events, List.of(), judged.readiness());
        Collections.shuffle(findings, new Random(seed));
        assertThat(Incidents.tell(findings, recordings.events, List.of(), judged.readiness()))
                .as("seed %d", seed)
                .isEqualTo(expected);
    }

    @Test
    void aCertificateJoinsWhoHadItIssuedAndWhoUsedIt() {
        var incident = new Recordings().read("attacks/csr-backdoor").told().incidents().getFirst();
        assertThat(incident.actors())
                .containsExactly(
                        new EntityRef("user", "oscar@acme.example"),
                        new EntityRef("user", "kubernetes-maintenance"));
    }

    @Test
    void aPodWithItsNodeInReachJoinsTheNodesCredentialUsedElsewhere() {
        var incident =
                new Recordings().read("attacks/static-pod-mirror").told().incidents().getFirst();
        assertThat(incident.actors())
                .contains(new EntityRef("user", "system:node:gke-prod-pool-2-d8q4"));
        assertThat(incident.level()).isEqualTo(Level.CRITICAL);
        assertThat(incident.scope().couldTouch())
                .anyMatch(could -> could.entity().kind().equals("node"));
    }

    @Test
    void whatControllersDidIsToldAsContext() {
        var incident = new Recordings().read("attacks/odd-registry").told().incidents().getFirst();
        assertThat(incident.story())
                .filteredOn(sentence -> sentence.role().equals(Tactics.CONTEXT))
                .anyMatch(sentence ->
                        sentence.text().startsWith("the replicaset-controller created 10"));
    }

    /** The share of records that are not the labelled actor's, of those not told as context. */
    private static double foreign(Incident incident, Scenario scenario) {
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
