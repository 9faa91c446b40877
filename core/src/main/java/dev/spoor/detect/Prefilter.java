package dev.spoor.detect;

import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.Column;
import dev.spoor.event.Json;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Scanned;
import dev.spoor.event.Shape;
import dev.spoor.event.Source;
import dev.spoor.query.StepsExceeded;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Says, from the shape and the dictionary codes of an event alone, which rules hold, which cannot,
 * and for which the event must be looked at.
 *
 * <p>Each distinct value is asked each question once ({@link ColumnAnswers}); each combination of
 * shape and classes is judged once and remembered, so that an event costs a few array look-ups
 * whatever the number of rules. Never allocates for a combination that is known.
 */
final class Prefilter {
    /** More combinations are not remembered: the table is emptied and filled anew. */
    static final int COMBINATIONS_MAX = 1 << 16;

    /** Columns whose values are told apart although no rule asks: what readiness speaks of. */
    private static final Set<String> APART = Set.of("level", "stage", "objectRef.resource");

    /**
     * A rule of which something is left to be asked.
     *
     * @param condition as far as it is not answered yet
     * @param grades likewise, of its grades
     */
    record Open(int rule, Truth condition, List<Truth> grades) {}

    /**
     * Which rules hold and which may, by their index.
     *
     * @param sure rules that hold
     * @param grades which grade each of them has ({@link Questions#grade})
     * @param open rules that need a look at the event
     */
    record Verdict(int[] sure, int[] grades, List<Open> open) {
        static final Verdict NOTHING = new Verdict(new int[0], new int[0], List.of());
    }

    /**
     * Hears of each combination of shape and values once, unless it has heard enough; of a verbatim
     * event each time.
     */
    interface Observer {
        /**
         * The rule is about such events, whatever their bodies hold.
         *
         * @return whether events of the same shape and values of {@link #APART} add nothing
         */
        boolean relevant(int rule, JsonView example);
    }

    /** What a shape has to say about fields and columns, worked out once. */
    private static final class Layout {
        final Shape shape;

        /** The values that matter, by their place in the event. */
        final int[] places;

        final ColumnAnswers[] columns;

        /** Per field: indexes into {@link #places} of the values that answer it. */
        final int[][] answering;

        /** Per field: whether it is an object that the shape opens; {@link Truth}. */
        final int[] object;

        /** The same key twice, with values of different types: only a look at the event tells. */
        final boolean odd;

        /** What values rule out by themselves, per place; null where others answer, too. */
        final Candidates.@Nullable OfColumn[] alone;

        /** The rules that the absence of fields leaves possible. */
        long[] possible = new long[0];

        Layout(
                Shape shape,
                int[] places,
                ColumnAnswers[] columns,
                int[][] answering,
                int[] object,
                boolean odd,
                Candidates.@Nullable OfColumn[] alone) {
            this.alone = alone;
            this.shape = shape;
            this.places = places;
            this.columns = columns;
            this.answering = answering;
            this.object = object;
            this.odd = odd;
        }
    }

    private final Questions questions;
    private final Verdict all;
    private final boolean apart;
    private final Observer observer;
    private final List<Integer> observed = new ArrayList<>();

    /**
     * By shape and the classes of {@link #APART}: of which rules the observer has heard enough.
     * Emptied with the combinations: there are no more of them than of these.
     */
    private final Map<Long, BitSet> heard = new HashMap<>();

    private static final int CLASS_BITS =
            Integer.numberOfTrailingZeros(ColumnAnswers.CLASSES_MAX); // a power of two

    private Layout[] layouts = new Layout[64];
    private @Nullable ColumnAnswers[] columns = new ColumnAnswers[64];

    private int[] slots = new int[1 << 10];
    private int[] hashes = new int[512];
    private int[] starts = new int[512];
    private int[] keys = new int[8192];
    private Verdict[] verdicts = new Verdict[512];
    private int held;
    private int used;
    private int[] key = new int[64];

    private final Candidates candidates;
    private final Map<ColumnAnswers, Candidates.OfColumn> ofColumn = new IdentityHashMap<>();

