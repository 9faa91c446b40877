package dev.spoor.detect;

import dev.spoor.event.Source;
import java.util.Arrays;

/** Which rule held for which audit record: a few arrays, because there may be very many. */
final class Hits {
    private int[] rules = new int[256];
    private Source[] sources = new Source[256];
    private long[] positions = new long[256];
    private String[] auditIds = new String[256];
    private int count;

    void add(int rule, Source source, long position, String auditId) {
        if (count == rules.length) {
            rules = Arrays.copyOf(rules, count * 2);
            sources = Arrays.copyOf(sources, count * 2);
            positions = Arrays.copyOf(positions, count * 2);
            auditIds = Arrays.copyOf(auditIds, count * 2);
        }
        rules[count] = rule;
        sources[count] = source;
        positions[count] = position;
        boolean again = count > 0 && auditIds[count - 1].equals(auditId);
        auditIds[count] = again ? auditIds[count - 1] : auditId;
        count++;
    }

    int count() {
        return count;
    }

    int rule(int hit) {
        return rules[hit];
    }

    Source source(int hit) {
        return sources[hit];
    }

    long position(int hit) {
        return positions[hit];
    }

    String auditId(int hit) {
        return auditIds[hit];
    }
}
