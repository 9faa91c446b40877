package dev.spoor.report;

import dev.spoor.detect.Exceptions;
import dev.spoor.detect.Finding;
import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Gap;
import dev.spoor.incident.Incident;
import dev.spoor.incident.Risk;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code scan --json} document: one line of JSON, written as a stream. The same result gives
 * the same bytes.
 *
 * <p>Times are RFC 3339 in UTC. What is not known is null, never left out; only {@code item} is
 * left out where the line is the event. Secrets in sentences are masked. Characters that could
 * steer a terminal or turn the direction of text stand as JSON escapes, so the document is safe to
 * print and loses nothing; a lone surrogate, which is no character, becomes U+FFFD.
 */
public final class JsonDocument {
    /** More masked lines are not kept. */
    private static final int LINES_MAX = 1_000;

    private final JsonWriter json;
    private final Map<String, byte[]> names = new HashMap<>();
    private final Map<String, String> masked = new HashMap<>();

    private JsonDocument(JsonWriter json) {
        this.json = json;
    }

    /** Writes the document and a line end; flushes, but does not close the stream. */
    public static void write(ScanResult result, OutputStream out) throws IOException {
        try {
            var json = new JsonWriter(out);
            new JsonDocument(json).document(result);
            json.finish();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.write('\n');
        out.flush();
    }

    private void exception(Exceptions.Use use) {
        json.open('{');
        text("id", use.id());
        text("owner", use.owner());
        text("reason", use.reason());
        text("expires", use.expires().toString());
        text("during", use.during());
        number("hits", use.hits());
        number("lapsed", use.lapsed());
        number("outside", use.outside());
        json.close('}');
    }

    private void noise(ScanResult.Noise noise) {
        json.open('{');
        text("rule", noise.rule());
        number("findings", noise.findings());
        number("medium", noise.medium());
        share("share", Math.round(noise.share() * 1000) / 1000.0);
        bool("overBudget", noise.overBudget());
        json.close('}');
    }

    private void risk(Risk risk) {
        json.open('{');
        name("entity");
        entity(risk.entity());
        number("score", risk.score());
        number("findings", risk.findings());
        text("highest", risk.highest().id());
        array("rules", risk.rules(), this::string);
        json.close('}');
    }

    private void document(ScanResult result) {
        json.open('{');
        text("spoor", result.version());
        name("input");
        input(result.input());
        var incidentByFinding = result.incidentByFinding();
        array("findings", result.findings(), finding -> finding(finding, incidentByFinding));
        array("incidents", result.incidents(), this::incident);
        name("readiness");
        json.open('{');
        array(
                "blind",
                result.readiness().blind(),
                blind -> {
                    json.open('{');
                    text("rule", blind.rule());
                    words("because", blind.because());
                    bool("partly", blind.partly());
                    json.close('}');
                });
        json.close('}');
        array("exceptions", result.exceptions(), this::exception);
        array("noise", result.noise(), this::noise);
        array("risk", result.risk(), this::risk);
        name("ledger");
        json.open('{');
        number("size", result.ledger().size());
        text("root", result.ledger().root());
        text("checkpoint", result.ledger().checkpoint());
        json.close('}');
        json.close('}');
    }

    private void input(ScanResult.Input input) {
        json.open('{');
        number("files", input.files());
        number("bytes", input.bytes());
        number("events", input.events());
        number("requests", input.requests());
        time("from", input.from());
        time("to", input.to());
        array(
                "sources",
                input.sources(),
                counted -> {
                    json.open('{');
                    text("kind", counted.source().kind().id());
                    text("cluster", counted.source().cluster());
                    text("path", counted.source().path());
                    number("events", counted.events());
                    json.close('}');
                });
        array("gaps", input.gaps(), this::gap);
        json.close('}');
    }

    private void gap(Gap gap) {
        json.open('{');
        text("kind", gap.kind());
        text("source", gap.source());
        time("at", gap.at());
        words("detail", gap.detail());
        number("events", gap.events());
        json.close('}');
    }

    private void finding(Finding finding, Map<String, String> incidentByFinding) {
        json.open('{');
        text("id", finding.id());
        text("rule", finding.rule());
        text("author", finding.author());
        text("link", finding.link());
        text("title", finding.title());
        text("level", finding.level().id());
        array("techniques", finding.techniques(), technique -> string(technique));
        time("time", finding.time());
        array("entities", finding.entities(), this::entity);
        array(
                "events",
                finding.concerned(),
                event -> {
                    json.open('{');
                    place(event);
                    number("position", event.position());
                    request(event);
                    json.close('}');
                });
        text("why", finding.why());
        text("incident", incidentByFinding.get(finding.id()));
        json.close('}');
    }

    private void incident(Incident incident) {
        json.open('{');
        text("id", incident.id());
        words("title", incident.title());
        text("level", incident.level().id());
        time("start", incident.start());
        time("end", incident.end());
        array("actors", incident.actors(), this::entity);
        array("techniques", incident.techniques(), technique -> string(technique));
        array("findings", incident.findings(), finding -> string(finding));
        array(
                "events",
                incident.events(),
                told -> {
                    json.open('{');
                    place(told.event());
                    request(told.event());
                    text("role", told.role());
                    json.close('}');
                });
        array(
                "story",
                incident.story(),
                sentence ->
                        string(
                                Shown.masked(
                                        sentence.time() == null
                                                ? sentence.text()
                                                : sentence.time() + " " + sentence.text())));
        name("scope");
        scope(incident.scope());
        json.close('}');
    }

    private void scope(Incident.Scope scope) {
        json.open('{');
        array(
                "touched",
                scope.touched(),
                touched -> {
                    json.open('{');
                    text("kind", touched.entity().kind());
                    text("id", touched.entity().id());
                    text("how", touched.how());
                    json.close('}');
                });
        array(
                "couldTouch",
                scope.couldTouch(),
                could -> {
                    json.open('{');
                    text("kind", could.entity().kind());
                    text("id", could.entity().id());
                    array("through", could.through(), way -> string(masked(way)));
                    json.close('}');
                });
        array("unknown", scope.unknown(), unknown -> string(masked(unknown)));
        json.close('}');
    }

    /** What incidents have in common is masked once. */
    private String masked(String line) {
        if (masked.size() > LINES_MAX) {
            masked.clear();
        }
        return masked.computeIfAbsent(line, Shown::masked);
    }

    private void entity(EntityRef entity) {
        json.open('{');
        text("kind", entity.kind());
        text("id", entity.id());
        json.close('}');
    }

    private void place(EventRef event) {
        number("source", event.source());
        number("line", event.line());
        if (event.item() > 0) {
            number("item", event.item());
        }
    }

    private void request(EventRef event) {
        text("auditID", event.auditID());
        text("stage", event.stage());
    }

    private interface Each<T> {
        void write(T element);
    }

    private <T> void array(String name, List<T> elements, Each<T> each) {
        name(name);
        json.open('[');
        for (var element : elements) {
            each.write(element);
        }
        json.close(']');
    }

    private void time(String name, @Nullable Instant time) {
        name(name);
        if (time == null) {
            json.none();
        } else {
            json.time(time);
        }
    }

    /** A sentence, which may quote a log. */
    private void words(String name, String words) {
        text(name, Shown.masked(words));
    }

    private void text(String name, @Nullable String value) {
        name(name);
        json.text(value);
    }

    private void number(String name, long value) {
        name(name);
        json.number(value);
    }

    private void share(String name, double value) {
        name(name);
        json.number(value);
    }

    private void bool(String name, boolean value) {
        name(name);
        json.bool(value);
    }

    private void string(String value) {
        json.text(value);
    }

    /** Names are few and always the same. */
    private void name(String name) {
        json.member(names.computeIfAbsent(name, JsonWriter::name));
    }
}
