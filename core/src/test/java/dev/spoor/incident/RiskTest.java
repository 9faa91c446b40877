package dev.spoor.incident;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RiskTest {
    private static final Instant NOW = Instant.parse("2026-03-04T12:00:00Z");

    private static Finding finding(String rule, Level level, long hoursAgo, String user) {
        return new Finding(
                "F-1",
                rule,
                null,
                null,
                "title",
                level,
                List.of(),
                NOW.minus(Duration.ofHours(hoursAgo)),
                List.of(new EntityRef("user", user)),
                List.of(new EventRef(0, 1, 0, 0, null, null)),
                "why",
                null,
                Finding.About.ACT);
    }

    private static int score(Finding... findings) {
        return Risk.of(List.of(findings), NOW).getFirst().score();
    }

    @Test
    void whatWasGraveYesterdayWeighsHalf() {
        assertThat(score(finding("A", Level.CRITICAL, 0, "eve"))).isEqualTo(63);
        assertThat(score(finding("A", Level.CRITICAL, 24, "eve"))).isEqualTo(39);
        assertThat(Risk.of(List.of(finding("A", Level.CRITICAL, 240, "eve")), NOW)).isEmpty();
    }

    @Test
    void aLoudRuleIsNoProofAndSeveralRulesAre() {
        var loud = new ArrayList<Finding>();
        for (int i = 0; i < 1000; i++) {
            loud.add(finding("A", Level.LOW, 0, "bob"));
        }
        assertThat(score(loud.toArray(Finding[]::new)))
                .isLessThan(
                        score(
                                finding("A", Level.MEDIUM, 0, "eve"),
                                finding("B", Level.MEDIUM, 0, "eve")));
    }

    @Test
    void theHighestComesFirstAndWhatIsToComeDoesNotCount() {
        var risks =
                Risk.of(
                        List.of(
                                finding("A", Level.LOW, 0, "bob"),
                                finding("B", Level.HIGH, 1, "eve"),
                                finding("C", Level.LOW, 2, "eve"),
                                finding("D", Level.CRITICAL, -1, "ann"),
                                finding("E", Level.INFORMATIONAL, 0, "joe")),
                        NOW);
        assertThat(risks).extracting(risk -> risk.entity().id()).containsExactly("eve", "bob");
        assertThat(risks.getFirst().rules()).containsExactly("B", "C");
        assertThat(risks.getFirst().highest()).isEqualTo(Level.HIGH);
        assertThat(risks.getFirst().findings()).isEqualTo(2);
    }
}
