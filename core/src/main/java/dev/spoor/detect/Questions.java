package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the rules for one kind of event ask, each test once: the tests by number, the
 * fields they look at, and every rule as a {@link Truth} over them.
 */
final class Questions {
    /** A field with the numbers of its tests. */
    record Asked(String field, List<Integer> leaves) {}

    private final Kind kind;
    private final List<Asked> fields = new ArrayList<>();
    private final List<Test> tests = new ArrayList<>();
    private final List<Integer> fieldOf = new ArrayList<>();
    private final List<Truth> conditions = new ArrayList<>();
    private final List<Truth> relevances = new ArrayList<>();
    private final Map<Predicate.Field, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> fieldNumbers = new LinkedHashMap<>();

    Questions(Kind kind, List<Rule> rules) {
        this.kind = kind;
        for (var rule : rules) {
            conditions.add(Truth.of(rule.condition(), this::number));
            relevances.add(Truth.of(rule.condition(), this::withoutBodies));
        }
    }

    List<Asked> fields() {
        return fields;
    }

    Test test(int leaf) {
        return tests.get(leaf);
    }

    int field(int leaf) {
        return fieldOf.get(leaf);
    }

    int leaves() {
        return tests.size();
    }

    /** The rule's condition. */
    Truth condition(int rule) {
        return conditions.get(rule);
    }

    /** The rule's condition with everything about bodies left open: what the rule is about. */
    Truth relevance(int rule) {
        return relevances.get(rule);
    }

    private int withoutBodies(Predicate.Field field) {
        boolean body =
                field.field().startsWith("requestObject")
                        || field.field().startsWith("responseObject");
        return body ? -1 : number(field);
    }

    /** Facts, places and common names stand in no column of the event. */
    private int number(Predicate.Field asked) {
        var field = asked.field();
        if (field.startsWith("spoor.")
                || field.startsWith("source.")
                || field.equals("k8s.cluster.name")
                || asked.test() instanceof Test.FieldEqual
                || !Lens.originals(kind, field).isEmpty()) {
            return -1;
        }
        return numbers.computeIfAbsent(
                asked,
                _ -> {
                    int leaf = tests.size();
                    tests.add(asked.test());
                    int number =
                            fieldNumbers.computeIfAbsent(
                                    field,
                                    _ -> {
                                        fields.add(new Asked(field, new ArrayList<>()));
                                        return fields.size() - 1;
                                    });
                    fieldOf.add(number);
                    fields.get(number).leaves().add(leaf);
                    return leaf;
                });
    }
}
