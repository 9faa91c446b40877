package dev.spoor.app;

import dev.spoor.detect.sigma.OpenSearch;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.fault.Rejected;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spoor rules convert}: rules as queries for another search engine. */
@Command(
        name = "convert",
        description = "Writes rules as queries for OpenSearch (query DSL), one JSON object a line.",
        footer = {
            "",
            "What the query language cannot say is left out and named on standard error.",
            "",
            "Example:",
            "  spoor rules convert my-rules/",
        })
final class ConvertCommand extends Answering {
    @Parameters(
            arity = "1..*",
            paramLabel = "RULES|sigmahq",
            description = "Sigma files or folders; sigmahq = SigmaHQ's Kubernetes rules")
    private List<String> names = List.of();

    @Option(
            names = "--placeholders",
            paramLabel = "FILE",
            description = "values for %%placeholders%%: a YAML file with a list for each name")
    private java.nio.file.@org.jspecify.annotations.Nullable Path placeholders;

    ConvertCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        var set = RulesCommand.ChosenRules.of(false, names, placeholders, surroundings);
        set.rules().forEach(this::convert);
        set.correlations()
                .forEach(one ->
                        surroundings.note(
                                "not converted: " + one.id() + ": a correlation is no query"));
        return Main.DONE;
    }

    private void convert(Rule rule) {
        try {
            var object = new LinkedHashMap<String, Object>();
            object.put("rule", rule.id());
            object.put("title", rule.title());
            object.put("query", OpenSearch.query(rule));
            NdJson.line(surroundings.out(), object);
        } catch (Rejected e) {
            surroundings.note("not converted: " + rule.id() + ": " + e.getMessage());
        }
    }
}
