package dev.spoor.app;

import dev.spoor.event.Json;
import dev.spoor.fault.Unavailable;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code spoor rules hunt} asked of a kept ledger: of which files, each question by the hash
 * of its text, and how far. Stands in {@code DIR/views/hunts/rules.json}; deleting it only makes
 * everything be asked again.
 */
final class RuleMemory {
    /** What a question was the last time, and which position comes next. */
    record Asked(String content, long next) {}

    private final Path file;

    /** By id: what was asked by a person. */
    private final TreeMap<String, Asked> asked = new TreeMap<>();

    /**
     * What was asked by itself since then: its answers went to the notes of a scan, where they may
     * have been missed, and are given again to whoever asks.
     */
    private final TreeMap<String, Asked> since = new TreeMap<>();

    /** Absolute: where the questions were read. */
    final TreeSet<String> files = new TreeSet<>();

    private RuleMemory(Path file) {
        this.file = file;
    }

    /**
     * Of the ledger that the paths name; null for logs, which remember nothing.
     *
     * @throws Unavailable when there is one that cannot be read
     */
    static @Nullable RuleMemory of(List<String> paths) {
        var ledger = Kept.among(paths);
        var data = ledger == null ? null : ledger.toAbsolutePath().getParent();
        if (data == null || ledger == null || !Kept.ledger(data).equals(ledger.toAbsolutePath())) {
            return null;
        }
        var memory = new RuleMemory(data.resolve("views").resolve("hunts").resolve("rules.json"));
        memory.read();
        return memory;
    }

    private void read() {
        try {
            if (!Files.exists(file)) {
                return;
            }
            var tree = Json.mapper().readTree(Files.readString(file));
            tree.path("files").forEach(one -> files.add(one.asString("")));
            files.remove("");
            read(tree.path("asked"), asked);
            read(tree.path("since"), since);
        } catch (IOException | JacksonException e) {
            throw new Unavailable(
                    Visible.text(file + " could not be read: " + e.getMessage())
                            + " (deleting it makes everything be asked again)",
                    e);
        }
    }

    private static void read(JsonNode from, Map<String, Asked> to) {
        for (var one : from.properties()) {
            to.put(
                    one.getKey(),
                    new Asked(
                            one.getValue().path("sha256").asString(""),
                            Math.max(0, one.getValue().path("next").asLong(0))));
        }
    }

    /** Whether the question was asked before, with whatever text. */
    boolean knows(String id, boolean byItself) {
        return asked.containsKey(id) || byItself && since.containsKey(id);
    }

    /** From which position on a question with this text is news. */
    long next(String id, String content, boolean byItself) {
        long next = next(asked.get(id), content);
        return byItself ? Math.max(next, next(since.get(id), content)) : next;
    }

    private static long next(@Nullable Asked last, String content) {
        return last != null && last.content().equals(content) ? last.next() : 0;
    }

    void put(String id, Asked now, boolean byItself) {
        since.put(id, now);
        if (!byItself) {
            asked.put(id, now);
            since.remove(id);
        }
    }

    /** All at once or not at all; what cannot be kept is told, and no failure. */
    void write(Surroundings surroundings) {
        var tree = Json.mapper().createObjectNode();
        files.forEach(tree.putArray("files")::add);
        write(asked, tree.putObject("asked"));
        write(since, tree.putObject("since"));
        Remembered.write(file, tree + "\n", "what was asked", surroundings);
    }

    private static void write(Map<String, Asked> from, ObjectNode to) {
        from.forEach(
                (id, one) -> to.putObject(id).put("sha256", one.content()).put("next", one.next()));
    }
}
