package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Everything that the rules for one kind of event ask, each test once: the tests by number, the
 * fields they look at, and every rule as a {@link Truth} over them.
 */
final class Questions {
    /**
     * A field with the numbers of its tests.
     *
     * @param origin where a derived field comes from; null for a recorded one
     * @param whole only the whole event tells: places and common names, what old versions say in
     *     other words, one field against another, facts of unknown origin
     */
    record Asked(
            String field,
            List<Integer> leaves,
            FactSource.@Nullable Origin origin,
            boolean whole) {}

    private static final String FACT = "spoor.";

    /** The normal form gives these to events of old versions, which say it in other words. */
    private static final Set<String> LENT = Set.of("requestReceivedTimestamp", "stageTimestamp");

    private final Kind kind;
    private final FactSource facts;
    private @Nullable JsonNode derivedFrom;
    private String derivedMember = "";
    private @Nullable JsonView derivedEvent;
    private final List<Asked> fields = new ArrayList<>();
    private final List<Test> tests = new ArrayList<>();
    private final List<Integer> fieldOf = new ArrayList<>();
    private final List<Truth> conditions = new ArrayList<>();
    private final List<Truth> relevances = new ArrayList<>();
    private final List<List<Truth>> grades = new ArrayList<>();
    private final Map<Integer, TestIndex> indexes = new HashMap<>();
    private final Map<Predicate.Field, Integer> numbers = new HashMap<>();
    private final Map<String, Integer> fieldNumbers = new LinkedHashMap<>();

    Questions(Kind kind, List<Rule> rules, FactSource facts) {
        this.kind = kind;
        this.facts = facts;
        for (var rule : rules) {
            conditions.add(Truth.of(rule.condition(), this::number));
            relevances.add(Truth.of(rule.condition(), this::withoutBodies));
            grades.add(
                    rule.levels().stream()
                            .map(grade -> Truth.of(grade.when(), this::number))
                            .toList());
        }
    }

    List<Asked> fields() {
        return fields;
    }

    /**
     * The values of a derived field for an event that has this member and nothing else. Questions
     * about one value come together: the event is made once for them.
     */
    List<JsonNode> derived(String field, String member, JsonNode value) {
        if (value != derivedFrom || !member.equals(derivedMember) || derivedEvent == null) {
            var tree = JsonNodeFactory.instance.objectNode();
            tree.set(member, value);
            var source = new Source(0, kind, Wrapping.NATIVE, "", null);
            derivedFrom = value;
            derivedMember = member;
            derivedEvent = new JsonView(source, tree, new byte[0], 0, 0);
        }
        return facts.values(derivedEvent, field);
    }

    /** The tests of a field by their places in its list. */
    TestIndex index(int field) {
        return indexes.computeIfAbsent(
                field,
                _ -> new TestIndex(fields.get(field).leaves().stream().map(tests::get).toList()));
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

    /** The conditions of the rule's grades, in order. */
    List<Truth> grades(int rule) {
        return grades.get(rule);
    }

    /**
     * Which of a rule's grades is the first to hold: their number when none does, {@link
     * Teller#GRADE_UNKNOWN} when only the event can tell.
     */
    static int grade(List<Truth> grades, Truth.Leaves leaves) {
        for (int i = 0; i < grades.size(); i++) {
            int value = grades.get(i).value(leaves);
            if (value != Truth.FALSE) {
                return value == Truth.TRUE ? i : Teller.GRADE_UNKNOWN;
            }
        }
        return grades.size();
    }

    private int withoutBodies(Predicate.Field field) {
        boolean body =
                field.field().startsWith("requestObject")
                        || field.field().startsWith("responseObject")
                        || field.field().startsWith(FACT) && !facts.origin(field.field()).alone();
        int leaf = body ? -1 : number(field);
        return leaf >= 0 && fields.get(field(leaf)).whole() ? -1 : leaf;
    }

    private int number(Predicate.Field asked) {
        return numbers.computeIfAbsent(
                asked,
                _ -> {
                    int leaf = tests.size();
                    tests.add(asked.test());
                    int number = field(asked);
                    fieldOf.add(number);
                    fields.get(number).leaves().add(leaf);
                    return leaf;
                });
    }

    private int field(Predicate.Field asked) {
        var field = asked.field();
        boolean aside = asked.test().looksAside();
        var key = aside ? field + " = " : field;
        return fieldNumbers.computeIfAbsent(
                key,
                _ -> {
                    var origin = field.startsWith(FACT) ? facts.origin(field) : null;
                    boolean whole =
                            aside
                                    || origin != null && origin.members().isEmpty()
                                    || field.startsWith("source.")
                                    || field.equals("k8s.cluster.name")
                                    || LENT.contains(field)
                                    || !Lens.originals(kind, field).isEmpty();
                    fields.add(new Asked(field, new ArrayList<>(), origin, whole));
                    return fields.size() - 1;
                });
    }
}
