package dev.spoor.detect.facts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Command lines judged lately: workloads write the same ones again and again. */
final class CommandBook {
    private static final int LINES_MAX = 2048;

    /** Longer lines are judged each time. */
    private static final int LINE_CHARS_MAX = 2048;

    private final Map<List<String>, Commands> known =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<List<String>, Commands> eldest) {
                    return size() > LINES_MAX;
                }
            };

    Commands of(List<String> words) {
        if (words.stream().mapToLong(String::length).sum() > LINE_CHARS_MAX) {
            return Commands.of(words);
        }
        var judged = known.get(words);
        if (judged == null) {
            judged = Commands.of(words);
            known.put(List.copyOf(words), judged);
        }
        return judged;
    }
}
