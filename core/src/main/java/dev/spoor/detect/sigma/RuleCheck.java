package dev.spoor.detect.sigma;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to "is this file a rule that works?" ({@code spoor rules check}).
 *
 * @param line from 1; 0 when {@code ok}
 * @param column from 1; 0 when {@code ok}
 * @param reason null when {@code ok}
 * @param notes what a rule that works does that its author may not have meant
 */
public record RuleCheck(
        String file, boolean ok, int line, int column, @Nullable String reason, List<Note> notes) {
    public RuleCheck {
        notes = List.copyOf(notes);
    }

    /**
     * @param line from 1
     * @param column from 1
     */
    public record Note(int line, int column, String text) {}

    private static RuleCheck bad(String file, int line, int column, String reason) {
        return new RuleCheck(file, false, line, column, reason, List.of());
    }

    /**
     * One answer per rule file at the paths, in the order of their names. Correlations may refer to
     * rules of any of the files, and to rules of ours.
     */
    public static List<RuleCheck> of(List<Path> paths) {
        var checks = new LinkedHashMap<String, RuleCheck>();
        var read = RuleSets.shipped();
        for (var path : paths) {
            for (var file : RuleSets.files(path)) {
                var name = file.toString().replace('\\', '/');
                try {
                    var parsed = RuleParser.read(name, RuleSets.content(file), Placeholders.NONE);
                    checks.put(name, new RuleCheck(name, true, 0, 0, null, notes(parsed)));
                    read =
                            read.and(
                                    new RuleSet(
                                            parsed.rules(),
                                            parsed.correlations(),
                                            List.of(),
                                            List.of()));
                } catch (Misfit e) {
                    checks.put(name, bad(name, e.line(), e.column(), e.reason()));
                }
            }
        }
        for (var refused : read.linked().refused()) {
            checks.put(
                    refused.file(),
                    bad(refused.file(), refused.line(), refused.column(), refused.reason()));
        }
        return new ArrayList<>(checks.values());
    }

    /** As {@link #of(List)}, for one path. */
    public static List<RuleCheck> of(Path path) {
        return of(List.of(path));
    }

    private static List<Note> notes(RuleParser.Parsed parsed) {
        var notes = new ArrayList<Note>();
        for (var open : parsed.open().values()) {
            notes.add(new Note(1, 1, RuleParser.notGiven(open)));
        }
        notes.addAll(parsed.notes());
        return notes;
    }
}
