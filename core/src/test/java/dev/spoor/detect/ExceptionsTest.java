package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.fault.Rejected;
import org.junit.jupiter.api.Test;

class ExceptionsTest {
    private static final String HEAD =
            """
            exceptions:
              - id: reading
                owner: bob@example.com
                reason: alice looks after these
                expires: %s
                rules: %s
                when: {user: alice, namespace: [payments, 'dev-*']}
            """;

    private static java.util.List<Finding> findings() {
        var events = new java.util.ArrayList<String>();
        for (var namespace : new String[] {"payments", "dev-1", "shop"}) {
            events.add(
                    """
                    {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"%s","stage":"ResponseComplete",\
                    "requestReceivedTimestamp":"2026-01-02T03:04:05.000001Z","verb":"get","user":{"username":"alice","groups":["system:authenticated"]},\
                    "sourceIPs":["10.0.0.1"],"objectRef":{"resource":"secrets","namespace":"%s","name":"db"},"responseStatus":{"code":200}}\
                    """
                            .formatted("id-" + namespace, namespace));
        }
        return new Flow(RuleSets.shipped().rules())
                .audit(events.toArray(String[]::new))
                .finish()
                .findings();
    }

    @Test
    void whatIsExceptedIsHeldBackAndCounted() {
        var all = findings();
        var applied = Exceptions.read("e.yml", HEAD.formatted("2026-12-31", "[CRE-*]")).apply(all);
        assertThat(all).hasSize(3);
        assertThat(applied.kept()).hasSize(1);
        assertThat(applied.kept().getFirst().id()).isEqualTo("F-1");
        assertThat(applied.kept().getFirst().why()).contains("shop");
        var use = applied.uses().getFirst();
        assertThat(use.hits()).isEqualTo(2);
        assertThat(use.lapsed()).isZero();
        assertThat(use.owner()).isEqualTo("bob@example.com");
    }

    @Test
    void anExpiredOneHoldsNothingBackAndSaysSo() {
        var applied =
                Exceptions.read("e.yml", HEAD.formatted("2026-01-01", "CRE-01")).apply(findings());
        assertThat(applied.kept()).hasSize(3);
        assertThat(applied.uses().getFirst().hits()).isZero();
        assertThat(applied.uses().getFirst().lapsed()).isEqualTo(2);
    }

    @Test
    void theLastDayCountsToItsEnd() {
        var applied =
                Exceptions.read("e.yml", HEAD.formatted("2026-01-02", "CRE-01")).apply(findings());
        assertThat(applied.uses().getFirst().hits()).isEqualTo(2);
    }

    @Test
    void anotherRuleIsNotTouched() {
        var applied =
                Exceptions.read("e.yml", HEAD.formatted("2026-12-31", "EXE-01")).apply(findings());
        assertThat(applied.kept()).hasSize(3);
    }

    @Test
    void everyProblemIsToldAtOnce() {
        assertThatThrownBy(() ->
                        Exceptions.read(
                                "e.yml",
                                "exceptions:\n  - {rules: [], whan: 1, expires: soon, when: {usr: x}}\n"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("'whan' is not known")
                .hasMessageContaining("'owner' is missing")
                .hasMessageContaining("'reason' is missing")
                .hasMessageContaining("'expires' is missing or no time")
                .hasMessageContaining("'rules' is missing")
                .hasMessageContaining("when: 'usr'");
    }

    private static Exceptions.Use weekly(String during) {
        return Exceptions.read("e.yml", HEAD.formatted("2026-12-31", "CRE-01") + during)
                .apply(findings())
                .uses()
                .getFirst();
    }

    @Test
    void aWindowComesEveryWeekInTheTimeOfItsPlace() {
        // the findings are of Friday, 2 January 2026, 03:04 UTC: 04:04 in Berlin, Thursday 22:04 in
        // New York
        var berlin =
                weekly(
                        "    during: {days: [fri], from: '04:00', to: '04:30', zone: Europe/Berlin}\n");
        assertThat(berlin.hits()).isEqualTo(2);
        assertThat(berlin.during()).isEqualTo("fri 04:00 to 04:30 Europe/Berlin");
        var utc = weekly("    during: {days: [fri], from: '04:00', to: '04:30'}\n");
        assertThat(utc.hits()).isZero();
        assertThat(utc.outside()).isEqualTo(2);
        assertThat(utc.lapsed()).isZero();
        assertThat(
                        weekly(
                                        "    during: {days: [thursday], from: '22:00', to: '23:00', zone: America/New_York}\n")
                                .hits())
                .isEqualTo(2);
    }

    @Test
    void aWindowOverMidnightBelongsToTheDayItBeginsOn() {
        var over = "    during: [{days: [%s], from: '22:00', to: '04:00'}]\n";
        assertThat(weekly(over.formatted("thu")).hits()).isEqualTo(2);
        assertThat(weekly(over.formatted("fri")).hits()).isZero();
        assertThat(weekly("    during: {from: '03:00', to: '03:00'}\n").hits()).isEqualTo(2);
    }

    @Test
    void clocksThatAreSetBackMakeAWindowLongerAndNeverShiftIt() {
        var window =
                new Weekly(
                        java.util.Set.of(java.time.DayOfWeek.SUNDAY),
                        java.time.LocalTime.of(2, 0),
                        java.time.LocalTime.of(3, 0),
                        java.time.ZoneId.of("Europe/Berlin"));
        // 25 October 2026: 02:00 to 03:00 comes twice; 29 March 2026: it does not come
        assertThat(window.holds(java.time.Instant.parse("2026-10-25T00:30:00Z"))).isTrue();
        assertThat(window.holds(java.time.Instant.parse("2026-10-25T01:30:00Z"))).isTrue();
        assertThat(window.holds(java.time.Instant.parse("2026-10-25T02:00:00Z"))).isFalse();
        assertThat(window.holds(java.time.Instant.parse("2026-03-29T00:59:59Z"))).isFalse();
        assertThat(window.holds(java.time.Instant.parse("2026-03-29T01:00:00Z"))).isFalse();
    }

    @Test
    void aWindowThatCannotBeIsRefusedWithAnExample() {
        for (var wrong :
                new String[] {
                    "{days: [someday], from: '04:00', to: '05:00'}",
                    "{from: '4', to: '05:00'}",
                    "{from: '04:00', to: '05:00', zone: Berlin}",
                    "{from: '04:00', to: '05:00', until: x}",
                    "always"
                }) {
            assertThatThrownBy(() -> weekly("    during: " + wrong + "\n"))
                    .as(wrong)
                    .isInstanceOf(Rejected.class)
                    .hasMessageContaining("during");
        }
    }
}
