package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Whether acts of one client tell of an attack: one of level medium or above does; several at level
 * low do when together they weigh {@link #ENOUGH} within {@link #WINDOW}, or when very different
 * things were refused over any time.
 *
 * <p>The weights say how rarely people do such a thing in ordinary work. Looking around weighs
 * nothing, being refused weighs most, and the same thing twice weighs once. What a workload does
 * with its own program is mostly its task, so it weighs a quarter; its credential in a general tool
 * weighs fully, in a tool of the hand (curl, a script) double, and so does what is done under
 * another's name. Writing what decides about rights is ordinary when something is installed:
 * however much of it, it weighs at most {@link #WRITTEN_MAX}; likewise a workload's task at most
 * {@link #TASK_MAX}.
 */
final class Pattern {
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** In quarters, as the weights below. */
    static final int ENOUGH = 24;

    /** Different things refused to one client that tell by themselves, however slowly. */
    static final int REFUSED_KINDS_MIN = 6;

    /** So many rules on one new pod tell by themselves. */
    static final int RULES_ON_A_POD_MIN = 3;

    /** Done under a name that every check lets pass: tells by itself. */
    private static final int MASTER = ENOUGH;

    private static final int WRITTEN_MAX = 12;
    private static final int TASK_MAX = 12;
    private static final String OWN = "own ";
    private static final int LOOKED = 2;
    private static final int REFUSED = 8;
    private static final int WIDE = 8;
    private static final int GRAVE = 6;
    private static final int ENTERED = 4;
    private static final int CREDENTIAL = 4;
    private static final int HIDDEN = 2;
    private static final int ASKED = 2;
    private static final int DESTROYED = 1;

    /** Unknown credentials that tell by themselves: one that has expired is tried less often. */
    static final int GUESSES_MIN = 30;

    private static final Set<String> HAND =
            Set.of(
                    "curl",
                    "wget",
                    "python-requests",
                    "python-urllib",
                    "python-httpx",
                    "aiohttp",
                    "httpie",
                    "powershell");

    private static final Set<String> TOOLS =
            Set.of(
                    "kubectl",
                    "oc",
                    "curl",
                    "wget",
                    "python-requests",
                    "python-urllib",
                    "python-httpx",
                    "aiohttp",
                    "go-http-client",
                    "httpie",
                    "postmanruntime",
                    "libwww-perl",
                    "ruby",
                    "node-fetch",
                    "axios",
                    "powershell",
                    "mozilla",
                    "k9s");

    /** What cannot be made again from its description. */
    private static final Set<String> DATA =
            Set.of(
                    "persistentvolumeclaims",
                    "persistentvolumes",
                    "statefulsets",
                    "namespaces",
                    "volumesnapshots",
                    "volumesnapshotcontents",
                    "backups");

    /** What decides who may do what, and who watches. */
    private static final Set<String> GUARDED =
            Set.of(
                    "roles",
                    "rolebindings",
                    "clusterroles",
                    "clusterrolebindings",
                    "serviceaccounts",
                    "certificatesigningrequests",
                    "networkpolicies",
                    "mutatingwebhookconfigurations",
                    "validatingwebhookconfigurations",
                    "validatingadmissionpolicies",
                    "validatingadmissionpolicybindings",
                    "apiservices");

    /** One reason; equal ones count once. */
    private record Reason(String what, Object value) {}

    private record Weight(Reason reason, int quarters) {}

    private final Map<Reason, Integer> counts = new HashMap<>();
    private final Set<Object> refusedKinds = new HashSet<>();
    private int total;
    private int written;
    private int task;
    private int guesses;

    private Pattern() {}

    /** Acts in time order. */
    static boolean tells(List<Act> acts) {
        var pattern = new Pattern();
        var window = new ArrayDeque<Act>();
        for (var act : acts) {
            if (act.level().compareTo(Level.MEDIUM) >= 0) {
                return true;
            }
            if (act.level() != Level.LOW || act.time() == null) {
                continue;
            }
            while (!window.isEmpty() && tooOld(window.getFirst(), act)) {
                pattern.add(window.removeFirst(), -1);
            }
            window.addLast(act);
            pattern.add(act, 1);
            if (pattern.enough()) {
                return true;
            }
        }
        return false;
    }

    private boolean enough() {
        return total + Math.min(written, WRITTEN_MAX) + Math.min(task, TASK_MAX) >= ENOUGH
                || guesses >= GUESSES_MIN
                || refusedKinds.size() >= REFUSED_KINDS_MIN;
    }

    private static boolean tooOld(Act first, Act now) {
        return first.time() != null
                && now.time() != null
                && first.time().plus(WINDOW).isBefore(now.time());
    }

    private static boolean guess(AuditEvent event) {
        return event.code() == 401 && event.user().isEmpty();
    }

    private void add(Act act, int by) {
        if (act.event() != null && guess(act.event())) {
            guesses += by * act.requests();
        }
        for (var weight : weights(act)) {
            int before = counts.getOrDefault(weight.reason(), 0);
            int after = before + by;
            if (after == 0) {
                counts.remove(weight.reason());
            } else {
                counts.put(weight.reason(), after);
            }
            if (before == 0 || after == 0) {
                if (weight.reason().what().equals("written")) {
                    written += by * weight.quarters();
                } else if (weight.reason().what().startsWith(OWN)) {
                    task += by * weight.quarters();
                } else {
                    total += by * weight.quarters();
                }
            }
            if (weight.reason().what().equals("refused") && weight.quarters() >= REFUSED) {
                refusedKinds.add(weight.reason().value());
            }
        }
    }

    private static List<Weight> weights(Act act) {
        var weights = new ArrayList<Weight>(3);
        var event = act.event();
        if (event == null) {
            return weights;
        }
        var ref = event.object();
        if (guess(event)) {
            return weights;
        }
        if (act.outcome() == Act.Outcome.REFUSED) {
            var place = ref.resource().isEmpty() ? path(event) : ref.namespace();
            var kind = List.of(event.verb(), event.what(), place);
            weights.add(weigh("refused", kind, REFUSED, event));
            return weights;
        }
        if (ref.resource().startsWith("selfsubject")) {
            int quarters = Math.min(act.requests(), ENOUGH) * ASKED;
            weights.add(weigh("asked", act.events().getFirst(), quarters, event));
            return weights;
        }
        if (ref.resource().equals("pods")
                && event.verb().equals("create")
                && ref.subresource().isEmpty()
                && lowRules(act) >= RULES_ON_A_POD_MIN) {
            weights.add(new Weight(new Reason("pod", act.events().getFirst()), ENOUGH));
        }
        if (master(event)) {
            weights.add(new Weight(new Reason("master", ""), MASTER));
        }
        weights.add(done(act, event));
        return weights;
    }

    private static Weight done(Act act, AuditEvent event) {
        var ref = event.object();
        var thing = List.of(event.what(), ref.namespace(), ref.name());
        return switch (ref.subresource()) {
            case "exec", "attach", "portforward", "proxy" ->
                    weigh("entered", act.events().getFirst(), ENTERED, event);
            case "token", "approval" -> weigh("grave", thing, GRAVE, event);
            default ->
                    switch (event.verb()) {
                        case "get", "list", "watch" -> read(event, thing);
                        case "create", "update", "patch" ->
                                weigh(
                                        "written",
                                        thing,
                                        GUARDED.contains(ref.resource()) ? GRAVE : 0,
                                        event);
                        case "delete", "deletecollection" ->
                                weigh("deleted", thing, deleted(ref.resource()), event);
                        default -> weigh("other", "", 0, event);
                    };
        };
    }

    private static Weight read(AuditEvent event, List<String> thing) {
        var resource = event.object().resource();
        boolean everywhere = Deed.of(event).everywhere(event);
        boolean workload = event.user().startsWith("system:serviceaccount:");
        if (resource.equals("secrets")) {
            if (release(event)) {
                return weigh("release", thing, DESTROYED, event);
            }
            int all = workload ? ENOUGH : WIDE;
            return weigh("credential", thing, everywhere ? all : CREDENTIAL, event);
        }
        if (everywhere && workload) {
            return weigh("wide", thing, WIDE, event);
        }
        if (resource.equals("configmaps")) {
            return weigh("read", thing, LOOKED, event);
        }
        return weigh("looked", List.of(event.verb(), event.what()), workload ? LOOKED : 0, event);
    }

    /** Helm keeps what it installed in secrets of its own name and label. */
    private static boolean release(AuditEvent event) {
        return event.object().name().startsWith("sh.helm.release.v1.")
                || (event.object().name().isEmpty()
                        && event.requestURI().contains("labelSelector=")
                        && event.requestURI().contains("owner%3Dhelm"));
    }

    private static int deleted(String resource) {
        if (DATA.contains(resource) || GUARDED.contains(resource)) {
            return resource.equals("serviceaccounts") ? DESTROYED : GRAVE;
        }
        return resource.equals("events") ? HIDDEN : DESTROYED;
    }

    /** A person under a name of the system itself. */
    private static boolean master(AuditEvent event) {
        var name = event.impersonatedUser();
        return !event.user().startsWith("system:")
                && (event.impersonatedGroups().contains("system:masters")
                        || event.impersonatedGroups().contains("system:nodes")
                        || (name.startsWith("system:")
                                && !name.startsWith("system:serviceaccount:")
                                && !name.equals(Actor.ANONYMOUS)));
    }

    private static int lowRules(Act act) {
        var rules = new HashSet<String>();
        var roles = new HashSet<String>();
        for (var finding : act.findings()) {
            if (finding.level() == Level.LOW) {
                rules.add(finding.rule());
                roles.add(Tactics.role(finding));
            }
        }
        return roles.size() < 2 ? 0 : rules.size();
    }

    private static Weight weigh(String what, Object value, int quarters, AuditEvent event) {
        int twice = event.impersonatedUser().isEmpty() || what.equals("asked") ? 1 : 2;
        if (!event.user().startsWith("system:") || event.user().equals(Actor.ANONYMOUS)) {
            return new Weight(new Reason(what, value), quarters * twice);
        }
        var agent = event.userAgent().toLowerCase(Locale.ROOT);
        int slash = agent.indexOf('/');
        var program = slash < 0 ? agent : agent.substring(0, slash);
        if (HAND.contains(program)) {
            return new Weight(new Reason(what, value), quarters * 2 * twice);
        }
        return TOOLS.contains(program) || program.isEmpty()
                ? new Weight(new Reason(what, value), quarters * twice)
                : new Weight(new Reason(OWN + what, value), (quarters * twice + 3) / 4);
    }

    private static String path(AuditEvent event) {
        int query = event.requestURI().indexOf('?');
        return query < 0 ? event.requestURI() : event.requestURI().substring(0, query);
    }
}
