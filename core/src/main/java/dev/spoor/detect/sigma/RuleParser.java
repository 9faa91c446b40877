package dev.spoor.detect.sigma;

import dev.spoor.event.Level;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads rule files. Correlation rules and filters are refused for now. */
public final class RuleParser {
    /** A larger file is refused. */
    public static final int FILE_BYTES_MAX = 1 << 20;

    /** More rules in one file are refused. */
    static final int RULES_MAX = 1000;

    private static final Pattern TECHNIQUE = Pattern.compile("attack\\.t(\\d{4}(\\.\\d{3})?)");
    private static final Set<String> SPOOR =
            Set.of("id", "techniques", "why", "levels", "group", "needs");
    private static final Set<String> NEEDS =
            Set.of("requestObject", "responseObject", "annotations");

    private final String file;
    private final Placeholders placeholders;

    private RuleParser(String file, Placeholders placeholders) {
        this.file = file;
        this.placeholders = placeholders;
    }

    /**
     * The rules of one file (documents separated by {@code ---}).
     *
     * @param file its name, for messages and for rules without an id
     * @throws Rejected {@code file:line:column: reason}
     */
    public static List<Rule> parse(String file, String text, Placeholders placeholders) {
        try {
            return read(file, text, placeholders);
        } catch (Misfit e) {
            throw new Rejected(file + ":" + e.line() + ":" + e.column() + ": " + e.reason(), e);
        }
    }

    static List<Rule> read(String file, String text, Placeholders placeholders) {
        if (text.length() > FILE_BYTES_MAX) {
            throw new Misfit(1, 1, "larger than " + FILE_BYTES_MAX + " bytes");
        }
        var documents = Yaml.documents(text);
        if (documents.isEmpty()) {
            throw new Misfit(1, 1, "empty (expected: a Sigma rule)");
        }
        if (documents.size() > RULES_MAX) {
            throw new Misfit(1, 1, "more than " + RULES_MAX + " rules in one file");
        }
        var parser = new RuleParser(file, placeholders);
        return documents.stream().map(parser::rule).toList();
    }

    private Rule rule(Yaml document) {
        var map = mapping(document, "a rule");
        refuseOthers(map);
        var title = text(required(map, "title"));
        var logsource = logsource(required(map, "logsource"));
        var detection = mapping(required(map, "detection"), "detection");
        var items = items(detection);
        var condition = condition(required(detection, "condition"), items);
        var own = map.get("spoor") == null ? null : mapping(required(map, "spoor"), "spoor");
        if (own != null) {
            for (var entry : own.entries().entrySet()) {
                if (!SPOOR.contains(entry.getKey())) {
                    throw misfit(
                            entry.getValue(),
                            "'"
                                    + entry.getKey()
                                    + "' is not known under spoor (expected one of "
                                    + String.join(", ", new TreeSet<>(SPOOR))
                                    + ")");
                }
            }
        }
        var level = map.get("level") == null ? Level.LOW : level(required(map, "level"));
        return new Rule(
                id(map, own),
                title,
                own != null ? null : optional(map, "author"),
                own != null ? null : link(map),
                level,
                techniques(map, own),
                logsource,
                condition,
                items,
                own == null ? null : optional(own, "why"),
                own == null ? List.of() : grades(own, items),
                own == null ? Rule.Grouping.NONE : grouping(own),
                own == null ? Set.of() : needs(own));
    }

    private static void refuseOthers(Yaml.Mapping map) {
        for (var other : List.of("correlation", "filter", "action")) {
            var entry = map.entries().get(other);
            if (entry != null) {
                throw misfit(
                        entry,
                        switch (other) {
                            case "correlation" -> "correlation rules are not supported yet";
                            case "filter" -> "filters are not supported yet";
                            default -> "rule collections ('action') are not part of Sigma 2";
                        });
            }
        }
    }

    private String id(Yaml.Mapping map, Yaml.@Nullable Mapping own) {
        var id = own == null ? null : optional(own, "id");
        if (id == null) {
            id = optional(map, "id");
        }
        if (id == null) {
            var name = file.substring(file.lastIndexOf('/') + 1);
            id = name.replaceFirst("\\.ya?ml$", "");
        }
        return id;
    }

    private static @Nullable String link(Yaml.Mapping map) {
        var references = map.get("references");
        if (references instanceof Yaml.Sequence(_, _, var all)) {
            for (var one : all) {
                var link = text(one);
                if (link.startsWith("https://") || link.startsWith("http://")) {
                    return link;
                }
            }
        }
        return null;
    }

    private static List<String> techniques(Yaml.Mapping map, Yaml.@Nullable Mapping own) {
        var listed = own == null ? null : own.get("techniques");
        if (listed != null) {
            return texts(listed);
        }
        var techniques = new ArrayList<String>();
        var tags = map.get("tags");
        for (var tag : tags == null ? List.<String>of() : texts(tags)) {
            var matcher = TECHNIQUE.matcher(tag.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                techniques.add("T" + matcher.group(1));
            }
        }
        return techniques;
    }

