package dev.spoor.detect;

import dev.spoor.event.Gap;
import java.util.List;

/**
 * What the rules found.
 *
 * @param findings sorted by time, rule, source, line and item, {@code F-1} first
 * @param gaps audit ids that stand for more than one request (kind {@code repeat})
 */
public record Detection(List<Finding> findings, Readiness readiness, List<Gap> gaps) {
    public Detection {
        findings = List.copyOf(findings);
        gaps = List.copyOf(gaps);
    }

    /** With what others found, in the order of the document. */
    public Detection with(List<Finding> others) {
        return new Detection(Findings.numbered(findings, others), readiness, gaps);
    }
}
