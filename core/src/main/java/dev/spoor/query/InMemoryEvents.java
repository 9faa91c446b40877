package dev.spoor.query;

import dev.spoor.event.EventSink;
import dev.spoor.event.Gap;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Source;
import dev.spoor.event.Times;
import dev.spoor.event.Wrapping;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The plain sibling of the ledger: keeps events in a list and answers row by row. For tests and
 * small inputs.
 */
public final class InMemoryEvents implements EventSink, EventSearch {
    private final List<Source> sources = new ArrayList<>();
    private final List<Stored> entries = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final List<byte[]> wrappers = new ArrayList<>();

    @Override
    public int open(Kind kind, Wrapping wrapping, String path, @Nullable String cluster) {
        sources.add(new Source(sources.size(), kind, wrapping, path, cluster));
        return sources.size() - 1;
    }

    @Override
    public void take(Received record) {
        var original =
                Arrays.copyOfRange(record.bytes, record.offset, record.offset + record.length);
        var view =
                record.view == record.bytes
                        ? original
                        : Arrays.copyOfRange(
                                record.view,
                                record.viewOffset,
                                record.viewOffset + record.viewLength);
        var source = sources.get(record.source);
        entries.add(
                new Stored(
                        entries.size(),
                        source,
                        record.line,
                        record.item,
                        record.flags,
                        Times.of(source.kind(), source.wrapping(), view, 0, view.length),
                        original,
                        view));
    }

    @Override
    public void wrapper(int source, byte[] description) {
        wrappers.add(description.clone());
        own(Kind.SPOOR_WRAPPER, sources.get(source).path(), source, null, description.clone());
    }

    @Override
    public void gap(int source, Gap gap) {
        gaps.add(gap);
        var record = Json.mapper().createObjectNode();
        record.put("kind", gap.kind());
        record.put("source", gap.source());
        if (gap.at() != null) {
            record.put("at", gap.at().toString());
        }
        record.put("detail", gap.detail());
        record.put("events", gap.events());
        own(
                Kind.SPOOR_GAP,
                gap.source(),
                source,
                gap.at(),
                Json.mapper().writeValueAsBytes(record));
    }

    /** An entry of Spoor's own; it bears the number of the source that it speaks of. */
    private void own(Kind kind, String path, int source, @Nullable Instant at, byte[] record) {
        var cluster = source < 0 ? null : sources.get(source).cluster();
        var named = new Source(Math.max(source, 0), kind, Wrapping.NATIVE, path, cluster);
        entries.add(new Stored(entries.size(), named, 0, 0, 0, at, record, record));
    }

    public List<Gap> gaps() {
        return List.copyOf(gaps);
    }

    public List<byte[]> wrappers() {
        return List.copyOf(wrappers);
    }

    /** The received events, without Spoor's own records. */
    public List<Stored> events() {
        return entries.stream().filter(entry -> !entry.source().kind().own()).toList();
    }

    @Override
    public List<Source> sources() {
        return List.copyOf(sources);
    }

    @Override
    public void search(Predicate predicate, Span span, Visitor visitor) {
        search(entries, predicate, span, visitor);
    }

    @Override
    public void searchBack(Predicate predicate, Span span, Visitor visitor) {
        search(entries.reversed(), predicate, span, visitor);
    }

    private static void search(
            List<Stored> entries, Predicate predicate, Span span, Visitor visitor) {
        boolean own = predicate.asksOwn();
        for (var entry : entries) {
            visitor.tick();
            if (entry.position() < span.first() || entry.source().kind().own() && !own) {
                continue;
            }
            var event = entry.unparsed();
            if (span.holds(event.time())
                    && visitor.wants(event.position())
                    && predicate.holds(event.fields())
                    && !visitor.take(event)) {
                return;
            }
        }
    }
}
