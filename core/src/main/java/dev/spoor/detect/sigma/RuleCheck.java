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
 * @param reason null when {@code ok} and there is nothing to note; a note otherwise
 */
public record RuleCheck(String file, boolean ok, int line, int column, @Nullable String reason) {
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
                    checks.put(name, new RuleCheck(name, true, 0, 0, note(parsed)));
                    read =
                            read.and(
                                    new RuleSet(
                                            parsed.rules(),
                                            parsed.correlations(),
                                            List.of(),
                                            List.of()));
                } catch (Misfit e) {
                    checks.put(name, new RuleCheck(name, false, e.line(), e.column(), e.reason()));
                }
            }
        }
        for (var refused : read.linked().refused()) {
            checks.put(
                    refused.file(),
                    new RuleCheck(
                            refused.file(),
                            false,
                            refused.line(),
                            refused.column(),
                            refused.reason()));
        }
        return new ArrayList<>(checks.values());
    }

    /** As {@link #of(List)}, for one path. */
    public static List<RuleCheck> of(Path path) {
        return of(List.of(path));
    }

    private static @Nullable String note(RuleParser.Parsed parsed) {
        for (var open : parsed.open().values()) {
            return RuleParser.notGiven(open);
        }
        for (var rule : parsed.rules()) {
            var note = AuditFields.cannotMatch(rule);
            if (note != null) {
                return note;
            }
        }
        return null;
    }
}
