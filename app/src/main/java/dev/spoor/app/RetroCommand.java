package dev.spoor.app;

import dev.spoor.app.RetroFlow.Told;
import dev.spoor.event.Json;
import dev.spoor.fault.Rejected;
import dev.spoor.fault.Unavailable;
import dev.spoor.query.Span;
import dev.spoor.report.Visible;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules hunt}: rules, drafts and indicator lists over everything that is kept. */
@Command(
        name = "hunt",
        description = "Asks rules, drafts or a list of indicators of everything that is kept.",
        footer = {
            "",
            "RULES are Sigma files and folders of them; every other file is a list of indicators (addresses, networks,",
            "image digests, hashes, names; one a line or the first column of CSV).",
            "What was asked is remembered in DIR/views/hunts/rules.json: the next time a question that has not changed is",
            "asked of what came since, one that is new or was changed of everything. scan --data DIR asks all of it again",
            "by itself when it has added to DIR, and so does --changed. Ctrl-C ends a hunt: nothing is told or remembered.",
            "",
            "Examples:",
            "  spoor rules hunt draft.yml evidence --estimate",
            "  spoor rules hunt my-rules/ addresses.csv evidence",
            "  spoor rules hunt --changed evidence",
        })
final class RetroCommand extends Answering {
    @Parameters(
            arity = "1..*",
            paramLabel = "RULES|INDICATORS… DIR",
            description = "what to ask, and last the folder made by scan --data, or a log")
    private List<String> given = List.of();

    @Option(
            names = "--changed",
            description = "ask again what this folder was asked before, as the files are now")
    private boolean changed;

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

    @Override
    public Integer call() {
        var paths = List.of(given.getLast());
        var now = surroundings.clock().instant();
        var span = asking.span(now);
        var memory = span.timed() ? null : RuleMemory.of(paths);
        var files = files(memory);
        var questions = RetroFlow.questions(files, surroundings);
        if (questions.isEmpty()) {
            throw new Rejected("nothing to ask: no rule and no indicator in what was given");
        }
        var place = asking.place(paths);
        try (var evidence = Evidence.read(place, surroundings, Evidence.Follower.NONE)) {
            var flow =
                    new RetroFlow(
                            surroundings,
                            evidence,
                            questions,
                            span,
                            memory,
                            everything ? RetroFlow.Way.EVERYTHING : RetroFlow.Way.NEWS);
            flow.estimate(estimate);
            if (estimate) {
                return Main.DONE;
            }
            var result = flow.run(asking.deadline(), asking.timeout);
            if (json) {
                document(result, now.toString());
            } else {
                tell(result.told(), surroundings.out());
            }
            int code = evidence.searched();
            flow.remember(result, files);
            return code;
        }
    }

    /** What to ask; files that were asked before and are gone are named and left out. */
    private List<Path> files(@Nullable RuleMemory memory) {
        if (!changed) {
            if (given.size() < 2) {
                throw new Rejected(
                        "nothing to ask (expected: rules or a list of indicators, then "
                                + given.getLast()
                                + "; or --changed)");
            }
            return given.subList(0, given.size() - 1).stream().map(Path::of).toList();
        }
        if (given.size() > 1 || memory == null) {
            throw new Rejected("--changed takes a folder made by scan --data, and nothing else");
        }
        return there(memory, surroundings);
    }

    private static List<Path> there(RuleMemory memory, Surroundings surroundings) {
        var files = new ArrayList<Path>();
        for (var name : List.copyOf(memory.files)) {
            if (Files.exists(Path.of(name))) {
                files.add(Path.of(name));
            } else {
                surroundings.note("no longer there, and not asked: " + Visible.text(name));
                memory.files.remove(name);
            }
        }
        return files;
    }

    /**
     * Asks a ledger that was added to what it was asked before: rules and indicators that changed
     * of everything, the others of what came. Answers are told on standard error, none where
     * nothing matches.
     */
    static void again(Path data, @Nullable Path keyFile, Surroundings surroundings) {
        try {
            asked(data, keyFile, surroundings);
        } catch (Rejected | Unavailable e) {
            surroundings.note(
                    "what this folder was asked before was not asked again: " + e.getMessage());
        }
    }

    private static void asked(Path data, @Nullable Path keyFile, Surroundings surroundings) {
        var paths = List.of(data.toString());
        var memory = RuleMemory.of(paths);
        if (memory == null || memory.files.isEmpty()) {
            return;
        }
        var files = there(memory, surroundings);
        var questions = RetroFlow.questions(files, surroundings);
        if (questions.isEmpty()) {
            return;
        }
        var place = new Evidence.Place(paths, null, null, keyFile);
        try (var evidence = Evidence.read(place, surroundings, Evidence.Follower.NONE)) {
            var flow =
                    new RetroFlow(
                            surroundings,
                            evidence,
                            questions,
                            Span.ALL,
                            memory,
                            RetroFlow.Way.BY_ITSELF);
            var result = flow.run(() -> false, null);
            var found = result.told().stream().filter(one -> one.answer().events() > 0).toList();
            if (!found.isEmpty()) {
                surroundings.note("what this folder was asked before has new answers:");
                tell(found, surroundings.err());
            }
            flow.remember(result, files);
        }
    }

    private void document(RetroFlow.Result result, String now) {
        var document = new LinkedHashMap<String, Object>();
        document.put("asked", now);
        document.put("entries", result.next());
        document.put("results", result.told().stream().map(RetroCommand::object).toList());
        surroundings.out().println(Json.mapper().writeValueAsString(document));
    }

    private static void tell(List<Told> told, PrintStream out) {
        for (var one : told) {
            var answer = one.answer();
            var since =
                    one.from() > 0
                            ? " since position " + one.from()
                            : one.changed() ? " (changed: asked of everything)" : "";
            var undecided =
                    answer.undecided() == 0
                            ? ""
                            : ", no verdict on "
                                    + answer.undecided()
                                    + ": its regular expression gave up";
            out.println(
                    Visible.text(
                            "%-13s %s %s: %d %s%s%s"
                                    .formatted(
                                            answer.question().level().id(),
                                            answer.question().id(),
                                            answer.question().title(),
                                            answer.events(),
                                            answer.events() == 1 ? "event" : "events",
                                            since,
                                            undecided)));
            for (var match : answer.matches()) {
                out.println(
                        Visible.text(
                                "    as of %s  %s:%d"
                                        .formatted(
                                                match.time() == null
                                                        ? "a time that is not recorded"
                                                        : match.time(),
                                                match.path(),
                                                match.line())));
            }
            if (answer.events() > answer.matches().size()) {
                out.println("    and " + (answer.events() - answer.matches().size()) + " more");
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
}
