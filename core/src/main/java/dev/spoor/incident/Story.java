package dev.spoor.incident;

import dev.spoor.detect.Finding;
import dev.spoor.event.AuditEvent;
import dev.spoor.event.EventRef;
import dev.spoor.event.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Acts in words: one sentence per act, repeats in one. */
final class Story {
    /** Equal acts with a longer pause between them are told separately. */
    static final Duration FOLD_PAUSE_MAX = Duration.ofMinutes(10);

    private Story() {}

    /** Acts told in one sentence. */
    static final class Step {
        final List<Act> acts = new ArrayList<>();
        final Deed deed;
        private @Nullable Act worst;
        private int worstOf;

        Step(Deed deed) {
            this.deed = deed;
        }

        Act first() {
            return acts.getFirst();
        }

        Level level() {
            return worst().level();
        }

        /** The act that says most. */
        Act worst() {
            var most = worst;
            if (most == null || worstOf != acts.size()) {
                most = first();
                for (var act : acts) {
                    most = act.level().compareTo(most.level()) > 0 ? act : most;
                }
                worst = most;
                worstOf = acts.size();
            }
            return most;
        }

        int asked() {
            return acts.stream().mapToInt(Act::requests).sum();
        }

        List<AuditEvent> requests() {
            var all = new ArrayList<AuditEvent>();
            for (var act : acts) {
                if (act.event() != null) {
                    all.add(act.event());
                }
            }
            return all;
        }

        Incident.Sentence sentence() {
            var findings = new LinkedHashSet<String>();
            var events = new LinkedHashSet<EventRef>();
            for (var act : acts) {
                act.findings().forEach(finding -> findings.add(finding.id()));
                events.addAll(act.events());
            }
            return new Incident.Sentence(
                    first().time(),
                    Plain.sentence(text()),
                    worst().role(),
                    level(),
                    first().actorEntity(),
                    acts.size() == 1 || sameObject() ? first().object() : null,
                    List.copyOf(findings),
                    List.copyOf(events));
        }

        private boolean sameObject() {
            var objects = new LinkedHashSet<@Nullable Object>();
            acts.forEach(act -> objects.add(act.object()));
            return objects.size() == 1;
        }

        private String text() {
            if (first().event() == null) {
                return told(worst()) + (acts.size() == 1 ? "" : " (" + acts.size() + " times)");
            }
            if (acts.size() == 1 && !refusedLook()) {
                return told(worst());
            }
            var grave = deed.changes() && level().compareTo(Level.MEDIUM) >= 0;
            var sign = grave ? " (" + Plain.value(worst().worst().title()) + ")" : "";
            return who() + " " + brief() + objects() + sign + ending();
        }

        /** Rules say little about a refused look, the request itself says more. */
        private boolean refusedLook() {
            return first().outcome() == Act.Outcome.REFUSED && deed.touch().equals("read");
        }

        /** Whether somebody is known to have done it; else its sentence stands alone. */
        boolean named() {
            return first().event() != null && !worst().sequence();
        }

        /** For a title: what the rule says of a single grave act, else the kind of thing done. */
        String headline() {
            var act = worst();
            var actor = act.actor();
            var why = inPast(withoutEnd(act.worst().why()));
            if (act.sequence()) {
                return who()
                        + ": "
                        + why.substring(0, 1).toLowerCase(Locale.ROOT)
                        + withoutDetail(why).substring(1);
            }
            if (acts.size() > 1
                    || actor == null
                    || act.level().compareTo(Level.MEDIUM) < 0
                    || actor.user().isEmpty()
                    || !why.startsWith(actor.user() + " ")) {
                return act.event() == null ? why : brief();
            }
            var predicate = why.substring(actor.user().length() + 1);
            return withoutDetail(predicate).replace(" from " + actor.address(), "");
        }

        /** The rule's own sentence, with the name the actor used and the result. */
        private String told(Act act) {
            var why = inPast(withoutEnd(act.worst().why()));
            var user = act.actor() == null ? "" : act.actor().user();
            if (!user.isEmpty() && why.startsWith(user + " ")) {
                why = act.who() + why.substring(user.length());
            }
            boolean resultTold = why.contains("refused") || why.contains("(" + code(act) + ")");
            return act.sequence() || resultTold || why.contains(" got " + code(act))
                    ? why
                    : why + ending();
        }

