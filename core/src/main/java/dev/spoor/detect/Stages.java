package dev.spoor.detect;

import dev.spoor.event.AuditRequest;
import dev.spoor.event.EventRef;
import dev.spoor.query.EventSearch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Gives findings that name one record of a request its other stages too. */
public final class Stages {
    private static final int BATCH = 2_000;

    private Stages() {}

    /** A finding whose requests are being looked up. */
    private static final class Whole implements Claimant {
        final Finding finding;
        final TreeSet<EventRef> events;
        AuditRequest request;

        Whole(Finding finding, AuditRequest request) {
            this.finding = finding;
            this.events = new TreeSet<>(finding.events());
            this.request = request;
        }

        /** An id may stand for other requests too: only one that holds a named record counts. */
        @Override
        public void attach(AuditRequest whole, EventRef judged) {
            for (var record : whole.records()) {
                if (finding.events().contains(record)) {
                    events.addAll(whole.records());
                    break;
                }
            }
            if (whole.records().contains(request.records().getFirst())) {
                request = whole;
            }
        }

        Finding settled() {
            return events.size() == finding.events().size()
                    ? finding
                    : finding.resting(List.copyOf(events), request);
        }
    }

    /**
     * The findings, in their order, with every stage of the requests they rest on.
     *
     * @param repeated whether two audit records may bear one id; when none do, nothing is looked up
     */
    public static List<Finding> whole(
            List<Finding> findings, EventSearch search, boolean repeated) {
        if (!repeated) {
            return findings;
        }
        var wholes = new IdentityHashMap<Finding, Whole>();
        var byId = new HashMap<String, List<Claimant>>();
        for (var finding : findings) {
            if (finding.request() == null) {
                continue;
            }
            var whole = new Whole(finding, finding.request());
            wholes.put(finding, whole);
            for (var event : finding.events()) {
                if (event.auditID() != null && !event.auditID().isEmpty()) {
                    byId.computeIfAbsent(event.auditID(), _ -> new ArrayList<>(1)).add(whole);
                }
            }
        }
        lookUp(byId, search);
        return findings.stream()
                .map(finding -> {
                    var whole = wholes.get(finding);
                    return whole == null ? finding : whole.settled();
                })
                .toList();
    }

    private static void lookUp(Map<String, List<Claimant>> byId, EventSearch search) {
        var join =
                new Join((_, event, _) ->
                        List.copyOf(byId.getOrDefault(event.auditID(), List.of())));
        join.requests(search, byId.keySet(), BATCH);
        join.close(false);
    }
}
