package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.event.EntityRef;
import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * How much there is against one entity, at one instant: each finding adds the weight of its level,
 * halved for every {@link #HALF_LIFE} since; of findings of one rule the gravest and newest counts
 * whole, the next half, the third a third, so that a loud rule is no proof. The sum is bent into 0
 * to 100.
 *
 * @param score 0 to 100; 63 = as much as one critical finding just now
 * @param findings that count, of level low or above
 * @param highest of these
 * @param rules of these, the one that adds most first
 */
public record Risk(EntityRef entity, int score, int findings, Level highest, List<String> rules) {
    /** After so long a finding weighs half. */
    public static final Duration HALF_LIFE = Duration.ofDays(1);

    /** So many are told; the findings name all. */
    public static final int TOLD_MAX = 50;

    private static final int RULES_MAX = 10;

    /** A sum that makes the score 63. */
    private static final double BEND = 80;

    public Risk {
        rules = List.copyOf(rules);
    }

    private static double weight(Level level) {
        return switch (level) {
            case INFORMATIONAL -> 0;
            case LOW -> 3;
            case MEDIUM -> 15;
            case HIGH -> 40;
            case CRITICAL -> 80;
        };
    }

    /**
     * The entities with the highest scores, first the highest.
     *
     * @param at what came later does not count
     */
    public static List<Risk> of(List<Finding> findings, Instant at) {
        record Weighed(String rule, Level level, double weight) {}
        var entities = new HashMap<EntityRef, List<Weighed>>();
        for (var finding : findings) {
            var time = finding.time();
            double weight = weight(finding.level());
            if (time == null || time.isAfter(at) || weight == 0) {
                continue;
            }
            double age = (double) Duration.between(time, at).toSeconds() / HALF_LIFE.toSeconds();
            var weighed = new Weighed(finding.rule(), finding.level(), weight * Math.pow(0.5, age));
            for (var entity : new HashSet<>(finding.entities())) {
                entities.computeIfAbsent(entity, _ -> new ArrayList<>()).add(weighed);
            }
        }
        var risks = new ArrayList<Risk>(entities.size());
        entities.forEach((entity, list) -> {
            list.sort(Comparator.comparingDouble(Weighed::weight).reversed());
            var seen = new HashMap<String, Integer>();
            var sums = new HashMap<String, Double>();
            double sum = 0;
            var highest = Level.LOW;
            for (var one : list) {
                double share = one.weight() / seen.merge(one.rule(), 1, Integer::sum);
                sums.merge(one.rule(), share, Double::sum);
                sum += share;
                highest = one.level().compareTo(highest) > 0 ? one.level() : highest;
            }
            int score = (int) Math.round(100 * (1 - Math.exp(-sum / BEND)));
            risks.add(new Risk(entity, score, list.size(), highest, ordered(sums)));
        });
        risks.removeIf(risk -> risk.score() == 0);
        risks.sort(
                Comparator.comparingInt(Risk::score)
                        .reversed()
                        .thenComparing(risk -> risk.entity().kind())
                        .thenComparing(risk -> risk.entity().id()));
        return List.copyOf(risks.subList(0, Math.min(TOLD_MAX, risks.size())));
    }

    private static List<String> ordered(Map<String, Double> sums) {
        return sums.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(RULES_MAX)
                .map(Map.Entry::getKey)
                .toList();
    }
}
