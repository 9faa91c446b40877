package dev.spoor.hunt;

import dev.spoor.event.Json;
import dev.spoor.fault.Rejected;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a hunt has seen before: by question a hash of what identifies each row, so that the state
 * tells nobody what was found. Deleting it only makes everything new again.
 */
public final class HuntState {
    /** Rows remembered for one question; those seen first are forgotten first. */
    public static final int ROWS_MAX = 100_000;

    private final Map<String, Set<String>> seen = new TreeMap<>();
    private @Nullable Instant last;

    /** Nothing was seen yet. */
    public HuntState() {}

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws Rejected when it is something else
     */
    public static HuntState of(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var read = Json.read(bytes, 0, bytes.length);
        var state = new HuntState();
        if (!read.complete() || read.value() == null || !read.value().path("seen").isObject()) {
            throw new Rejected("not the state of a hunt (expected: as it was written, or no file)");
        }
        state.last = dev.spoor.event.Times.parse(read.value().path("last").asString(""));
        for (var question : read.value().path("seen").properties()) {
            var rows = new LinkedHashSet<String>();
            question.getValue().forEach(row -> rows.add(row.asString("")));
            state.seen.put(question.getKey(), rows);
        }
        return state;
    }

    public String text() {
        var tree = Json.mapper().createObjectNode();
        tree.put("last", last == null ? null : last.toString());
        var questions = tree.putObject("seen");
        seen.forEach((id, rows) -> rows.forEach(questions.withArrayProperty(id)::add));
        return Json.mapper().writeValueAsString(tree) + "\n";
    }

    /** When the hunt ran last; null = never. */
    public @Nullable Instant last() {
        return last;
    }

    void ran(Instant now) {
        last = now;
    }

    /** Whether the row was not seen before; it is from now on. */
    boolean fresh(String question, List<String> row) {
        var rows = seen.computeIfAbsent(question, _ -> new LinkedHashSet<>());
        if (!rows.add(hash(row))) {
            return false;
        }
        if (rows.size() > ROWS_MAX) {
            var first = rows.iterator();
            first.next();
            first.remove();
        }
        return true;
    }

    private static String hash(List<String> row) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var part : row) {
                var bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
