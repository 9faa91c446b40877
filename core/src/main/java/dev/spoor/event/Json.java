package dev.spoor.event;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON that may be cut or broken: what stands before the fault is kept, the rest is told. */
public final class Json {
    /**
     * Deeper nesting is not read: the value so far is kept and the record is marked as incomplete.
     */
    public static final int DEPTH_MAX = 500;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxStringLength(64 << 20)
                                    .maxNumberLength(1000)
                                    .build())
                    .build();

    /** Made on first use: it takes as long as keeping 20 MB of evidence, which needs none. */
    private static final class Mapping {
        static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();
    }

    private Json() {}

    /** Mapper for trusted structure (records of ours) and for writing. */
    public static JsonMapper mapper() {
        return Mapping.MAPPER;
    }

    /** Writes the members of an object. */
    @FunctionalInterface
    public interface Members {
        void write(JsonGenerator out);
    }

    /** A small object of ours as UTF-8, written without the mapper. */
    public static byte[] object(Members members) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            members.write(out);
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /**
     * What was read.
     *
     * @param value the JSON value, as far as it could be read; null when nothing could
     * @param complete whether exactly one whole JSON value was read
     */
    public record Parsed(@Nullable JsonNode value, boolean complete) {}

    /**
     * Reads one JSON value; never throws on content. Of repeated keys the last counts, as in
     * Kubernetes' own decoder.
     */
    public static Parsed read(byte[] bytes, int offset, int length) {
        var nodes = JsonNodeFactory.instance;
        var open = new ArrayDeque<JsonNode>();
        JsonNode root = null;
        String key = null;
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                JsonNode value;
                switch (token) {
                    case START_OBJECT -> value = nodes.objectNode();
                    case START_ARRAY -> value = nodes.arrayNode();
                    case END_OBJECT, END_ARRAY -> {
                        open.pop();
                        if (open.isEmpty()) {
                            return new Parsed(root, parser.nextToken() == null);
                        }
                        continue;
                    }
                    case PROPERTY_NAME -> {
                        key = parser.currentName();
                        continue;
                    }
                    case VALUE_STRING -> value = nodes.stringNode(parser.getString());
                    case VALUE_NUMBER_INT ->
                            value =
                                    switch (parser.getNumberType()) {
                                        case INT, LONG -> nodes.numberNode(parser.getLongValue());
                                        default -> nodes.numberNode(parser.getBigIntegerValue());
                                    };
                    case VALUE_NUMBER_FLOAT -> value = nodes.numberNode(parser.getDecimalValue());
                    case VALUE_TRUE -> value = nodes.booleanNode(true);
                    case VALUE_FALSE -> value = nodes.booleanNode(false);
                    case VALUE_NULL -> value = nodes.nullNode();
                    default -> {
                        continue;
                    }
                }
                switch (open.peek()) {
                    case null -> root = value;
                    case ObjectNode object -> object.set(key == null ? "" : key, value);
                    case ArrayNode array -> array.add(value);
                    default -> throw new IllegalStateException("only containers are open");
                }
                if (value.isContainer()) {
                    open.push(value);
                } else if (open.isEmpty()) {
                    return new Parsed(root, parser.nextToken() == null);
                }
            }
            return new Parsed(root, false);
        } catch (JacksonException e) {
            return new Parsed(root, false);
        }
    }
}
