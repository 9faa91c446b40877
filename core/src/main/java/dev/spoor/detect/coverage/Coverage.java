package dev.spoor.detect.coverage;

import dev.spoor.detect.Readiness;
import dev.spoor.detect.coverage.Proofs.Proof;
import dev.spoor.detect.sigma.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the rules reach into the frameworks, technique by technique.
 *
 * @param rules what each rule could see; empty without logs
 */
public record Coverage(List<Matrix> matrices, List<RuleSight> rules) {
    /** Whether what a rule or technique looks at stands in the logs that were given. */
    public enum Sight {
        READY,
        PARTLY,
        BLIND,
        /** No logs were given. */
        UNKNOWN;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private static final List<String> TACTICS =
            List.of(
                    "Initial Access",
                    "Execution",
                    "Persistence",
                    "Privilege Escalation",
                    "Defense Evasion",
                    "Credential Access",
                    "Discovery",
                    "Lateral Movement",
                    "Collection",
                    "Exfiltration",
                    "Impact");

    /** One framework with its techniques in the order of the table. */
    public record Matrix(Framework framework, List<Row> rows) {
        public Matrix {
            rows = List.copyOf(rows);
        }

        /** The columns of the matrix, in the order in which attacks go on. */
        public Map<String, List<Row>> byTactic() {
            var columns = new LinkedHashMap<String, List<Row>>();
            TACTICS.forEach(tactic -> columns.put(tactic, new ArrayList<>()));
            for (var row : rows) {
                for (var tactic : row.technique().tactics()) {
                    columns.computeIfAbsent(tactic, _ -> new ArrayList<>()).add(row);
                }
            }
            columns.values().removeIf(List::isEmpty);
            return columns;
        }

        public long detected() {
            return rows.stream().filter(Row::detected).count();
        }

        public long proven(Proof proof) {
            return rows.stream().filter(row -> row.proof() == proof).count();
        }

        public long visible() {
            return rows.stream().filter(row -> row.sight() == Sight.READY).count();
        }
    }

    /**
     * One technique.
     *
     * @param rules that name it, by id
     * @param proof the best that any of them has
     * @param sight the best that any of them has
     * @param open why no rule names it; empty when one does
     */
    public record Row(
            Framework.Technique technique,
            List<String> rules,
            Proof proof,
            Sight sight,
            String open) {
        public Row {
            rules = List.copyOf(rules);
        }

        public boolean detected() {
            return !rules.isEmpty();
        }
    }

    /**
     * What one rule could see.
     *
     * @param because one clause; empty when it is ready
     */
    public record RuleSight(String rule, Sight sight, String because) {}

    public Coverage {
        matrices = List.copyOf(matrices);
        rules = List.copyOf(rules);
    }

    /**
     * Works it out.
     *
     * @param readiness of logs that the rules were run over; null without
     */
    public static Coverage of(List<Rule> rules, Proofs proofs, @Nullable Readiness readiness) {
        var sights = new HashMap<String, RuleSight>();
        for (var rule : rules) {
            sights.put(
                    rule.id(),
                    new RuleSight(rule.id(), readiness == null ? Sight.UNKNOWN : Sight.READY, ""));
        }
        if (readiness != null) {
            for (var blind : readiness.blind()) {
                sights.replace(
                        blind.rule(),
                        new RuleSight(
                                blind.rule(),
                                blind.partly() ? Sight.PARTLY : Sight.BLIND,
                                blind.because()));
            }
        }
        var matrices = new ArrayList<Matrix>();
        for (var framework : Framework.all()) {
            matrices.add(
                    new Matrix(
                            framework,
                            framework.techniques().stream()
                                    .map(technique -> row(technique, rules, proofs, sights))
                                    .toList()));
        }
        var seen =
                readiness == null
                        ? List.<RuleSight>of()
                        : rules.stream()
                                .map(rule -> sights.get(rule.id()))
                                .filter(java.util.Objects::nonNull)
                                .toList();
        return new Coverage(matrices, seen);
    }

    private static Row row(
            Framework.Technique technique,
            List<Rule> rules,
            Proofs proofs,
            Map<String, RuleSight> sights) {
        var named = new ArrayList<String>();
        var proof = Proof.NONE;
        var sight = Sight.UNKNOWN;
        for (var rule : rules) {
            if (rule.techniques().contains(technique.id())) {
                var own = proofs.of(rule.id());
                var seen = sights.get(rule.id());
                proof = own.compareTo(proof) < 0 ? own : proof;
                if (seen != null && seen.sight().compareTo(sight) < 0) {
                    sight = seen.sight();
                }
                named.add(rule.id());
            }
        }
        return new Row(technique, named, proof, sight, named.isEmpty() ? open(technique) : "");
    }

    /** Sources that no rule can be asked about yet. */
    private static final List<String> LATER =
            List.of("network_dns_flow", "cloud_log", "image_scanner_registry", "k8s_events");

    private static String open(Framework.Technique technique) {
        if (technique.id().equals("MS-TA9024")) {
            return "needs a list of proxies that somebody keeps";
        }
        var needed =
                technique.sources().stream().filter(LATER::contains).map(Framework::words).toList();
        return needed.isEmpty()
                ? "no rule yet"
                : "needs " + String.join(" or ", needed) + ", which are not read yet";
    }
}
