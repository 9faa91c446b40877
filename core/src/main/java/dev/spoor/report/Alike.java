package dev.spoor.report;

import dev.spoor.detect.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Findings of one rule and level that say the same: one line to read.
 *
 * @param findings at least one, in the order of the document
 */
record Alike(List<Finding> findings) {
    private record Key(String rule, String level, String why) {}

    Finding first() {
        return findings.getFirst();
    }

    /** Groups in the order of their first finding. */
    static List<Alike> of(List<Finding> findings) {
        var groups = new LinkedHashMap<Key, List<Finding>>();
        for (var finding : findings) {
            groups.computeIfAbsent(
                            new Key(finding.rule(), finding.level().id(), finding.why()),
                            _ -> new ArrayList<>())
                    .add(finding);
        }
        return groups.values().stream().map(Alike::new).toList();
    }
}
