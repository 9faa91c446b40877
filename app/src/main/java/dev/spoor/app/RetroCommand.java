package dev.spoor.app;

import dev.spoor.detect.Indicators;
import dev.spoor.detect.RetroHunt;
import dev.spoor.detect.RetroHunt.Answer;
import dev.spoor.detect.RetroHunt.Question;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Placeholders;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Json;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.Span;
import dev.spoor.report.Visible;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;

/** {@code spoor rules hunt}: rules, drafts and indicator lists over everything that is kept. */
@Command(
        name = "hunt",
        description = "Asks rules, drafts or a list of indicators of everything that is kept.",
        footer = {
            "",
            "RULES are Sigma files and folders of them; every other file is a list of indicators (addresses, networks,",
            "image digests, hashes, names; one a line or the first column of CSV).",
            "What was asked is remembered in DIR/views/hunts/rules.json: the next time a question that has not changed is",
            "asked of what came since, one that is new or was changed of everything.",
            "",
            "Examples:",
            "  spoor rules hunt draft.yml evidence --estimate",
            "  spoor rules hunt my-rules/ addresses.csv evidence",
        })
final class RetroCommand extends Answering {
    @Parameters(
            arity = "2..*",
            paramLabel = "RULES|INDICATORS… DIR",
            description = "what to ask, and last the folder made by scan --data, or a log")
    private List<String> given = List.of();

    @Option(names = "--estimate", description = "say what would be read, and stop")
    private boolean estimate;

    @Option(names = "--all", description = "ask everything again, whatever was asked before")
    private boolean everything;

    @Option(names = "--json", description = "everything as one JSON document")
    private boolean json;

    @Mixin private Asking asking = new Asking();

    RetroCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** What a question was the last time, and which position comes next. */
    private record Asked(String content, long next) {}

    /** An answer, and from which position on it was looked for. */
    private record Told(Answer answer, long from, boolean changed) {}

    @Override
    public Integer call() {
        var questions = questions(given.subList(0, given.size() - 1));
        var paths = List.of(given.getLast());
        var place = asking.place(paths);
        var now = surroundings.clock().instant();
        var span = asking.span(now);
        var file = span.timed() ? null : state(paths);
        var asked = file == null || everything ? new TreeMap<String, Asked>() : read(file);
        try (var evidence = Evidence.read(place, surroundings, Evidence.Follower.NONE)) {
            var hunt = new RetroHunt(evidence.events(), new Facts());
            var parts = new TreeMap<Long, List<Question>>();
            for (var question : questions) {
                var last = asked.get(question.id());
                boolean same = last != null && last.content().equals(question.content());
                parts.computeIfAbsent(
                                same && last != null ? last.next() : 0L, _ -> new ArrayList<>())
                        .add(question);
            }
            long blocks = 0;
            long next = 0;
            for (var part : parts.entrySet()) {
                var cost = hunt.estimate(part.getValue(), span.and(Span.from(part.getKey())));
                blocks += cost.blocks();
                next = cost.next();
            }
            surroundings.note(
                    String.format(
                            Locale.ROOT,
                            "questions: %,d; blocks to read: at most %,d; entries kept: %,d",
                            questions.size(),
                            blocks,
                            next));
            if (estimate) {
                return Main.DONE;
            }
            var told = new ArrayList<Told>();
            var deadline = asking.deadline();
            for (var part : parts.entrySet()) {
                long from = part.getKey();
                for (var answer :
                        hunt.run(
                                part.getValue(),
                                span.and(Span.from(from)),
                                () -> {
                                    if (deadline.getAsBoolean()) {
                                        throw new Unavailable(
                                                "--timeout "
                                                        + asking.timeout
                                                        + " is over: nothing is told");
                                    }
                                })) {
                    var last = asked.get(answer.question().id());
                    told.add(new Told(answer, from, last != null && from == 0));
                    asked.put(answer.question().id(), new Asked(answer.question().content(), next));
                }
            }
            tell(told, next, now.toString());
            int code = evidence.searched();
            if (file != null) {
                write(file, asked);
            }
            return code;
        }
    }

