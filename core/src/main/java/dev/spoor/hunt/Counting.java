package dev.spoor.hunt;

import dev.spoor.event.Mask;
import dev.spoor.hunt.Rows.Row;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Predicate;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The first stage on counts instead of events: whoever keeps the events tells how many have the
 * same values in the fields that the stage looks at, and gives only those events whose fields it
 * cannot tell without their neighbours.
 */
final class Counting {
    /** More fields than these have too many combinations. */
    private static final int KEYS_MAX = 3;

    private Counting() {}

    /** Takes rows, each of which may stand for many. */
    interface Taking {
        boolean take(Row row);

        /** As {@link EventSearch.Visitor#tick}. */
        void tick();
    }

    /** What the stage looks at, when it can be told by counts; null when it must see events. */
    static @Nullable List<EventSearch.Key> keys(Stage stage) {
        return switch (stage) {
            case Stage.Stats(var aggregates, var keys) -> keys(keys, aggregates);
            case Stage.Top(_, _, var fields, var by) -> {
                var keys = new ArrayList<>(fields);
                keys.addAll(by);
                yield keys(keys, List.of());
            }
            case Stage.Timechart(var span, var aggregates, var by) -> {
                var keys = new ArrayList<Stage.Key>();
                keys.add(new Stage.Key.OfTime(span));
                if (by != null) {
                    keys.add(new Stage.Key.OfField(by));
                }
                yield keys(keys, aggregates);
            }
            default -> null;
        };
    }

    static @Nullable List<EventSearch.Key> keys(List<Stage.Key> keys, List<Aggregate> aggregates) {
        var asked = new LinkedHashSet<EventSearch.Key>();
        var names = new LinkedHashSet<String>();
        for (var key : keys) {
            switch (key) {
                case Stage.Key.OfTime(var span) ->
                        asked.add(new EventSearch.Key.Bin(span.toSeconds()));
                case Stage.Key.OfField(var name) -> names.add(name);
            }
        }
        for (var aggregate : aggregates) {
            if (aggregate.ordered()) {
                return null;
            }
            if (aggregate.field() != null) {
                names.add(aggregate.field());
            }
        }
        for (var name : names) {
            var kinds = Shown.alone(name);
            if (kinds.isEmpty() && !Shown.ofSource(name)) {
                return null;
            }
            asked.add(new EventSearch.Key.Field(name, kinds));
        }
        long bins = asked.stream().filter(EventSearch.Key.Bin.class::isInstance).count();
        return asked.size() > KEYS_MAX || bins > 1 ? null : List.copyOf(asked);
    }

    /** Gives every event that passes as a row of its own or within one that stands for many. */
    static void run(
            Predicate filter,
            EventSearch search,
            Span span,
            @Nullable List<EventSearch.Key> keys,
            Held held,
            Shown shown,
            Taking taking) {
        var counter = new Counter(keys == null ? List.of() : keys, held, shown, taking);
        if (keys == null) {
            search.search(filter, span, counter);
        } else {
            search.count(filter, span, keys, counter);
        }
    }

    private static final class Counter implements EventSearch.Counter {
        private final List<EventSearch.Key> keys;
        private final Held held;
        private final Shown shown;
        private final Taking taking;

        Counter(List<EventSearch.Key> keys, Held held, Shown shown, Taking taking) {
            this.keys = keys;
            this.held = held;
            this.shown = shown;
            this.taking = taking;
        }

        @Override
        public void counted(List<List<JsonNode>> values, long events) {
            held.tick();
            Map<String, List<JsonNode>> fields = new HashMap<>();
            Instant time = null;
            for (int i = 0; i < keys.size(); i++) {
                switch (keys.get(i)) {
                    case EventSearch.Key.Bin _ ->
                            time =
                                    values.get(i).isEmpty()
                                            ? null
                                            : Instant.ofEpochSecond(
                                                    values.get(i).getFirst().asLong());
                    case EventSearch.Key.Field(var name, _) ->
                            fields.put(name, masked(name, values.get(i)));
                }
            }
            taking.take(new Rows.OfCount(fields, time, events));
        }

        private List<JsonNode> masked(String name, List<JsonNode> values) {
            if (Shown.ofSource(name)) {
                return values;
            }
            if (values.stream().noneMatch(JsonNode::isContainer)) {
                return shown.alone(values);
            }
            var tree = JsonNodeFactory.instance.objectNode();
            tree.putArray(name.substring(name.lastIndexOf('.') + 1)).addAll(values);
            var all = new ArrayList<JsonNode>();
            Mask.tree(tree).forEach(list -> list.forEach(all::add));
            return all;
        }

        @Override
        public boolean take(Stored event) {
            held.tick();
            return taking.take(new Rows.OfEvent(event, shown));
        }

        @Override
        public void tick() {
            taking.tick();
        }
    }
}
