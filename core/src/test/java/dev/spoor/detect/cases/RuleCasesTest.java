package dev.spoor.detect.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every shipped rule shows what it finds, what it leaves alone, and what does not slip past it. */
class RuleCasesTest {
    private static final Path FOLDER = Path.of("..", "scenarios", "rules");
    private static final Map<String, Rule> RULES = rules();

    private static Map<String, Rule> rules() {
        var rules = new HashMap<String, Rule>();
        RuleSets.shipped().rules().forEach(rule -> rules.put(rule.id(), rule));
        return rules;
    }

    @TestFactory
    Stream<DynamicTest> everyCaseSaysWhatItExpects() throws IOException {
        return all().stream()
                .map(one ->
                        DynamicTest.dynamicTest(
                                one.rule() + " " + one.sort().word() + ": " + one.name(),
                                () -> {
                                    var rule =
                                            Objects.requireNonNull(
                                                    RULES.get(one.rule()), "no rule " + one.rule());
                                    assertThat(one.failure(rule)).isEmpty();
                                }));
    }

    @Test
    void everyShippedCorrelationHasCasesOfEachSortAndTheyHold() throws IOException {
        var shipped = RuleSets.shipped();
        var tests = new RuleTests(shipped);
        var missing = new TreeSet<String>();
        for (var correlation : shipped.correlations()) {
            var file = correlation.id() + ".yml";
            var outcomes = tests.run(file, Files.readString(FOLDER.resolve(file)));
            for (var sort : RuleCase.Sort.values()) {
                missing.add(correlation.id() + " " + sort.word());
            }
            for (var outcome : outcomes) {
                missing.remove(outcome.rule() + " " + outcome.sort());
                assertThat(outcome.failure()).as(outcome.toString()).isNull();
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyShippedRuleHasAPositiveANearMissAndAnEvasionCase() throws IOException {
        var missing = new TreeSet<String>();
        for (var id : RULES.keySet()) {
            for (var sort : RuleCase.Sort.values()) {
                missing.add(id + " " + sort.word());
            }
        }
        all().forEach(one -> missing.remove(one.rule() + " " + one.sort().word()));
        assertThat(missing).isEmpty();
    }

    @Test
    void everyShippedRuleSaysWhatElseItMayBeAndWhatToDo() {
        for (var rule : RULES.values()) {
            var note = dev.spoor.detect.coverage.Note.of(rule);
            assertThat(note).as(rule.id()).isPresent();
            assertThat(note.get().causes()).as(rule.id()).isNotEmpty();
            assertThat(note.get().response()).as(rule.id()).isNotBlank();
            assertThat(rule.why()).as(rule.id()).isNotNull();
        }
    }

    @Test
    void everyDerivedFieldThatARuleAsksForExists() {
        for (var rule : RULES.values()) {
            check(rule, rule.condition());
            rule.levels().forEach(grade -> check(rule, grade.when()));
        }
    }

    private static void check(Rule rule, Predicate predicate) {
        switch (predicate) {
            case Predicate.Everything(), Predicate.Text(var _) -> {}
            case Predicate.Not(var part) -> check(rule, part);
            case Predicate.All(var parts) -> parts.forEach(part -> check(rule, part));
            case Predicate.Any(var parts) -> parts.forEach(part -> check(rule, part));
            case Predicate.Field(var field, var _) ->
                    assertThat(!field.startsWith(Facts.PREFIX) || Facts.exists(field))
                            .as(rule.id() + " asks for " + field)
                            .isTrue();
        }
    }

    @Test
    void aCaseThatCannotBeReadIsRefusedWithItsFile() {
        assertThatThrownBy(() -> RuleCases.read("x.yml", "rule: A\npositive: [alice get]"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("x.yml")
                .hasMessageContaining("who verb what where code");
        assertThatThrownBy(() -> RuleCases.read("x.yml", "positive: []"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("'rule' is missing");
        assertThatThrownBy(() -> RuleCases.read("x.yml", "rule: [unclosed"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("x.yml");
    }

    private static List<RuleCase> all() throws IOException {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .flatMap(file -> {
                        try {
                            return RuleCases.read(
                                    file.getFileName().toString(), Files.readString(file))
                                    .stream();
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
