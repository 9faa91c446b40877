package dev.spoor.detect;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.AuditRequest;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Stored;
import dev.spoor.query.Test;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Brings the records of a request together. A client may choose the audit id, so records belong
 * together only when user, verb, URI and time of receipt agree too; an id that stands for several
 * requests, or a stage told twice in different words, is a gap of kind {@code repeat}.
 */
final class Join {
    /** More repeats are counted, not listed. */
    static final int REPEATS_MAX = 1000;

    /**
     * What the records of one request have in common: the audit id, and a hash (SHA-256, cut) of
     * cluster, wrapping, user, verb, URI and time of receipt.
     */
    private record Identity(String auditId, long high, long low) {}

    /** A record, and its bytes' hash to tell a copy from a contradiction. */
    private record Part(EventRef ref, int rank, int hash) {}

    /** A finding and the record it rests on. */
    private record Claim(Claimant claimant, EventRef judged) {}

    /** A request being gathered; keeps the event of the last stage only until it is judged. */
    private static final class Gathered {
        final List<Part> parts = new ArrayList<>(3);
        final Source source;
        AuditEvent last;
        EventRef judged;
        @Nullable JsonView open;
        int rank = -1;
        final List<Claim> claims = new ArrayList<>(1);

        Gathered(Source source, AuditEvent last, EventRef judged) {
            this.source = source;
            this.last = last;
            this.judged = judged;
        }
    }

    /** Judges a request by its last stage, as soon as that is known. */
    interface Judge {
        List<Claimant> judge(JsonView view, AuditEvent last, EventRef record);
    }

    /** Bytes kept of records whose requests have not come to an end; more are fetched again. */
    static final long OPEN_BYTES_MAX = 16 << 20;

    private final Pool pool = new Pool();
    private final MessageDigest sha256;
    private final ByteBuffer time = ByteBuffer.allocate(12);
    private final Judge judge;
    private final Map<Identity, Gathered> gathered = new LinkedHashMap<>();

    /** Of the records that passed, rising. */
    private long[] positions = new long[256];

    private int passed;
    private long openBytes;
    private final List<Gap> gaps = new ArrayList<>();
    private int repeats;