    private List<Question> questions(List<String> files) {
        var questions = new LinkedHashMap<String, Question>();
        for (var name : files) {
            var path = Path.of(name);
            if (!Files.exists(path)) {
                throw new Rejected("no such file or folder: " + name);
            }
            if (!Files.isDirectory(path) && !name.endsWith(".yml") && !name.endsWith(".yaml")) {
                var text = RuleSets.text(path);
                Indicators.read(name, text, hash(text))
                        .forEach(one -> questions.put(one.id(), one));
                continue;
            }
            for (var file : RuleSets.files(path)) {
                var set = RuleSets.load(file, Placeholders.NONE);
                set.refused().forEach(one -> surroundings.note("rule left out: " + one));
                var content = hash(RuleSets.text(file));
                set.rules().forEach(rule -> questions.put(rule.id(), Question.of(rule, content)));
                set.correlations()
                        .forEach(one ->
                                surroundings.note(
                                        "sequences are asked by scan, not here: "
                                                + Visible.text(one.title())));
            }
        }
        if (questions.isEmpty()) {
            throw new Rejected("nothing to ask: no rule and no indicator in what was given");
        }
        return List.copyOf(questions.values());
    }

    private void tell(List<Told> told, long next, String now) {
        if (json) {
            var document = new LinkedHashMap<String, Object>();
            document.put("asked", now);
            document.put("entries", next);
            document.put("results", told.stream().map(RetroCommand::object).toList());
            surroundings.out().println(Json.MAPPER.writeValueAsString(document));
            return;
        }
        for (var one : told) {
            var answer = one.answer();
            surroundings
                    .out()
                    .println(
                            Visible.text(
                                    "%-13s %s %s: %d %s%s"
                                            .formatted(
                                                    answer.question().level().id(),
                                                    answer.question().id(),
                                                    answer.question().title(),
                                                    answer.events(),
                                                    answer.events() == 1 ? "event" : "events",
                                                    one.from() > 0
                                                            ? " since position " + one.from()
                                                            : one.changed()
                                                                    ? " (changed: asked of everything)"
                                                                    : "")));
            if (answer.undecided() > 0) {
                surroundings.note(
                        Visible.text(
                                "%s came to no verdict on %d events: its regular expression gave up"
                                        .formatted(answer.question().id(), answer.undecided())));
            }
            for (var match : answer.matches()) {
                surroundings
                        .out()
                        .println(
                                Visible.text(
                                        "    as of %s  %s:%d"
                                                .formatted(
                                                        match.time() == null
                                                                ? "a time that is not recorded"
                                                                : match.time(),
                                                        match.path(),
                                                        match.line())));
            }
        }
    }

    private static Map<String, Object> object(Told one) {
        var answer = one.answer();
        var object = new LinkedHashMap<String, Object>();
        object.put("id", answer.question().id());
        object.put("title", answer.question().title());
        object.put("level", answer.question().level().id());
        object.put("sha256", answer.question().content());
        object.put("from", one.from());
        object.put("changed", one.changed());
        object.put("events", answer.events());
        object.put("undecided", answer.undecided());
        object.put("first", answer.first() == null ? null : answer.first().toString());
        object.put("last", answer.last() == null ? null : answer.last().toString());
        var matches = new ArrayList<Map<String, Object>>();
        for (var match : answer.matches()) {
            var place = new LinkedHashMap<String, Object>();
            place.put("asOf", match.time() == null ? null : match.time().toString());
            place.put("source", match.path());
            place.put("line", match.line());
            place.put("position", match.position());
            matches.add(place);
        }
        object.put("matches", matches);
        return object;
    }

    private static String hash(String text) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Beside the evidence, in what can be deleted and made again; null for logs. */
    private static @Nullable Path state(List<String> paths) {
        var ledger = Kept.among(paths);
        var data = ledger == null ? null : ledger.toAbsolutePath().getParent();
        return data == null || ledger == null || !Kept.ledger(data).equals(ledger.toAbsolutePath())
                ? null
                : data.resolve("views").resolve("hunts").resolve("rules.json");
    }

    private static TreeMap<String, Asked> read(Path file) {
        var asked = new TreeMap<String, Asked>();
        try {
            if (Files.exists(file)) {
                for (var one : Json.MAPPER.readTree(Files.readString(file)).properties()) {
                    asked.put(
                            one.getKey(),
                            new Asked(
                                    one.getValue().path("sha256").asString(""),
                                    Math.max(0, one.getValue().path("next").asLong(0))));
                }
            }
            return asked;
        } catch (IOException | JacksonException e) {
            throw new Unavailable(file + " could not be read: " + e.getMessage(), e);
        }
    }

    private void write(Path file, Map<String, Asked> asked) {
        var tree = Json.MAPPER.createObjectNode();
        asked.forEach((id, one) ->
                tree.putObject(id).put("sha256", one.content()).put("next", one.next()));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, tree + "\n");
        } catch (IOException e) {
            surroundings.note(
                    "what was asked is not remembered: "
                            + Visible.text(String.valueOf(e.getMessage())));
        }
    }
}
