package dev.spoor.detect.baseline;

import dev.spoor.event.Level;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * One difference that is looked for.
 *
 * @param why sentence with {@code {placeholders}}
 * @param causes known harmless causes
 * @param response what to do first
 */
public record Watch(
        String id,
        String title,
        Kind kind,
        Level level,
        List<String> techniques,
        String why,
        List<String> causes,
        String response) {
    /** What is compared. */
    public enum Kind {
        CLIENT("a new client"),
        NETWORK("a new network"),
        ACT("a sensitive act never done"),
        PLACE("a sensitive act in a new namespace"),
        WAY("a sensitive act done in another way"),
        RARE("a rare act"),
        RATE("too many requests"),
        IDENTITY("a new person"),
        TOGETHER("several differences"),
        IMAGE("a new image"),
        DESTINATION("a new destination"),
        LINE("a new kind of line"),
        BURST("a burst of lines");

        /** As it is told among others. */
        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    public Watch {
        techniques = List.copyOf(techniques);
        causes = List.copyOf(causes);
    }

    private static final JsonNode SHIPPED = read();

    private static JsonNode read() {
        try (var in = Watch.class.getResourceAsStream("/rules/baselines.yml")) {
            if (in == null) {
                throw new IllegalStateException("resource /rules/baselines.yml: missing");
            }
            return new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ids of the rules whose medium findings are low when the act is a habit of its identity. */
    static Set<String> habitual() {
        return Set.copyOf(texts(SHIPPED.path("habitual")));
    }

    /** Of these, the ones that tell of a person's everyday work where it works. */
    static Set<String> everyday() {
        return Set.copyOf(texts(SHIPPED.path("everyday")));
    }

    /** Those that ship. */
    public static List<Watch> shipped() {
        var watches = new ArrayList<Watch>();
        for (var one : SHIPPED.path("baselines")) {
            watches.add(
                    new Watch(
                            text(one, "id"),
                            text(one, "title"),
                            Kind.valueOf(text(one, "watches").toUpperCase(Locale.ROOT)),
                            Level.of(text(one, "level")),
                            texts(one.path("techniques")),
                            text(one, "why"),
                            texts(one.path("falsepositives")),
                            text(one, "response")));
        }
        return watches;
    }

    static Map<Kind, Watch> byKind(List<Watch> watches) {
        var map = new EnumMap<Kind, Watch>(Kind.class);
        watches.forEach(watch -> map.put(watch.kind(), watch));
        return map;
    }

    private static String text(JsonNode node, String key) {
        var text = node.path(key).asString("");
        if (text.isEmpty()) {
            throw new IllegalStateException("rules/baselines.yml: '" + key + "' is missing");
        }
        return text;
    }

    private static List<String> texts(JsonNode node) {
        var texts = new ArrayList<String>();
        node.forEach(one -> texts.add(one.asString("")));
        return texts;
    }
}
