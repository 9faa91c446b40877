package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import java.util.HashSet;
import java.util.List;

/**
 * A hunt that is kept: what somebody suspects, what to ask, and what was learned. Read from a YAML
 * file by {@link HuntFiles}; docs/hunts.md tells its form.
 *
 * @param name of the file, without its end; letters, digits and {@code -}
 * @param kind {@code threat} or {@code performance}
 * @param techniques of ATT&amp;CK (T1609) or the threat matrix for Kubernetes (MS-TA9006)
 * @param noise what is usual and means nothing
 * @param followUps what to do when something was found
 * @param findings what was found with it, written by whoever hunts
 * @param resolution what came of it; empty = open
 */
public record Hunt(
        String name,
        String title,
        String kind,
        String hypothesis,
        List<String> techniques,
        List<Question> questions,
        List<String> noise,
        List<String> followUps,
        List<String> findings,
        String resolution) {
    /** More questions are refused. */
    public static final int QUESTIONS_MAX = 30;

    public Hunt {
        techniques = List.copyOf(techniques);
        questions = List.copyOf(questions);
        noise = List.copyOf(noise);
        followUps = List.copyOf(followUps);
        findings = List.copyOf(findings);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9-]{0,63}")) {
            throw new Rejected("hunt: name " + name + " (expected: letters, digits and -)");
        }
        if (!kind.equals("threat") && !kind.equals("performance")) {
            throw new Rejected("hunt: kind " + kind + " (expected: threat or performance)");
        }
        if (questions.isEmpty() || questions.size() > QUESTIONS_MAX) {
            throw new Rejected(
                    "hunt: %d questions (expected: 1 to %d)"
                            .formatted(questions.size(), QUESTIONS_MAX));
        }
        var ids = new HashSet<String>();
        for (var question : questions) {
            if (!ids.add(question.id())) {
                throw new Rejected("hunt: two questions with the id " + question.id());
            }
        }
    }

    /**
     * One question.
     *
     * @param ask in words
     * @param query as written; {@code parsed} is its value
     * @param lookFor what in the answer would speak for the hypothesis; may be empty
     * @param newBy the columns that tell whether a row was there before; empty = all that hold no
     *     numbers and no times
     */
    public record Question(
            String id, String ask, String query, Query parsed, String lookFor, List<String> newBy) {
        public Question {
            newBy = List.copyOf(newBy);
            if (!id.matches("[A-Za-z0-9][A-Za-z0-9-]{0,63}")) {
                throw new Rejected("hunt: id " + id + " (expected: letters, digits and -)");
            }
        }
    }
}
