package dev.spoor.detect;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the records of a request together. A client may choose the audit id, so records belong
 * together only when user, verb, URI and time of receipt agree too; an id that stands for several
 * requests, or a stage told twice in different words, is a gap of kind {@code repeat}.
 */
final class Join {
    /** More repeats are counted, not listed. */
    static final int REPEATS_MAX = 1000;

    /** What the records of one request have in common. */
    private record Identity(
            String cluster,
            Wrapping wrapping,
            String auditId,
            String user,
            String verb,
            String uri,
            String received) {}

    /** A record, and its bytes' hash to tell a copy from a contradiction. */
    private record Part(EventRef ref, int rank, int hash) {}

    /** A request being gathered; keeps the event of the last stage only. */
    private static final class Gathered {
        final List<Part> parts = new ArrayList<>();
        int rank = -1;
        @Nullable JsonView last;
        @Nullable AuditEvent event;
        @Nullable Source source;
    }

    /** Takes each request with the event it is judged by. */
    interface Visitor {
        void take(AuditRequest request, JsonView last);
    }

    private final EventSearch search;
    private final List<Gap> gaps = new ArrayList<>();
    private int repeats;

    Join(EventSearch search) {
        this.search = search;
    }

    /** Gives every request that has one of the audit ids. */
    void requests(Set<String> auditIds, Visitor visitor) {
        Map<Identity, Gathered> gathered = new LinkedHashMap<>();
        search.search(
                new Predicate.Field("auditID", new Test.OneOf(auditIds)),
                null,
                null,
                event -> {
                    if (event.source().kind() == Kind.KUBERNETES_AUDIT) {
                        gather(event, gathered);
                    }
                    return true;
                });
        tellRepeats(gathered);
        for (var request : gathered.values()) {
            if (request.last != null && request.event != null && request.source != null) {
                request.parts.sort(Comparator.comparingInt(Part::rank).thenComparing(Part::ref));
                var refs = request.parts.stream().map(Part::ref).toList();
                visitor.take(new AuditRequest(request.source, request.event, refs), request.last);
            }
        }
    }

    /** Audit ids that stood for more than one request. */
    List<Gap> gaps() {
        return gaps;
    }

    private void gather(Stored stored, Map<Identity, Gathered> gathered) {
        var view = stored.fields();
        var event = AuditEvent.of(view.tree());
        var source = stored.source();
        var identity =
                new Identity(
                        source.cluster() == null ? "" : source.cluster(),
                        source.wrapping(),
                        event.auditID(),
                        event.user(),
                        event.verb(),
                        event.requestURI(),
                        view.tree().path("requestReceivedTimestamp").asString(""));
        var request = gathered.computeIfAbsent(identity, _ -> new Gathered());
        int rank = rank(event.stage());
        var ref =
                new EventRef(
                        source.id(),
                        stored.line(),
                        stored.item(),
                        stored.position(),
                        event.auditID(),
                        event.stage());
        request.parts.add(new Part(ref, rank, Arrays.hashCode(stored.view())));
        if (rank > request.rank) {
            request.rank = rank;
            request.last = view;
            request.event = event;
            request.source = source;
        }
    }

    private static int rank(String stage) {
        return switch (stage) {
            case "Panic" -> 4;
            case "ResponseComplete" -> 3;
            case "ResponseStarted" -> 2;
            case "RequestReceived" -> 1;
            default -> 0;
        };
    }

    private void tellRepeats(Map<Identity, Gathered> gathered) {
        record Place(String cluster, Wrapping wrapping, String auditId) {}
        Map<Place, List<Gathered>> byId = new LinkedHashMap<>();
        gathered.forEach((identity, request) ->
                byId.computeIfAbsent(
                                new Place(
                                        identity.cluster(),
                                        identity.wrapping(),
                                        identity.auditId()),
                                _ -> new ArrayList<>())
                        .add(request));
        byId.forEach((place, requests) -> {
            Map<Integer, Set<Integer>> words = new LinkedHashMap<>();
            for (var request : requests) {
                for (var part : request.parts) {
                    words.computeIfAbsent(part.rank(), _ -> new java.util.HashSet<>())
                            .add(part.hash());
                }
            }
            if (words.values().stream().anyMatch(hashes -> hashes.size() > 1)) {
                tellRepeat(place.auditId(), requests);
            }
        });
    }

    private void tellRepeat(String auditId, List<Gathered> requests) {
        var first = requests.getFirst();
        if (++repeats > REPEATS_MAX || first.source == null || first.event == null) {
            return;
        }
        int records = requests.stream().mapToInt(request -> request.parts.size()).sum();
        gaps.add(
                new Gap(
                        "repeat",
                        first.source.path(),
                        first.event.time(),
                        "audit id "
                                + Teller.shown(auditId)
                                + " was used again with different content: "
                                + (requests.size() > 1
                                        ? requests.size() + " different requests bear it"
                                        : "one stage of a request is told in different words"),
                        records));
    }
}
