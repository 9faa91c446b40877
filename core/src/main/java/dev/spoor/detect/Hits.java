package dev.spoor.detect;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Which rule held for which audit record: a few arrays, because there may be very many. Positions
 * rise: records are taken in the order of the ledger.
 */
final class Hits {
    private int[] rules = new int[256];
    private long[] positions = new long[256];
    private String[] auditIds = new String[256];
    private int count;

    void add(int rule, long position, String auditId) {
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
            positions = Arrays.copyOf(positions, count * 2);
            auditIds = Arrays.copyOf(auditIds, count * 2);
        }
        rules[count] = rule;
        positions[count] = position;
        boolean again = count > 0 && auditIds[count - 1].equals(auditId);
        auditIds[count] = again ? auditIds[count - 1] : auditId;
        count++;
    }

    int count() {
        return count;
    }

    /** The audit ids of all records hit, in the order of the ledger. */
    Set<String> auditIds() {
        var ids = new LinkedHashSet<String>();
        for (int i = 0; i < count; i++) {
            ids.add(auditIds[i]);
        }
        return ids;
    }

    /** The rules that held for the record at this position. */
    int[] rulesAt(long position) {
        int at = Arrays.binarySearch(positions, 0, count, position);
        if (at < 0) {
            return new int[0];
        }
        int from = at;
        while (from > 0 && positions[from - 1] == position) {
            from--;
        }
        int to = at + 1;
        while (to < count && positions[to] == position) {
            to++;
        }
        return Arrays.copyOfRange(rules, from, to);
    }
}
