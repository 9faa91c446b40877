package dev.spoor.detect.sigma;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML value that knows where it stands, so that a wrong rule can be told by line and column.
 * Plain scalars mean what YAML 1.1 says (the reference reads rules by it: {@code yes} is a boolean,
 * {@code 2024-01-02} a date). An alias stands for the very value that its anchor names.
 */
sealed interface Yaml {
    /** Deeper nesting is refused. */
    int DEPTH_MAX = 32;

    /** More values in one file, aliases written out, are refused. */
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

    /** A value with the place of its key, and what YAML makes of the key. */
    record Entry(int line, int column, Scalar.Type key, Yaml value) {
        boolean text() {
            return key == Scalar.Type.TEXT;
        }
    }

    record Sequence(int line, int column, List<Yaml> items) implements Yaml {}

    /**
     * Text as written, quotes removed; {@code type} is what YAML makes of a plain scalar.
     *
     * @param text the empty string for null, {@code true} or {@code false} for a boolean
     */
    record Scalar(int line, int column, String text, Type type) implements Yaml {
        enum Type {
            TEXT,
            NUMBER,
            BOOLEAN,
            NULL,
            /** A date, with or without time of day. */
            DATE
        }

        /** What a {@link Type#NUMBER} is worth; infinity and not-a-number are refused. */
        BigDecimal number() {
            try {
                return YamlScalars.number(text);
            } catch (NumberFormatException e) {
                throw misfit("not a finite number: " + Words.shown(text));
            }
        }
    }

    default Misfit misfit(String reason) {
        return new Misfit(line(), column(), reason);
    }

    /** Whether it is no value at all ({@code null}, {@code ~} or nothing). */
    default boolean isNull() {
        return this instanceof Scalar(_, _, _, var type) && type == Scalar.Type.NULL;
    }

    /** All documents of a file; empty ones are left out. */
    static List<Yaml> documents(String text) {
        return new YamlReader(text).documents();
    }

    /**
     * The mapping with the other's keys laid over it, mappings within mappings alike (rule
     * collections: {@code action: global} and {@code repeat}).
     */
    static Mapping over(Mapping below, Mapping above) {
        var entries = new LinkedHashMap<>(below.entries());
        for (var entry : above.entries().entrySet()) {
            var old = entries.get(entry.getKey());
            var value = entry.getValue().value();
            if (old != null && value instanceof Mapping inner) {
                if (!(old.value() instanceof Mapping outer)) {
                    throw value.misfit("a map over what is none: " + Words.shown(entry.getKey()));
                }
                value = over(outer, inner);
            }
            var at = entry.getValue();
            entries.put(entry.getKey(), new Entry(at.line(), at.column(), at.key(), value));
        }
        return new Mapping(below.line(), below.column(), entries);
    }

    /** The items of a list, or the value itself where no list stands. */
    default List<Yaml> asList() {
        return this instanceof Sequence(_, _, var items) ? items : new ArrayList<>(List.of(this));
    }
}
