package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressLineTest {
    @Test
    void saysShareRateAndTimeLeft() {
        assertThat(ProgressLine.line(1_200_000_000L, 2_900_000_000L, 4))
                .isEqualTo("reading   41 %  1.2 GB of 2.9 GB  300 MB/s  6 s left");
    }

    @Test
    void promisesNothingAboutAnEndItCannotKnow() {
        assertThat(ProgressLine.line(6_000_000, -1, 2)).isEqualTo("reading  6 MB  3 MB/s");
    }

    @Test
    void anEmptyInputIsDone() {
        assertThat(ProgressLine.line(0, 0, 1)).contains("100 %");
    }
}
