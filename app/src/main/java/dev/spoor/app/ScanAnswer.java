package dev.spoor.app;

import dev.spoor.fault.Unavailable;
import dev.spoor.report.JsonDocument;
import dev.spoor.report.ScanResult;
import dev.spoor.report.TerminalSummary;
import java.io.IOException;

/** How a scan answers: on standard output, readable or as JSON. */
record ScanAnswer(boolean json) {
    void tell(ScanResult result, Surroundings surroundings) {
        if (!json) {
            surroundings.out().print(TerminalSummary.text(result, surroundings.look()));
            return;
        }
        try {
            JsonDocument.write(result, surroundings.out());
        } catch (IOException e) {
            throw new Unavailable("standard output: " + e.getMessage(), e);
        }
    }
}
