package dev.spoor.detect;

import dev.spoor.query.Test;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which rules a value leaves possible: one bit per rule, cleared when the rule cannot hold whatever
 * else the event has. The bits of an event's values taken together leave few rules to be judged, so
 * that thousands of rules cost little more than a few.
 */
final class Candidates {
    /** More sets are not kept: what has none leaves every rule possible. */
    private static final int LONGS_MAX = 8 << 20; // 64 MiB

    /** What the classes of one column leave possible. */
    final class OfColumn {
        private final ColumnAnswers column;
        private final int[] concerned;
        private long[] @Nullable [] byClass = new long[16][];

        private OfColumn(ColumnAnswers column) {
            this.column = column;
            var own = new boolean[questions.leaves()];
            for (int leaf = 0; leaf < own.length; leaf++) {
                own[leaf] = column.answersField(questions.field(leaf));
            }
            this.concerned =
                    java.util.stream.IntStream.range(0, rules)
                            .filter(rule -> questions.condition(rule).asks(own))
                            .toArray();
        }

        /** Takes the rules away that a value of the class rules out. */
        void narrow(long[] possible, int valueClass) {
            if (valueClass == ColumnAnswers.UNKNOWN || concerned.length == 0) {
                return;
            }
            if (valueClass >= byClass.length) {
                byClass = Arrays.copyOf(byClass, Math.max(valueClass + 1, byClass.length * 2));
            }
            var set = byClass[valueClass];
            if (set == null) {
                if (kept > LONGS_MAX) {
                    return;
                }
                set = work(valueClass);
                byClass[valueClass] = set;
            }
            for (int i = 0; i < possible.length; i++) {
                possible[i] &= set[i];
            }
        }

        private long[] work(int valueClass) {
            var set = every();
            kept += set.length;
            for (int rule : concerned) {
                if (questions.condition(rule).value(leaf -> answer(valueClass, leaf))
                        == Truth.FALSE) {
                    set[rule >> 6] &= ~(1L << rule);
                }
            }
            return set;
        }

        private int answer(int valueClass, int leaf) {
            int field = questions.field(leaf);
            if (!column.answersField(field)) {
                return Truth.UNKNOWN;
            }
            int value = column.answer(valueClass, leaf);
            if (!(questions.test(leaf) instanceof Test.IsNull)) {
                return value;
            }
            return column.present(valueClass, field) == Truth.FALSE ? Truth.TRUE : value;
        }
    }

    private final Questions questions;
    private final int rules;
    private int kept;

    Candidates(Questions questions, int rules) {
        this.questions = questions;
        this.rules = rules;
    }

    OfColumn of(ColumnAnswers column) {
        return new OfColumn(column);
    }

    /** All rules possible. */
    long[] every() {
        var set = new long[(rules + 63) >> 6];
        for (int rule = 0; rule < rules; rule++) {
            set[rule >> 6] |= 1L << rule;
        }
        return set;
    }

    /** The rules that these answers leave possible. */
    long[] given(Truth.Leaves leaves) {
        var set = every();
        for (int rule = 0; rule < rules; rule++) {
            if (questions.condition(rule).value(leaves) == Truth.FALSE) {
                set[rule >> 6] &= ~(1L << rule);
            }
        }
        return set;
    }
}
