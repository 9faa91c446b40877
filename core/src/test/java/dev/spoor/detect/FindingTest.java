package dev.spoor.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FindingTest {
    @Test
    void aFindingThatIsLoweredOrNumberedKeepsWhatBelongsToItsAct() {
        var act = new EventRef(0, 7, 0, 6, "b", "ResponseComplete");
        var look = new EventRef(0, 6, 0, 5, "a", "ResponseComplete");
        var finding =
                new Finding(
                        "F-1",
                        "EXE-01",
                        null,
                        null,
                        "Shell",
                        Level.MEDIUM,
                        List.of("T1609"),
                        null,
                        new Finding.Told("alice opened a shell", List.of()),
                        List.of(act),
                        List.of(look),
                        null,
                        Finding.About.ACT);
        var lowered = finding.lowered(Level.LOW, ", as usual");
        assertThat(lowered.level()).isEqualTo(Level.LOW);
        assertThat(lowered.why()).isEqualTo("alice opened a shell, as usual");
        assertThat(lowered.concerned()).containsExactly(act, look);
        assertThat(finding.numbered("F-9").concerned()).containsExactly(act, look);
    }
}
