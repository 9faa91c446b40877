package dev.spoor.detect.baseline;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whether what a rule tells at level medium is what its identity does anyway, so that it is low.
 *
 * <p>A <i>habit</i>: the same act in the same namespace (or in many) in five hours over a day and
 * more, with a client and from a network it had. Also what a fifth of all people do, for a person
 * who comes as usual.
 *
 * <p><i>Everyday work</i> of a person (a terminal in a container): from a network, with a program
 * and with a kind of credential that it had a day before, or that three others have; where it did
 * so before, or others of one of its groups did, or where it works anyway (in three hours and more,
 * or everywhere). At an hour of the day at which it was never there it takes that it did so on an
 * earlier day; in a namespace of the cluster itself, or in a pod that reaches its node, that it did
 * so in that very namespace, or for the former that three of its group did. Who was first seen
 * within a day is judged by its colleagues alone. When the pod or its credential does something
 * unusual within the hour ({@link Aftermath}), it stays what it was.
 *
 * <p>All of it is judged by hours before that of the act; the order within an hour is the same to
 * it.
 */
final class Usual {
    /** Namespaces of the cluster itself: no name that an attacker chooses makes it quieter. */
    private static final Set<String> GUARDED =
            Set.of("kube-system", "kube-public", "kube-node-lease");

    private final Population population;
    private final Predicate<Instant> over;

    /**
     * Judges by what was learned.
     *
     * @param over whether learning was over at a time
     */
    Usual(Population population, Predicate<Instant> over) {
        this.population = population;
        this.over = over;
    }

    /** The findings, those lowered that are usual; of everyday work that is not it is told why. */
    List<Finding> weighed(List<Finding> findings) {
        var habitual = Watch.habitual();
        var everyday = Watch.everyday();
        Aftermath aftermath = null;
        var weighed = new ArrayList<Finding>(findings.size());
        for (var finding : findings) {
            var time = finding.time();
            if (finding.level() != Level.MEDIUM
                    || !habitual.contains(finding.rule())
                    || finding.request() == null
                    || time == null
                    || !over.test(time)) {
                weighed.add(finding);
                continue;
            }
            if (aftermath == null) {
                aftermath = new Aftermath(findings);
            }
            boolean work = everyday.contains(finding.rule());
            weighed.add(weighed(finding, finding.request().last(), time, work, aftermath));
        }
        return weighed;
    }

    private Finding weighed(
            Finding finding, AuditEvent event, Instant time, boolean work, Aftermath aftermath) {
        var habits = population.known(event.user());
        long hour = time.getEpochSecond() / 3600;
        if (habits == null || !event.impersonatedUser().isEmpty()) {
            return finding;
        }
        var followed = work ? aftermath.of(finding) : null;
        if (followed != null) {
            return finding.lowered(Level.MEDIUM, "; followed by " + followed);
        }
        boolean judged = work && habits.kind == Habits.Class.PERSON;
        var reaching = judged ? aftermath.reaching(finding) : null;
        var usual = reaching == null ? habit(habits, event, hour, judged) : null;
        if (usual != null) {
            return finding.lowered(Level.LOW, usual);
        }
        if (!judged) {
            return finding;
        }
        var verdict = everyday(habits, event, hour, reaching);
        return finding.lowered(verdict.usual() ? Level.LOW : Level.MEDIUM, "; " + verdict.why());
    }

    private record Verdict(boolean usual, String why) {}

    private static Verdict odd(String why) {
        return new Verdict(false, why);
    }

    private Verdict everyday(
            Habits habits, AuditEvent event, long hour, @Nullable String reaching) {
        var user = Sentence.shown(habits.user);
        var foreign = foreign(habits, event, hour);
        if (foreign != null) {
            return odd("it is new for " + user + " to come " + foreign);
        }
        var act = Values.act(event);
        var place = Values.place(act, event);
        var namespace = event.object().namespace();
        var there = habits.places.get(place);
        boolean before = there != null && there.first() < hour;
        int others = population.colleagues(habits, place, hour);
        if (reaching != null && (there == null || !there.habitual(hour))) {
            return odd("the pod reaches its node (" + reaching + ")");
        }
        if (GUARDED.contains(namespace) && !before && others < Population.COMMON_MIN) {
            return odd(
                    user + " never did so in " + namespace + ", a namespace of the cluster itself");
        }
        var known = habits.acts.get(act);
        if (!habits.presence.habitual(hour)) {
            return newcomer(habits, act, namespace, hour, others);
        }
        if (!habits.awake(hour) && (known == null || !known.old(hour))) {
            return odd(user + " was never there at this hour of the day, nor ever did so");
        }
        if (before) {
            return new Verdict(true, user + " did so here before, and came as usual");
        }
        if (others > 0) {
            return new Verdict(
                    true, "others of a group of " + user + " do so here, and it came as usual");
        }
        return works(habits, namespace, hour)
                ? new Verdict(true, user + " works here, and came as usual")
                : odd("neither " + user + " nor one of its groups did so here before");
    }

