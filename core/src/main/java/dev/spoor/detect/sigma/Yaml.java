package dev.spoor.detect.sigma;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * A YAML value that knows where it stands, so that a wrong rule can be told by line and column.
 * Aliases are refused: a few of them can stand for gigabytes.
 */
sealed interface Yaml {
    /** Deeper nesting is refused. */
    int DEPTH_MAX = 32;

    /** More values in one file are refused. */
    int VALUES_MAX = 100_000;

    int line();

    int column();

    /** Keys in their order; a repeated key is refused. */
    record Mapping(int line, int column, Map<String, Entry> entries) implements Yaml {
        @Nullable Yaml get(String key) {
            var entry = entries.get(key);
            return entry == null ? null : entry.value();
        }
    }

    /** A value with the place of its key. */
    record Entry(int line, int column, Yaml value) {}

    record Sequence(int line, int column, List<Yaml> items) implements Yaml {}

    /**
     * Text as written, quotes removed; {@code type} is what YAML makes of a plain scalar.
     *
     * @param text the empty string for null
     */
    record Scalar(int line, int column, String text, Type type) implements Yaml {
        enum Type {
            TEXT,
            NUMBER,
            BOOLEAN,
            NULL
        }
    }

    default Misfit misfit(String reason) {
        return new Misfit(line(), column(), reason);
    }

    /** All documents of a file. */
    static List<Yaml> documents(String text) {
        return new Reader(text).documents();
    }

    /** One pass over the tokens. */
    final class Reader {
        private static final YAMLFactory FACTORY =
                YAMLFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(4 * DEPTH_MAX)
                                        .build())
                        .build();
        private final String text;
        private int values;

        Reader(String text) {
            this.text = text;
        }

        List<Yaml> documents() {
            var all = new ArrayList<Yaml>();
            try (var parser =
                    (YAMLParser)
                            FACTORY.createParser(
                                    ObjectReadContext.empty(), new StringReader(text))) {
                for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    all.add(value(parser, token, 0));
                }
            } catch (JacksonException e) {
                throw syntax(e);
            }
            return all;
        }

        private static Misfit syntax(JacksonException e) {
            var at = e.getLocation();
            var message = String.valueOf(e.getOriginalMessage()).lines().toList();
            var reason = message.isEmpty() ? "not readable" : message.getFirst();
            int line = at == null ? 1 : Math.max(1, at.getLineNr());
            int column = at == null ? 1 : Math.max(1, at.getColumnNr());
            return new Misfit(line, column, "not YAML: " + Words.shown(reason));
        }

        private Yaml value(YAMLParser parser, JsonToken token, int depth) {
            var at = parser.currentTokenLocation();
            int line = at.getLineNr();
            int column = at.getColumnNr();
            if (depth > DEPTH_MAX) {
                throw new Misfit(line, column, "nested deeper than " + DEPTH_MAX);
            }
            if (++values > VALUES_MAX) {
                throw new Misfit(line, column, "more than " + VALUES_MAX + " values");
            }
            return switch (token) {
                case START_OBJECT -> mapping(parser, line, column, depth);
                case START_ARRAY -> {
                    var items = new ArrayList<Yaml>();
                    for (var next = parser.nextToken();
                            next != JsonToken.END_ARRAY;
                            next = parser.nextToken()) {
                        items.add(value(parser, next, depth + 1));
                    }
                    yield new Sequence(line, column, items);
                }
                default -> scalar(parser, token, line, column);
            };
        }

        private Mapping mapping(YAMLParser parser, int line, int column, int depth) {
            var entries = new LinkedHashMap<String, Entry>();
            for (var next = parser.nextToken();
                    next != JsonToken.END_OBJECT;
                    next = parser.nextToken()) {
                var at = parser.currentTokenLocation();
                int keyLine = at.getLineNr();
                int keyColumn = at.getColumnNr();
                var key = String.valueOf(parser.currentName());
                var value = value(parser, parser.nextToken(), depth + 1);
                if (entries.put(key, new Entry(keyLine, keyColumn, value)) != null) {
                    throw new Misfit(keyLine, keyColumn, "the key occurs twice: " + key);
                }
            }
            return new Mapping(line, column, entries);
        }

        private static Scalar scalar(YAMLParser parser, JsonToken token, int line, int column) {
            if (parser.isCurrentAlias()) {
                throw new Misfit(line, column, "YAML aliases are not accepted: write it out");
            }
            return switch (token) {
                case VALUE_NULL -> new Scalar(line, column, "", Scalar.Type.NULL);
                case VALUE_TRUE -> new Scalar(line, column, "true", Scalar.Type.BOOLEAN);
                case VALUE_FALSE -> new Scalar(line, column, "false", Scalar.Type.BOOLEAN);
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                        new Scalar(line, column, parser.getString(), Scalar.Type.NUMBER);
                default -> new Scalar(line, column, parser.getString(), Scalar.Type.TEXT);
            };
        }
    }
}
