package dev.spoor.app;

import dev.spoor.fault.Unavailable;
import dev.spoor.report.JsonDocument;
import dev.spoor.report.TerminalSummary;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How a scan answers: on standard output, readable or as JSON, and as a page. */
record ScanAnswer(boolean json, @Nullable ReportPage page) {
    void tell(ScanFlow flow, Surroundings surroundings) {
        if (page != null) {
            page.write(flow.result(), flow.events());
        }
        if (json) {
            try {
                JsonDocument.write(flow.result(), surroundings.out());
            } catch (IOException e) {
                throw new Unavailable("standard output: " + e.getMessage(), e);
            }
        } else {
            surroundings.out().print(TerminalSummary.text(flow.result(), surroundings.look()));
            surroundings.out().flush();
        }
        if (page != null) {
            surroundings.note("the page: " + page.address());
        }
    }
}