    Join(Judge judge) {
        this.judge = judge;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /**
     * Takes a record while it passes; later it need not be fetched. Of one that does not end its
     * request the bytes are kept until another does; when too many are, it is left to be fetched.
     *
     * @param shared its typed view shares its parts with other events already
     */
    void pass(JsonView view, boolean shared, EventRef ref) {
        int length = view.length();
        boolean ends = rank(view.audit().stage()) >= RESPONSE_COMPLETE;
        if (!ends && openBytes + length > OPEN_BYTES_MAX) {
            return;
        }
        if (passed == positions.length) {
            positions = Arrays.copyOf(positions, passed * 2);
        }
        positions[passed++] = ref.position();
        var event = shared ? pool.bodies(view.audit(), length) : pool.slim(view.audit(), length);
        int hash = hash(view.bytes(), view.offset(), length);
        var bytes =
                ends
                        ? new byte[0]
                        : Arrays.copyOfRange(view.bytes(), view.offset(), view.offset() + length);
        gather(view.source(), view, event, ref, hash, bytes);
    }

    /** Whether the record at the position has been taken already. */
    boolean passed(long position) {
        return Arrays.binarySearch(positions, 0, passed, position) >= 0;
    }

    /** Tells a copy from another record (CRC32C, RFC 9260 appendix A). */
    static int hash(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /**
     * Fetches the other records of every request that has one of the audit ids, judges those that
     * are not yet judged, and gives the findings their records.
     *
     * @param most so many ids are looked for at a time
     */
    void requests(EventSearch search, Collection<String> auditIds, int most) {
        var batch = new HashSet<String>();
        for (var id : auditIds) {
            batch.add(id);
            if (batch.size() == most) {
                requests(search, batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            requests(search, batch);
        }
    }

    private void requests(EventSearch search, Set<String> auditIds) {
        search.search(
                new Predicate.Field("auditID", new Test.OneOf(auditIds)),
                null,
                null,
                new EventSearch.Visitor() {
                    @Override
                    public boolean wants(long position) {
                        return !passed(position);
                    }

                    @Override
                    public boolean take(Stored event) {
                        if (event.source().kind() == Kind.KUBERNETES_AUDIT) {
                            gather(event);
                        }
                        return true;
                    }
                });
    }

    /** Closes all requests: to be called once; {@code repeated} when an id may have come twice. */
    void close(boolean repeated) {
        for (var request : gathered.values()) {
            if (request.open != null) { // it never came to an end
                claim(request, request.open, request.last, request.judged);
            }
            if (!request.claims.isEmpty()) {
                request.parts.sort(Comparator.comparingInt(Part::rank).thenComparing(Part::ref));
                var refs = request.parts.stream().map(Part::ref).toList();
                var whole = new AuditRequest(request.source, request.last, refs);
                request.claims.forEach(claim -> claim.claimant().attach(whole, claim.judged()));
            }
        }
        if (repeated) {
            tellRepeats();
        }
        gathered.clear();
        passed = 0;
        if (pool.without() > 0) {
            gaps.add(
                    new Gap(
                            "limit",
                            "findings",
                            null,
                            "the bodies of "
                                    + pool.without()
                                    + " requests with findings were left out of what incidents are told from (more than "
                                    + (Pool.BODY_BYTES_MAX >> 20)
                                    + " MiB): links through them may be missing",
                            pool.without()));
        }
    }

    /** Audit ids that stood for more than one request. */
    List<Gap> gaps() {
        return gaps;
    }

    private void gather(Stored stored) {
        var view = stored.fields();
        var event = pool.slim(view.audit(), stored.view().length);
        var source = stored.source();
        var ref =
                new EventRef(
                        source.id(),
                        stored.line(),
                        stored.item(),
                        stored.position(),
                        event.auditID(),
                        event.stage());
        var bytes = stored.view();
        gather(source, view, event, ref, hash(bytes, 0, bytes.length), bytes);
    }

    private void gather(
            Source source, JsonView view, AuditEvent event, EventRef ref, int hash, byte[] bytes) {
        var request =
                gathered.computeIfAbsent(
                        identity(source, event), _ -> new Gathered(source, event, ref));
        var part = new Part(ref, rank(event.stage()), hash);
        boolean copy = false;
        for (var one : request.parts) {
            copy |= one.rank() == part.rank() && one.hash() == part.hash();
        }
        request.parts.add(part);
        boolean over = part.rank() >= RESPONSE_COMPLETE;
        if (part.rank() > request.rank) {
            boolean waits = request.rank < RESPONSE_COMPLETE;
            request.rank = part.rank();
            request.last = event;
            request.judged = ref;
            // Not the parsed form: there may be many.
            openBytes -= request.open == null ? 0 : request.open.length();
            request.open = over || !waits ? null : new JsonView(source, bytes, 0, bytes.length);
            openBytes += request.open == null ? 0 : request.open.length();
        }
        if (over && !copy) { // also what contradicts an earlier end: nothing may hide behind it
            claim(request, view, event, ref);
        }
        Pool.prune(event);
    }

    private void claim(Gathered request, JsonView view, AuditEvent event, EventRef ref) {
        judge.judge(view, event, ref)
                .forEach(claimant -> request.claims.add(new Claim(claimant, ref)));
    }

    private Identity identity(Source source, AuditEvent event) {
        add(source.cluster() == null ? "" : source.cluster());
        add(source.wrapping().name());
        add(event.user());
        add(event.verb());
        add(event.requestURI());
        var received = event.received();
        if (received != null) {
            sha256.update(
                    time.clear()
                            .putLong(received.getEpochSecond())
                            .putInt(received.getNano())
                            .flip());
        }
        var hash = ByteBuffer.wrap(sha256.digest());
        return new Identity(event.auditID(), hash.getLong(), hash.getLong());
    }

    private void add(String text) {
        sha256.update(text.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
    }

    /** From here on a request is over; one that panics has no other end. */
    private static final int RESPONSE_COMPLETE = 3;

    /** Whether a request is over with a record of this stage. */
    static boolean ends(String stage) {
        return rank(stage) >= RESPONSE_COMPLETE;
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

    private void tellRepeats() {
        Map<String, List<Gathered>> byId = new LinkedHashMap<>();
        gathered.forEach((identity, request) ->
                byId.computeIfAbsent(identity.auditId(), _ -> new ArrayList<>(1)).add(request));
        byId.forEach((auditId, requests) -> {
            if (requests.size() > 1 && alike(requests)
                    || requests.stream().anyMatch(Join::contradictory)) {
                tellRepeat(auditId, requests);
            }
        });
    }

    /** Requests of other clusters may bear the same id. */
    private static boolean alike(List<Gathered> requests) {
        var clusters = new HashSet<String>();
        for (var request : requests) {
            if (!clusters.add(request.source.wrapping() + "\n" + request.source.cluster())) {
                return true;
            }
        }
        return false;
    }

    private static boolean contradictory(Gathered request) {
        for (int i = 0; i < request.parts.size(); i++) {
            for (int j = 0; j < i; j++) {
                var one = request.parts.get(i);
                var other = request.parts.get(j);
                if (one.rank() == other.rank() && one.hash() != other.hash()) {
                    return true;
                }
            }
        }
        return false;
    }

    private void tellRepeat(String auditId, List<Gathered> requests) {
        var first = requests.getFirst();
        if (++repeats > REPEATS_MAX) {
            return;
        }
        int records = requests.stream().mapToInt(request -> request.parts.size()).sum();
        gaps.add(
                new Gap(
                        "repeat",
                        first.source.path(),
                        first.last.time(),
                        "audit id "
                                + Teller.shown(auditId)
                                + " was used again with different content: "
                                + (requests.size() > 1
                                        ? requests.size() + " different requests bear it"
                                        : "one stage of a request is told in different words"),
                        records));
    }
}