    /** What the event being looked at has answered to each test; -1 = not asked yet. */
    private final byte[] told;

    Prefilter(Kind kind, List<Rule> rules, FactSource facts, Observer observer) {
        this.questions = new Questions(kind, rules, facts);
        this.told = new byte[questions.leaves()];
        this.candidates = new Candidates(questions, rules.size());
        this.observer = observer;
        for (int i = 0; i < rules.size(); i++) {
            if (!rules.get(i).needs().isEmpty()) {
                observed.add(i);
            }
        }
        this.apart = !observed.isEmpty();
        var every = new ArrayList<Open>();
        for (int rule = 0; rule < rules.size(); rule++) {
            every.add(new Open(rule, questions.condition(rule), questions.grades(rule)));
        }
        this.all = new Verdict(new int[0], new int[0], List.copyOf(every));
    }

    /** For an event whose columns are its fields; not for one kept verbatim. */
    Verdict judge(Scanned event, Source source) {
        var layout = layout(event);
        if (layout.odd) {
            return open(new JsonView(source, event.bytes(), event.offset(), event.length()));
        }
        int count = layout.places.length;
        var combination = key;
        int hash = layout.shape.id() * 0x9E3779B9;
        for (int i = 0; i < count; i++) {
            int found = layout.columns[i].classOf(event.code(layout.places[i]));
            combination[i] = found;
            hash = (hash ^ found) * 0x85EBCA6B;
            hash ^= hash >>> 15;
        }
        int mask = slots.length - 1;
        int slot = hash & mask;
        for (int entry = slots[slot]; entry != 0; entry = slots[slot]) {
            if (hashes[entry - 1] == hash && same(entry - 1, layout.shape.id(), count)) {
                return verdicts[entry - 1];
            }
            slot = (slot + 1) & mask;
        }
        return remember(layout, event, source, hash);
    }

    private boolean same(int entry, int shape, int count) {
        int start = starts[entry];
        return keys[start] == shape
                && Arrays.equals(keys, start + 1, start + 1 + count, key, 0, count);
    }

    private Verdict remember(Layout layout, Scanned event, Source source, int hash) {
        var verdict = work(layout, event, source);
        int count = layout.places.length;
        if (held == COMBINATIONS_MAX) {
            forget();
        }
        if (held == hashes.length) {
            hashes = Arrays.copyOf(hashes, held * 2);
            starts = Arrays.copyOf(starts, held * 2);
            verdicts = Arrays.copyOf(verdicts, held * 2);
        }
        if (used + count + 1 > keys.length) {
            keys = Arrays.copyOf(keys, Math.max(keys.length * 2, used + count + 1));
        }
        starts[held] = used;
        keys[used++] = layout.shape.id();
        System.arraycopy(key, 0, keys, used, count);
        used += count;
        hashes[held] = hash;
        verdicts[held++] = verdict;
        if (held * 2 > slots.length) {
            slots = new int[slots.length * 2];
            for (int entry = 0; entry < held; entry++) {
                place(entry);
            }
        } else {
            place(held - 1);
        }
        return verdict;
    }

    private void forget() {
        heard.clear();
        Arrays.fill(slots, 0);
        held = 0;
        used = 0;
    }

    private void place(int entry) {
        int mask = slots.length - 1;
        int slot = hashes[entry] & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = entry + 1;
    }

    private Verdict work(Layout layout, Scanned event, Source source) {
        var answers = new byte[questions.leaves()];
        Arrays.fill(answers, (byte) -1);
        Truth.Leaves leaves =
                leaf -> {
                    if (answers[leaf] < 0) {
                        answers[leaf] = (byte) answer(layout, leaf, null);
                    }
                    return answers[leaf];
                };
        var verdict = verdict(possible(layout), leaves, false);
        var rest = new ArrayList<Open>(verdict.open().size());
        for (var open : verdict.open()) {
            rest.add(
                    new Open(
                            open.rule(),
                            open.condition().given(leaves),
                            open.grades().stream().map(grade -> grade.given(leaves)).toList()));
        }
        observe(
                leaves,
                new JsonView(source, event.bytes(), event.offset(), event.length()),
                enough(layout));
        return rest.isEmpty() ? verdict : new Verdict(verdict.sure(), verdict.grades(), rest);
    }

