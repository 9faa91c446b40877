package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which segments can hold an exact value of a field, so that what such a question costs does not
 * grow with the segments that hold nothing of it. Learned from the dictionaries when a field has
 * been asked a few times, of segments that do not change.
 */
final class Needles {
    /** Below, asking every segment is as quick. */
    private static final int SEGMENTS_MIN = 4;

    /** A field is learned when it is asked for this often. */
    private static final int ASKED_MIN = 3;

    /** Values remembered, of all fields together; a field that would need more is not learned. */
    static final int VALUES_MAX = 400_000;

    private static final int FIELDS_MAX = 64;

    /** What was learned of a field; without {@code known}: nothing, ask them all. */
    private record Field(Map<String, BitSet> known, BitSet always) {}

    private static final Field UNKNOWN = new Field(Map.of(), new BitSet());

    private final int segments;
    private final IntFunction<BlockMasks> masks;
    private final Map<String, Integer> asked = new HashMap<>();
    private final Map<String, Field> fields = new HashMap<>();
    private int values;

    Needles(int segments, IntFunction<BlockMasks> masks) {
        this.segments = segments;
        this.masks = masks;
    }

    /**
     * The segments that can hold an answer.
     *
     * @param learning called after each segment that was looked at to learn of it
     * @return null = any
     */
    @Nullable BitSet segments(Asked question, Learning learning) {
        if (segments < SEGMENTS_MIN || question.own || question.conditions.size() != 1) {
            return null;
        }
        return of(question.conditions.getFirst(), question, learning);
    }

    /** Who reads. */
    interface Learning {
        /** These blocks hold something that the footer does not tell: they are read once. */
        void look(int segment, long blocks);

        /** Makes room after a segment. */
        void looked(int segment);
    }

    /** Blocks of a segment that are read to learn that they hold none but Spoor's own records. */
    private static final int LOOKED_MAX = 4;

    private @Nullable BitSet of(Predicate part, Asked question, Learning learning) {
        return switch (part) {
            case Predicate.Field(var field, var test) -> {
                var texts =
                        switch (test) {
                            case Test.OneOf(var all) -> all;
                            case Test.Equal(var text, var exact) when exact -> Set.of(text);
                            default -> null;
                        };
                yield texts == null ? null : of(field, texts, question, learning);
            }
            case Predicate.All(var parts) -> {
                BitSet found = null;
                for (var each : parts) {
                    var more = of(each, question, learning);
                    if (found == null) {
                        found = more;
                    } else if (more != null) {
                        found.and(more);
                    }
                }
                yield found;
            }
            default -> null;
        };
    }

    private @Nullable BitSet of(
            String field, Set<String> texts, Asked question, Learning learning) {
        for (var source : question.forms.values()) {
            if (!Supply.direct(source, field)) {
                return null;
            }
        }
        var known = fields.get(field);
        if (known == null) {
            if (asked.merge(field, 1, Integer::sum) < ASKED_MIN || fields.size() >= FIELDS_MAX) {
                return null;
            }
            known = learned(field, question, learning);
            fields.put(field, known);
        }
        if (known == UNKNOWN) {
            return null;
        }
        var found = (BitSet) known.always.clone();
        for (var text : texts) {
            var some = known.known.get(text);
            if (some != null) {
                found.or(some);
            }
        }
        return found;
    }

    private Field learned(String field, Asked question, Learning learning) {
        var found = new Field(new HashMap<>(), new BitSet(segments));
        for (int i = 0; i < segments; i++) {
            for (var source : question.forms.values()) {
                var supply = masks.apply(i).supply(source, field);
                if (Long.bitCount(supply.ask()) <= LOOKED_MAX) {
                    learning.look(i, supply.ask());
                }
                if (!learn(i, supply, found) || values + found.known.size() > VALUES_MAX) {
                    return UNKNOWN;
                }
            }
            learning.looked(i);
        }
        values += found.known.size();
        return found;
    }

    /** False when it is not worth it: too few segments would be passed over. */
    private boolean learn(int segment, Supply supply, Field found) {
        boolean open = supply.ask() != 0;
        for (int column : supply.columns) {
            open |=
                    supply.look(column) == Column.Look.URI
                            || masks.apply(segment).literals(column) != 0
                            || supply.unread(column);
        }
        if (open) {
            found.always.set(segment);
            return found.always.cardinality() <= segments / 2;
        }
        for (int column : supply.columns) {
            for (var text : supply.texts(column)) {
                found.known.computeIfAbsent(text, _ -> new BitSet(segments)).set(segment);
            }
        }
        return true;
    }
}
