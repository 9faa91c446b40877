package dev.spoor.report;

import dev.spoor.event.Json;
import dev.spoor.hunt.Hunt;
import dev.spoor.hunt.HuntRun.Answered;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A hunt and its answers as one document: docs/hunts.md. */
public final class HuntJson {
    private HuntJson() {}

    /**
     * One line of JSON.
     *
     * @param last when the hunt ran before; null = never
     */
    public static String of(Hunt hunt, List<Answered> answers, @Nullable Instant last) {
        var document = about(hunt);
        document.put("last", last == null ? null : last.toString());
        var questions = document.putArray("questions");
        for (var answer : answers) {
            answer(answer, questions.addObject());
        }
        texts(document.putArray("followUps"), hunt.followUps());
        return Json.mapper().writeValueAsString(document) + "\n";
    }

    /** What a hunt is about: name, title, kind, hypothesis, techniques. */
    public static ObjectNode about(Hunt hunt) {
        var about = Json.mapper().createObjectNode();
        about.put("hunt", hunt.name());
        about.put("title", hunt.title());
        about.put("kind", hunt.kind());
        about.put("hypothesis", hunt.hypothesis());
        texts(about.putArray("techniques"), hunt.techniques());
        return about;
    }

    private static void answer(Answered answer, ObjectNode object) {
        object.put("id", answer.question().id());
        object.put("ask", answer.question().ask());
        object.put("query", answer.question().query());
        if (answer.refused() != null) {
            object.put("refused", answer.refused());
            return;
        }
        if (answer.columns().isEmpty()) {
            var events = object.putArray("events");
            answer.events().forEach(event -> events.add(EventFields.of(event)));
        } else {
            texts(object.putArray("columns"), answer.columns());
            var rows = object.putArray("rows");
            answer.rows().forEach(row -> rows.addArray().addAll(row));
        }
        var fresh = object.putArray("new");
        for (int i = 0; i < answer.fresh().size(); i++) {
            if (answer.fresh().get(i)) {
                fresh.add(i);
            }
        }
        object.put("more", answer.more());
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}
