package dev.spoor.hunt;

import dev.spoor.event.Mask;
import dev.spoor.hunt.Rows.Row;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Templates of texts. A word with a digit is variable ({@code <*>}), as is a text in quotes after a
 * colon or an equals sign; templates of as many words that then differ in at most {@link
 * #SHARE_MAX} of them are one, the differing words variable.
 */
final class PatternsStep implements Step {
    static final String VARIABLE = "<*>";

    /** Characters of a text that are looked at. */
    private static final int LENGTH_MAX = 4096;

    /** Words of a template; what follows is left out. */
    private static final int WORDS_MAX = 200;

    /** Templates of more kinds than these are not compared with each other. */
    private static final int COMPARED_MAX = 2000;

    private static final double SHARE_MAX = 0.4;

    private static final List<String> USUAL = List.of("message", "output", "MESSAGE", "msg", "log");

    private static final class Template {
        final List<String> words;
        final String example;
        long count;

        Template(List<String> words, String example) {
            this.words = words;
            this.example = example;
        }
    }

    private final Stage.Patterns stage;
    private final Held held;
    private final Step next;
    private final Map<String, Template> templates = new LinkedHashMap<>();
    private long total;

    PatternsStep(Stage.Patterns stage, Held held, Step next) {
        this.stage = stage;
        this.held = held;
        this.next = next;
    }

    @Override
    public boolean take(Row row) {
        for (var text : texts(row)) {
            total++;
            var words = words(text);
            var key = String.join(" ", words);
            var template = templates.get(key);
            if (template == null) {
                if (templates.size() == held.groupsMax()) {
                    throw new dev.spoor.fault.Rejected(
                            "patterns: more than %d templates (expected: a narrower filter)"
                                    .formatted(held.groupsMax()));
                }
                var example = text.length() > 500 ? text.substring(0, 500) + "…" : text;
                held.hold(200 + 4L * key.length() + 2L * example.length(), "patterns");
                template = new Template(words, example);
                templates.put(key, template);
            }
            template.count += row.weight();
        }
        return true;
    }

    private List<String> texts(Row row) {
        if (stage.field() != null) {
            return row.values(stage.field()).stream().map(Cells::shown).toList();
        }
        for (var field : USUAL) {
            var values = row.values(field);
            if (!values.isEmpty()) {
                return values.stream().map(Cells::shown).toList();
            }
        }
        return List.of(Mask.text(row.text()));
    }

    /** Splits at blanks, and keeps signs around words: {@code (id=17)} is {@code (id=<*>)}. */
    static List<String> words(String whole) {
        var text = whole.length() > LENGTH_MAX ? whole.substring(0, LENGTH_MAX) : whole;
        var words = new ArrayList<String>();
        var out = new StringBuilder();
        int i = 0;
        while (i < text.length() && words.size() < WORDS_MAX) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                end(out, words);
                i++;
            } else if (part(c)) {
                int to = i;
                boolean digit = false;
                while (to < text.length() && part(text.charAt(to))) {
                    digit |= Character.isDigit(text.charAt(to));
                    to++;
                }
                out.append(digit ? VARIABLE : text.substring(i, to));
                i = to;
            } else if (c == '"'
                    && out.length() > 0
                    && ":=".indexOf(out.charAt(out.length() - 1)) >= 0) {
                int to = close(text, i + 1);
                out.append('"').append(VARIABLE).append('"');
                i = to;
            } else {
                out.append(c);
                i++;
            }
        }
        end(out, words);
        return words;
    }

    private static boolean part(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
    }

    private static int close(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '"') {
                return i + 1;
            }
        }
        return text.length();
    }

    private static void end(StringBuilder out, List<String> words) {
        if (!out.isEmpty()) {
            words.add(out.toString());
            out.setLength(0);
        }
    }

    @Override
    public void finish() {
        var merged = merged();
        merged.sort(
                Comparator.comparingLong((Template t) -> -t.count)
                        .thenComparing(t -> String.join(" ", t.words)));
        for (var template : merged.subList(0, (int) Math.min(stage.rows(), merged.size()))) {
            var cells =
                    List.of(
                            Cells.number(template.count),
                            percent(template.count, total),
                            Cells.text(String.join(" ", template.words)),
                            Cells.text(template.example));
            if (!next.take(new Rows.OfTable(Stage.Patterns.COLUMNS, cells))) {
                break;
            }
        }
        next.finish();
    }

    static JsonNode percent(long count, long total) {
        return total == 0
                ? Cells.number(0)
                : Cells.number(
                        BigDecimal.valueOf(count * 100)
                                .divide(BigDecimal.valueOf(total), 2, RoundingMode.HALF_UP));
    }

    /** The largest first: a smaller one joins the first that is like it. */
    private List<Template> merged() {
        var all = new ArrayList<>(templates.values());
        if (all.size() > COMPARED_MAX) {
            return all;
        }
        all.sort(
                Comparator.comparingLong((Template t) -> -t.count)
                        .thenComparing(t -> String.join(" ", t.words)));
        var byLength = new HashMap<Integer, List<Template>>();
        var kept = new ArrayList<Template>();
        for (var template : all) {
            var alike = byLength.computeIfAbsent(template.words.size(), _ -> new ArrayList<>());
            boolean joined = false;
            for (int i = 0; i < alike.size() && !joined; i++) {
                joined = join(alike.get(i), template);
            }
            if (!joined) {
                var own = new Template(new ArrayList<>(template.words), template.example);
                own.count = template.count;
                alike.add(own);
                kept.add(own);
            }
        }
        return kept;
    }

    private static boolean join(Template into, Template from) {
        int different = 0;
        for (int i = 0; i < into.words.size(); i++) {
            different += into.words.get(i).equals(from.words.get(i)) ? 0 : 1;
        }
        if (into.words.size() < 3 || different > SHARE_MAX * into.words.size()) {
            return false;
        }
        for (int i = 0; i < into.words.size(); i++) {
            if (!into.words.get(i).equals(from.words.get(i))) {
                into.words.set(i, VARIABLE);
            }
        }
        into.count += from.count;
        return true;
    }
}
