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
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

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

    private static final Map<?, ?> SHIPPED = read();

    private static Map<?, ?> read() {
        try (var in = Watch.class.getResourceAsStream("/rules/baselines.yml")) {
            if (in == null) {
                throw new IllegalStateException("resource /rules/baselines.yml: missing");
            }
            return (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromInputStream(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ids of the rules whose medium findings are low when the act is a habit of its identity. */
    static Set<String> habitual() {
        return Set.copyOf(texts(SHIPPED.get("habitual")));
    }

    /** Of these, the ones that tell of a person's everyday work where it works. */
    static Set<String> everyday() {
        return Set.copyOf(texts(SHIPPED.get("everyday")));
    }

    /** Those that ship. */
    public static List<Watch> shipped() {
        var watches = new ArrayList<Watch>();
        for (var item : list(SHIPPED.get("baselines"))) {
            var one = (Map<?, ?>) item;
            watches.add(
                    new Watch(
                            text(one, "id"),
                            text(one, "title"),
                            Kind.valueOf(text(one, "watches").toUpperCase(Locale.ROOT)),
                            Level.of(text(one, "level")),
                            texts(one.get("techniques")),
                            text(one, "why"),
                            texts(one.get("falsepositives")),
                            text(one, "response")));
        }
        return watches;
    }

    static Map<Kind, Watch> byKind(List<Watch> watches) {
        var map = new EnumMap<Kind, Watch>(Kind.class);
        watches.forEach(watch -> map.put(watch.kind(), watch));
        return map;
    }

    private static String text(Map<?, ?> one, String key) {
        if (one.get(key) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new IllegalStateException("rules/baselines.yml: '" + key + "' is missing");
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static List<String> texts(@Nullable Object value) {
        return list(value).stream().map(String::valueOf).toList();
    }
}
