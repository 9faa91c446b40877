package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * What may stand next in a query that is being typed: stages and functions of the language, fields
 * and values from the events themselves. For editors.
 */
public final class Completion {
    /** Events, the newest, whose fields are offered. */
    private static final int EVENTS_MAX = 500;

    /** Candidates of one kind. */
    private static final int GIVEN_MAX = 50;

    private static final int DEPTH_MAX = 6;

    private static final List<String> STAGES =
            List.of(
                    "dedup",
                    "diff",
                    "extract",
                    "fields",
                    "head",
                    "lookup",
                    "patterns",
                    "rare",
                    "rename",
                    "sequence",
                    "sort",
                    "stats",
                    "tail",
                    "timechart",
                    "top",
                    "where");

    private static final List<String> FUNCTIONS =
            List.of(
                    "avg(", "bin(", "count()", "dc(", "first(", "last(", "max(", "min(", "p50(",
                    "p90(", "p95(", "p99(", "sum(", "values(");

    private static final Pattern VALUE =
            Pattern.compile("(\"[^\"]+\"|[A-Za-z_@][A-Za-z0-9_@./-]*)\\s*:\\s*\"?([^\\s\"()|:]*)$");

    private static final Pattern WORD = Pattern.compile("[^\\s()|,:\"\\[\\]{}]*$");

    /**
     * One way to go on.
     *
     * @param kind {@code stage}, {@code function}, {@code field} or {@code value}
     * @param text what would stand in place of the word that is being typed
     */
    public record Candidate(String kind, String text) {}

    private Completion() {}

    /**
     * What may stand at the end of the text.
     *
     * @param text the query up to where it is being typed
     * @throws dev.spoor.fault.Overloaded when the time is over
     */
    public static List<Candidate> of(String text, EventSearch search, HuntLimits limits) {
        int pipe = text.lastIndexOf('|');
        var last = text.substring(pipe + 1).stripLeading();
        var word = WORD.matcher(text);
        var typed = word.find() ? word.group() : "";
        if (pipe >= 0 && last.equals(typed)) {
            return candidates("stage", STAGES, typed);
        }
        var value = VALUE.matcher(last);
        if (value.find()) {
            var field = value.group(1).replace("\"", "");
            return candidates("value", values(field, search, limits), value.group(2));
        }
        var all = new ArrayList<Candidate>();
        if (pipe >= 0 && last.matches("(?s)(stats|timechart|fields|sort)\\b.*")) {
            all.addAll(candidates("function", FUNCTIONS, typed));
        }
        all.addAll(candidates("field", fields(search, limits), typed));
        return all;
    }

    private static List<Candidate> candidates(String kind, List<String> texts, String typed) {
        return texts.stream()
                .filter(text -> text.startsWith(typed))
                .limit(GIVEN_MAX)
                .map(text -> new Candidate(kind, text))
                .toList();
    }

    /** The most frequent values; none when there are too many to count. */
    private static List<String> values(String field, EventSearch search, HuntLimits limits) {
        var kept = new KeptAnswer();
        var top =
                new Query(
                        dev.spoor.query.Predicates.EVERYTHING,
                        List.of(
                                new Stage.Top(
                                        1000,
                                        false,
                                        List.of(new Stage.Key.OfField(field)),
                                        List.of())));
        try {
            Hunts.run(top, search, Span.ALL, limits, kept);
        } catch (Rejected e) {
            return List.of();
        }
        return kept.rows().stream()
                .map(List::getFirst)
                .filter(cell -> !cell.isNull())
                .map(cell -> cell.asString(""))
                .toList();
    }

    private static List<String> fields(EventSearch search, HuntLimits limits) {
        var kept = new KeptAnswer();
        Hunts.run(Query.parse("* | tail " + EVENTS_MAX), search, Span.ALL, limits, kept);
        var found = new TreeSet<String>();
        for (var event : kept.events()) {
            collect(event.fields().tree(), "", 0, found);
        }
        found.add("source.kind");
        found.add("source.path");
        return List.copyOf(found);
    }

    private static void collect(JsonNode node, String path, int depth, TreeSet<String> found) {
        if (node.isArray()) {
            node.forEach(element -> collect(element, path, depth, found));
            return;
        }
        if (!node.isObject() || depth == DEPTH_MAX) {
            if (!path.isEmpty()) {
                found.add(path);
            }
            return;
        }
        for (var member : node.properties()) {
            var name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            collect(member.getValue(), name, depth + 1, found);
        }
    }
}
