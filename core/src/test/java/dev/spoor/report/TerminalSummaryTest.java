package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.report.TerminalSummary.Look;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TerminalSummaryTest {
    @Test
    void saysWhatWasReadFoundAndNotSeen() {
        var text = TerminalSummary.text(Recorded.scan(), new Look(120, false, true));
        assertThat(text)
                .contains("14 events · 14 requests · 2 files · 8.4 MB")
                .contains("2 critical, 4 high, 2 medium, 6 low")
                .contains("━━ I-1  CRITICAL  mallory@example.org went from a shell")
                .contains("05:25:31  ▲ high")
                .contains("every secret of every namespace")
                .contains("2 blind rules")
                .contains("ESC-02, ESC-03")
                .contains("gap: cut")
                .contains("--report FILE.html");
    }

    @Test
    void nothingFromALogSteersTheTerminal() {
        for (boolean unicode : new boolean[] {true, false}) {
            var text = TerminalSummary.text(Recorded.scan(), new Look(100, false, unicode));
            assertThat(text.chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
            assertThat(text.codePoints().filter(c -> c != '\n' && Visible.hidden(c))).isEmpty();
        }
    }

    @Test
    void noColourCodesWhenColourIsOff() {
        assertThat(TerminalSummary.text(Recorded.scan(), new Look(100, false, true)))
                .doesNotContain("\u001b");
        assertThat(TerminalSummary.text(Recorded.scan(), new Look(100, true, true)))
                .contains("\u001b[1;31m");
    }

    @Test
    void colourChangesNothingButColour() {
        var plain = TerminalSummary.text(Recorded.scan(), new Look(100, false, true));
        var coloured = TerminalSummary.text(Recorded.scan(), new Look(100, true, true));
        assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(plain);
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int width = 40; width <= 130; width++) {
            int most = Math.min(width, 120);
            var text = TerminalSummary.text(Recorded.scan(), new Look(width, false, true));
            assertThat(Arrays.stream(text.split("\n")))
                    .as("width %d", width)
                    .allSatisfy(
                            line -> assertThat(Visible.columns(line)).isLessThanOrEqualTo(most));
        }
    }

    @Test
    void aPlainTerminalGetsPlainMarks() {
        var scan = Recorded.scan();
        assertThat(
                        TerminalSummary.text(scan, new Look(80, false, false))
                                .chars()
                                .filter(c -> c > 126))
                .isEmpty();
    }
}
