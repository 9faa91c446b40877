package dev.spoor.detect;

import dev.spoor.event.Column;
import dev.spoor.event.JsonView;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What each distinct value of a column answers to the questions asked of it. Values with the same
 * answers share a class, so that the rules are judged once per combination of classes and not per
 * event.
 */
final class ColumnAnswers {
    /** The class of literals and of values that cannot be read: every answer is unknown. */
    static final int UNKNOWN = 1;

    /** Values past so many classes are of class {@link #UNKNOWN}. */
    static final int CLASSES_MAX = 4096;

    /** So many values of a column that is told apart have a class of their own. */
    private static final int APART_MAX = 256;

    /** More tests of one field are found by an index. */
    private static final int ASKED_ONE_BY_ONE = 12;

    /** The answers of one class: bit 2f = field f has a value, 2f + 1 = one is null; then tests. */
    private record Answers(BitSet bits, @Nullable String apart) {}

    private final Column column;
    private final Questions questions;

    /** Fields that this column answers, wholly or in part: equal to its path or below it. */
    private final int[] fields;

    /** Where a field stands in {@link #fields}, or -1. */
    private final int[] slotOf;

    /** Which bit of {@link Answers} answers a test; only for tests of {@link #fields}. */
    private final int[] bitOf;

    private final boolean apart;
    private final List<Answers> classes = new ArrayList<>();
    private final Map<Answers, Integer> known = new HashMap<>();
    private int[] ofCode = new int[64];
    private int generation;

    ColumnAnswers(Column column, Questions questions, boolean apart) {
        this.column = column;
        this.questions = questions;
        this.apart = apart;
        this.generation = column.dictionary().generation();
        var related = new ArrayList<Integer>();
        for (int field = 0; field < questions.fields().size(); field++) {
            if (answers(questions.fields().get(field))) {
                related.add(field);
            }
        }
        this.fields = related.stream().mapToInt(Integer::intValue).toArray();
        this.slotOf = new int[questions.fields().size()];
        this.bitOf = new int[questions.leaves()];
        number();
        var none = new Answers(new BitSet(), null);
        classes.add(none); // 0 = not looked at yet
        classes.add(none); // UNKNOWN
    }

    private void number() {
        Arrays.fill(slotOf, -1);
        int bit = 2 * fields.length;
        for (int slot = 0; slot < fields.length; slot++) {
            slotOf[fields[slot]] = slot;
            for (int leaf : questions.fields().get(fields[slot]).leaves()) {
                bitOf[leaf] =
                        switch (questions.test(leaf)) {
                            case Test.Exists _ -> 2 * slot;
                            case Test.IsNull _ -> 2 * slot + 1;
                            default -> bit;
                        };
                bit++;
            }
        }
    }

    Column column() {
        return column;
    }

    /** Whether any value of the column matters to any rule. */
    boolean matters() {
        return fields.length > 0 || apart;
    }

    /** Whether values of the class are one value, of a column that is told apart. */
    boolean single(int valueClass) {
        return classes.get(valueClass).apart() != null;
    }

    boolean apart() {
        return apart;
    }

    boolean answersField(int field) {
        return slotOf[field] >= 0;
    }

    private boolean answers(Questions.Asked asked) {
        var path = column.path();
        if (asked.whole()) {
            return false;
        }
        if (asked.origin() != null) {
            return asked.origin().alone() && asked.origin().members().contains(path);
        }
        var field = asked.field();
        return field.equals(path)
                || column.type() == Column.Type.JSON
                        && field.length() > path.length()
                        && field.startsWith(path)
                        && field.charAt(path.length()) == '.';
    }

    /** The class of a value by its code; stays valid when the dictionary starts anew. */
    int classOf(int code) {
        if (code < 0) {
            return UNKNOWN;
        }
        if (generation != column.dictionary().generation()) {
            generation = column.dictionary().generation();
            Arrays.fill(ofCode, 0);
        }
        if (code >= ofCode.length) {
            ofCode = Arrays.copyOf(ofCode, Math.max(code + 1, ofCode.length * 2));
        }
        int found = ofCode[code];
        return found != 0 ? found : look(code);
    }

    private int look(int code) {
        int found = intern(column.dictionary().value(code));
        ofCode[code] = found;
        return found;
    }

