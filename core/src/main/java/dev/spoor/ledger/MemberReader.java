package dev.spoor.ledger;

import dev.spoor.event.Column;
import dev.spoor.event.Json;
import dev.spoor.event.Kind;
import dev.spoor.event.Lens;
import dev.spoor.event.Members;
import dev.spoor.event.Source;
import dev.spoor.fault.Tampered;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Members of a segment's events from its columns, for those that codes alone do not decide: what
 * stands in a dictionary is read once per distinct value, a body only when it is asked for, and the
 * bytes of the event are not put together. What a member is, is found out once per shape: its gaps
 * are read with the numbers of its columns in place of values.
 */
final class MemberReader {
    /** A part of the events of a shape. */
    private sealed interface Part {}

    /** What the column tells. */
    private record Value(int column) implements Part {}

    /** An object whose parts are told one by one. */
    private record Group(Map<String, Part> parts) implements Part {}

    /** The same in every event of the shape. */
    private record Fixed(JsonNode node) implements Part {}

    /**
     * The members of a shape.
     *
     * @param timed whether one of the times is there that the lens lends to events without any
     */
    private record Plan(Map<String, Integer> places, Part[] parts, boolean timed) {}

    private static final Plan NONE = new Plan(Map.of(), new Part[0], false);
    private static final String COLUMN = "column ";

    private final SegmentReader segment;
    private final BlockMasks masks;
    private final @Nullable Plan[] plans;
    private final @Nullable JsonNode[] @Nullable [] nodes; // by column and code

    MemberReader(SegmentReader segment, BlockMasks masks) {
        this.segment = segment;
        this.masks = masks;
        this.plans = new Plan[segment.shapes.size()];
        this.nodes = new JsonNode[segment.columns.size()][];
    }

    /** An event's members; null where it can only be read as a whole. */
    @Nullable Members of(Block block, int row, Source source) {
        if (!Lens.identity(source.kind(), source.wrapping())) {
            return null;
        }
        int shape = block.shapes.at(row);
        var plan = plans[shape];
        if (plan == null) {
            plan = plan(segment.shapes.get(shape));
            plans[shape] = plan;
        }
        boolean fits = plan != NONE && (plan.timed || source.kind() != Kind.KUBERNETES_AUDIT);
        return fits ? new Row(plan, block, row, source) : null;
    }

    // --- shapes

    private Plan plan(SegmentReader.ShapeEntry shape) {
        var skeleton = new Bytes(1024);
        for (int i = 0; i < shape.columns().length; i++) {
            skeleton.bytes(shape.gaps()[i]);
            switch (segment.columns.get(shape.columns()[i]).type()) {
                case STRING -> ascii(COLUMN + i, skeleton);
                case SCALAR, JSON -> ascii(String.valueOf(i), skeleton);
                case TOKEN, REST -> {
                    return NONE;
                }
            }
        }
        skeleton.bytes(shape.gaps()[shape.columns().length]);
        var parsed = Json.read(skeleton.array, 0, skeleton.size);
        if (!parsed.complete() || !(parsed.value() instanceof ObjectNode tree)) {
            return NONE;
        }
        var seen = new int[shape.columns().length];
        if (!(part(tree, shape, seen) instanceof Group(var members))
                || Arrays.stream(seen).anyMatch(times -> times != 1)) {
            return NONE; // a key twice, or a value that looks like one of ours
        }
        var places = new HashMap<String, Integer>();
        var parts = new ArrayList<Part>();
        members.forEach((name, part) -> {
            places.put(name, parts.size());
            parts.add(part);
        });
        boolean timed =
                places.containsKey("requestReceivedTimestamp")
                        || places.containsKey("stageTimestamp");
        return new Plan(places, parts.toArray(new Part[0]), timed);
    }

    private static void ascii(String text, Bytes out) {
        out.bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Part part(JsonNode node, SegmentReader.ShapeEntry shape, int[] seen) {
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            var parts = new LinkedHashMap<String, Part>();
            for (var member : object.properties()) {
                parts.put(member.getKey(), part(member.getValue(), shape, seen));
            }
            return new Group(parts);
        }
        int index =
                node.isString() && node.asString().startsWith(COLUMN)
                        ? number(node.asString().substring(COLUMN.length()))
                        : node.isIntegralNumber() ? node.asInt(-1) : -1;
        if (index < 0 || index >= seen.length) {
            return new Fixed(node);
        }
        seen[index]++;
        return new Value(shape.columns()[index]);
    }

    private static int number(String digits) {
        return digits.matches("[0-9]{1,6}") ? Integer.parseInt(digits) : -1;
    }

    // --- events

    /** One event: valid as long as its block is. */
    private final class Row implements Members {
        private final Plan plan;
        private final Block block;
        private final int row;
        private final Source source;
        private final @Nullable JsonNode[] known;
        private @Nullable JsonNode whole;

        Row(Plan plan, Block block, int row, Source source) {
            this.plan = plan;
            this.block = block;
            this.row = row;
            this.source = source;
            this.known = new JsonNode[plan.parts.length];
        }

        @Override
        public @Nullable JsonNode member(String name) {
            var place = plan.places.get(name);
            if (place == null) {
                return null;
            }
            if (whole != null) {
                return whole.get(name);
            }
            var read = known[place];
            if (read == null) {
                read = decoded(plan.parts[place]);
                if (read == null) { // no value by itself: what the parser makes of it counts
                    var bytes = bytes();
                    whole = Lens.tree(source.kind(), source.wrapping(), bytes, 0, bytes.length);
                    return whole.get(name);
                }
                known[place] = read;
            }
            return read;
        }

        private @Nullable JsonNode decoded(Part part) {
            try {
                return read(part, block, row);
            } catch (IndexOutOfBoundsException
                    | NegativeArraySizeException
                    | ArithmeticException e) {
                throw new Tampered("entry " + (block.first() + row) + ": does not decode: " + e);
            }
        }

        @Override
        public byte[] bytes() {
            block.seek(row);
            return block.view().copy();
        }
    }

    private @Nullable JsonNode read(Part part, Block block, int row) {
        return switch (part) {
            case Fixed(var node) -> node;
            case Value(var column) -> value(column, block, row);
            case Group(var parts) -> {
                var object = JsonNodeFactory.instance.objectNode();
                for (var each : parts.entrySet()) {
                    var value = read(each.getValue(), block, row);
                    if (value == null) {
                        yield null;
                    }
                    object.set(each.getKey(), value);
                }
                yield object;
            }
        };
    }

    private @Nullable JsonNode value(int index, Block block, int row) {
        var entry = segment.columns.get(index);
        if (entry.look() == Column.Look.URI) {
            var uri = block.uri(index, row);
            return Supply.node(entry.type(), uri.array, 0, uri.size);
        }
        int value = block.valueOf(index, row);
        int code = block.column(index).code(value);
        if (code >= 0) {
            return ofCode(index, code);
        }
        var one = block.literal(index, value);
        return Supply.node(entry.type(), one.array, 0, one.size);
    }

    /** What a value of the column's dictionary is; null when it is none by itself. */
    @Nullable JsonNode ofCode(int index, int code) {
        var known = nodes[index];
        var values = segment.values(index);
        if (known == null) {
            known = new JsonNode[values.size()];
            nodes[index] = known;
        }
        var node = known[code];
        if (node == null) {
            var type = segment.columns.get(index).type();
            node = Supply.node(type, values.bytes(), values.start(code), values.ends()[code]);
            known[code] = node;
            masks.remember(1);
        }
        return node;
    }
}
