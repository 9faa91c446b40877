package dev.spoor.app;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.Gap;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import dev.spoor.report.ScanResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a scan received: events per source, requests, gaps. Memory does not grow with the
 * events.
 */
final class Tally {
    /** Shape ids are dense; where in a shape the auditID stands, -1 = nowhere, is remembered. */
    private static final int UNKNOWN = -2;

    private final List<Source> sources = new ArrayList<>();
    private long[] events = new long[16];
    private final List<Gap> gaps = new ArrayList<>();
    private final Requests requests = new Requests();
    private int[] idOfShape = new int[0];
    private long files;
    private long bytes;
    private @Nullable Instant from;
    private @Nullable Instant to;

    void opened(Source source) {
        sources.add(source);
        if (sources.size() > events.length) {
            events = Arrays.copyOf(events, events.length * 2);
        }
    }

    Source source(int id) {
        return sources.get(id);
    }

    void lost(Gap gap) {
        gaps.add(gap);
    }

    List<Gap> gaps() {
        return gaps;
    }

    List<Source> sources() {
        return sources;
    }

    void read(long files, long bytes) {
        this.files = files;
        this.bytes = bytes;
    }

    void span(@Nullable Instant from, @Nullable Instant to) {
        this.from = from;
        this.to = to;
    }

    /** Whether two records may belong to one request. */
    boolean repeated() {
        return requests.repeated();
    }

    /** What was read, with the gaps known in the end. */
    ScanResult.Input input(List<Gap> gaps) {
        var counted =
                sources.stream()
                        .map(source -> new ScanResult.Counted(source, events[source.id()]))
                        .toList();
        long all = Arrays.stream(events).sum();
        return new ScanResult.Input(files, bytes, all, requests.count(), from, to, counted, gaps);
    }

    /** Counts one record. */
    void took(Received record, Scanned scanned) {
        events[record.source]++;
        var source = sources.get(record.source);
        if (source.kind() != Kind.KUBERNETES_AUDIT || (record.flags & Received.PIECE) != 0) {
            return;
        }
        if (source.wrapping() == Wrapping.GKE) {
            requests.addSingle(); // Cloud Logging has one entry per request
            return;
        }
        int value = scanned.verbatim() ? -1 : idOf(scanned);
        if (value >= 0) {
            requests.add(
                    Requests.hash(
                            source.id(), scanned.bytes(), scanned.from(value), scanned.to(value)));
        } else {
            unscanned(record, source);
        }
    }

    private int idOf(Scanned scanned) {
        int shape = scanned.shape().id();
        if (shape >= idOfShape.length) {
            int before = idOfShape.length;
            idOfShape = Arrays.copyOf(idOfShape, Math.max(256, shape * 2));
            Arrays.fill(idOfShape, before, idOfShape.length, UNKNOWN);
        }
        if (idOfShape[shape] == UNKNOWN) {
            idOfShape[shape] = scanned.find("auditID");
        }
        return idOfShape[shape];
    }

    /** A record that the scanner could not cut may still say which request it belongs to. */
    private void unscanned(Received record, Source source) {
        var id =
                AuditEvent.of(
                                Lens.tree(
                                        source.kind(),
                                        source.wrapping(),
                                        record.view,
                                        record.viewOffset,
                                        record.viewLength))
                        .auditID();
        if (!id.isEmpty()) {
            var bytes = id.getBytes(StandardCharsets.UTF_8);
            requests.add(Requests.hash(source.id(), bytes, 0, bytes.length));
        } else if ((record.flags & Received.BAD) == 0) {
            requests.addSingle();
        }
    }
}
