package dev.spoor.incident;

import dev.spoor.event.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether acts tell of an attack: one of level medium or above, or several at level low that form a
 * pattern within {@link #WINDOW}.
 */
final class Pattern {
    static final Duration WINDOW = Duration.ofHours(1);

    /** Different things (verb, resource, namespace) that were refused. */
    static final int REFUSED_KINDS_MIN = 3;

    /** Refused requests of any kind. */
    static final int REFUSED_MIN = 10;

    /** Different rules, in at least two tactics. */
    static final int RULES_MIN = 3;

    /** Different objects or places one rule tells of. */
    static final int OBJECTS_MIN = 10;

    /** Different kinds read from the whole cluster at once. */
    static final int WIDE_KINDS_MIN = 3;

    private final Map<Object, Integer> counts = new HashMap<>();
    private final Map<String, Integer> distinct = new HashMap<>();

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
                pattern.count(window.removeFirst(), -1);
            }
            window.addLast(act);
            pattern.count(act, 1);
            if (pattern.holds()) {
                return true;
            }
        }
        return false;
    }

    private static boolean tooOld(Act first, Act now) {
        return first.time() != null
                && now.time() != null
                && first.time().plus(WINDOW).isBefore(now.time());
    }

    private record Counted(String what, Object value) {}

    private void count(Act act, int by) {
        for (var finding : act.findings()) {
            if (finding.level() == Level.LOW) {
                add("rules", finding.rule(), by);
                add("roles", Tactics.role(finding), by);
            }
        }
        var event = act.event();
        if (event == null) {
            return;
        }
        var ref = event.object();
        if (act.outcome() == Act.Outcome.REFUSED) {
            add("refused", act.events().getFirst(), by);
            var target = ref.resource().isEmpty() ? event.requestURI() : ref.namespace();
            add("refused kinds", List.of(event.verb(), event.object().resource(), target), by);
        }
        if (Deed.of(event).wide() && ref.namespace().isEmpty()) {
            add("wide kinds", ref.resource(), by);
        }
        add("objects", List.of(ref.resource(), ref.namespace(), ref.name()), by);
    }

    private void add(String what, Object value, int by) {
        var key = new Counted(what, value);
        int before = counts.getOrDefault(key, 0);
        int after = before + by;
        counts.put(key, after);
        if (before == 0 && after > 0) {
            distinct.merge(what, 1, Integer::sum);
        } else if (before > 0 && after == 0) {
            counts.remove(key);
            distinct.merge(what, -1, Integer::sum);
        }
    }

    private boolean holds() {
        return distinct("refused kinds") >= REFUSED_KINDS_MIN
                || distinct("refused") >= REFUSED_MIN
                || (distinct("rules") >= RULES_MIN && distinct("roles") >= 2)
                || distinct("wide kinds") >= WIDE_KINDS_MIN
                || distinct("objects") >= OBJECTS_MIN;
    }

    private int distinct(String what) {
        return distinct.getOrDefault(what, 0);
    }
}