    private static Logsource logsource(Yaml value) {
        var map = mapping(value, "logsource");
        return new Logsource(
                lower(optional(map, "category")),
                lower(optional(map, "product")),
                lower(optional(map, "service")));
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private Map<String, Predicate> items(Yaml.Mapping detection) {
        var items = new LinkedHashMap<String, Predicate>();
        for (var entry : detection.entries().entrySet()) {
            var name = entry.getKey();
            if (!name.equals("condition") && !name.equals("timeframe")) {
                items.put(name, item(entry.getValue()));
            }
        }
        if (items.isEmpty()) {
            throw detection.misfit("no detection item (expected: at least one)");
        }
        return items;
    }

    private Predicate item(Yaml.Entry entry) {
        return switch (entry.value()) {
            case Yaml.Mapping map -> fields(map);
            case Yaml.Scalar scalar when scalar.type() != Yaml.Scalar.Type.NULL ->
                    FieldItem.keyword(scalar, placeholders);
            case Yaml.Scalar _ -> throw misfit(entry, "an empty detection item");
            case Yaml.Sequence(_, _, var list) -> {
                if (list.isEmpty()) {
                    throw misfit(entry, "an empty detection item");
                }
                var any = new ArrayList<Predicate>(list.size());
                for (var one : list) {
                    any.add(
                            switch (one) {
                                case Yaml.Mapping map -> fields(map);
                                case Yaml.Scalar scalar -> FieldItem.keyword(scalar, placeholders);
                                case Yaml.Sequence sequence ->
                                        throw sequence.misfit("a list within a list");
                            });
                }
                yield any.size() == 1 ? any.getFirst() : new Predicate.Any(any);
            }
        };
    }

    private Predicate fields(Yaml.Mapping map) {
        if (map.entries().isEmpty()) {
            throw map.misfit("an empty detection item");
        }
        var all = new ArrayList<Predicate>(map.entries().size());
        for (var entry : map.entries().entrySet()) {
            all.add(FieldItem.of(entry.getKey(), entry.getValue(), placeholders));
        }
        return all.size() == 1 ? all.getFirst() : new Predicate.All(all);
    }

    /** A list of conditions means any of them. */
    private static Predicate condition(Yaml value, Map<String, Predicate> items) {
        return switch (value) {
            case Yaml.Scalar scalar -> Condition.of(scalar, items);
            case Yaml.Sequence(_, _, var list) when !list.isEmpty() -> {
                var any = new ArrayList<Predicate>(list.size());
                for (var one : list) {
                    if (!(one instanceof Yaml.Scalar scalar)) {
                        throw one.misfit("a condition is text");
                    }
                    any.add(Condition.of(scalar, items));
                }
                yield any.size() == 1 ? any.getFirst() : new Predicate.Any(any);
            }
            default -> throw value.misfit("a condition is text or a list of texts");
        };
    }

    private static List<Rule.Grade> grades(Yaml.Mapping own, Map<String, Predicate> items) {
        var value = own.get("levels");
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof Yaml.Sequence(_, _, var list))) {
            throw value.misfit("'levels' is a list of {when, level, why}");
        }
        var grades = new ArrayList<Rule.Grade>();
        for (var one : list) {
            var map = mapping(one, "a grade");
            for (var key : map.entries().entrySet()) {
                if (!Set.of("when", "level", "why").contains(key.getKey())) {
                    throw misfit(key.getValue(), "expected: when, level, why");
                }
            }
            grades.add(
                    new Rule.Grade(
                            condition(required(map, "when"), items),
                            level(required(map, "level")),
                            optional(map, "why")));
        }
        return grades;
    }

    private static Rule.Grouping grouping(Yaml.Mapping own) {
        var value = own.get("group");
        return switch (value == null ? "none" : text(value)) {
            case "none" -> Rule.Grouping.NONE;
            case "actor-hour" -> Rule.Grouping.ACTOR_HOUR;
            case "act-hour" -> Rule.Grouping.ACT_HOUR;
            default ->
                    throw required(own, "group")
                            .misfit("group: expected none, actor-hour or act-hour");
        };
    }

    private static Set<String> needs(Yaml.Mapping own) {
        var value = own.get("needs");
        var needs = value == null ? List.<String>of() : texts(value);
        if (!NEEDS.containsAll(needs)) {
            throw required(own, "needs")
                    .misfit("needs: expected some of " + String.join(", ", new TreeSet<>(NEEDS)));
        }
        return Set.copyOf(needs);
    }

    private static Level level(Yaml value) {
        try {
            return Level.of(text(value));
        } catch (Rejected e) {
            throw value.misfit(Words.shown(String.valueOf(e.getMessage())));
        }
    }

    private static Yaml.Mapping mapping(Yaml value, String what) {
        if (value instanceof Yaml.Mapping map) {
            return map;
        }
        throw value.misfit(what + " is a map of keys and values");
    }

    private static Yaml required(Yaml.Mapping map, String key) {
        var value = map.get(key);
        if (value == null) {
            throw map.misfit("'" + key + "' is missing");
        }
        return value;
    }

    private static @Nullable String optional(Yaml.Mapping map, String key) {
        var value = map.get(key);
        if (value == null || value instanceof Yaml.Scalar(_, _, var text, _) && text.isEmpty()) {
            return null;
        }
        return text(value);
    }

    private static String text(Yaml value) {
        if (value instanceof Yaml.Scalar(_, _, var text, _)) {
            return text;
        }
        throw value.misfit("expected: text");
    }

    private static List<String> texts(Yaml value) {
        return switch (value) {
            case Yaml.Sequence(_, _, var all) -> all.stream().map(RuleParser::text).toList();
            default -> List.of(text(value));
        };
    }

    private static Misfit misfit(Yaml.Entry entry, String reason) {
        return new Misfit(entry.line(), entry.column(), reason);
    }
}
