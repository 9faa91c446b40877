package dev.spoor.detect.sigma;

import dev.spoor.fault.Rejected;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands for {@code %name%} under the modifier {@code expand}: each name's values, which may
 * hold wildcards. A rule that asks for a name without values is read, but not run.
 */
public record Placeholders(Map<String, List<String>> values) {
    public static final Placeholders NONE = new Placeholders(Map.of());

    /** More values of one line are refused. */
    static final int EXPANDED_MAX = 10_000;

    private static final java.util.regex.Pattern NAME =
            java.util.regex.Pattern.compile("%([^%\\\\" + Pattern.ONE + Pattern.MANY + "]+)%");

    public Placeholders {
        var copy = new HashMap<String, List<String>>();
        values.forEach((name, list) -> copy.put(name, List.copyOf(list)));
        values = Map.copyOf(copy);
    }

    /**
     * A YAML file with names and their values: {@code admins: [alice, bob]}.
     *
     * @throws Rejected with file, line and column when it is none
     */
    public static Placeholders of(Path file) {
        try {
            var values = new HashMap<String, List<String>>();
            for (var document : Yaml.documents(RuleSets.content(file))) {
                if (!(document instanceof Yaml.Mapping map)) {
                    throw document.misfit("expected: names, each with a value or a list of values");
                }
                for (var entry : map.entries().entrySet()) {
                    values.put(entry.getKey(), texts(entry.getValue().value()));
                }
            }
            return new Placeholders(values);
        } catch (Misfit e) {
            throw new Rejected(file + ":" + e.line() + ":" + e.column() + ": " + e.reason(), e);
        }
    }

    private static List<String> texts(Yaml value) {
        var texts = new ArrayList<String>();
        for (var item : value.asList()) {
            if (!(item instanceof Yaml.Scalar scalar) || scalar.isNull()) {
                throw item.misfit("expected: a value");
            }
            texts.add(scalar.text());
        }
        return texts;
    }

    /** The name of the first placeholder in the text; the empty string when there is none. */
    static String name(Pattern pattern) {
        var names = NAME.matcher(pattern.marked());
        return names.find() ? names.group(1) : "";
    }

    /** The texts that the text stands for; null when a name has no values. */
    @Nullable List<Pattern> expand(Pattern pattern) {
        var marked = pattern.marked();
        var all = List.of("");
        int from = 0;
        var names = NAME.matcher(marked);
        while (names.find()) {
            var given = values.get(names.group(1));
            if (given == null) {
                return null;
            }
            var next = new ArrayList<String>();
            for (var start : all) {
                for (var value : given) {
                    next.add(
                            start
                                    + marked.substring(from, names.start())
                                    + Pattern.of(value).marked());
                }
            }
            if (next.size() > EXPANDED_MAX) {
                throw new IllegalArgumentException(
                        "the placeholders stand for more than " + EXPANDED_MAX + " values");
            }
            all = next;
            from = names.end();
        }
        var tail = marked.substring(from);
        return all.stream().map(start -> new Pattern(start + tail)).toList();
    }
}
