package dev.spoor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IncidentsTest {
    private final Made log = new Made();

    private static final String KUBECTL = "kubectl/v1.35.2";

    @Test
    void fiftyFindingsOfOneAttackAreOneIncident() {
        for (int i = 0; i < 50; i++) {
            log.by("mallory").after(i * 60L).get("pods", "exec", "shop/web-" + i, 101).found();
        }
        var told = log.told();
        assertThat(told.incidents()).hasSize(1);
        assertThat(told.incidents().getFirst().findings()).hasSize(50);
        assertThat(told.incidents().getFirst().actors())
                .containsExactly(new EntityRef("user", "mallory"));
    }

    @Test
    void twoUnrelatedActorsAreTwoIncidents() {
        log.by("mallory").found();
        log.by("trudy").after(1).found();
        assertThat(log.told().incidents()).hasSize(2);
    }

    @Test
    void anImpersonatedNameJoinsNothing() {
        log.by("mallory").as("bob").found();
        log.by("bob").after(1).from("192.0.2.9", KUBECTL).found();
        log.by("trudy").as("bob").after(2).from("192.0.2.8", KUBECTL).found();
        assertThat(log.told().incidents()).hasSize(3);
    }

    @Test
    void anAddressJoinsNothing() {
        log.by("mallory").from("192.0.2.1", KUBECTL).found();
        log.by("trudy").from("192.0.2.1", KUBECTL).after(5).found();
        log.by("system:anonymous").from("192.0.2.1", "curl/8").after(6).found();
        assertThat(log.told().incidents()).hasSize(3);
    }

    @Test
    void anEqualNameWithoutEqualUidJoinsNothing() {
        log.by("mallory")
                .does("create", "pods", "", "shop/web-1", 201)
                .answer("{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"u-1\"}}")
                .found();
        log.by("trudy").after(60).get("pods", "exec", "shop/web-1", 101).found();
        log.by("heidi").after(90).get("pods", "exec", "shop/web-1", 101).uid("u-2").found();
        assertThat(log.told().incidents()).hasSize(3);
    }

    @Test
    void anEqualUidJoinsTheCreatorAndWhoUsesTheObject() {
        log.by("mallory")
                .does("create", "pods", "", "shop/web-1", 201)
                .answer("{\"kind\":\"Pod\",\"metadata\":{\"uid\":\"u-1\"}}")
                .found();
        log.by("system:serviceaccount:shop:web")
                .after(60)
                .from("10.0.0.7", "curl/8")
                .extra("pod-uid", "u-1")
                .get("secrets", "", "shop/db", 200)
                .rule("CRE-01", Level.LOW, "T1552.007")
                .found();
        var told = log.told();
        assertThat(told.incidents()).hasSize(1);
        assertThat(told.incidents().getFirst().actors().getFirst())
                .isEqualTo(new EntityRef("user", "mallory"));
    }

    @Test
    void anIssuedTokenJoinsItsUserToWhoHadItIssued() {
        log.by("mallory")
                .does("create", "serviceaccounts", "token", "ci/deployer", 201)
                .annotation("authentication.kubernetes.io/issued-credential-id", "JTI=7")
                .rule("RBA-09", Level.MEDIUM, "T1528")
                .found();
        log.by("system:serviceaccount:ci:deployer")
                .after(7 * 3600)
                .from("198.51.100.7", "curl/8")
                .credential("JTI=7")
                .get("secrets", "", "shop/db", 200)
                .rule("CRE-01", Level.LOW, "T1552.007")
                .found();
        assertThat(log.told().incidents()).hasSize(1);
    }

    @Test
    void aTokenUsedBeforeItWasIssuedJoinsNothing() {
        log.by("system:serviceaccount:ci:deployer").credential("JTI=7").found();
        log.by("mallory")
                .after(60)
                .from("198.51.100.7", "curl/8")
                .annotation("authentication.kubernetes.io/issued-credential-id", "JTI=7")
                .found();
        assertThat(log.told().incidents()).hasSize(2);
    }

    @Test
    void aGrantJoinsOnlyTheRequestsItAllowed() {
        log.by("mallory")
                .does("create", "clusterrolebindings", "", "/metrics", 201)
                .body(
                        """
                        {"metadata":{"name":"metrics"},"roleRef":{"name":"cluster-admin"},
                         "subjects":[{"kind":"ServiceAccount","namespace":"shop","name":"web"}]}
                        """)
                .found();
        log.by("system:serviceaccount:shop:web")
                .after(60)
                .from("10.0.0.7", "curl/8")
                .annotation(
                        "authorization.k8s.io/reason",
                        "RBAC: allowed by ClusterRoleBinding \"metrics\" of ClusterRole"
                                + " \"cluster-admin\" to ServiceAccount \"web/shop\"")
                .found();
        log.by("system:serviceaccount:shop:api")
                .after(60)
                .from("10.0.0.8", "curl/8")
                .annotation(
                        "authorization.k8s.io/reason",
                        "RBAC: allowed by RoleBinding \"metrics/shop\" of Role \"edit\"")
                .found();
        assertThat(log.told().incidents()).hasSize(2);
    }

    @Test
    void aStolenCredentialUsedFromTwoPlacesIsOneIncident() {
        log.by("bob").credential("X509SHA256=1").from("198.51.100.7", "curl/8").found();
        log.by("bob").credential("X509SHA256=1").after(600).from("203.0.113.9", "python").found();
        log.by("bob")
                .credential("X509SHA256=1")
                .after(900)
                .from("203.0.113.77", "python")
                .does("delete", "pods", "", "shop/web-1", 200)
                .rule("DEF-15", Level.LOW, "T1070")
                .found();
        assertThat(log.told().incidents()).hasSize(1);
        assertThat(log.told().incidents().getFirst().findings()).hasSize(3);
    }

    @Test
    void theOwnersOrdinaryWorkFromElsewhereStaysOut() {
        log.by("bob").credential("X509SHA256=1").from("198.51.100.7", "curl/8").found();
        log.by("bob")
                .credential("X509SHA256=1")
                .after(600)
                .from("10.1.2.3", KUBECTL)
                .get("secrets", "", "shop/db", 200)
                .rule("CRE-01", Level.LOW, "T1552.007")
                .found();
        log.by("bob")
                .credential("X509SHA256=1")
                .after(660)
                .from("10.1.2.3", KUBECTL)
                .get("pods", "", "web/x", 403)
                .rule("ACC-04", Level.LOW, "T1613")
                .found();
        var told = log.told();
        assertThat(told.incidents()).hasSize(1);
        assertThat(told.incidents().getFirst().findings()).containsExactly("F-1");
        assertThat(told.incidentOfFinding()).containsOnlyKeys("F-1");
    }

    @Test
    void aLongPauseEndsAnIncident() {
        log.by("bob").found();
        log.by("bob").after(7 * 3600).found();
        assertThat(log.told().incidents()).hasSize(2);
    }

    @Test
    void aFindingThatOnlyNamesAnActorBeginsNoIncidentButExplainsOne() {
        log.by("kubernetes-admin").rule("ACC-11", Level.LOW, "T1078").actorOnly().found();
        assertThat(log.told().incidents()).isEmpty();
        log.by("kubernetes-admin").after(60).found();
        var incident = log.told().incidents().getFirst();
        assertThat(incident.findings()).containsExactly("F-2", "F-1");
        assertThat(incident.events()).hasSize(1);
    }

    @Test
    void oneLowFindingIsNoIncidentButASweepOfRefusedAttemptsIs() {
        log.by("grace").get("secrets", "", "shop/", 403).rule("CRE-01", Level.LOW, "T1552.007");
        for (var resource : new String[] {"secrets", "services", "nodes"}) {
            assertThat(log.told().incidents()).isEmpty();
            log.by("grace")
                    .does("list", resource, "", "shop/", 403)
                    .rule("DIS-09", Level.LOW, "T1613")
                    .found();
        }
        var incident = log.told().incidents().getFirst();
        assertThat(incident.level()).isEqualTo(Level.MEDIUM);
        assertThat(incident.story().getFirst().text())
                .contains("grace tried to list all secrets in namespace shop");
        assertThat(incident.story().getFirst().text()).contains("refused it (403)");
    }

    @Test
    void failedLoginsFromChangingAddressesAreOneIncident() {
        for (int i = 0; i < 60; i++) {
            log.by("")
                    .after(i)
                    .from("203.0.113." + i / 20, "Go-http-client/2.0")
                    .does("list", "pods", "", "default/", 401)
                    .rule("ACC-02", Level.LOW, "T1110")
                    .found();
        }
        var told = log.told();
        assertThat(told.incidents()).hasSize(1);
        assertThat(told.incidents().getFirst().findings()).hasSize(60);
    }

    @Test
    void theOrderOfFindingsDoesNotMatter() {
        for (int i = 0; i < 30; i++) {
            log.by("u" + i % 3).after(i % 7 * 100L).from("192.0.2." + i % 4, KUBECTL).found();
        }
        var expected = log.told();
        var seed = 20260304L;
        var random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            var shuffled = new ArrayList<>(log.findings);
            Collections.shuffle(shuffled, random);
            assertThat(log.told(shuffled)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    @Test
    void repeatsAreToldInOneSentence() {
        for (int i = 0; i < 28; i++) {
            log.by("eve")
                    .after(i)
                    .get("secrets", "", "ns" + i % 9 + "/s" + i, 200)
                    .rule("CRE-01", Level.MEDIUM, "T1552.007")
                    .found();
        }
        var incident = log.told().incidents().getFirst();
        assertThat(incident.story()).hasSize(1);
        assertThat(incident.story().getFirst().text())
                .isEqualTo(
                        "eve read 28 secrets in 9 namespaces: ns0/s0, ns0/s18, ns0/s27, ns0/s9"
                                + " and 24 more");
        assertThat(incident.title()).isEqualTo("eve read 28 secrets in 9 namespaces");
        assertThat(incident.scope().touched()).hasSize(28);
    }

    @Test
    void textOfAnAttackerCannotMoveOrHideText() {
        log.by("eve\u202e\nFAKE").found();
        var incident = log.told().incidents().getFirst();
        assertThat(incident.title()).contains("eve\\u202e\\u000aFAKE");
        assertThat(incident.story().getFirst().text())
                .doesNotContain("\u202e")
                .doesNotContain("\n");
    }

    @Test
    void threeTacticsWithAGraveSuccessRaiseTheLevel() {
        log.by("eve").rule("EXE-01", Level.HIGH, "T1609").found();
        log.by("eve").after(1).rule("CRE-01", Level.LOW, "T1552.007").found();
        assertThat(log.told().incidents().getFirst().level()).isEqualTo(Level.HIGH);
        log.by("eve").after(2).rule("DIS-01", Level.LOW, "T1613").found();
        assertThat(log.told().incidents().getFirst().level()).isEqualTo(Level.CRITICAL);
    }

    @Test
    void theWholeClustersSecretsInAWorkloadsNameAndAGeneralToolAreAnIncident() {
        log.by("system:serviceaccount:shop:web")
                .from("198.51.100.7", "curl/8")
                .does("list", "secrets", "", "/", 200)
                .rule("CRE-17", Level.LOW, "T1552.007")
                .found();
        log.by("system:serviceaccount:vault:operator")
                .from("10.0.0.9", "vault-operator/v1.2")
                .does("list", "secrets", "", "/", 200)
                .rule("CRE-17", Level.LOW, "T1552.007")
                .found();
        assertThat(log.told().incidents())
                .singleElement()
                .satisfies(incident ->
                        assertThat(incident.title())
                                .isEqualTo(
                                        "system:serviceaccount:shop:web listed all secrets"
                                                + " in the cluster"));
    }

    @Test
    void installingAnOperatorIsNoIncident() {
        for (var kind :
                new String[] {
                    "serviceaccounts",
                    "clusterroles",
                    "clusterrolebindings",
                    "roles",
                    "rolebindings",
                    "apiservices",
                    "validatingwebhookconfigurations"
                }) {
            log.by("alice")
                    .does("create", kind, "", "/operator", 201)
                    .rule("RBA-07", Level.LOW, "T1098")
                    .found();
        }
        assertThat(log.told().incidents()).isEmpty();
    }

    @Test
    void aTokenMintedAndUsedFromOnePlaceIsAnIncidentOfBothNames() {
        log.by("alice")
                .does("create", "serviceaccounts", "token", "ci/deployer", 201)
                .annotation("authentication.kubernetes.io/issued-credential-id", "JTI=7")
                .rule("RBA-09", Level.LOW, "T1528")
                .found();
        log.by("system:serviceaccount:ci:deployer")
                .after(60)
                .credential("JTI=7")
                .get("secrets", "", "shop/db", 200)
                .rule("CRE-02", Level.LOW, "T1552.007")
                .found();
        assertThat(log.told().incidents()).hasSize(1);
        assertThat(log.told().incidents().getFirst().actors()).hasSize(2);
    }

    @Test
    void aTokenMintedForAPipelineIsNoIncident() {
        log.by("alice")
                .does("create", "serviceaccounts", "token", "ci/deployer", 201)
                .annotation("authentication.kubernetes.io/issued-credential-id", "JTI=7")
                .rule("RBA-09", Level.LOW, "T1528")
                .found();
        log.by("system:serviceaccount:ci:deployer")
                .after(60)
                .from("10.9.9.9", "Helm/4.1.4")
                .credential("JTI=7")
                .get("secrets", "", "shop/db", 200)
                .rule("CRE-02", Level.LOW, "T1552.007")
                .found();
        assertThat(log.told().incidents()).isEmpty();
    }

    @Test
    void aPodEnteredAndItsTokenUsedElsewhereIsOneIncidentButTheWorkloadsOwnTaskIsNot() {
        var web = "system:serviceaccount:shop:web";
        log.by(web)
                .extra("pod-name", "web-1")
                .extra("pod-uid", "u-1")
                .from("10.0.0.7", "web/1.0")
                .get("configmaps", "", "shop/web", 200)
                .add();
        log.by("mallory").after(60).rule("EXE-01", Level.HIGH, "T1609").found();
        log.by(web)
                .after(90)
                .extra("pod-name", "web-1")
                .extra("pod-uid", "u-1")
                .from("10.0.0.7", "web/1.0")
                .get("secrets", "", "shop/own", 200)
                .rule("CRE-02", Level.LOW, "T1552.007")
                .found();
        log.by(web)
                .after(120)
                .extra("pod-name", "web-1")
                .extra("pod-uid", "u-1")
                .from("198.51.100.7", "curl/8")
                .get("secrets", "", "shop/db", 200)
                .rule("CRE-02", Level.LOW, "T1552.007")
                .found();
        var told = log.told();
        assertThat(told.incidents()).hasSize(1);
        assertThat(told.incidents().getFirst().findings()).containsExactly("F-1", "F-3");
        assertThat(told.incidents().getFirst().scope().couldTouch())
                .anyMatch(could ->
                        could.entity().equals(new EntityRef("serviceaccount", "shop/web")));
    }

    @Test
    void aSequenceIsToldBesideItsFirstActAndDoesNotEndAsThatDid() {
        var refused = log.by("mallory").does("create", "pods", "", "shop/web-1", 403).found();
        var done = log.by("mallory").after(9).get("pods", "exec", "shop/web-2", 101).found();
        var sequence =
                new Finding(
                        "F-3",
                        "SEQ-00",
                        null,
                        null,
                        "Tried, then done",
                        Level.MEDIUM,
                        List.of("T1609"),
                        done.time(),
                        refused.entities(),
                        List.of(refused.events().getFirst(), done.events().getFirst()),
                        "Tried, then done: 2 events",
                        refused.request(),
                        Finding.About.SEQUENCE);
        var incident = log.told(List.of(refused, done, sequence)).incidents().getFirst();
        assertThat(incident.story()).extracting(Incident.Sentence::text).hasSize(3);
        assertThat(incident.story().getFirst().findings()).containsExactly("F-1");
        assertThat(incident.story().getFirst().text()).contains("refused");
        assertThat(incident.story().getLast().text()).isEqualTo("Tried, then done: 2 events");
    }

    @Test
    void ofTwoRulesAboutOneRequestTheGraverActIsTold() {
        var read =
                log.by("mallory")
                        .get("secrets", "", "shop/db", 200)
                        .rule("DIS-1", Level.LOW, "T1613")
                        .found();
        var same =
                new Finding(
                        "F-2",
                        "ZZZ-1",
                        null,
                        null,
                        "Secret read",
                        Level.LOW,
                        List.of("T1552.007"),
                        read.time(),
                        read.entities(),
                        read.events(),
                        "mallory read a secret",
                        read.request(),
                        Finding.About.ACT);
        assertThat(Act.of(List.of(read, same)).getFirst().worst()).isEqualTo(same);
    }

    @Test
    void aFindingWithoutARequestIsToldByItsRulesOwnWords() {
        var finding =
                new Finding(
                        "F-1",
                        "RUN-01",
                        null,
                        null,
                        "Falco: Terminal shell in container",
                        Level.HIGH,
                        List.of("T1059"),
                        null,
                        List.of(new EntityRef("pod", "shop/web-1")),
                        List.of(new EventRef(0, 1, 0, 0, null, null)),
                        "A shell was spawned in shop/web-1",
                        null,
                        Finding.About.ACT);
        var incident = log.told(List.of(finding)).incidents().getFirst();
        assertThat(incident.story().getFirst().text())
                .isEqualTo("A shell was spawned in shop/web-1 (when is not recorded)");
        assertThat(incident.start()).isNull();
        assertThat(incident.title()).isEqualTo("A shell was spawned in shop/web-1");
    }

    @Test
    void aWorkloadThatReadsTheClusterWithItsOwnProgramIsNoIncident() {
        for (int i = 0; i < 60; i++) {
            log.by("system:serviceaccount:velero:velero")
                    .after(i)
                    .from("10.0.0.9", "velero-server/v1.15")
                    .does("list", "kind" + i + "s", "", "/", 200)
                    .rule("DIS-12", Level.LOW, "T1613")
                    .found();
        }
        assertThat(log.told().incidents()).isEmpty();
    }

    @Test
    void installingReleasesWithHelmIsNoIncident() {
        for (int i = 0; i < 5; i++) {
            log.by("alice")
                    .after(i)
                    .from("192.0.2.1", "Helm/4.1.4")
                    .get("secrets", "", "shop/sh.helm.release.v1.web.v" + i, 200)
                    .rule("CRE-01", Level.LOW, "T1552.007")
                    .found();
            log.by("alice")
                    .after(i)
                    .from("192.0.2.1", "Helm/4.1.4")
                    .does("list", "secrets", "", "ns" + i + "/", 200)
                    .uri("/api/v1/namespaces/ns" + i + "/secrets?labelSelector=owner%3Dhelm")
                    .rule("CRE-01", Level.LOW, "T1552.007")
                    .found();
        }
        assertThat(log.told().incidents()).isEmpty();
    }

    @Test
    void aNameOfTheSystemBorrowedByAPersonIsAnIncident() {
        log.by("alice")
                .as("system:kube-controller-manager")
                .get("secrets", "", "kube-system/token", 200)
                .rule("CRE-01", Level.LOW, "T1552.007")
                .found();
        var incident = log.told().incidents().getFirst();
        assertThat(incident.story().getFirst().text())
                .startsWith("alice as system:kube-controller-manager ");
        assertThat(incident.actors()).containsExactly(new EntityRef("user", "alice"));
    }
}
