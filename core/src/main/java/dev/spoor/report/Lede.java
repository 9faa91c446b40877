package dev.spoor.report;

import dev.spoor.event.EntityRef;
import dev.spoor.incident.Incident;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The incident in three sentences: who did how much and when; the gravest step; what was reached
 * and what stays open.
 */
final class Lede {
    private static final int NAMES_MAX = 2;
    private static final int KINDS_MAX = 4;
    private static final int NAMED_MAX = 3;

    private Lede() {}

    static List<String> of(Incident incident) {
        var sentences = new ArrayList<String>();
        sentences.add(who(incident));
        if (!incident.story().isEmpty()) {
            sentences.add(gravest(incident));
        }
        sentences.add(reach(incident));
        return sentences;
    }

    private static String who(Incident incident) {
        var text = new StringBuilder();
        var start = incident.start();
        var end = incident.end();
        if (start != null && end != null) {
            var same = Moments.clock(start).equals(Moments.clock(end));
            text.append("On ").append(Moments.day(start));
            text.append(
                    same
                            ? " at " + Moments.clock(start)
                            : " between "
                                    + Moments.clock(start)
                                    + " and "
                                    + (Moments.date(start).equals(Moments.date(end))
                                            ? ""
                                            : Moments.day(end) + ", ")
                                    + Moments.clock(end));
            text.append(" UTC, ");
        }
        text.append(names(incident.actors()));
        text.append(" took ").append(Sizes.counted(incident.story().size(), "step"));
        var tactics =
                incident.story().stream()
                        .map(Incident.Sentence::role)
                        .filter(role -> !role.equals("context"))
                        .map(role -> Techniques.tactic(role).toLowerCase(Locale.ROOT))
                        .collect(Collectors.toCollection(LinkedHashSet::new));
        if (!tactics.isEmpty()) {
            text.append(": ").append(listed(List.copyOf(tactics)));
        }
        return text.append(".").toString();
    }

    private static String names(List<EntityRef> actors) {
        if (actors.isEmpty()) {
            return "someone unknown";
        }
        var names =
                actors.stream()
                        .limit(NAMES_MAX)
                        .map(EntityRef::id)
                        .collect(Collectors.toCollection(ArrayList::new));
        if (actors.size() > NAMES_MAX) {
            int more = actors.size() - NAMES_MAX;
            names.add(more == 1 ? "one more identity" : more + " more identities");
        }
        return listed(names);
    }

    private static String gravest(Incident incident) {
        var gravest = incident.story().getFirst();
        for (var sentence : incident.story()) {
            if (sentence.level().compareTo(gravest.level()) > 0) {
                gravest = sentence;
            }
        }
        var at = gravest.time() == null ? "" : ", at " + Moments.clock(gravest.time());
        return "The %s%s: %s%s"
                .formatted(
                        incident.story().size() == 1 ? "step" : "gravest step",
                        at,
                        gravest.text(),
                        gravest.text().endsWith(".") ? "" : ".");
    }

    private static String reach(Incident incident) {
        var scope = incident.scope();
        var text = new StringBuilder();
        if (scope.touched().isEmpty()) {
            text.append("Nothing is known to be touched");
        } else {
            var distinct = scope.touched().stream().distinct().toList();
            text.append("Touched: ").append(listed(touched(distinct)));
        }
        if (!scope.couldTouch().isEmpty()) {
            text.append("; within reach: ")
                    .append(
                            listed(
                                    scope.couldTouch().stream()
                                            .limit(NAMES_MAX)
                                            .map(could -> Shown.named(could.entity()))
                                            .toList()));
            if (scope.couldTouch().size() > NAMES_MAX) {
                text.append(" and ").append(scope.couldTouch().size() - NAMES_MAX).append(" more");
            }
        }
        if (!scope.unknown().isEmpty()) {
            text.append("; ")
                    .append(Sizes.counted(scope.unknown().size(), "question"))
                    .append(scope.unknown().size() == 1 ? " stays open" : " stay open");
        }
        return text.append(".").toString();
    }

    /** By name while they are few, by number after that. */
    private static List<String> touched(List<Incident.Touched> all) {
        if (all.size() <= NAMED_MAX) {
            return all.stream().map(one -> one.how() + " " + Shown.named(one.entity())).toList();
        }
        var counts = new LinkedHashMap<Kind, Integer>();
        all.forEach(one -> counts.merge(new Kind(one.how(), one.entity().kind()), 1, Integer::sum));
        var parts =
                counts.entrySet().stream()
                        .limit(KINDS_MAX)
                        .map(e ->
                                e.getKey().how()
                                        + " "
                                        + Sizes.counted(e.getValue(), e.getKey().kind()))
                        .collect(Collectors.toCollection(ArrayList::new));
        if (counts.size() > KINDS_MAX) {
            parts.add("more");
        }
        return parts;
    }

    private record Kind(String how, String kind) {}

    private static String listed(List<String> parts) {
        return switch (parts.size()) {
            case 0 -> "";
            case 1 -> parts.getFirst();
            default ->
                    String.join(", ", parts.subList(0, parts.size() - 1))
                            + " and "
                            + parts.getLast();
        };
    }
}
