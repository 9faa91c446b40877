package dev.spoor.detect.sigma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spoor.event.Kind;
import dev.spoor.event.Level;
import dev.spoor.fault.Rejected;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleParserTest {
    private static final String HEAD =
            """
            title: t
            logsource: {product: test}
            detection:
            """;

    private static boolean holds(String selection, String event) {
        return holds(selection, event, Placeholders.NONE);
    }

    private static boolean holds(String selection, String event, Placeholders placeholders) {
        var text = HEAD + "  selection:\n" + selection.indent(4) + "  condition: selection\n";
        return RuleParser.parse("a.yml", text, placeholders)
                .getFirst()
                .condition()
                .holds(Events.view(Kind.JSON, event));
    }

    private static Rule conditioned(String condition) {
        var text =
                HEAD
                        + """
                          sel_a: {a: 1}
                          sel_b: {b: 1}
                          _hidden: {c: 1}
                          condition: %s
                        """
                                .formatted(condition);
        return RuleParser.parse("a.yml", text, Placeholders.NONE).getFirst();
    }

    private static String refusal(String text) {
        try {
            RuleParser.parse("a.yml", text, Placeholders.NONE);
        } catch (Rejected e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("accepted: " + text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "f: abc ~ {\"f\":\"ABC\"} ~ true",
                "f: abc ~ {\"f\":\"abcd\"} ~ false",
                "f|cased: abc ~ {\"f\":\"ABC\"} ~ false",
                "f|contains: b ~ {\"f\":\"aBc\"} ~ true",
                "f|contains|cased: b ~ {\"f\":\"aBc\"} ~ false",
                "f|startswith: ab ~ {\"f\":\"abc\"} ~ true",
                "f|startswith: bc ~ {\"f\":\"abc\"} ~ false",
                "f|endswith: bc ~ {\"f\":\"abc\"} ~ true",
                "f|endswith: ab ~ {\"f\":\"abc\"} ~ false",
                "f: a*c ~ {\"f\":\"abbc\"} ~ true",
                "f: a?c ~ {\"f\":\"abc\"} ~ true",
                "f: a?c ~ {\"f\":\"ac\"} ~ false",
                "'f': 'a\\*c' ~ {\"f\":\"a*c\"} ~ true",
                "'f': 'a\\*c' ~ {\"f\":\"abc\"} ~ false",
                "'f': 'a\\\\*' ~ {\"f\":\"a\\\\bc\"} ~ true",
                "'f': 'C:\\Windows' ~ {\"f\":\"c:\\\\windows\"} ~ true",
                "'f': '*' ~ {\"f\":\"\"} ~ true",
                "'f': '*' ~ {\"g\":\"\"} ~ false",
                "f: '' ~ {\"f\":\"\"} ~ true",
                "f: '' ~ {} ~ false",
                "f: null ~ {\"f\":null} ~ true",
                "f: null ~ {} ~ true",
                "f: null ~ {\"f\":1} ~ false",
                "f|exists: true ~ {\"f\":null} ~ true",
                "f|exists: true ~ {} ~ false",
                "f|exists: false ~ {} ~ true",
                "f|exists: false ~ {\"f\":[{}]} ~ false",
                "f: 403 ~ {\"f\":403} ~ true",
                "f: 403 ~ {\"f\":\"403\"} ~ true",
                "f: true ~ {\"f\":true} ~ true",
                "f|lt: 5 ~ {\"f\":4.5} ~ true",
                "f|lte: 5 ~ {\"f\":5} ~ true",
                "f|gt: 5 ~ {\"f\":5} ~ false",
                "f|gte: 5 ~ {\"f\":\"5\"} ~ true",
                "f|gte: 5 ~ {\"f\":\"many\"} ~ false",
                "f|neq: a ~ {\"f\":\"b\"} ~ true",
                "f|neq: a ~ {\"f\":\"A\"} ~ false",
                "f|neq: a ~ {} ~ true",
                "f|re: ^a.c$ ~ {\"f\":\"abc\"} ~ true",
                "f|re: ^A.c$ ~ {\"f\":\"abc\"} ~ false",
                "f|re|i: ^A.c$ ~ {\"f\":\"abc\"} ~ true",
                "f|re: a.c ~ {\"f\":\"a\\nc\"} ~ false",
                "f|re|s: a.c ~ {\"f\":\"a\\nc\"} ~ true",
                "f|re: ^c ~ {\"f\":\"a\\nc\"} ~ false",
                "f|re|m: ^c ~ {\"f\":\"a\\nc\"} ~ true",
                "f|cidr: 10.0.0.0/8 ~ {\"f\":\"10.1.2.3\"} ~ true",
                "f|cidr: 10.0.0.0/8 ~ {\"f\":[\"1.1.1.1\",\"10.1.2.3\"]} ~ true",
                "f|cidr: fd00::/8 ~ {\"f\":\"fd12::1\"} ~ true",
                "f|cidr: 10.0.0.0/8 ~ {\"f\":\"10.1.2.3.example\"} ~ false",
                "f|base64: cmd ~ {\"f\":\"Y21k\"} ~ true",
                "f|base64: cmd ~ {\"f\":\"y21k\"} ~ true",
                "f|base64|cased: cmd ~ {\"f\":\"y21k\"} ~ false",
                "f|week: 1 ~ {\"f\":\"2024-12-30T03:04:05Z\"} ~ true",
                "f|hour|gte: 18 ~ {\"f\":\"2026-01-02T19:04:05+02:00\"} ~ true",
                "f|hour|gte: 18 ~ {\"f\":\"2026-01-02T17:59:05Z\"} ~ false",
                "f|fieldref|startswith: g ~ {\"f\":\"Abc\",\"g\":\"a\"} ~ true",
                "f|fieldref|endswith: g ~ {\"f\":\"Abc\",\"g\":\"a\"} ~ false",
                "f|fieldref|contains: g ~ {\"f\":\"Abc\",\"g\":\"B\"} ~ true",
                "f|re: 'a(?!b)' ~ {\"f\":\"ab\"} ~ false",
                "f|re: 'a(?!b)' ~ {\"f\":\"abac\"} ~ true",
                "f|re: '(a)\\1' ~ {\"f\":\"xaa\"} ~ true",
                "f|re|contains: 'a|b' ~ {\"f\":\"xbx\"} ~ true",
                "f: [a, null] ~ {} ~ true",
                "f: [] ~ {} ~ true",
                "f|contains|all: [a] ~ {\"f\":\"xa\"} ~ true",
                "f: yes ~ {\"f\":true} ~ true",
                "f: 0x10 ~ {\"f\":16} ~ true",
                "f: a?c ~ {\"f\":\"a\uD83D\uDE00c\"} ~ true",
                "f: '?' ~ {\"f\":\"\uD83D\uDE00\"} ~ true",
                "f: '*?' ~ {\"f\":\"b\uD83D\uDE00\"} ~ true",
                "f|base64|contains: cmd ~ {\"f\":\"xxY21kxx\"} ~ true",
                "f|wide|base64: cmd ~ {\"f\":\"YwBtAGQA\"} ~ true",
                "f|utf16le|base64: cmd ~ {\"f\":\"YwBtAGQA\"} ~ true",
                "f|utf16be|base64: cmd ~ {\"f\":\"AGMAbQBk\"} ~ true",
                "f|utf16|base64: cmd ~ {\"f\":\"//5jAG0AZAA=\"} ~ true",
                "f|windash|contains: ' -c ' ~ {\"f\":\"sh /c ls\"} ~ true",
                "f|contains|windash: ' -c ' ~ {\"f\":\"sh –c ls\"} ~ true",
                "f|windash|contains: ' -c ' ~ {\"f\":\"sh c ls\"} ~ false",
                "f|fieldref: g ~ {\"f\":\"A\",\"g\":\"a\"} ~ true",
                "f|fieldref: g ~ {\"f\":\"A\",\"g\":\"b\"} ~ false",
                "f|fieldref: g ~ {\"f\":\"A\"} ~ false",
                "f|hour: 3 ~ {\"f\":\"2026-01-02T03:04:05Z\"} ~ true",
                "f|year: 2026 ~ {\"f\":\"2026-01-02T03:04:05Z\"} ~ true",
                "f|month: 1 ~ {\"f\":\"2026-01-02T03:04:05Z\"} ~ true",
                "f|day: 3 ~ {\"f\":\"2026-01-02T03:04:05Z\"} ~ false",
                "f|minute: 4 ~ {\"f\":\"2026-01-02T03:04:05Z\"} ~ true",
                "f: exec ~ {\"f\":\"\\u0065xec\"} ~ true",
                "a.b: 1 ~ {\"a\":{\"b\":1}} ~ true",
                "a.b: 1 ~ {\"a.b\":1} ~ true",
                "a.b: 1 ~ {\"a\":[{\"b\":2},{\"b\":1}]} ~ true",
            })
    void aFieldAndItsModifierSay(String selection, String event, boolean expected) {
        assertThat(holds(selection, event)).isEqualTo(expected);
    }

    @Test
    void anElementBlockIsAboutOneAndTheSameElement() {
        var block = "c|element: {image|startswith: evil, 'priv': true}";
        assertThat(holds(block, "{\"c\":[{\"image\":\"evil:1\",\"priv\":true}]}")).isTrue();
        assertThat(holds(block, "{\"c\":[{\"image\":\"evil:1\"},{\"image\":\"x\",\"priv\":true}]}"))
                .isFalse();
        assertThat(holds("c|element: [{a: 1}, {b: 2}]", "{\"c\":[{\"b\":2}]}")).isTrue();
        assertThat(
                        holds(
                                "c|element: {e|element: {n: x}}",
                                "{\"c\":[{\"e\":[{\"n\":\"y\"},{\"n\":\"x\"}]}]}"))
                .isTrue();
    }

    @Test
    void aListMeansAnyAndWithAllItMeansEach() {
        assertThat(holds("f|contains: [a, b]", "{\"f\":\"xb\"}")).isTrue();
        assertThat(holds("f|contains|all: [a, b]", "{\"f\":\"xb\"}")).isFalse();
        assertThat(holds("f|contains|all: [a, b]", "{\"f\":\"ab\"}")).isTrue();
    }

    @Test
    void base64OffsetFindsTheTextAtEveryAlignment() {
        for (var before : List.of("", "x", "xy", "xyz")) {
            for (var after : List.of("", "1", "12", "123")) {
                var raw =
                        (before + "/bin/bash" + after)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                var encoded = java.util.Base64.getEncoder().encodeToString(raw);
                assertThat(
                                holds(
                                        "f|base64offset|contains: /bin/bash",
                                        "{\"f\":\"" + encoded + "\"}"))
                        .as(before + "|" + after)
                        .isTrue();
            }
        }
        assertThat(holds("f|base64offset|contains: /bin/bash", "{\"f\":\"L2Jpbi9kYXNo\"}"))
                .isFalse();
    }

    @Test
    void keywordsAreFoundAnywhereAlsoBehindEscapes() {
        assertThat(holds("- evil", "{\"f\":\"an EVIL thing\"}")).isTrue();
        assertThat(holds("- evil", "{\"f\":\"\\u0065vil\"}")).isTrue();
        assertThat(holds("- evil", "{\"f\":\"good\"}")).isFalse();
        assertThat(holds("'|all': [an, evil]", "{\"f\":\"an evil\"}")).isTrue();
        assertThat(holds("'|all': [an, evil]", "{\"f\":\"evil\"}")).isFalse();
        assertThat(holds("- e?il*thing", "{\"f\":\"an evil odd thing\"}")).isTrue();
        assertThat(holds("'|re': 'ev[a-i]l'", "{\"f\":\"evil\"}")).isTrue();
    }

    @Test
    void placeholdersStandForTheirValues() {
        var given = new Placeholders(Map.of("admins", List.of("root", "adm*")));
        assertThat(holds("f|expand: 'x-%admins%'", "{\"f\":\"x-admin\"}", given)).isTrue();
        assertThat(holds("f|expand: 'x-%admins%'", "{\"f\":\"x-bob\"}", given)).isFalse();
        assertThat(holds("f: '%admins%'", "{\"f\":\"%admins%\"}", given)).isTrue();
        assertThatThrownBy(() -> holds("f|expand: '%nobody%'", "{}"))
                .isInstanceOf(Rejected.class)
                .hasMessageContaining("placeholder %nobody% is not given");
    }

    @ParameterizedTest
    @CsvSource({
        "sel_a, a, true",
        "sel_a, b, false",
        "sel_a and sel_b, a, false",
        "sel_a and sel_b, ab, true",
        "sel_a or sel_b, b, true",
        "not sel_a, b, true",
        "not sel_a and sel_b, b, true",
        "sel_b or sel_a and not sel_a, b, true",
        "(sel_b or sel_a) and not sel_b, b, false",
        "1 of sel_*, a, true",
        "1 of sel_*, c, false",
        "all of sel_*, a, false",
        "all of sel_*, ab, true",
        "1 of them, c, false",
        "all of them, ab, true",
        "any of them, b, true",
        "1 of _hidden, c, true",
        "not 1 of sel_*, c, true",
        "not not sel_a, a, true",
    })
    void conditionsBindAsTheSpecificationSays(String condition, String fields, boolean expected) {
        var event = new StringBuilder("{");
        for (char field : fields.toCharArray()) {
            event.append(event.length() > 1 ? "," : "").append('"').append(field).append("\":1");
        }
        var view = Events.view(Kind.JSON, event.append("}").toString());
        assertThat(conditioned(condition).condition().holds(view)).isEqualTo(expected);
    }

    @Test
    void aListOfConditionsMeansAnyOfThem() {
        var rule = conditioned("[sel_a, sel_b and _hidden]");
        assertThat(rule.condition().holds(Events.view(Kind.JSON, "{\"a\":1}"))).isTrue();
        assertThat(rule.condition().holds(Events.view(Kind.JSON, "{\"b\":1}"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "sel_a and nobody ~ 7:24 ~ no detection item",
                "sel_a sel_b ~ 7:20 ~ does not belong here",
                "sel_a and ~ 7:23 ~ ends here",
                "(sel_a ~ 7:14 ~ never closed",
                "2 of sel_* ~ 7:14 ~ only '1 of' and 'all of'",
                "1 of x* ~ 7:19 ~ no detection item is called 'x*'",
                "'sel_a | count() > 5' ~ 7:20 ~ aggregations",
            })
    void aWrongConditionIsToldByItsPlace(String condition, String place, String reason) {
        assertThatThrownBy(() -> conditioned(condition))
                .isInstanceOf(Rejected.class)
                .hasMessageStartingWith("a.yml:" + place + ": ")
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f|what: x",
                "f|element: x",
                "'|element': {a: 1}",
                "f|all|element: {a: 1}",
                "f|element: {'|all': [a, b]}",
                "f|i: x",
                "f|lt: x",
                "f|cidr: 10.0.0.0/99",
                "f|cidr: example.com",
                "f|exists: maybe",
                "f: {g: 1}",
                "f|base64: 'a*'",
                "f|windash: '-a -b -c -d'",
                "f|hour: noon",
                "f|week: x",
                "f|contains|re: x",
                "f|re: '('",
                "f|re: 'a++'",
                "f|all|cidr: 10.0.0.0/8",
                "f|cidr: 10.0.0.1/8",
                "f|contains: 5",
                "f: 2024-01-02",
                "1: a",
                "{}",
            })
    void whatIsNotUnderstoodIsRefusedWithItsPlace(String selection) {
        assertThatThrownBy(() -> holds(selection, "{}"))
                .isInstanceOf(Rejected.class)
                .hasMessageMatching("(?s)a\\.yml:[45]:\\d+: .*");
    }

    @Test
    void brokenYamlIsToldByItsPlace() {
        assertThat(refusal("title: [a\nlogsource: b\n"))
                .startsWith("a.yml:2:")
                .contains("not YAML");
        assertThat(refusal(HEAD + "  a: *x\n  condition: a\n")).startsWith("a.yml:4:6: ");
        assertThat(refusal("title: a\ntitle: b\n")).contains("title");
        assertThat(refusal("- a\n")).contains("a rule is a map");
        assertThat(refusal(HEAD + "  a: {f: 1}\n")).contains("'condition' is missing");
        assertThat(refusal("title: t\n")).contains("'logsource' is missing");
        assertThat(refusal(HEAD + "  a: {f: 1}\n  condition: a\nlevel: severe\n"))
                .startsWith("a.yml:6:8: level: severe");
        assertThat(refusal("[".repeat(10_000))).contains("a.yml:1:");
        assertThat(refusal("{a: ".repeat(10_000))).contains("a.yml:1:");
    }

    @Test
    void whatSpoorAddsToARuleIsRead() {
        var rule =
                RuleParser.parse(
                                "a.yml",
                                HEAD
                                        + """
                                          selection: {verb: get}
                                          bad: {code: 403}
                                          condition: selection
                                        level: high
                                        tags: [attack.t1609, attack.execution, attack.T1552.007]
                                        spoor:
                                          id: EXE-01
                                          why: "{user} did it"
                                          levels:
                                            - {when: bad, level: low, why: refused}
                                          group: actor-hour
                                          needs: [requestObject]
                                        """,
                                Placeholders.NONE)
                        .getFirst();
        assertThat(rule.id()).isEqualTo("EXE-01");
        assertThat(rule.level()).isEqualTo(Level.HIGH);
        assertThat(rule.techniques()).containsExactly("T1609", "T1552.007");
        assertThat(rule.group()).isEqualTo(Rule.Grouping.ACTOR_HOUR);
        assertThat(rule.needs()).containsExactly("requestObject");
        assertThat(rule.levels().getFirst().level()).isEqualTo(Level.LOW);
        assertThat(rule.foreign()).isFalse();
    }

    @Test
    void sigmahqsRulesAreReadUnchangedAndFiveCannotMatch() {
        var set = RuleSets.sigmahq();
        assertThat(set.rules()).hasSize(16).allMatch(rule -> rule.author() != null);
        assertThat(set.rules()).allMatch(rule -> String.valueOf(rule.link()).contains("SigmaHQ"));
        assertThat(set.rules().stream().filter(rule -> AuditFields.cannotMatch(rule) != null))
                .extracting(Rule::title)
                .containsExactlyInAnyOrder(
                        "Container With A hostPath Mount Created",
                        "Privileged Container Deployed",
                        "RBAC Permission Enumeration Attempt",
                        "Potential Sidecar Injection Into Running Deployment",
                        "Kubernetes Potential Enumeration Activity");
    }

    @Test
    void shippedRulesAreRead() {
        assertThat(RuleSets.shipped().refused()).isEmpty();
        assertThat(RuleSets.shipped().rules())
                .allMatch(rule -> AuditFields.cannotMatch(rule) == null);
    }

    @Test
    void aCheckTellsFileAndPlace(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("a.yml"), HEAD + "  a: {f: 1}\n  condition: a\n");
        Files.writeString(folder.resolve("b.yaml"), HEAD + "  a: {f|x: 1}\n  condition: a\n");
        Files.writeString(folder.resolve("c.txt"), "no rule");
        var checks = RuleCheck.of(folder);
        assertThat(checks).hasSize(2);
        assertThat(checks.getFirst().ok()).isTrue();
        assertThat(checks.getLast().ok()).isFalse();
        assertThat(checks.getLast().line()).isEqualTo(4);
        assertThat(checks.getLast().column()).isEqualTo(7);
    }

    @Test
    void aLinterNamesWhatNoAuditEventHasAndWhatWasMeant(@TempDir Path folder) throws Exception {
        Files.writeString(
                folder.resolve("a.yml"),
                """
                title: t
                logsource: {product: kubernetes, service: audit}
                detection:
                  a:
                    objectRef.resorce: pods
                    namespace|startswith: kube-
                    user.userName: x
                    spoor.persn: true
                    requestObject.spec.anything: 1
                  b:
                    - {verb: exec, objectRef.resource: [pods/exec, secret, '*s'], sourceIPs: 10.0.0.0/8}
                    - {verb: create, objectRef.subresource: exec, stage: Finished}
                  c: {verb|startswith: del, sourceIPs|cidr: 10.0.0.0/8, user.name: y, responseStatus.code: 'no'}
                  unused_x: {verb: get}
                  condition: a or b or 1 of c*
                """);
        assertThat(RuleCheck.of(folder).getFirst().notes())
                .extracting(note -> note.line() + ": " + note.text())
                .containsExactly(
                        "5: audit events have no field objectRef.resorce (did you mean objectRef.resource?)",
                        "6: audit events have no field namespace (did you mean objectRef.namespace?)",
                        "7: audit events have no field user.userName (did you mean user.username?)",
                        "8: audit events have no field spoor.persn (did you mean spoor.person?)",
                        "11: no request has the verb exec: it is a subresource (objectRef.subresource)",
                        "11: objectRef.resource holds no subresource: ask objectRef.subresource for exec",
                        "11: resources are named in the plural: secrets",
                        "11: an address is never a network: sourceIPs|cidr",
                        "12: stage is never Finished",
                        "12: such requests are recorded as create or as get (WebSockets): get is missing",
                        "13: responseStatus.code is a number, never no",
                        "14: 'unused_x' is not used by the condition");
    }

    @Test
    void shippedRulesGiveTheLinterNothingToSay() throws Exception {
        var folder = java.nio.file.Path.of(RuleSets.class.getResource("/rules/shipped").toURI());
        assertThat(RuleCheck.of(folder)).allMatch(check -> check.notes().isEmpty());
    }

    @Test
    void anEmptyListOrMapIsNoAttributeOfALogSource() {
        var rule =
                HEAD.replace("{product: test}", "{product: {}, category: [], service: s}")
                        + "  a: {f: 1}\n  condition: a\n";
        var read = RuleParser.parse("r.yml", rule, Placeholders.NONE).getFirst();
        assertThat(read.logsource()).isEqualTo(new Logsource("", "", "s"));
    }
}
