package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.Finding;
import dev.spoor.detect.Readiness;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.event.Received;
import dev.spoor.event.Wrapping;
import dev.spoor.incident.Incident;
import dev.spoor.query.InMemoryEvents;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    static String page() throws IOException {
        var search = new InMemoryEvents[1];
        var scan = Recorded.scan(search);
        return page(scan, search[0]);
    }

    static String emptyPage() throws IOException {
        return page(empty(), new InMemoryEvents());
    }

    private static String page(ScanResult scan, InMemoryEvents search) throws IOException {
        var writer = new StringWriter();
        HtmlReport.write(scan, search, writer);
        return writer.toString();
    }

    private static ScanResult empty() {
        return new ScanResult(
                "0.1.0",
                new ScanResult.Input(0, 0, 0, 0, null, null, List.of(), List.of()),
                List.of(),
                List.of(),
                new Readiness(List.of()),
                List.of(),
                new ScanResult.Evidence(0, "", "", null));
    }

    @Test
    void theSameScanGivesTheSamePage() throws IOException {
        assertThat(page()).isEqualTo(page());
    }

    @Test
    void whatTheLogSaysIsNeverMarkup() throws IOException {
        assertThat(page())
                .doesNotContain("<script", "<img", "\u202e", "\u001b", "{{7*7}}&#x3c;")
                .contains("&lt;script&gt;window.pwned=1&lt;/script&gt;")
                .contains("<i class=\"x\">\\u202e</i>");
    }

    @Test
    void noSecretIsOnThePage() throws IOException {
        assertThat(page())
                .doesNotContain(
                        Recorded.PASSWORD,
                        "dHIwdWI0ZG9y",
                        "cm9vdA==",
                        "eyJhbGciOiJSUzI1NiJ9",
                        "AKIAIOSFODNN7EXAMPLE")
                .contains("«masked 20 bytes»");
    }

    @Test
    void everyEventOfTheStoryTellsItsPlace() throws IOException {
        var page = page();
        for (int line = 1; line <= 10; line++) {
            assertThat(page)
                    .contains("<dt>Line</dt><dd>" + line + "</dd>")
                    .contains("<dt>Ledger position</dt><dd>" + (line - 1) + "</dd>")
                    .contains("3f2a0c64-0000-4000-8000-%012d".formatted(line));
        }
    }

    @Test
    void aScanThatFoundNothingSaysSo() throws IOException {
        assertThat(emptyPage()).contains("Nothing found", "no rule was blind");
    }

    /** A flood of findings must not become a flood of bytes. */
    @Test
    void thePageIsBounded() throws IOException {
        var search = new InMemoryEvents();
        search.open(Kind.TEXT, Wrapping.NATIVE, "flood.log", null);
        var record = new Received();
        var actor = new EntityRef("user", "flood");
        var incidents = new ArrayList<Incident>();
        var findings = new ArrayList<Finding>();
        var bytes = ("<b>" + "x".repeat(50_000)).getBytes(StandardCharsets.UTF_8);
        int line = 0;
        for (int i = 0; i < 60; i++) {
            var story = new ArrayList<Incident.Sentence>();
            for (int s = 0; s < 200; s++) {
                line++;
                if (line < 500) {
                    record.plain(bytes, 0, bytes.length);
                    record.line = line;
                    search.take(record);
                }
                var ref = new EventRef(0, line, 0, line - 1, null, null);
                var time = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(line);
                story.add(
                        new Incident.Sentence(
                                time,
                                "step " + line,
                                "discovery",
                                Level.LOW,
                                actor,
                                new EntityRef("pod", "p" + s),
                                List.of(),
                                List.of(ref)));
                findings.add(
                        new Finding(
                                "F-" + line,
                                "R",
                                null,
                                null,
                                "t",
                                Level.LOW,
                                List.of(),
                                time,
                                List.of(actor),
                                List.of(ref),
                                "why " + line,
                                null,
                                Finding.About.ACT));
            }
            incidents.add(
                    new Incident(
                            "I-" + i,
                            "flood " + i,
                            Level.LOW,
                            story.getFirst().time(),
                            story.getLast().time(),
                            List.of(actor),
                            List.of(),
                            List.of(),
                            List.of(),
                            story,
                            new Incident.Scope(List.of(), List.of(), List.of())));
        }
        var scan =
                new ScanResult(
                        "0.1.0",
                        empty().input(),
                        findings,
                        incidents,
                        new Readiness(List.of()),
                        List.of(),
                        empty().ledger());
        var page = page(scan, search);
        assertThat(page.length()).isLessThan(12_000_000);
        assertThat(page)
                .contains(
                        "20 more incidents",
                        "50 more steps",
                        "more findings",
                        "bytes more stand in the ledger");
    }
}
