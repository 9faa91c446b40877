package dev.spoor.detect.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {
    private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");

    private final List<String> lines = new ArrayList<>();

    private LinesTest at(long minute, String message) {
        var time = START.plus(Duration.ofMinutes(minute)).toString().replace("Z", ".000000001Z");
        lines.add(time + " stdout F " + message);
        return this;
    }

    private LinesTest day() {
        for (int minute = 0; minute < 24 * 60; minute += 5) {
            at(minute, "GET /cart/" + minute + " answered 200 in " + minute % 17 + " ms");
            at(minute, "user u" + minute + " logged in from 10.0.0." + minute % 200);
            at(minute, "cache of " + (minute % 2 == 0 ? "prices" : "goods") + " was refreshed now");
        }
        return this;
    }

    private List<Finding> told() {
        var baselines = new Baselines(Watch.shipped(), Duration.ofHours(24), null);
        var source = new Source(0, Kind.CONTAINER_CRI, Wrapping.NATIVE, "web.log", null);
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var record = new Received();
        long position = 0;
        for (var line : lines) {
            var bytes = line.getBytes(StandardCharsets.UTF_8);
            record.plain(bytes, 0, bytes.length);
            record.line = ++position;
            scanner.scan(source.kind(), bytes, 0, bytes.length, scanned);
            baselines.take(record, scanned, source, position);
        }
        return baselines.findings();
    }

    @Test
    void aKindOfLineThatWasNeverLoggedIsTold() {
        day().at(1500, "panic: runtime error in handler of upload");
        assertThat(told())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo("BAS-12");
                    assertThat(finding.why()).contains("panic runtime error in handler of upload");
                });
    }

    @Test
    void otherNumbersNamesAndAddressesAreTheSameKind() {
        day().at(1500, "GET /cart/77 answered 503 in 9 ms")
                .at(1501, "user mallory9 logged in from 203.0.113.9")
                .at(1502, "cache of users was refreshed now");
        assertThat(told()).isEmpty();
    }

    @Test
    void aBurstIsToldOnceAnHourWithItsOwnPast() {
        day();
        for (int i = 0; i < 900; i++) {
            at(1500, "user u" + i + " logged in from 10.0.0.7");
        }
        assertThat(told())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.rule()).isEqualTo("BAS-13");
                    assertThat(finding.why()).contains("the median of its 24 hours before is 12");
                });
    }

    @Test
    void nothingIsSaidWhileLearningAndTheSameLinesSayTheSame() {
        day();
        assertThat(told()).isEmpty();
        at(1500, "segfault at address zero in worker");
        assertThat(Past.told(told())).isEqualTo(Past.told(told()));
    }

    @Test
    void moreKindsThanAreHeldAreNeitherNewNorABurst() {
        day();
        for (int i = 0; i < Lines.TEMPLATES_MAX + 500; i++) {
            at(700, word(i) + " " + word(i + 7));
        }
        at(1500, "zz something never seen at all");
        assertThat(told()).isEmpty();
    }

    private static String word(int number) {
        var word = new StringBuilder("w");
        for (int left = number; left > 0; left /= 26) {
            word.append((char) ('a' + left % 26));
        }
        return word.toString();
    }
}
