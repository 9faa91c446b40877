package dev.spoor.detect.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.AuditPolicy;
import dev.spoor.detect.Readiness;
import dev.spoor.detect.coverage.Coverage.Sight;
import dev.spoor.detect.coverage.Proofs.Proof;
import dev.spoor.detect.sigma.RuleSets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static Coverage coverage(Readiness.Blind... blind) {
        return Coverage.of(
                RuleSets.shipped().rules(), Proofs.shipped(), new Readiness(List.of(blind)));
    }

    private static Coverage.Row row(Coverage coverage, String id) {
        return coverage.matrices().stream()
                .flatMap(matrix -> matrix.rows().stream())
                .filter(row -> row.technique().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyTechniqueIsDetectedAndProvenOrOpenWithItsReason() {
        var coverage = coverage();
        assertThat(coverage.matrices().getFirst().rows()).hasSize(48);
        assertThat(coverage.matrices().getLast().rows()).hasSize(40);
        for (var matrix : coverage.matrices()) {
            for (var row : matrix.rows()) {
                var id = row.technique().id();
                assertThat(row.detected()).as(id).isEqualTo(row.open().isEmpty());
                assertThat(row.proof() != Proof.NONE).as(id).isEqualTo(row.detected());
            }
            assertThat(matrix.detected()).isGreaterThanOrEqualTo(matrix.rows().size() - 2);
        }
    }

    @Test
    void whatWasRecordedOnARealClusterIsToldApart() {
        assertThat(row(coverage(), "T1609").proof()).isEqualTo(Proof.CAPTURED);
        assertThat(row(coverage(), "T1612").proof()).isEqualTo(Proof.MADE);
    }

    @Test
    void aTechniqueIsAsVisibleAsItsBestRule() {
        var blind = coverage(new Readiness.Blind("DEF-13", "no log of these kinds was read"));
        assertThat(row(blind, "T1612").sight()).isEqualTo(Sight.BLIND);
        assertThat(row(blind, "T1609").sight()).isEqualTo(Sight.READY);
        var partly = coverage(new Readiness.Blind("DEF-13", "x", true, List.of("pods")));
        assertThat(row(partly, "T1612").sight()).isEqualTo(Sight.PARTLY);
    }

    @Test
    void policyLinesNameTheGroupAndSpareWhatHoldsSecrets() {
        var lines =
                AuditPolicy.lines(
                        List.of(
                                new Readiness.Blind(
                                        "ESC-01", "x", false, List.of("pods", "deployments")),
                                new Readiness.Blind("RBA-10", "x", false, List.of("secrets"))));
        assertThat(lines)
                .isEqualTo(
                        """
                        apiVersion: audit.k8s.io/v1
                        kind: Policy
                        rules:
                          # opens the eyes of ESC-01
                          - level: Request
                            verbs: [create, update, patch, delete, deletecollection]
                            resources:
                              - group: ""
                                resources: ["pods", "pods/ephemeralcontainers"]
                          # opens the eyes of ESC-01
                          - level: Request
                            verbs: [create, update, patch, delete, deletecollection]
                            resources:
                              - group: "apps"
                                resources: ["deployments", "deployments/scale"]
                        # bodies of secrets hold secret values: level Metadata is right, and these stay partly blind: RBA-10
                        """);
    }

    @Test
    void namesFromTheLogNeverBecomePolicy() {
        assertThat(
                        AuditPolicy.lines(
                                List.of(
                                        new Readiness.Blind(
                                                "ESC-01",
                                                "x",
                                                false,
                                                List.of("pods\n- level: None")))))
                .isEmpty();
    }
}
