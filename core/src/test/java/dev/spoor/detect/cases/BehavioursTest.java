package dev.spoor.detect.cases;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spoor.detect.RuleView;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.event.Level;
import dev.spoor.intake.Feed;
import dev.spoor.intake.Intake;
import dev.spoor.query.InMemoryEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What others look for is found by us, whatever kind of cluster the event comes from. */
class BehavioursTest {
    private static final Path FILE = Path.of("..", "scenarios", "behaviours.yml");

    private static final List<Rule> RULES = RuleSets.shipped().rules();

    /** One thing said of one event: by which rule, how loud. */
    private record Said(Rule rule, Level level) {}

    @ParameterizedTest
    @EnumSource(Wrapped.class)
    void everyBehaviourIsFoundUnderEachTechniqueItIsFiledUnder(Wrapped form) throws IOException {
        var missed = new ArrayList<String>();
        int count = 0;
        for (var behaviour : behaviours()) {
            for (var one : requests(behaviour, "positive")) {
                var named = new TreeSet<String>();
                said(form, one).stream()
                        .filter(said -> said.level.compareTo(Level.LOW) >= 0)
                        .forEach(said ->
                                said.rule.techniques().forEach(id -> named.add(parent(id))));
                for (var technique : behaviour.path("techniques")) {
                    count++;
                    if (!named.contains(technique.asString())) {
                        missed.add(
                                technique.asString()
                                        + " "
                                        + behaviour.path("does").asString()
                                        + ": "
                                        + one.name()
                                        + "  named "
                                        + named);
                    }
                }
            }
        }
        missed.forEach(line -> System.out.println(form + " missed " + line));
        System.out.printf("%s: %d of %d named%n", form, count - missed.size(), count);
        assertThat(missed).as("%s of %d", form, count).hasSizeLessThanOrEqualTo(count / 50);
    }

    @ParameterizedTest
    @EnumSource(Wrapped.class)
    void whatOnlyLooksLikeItIsNotLoud(Wrapped form) throws IOException {
        var loud = new LinkedHashMap<String, List<Said>>();
        int count = 0;
        for (var behaviour : behaviours()) {
            for (var one : requests(behaviour, "near-miss")) {
                count++;
                var said =
                        said(form, one).stream()
                                .filter(told -> told.level.compareTo(Level.MEDIUM) >= 0)
                                .toList();
                if (!said.isEmpty()) {
                    loud.put(one.name(), said);
                }
            }
        }
        loud.forEach((name, said) ->
                said.forEach(told ->
                        System.out.printf(
                                "%s loud %s %s %s%n", form, told.rule.id(), told.level, name)));
        assertThat(loud.keySet()).as("%s of %d", form, count).isEmpty();
    }

    private static JsonNode behaviours() throws IOException {
        return new YAMLMapper().readTree(Files.readString(FILE)).path("behaviours");
    }

    private static List<RuleCase> requests(JsonNode behaviour, String list) {
        return RuleCases.requests(
                behaviour.path("does").asString(),
                "{\"requests\": " + behaviour.path(list).toString() + "}");
    }

    /** As a file of its own would be read and judged. */
    private static List<Said> said(Wrapped form, RuleCase one) {
        var events = new InMemoryEvents();
        var bytes = form.bytes((ObjectNode) one.event(), 1);
        Intake.read(Feed.of(bytes), "case", null, events, _ -> true);
        var all = new ArrayList<Said>();
        for (var event : events.events()) {
            var view = new RuleView(event.fields(), new Facts());
            for (var rule : RULES) {
                if (rule.logsource().kinds().contains(event.source().kind())
                        && rule.condition().holds(view)) {
                    all.add(new Said(rule, level(rule, view)));
                }
            }
        }
        return all;
    }

    private static Level level(Rule rule, RuleView view) {
        for (var grade : rule.levels()) {
            if (grade.when().holds(view)) {
                return grade.level();
            }
        }
        return rule.level();
    }

    private static String parent(String technique) {
        int dot = technique.indexOf('.');
        return dot < 0 ? technique : technique.substring(0, dot);
    }
}
