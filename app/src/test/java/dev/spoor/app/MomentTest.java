package dev.spoor.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.fault.Rejected;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-01-02T03:04:05.000001Z, 2026-01-02T03:04:05.000001Z",
        "2026-01-02T03:04:05+02:00, 2026-01-02T01:04:05Z",
        "-90s, 2026-11-23T11:58:30Z",
        "-30m, 2026-11-23T11:30:00Z",
        "-24h, 2026-11-22T12:00:00Z",
        "-7d, 2026-11-16T12:00:00Z",
        "-2w, 2026-11-09T12:00:00Z",
    })
    void readsWhatThePersonTyped(String text, Instant expected) {
        assertThat(Moment.of("--since", text, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "yesterday", "24h", "-24", "--24h", "-9999999w", "2026-13-01T00:00:00Z"})
    void namesTheOptionAndWhatItExpected(String text) {
        assertThatThrownBy(() -> Moment.of("--since", text, NOW))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("--since");
    }

    @Test
    void nothingTypedIsNoTime() {
        assertThat(Moment.of("--since", null, NOW)).isNull();
    }
}