        private static int code(Act act) {
            return act.event() == null ? 0 : act.event().code();
        }

        /** Of a client without a name, every address it came from. */
        String who() {
            var actor = first().actor();
            if (actor == null || !actor.user().isEmpty()) {
                return first().who();
            }
            var addresses = new TreeSet<String>();
            for (var act : acts) {
                if (act.actor() != null) {
                    addresses.add(act.actor().address());
                }
            }
            return "an unknown client at " + Plain.names(addresses);
        }

        /** {@code read 28 secrets in 9 namespaces}: without actor, names and result. */
        String brief() {
            var requests = requests();
            var words = deed.phrase(first().outcome(), asked());
            var targets = requests.isEmpty() ? "" : deed.targets(requests);
            int objects = deed.names(requests).size();
            var times =
                    asked() > Math.max(1, objects) && !words.contains(" commands ")
                            ? " (" + asked() + " requests)"
                            : "";
            return targets.isEmpty() ? words + times : words + " " + targets + times;
        }

        private String objects() {
            var names = deed.names(requests());
            if (deed.touch().equals("executed in")) {
                var commands = new LinkedHashSet<String>();
                requests().forEach(request -> commands.add(Commands.of(request)));
                commands.remove("");
                return commands.isEmpty() ? "" : ": " + Plain.names(commands);
            }
            return names.size() < 2 ? "" : ": " + Plain.names(names);
        }

        private String ending() {
            return switch (first().outcome()) {
                case DONE -> "";
                case REFUSED ->
                        first().event() != null && first().event().code() == 401
                                ? "; the API server did not know the credentials (401)"
                                : "; the API server refused it (403)";
                case ABSENT -> "; there was none (404)";
                case FAILED -> first().event() == null ? "" : "; it failed (" + codes() + ")";
                case OPEN -> "; whether it succeeded is not recorded";
            };
        }

        private String codes() {
            var codes = new TreeSet<Integer>();
            requests().forEach(request -> codes.add(request.code()));
            return String.join(", ", codes.stream().map(code -> Integer.toString(code)).toList());
        }
    }

    private static String withoutDetail(String sentence) {
        int colon = sentence.indexOf(": ");
        return colon > 0 ? sentence.substring(0, colon) : sentence;
    }