    private Verdict newcomer(Habits habits, String act, String namespace, long hour, int others) {
        boolean common =
                population.commonBefore(habits, Watch.Kind.ACT, act, hour)
                        && population.colleagues(habits, namespace, hour) >= Population.COMMON_MIN;
        var user = Sentence.shown(habits.user);
        return others > 0 || common
                ? new Verdict(
                        true,
                        user + " is new here, but its colleagues do so, and it came as they do")
                : odd(user + " was first seen within a day");
    }

    /** In what it differs from how the person always comes; null when in nothing. */
    private @Nullable String foreign(Habits habits, AuditEvent event, long hour) {
        var network = Values.network(event.address());
        if (!had(habits, Watch.Kind.NETWORK, habits.networks, network, hour)) {
            return "from " + Sentence.shown(event.address());
        }
        var client = Values.client(event.userAgent());
        if (!had(habits, Watch.Kind.CLIENT, habits.clients, client, hour)) {
            return "with " + Sentence.shown(client.isEmpty() ? "no named program" : client);
        }
        var credential = Values.credential(event.credential());
        var known = habits.credentials.get(credential);
        boolean first = habits.credentials.size() == 1 && known != null;
        return credential.isEmpty() || first || known != null && known.old(hour)
                ? null
                : "with this credential (" + Sentence.shown(credential) + ")";
    }

    /** Had it a day before, or three others have it. */
    private boolean had(
            Habits habits, Watch.Kind kind, Map<String, Trait> values, String value, long hour) {
        var known = values.get(value);
        return known != null && known.old(hour)
                || population.commonBefore(habits, kind, value, hour);
    }

    /**
     * It did something there in three hours, was there once where its group works, or works all
     * over.
     */
    private boolean works(Habits habits, String namespace, long hour) {
        var home = habits.homes.get(namespace);
        int homes = 0;
        for (var one : habits.homes.values()) {
            homes += one.first() < hour ? 1 : 0;
        }
        if (homes >= Baselines.ROAMING_MIN) {
            return true;
        }
        return home != null
                && home.first() < hour
                && (home.settled(hour)
                        || population.colleagues(habits, namespace, hour) >= Population.COMMON_MIN);
    }

    /**
     * Why the act of a finding is a habit of its identity; null when it is not.
     *
     * @param own what many others do is not asked, for more is known of such an act
     */
    private @Nullable String habit(Habits habits, AuditEvent event, long hour, boolean own) {
        var client = habits.clients.get(Values.client(event.userAgent()));
        var act = Values.act(event);
        if (client == null || client.first() >= hour || !placed(habits, event, hour)) {
            return null;
        }
        if (!own
                && habits.kind == Habits.Class.PERSON
                && client.habitual(hour)
                && population.commonBefore(habits, Watch.Kind.ACT, act, hour)) {
            return "; many "
                    + habits.kind.many
                    + " here "
                    + Sentence.shown(act)
                    + ", and "
                    + Sentence.shown(habits.user)
                    + " came as usual";
        }
        var known = habits.acts.get(act);
        var place = habits.places.get(Values.place(act, event));
        int places = Baselines.known(habits.places, act + " in ", hour);
        boolean there = place != null && place.habitual(hour) || places >= Baselines.ROAMING_MIN;
        return known == null || !known.habitual(hour) || !there
                ? null
                : "; it is a habit of "
                        + Sentence.shown(habits.user)
                        + ", which "
                        + Sentence.shown(act)
                        + " before in "
                        + (places == 1 ? "one namespace" : places + " namespaces");
    }

    /**
     * From a network it had before, or one of the cluster's own after a start that the server tells
     * of.
     */
    private boolean placed(Habits habits, AuditEvent event, long hour) {
        var value = Values.network(event.address());
        var network = habits.networks.get(value);
        return network != null && network.first() < hour
                || habits.restarts.contains(hour)
                        && population.common(habits, Watch.Kind.NETWORK, value);
    }
}
