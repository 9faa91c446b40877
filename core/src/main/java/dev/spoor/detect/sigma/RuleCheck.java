package dev.spoor.detect.sigma;

import java.nio.file.Path;
import java.util.ArrayList;
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
    /** One answer per rule file at the path, in the order of their names. */
    public static List<RuleCheck> of(Path path) {
        var checks = new ArrayList<RuleCheck>();
        for (var file : RuleSets.files(path)) {
            var name = file.toString().replace('\\', '/');
            try {
                var rules = RuleParser.read(name, RuleSets.content(file), Placeholders.NONE);
                String note = null;
                for (var rule : rules) {
                    note = note != null ? note : AuditFields.cannotMatch(rule);
                }
                checks.add(new RuleCheck(name, true, 0, 0, note));
            } catch (Misfit e) {
                checks.add(new RuleCheck(name, false, e.line(), e.column(), e.reason()));
            }
        }
        return checks;
    }
}