    private int intern(byte[] raw) {
        var value = read(raw);
        if (value == null) {
            return UNKNOWN;
        }
        var text =
                apart && known.size() < APART_MAX ? new String(raw, StandardCharsets.UTF_8) : null;
        var answers = new Answers(answers(value), text);
        var old = known.get(answers);
        if (old != null) {
            return old;
        }
        if (classes.size() >= CLASSES_MAX) {
            return UNKNOWN;
        }
        classes.add(answers);
        known.put(answers, classes.size() - 1);
        return classes.size() - 1;
    }

    /** The value with its escapes decoded, or null when it is not well-formed. */
    @Nullable JsonNode read(byte[] raw) {
        if (column.type() == Column.Type.STRING && plain(raw)) {
            return JsonNodeFactory.instance.stringNode(new String(raw, StandardCharsets.US_ASCII));
        }
        var parsed = column.read(raw, 0, raw.length);
        return parsed.complete() ? parsed.value() : null;
    }

    /** Printable ASCII without escapes: it stands for itself. */
    private static boolean plain(byte[] raw) {
        for (byte b : raw) {
            if (b < ' ' || b == '\\' || b == '"' || b > '~') {
                return false;
            }
        }
        return true;
    }

    private BitSet answers(JsonNode value) {
        var bits = new BitSet();
        int tests = 2 * fields.length;
        for (int i = 0; i < fields.length; i++) {
            var asked = questions.fields().get(fields[i]);
            var values = values(asked, value);
            bits.set(2 * i, !values.isEmpty());
            bits.set(2 * i + 1, any(values, IS_NULL));
            int first = tests;
            tests += asked.leaves().size();
            if (asked.leaves().size() > ASKED_ONE_BY_ONE) {
                questions.index(fields[i]).passed(values, number -> bits.set(first + number));
            } else {
                for (int number = 0; number < asked.leaves().size(); number++) {
                    bits.set(
                            first + number,
                            any(values, questions.test(asked.leaves().get(number))));
                }
            }
        }
        return bits;
    }

    private static final Test IS_NULL = new Test.IsNull();

    private static boolean any(List<JsonNode> values, Test test) {
        for (var value : values) {
            if (test instanceof Test.IsNull ? value.isNull() : test.holds(value)) {
                return true;
            }
        }
        return false;
    }

    private List<JsonNode> values(Questions.Asked asked, JsonNode value) {
        if (asked.origin() != null) {
            return questions.derived(asked.field(), column.path(), value);
        }
        if (!value.isContainer() && asked.field().equals(column.path())) {
            return List.of(value);
        }
        var root = JsonNodeFactory.instance.objectNode();
        root.set(column.path(), value);
        var values = new ArrayList<JsonNode>();
        JsonView.collect(root, asked.field(), values);
        return values;
    }

    /** What a value that stands in no dictionary answers; {@link Truth}. */
    int answer(@Nullable JsonNode literal, int field, int leaf) {
        if (literal == null) {
            return Truth.UNKNOWN;
        }
        var test = questions.test(leaf);
        var values = values(questions.fields().get(field), literal);
        boolean holds =
                switch (test) {
                    case Test.Exists _ -> !values.isEmpty();
                    case Test.IsNull _ -> any(values, IS_NULL);
                    default -> any(values, test);
                };
        return holds ? Truth.TRUE : Truth.FALSE;
    }

    /** Whether a value that stands in no dictionary gives the field any value; {@link Truth}. */
    int present(@Nullable JsonNode literal, int field) {
        if (literal == null) {
            return Truth.UNKNOWN;
        }
        return values(questions.fields().get(field), literal).isEmpty() ? Truth.FALSE : Truth.TRUE;
    }

    /** What values of the class answer to a test of a field that {@link #answersField}. */
    int answer(int valueClass, int leaf) {
        if (valueClass == UNKNOWN) {
            return Truth.UNKNOWN;
        }
        return classes.get(valueClass).bits().get(bitOf[leaf]) ? Truth.TRUE : Truth.FALSE;
    }

    /** Whether the column gives the field any value: {@link Truth}. */
    int present(int valueClass, int field) {
        if (valueClass == UNKNOWN) {
            return Truth.UNKNOWN;
        }
        return classes.get(valueClass).bits().get(2 * slotOf[field]) ? Truth.TRUE : Truth.FALSE;
    }
}
