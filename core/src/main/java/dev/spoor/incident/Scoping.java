package dev.spoor.incident;

import dev.spoor.detect.Readiness;
import dev.spoor.event.EntityRef;
import dev.spoor.event.Gap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What an incident touched, could have touched, and what cannot be known. */
final class Scoping {
    /** More gaps or blind rules are counted instead of named. */
    static final int LINES_MAX = 10;

    private final List<Act> acts;
    private final Reach reach;

    Scoping(List<Act> acts, Surroundings around) {
        this.acts = acts;
        this.reach = Reach.of(acts, around);
    }

    Incident.Scope scope(List<Gap> gaps, Readiness readiness) {
        return new Incident.Scope(touched(), reach.could(), unknown(gaps, readiness));
    }

    private List<Incident.Touched> touched() {
        var all = new LinkedHashSet<Incident.Touched>();
        for (var act : acts) {
            var event = act.event();
            if (event == null || act.outcome() != Act.Outcome.DONE) {
                continue;
            }
            var deed = Deed.of(event);
            var object = act.object();
            if (deed.touch().isEmpty()) {
                continue;
            }
            if (object != null) {
                all.add(new Incident.Touched(object, deed.touch()));
            } else if (deed.wide()) {
                var kinds = Names.pluralInWords(deed.kind());
                var namespace = event.object().namespace();
                var place =
                        namespace.isEmpty()
                                ? Reach.cluster(act)
                                : new EntityRef("namespace", namespace);
                all.add(new Incident.Touched(place, deed.touch() + " all " + kinds + " in"));
            }
        }
        return List.copyOf(all);
    }

    private List<String> unknown(List<Gap> gaps, Readiness readiness) {
        var lines = new LinkedHashSet<String>();
        own(lines);
        lines.addAll(reach.unknown());
        gaps(gaps, lines);
        var blind = new LinkedHashMap<String, List<String>>();
        for (var rule : readiness.blind()) {
            blind.computeIfAbsent(rule.because(), _ -> new ArrayList<>()).add(rule.rule());
        }
        int told = 0;
        for (var entry : blind.entrySet()) {
            if (told++ == LINES_MAX) {
                lines.add((blind.size() - LINES_MAX) + " more reasons why rules could not see");
                break;
            }
            lines.add(
                    Plain.sentence(
                            rules(new TreeSet<>(entry.getValue()))
                                    + " could not see: "
                                    + entry.getKey()));
        }
        return List.copyOf(lines);
    }

    /** Their names when they are few; all of them stand in the readiness of the scan. */
    private static String rules(TreeSet<String> names) {
        return names.size() <= Plain.NAMES_MAX ? Plain.names(names) : names.size() + " rules";
    }

    private void own(LinkedHashSet<String> lines) {
        for (var act : acts) {
            var event = act.event();
            if (event == null) {
                continue;
            }
            switch (event.object().subresource()) {
                case "exec", "attach" ->
                        lines.add(
                                "what was typed and shown inside the pods is not in the audit log,"
                                        + " only how each command or shell was started");
                case "portforward" ->
                        lines.add("what went through the forwarded ports is not in the audit log");
                case "proxy" ->
                        lines.add("what was answered through the proxy is not in the audit log");
                default -> {
                    // the record says what there is to say
                }
            }
            if (act.outcome() == Act.Outcome.DONE
                    && event.requestObject() == null
                    && switch (event.verb()) {
                        case "create", "update", "patch" ->
                                event.object().subresource().isEmpty()
                                        && !event.object().resource().isEmpty();
                        default -> false;
                    }) {
                lines.add(
                        "what was written to "
                                + Names.pluralInWords(Names.singular(event.object().resource()))
                                + " is not recorded (level "
                                + Plain.value(event.level())
                                + ")");
            }
        }
    }

    private void gaps(List<Gap> gaps, LinkedHashSet<String> lines) {
        Instant start = null;
        Instant end = null;
        for (var act : acts) {
            if (act.time() != null) {
                start = start == null ? act.time() : start;
                end = act.time();
            }
        }
        var inside = new TreeSet<String>();
        for (var gap : gaps) {
            if (overlaps(gap, start, end)) {
                inside.add(
                        Plain.sentence(
                                "evidence is missing ("
                                        + gap.kind()
                                        + (gap.at() == null ? ", time unknown" : " at " + gap.at())
                                        + ") in "
                                        + gap.source()
                                        + ": "
                                        + gap.detail()));
            }
        }
        inside.stream().limit(LINES_MAX).forEach(lines::add);
        if (inside.size() > LINES_MAX) {
            lines.add((inside.size() - LINES_MAX) + " more gaps in this time");
        }
    }

    private static boolean overlaps(Gap gap, @Nullable Instant start, @Nullable Instant end) {
        return gap.at() == null
                || start == null
                || end == null
                || !(gap.at().isBefore(start) || gap.at().isAfter(end));
    }
}
