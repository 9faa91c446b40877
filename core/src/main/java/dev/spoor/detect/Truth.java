package dev.spoor.detect;

import dev.spoor.query.Predicate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Whether one of these tests is among its. */
    default boolean asks(boolean[] leaves) {
        return switch (this) {
            case Known _ -> false;
            case Leaf(var id) -> leaves[id];
            case Not(var part) -> part.asks(leaves);
            case All(var parts) -> parts.stream().anyMatch(part -> part.asks(leaves));
            case Any(var parts) -> parts.stream().anyMatch(part -> part.asks(leaves));
        };
    }

    /** What is left to be asked once the leaves have told what they know. */
    default Truth given(Leaves leaves) {
        return switch (this) {
            case Known _ -> this;
            case Leaf(var id) -> {
                int value = leaves.of(id);
                yield value == UNKNOWN ? this : new Known(value);
            }
            case Not(var part) ->
                    switch (part.given(leaves)) {
                        case Known(var value) -> new Known(TRUE - value);
                        case Truth rest -> new Not(rest);
                    };
            case All(var parts) -> {
                var rest = rest(parts, leaves, FALSE);
                yield rest == null ? new Known(FALSE) : new All(rest);
            }
            case Any(var parts) -> {
                var rest = rest(parts, leaves, TRUE);
                yield rest == null ? new Known(TRUE) : new Any(rest);
            }
        };
    }

    /** The parts that still count; null when one of them decides all. */
    private static @Nullable List<Truth> rest(List<Truth> parts, Leaves leaves, int deciding) {
        var rest = new ArrayList<Truth>(parts.size());
        for (var part : parts) {
            var left = part.given(leaves);
            if (!(left instanceof Known(var value)) || value == UNKNOWN) {
                rest.add(left);
            } else if (value == deciding) {
                return null;
            }
        }
        return List.copyOf(rest);
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
