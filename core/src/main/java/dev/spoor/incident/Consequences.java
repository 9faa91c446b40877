package dev.spoor.incident;

import dev.spoor.event.EntityRef;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;

/** What followed from a step, in sentences: by others as context, by the actor as its own act. */
final class Consequences {
    /** The role of an actor's removal of what it made. */
    static final String REMOVED = "evasion";

    private static final String NODE = "system:node:";
    private static final String KUBELET = "the kubelet";

    private Consequences() {}

    /** Whether the actor itself did it. */
    static boolean own(Act act, Seen seen) {
        return act.actor() != null && act.actor().client().equals(seen.actor().client());
    }

    /** The role of a record found around an act. */
    static String role(Act act, Seen seen) {
        return own(act, seen) ? REMOVED : Tactics.CONTEXT;
    }

    private record Same(String who, String did, String kind, boolean own) {}

    static List<Incident.Sentence> sentences(Story.Step step, Surroundings around) {
        var folded = new LinkedHashMap<Same, List<Seen>>();
        for (var act : step.acts) {
            for (var seen : around.seen(act)) {
                var did = did(seen);
                if (seen.done() && !did.isEmpty()) {
                    var own = own(act, seen);
                    var who = own ? step.who() : component(seen.actor().user());
                    folded.computeIfAbsent(
                                    new Same(who, did, seen.kind(), own), _ -> new ArrayList<>())
                            .add(seen);
                }
            }
        }
        var sentences = new ArrayList<Incident.Sentence>();
        folded.forEach((same, all) -> sentences.add(sentence(step, same, all)));
        return sentences;
    }

    private static Incident.Sentence sentence(Story.Step step, Same same, List<Seen> all) {
        var names = new TreeSet<String>();
        var nodes = new TreeSet<String>();
        var refs = new LinkedHashSet<EventRef>();
        var objects = new LinkedHashSet<EntityRef>();
        for (var seen : all) {
            var object = Names.ref(seen.kind(), seen.namespace(), seen.name());
            names.add(object.id());
            objects.add(object);
            refs.add(seen.ref());
            if (!seen.node().isEmpty()) {
                nodes.add(seen.node());
            }
            if (kubelet(seen)) {
                nodes.add(seen.actor().user().substring(NODE.length()));
            }
        }
        var what =
                names.size() == 1
                        ? Names.inWords(same.kind()) + " " + Plain.value(names.getFirst())
                        : names.size() + " " + Names.pluralInWords(same.kind());
        var text =
                (same.who().equals(KUBELET) && nodes.size() > 1 ? "the kubelets" : same.who())
                        + (same.who().equals(KUBELET) ? " of " + Plain.names(nodes) : "")
                        + " "
                        + same.did()
                        + " "
                        + what
                        + (nodes.isEmpty() || same.who().equals(KUBELET)
                                ? ""
                                : " on " + Plain.names(nodes))
                        + (names.size() == 1 ? "" : ": " + Plain.names(names))
                        + (same.own() ? later(step, all.getFirst()) : "");
        return new Incident.Sentence(
                all.getFirst().time(),
                Plain.sentence(text),
                same.own() ? REMOVED : Tactics.CONTEXT,
                Level.INFORMATIONAL,
                all.getFirst().actor().entity(),
                objects.size() == 1 ? objects.getFirst() : null,
                List.of(),
                List.copyOf(refs));
    }

    private static String later(Story.Step step, Seen seen) {
        var time = step.first().time();
        if (time == null) {
            return "";
        }
        var seconds = Duration.between(time, seen.time()).toSeconds();
        return seconds < 120
                ? " again, " + Plain.count((int) seconds, "second", "seconds") + " later"
                : " again, " + seconds / 60 + " minutes later";
    }

    /** Empty for what is not worth a sentence: its records are told without one. */
    private static String did(Seen seen) {
        if (seen.kind().equals("event") || seen.kind().equals("lease")) {
            return "";
        }
        return switch (seen.part()) {
            case "binding" -> "placed";
            case "status" ->
                    seen.kind().equals("certificatesigningrequest")
                            ? "issued the certificate of"
                            : kubelet(seen) ? "reported the state of" : "";
            case "" ->
                    switch (seen.verb()) {
                        case "create" -> "created";
                        case "delete", "deletecollection" -> "deleted";
                        default -> "";
                    };
            default -> "";
        };
    }

    private static boolean kubelet(Seen seen) {
        return seen.actor().user().startsWith(NODE);
    }

    private static String component(String user) {
        if (user.equals("system:kube-scheduler")) {
            return "the scheduler";
        }
        if (user.startsWith(NODE)) {
            return KUBELET;
        }
        int colon = user.lastIndexOf(':');
        return "the " + Plain.value(user.substring(colon + 1));
    }
}
