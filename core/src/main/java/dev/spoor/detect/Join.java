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

    /** A record, its bytes' hash to tell a copy from a contradiction, and what came before it. */
    private record Part(EventRef ref, int rank, int hash, @Nullable Part before) {}

    /** A finding, the record it rests on, and what was claimed before it. */
    private record Claim(Claimant claimant, EventRef judged, @Nullable Claim before) {}

    /**
     * A request being gathered; keeps the event of the last stage only until it is judged. There is
     * one for every finding, so it is its own entry in {@link Requests} and its lists are links.
     */
    private static final class Gathered {
        /** A hash (SHA-256, cut) of cluster, wrapping, user, verb, URI and time of receipt. */
        final long high;

        final long low;
        @Nullable Gathered chained;
        @Nullable Part parts;
        final Source source;
        AuditEvent last;
        EventRef judged;
        @Nullable JsonView open;
        int rank = -1;
        @Nullable Claim claims;

        Gathered(long high, long low, Source source, AuditEvent last, EventRef judged) {
            this.high = high;
            this.low = low;
            this.source = source;
            this.last = last;
            this.judged = judged;
        }

        String auditId() {
            return last.auditID();
        }

        /** In the order of their stages. */
        List<Part> parts() {
            var all = new ArrayList<Part>(3);
            for (var part = parts; part != null; part = part.before()) {
                all.add(part);
            }
            if (all.size() > 1) {
                all.sort(Comparator.comparingInt(Part::rank).thenComparing(Part::ref));
            }
            return all;
        }

        List<EventRef> records() {
            return parts == null || parts.before() == null
                    ? parts == null ? List.of() : List.of(parts.ref())
                    : parts().stream().map(Part::ref).toList();
        }

        /** In the order in which they were made. */
        List<Claim> claims() {
            if (claims == null) {
                return List.of();
            }
            if (claims.before() == null) {
                return List.of(claims);
            }
            var all = new ArrayList<Claim>();
            for (var claim = claims; claim != null; claim = claim.before()) {
                all.add(claim);
            }
            return all.reversed();
        }
    }

    /** Requests by audit id and hash, in the order in which they were first met. */
    private static final class Requests {
        private List<Gathered> all = new ArrayList<>();
        private @Nullable Gathered[] table = new Gathered[1 << 10];

        List<Gathered> all() {
            return all;
        }

        @Nullable Gathered find(String auditId, long high, long low) {
            var one = table[(int) low & table.length - 1];
            while (one != null
                    && (one.low != low || one.high != high || !one.auditId().equals(auditId))) {
                one = one.chained;
            }
            return one;
        }

        void add(Gathered request) {
            if (all.size() == table.length) {
                table = new Gathered[table.length * 2];
                all.forEach(this::chain);
            }
            all.add(request);
            chain(request);
        }

        private void chain(Gathered request) {
            int at = (int) request.low & table.length - 1;
            request.chained = table[at];
            table[at] = request;
        }

        void clear() {
            all = new ArrayList<>();
            table = new Gathered[1 << 10];
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
    private final Requests gathered = new Requests();

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
        for (var request : gathered.all()) {
            if (request.open != null) { // it never came to an end
                claim(request, request.open, request.last, request.judged);
            }
            if (request.claims != null) {
                var whole = new AuditRequest(request.source, request.last, request.records());
                for (var claim : request.claims()) {
                    claim.claimant().attach(whole, claim.judged());
                }
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
        var request = request(source, event, ref);
        var part = new Part(ref, rank(event.stage()), hash, request.parts);
        boolean copy = false;
        for (var one = request.parts; one != null; one = one.before()) {
            copy |= one.rank() == part.rank() && one.hash() == part.hash();
        }
        request.parts = part;
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
        for (var claimant : judge.judge(view, event, ref)) {
            request.claims = new Claim(claimant, ref, request.claims);
        }
    }

    /** The request that the event belongs to; a new one when it is the first. */
    private Gathered request(Source source, AuditEvent event, EventRef ref) {
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
        long high = hash.getLong();
        long low = hash.getLong();
        var known = gathered.find(event.auditID(), high, low);
        if (known != null) {
            return known;
        }
        var request = new Gathered(high, low, source, event, ref);
        gathered.add(request);
        return request;
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
        for (var request : gathered.all()) {
            byId.computeIfAbsent(request.auditId(), _ -> new ArrayList<>(1)).add(request);
        }
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
        for (var one = request.parts; one != null; one = one.before()) {
            for (var other = one.before(); other != null; other = other.before()) {
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
        int records = requests.stream().mapToInt(request -> request.parts().size()).sum();
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
