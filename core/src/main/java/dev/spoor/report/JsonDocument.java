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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

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
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .characterEscapes(new HiddenAsEscapes())
                    .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .build();

    private final JsonGenerator json;

    private JsonDocument(JsonGenerator json) {
        this.json = json;
    }

    /** Writes the document and a line end; flushes, but does not close the stream. */
    public static void write(ScanResult result, OutputStream out) throws IOException {
        try (var json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            new JsonDocument(json).document(result);
        } catch (JacksonException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e);
        }
        out.write('\n');
        out.flush();
    }

    private void exception(Exceptions.Use use) {
        json.writeStartObject();
        text("id", use.id());
        text("owner", use.owner());
        text("reason", use.reason());
        text("expires", use.expires().toString());
        text("during", use.during());
        json.writeNumberProperty("hits", use.hits());
        json.writeNumberProperty("lapsed", use.lapsed());
        json.writeNumberProperty("outside", use.outside());
        json.writeEndObject();
    }

    private void noise(ScanResult.Noise noise) {
        json.writeStartObject();
        text("rule", noise.rule());
        json.writeNumberProperty("findings", noise.findings());
        json.writeNumberProperty("medium", noise.medium());
        json.writeNumberProperty("share", Math.round(noise.share() * 1000) / 1000.0);
        json.writeBooleanProperty("overBudget", noise.overBudget());
        json.writeEndObject();
    }

    private void risk(Risk risk) {
        json.writeStartObject();
        json.writeName("entity");
        entity(risk.entity());
        json.writeNumberProperty("score", risk.score());
        json.writeNumberProperty("findings", risk.findings());
        text("highest", risk.highest().id());
        array("rules", risk.rules(), this::string);
        json.writeEndObject();
    }

    private void document(ScanResult result) {
        json.writeStartObject();
        text("spoor", result.version());
        json.writeName("input");
        input(result.input());
        var incidentByFinding = result.incidentByFinding();
        array("findings", result.findings(), finding -> finding(finding, incidentByFinding));
        array("incidents", result.incidents(), this::incident);
        json.writeName("readiness");
        json.writeStartObject();
        array(
                "blind",
                result.readiness().blind(),
                blind -> {
                    json.writeStartObject();
                    text("rule", blind.rule());
                    words("because", blind.because());
                    json.writeBooleanProperty("partly", blind.partly());
                    json.writeEndObject();
                });
        json.writeEndObject();
        array("exceptions", result.exceptions(), this::exception);
        array("noise", result.noise(), this::noise);
        array("risk", result.risk(), this::risk);
        json.writeName("ledger");
        json.writeStartObject();
        json.writeNumberProperty("size", result.ledger().size());
        text("root", result.ledger().root());
        text("checkpoint", result.ledger().checkpoint());
        json.writeEndObject();
        json.writeEndObject();
    }

    private void input(ScanResult.Input input) {
        json.writeStartObject();
        json.writeNumberProperty("files", input.files());
        json.writeNumberProperty("bytes", input.bytes());
        json.writeNumberProperty("events", input.events());
        json.writeNumberProperty("requests", input.requests());
        time("from", input.from());
        time("to", input.to());
        array(
                "sources",
                input.sources(),
                counted -> {
                    json.writeStartObject();
                    text("kind", counted.source().kind().id());
                    text("cluster", counted.source().cluster());
                    text("path", counted.source().path());
                    json.writeNumberProperty("events", counted.events());
                    json.writeEndObject();
                });
        array("gaps", input.gaps(), this::gap);
        json.writeEndObject();
    }

    private void gap(Gap gap) {
        json.writeStartObject();
        text("kind", gap.kind());
        text("source", gap.source());
        time("at", gap.at());
        words("detail", gap.detail());
        json.writeNumberProperty("events", gap.events());
        json.writeEndObject();
    }

    private void finding(Finding finding, Map<String, String> incidentByFinding) {
        json.writeStartObject();
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
                    json.writeStartObject();
                    place(event);
                    json.writeNumberProperty("position", event.position());
                    request(event);
                    json.writeEndObject();
                });
        text("why", finding.why());
        text("incident", incidentByFinding.get(finding.id()));
        json.writeEndObject();
    }

    private void incident(Incident incident) {
        json.writeStartObject();
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
                    json.writeStartObject();
                    place(told.event());
                    request(told.event());
                    text("role", told.role());
                    json.writeEndObject();
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
        json.writeName("scope");
        scope(incident.scope());
        json.writeEndObject();
    }

    private void scope(Incident.Scope scope) {
        json.writeStartObject();
        array(
                "touched",
                scope.touched(),
                touched -> {
                    json.writeStartObject();
                    text("kind", touched.entity().kind());
                    text("id", touched.entity().id());
                    text("how", touched.how());
                    json.writeEndObject();
                });
        array(
                "couldTouch",
                scope.couldTouch(),
                could -> {
                    json.writeStartObject();
                    text("kind", could.entity().kind());
                    text("id", could.entity().id());
                    array("through", could.through(), way -> string(Shown.masked(way)));
                    json.writeEndObject();
                });
        array("unknown", scope.unknown(), unknown -> string(Shown.masked(unknown)));
        json.writeEndObject();
    }

    private void entity(EntityRef entity) {
        json.writeStartObject();
        text("kind", entity.kind());
        text("id", entity.id());
        json.writeEndObject();
    }

    private void place(EventRef event) {
        json.writeNumberProperty("source", event.source());
        json.writeNumberProperty("line", event.line());
        if (event.item() > 0) {
            json.writeNumberProperty("item", event.item());
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
        json.writeName(name);
        json.writeStartArray();
        for (var element : elements) {
            each.write(element);
        }
        json.writeEndArray();
    }

    private void time(String name, @Nullable Instant time) {
        text(name, time == null ? null : time.toString());
    }

    /** A sentence, which may quote a log. */
    private void words(String name, String words) {
        text(name, Shown.masked(words));
    }

    private void text(String name, @Nullable String value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else {
            string(value);
        }
    }

    private void string(String value) {
        json.writeString(wellFormed(value));
    }

    private static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints()
                        .map(c ->
                                c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE
                                        ? 0xfffd
                                        : c)
                        .collect(
                                StringBuilder::new,
                                StringBuilder::appendCodePoint,
                                StringBuilder::append)
                        .toString();
            }
        }
        return text;
    }

    private static final class HiddenAsEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1L;
        private static final int[] ASCII = ascii();

        private static int[] ascii() {
            var codes = standardAsciiEscapesForJSON();
            codes[0x7f] = ESCAPE_STANDARD;
            return codes;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ASCII;
        }

        @Override
        public @Nullable SerializableString getEscapeSequence(int c) {
            return c < 0x10000 && !Character.isSurrogate((char) c) && Visible.hidden(c)
                    ? new SerializedString("\\u%04x".formatted(c))
                    : null;
        }
    }
}
