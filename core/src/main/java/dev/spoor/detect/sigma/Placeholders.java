package dev.spoor.detect.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What stands for {@code %name%} under the modifier {@code expand}: each name's values, which may
 * hold wildcards. A name without values refuses the rule, as the specification asks.
 */
public record Placeholders(Map<String, List<String>> values) {
    public static final Placeholders NONE = new Placeholders(Map.of());

    /** More values of one line are refused. */
    static final int EXPANDED_MAX = 10_000;

    private static final Pattern NAME = Pattern.compile("(?<!\\\\)%(\\w+)%");

    public Placeholders {
        values = Map.copyOf(values);
    }

    List<String> expand(String text) {
        var all = List.of("");
        int from = 0;
        var names = NAME.matcher(text);
        while (names.find()) {
            var given = values.get(names.group(1));
            if (given == null) {
                throw new IllegalArgumentException(
                        "the placeholder %" + names.group(1) + "% is not given");
            }
            var next = new ArrayList<String>();
            for (var start : all) {
                for (var value : given) {
                    next.add(start + text.substring(from, names.start()) + value);
                }
            }
            if (next.size() > EXPANDED_MAX) {
                throw new IllegalArgumentException(
                        "the placeholders stand for more than " + EXPANDED_MAX + " values");
            }
            all = next;
            from = names.end();
        }
        var tail = text.substring(from);
        return all.stream().map(start -> (start + tail).replace("\\%", "%")).toList();
    }
}
