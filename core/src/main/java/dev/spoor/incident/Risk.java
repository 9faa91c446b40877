package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.event.EntityRef;
import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

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
        var entities = new HashMap<EntityRef, Against>();
        for (var finding : findings) {
            var time = finding.time();
            double weight = weight(finding.level());
            if (time == null || time.isAfter(at) || weight == 0) {
                continue;
            }
            double age = (double) Duration.between(time, at).toSeconds() / HALF_LIFE.toSeconds();
            var weighed = new Weighed(finding.rule(), finding.level(), weight * Math.pow(0.5, age));
            var concerned = finding.entities();
            for (int i = 0; i < concerned.size(); i++) {
                if (concerned.indexOf(concerned.get(i)) == i) {
                    entities.computeIfAbsent(concerned.get(i), Against::new).add(weighed);
                }
            }
        }
        return highest(new ArrayList<>(entities.values()));
    }

    /** Most entities cannot be among the highest, whatever their rules: they are not weighed. */
    private static List<Risk> highest(List<Against> entities) {
        entities.sort(Comparator.comparingDouble((Against one) -> one.most).reversed());
        var scores = new PriorityQueue<Integer>();
        var risks = new ArrayList<Risk>();
        for (var one : entities) {
            if (scores.size() == TOLD_MAX && bent(one.most * ROUNDING) < scores.element()) {
                break;
            }
            var risk = one.risk();
            if (risk.score() > 0) {
                risks.add(risk);
                scores.add(risk.score());
                if (scores.size() > TOLD_MAX) {
                    scores.remove();
                }
            }
        }
        risks.sort(
                Comparator.comparingInt(Risk::score)
                        .reversed()
                        .thenComparing(risk -> risk.entity().kind())
                        .thenComparing(risk -> risk.entity().id()));
        return List.copyOf(risks.subList(0, Math.min(TOLD_MAX, risks.size())));
    }

    /** More than sums of the same numbers in another order differ. */
    private static final double ROUNDING = 1 + 1e-9;

    private static int bent(double sum) {
        return (int) Math.round(100 * (1 - Math.exp(-sum / BEND)));
    }

    private record Weighed(String rule, Level level, double weight) {}

    /** What there is against one entity. */
    private static final class Against {
        final EntityRef entity;
        final List<Weighed> all = new ArrayList<>(2);

        /** The sum if no rule were loud. */
        double most;

        Against(EntityRef entity) {
            this.entity = entity;
        }

        void add(Weighed one) {
            all.add(one);
            most += one.weight();
        }

        Risk risk() {
            all.sort(Comparator.comparingDouble(Weighed::weight).reversed());
            var seen = new HashMap<String, Integer>();
            var sums = new HashMap<String, Double>();
            double sum = 0;
            var highest = Level.LOW;
            for (var one : all) {
                double share = one.weight() / seen.merge(one.rule(), 1, Integer::sum);
                sums.merge(one.rule(), share, Double::sum);
                sum += share;
                highest = one.level().compareTo(highest) > 0 ? one.level() : highest;
            }
            return new Risk(entity, bent(sum), all.size(), highest, ordered(sums));
        }
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