    /** The rules that no single value, and no missing field, rules out. */
    private Verdict possible(Layout layout) {
        var set = layout.possible.clone();
        for (int i = 0; i < layout.alone.length; i++) {
            var column = layout.alone[i];
            if (column != null) {
                column.narrow(set, key[i]);
            }
        }
        var open = new ArrayList<Open>();
        for (int word = 0; word < set.length; word++) {
            for (long bits = set[word]; bits != 0; bits &= bits - 1) {
                open.add(all.open().get((word << 6) + Long.numberOfTrailingZeros(bits)));
            }
        }
        return new Verdict(new int[0], new int[0], open);
    }

    /** Per place, what its values rule out when nothing else of the event answers their fields. */
    private Candidates.@Nullable OfColumn[] alone(
            List<ColumnAnswers> states, int[][] answering, int[] object) {
        var alone = new Candidates.@Nullable OfColumn[states.size()];
        for (int i = 0; i < alone.length; i++) {
            boolean single = true;
            for (int field = 0; field < answering.length; field++) {
                single &=
                        !states.get(i).answersField(field)
                                || answering[field].length == 1 && object[field] == Truth.FALSE;
            }
            alone[i] = single ? ofColumn.computeIfAbsent(states.get(i), candidates::of) : null;
        }
        return alone;
    }

    /**
     * What is known already, and what the leaves now tell about rules that were open.
     *
     * @param last nothing more will be asked: a rule that holds is sure though its grade is not
     */
    private static Verdict verdict(Verdict known, Truth.Leaves leaves, boolean last) {
        int sure = known.sure().length;
        var held = Arrays.copyOf(known.sure(), sure + known.open().size());
        var grades = Arrays.copyOf(known.grades(), sure + known.open().size());
        var left = new ArrayList<Open>();
        for (int i = 0; i < known.open().size(); i++) {
            var open = known.open().get(i);
            int value = open.condition().value(leaves);
            int grade =
                    value == Truth.TRUE
                            ? Questions.grade(open.grades(), leaves)
                            : Teller.GRADE_UNKNOWN;
            if (value == Truth.TRUE && (last || grade != Teller.GRADE_UNKNOWN)) {
                held[sure] = open.rule();
                grades[sure++] = grade;
            } else if (value != Truth.FALSE) {
                left.add(open);
            }
        }
        return sure + left.size() == 0
                ? Verdict.NOTHING
                : new Verdict(Arrays.copyOf(held, sure), Arrays.copyOf(grades, sure), left);
    }

    /** For an event whose columns say nothing: every rule is open. */
    Verdict open(JsonView event) {
        observe(
                leaf -> {
                    var field = questions.fields().get(questions.field(leaf)).field();
                    return questions.test(leaf).holdsForAny(event, field)
                            ? Truth.TRUE
                            : Truth.FALSE;
                },
                event,
                new BitSet());
        Arrays.fill(told, (byte) -1);
        return all;
    }

    /** The rules that have been observed of such events: a set to be filled. */
    private BitSet enough(Layout layout) {
        long like = layout.shape.id();
        for (int i = 0; i < layout.columns.length; i++) {
            var column = layout.columns[i];
            if (column.apart()) {
                if (!column.single(key[i])) {
                    return new BitSet();
                }
                like = like << CLASS_BITS | key[i];
            }
        }
        return heard.computeIfAbsent(like, _ -> new BitSet());
    }

    private void observe(Truth.Leaves leaves, JsonView example, BitSet enough) {
        for (int rule : observed) {
            if (!enough.get(rule) && questions.relevance(rule).value(leaves) != Truth.FALSE) {
                enough.set(rule, observer.relevant(rule, example));
            }
        }
    }

