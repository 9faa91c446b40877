package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.query.Predicate;
import java.util.Set;

/** Which rules look at the query of a request's address: options of a list, a terminal. */
final class Addresses {
    static final String MISSING =
            "Google's form of the audit log keeps no query of a request's address: options of lists and terminals are not seen";

    private static final Set<String> FIELDS =
            Set.of("requestURI", "spoor.tty", "spoor.unbounded", "spoor.dryRun");

    private Addresses() {}

    static boolean asked(Rule rule) {
        return asked(rule.condition())
                || rule.levels().stream().anyMatch(grade -> asked(grade.when()));
    }

    private static boolean asked(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Everything(), Predicate.Text(var _) -> false;
            case Predicate.Not(var part) -> asked(part);
            case Predicate.All(var parts) -> parts.stream().anyMatch(Addresses::asked);
            case Predicate.Any(var parts) -> parts.stream().anyMatch(Addresses::asked);
            case Predicate.Field(var field, var _) -> FIELDS.contains(field);
        };
    }
}
