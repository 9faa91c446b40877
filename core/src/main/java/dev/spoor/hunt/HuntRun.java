package dev.spoor.hunt;

import dev.spoor.event.Times;
import dev.spoor.fault.Rejected;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import dev.spoor.query.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Asks the questions of a hunt, one after another, and tells which answers are new. */
public final class HuntRun {
    /** Rows or events of one answer; what is more is told as {@link Answered#more}. */
    public static final int ROWS_MAX = 1000;

    /**
     * The answer to one question: a table, or events.
     *
     * @param fresh by row or event: whether it was not there when the hunt ran before
     * @param more whether there are more than {@link #ROWS_MAX}
     * @param refused why it could not be answered; null = it was
     */
    public record Answered(
            Hunt.Question question,
            List<String> columns,
            List<List<JsonNode>> rows,
            List<Stored> events,
            List<Boolean> fresh,
            boolean more,
            @Nullable String refused) {
        public Answered {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
            events = List.copyOf(events);
            fresh = List.copyOf(fresh);
        }

        /** How many rows or events were not there before. */
        public long freshCount() {
            return fresh.stream().filter(each -> each).count();
        }
    }

    private HuntRun() {}

    /**
     * Asks everything; a question that meets a limit is told as refused and the others go on.
     *
     * @param state is brought up to date
     * @param now when the hunt is held to have run
     */
    public static List<Answered> run(
            Hunt hunt,
            EventSearch search,
            Span span,
            HuntLimits limits,
            LookupTable.Tables tables,
            HuntState state,
            Instant now) {
        var all = new ArrayList<Answered>();
        for (var question : hunt.questions()) {
            all.add(answer(question, search, span, limits, tables, state));
        }
        state.ran(now);
        return all;
    }

    private static Answered answer(
            Hunt.Question question,
            EventSearch search,
            Span span,
            HuntLimits limits,
            LookupTable.Tables tables,
            HuntState state) {
        var kept = new KeptAnswer();
        try {
            var outcome =
                    Hunts.run(
                            question.parsed(),
                            search,
                            span,
                            limits.withRows(ROWS_MAX),
                            tables,
                            kept);
            var fresh = new ArrayList<Boolean>();
            for (var row : kept.rows()) {
                fresh.add(state.fresh(question.id(), identity(question, kept.columns(), row)));
            }
            for (var event : kept.events()) {
                fresh.add(state.fresh(question.id(), identity(event)));
            }
            return new Answered(
                    question,
                    kept.columns(),
                    kept.rows(),
                    kept.events(),
                    fresh,
                    outcome.limited(),
                    null);
        } catch (Rejected e) {
            return new Answered(
                    question,
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    false,
                    String.valueOf(e.getMessage()));
        }
    }

    private static List<String> identity(
            Hunt.Question question, List<String> columns, List<JsonNode> row) {
        var identity = new ArrayList<String>();
        for (int i = 0; i < row.size(); i++) {
            var cell = row.get(i);
            boolean told =
                    question.newBy().isEmpty()
                            ? !cell.isNumber()
                                    && !(cell.isString() && Times.parse(cell.asString()) != null)
                            : question.newBy().contains(columns.get(i));
            if (told) {
                identity.add(columns.get(i) + "=" + Cells.shown(cell));
            }
        }
        return identity;
    }

    private static List<String> identity(Stored event) {
        var id = event.fields().values("auditID");
        var stage = event.fields().values("stage");
        return id.isEmpty()
                ? List.of(
                        event.source().path(),
                        Long.toString(event.line()),
                        Long.toString(event.item()))
                : List.of(
                        id.getFirst().asString(""),
                        stage.isEmpty() ? "" : stage.getFirst().asString(""));
    }
}
