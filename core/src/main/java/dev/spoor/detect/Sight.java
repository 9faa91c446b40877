package dev.spoor.detect;

import dev.spoor.detect.sigma.AuditFields;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.event.JsonView;
import dev.spoor.event.Kind;
import dev.spoor.event.Scanned;
import dev.spoor.event.Source;
import dev.spoor.event.Wrapping;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the logs showed of the things that rules look at; tells which rules were blind. */
final class Sight {
    /** More resources per rule are not told apart. */
    private static final int RESOURCES_MAX = 200;

    /** So many resources are named in a sentence. */
    private static final int NAMED_MAX = 8;

    /** Fields that every audit event has unless something took them away, with what may have. */
    private static final Map<String, String> ALWAYS =
            Map.of(
                    "verb", "",
                    "user.username", "",
                    "user.groups", "",
                    "userAgent", "",
                    "sourceIPs", "",
                    "requestURI", "",
                    "stage", "",
                    "responseStatus.code",
                            " (the policy's omitStages must not name ResponseComplete)");

    /** So many events without a shape are looked at for their fields. */
    private static final int READ_MAX = 1000;

    /** Of {@link #ALWAYS}: what some event had. */
    private final Set<String> fields = new TreeSet<>();

    private final BitSet shapes = new BitSet();
    private int read;

