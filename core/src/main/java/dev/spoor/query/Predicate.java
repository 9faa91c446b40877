package dev.spoor.query;

import dev.spoor.event.EventView;
import dev.spoor.event.Kind;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A condition on one event; a value. {@link Field} is true when any of the field's values passes
 * the test.
 */
public sealed interface Predicate {
    record Everything() implements Predicate {}

    record All(List<Predicate> parts) implements Predicate {
        public All {
            parts = List.copyOf(parts);
        }
    }

    record Any(List<Predicate> parts) implements Predicate {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    record Not(Predicate part) implements Predicate {}

    /** At least one value of the field passes. */
    record Field(String field, Test test) implements Predicate {}

    /** Some text of the event passes (keyword search); what its texts are, the view says. */
    record Text(Test test) implements Predicate {}

    /** Every field that is looked at, by the name used; a {@link Text} looks at none. */
    default Set<String> fields() {
        var names = new TreeSet<String>();
        collectFields(names);
        return names;
    }

    private void collectFields(Set<String> names) {
        switch (this) {
            case Everything(), Text _ -> {}
            case All(var parts) -> parts.forEach(part -> part.collectFields(names));
            case Any(var parts) -> parts.forEach(part -> part.collectFields(names));
            case Not(var part) -> part.collectFields(names);
            case Field(var field, var test) -> {
                names.add(field);
                switch (test) {
                    case Test.FieldEqual(var other, _, _, _) -> names.add(other);
                    case Test.FieldCompare(_, var other) -> names.add(other);
                    case Test.Element(var part) ->
                            part.fields().forEach(name -> names.add(field + "." + name));
                    default -> {}
                }
            }
        }
    }

    /**
     * Whether Spoor's own records may be answers: only when {@code source.kind} is named, and what
     * is asked of it does not rule them out.
     */
    default boolean asksOwn() {
        if (!namesSourceKind()) {
            return false;
        }
        for (var kind : Kind.values()) {
            if (kind.own() && ofKind(kind) != Answer.NO) {
                return true;
            }
        }
        return false;
    }

    private boolean namesSourceKind() {
        return switch (this) {
            case Everything(), Text _ -> false;
            case All(var parts) -> parts.stream().anyMatch(Predicate::namesSourceKind);
            case Any(var parts) -> parts.stream().anyMatch(Predicate::namesSourceKind);
            case Not(var part) -> part.namesSourceKind();
            case Field(var field, _) -> field.equals(SOURCE_KIND);
        };
    }

    /** The field of every event that tells what kind of log it is from. */
    String SOURCE_KIND = "source.kind";

    /** What a kind alone tells of the answer. */
    enum Answer {
        NO,
        OPEN,
        YES
    }

    /** What the answer is for events of this kind, as far as the kind tells. */
    default Answer ofKind(Kind kind) {
        return switch (this) {
            case Everything() -> Answer.YES;
            case Text _ -> Answer.OPEN;
            case Not(var part) -> {
                var inner = part.ofKind(kind);
                yield inner == Answer.OPEN ? inner : inner == Answer.YES ? Answer.NO : Answer.YES;
            }
            case All(var parts) -> {
                var least = Answer.YES;
                for (var part : parts) {
                    var one = part.ofKind(kind);
                    least = one.compareTo(least) < 0 ? one : least;
                }
                yield least;
            }
            case Any(var parts) -> {
                var most = Answer.NO;
                for (var part : parts) {
                    var one = part.ofKind(kind);
                    most = one.compareTo(most) > 0 ? one : most;
                }
                yield most;
            }
            case Field(var field, var test) ->
                    !field.equals(SOURCE_KIND) || test.looksAside()
                            ? Answer.OPEN
                            : test.holds(JsonNodeFactory.instance.stringNode(kind.id()))
                                    ? Answer.YES
                                    : Answer.NO;
        };
    }

    /** Row-wise answer; the vectorised answer over a block must be the same. */
    default boolean holds(EventView event) {
        return switch (this) {
            case Everything() -> true;
            case All(var parts) -> {
                for (var part : parts) {
                    if (!part.holds(event)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Any(var parts) -> {
                for (var part : parts) {
                    if (part.holds(event)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Not(var part) -> !part.holds(event);
            case Field(var field, var test) -> test.holdsForAny(event, field);
            case Text(var test) -> event.anyText(test::holdsForText);
        };
    }
}
