package dev.spoor.ledger;

import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Source;
import dev.spoor.query.EventSearch.Made;
import dev.spoor.query.EventSearch.Matching;
import dev.spoor.query.Predicate;
import dev.spoor.query.Predicates;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A question, for all segments: conditions in normal form whose equal parts are one object, so that
 * a part that many share is answered once per block; the span; and what does not depend on the
 * segment.
 */
final class Asked {
    final List<Predicate> conditions;

    /** Whether Spoor's own records may be answers. */
    final boolean own;

    /** In nanoseconds since 1970; {@link Stamp#NONE} = open. */
    final long from;

    final long to;

    /** Entries before this position are not asked. */
    final long first;

    final List<Source> sources;

    /** One source of each form, by {@link BlockMasks#form}. */
    final Map<Long, Source> forms;

    private final Matching matching;
    private final Map<String, Derived> derived = new HashMap<>();

    /** Values remembered of a field that is made of a member. */
    private static final int DERIVED_MAX = 20_000;

    private final Map<Predicate, Predicate> same = new HashMap<>();
    private final Map<Predicate, Boolean> repeated = new IdentityHashMap<>();
    private final Map<Predicate.Field, boolean[]> bySource = new IdentityHashMap<>();

    private Asked(
            List<Predicate> conditions,
            boolean own,
            Span span,
            List<Source> sources,
            Map<Long, Source> forms,
            Matching matching) {
        this.conditions = conditions.stream().map(this::shared).toList();
        this.own = own;
        this.from = nanos(span.since());
        this.to = nanos(span.until());
        this.first = span.first();
        this.sources = sources;
        this.forms = forms;
        this.matching = matching;
    }

    /** One condition, as searches ask it. */
    static Asked one(
            Predicate predicate, Span span, List<Source> sources, Map<Long, Source> forms) {
        return new Asked(
                List.of(Predicates.simplify(predicate)),
                predicate.asksOwn(),
                span,
                sources,
                forms,
                NOTHING_MADE);
    }

    /** Many conditions about received events. */
    static Asked all(
            List<Predicate> conditions,
            Span span,
            List<Source> sources,
            Map<Long, Source> forms,
            Matching matching) {
        return new Asked(
                conditions.stream().map(Predicates::simplify).toList(),
                false,
                span,
                sources,
                forms,
                matching);
    }

    private static final Matching NOTHING_MADE = (position, holding, event) -> true;

    private static long nanos(@Nullable Instant time) {
        return time == null ? Stamp.NONE : EventTimes.nanos(time);
    }

    private Predicate shared(Predicate predicate) {
        var rebuilt =
                switch (predicate) {
                    case Predicate.All(var parts) -> new Predicate.All(shared(parts));
                    case Predicate.Any(var parts) -> new Predicate.Any(shared(parts));
                    case Predicate.Not(var part) -> new Predicate.Not(shared(part));
                    case Predicate.Everything _, Predicate.Field _, Predicate.Text _ -> predicate;
                };
        var known = same.putIfAbsent(rebuilt, rebuilt);
        if (known == null) {
            return rebuilt;
        }
        repeated.put(known, true);
        return known;
    }

    private List<Predicate> shared(List<Predicate> parts) {
        var all = new ArrayList<Predicate>(parts.size());
        parts.forEach(part -> all.add(shared(part)));
        return all;
    }

    /** Whether several conditions, or several parts of one, ask this. */
    boolean repeated(Predicate part) {
        return repeated.containsKey(part);
    }

    Made made(String field) {
        return matching.made(field);
    }

    /** Bytes that stand in every passing value; worked out once. */
    @Nullable Search part(Predicate.Field field) {
        if (!parts.containsKey(field)) {
            parts.put(field, BlockFilter.literalPart(field.test()));
        }
        return parts.get(field);
    }

    private final Map<Predicate.Field, @Nullable Search> parts = new IdentityHashMap<>();

    /** A field made of one member alone, in events of one form. */
    final class Derived {
        final String member;
        private final String field;
        private final Source form;
        private final Map<String, List<JsonNode>> known = new HashMap<>();

        Derived(String field, String member, Source form) {
            this.field = field;
            this.member = member;
            this.form = form;
        }

        /** Its values where the member has these bytes: worked out once. */
        List<JsonNode> values(JsonNode value, String raw) {
            var values = known.get(raw);
            if (values == null) {
                var tree = JsonNodeFactory.instance.objectNode();
                tree.set(member, value);
                values = matching.values(field, new JsonView(form, tree, new byte[0], 0, 0));
                if (known.size() < DERIVED_MAX) {
                    known.put(raw, values);
                }
            }
            return values;
        }
    }

    /** The field as it is in events of the source's form; it is {@link Made#alone}. */
    Derived derived(String field, Source source) {
        return derived.computeIfAbsent(
                BlockMasks.form(source) + field,
                _ -> new Derived(field, made(field).of().iterator().next(), source));
    }

    boolean timed() {
        return from != Stamp.NONE || to != Stamp.NONE;
    }

    /** Whether events between these times can be inside. */
    boolean reaches(long earliest, long latest) {
        return (from == Stamp.NONE || latest >= from) && (to == Stamp.NONE || earliest < to);
    }

    boolean holds(long time) {
        return (from == Stamp.NONE || time >= from) && (to == Stamp.NONE || time < to);
    }

    /** Whether the event lies in the span of time, by its own word. */
    boolean holds(Stored event) {
        if (!timed()) {
            return true;
        }
        long time = EventTimes.nanos(event.time());
        return time != Stamp.NONE && holds(time);
    }

    /** What no event can say of itself: decided once per source. */
    static boolean ofSource(Predicate.Field field) {
        return (field.field().equals(Predicate.SOURCE_KIND) || field.field().equals("source.path"))
                && !field.test().looksAside();
    }

    /** By source: whether a test {@link #ofSource} holds for its events. */
    boolean[] bySource(Predicate.Field field) {
        return bySource.computeIfAbsent(
                field,
                _ -> {
                    var holds = new boolean[sources.size()];
                    for (int i = 0; i < holds.length; i++) {
                        var source = sources.get(i);
                        var text =
                                field.field().equals(Predicate.SOURCE_KIND)
                                        ? source.kind().id()
                                        : source.path();
                        holds[i] = field.test().holds(JsonNodeFactory.instance.stringNode(text));
                    }
                    return holds;
                });
    }

    /** The forms of the sources that a test {@link #ofSource} holds for, as bits. */
    long formsOf(Predicate.Field field) {
        var holds = bySource(field);
        if (field.field().equals(Predicate.SOURCE_KIND)) {
            long found = 0;
            for (var form : forms.entrySet()) {
                found |= holds[form.getValue().id()] ? form.getKey() : 0;
            }
            return found;
        }
        long found = 0;
        for (int i = 0; i < holds.length; i++) {
            found |= holds[i] ? BlockMasks.form(sources.get(i)) : 0;
        }
        return found;
    }

    /** Whether a condition asks for gaps, and for nothing else. */
    static boolean onlyGaps(Predicate.Field field) {
        if (!field.field().equals(Predicate.SOURCE_KIND)) {
            return false;
        }
        for (var kind : Kind.values()) {
            if (field.ofKind(kind) != Predicate.Answer.NO && kind != Kind.SPOOR_GAP) {
                return false;
            }
        }
        return true;
    }
}
