package dev.spoor.detect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Which rule held for which audit record: a few arrays, because there may be very many. Positions
 * rise: records are taken in the order of the ledger.
 */
final class Hits {
    /** A rule that held, and its grade ({@link Questions#grade}). */
    record Hit(int rule, int grade) {}

    private int[] rules = new int[256];
    private int[] grades = new int[256];
    private long[] positions = new long[256];
    private String[] auditIds = new String[256];
    private int count;

    void add(int rule, int grade, long position, String auditId) {
        if (count > 0 && position < positions[count - 1]) {
            throw new IllegalArgumentException(
                    "position: "
                            + position
                            + " (expected: not before "
                            + positions[count - 1]
                            + ")");
        }
        if (count == rules.length) {
            rules = Arrays.copyOf(rules, count * 2);
            grades = Arrays.copyOf(grades, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
            auditIds = Arrays.copyOf(auditIds, count * 2);
        }
        rules[count] = rule;
        grades[count] = grade;
        positions[count] = position;
        boolean again = count > 0 && auditIds[count - 1].equals(auditId);
        auditIds[count] = again ? auditIds[count - 1] : auditId;
        count++;
    }

    int count() {
        return count;
    }

    /** The audit ids of the records hit at the positions wanted, in the order of the ledger. */
    Set<String> auditIds(LongPredicate wanted) {
        var ids = new LinkedHashSet<String>();
        for (int i = 0; i < count; i++) {
            if (wanted.test(positions[i])) {
                ids.add(auditIds[i]);
            }
        }
        return ids;
    }

    /** The rules that held for the record at this position. */
    List<Hit> at(long position) {
        int to = count;
        if (count == 0 || positions[count - 1] != position) {
            int found = Arrays.binarySearch(positions, 0, count, position);
            if (found < 0) {
                return List.of();
            }
            to = found + 1;
            while (to < count && positions[to] == position) {
                to++;
            }
        }
        var held = new ArrayList<Hit>(2);
        for (int i = to - 1; i >= 0 && positions[i] == position; i--) {
            held.add(new Hit(rules[i], grades[i]));
        }
        return held;
    }
}
