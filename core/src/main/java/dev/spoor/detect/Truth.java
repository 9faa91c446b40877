package dev.spoor.detect;

import dev.spoor.query.Predicate;
import java.util.List;

/**
 * A predicate over tests that may not be answered yet (Kleene's strong three-valued logic): what is
 * {@link #FALSE} whatever the unknown parts turn out to be needs no look at the event.
 */
sealed interface Truth {
    int FALSE = 0;
    int UNKNOWN = 1;
    int TRUE = 2;

    record Known(int value) implements Truth {}

    /** One test of one field, by its number. */
    record Leaf(int id) implements Truth {}

    record All(List<Truth> parts) implements Truth {}

    record Any(List<Truth> parts) implements Truth {}

    record Not(Truth part) implements Truth {}

    /** Answers single tests: {@link #FALSE}, {@link #UNKNOWN} or {@link #TRUE}. */
    interface Leaves {
        int of(int leaf);
    }

    /** Gives a number to a test; -1 when it can only be answered on the whole event. */
    interface Numbering {
        int number(Predicate.Field field);
    }

    static Truth of(Predicate predicate, Numbering numbering) {
        return switch (predicate) {
            case Predicate.Everything() -> new Known(TRUE);
            case Predicate.Text _ -> new Known(UNKNOWN);
            case Predicate.Not(var part) -> new Not(of(part, numbering));
            case Predicate.All(var parts) ->
                    new All(parts.stream().map(part -> of(part, numbering)).toList());
            case Predicate.Any(var parts) ->
                    new Any(parts.stream().map(part -> of(part, numbering)).toList());
            case Predicate.Field field -> {
                int number = numbering.number(field);
                yield number < 0 ? new Known(UNKNOWN) : new Leaf(number);
            }
        };
    }

    default int value(Leaves leaves) {
        switch (this) {
            case Known(var value) -> {
                return value;
            }
            case Leaf(var id) -> {
                return leaves.of(id);
            }
            case Not(var part) -> {
                return TRUE - part.value(leaves);
            }
            case All(var parts) -> {
                int least = TRUE;
                for (int i = 0; i < parts.size() && least > FALSE; i++) {
                    least = Math.min(least, parts.get(i).value(leaves));
                }
                return least;
            }
            case Any(var parts) -> {
                int most = FALSE;
                for (int i = 0; i < parts.size() && most < TRUE; i++) {
                    most = Math.max(most, parts.get(i).value(leaves));
                }
                return most;
            }
        }
    }
}
