package dev.spoor.app;

import dev.spoor.event.Json;
import dev.spoor.fault.Rejected;
import dev.spoor.hunt.Completion;
import dev.spoor.hunt.HuntLimits;
import dev.spoor.hunt.Hunts;
import dev.spoor.hunt.Outcome;
import dev.spoor.hunt.Progress;
import dev.spoor.hunt.Query;
import dev.spoor.query.EventSearch;
import dev.spoor.report.SearchOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor search}: a question, over logs or over kept evidence. */
@Command(
        name = "search",
        description = "Finds events, and counts, sorts and charts them.",
        footer = {
            "",
            "QUERY is a filter, then pipes: stats, timechart, top, rare, sort, head, tail, where,",
            "fields, rename, dedup, patterns, diff, sequence, lookup, extract (docs/query.md).",
            "",
            "Examples:",
            "  spoor search 'verb:delete and objectRef.resource:secrets' evidence",
            "  spoor search 'responseStatus.code:403 | top 10 user.username' audit.log",
            "  spoor search '*' --raw evidence > everything-as-received.log",
            "  spoor search 'responseStatus.code:403' --follow /var/log/kubernetes/audit.log",
        })
final class SearchCommand extends Answering {
    @Parameters(
            index = "0",
            paramLabel = "QUERY",
            description = "what to look for; * is everything")
    private String query = "*";

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "PATH|DIR",
            description = "logs, - for standard input, or a folder made by scan --data")
    private List<String> paths = List.of();

    @Mixin private Asking asking = new Asking();

    @ArgGroup(exclusive = true)
    private Form form = new Form();

    @Option(names = "--limit", paramLabel = "N", description = "at most so many events or rows")
    private long limit = Long.MAX_VALUE;

    @Option(
            names = {"-f", "--follow"},
            description = "go on with what is written to the files or the ledger later")
    private boolean follow;

    @Option(
            names = "--complete",
            description = "for editors: what may stand at the end of QUERY, as NDJSON")
    private boolean complete;

    @Option(
            names = "--explain",
            description = "say on standard error what was read, and what passed over and why")
    private boolean explain;

    /** How the answer is written; secrets are masked in all but {@code --raw}. */
    static final class Form {
        @Option(
                names = "--json",
                description = "a table as one object with columns and rows, events as NDJSON")
        boolean json;

        @Option(names = "--raw", description = "events exactly as received, unmasked, one per line")
        boolean raw;

        @Option(names = "--csv", description = "comma-separated values with a head (RFC 4180)")
        boolean csv;
    }

    SearchCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new Rejected("--limit " + limit + " (expected: 1 or more)");
        }
        if (complete) {
            return complete();
        }
        var asked = Query.parse(query);
        var now = surroundings.clock().instant();
        var span = asking.span(now);
        var output = output(asked);
        if (follow) {
            Following.check(asked);
            var limits = HuntLimits.USUAL.withRows(limit).until(asking.deadline());
            var run = new Hunts.Run(asked, limits, new LookupFiles(), output);
            new Following(asked, span, run, output::finish, surroundings::note)
                    .run(paths, asking.keyFile);
            return Main.DONE;
        }
        var place = asking.place(paths);
        try (var evidence = Evidence.read(place, surroundings, Evidence.Follower.NONE)) {
            Outcome outcome;
            try (var progress = new ProgressLine(surroundings)) {
                var limits =
                        HuntLimits.USUAL
                                .withRows(limit)
                                .until(asking.deadline())
                                .telling(
                                        asked.table() || !surroundings.outIsTerminal()
                                                ? progress::asked
                                                : Progress.NONE);
                outcome =
                        Hunts.run(
                                asked, evidence.events(), span, limits, new LookupFiles(), output);
            }
            output.finish();
            if (explain) {
                explain(evidence.events().work(), outcome);
            }
            if (outcome.limited()) {
                surroundings.note("there is more than the " + limit + " of --limit");
            }
            return evidence.searched();
        }
    }

    private int complete() {
        var place = asking.place(paths);
        try (var evidence = Evidence.read(place, surroundings, Evidence.Follower.NONE)) {
            var limits = HuntLimits.USUAL.until(asking.deadline());
            for (var candidate : Completion.of(query, evidence.events(), limits)) {
                var line = Json.mapper().createObjectNode();
                line.put("kind", candidate.kind()).put("text", candidate.text());
                surroundings.out().println(line);
            }
        }
        return Main.DONE;
    }

    private void explain(EventSearch.@Nullable Work work, Outcome outcome) {
        surroundings.note(outcome.matched() + " events matched, " + outcome.given() + " given");
        if (work == null) {
            return;
        }
        long read = work.blocks() - work.byTime() - work.byValue() - work.unasked();
        surroundings.note(
                "blocks: %d in all; %d outside the time, %d without a value asked for, %d not reached, %d read"
                        .formatted(
                                work.blocks(),
                                work.byTime(),
                                work.byValue(),
                                work.unasked(),
                                read));
        surroundings.note(
                "events put together: %d; read from the disk: %d kB"
                        .formatted(work.rebuilt(), work.bytes() / 1000));
    }

    private SearchOutput output(Query asked) {
        var out = surroundings.out();
        if (form.raw) {
            return SearchOutput.raw(out);
        }
        if (form.json) {
            return SearchOutput.json(out);
        }
        return form.csv
                ? SearchOutput.csv(out)
                : SearchOutput.text(out, asked, surroundings.look());
    }
}
