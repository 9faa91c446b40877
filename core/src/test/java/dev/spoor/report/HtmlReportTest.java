package dev.spoor.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.query.InMemoryEvents;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
    static String page() throws IOException {
        var search = new InMemoryEvents[1];
        var scan = Recorded.scan(search);
        var writer = new StringWriter();
        HtmlReport.write(scan, search[0], writer);
        return writer.toString();
    }

    @Test
    void thePageIsWritten() throws IOException {
        var page = page();
        Files.createDirectories(Path.of("target/report"));
        Files.writeString(Path.of("target/report/page.html"), page);
        assertThat(page).contains("mallory@example.org");
    }
}
