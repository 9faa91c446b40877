package dev.spoor.query;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The normal form of predicates: same answers, fewer and flatter parts. */
public final class Predicates {
    public static final Predicate EVERYTHING = new Predicate.Everything();
    public static final Predicate NOTHING = new Predicate.Not(EVERYTHING);

    private Predicates() {}

    /**
     * The same condition in negation normal form: {@link Predicate.Not} stands only before a field,
     * a text or {@link #EVERYTHING}; an {@code All} has no {@code All} as a part, an {@code Any} no
     * {@code Any}; neither has equal, constant or fewer than two parts; exact values asked of one
     * field are one {@link Test.OneOf}.
     */
    public static Predicate simplify(Predicate predicate) {
        return simplify(predicate, false);
    }

    private static Predicate simplify(Predicate predicate, boolean negated) {
        return switch (predicate) {
            case Predicate.Everything() -> negated ? NOTHING : EVERYTHING;
            case Predicate.Not(var part) -> simplify(part, !negated);
            case Predicate.All(var parts) -> negated ? any(parts, true) : all(parts, false);
            case Predicate.Any(var parts) -> negated ? all(parts, true) : any(parts, false);
            case Predicate.Field(var field, var test) -> leaf(field, test, negated);
            case Predicate.Text _ -> negated ? new Predicate.Not(predicate) : predicate;
        };
    }

    private static Predicate leaf(String field, Test test, boolean negated) {
        var alike =
                test instanceof Test.OneOf(var texts) && texts.size() == 1
                        ? new Test.Equal(texts.iterator().next(), true)
                        : test;
        var part = new Predicate.Field(field, alike);
        return negated ? new Predicate.Not(part) : part;
    }

    private static Predicate all(List<Predicate> parts, boolean negated) {
        var kept = new LinkedHashSet<Predicate>();
        for (var part : parts) {
            switch (simplify(part, negated)) {
                case Predicate.Everything() -> {}
                case Predicate.All(var inner) -> kept.addAll(inner);
                case Predicate other when other.equals(NOTHING) -> {
                    return NOTHING;
                }
                case Predicate other -> kept.add(other);
            }
        }
        var left = new ArrayList<>(kept);
        return switch (left.size()) {
            case 0 -> EVERYTHING;
            case 1 -> left.getFirst();
            default -> new Predicate.All(left);
        };
    }

    private static Predicate any(List<Predicate> parts, boolean negated) {
        var kept = new LinkedHashSet<Predicate>();
        for (var part : parts) {
            switch (simplify(part, negated)) {
                case Predicate.Everything() -> {
                    return EVERYTHING;
                }
                case Predicate.Any(var inner) -> kept.addAll(inner);
                case Predicate other when other.equals(NOTHING) -> {}
                case Predicate other -> kept.add(other);
            }
        }
        var left = new ArrayList<>(oneOf(kept));
        return switch (left.size()) {
            case 0 -> NOTHING;
            case 1 -> left.getFirst();
            default -> new Predicate.Any(left);
        };
    }

    /** Joins exact values of one field at the place of the first of them. */
    private static Set<Predicate> oneOf(Set<Predicate> parts) {
        var texts = new java.util.LinkedHashMap<String, Set<String>>();
        for (var part : parts) {
            if (part instanceof Predicate.Field(var field, var test)) {
                exact(test)
                        .forEach(text ->
                                texts.computeIfAbsent(field, _ -> new LinkedHashSet<>()).add(text));
            }
        }
        var joined = new LinkedHashSet<Predicate>();
        for (var part : parts) {
            if (part instanceof Predicate.Field(var field, var test) && !exact(test).isEmpty()) {
                joined.add(leaf(field, new Test.OneOf(texts.getOrDefault(field, Set.of())), false));
            } else {
                joined.add(part);
            }
        }
        return joined;
    }

    private static Set<String> exact(Test test) {
        return switch (test) {
            case Test.Equal(var text, var caseSensitive) when caseSensitive -> Set.of(text);
            case Test.OneOf(var texts) -> texts;
            default -> Set.of();
        };
    }
}
