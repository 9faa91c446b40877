package dev.spoor.detect.sigma;

import dev.spoor.detect.facts.Facts;
import dev.spoor.event.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what a rule's author did not mean: a rule that works, but asks Kubernetes audit events
 * (audit.k8s.io/v1) for fields and values that they never have, or does not use what it defines.
 * Its notes refuse nothing.
 */
final class Linter {
    /** So many notes are told of one file. */
    static final int NOTES_MAX = 100;

    private static final Set<String> STREAMS = Set.of("exec", "attach", "portforward", "proxy");

    private final boolean audit;
    private final List<RuleCheck.Note> notes = new ArrayList<>();

    private Linter(boolean audit) {
        this.audit = audit;
    }

    /**
     * @param detection named items and a condition, of a rule or a filter that was read
     * @param others keys beside the items
     * @param conditions texts beside the condition that name items, too
     */
    static List<RuleCheck.Note> notes(
            Yaml.Mapping detection,
            Logsource logsource,
            Set<String> others,
            Set<String> conditions) {
        var linter = new Linter(logsource.kinds().contains(Kind.KUBERNETES_AUDIT));
        var condition = condition(detection);
        conditions.forEach(text -> condition.addAll(words(text)));
        for (var item : detection.entries().entrySet()) {
            if (others.contains(item.getKey())) {
                continue;
            }
            if (!condition.isEmpty() && condition.stream().noneMatch(named(item.getKey()))) {
                linter.note(
                        item.getValue(),
                        "'" + Words.shown(item.getKey()) + "' is not used by the condition");
            }
            linter.item(item.getValue().value());
        }
        return List.copyOf(linter.notes);
    }

    /** The words of all conditions that may name items. */
    private static List<String> condition(Yaml.Mapping detection) {
        var words = new ArrayList<String>();
        var value = detection.get("condition");
        if (value != null) {
            for (var one : value.asList()) {
                if (one instanceof Yaml.Scalar scalar) {
                    words.addAll(words(scalar.text()));
                }
            }
        }
        return words;
    }

    private static List<String> words(String condition) {
        return List.of(condition.trim().split("[\\s()|]+"));
    }

    private static java.util.function.Predicate<String> named(String item) {
        return word -> {
            if (word.toLowerCase(Locale.ROOT).equals("them")) {
                return !item.startsWith("_");
            }
            if (word.indexOf('*') < 0) {
                return word.equals(item);
            }
            var quoted = Pattern.quote(word).replace("*", "\\E.*\\Q");
            return Pattern.matches(quoted, item);
        };
    }

    private void item(Yaml value) {
        switch (value) {
            case Yaml.Mapping map -> fields(map);
            case Yaml.Sequence(_, _, var list) -> list.forEach(this::item);
            case Yaml.Scalar _ -> {}
        }
    }

    private void fields(Yaml.Mapping map) {
        if (!audit) {
            return;
        }
        for (var entry : map.entries().entrySet()) {
            if (entry.getValue().text()) {
                field(entry.getKey(), entry.getValue());
            }
        }
        streamed(map);
    }

    private void field(String key, Yaml.Entry entry) {
        var parts = key.split("\\|", -1);
        var field = parts[0];
        if (field.isEmpty()) {
            return;
        }
        if (!AuditFields.known(field) || field.startsWith("spoor.") && !Facts.exists(field)) {
            note(entry, "audit events have no field " + Words.shown(field) + meant(field));
            return;
        }
        boolean plain = parts.length == 1;
        for (var value : entry.value().asList()) {
            if (value instanceof Yaml.Scalar scalar && scalar.text().indexOf('*') < 0) {
                var text = value(field, plain, scalar.text());
                if (text != null) {
                    note(scalar, text);
                }
            }
        }
    }

    private static String meant(String field) {
        var nearest = AuditFields.nearest(field);
        return nearest == null ? "" : " (did you mean " + nearest + "?)";
    }

    /** What is wrong with a value, or null. */
    private static @Nullable String value(String field, boolean plain, String value) {
        return switch (field) {
            case "verb" ->
                    plain && !AuditFields.verb(value)
                            ? "no request has the verb "
                                    + Words.shown(value)
                                    + (STREAMS.contains(value.toLowerCase(Locale.ROOT))
                                            ? ": it is a subresource (objectRef.subresource)"
                                            : "")
                            : null;
            case "objectRef.resource" -> {
                int slash = value.indexOf('/');
                yield slash > 0
                        ? "objectRef.resource holds no subresource: ask objectRef.subresource for "
                                + Words.shown(value.substring(slash + 1))
                        : plain && AuditFields.singular(value)
                                ? "resources are named in the plural: " + Words.shown(value) + "s"
                                : null;
            }
            case "sourceIPs" ->
                    plain && value.indexOf('/') >= 0
                            ? "an address is never a network: sourceIPs|cidr"
                            : null;
            case "stage", "level" ->
                    plain && !AuditFields.possible(field, value)
                            ? field + " is never " + Words.shown(value)
                            : null;
            case "responseStatus.code" ->
                    plain && !value.isEmpty() && !value.matches("\\d+")
                            ? "responseStatus.code is a number, never " + Words.shown(value)
                            : null;
            default -> null;
        };
    }

    /**
     * Terminals and tunnels were POST, recorded as create; over WebSockets (the default of kubectl
     * since Kubernetes 1.31) they are GET.
     */
    private void streamed(Yaml.Mapping map) {
        var verb = map.entries().get("verb");
        if (verb == null || !(map.get("objectRef.subresource") instanceof Yaml subresource)) {
            return;
        }
        var verbs = texts(verb.value());
        if (verbs.equals(Set.of("create"))
                && texts(subresource).stream().anyMatch(STREAMS::contains)) {
            note(
                    verb,
                    "such requests are recorded as create or as get (WebSockets): get is missing");
        }
    }

    private static Set<String> texts(Yaml value) {
        var texts = new TreeSet<String>();
        for (var one : value.asList()) {
            if (one instanceof Yaml.Scalar scalar) {
                texts.add(scalar.text().toLowerCase(Locale.ROOT));
            }
        }
        return texts;
    }

    private void note(Yaml.Entry entry, String text) {
        add(new RuleCheck.Note(entry.line(), entry.column(), text));
    }

    private void note(Yaml value, String text) {
        add(new RuleCheck.Note(value.line(), value.column(), text));
    }

    private void add(RuleCheck.Note note) {
        if (notes.size() < NOTES_MAX) {
            notes.add(note);
        }
    }
}