    private static int[] numbers(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The answer of the whole event to one test, as {@link Test#holdsForAny} would give it. */
    private int answer(Layout layout, int leaf, @Nullable Literals literals) {
        int field = questions.field(leaf);
        if (questions.fields().get(field).whole()) {
            return Truth.UNKNOWN;
        }
        int object = layout.object[field];
        int present = object;
        int most = Truth.FALSE;
        for (int i : layout.answering[field]) {
            if (key[i] == ColumnAnswers.UNKNOWN && literals != null) {
                var value = literals.value(i);
                most = Math.max(most, layout.columns[i].answer(value, field, leaf));
                present = Math.max(present, layout.columns[i].present(value, field));
            } else {
                most = Math.max(most, layout.columns[i].answer(key[i], leaf));
                present = Math.max(present, layout.columns[i].present(key[i], field));
            }
        }
        return switch (questions.test(leaf)) {
            case Test.Exists _ -> Math.max(most, object);
            case Test.IsNull _ ->
                    switch (present) {
                        case Truth.FALSE -> Truth.TRUE;
                        case Truth.TRUE -> most;
                        default -> Math.max(most, Truth.UNKNOWN);
                    };
            default ->
                    questions.fields().get(field).origin() != null && object == Truth.UNKNOWN
                            ? Math.max(most, Truth.UNKNOWN)
                            : most;
        };
    }

    /**
     * Reads the values of one event that stand in no dictionary, each at most once; bodies are left
     * alone: the whole event is read no slower.
     */
    private static final class Literals {
        private final Layout layout;
        private final Scanned event;
        private final @Nullable JsonNode[] values;
        private final boolean[] looked;

        Literals(Layout layout, Scanned event) {
            this.layout = layout;
            this.event = event;
            this.values = new JsonNode[layout.places.length];
            this.looked = new boolean[layout.places.length];
        }

        @Nullable JsonNode value(int i) {
            if (!looked[i]) {
                looked[i] = true;
                int place = layout.places[i];
                var column = layout.columns[i];
                if (column.column().look() != Column.Look.BODY) {
                    values[i] =
                            column.read(
                                    Arrays.copyOfRange(
                                            event.bytes(), event.from(place), event.to(place)));
                }
            }
            return values[i];
        }
    }

    /** Settles the open rules of the event that was judged last as far as its values can. */
    Verdict settle(Verdict verdict, Scanned event) {
        if (verdict.open().isEmpty()) {
            return verdict;
        }
        Arrays.fill(told, (byte) -1);
        var layout = layout(event);
        if (layout.odd) {
            return verdict; // nothing is told: every question goes to the event
        }
        var literals = new Literals(layout, event);
        return verdict(
                verdict,
                leaf -> {
                    if (told[leaf] < 0) {
                        told[leaf] = (byte) answer(layout, leaf, literals);
                    }
                    return told[leaf];
                },
                false);
    }

    /**
     * Asks the whole event what its columns have left open, each question once however many rules
     * ask it; open are then only rules with parts that are no question about one field.
     *
     * @param settled what {@link #settle} gave for this event just now
     */
    Verdict decide(Verdict settled, RuleView event) {
        return verdict(
                settled,
                leaf -> {
                    if (told[leaf] < 0 || told[leaf] == Truth.UNKNOWN) {
                        var field = questions.fields().get(questions.field(leaf)).field();
                        told[leaf] = (byte) answer(questions.test(leaf), event, field);
                    }
                    return told[leaf];
                },
                true);
    }

    /** Unknown when the test comes to no verdict: who asks the whole rule is told why. */
    private static int answer(Test test, RuleView event, String field) {
        try {
            return test.holdsForAny(event, field) ? Truth.TRUE : Truth.FALSE;
        } catch (StepsExceeded e) {
            return Truth.UNKNOWN;
        }
    }

    private Layout layout(Scanned event) {
        var shape = event.shape();
        int id = shape.id();
        if (id < layouts.length && layouts[id] != null && layouts[id].shape == shape) {
            return layouts[id];
        }
        if (id >= layouts.length) {
            layouts = Arrays.copyOf(layouts, Math.max(id + 1, layouts.length * 2));
        }
        if (layouts[id] != null) { // another scanner: nothing known is true of it
            layouts = new Layout[layouts.length];
            columns = new ColumnAnswers[64];
            ofColumn.clear();
            forget();
        }
        layouts[id] = lay(event);
        return layouts[id];
    }

    /** Closes the dictionaries of columns of this event that no rule asks about. */
    void closeUnasked(Scanned event) {
        var shape = event.shape();
        for (int place = 0; place < shape.count(); place++) {
            if (!state(shape.column(place)).matters()) {
                shape.column(place).dictionary().close();
            }
        }
    }

    private Layout lay(Scanned event) {
        var shape = event.shape();
        var places = new ArrayList<Integer>();
        var states = new ArrayList<ColumnAnswers>();
        for (int place = 0; place < shape.count(); place++) {
            var state = state(shape.column(place));
            if (state.matters()) {
                places.add(place);
                states.add(state);
            }
        }
        if (states.size() > key.length) {
            key = new int[states.size() * 2];
        }
        int fields = questions.fields().size();
        var answering = new int[fields][];
        var object = new int[fields];
        boolean empty = emptyObject(shape);
        var example = Json.read(event.bytes(), event.offset(), event.length()).value();
        for (int field = 0; field < fields; field++) {
            var own = new ArrayList<Integer>();
            for (int i = 0; i < states.size(); i++) {
                if (states.get(i).answersField(field)) {
                    own.add(i);
                }
            }
            answering[field] = numbers(own);
            var asked = questions.fields().get(field);
            if (asked.origin() != null) {
                object[field] = derivable(asked.origin(), example);
                continue;
            }
            object[field] = opened(asked.field(), example);
            boolean within = own.stream().anyMatch(i -> json(states.get(i)));
            if (within && (object[field] == Truth.TRUE || empty)) {
                object[field] = Truth.UNKNOWN;
            }
        }
        var layout =
                new Layout(
                        shape,
                        numbers(places),
                        states.toArray(ColumnAnswers[]::new),
                        answering,
                        object,
                        Repeats.repeatedKeys(event),
                        alone(states, answering, object));
        layout.possible =
                candidates.given(leaf -> {
                    int field = questions.field(leaf);
                    return answering[field].length == 0
                            ? answer(layout, leaf, null)
                            : Truth.UNKNOWN;
                });
        return layout;
    }

    private ColumnAnswers state(Column column) {
        int id = column.id();
        if (id >= columns.length) {
            columns = Arrays.copyOf(columns, Math.max(id + 1, columns.length * 2));
        }
        var state = columns[id];
        if (state == null) {
            state = new ColumnAnswers(column, questions, apart && APART.contains(column.path()));
            columns[id] = state;
        }
        return state;
    }

    private static boolean json(ColumnAnswers state) {
        return state.column().type() == Column.Type.JSON;
    }

    /** A field derived from members that the shape has not has no value; else who knows. */
    private static int derivable(FactSource.Origin origin, @Nullable JsonNode example) {
        boolean has =
                example == null || origin.members().stream().anyMatch(name -> example.has(name));
        return has && !origin.alone() ? Truth.UNKNOWN : Truth.FALSE;
    }

    /** Which objects a shape opens is the same for all its events: the example tells. */
    private static int opened(String field, @Nullable JsonNode example) {
        if (example == null) {
            return Truth.UNKNOWN;
        }
        var found = new ArrayList<JsonNode>();
        JsonView.collect(example, field, found);
        return found.stream().anyMatch(JsonNode::isObject) ? Truth.TRUE : Truth.FALSE;
    }

    /** Gaps hold no text but keys: a brace that closes at once is an object without members. */
    private static boolean emptyObject(Shape shape) {
        for (int i = 0; i <= shape.count(); i++) {
            boolean open = false;
            for (byte b : shape.gap(i)) {
                if (b == '}' && open) {
                    return true;
                }
                open = b == '{' || open && b <= ' ';
            }
        }
        return false;
    }
}