    private static String withoutEnd(String sentence) {
        var text = sentence.strip();
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    private static final java.util.regex.Pattern DID =
            java.util.regex.Pattern.compile(
                    " did (get|list|watch|create|update|patch|delete|deletecollection) ");

    /** {@code did create} is a form of rules that know the verb only as a value. */
    private static String inPast(String sentence) {
        var did = DID.matcher(sentence);
        if (!did.find()) {
            return sentence;
        }
        var past =
                switch (did.group(1)) {
                    case "get" -> "read";
                    case "list" -> "listed";
                    case "watch" -> "watched";
                    case "create" -> "created";
                    case "delete", "deletecollection" -> "deleted";
                    default -> "changed";
                };
        return sentence.substring(0, did.start())
                + " "
                + past
                + " "
                + sentence.substring(did.end());
    }

    private record Same(
            String who, Deed deed, Act.Outcome outcome, String rule, @Nullable Object session) {}

    /** Acts in time order to steps in order of their first act. */
    static List<Step> steps(List<Act> acts) {
        var open = new HashMap<Same, Step>();
        var steps = new ArrayList<Step>();
        for (var act : acts) {
            var deed = Deed.of(act.event());
            boolean apart =
                    act.event() == null
                            || act.sequence()
                            || act.level().compareTo(Level.MEDIUM) >= 0;
            var rule = apart && !deed.touch().equals("executed in") ? act.worst().rule() : "";
            var nameless = act.actor() != null && act.actor().user().isEmpty();
            var same =
                    new Same(
                            nameless ? "" : act.who(),
                            deed,
                            act.outcome(),
                            rule,
                            act.event() != null && deed.touch().equals("executed in")
                                    ? act.object()
                                    : null);
            var step = open.get(same);
            if (step == null || paused(step.acts.getLast(), act)) {
                step = new Step(deed);
                steps.add(step);
                open.put(same, step);
            }
            step.acts.add(act);
        }
        return steps;
    }

    private static boolean paused(Act before, Act now) {
        return before.time() != null
                && now.time() != null
                && Duration.between(before.time(), now.time()).compareTo(FOLD_PAUSE_MAX) > 0;
    }

    /** Closer times of two sources say nothing about what came first: their clocks differ. */
    static final Duration CLOCKS_APART = Duration.ofSeconds(1);

    /**
     * The sentences of the steps and of what followed from them, in time; where that is not
     * certain, they say so.
     */
    static List<Incident.Sentence> sentences(List<Step> steps, Surroundings around) {
        var all = new ArrayList<Incident.Sentence>();
        for (var step : steps) {
            all.add(step.sentence());
            all.addAll(Consequences.sentences(step, around));
        }
        all.sort(
                Comparator.comparing(
                        Incident.Sentence::time,
                        Comparator.nullsLast(Comparator.<Instant>naturalOrder())));
        for (int i = 0; i < all.size(); i++) {
            var doubt = doubt(all.get(i), i + 1 < all.size() ? all.get(i + 1) : null);
            if (!doubt.isEmpty()) {
                all.set(i, all.get(i).with(all.get(i).text() + doubt));
            }
        }
        return all;
    }

    private static String doubt(Incident.Sentence sentence, Incident.@Nullable Sentence next) {
        if (sentence.time() == null) {
            return " (when is not recorded)";
        }
        if (next == null || next.time() == null) {
            return "";
        }
        var sources = new HashSet<Integer>();
        sentence.events().forEach(event -> sources.add(event.source()));
        boolean sameSource = next.events().stream().allMatch(e -> sources.contains(e.source()));
        return !sameSource
                        && Duration.between(sentence.time(), next.time()).compareTo(CLOCKS_APART)
                                < 0
                ? " (or just after the next step: they come from different logs)"
                : "";
    }

    private static final Comparator<Step> GRAVEST_FIRST =
            Comparator.comparing(Step::level)
                    .thenComparing(step -> step.level() != Level.LOW && done(step))
                    .reversed()
                    .thenComparingInt(Story::ordinary)
                    .thenComparing(step -> Tactics.gravity(step.worst().role()));

    /** Among equals, changing or entering says more than being refused, and that than reading. */
    private static int ordinary(Step step) {
        boolean reads = step.deed.touch().isEmpty() || step.deed.touch().equals("read");
        return !done(step) ? 1 : reads ? 2 : 0;
    }

    private static boolean done(Step step) {
        return step.first().outcome() == Act.Outcome.DONE;
    }

    /** Who, and the two gravest deeds in their order. */
    static String title(List<Step> steps) {
        var best = new LinkedHashMap<String, Step>();
        steps.stream()
                .sorted(GRAVEST_FIRST)
                .forEach(step -> best.putIfAbsent(step.deed.past() + step.deed.kind(), step));
        var gravest = best.firstEntry().getValue().level();
        var chosen =
                best.values().stream()
                        .filter(step -> told(step.level(), gravest))
                        .limit(2)
                        .sorted(Comparator.comparingInt(steps::indexOf))
                        .toList();
        long told = best.values().stream().filter(step -> told(step.level(), gravest)).count();
        var name = chosen.getFirst().named() ? steps.getFirst().who() : "";
        var text = new StringBuilder(name);
        for (int i = 0; i < chosen.size(); i++) {
            var step = chosen.get(i);
            text.append(i == 0 ? name.isEmpty() ? "" : " " : told > 2 ? ", " : " and ");
            if (step.named() && !step.who().equals(name)) {
                name = step.who();
                text.append(i == 0 ? "and then " : "").append(name).append(' ');
            }
            text.append(step.headline());
        }
        return Plain.sentence(told > 2 ? text + " and more" : text.toString());
    }

    /** A title leaves out what is two levels below the gravest deed, and low beside grave. */
    private static boolean told(Level level, Level gravest) {
        return level == gravest
                || level.compareTo(Level.LOW) > 0 && level.ordinal() + 1 >= gravest.ordinal();
    }

    static List<String> techniques(Collection<Finding> findings) {
        var all = new LinkedHashSet<String>();
        findings.forEach(finding -> all.addAll(finding.techniques()));
        return List.copyOf(all);
    }
}
