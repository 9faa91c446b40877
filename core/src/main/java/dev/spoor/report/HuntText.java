package dev.spoor.report;

import dev.spoor.hunt.Hunt;
import dev.spoor.hunt.HuntRun.Answered;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A hunt and its answers for people: hypothesis, each question with its table, what to do next. */
public final class HuntText {
    /** Rows of one answer that are shown; the others are counted. */
    public static final int ROWS_MAX = 15;

    private static final int LINES_MAX = 30;
    private static final JsonNode NEW = JsonNodeFactory.instance.stringNode("new");
    private static final JsonNode KNOWN = JsonNodeFactory.instance.stringNode("");

    private final TerminalSummary.Look look;
    private final StringBuilder out = new StringBuilder();

    private HuntText(TerminalSummary.Look look) {
        this.look = look;
    }

    /**
     * What a hunt is about, without answers.
     *
     * @param look of the terminal
     */
    public static String of(Hunt hunt, TerminalSummary.Look look) {
        var text = new HuntText(look);
        text.head(hunt);
        for (var question : hunt.questions()) {
            text.question(question);
            text.dim(question.query(), 3);
        }
        text.tail(hunt);
        return text.out.toString();
    }

    /**
     * A hunt with its answers.
     *
     * @param last when it ran before; null = never, then nothing is called new
     */
    public static String of(
            Hunt hunt, List<Answered> answers, @Nullable Instant last, TerminalSummary.Look look) {
        var text = new HuntText(look);
        text.head(hunt);
        for (var answer : answers) {
            text.question(answer.question());
            text.answer(answer, last);
        }
        text.tail(hunt);
        return text.out.toString();
    }

    private void head(Hunt hunt) {
        var techniques =
                hunt.techniques().isEmpty() ? "" : "  " + String.join(" ", hunt.techniques());
        line(ink("1", Visible.text(hunt.title())) + ink("2", Visible.text(techniques)));
        wrapped(hunt.hypothesis(), 0);
    }

    private void question(Hunt.Question question) {
        line("");
        line(ink("1", Visible.text(question.ask())));
    }

    private void answer(Answered answer, @Nullable Instant last) {
        if (answer.refused() != null) {
            wrapped("not answered: " + answer.refused(), 2);
            return;
        }
        int count = answer.fresh().size();
        if (count == 0) {
            line("  nothing");
            return;
        }
        table(answer, last);
        var note = new ArrayList<String>();
        if (count > ROWS_MAX) {
            note.add((answer.more() ? "at least " : "") + (count - ROWS_MAX) + " more");
        }
        if (last != null) {
            note.add(
                    answer.freshCount() == 0
                            ? "nothing new since " + EventFields.time(last)
                            : answer.freshCount() + " new since " + EventFields.time(last));
        }
        if (!note.isEmpty()) {
            dim(String.join("; ", note), 2);
        }
        if (!answer.question().lookFor().isEmpty()) {
            wrapped("Look for: " + answer.question().lookFor(), 2);
        }
    }

    private void table(Answered answer, @Nullable Instant last) {
        var bytes = new ByteArrayOutputStream();
        var table = SearchOutput.text(bytes, answer.question().parsed(), look);
        boolean marks = last != null && answer.freshCount() > 0 && !chart(answer);
        if (!answer.columns().isEmpty()) {
            var names = new ArrayList<>(answer.columns());
            if (marks) {
                names.addFirst("");
            }
            table.columns(names);
        }
        int shown = Math.min(ROWS_MAX, answer.fresh().size());
        for (int i = 0; i < Math.min(shown, answer.rows().size()); i++) {
            var row = new ArrayList<>(answer.rows().get(i));
            if (marks) {
                row.addFirst(answer.fresh().get(i) ? NEW : KNOWN);
            }
            table.row(row);
        }
        for (int i = 0; i < Math.min(shown, answer.events().size()); i++) {
            table.event(answer.events().get(i));
        }
        table.finish();
        bytes.toString(StandardCharsets.UTF_8).lines().forEach(line -> line("  " + line));
    }

    private static boolean chart(Answered answer) {
        return answer.columns().size() == 2 && answer.columns().getFirst().equals("time");
    }

    private void tail(Hunt hunt) {
        list("Usually there, and no sign of anything", hunt.noise());
        list("If there is something", hunt.followUps());
        list("Found before", hunt.findings());
        if (!hunt.resolution().isEmpty()) {
            list("What came of it", List.of(hunt.resolution()));
        }
    }

    private void list(String title, List<String> items) {
        if (items.isEmpty()) {
            return;
        }
        line("");
        line(ink("1", title));
        for (var item : items) {
            var lines = Wrap.lines(Visible.text(item), look.width() - 4, LINES_MAX, "…");
            for (int i = 0; i < lines.size(); i++) {
                line((i == 0 ? "  - " : "    ") + lines.get(i));
            }
        }
    }

    private void wrapped(String text, int indent) {
        var flat = Visible.text(text.replaceAll("\\s+", " "));
        for (var each : Wrap.lines(flat, look.width() - indent, LINES_MAX, "…")) {
            line(" ".repeat(indent) + each);
        }
    }

    private void dim(String text, int indent) {
        line(" ".repeat(indent) + ink("2", Visible.text(text)));
    }

    private String ink(String code, String text) {
        return look.colour() && !text.isEmpty()
                ? "\u001b[" + code + "m" + text + "\u001b[0m"
                : text;
    }

    private void line(String text) {
        out.append(look.unicode() ? text : text.replace("…", "...")).append('\n');
    }
}