    private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);

    private final Set<Wrapping> wrappings = EnumSet.noneOf(Wrapping.class);

    /** Of a rule: which resources it is about, and whether their bodies were ever recorded. */
    private final Map<String, Map<String, Boolean>> bodies = new TreeMap<>();

    void saw(Source source) {
        kinds.add(source.kind());
        if (source.kind() == Kind.KUBERNETES_AUDIT) {
            wrappings.add(source.wrapping());
        }
    }

    /** The fields of an audit event, by the columns of its shape: looked at once per shape. */
    void fields(Scanned event) {
        int shape = event.shape().id();
        if (shapes.get(shape)) {
            return;
        }
        shapes.set(shape);
        for (int i = 0; i < event.count(); i++) {
            field(event.column(i).path());
        }
    }

    /** The fields of an audit event that has no shape: of some of them. */
    void fields(JsonView event) {
        if (read == READ_MAX) {
            return;
        }
        read++;
        for (var field : ALWAYS.keySet()) {
            if (!fields.contains(field) && !event.values(field).isEmpty()) {
                fields.add(field);
            }
        }
    }

    private void field(String path) {
        for (var field : ALWAYS.keySet()) {
            if (path.equals(field)
                    || field.startsWith(path + ".")
                    || path.startsWith(field + ".")) {
                fields.add(field);
            }
        }
    }

    /** Why a rule cannot hold on events without the fields that none of them had; or null. */
    private @Nullable String fieldless(Rule rule) {
        if (!kinds.contains(Kind.KUBERNETES_AUDIT)
                || !rule.logsource().kinds().contains(Kind.KUBERNETES_AUDIT)) {
            return null;
        }
        var lacking = new TreeSet<>(ALWAYS.keySet());
        lacking.removeAll(fields);
        var needed = lacking.isEmpty() ? Set.<String>of() : AuditFields.needed(rule, lacking);
        return needed.isEmpty()
                ? null
                : needed.stream()
                        .map(field -> "no event here has " + field + ALWAYS.getOrDefault(field, ""))
                        .collect(Collectors.joining("; "));
    }

    /** Nothing but Google's form of the log was read, which keeps no query of an address. */
    private boolean addressless() {
        return wrappings.equals(EnumSet.of(Wrapping.GKE));
    }

    /**
     * An event that the rule is about, if only its body says what the rule asks.
     *
     * @return whether others of this shape, stage, level and resource have nothing to add
     */
    boolean relevant(Rule rule, JsonView event) {
        if (has(event, "stage", "RequestReceived")) {
            return true; // never has a body; the later stages tell
        }
        boolean seen = true;
        for (var need : rule.needs()) {
            seen &= recorded(need, event);
        }
        var resources = event.values("objectRef.resource");
        var resource = resources.isEmpty() ? "other requests" : resources.getFirst().asString("");
        var known = bodies.computeIfAbsent(rule.id(), _ -> new TreeMap<>());
        if (known.size() < RESOURCES_MAX || known.containsKey(resource)) {
            known.merge(resource, seen, Boolean::logicalOr);
        }
        return seen;
    }

    private static boolean recorded(String need, JsonView event) {
        if (!event.values(need).isEmpty()) {
            return true;
        }
        // A refused request has no body at any level: the level says what would have been kept.
        return switch (need) {
            case "requestObject" ->
                    has(event, "level", "Request") || has(event, "level", "RequestResponse");
            case "responseObject" -> has(event, "level", "RequestResponse");
            default -> !event.values("level").isEmpty();
        };
    }

    private static boolean has(JsonView event, String field, String text) {
        return event.values(field).stream().anyMatch(value -> value.asString("").equals(text));
    }

    Readiness readiness(List<Rule> rules) {
        var blind = new ArrayList<Readiness.Blind>();
        for (var rule : rules) {
            var never = AuditFields.cannotMatch(rule);
            if (never != null) {
                blind.add(new Readiness.Blind(rule.id(), never));
            } else if (rule.logsource().kinds().stream().noneMatch(kinds::contains)) {
                blind.add(new Readiness.Blind(rule.id(), unread(rule)));
            } else if (fieldless(rule) instanceof String because) {
                blind.add(new Readiness.Blind(rule.id(), because));
            } else {
                int before = blind.size();
                unseen(rule, blind);
                if (blind.size() == before && addressless() && Addresses.asked(rule)) {
                    blind.add(new Readiness.Blind(rule.id(), Addresses.MISSING, true, List.of()));
                }
            }
        }
        blind.sort(Comparator.comparing(Readiness.Blind::rule));
        return new Readiness(blind);
    }

    private static String unread(Rule rule) {
        var kinds = rule.logsource().kinds();
        if (kinds.contains(Kind.KUBERNETES_AUDIT)) {
            return "no Kubernetes audit log was read";
        }
        if (EnumSet.of(Kind.FALCO, Kind.TETRAGON).containsAll(kinds)) {
            return "no log of a runtime sensor (Falco, Tetragon) was read";
        }
        if (EnumSet.of(Kind.OPA, Kind.GATEKEEPER).containsAll(kinds)) {
            return "no log of a policy engine (Gatekeeper, Open Policy Agent) was read";
        }
        if (kinds.contains(Kind.CONTAINER_CRI) && kinds.contains(Kind.SYSLOG)) {
            return "no container, ingress or node log was read";
        }
        var names = new TreeSet<String>();
        kinds.forEach(kind -> names.add(kind.id()));
        return "no log of these kinds was read: " + String.join(", ", names);
    }

    private void unseen(Rule rule, List<Readiness.Blind> blind) {
        var missing = new ArrayList<String>();
        bodies.getOrDefault(rule.id(), Map.of())
                .forEach((resource, seen) -> {
                    if (!seen) {
                        missing.add(Teller.shown(resource));
                    }
                });
        if (missing.isEmpty()) {
            return;
        }
        var named =
                missing.size() <= NAMED_MAX
                        ? String.join(", ", missing)
                        : String.join(", ", missing.subList(0, NAMED_MAX))
                                + " and "
                                + (missing.size() - NAMED_MAX)
                                + " more";
        var what = rule.needs().contains("responseObject") ? "response" : "request";
        var known = bodies.getOrDefault(rule.id(), Map.of());
        blind.add(
                new Readiness.Blind(
                        rule.id(),
                        what + " bodies are not recorded (level Metadata) for " + named,
                        missing.size() < known.size(),
                        missing,
                        rule.needs().contains("responseObject")));
    }
}
