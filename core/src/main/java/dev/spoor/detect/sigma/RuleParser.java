package dev.spoor.detect.sigma;

import dev.spoor.event.Level;
import dev.spoor.fault.Rejected;
import dev.spoor.query.Predicate;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads rule files: rules, correlations and filters, and collections of them. */
public final class RuleParser {
    /** A larger file is refused. */
    public static final int FILE_BYTES_MAX = 1 << 20;

    /** More rules in one file are refused. */
    static final int RULES_MAX = 1000;

    private static final String ELEMENT = "|element";

    private static final Set<String> SPOOR =
            Set.of("id", "techniques", "why", "levels", "group", "needs", "response");
    private static final Set<String> NEEDS =
            Set.of("requestObject", "responseObject", "annotations");

    private final String file;
    private final Placeholders placeholders;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Correlation> correlations = new ArrayList<>();
    private final List<Filter> filters = new ArrayList<>();
    private final Map<Rule, Set<String>> open = new LinkedHashMap<>();
    private final List<RuleCheck.Note> notes = new ArrayList<>();

    private Yaml.@Nullable Mapping global;
    private Yaml.@Nullable Mapping previous;

    private RuleParser(String file, Placeholders placeholders) {
        this.file = file;
        this.placeholders = placeholders;
    }

    /**
     * What was read of one file.
     *
     * @param open rules that ask for placeholders without values; they cannot be run
     * @param notes what the author of a rule that works may not have meant
     */
    record Parsed(
            List<Rule> rules,
            List<Correlation> correlations,
            List<Filter> filters,
            Map<Rule, Set<String>> open,
            List<RuleCheck.Note> notes) {}

    /**
     * The rules of one file (documents separated by {@code ---}), its filters applied.
     *
     * @param file its name, for messages and for rules without an id
     * @throws Rejected {@code file:line:column: reason}
     */
    public static List<Rule> parse(String file, String text, Placeholders placeholders) {
        try {
            var parsed = read(file, text, placeholders);
            for (var missing : parsed.open().values()) {
                throw new Misfit(1, 1, notGiven(missing));
            }
            return new RuleSet(parsed.rules(), parsed.correlations(), parsed.filters(), List.of())
                    .linked()
                    .rules();
        } catch (Misfit e) {
            throw new Rejected(file + ":" + e.line() + ":" + e.column() + ": " + e.reason(), e);
        }
    }

    static String notGiven(Set<String> names) {
        return "the placeholder %" + String.join("%, %", names) + "% is not given";
    }

    static Parsed read(String file, String text, Placeholders placeholders) {
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
        documents.forEach(parser::document);
        return new Parsed(
                parser.rules, parser.correlations, parser.filters, parser.open, parser.notes);
    }

    /**
     * One document of a collection: {@code action: global} lays its content over the rules that
     * follow, until {@code reset}; {@code repeat} is the rule before with changes.
     */
    private void document(Yaml document) {
        var map = mapping(document, "a rule");
        var action = map.get("action");
        if (action == null || action.isNull()) {
            if (map.entries().containsKey("correlation")) {
                correlations.add(CorrelationParser.read(map, file));
            } else if (map.entries().containsKey("filter")) {
                filters.add(filter(map));
            } else {
                var whole = global == null ? map : Yaml.over(map, global);
                rule(whole);
                previous = whole;
            }
            return;
        }
        switch (action instanceof Yaml.Scalar scalar ? scalar.text() : "") {
            case "global" -> {
                var entries = new LinkedHashMap<>(map.entries());
                entries.remove("action");
                global = new Yaml.Mapping(map.line(), map.column(), entries);
                previous = global;
            }
            case "reset" -> global = null;
            case "repeat" -> {
                boolean ofGlobal = previous != null && previous == global;
                var whole = previous == null ? map : Yaml.over(previous, map);
                rule(whole);
                previous = whole;
                global = ofGlobal ? whole : global;
            }
            default -> throw action.misfit("action: expected global, reset or repeat");
        }
    }

    private void rule(Yaml.Mapping map) {
        var head = Metadata.of(map);
        var logsource = logsource(map);
        var detection = mapping(required(map, "detection"), "detection");
        var items = items(detection, Set.of("condition"));
        var condition = condition(required(detection, "condition"), items);
        var own = map.get("spoor") == null ? null : mapping(required(map, "spoor"), "spoor");
        if (own != null) {
            checkKeys(own);
        }
        var named = new LinkedHashMap<String, Predicate>();
        items.forEach((name, item) -> named.put(name, item.predicate()));
        var rule =
                new Rule(
                        id(map, own, head),
                        names(own, head),
                        head.title(),
                        own != null ? null : head.author(),
                        own != null ? null : head.link(),
                        head.level(),
                        techniques(head, own),
                        logsource,
                        condition.predicate(),
                        named,
                        own == null ? null : Metadata.text(own, "why"),
                        own == null ? List.of() : grades(own, items),
                        own == null ? Rule.Grouping.NONE : grouping(own),
                        own == null ? Set.of() : needs(own));
        rules.add(rule);
        lint(detection, logsource, own == null ? null : own.get("levels"));
        var never = AuditFields.cannotMatch(rule);
        if (never != null) {
            notes.add(new RuleCheck.Note(detection.line(), detection.column(), never));
        }
        if (!condition.open().isEmpty()) {
            open.put(rule, condition.open());
        }
    }

    /** Once, however often a collection repeats an item. */
    private void lint(Yaml.Mapping detection, Logsource logsource, @Nullable Yaml levels) {
        var condition = levels == null ? Set.<String>of() : conditions(levels);
        for (var note : Linter.notes(detection, logsource, Set.of("condition"), condition)) {
            if (!notes.contains(note)) {
                notes.add(note);
            }
        }
    }

    private static Set<String> conditions(Yaml levels) {
        var whens = new LinkedHashSet<String>();
        for (var one : levels.asList()) {
            if (one instanceof Yaml.Mapping map && map.get("when") instanceof Yaml.Scalar when) {
                whens.add(when.text());
            }
        }
        return whens;
    }

    private static void checkKeys(Yaml.Mapping own) {
        for (var entry : own.entries().entrySet()) {
            if (!SPOOR.contains(entry.getKey())) {
                throw misfit(
                        entry.getValue(),
                        "'"
                                + Words.shown(entry.getKey())
                                + "' is not known under spoor (expected one of "
                                + String.join(", ", new TreeSet<>(SPOOR))
                                + ")");
            }
        }
    }

    private String id(Yaml.Mapping map, Yaml.@Nullable Mapping own, Metadata head) {
        var id = own == null ? null : Metadata.text(own, "id");
        if (id == null && head.id() != null) {
            id = Metadata.text(map, "id");
        }
        if (id == null) {
            id = head.name();
        }
        return id == null ? stem(file) : id;
    }

    /** A file's name without folder and ending. */
    static String stem(String file) {
        return file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.ya?ml$", "");
    }

    private static Set<String> names(Yaml.@Nullable Mapping own, Metadata head) {
        var names = new LinkedHashSet<String>();
        if (head.id() != null) {
            names.add(head.id());
        }
        if (head.name() != null) {
            names.add(RuleSet.key(head.name()));
        }
        var id = own == null ? null : Metadata.text(own, "id");
        if (id != null) {
            names.add(RuleSet.key(id));
        }
        return names;
    }

    private static List<String> techniques(Metadata head, Yaml.@Nullable Mapping own) {
        var listed = own == null ? null : own.get("techniques");
        return listed == null ? head.techniques() : texts(listed);
    }

    private static Logsource logsource(Yaml.Mapping map) {
        var logsource = mapping(required(map, "logsource"), "logsource");
        var all = List.of("category", "product", "service");
        if (all.stream().allMatch(key -> none(logsource.get(key)))) {
            throw logsource.misfit("a log source has a category, a product or a service");
        }
        falsyOrText(logsource, "definition");
        return new Logsource(
                falsyOrText(logsource, "category"),
                falsyOrText(logsource, "product"),
                falsyOrText(logsource, "service"));
    }

    private static boolean none(@Nullable Yaml value) {
        return value == null || value.isNull();
    }

    /** What Python takes for false is no attribute: zero, false, an empty list or map. */
    private static String falsyOrText(Yaml.Mapping map, String key) {
        var value = map.get(key);
        if (value instanceof Yaml.Mapping(_, _, var entries) && entries.isEmpty()
                || value instanceof Yaml.Sequence(_, _, var items) && items.isEmpty()) {
            return "";
        }
        if (map.get(key) instanceof Yaml.Scalar(_, _, var falsy, var type)
                && type != Yaml.Scalar.Type.TEXT
                && (falsy.equals("0") || falsy.equals("false"))) {
            return "";
        }
        var text = Metadata.text(map, key);
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    /** Named items, all but the keys that mean something else. */
    private Map<String, Item> items(Yaml.Mapping detection, Set<String> others) {
        var items = new LinkedHashMap<String, Item>();
        for (var entry : detection.entries().entrySet()) {
            if (!entry.getValue().text()) {
                throw misfit(
                        entry.getValue(), "YAML takes this name for a value: put it in quotes");
            }
            if (!others.contains(entry.getKey())) {
                items.put(entry.getKey(), item(entry.getValue().value()));
            }
        }
        if (items.isEmpty()) {
            throw detection.misfit("no detection item (expected: at least one)");
        }
        return items;
    }

    /**
     * A map: each of its lines. A value or a list of values: any, as keywords. A list with maps in
     * it: any of its members.
     */
    private Item item(Yaml value) {
        return switch (value) {
            case Yaml.Mapping map -> fields(map);
            case Yaml.Scalar scalar -> FieldItem.keywords(scalar, placeholders);
            case Yaml.Sequence(_, _, var list)
                    when list.stream().allMatch(Yaml.Scalar.class::isInstance) ->
                    FieldItem.keywords(value, placeholders);
            case Yaml.Sequence(_, _, var list) -> {
                var any = new ArrayList<Item>(list.size());
                list.forEach(one -> any.add(item(one)));
                yield joined(any, false);
            }
        };
    }

    private Item fields(Yaml.Mapping map) {
        if (map.entries().isEmpty()) {
            throw map.misfit("an empty detection item");
        }
        var all = new ArrayList<Item>(map.entries().size());
        for (var entry : map.entries().entrySet()) {
            var key = entry.getKey();
            all.add(
                    key.endsWith(ELEMENT)
                            ? element(key, entry.getValue())
                            : FieldItem.of(key, entry.getValue(), placeholders));
        }
        return joined(all, true);
    }

    /**
     * {@code field|element: {…}}: one and the same element of the list for which the whole block
     * holds; of a list of blocks, any (an extension of ours).
     */
    private Item element(String key, Yaml.Entry entry) {
        var field = key.substring(0, key.length() - ELEMENT.length());
        if (field.isEmpty() || field.indexOf('|') >= 0) {
            throw misfit(entry, "'element' takes a field and is its only modifier");
        }
        var any = new ArrayList<Item>();
        for (var block : entry.value().asList()) {
            var inner = fields(mapping(block, "the value of 'element'"));
            if (asksText(inner.predicate())) {
                throw block.misfit("'element' takes fields, no keywords");
            }
            any.add(
                    new Item(
                            new Predicate.Field(field, new Test.Element(inner.predicate())),
                            inner.unusable(),
                            inner.open()));
        }
        if (any.isEmpty()) {
            throw misfit(entry, "'element' takes a map of fields, or a list of them");
        }
        return joined(any, false);
    }

    private static boolean asksText(Predicate predicate) {
        return switch (predicate) {
            case Predicate.Text _ -> true;
            case Predicate.Everything _, Predicate.Field _ -> false;
            case Predicate.Not(var part) -> asksText(part);
            case Predicate.All(var parts) -> parts.stream().anyMatch(RuleParser::asksText);
            case Predicate.Any(var parts) -> parts.stream().anyMatch(RuleParser::asksText);
        };
    }

    private static Item joined(List<Item> items, boolean each) {
        if (items.size() == 1) {
            return items.getFirst();
        }
        Misfit unusable = null;
        var open = new TreeSet<String>();
        var parts = new ArrayList<Predicate>(items.size());
        for (var item : items) {
            unusable = unusable == null ? item.unusable() : unusable;
            open.addAll(item.open());
            parts.add(item.predicate());
        }
        return new Item(each ? new Predicate.All(parts) : new Predicate.Any(parts), unusable, open);
    }

    /** A list of conditions means any of them. */
    private static Item condition(Yaml value, Map<String, Item> items) {
        if (value instanceof Yaml.Mapping || value.asList().isEmpty()) {
            throw value.misfit("a condition is text or a list of texts");
        }
        var any = new ArrayList<Item>();
        for (var one : value.asList()) {
            if (!(one instanceof Yaml.Scalar scalar)) {
                throw one.misfit("a condition is text");
            }
            any.add(Condition.of(scalar, items));
        }
        return joined(any, false);
    }

    private Filter filter(Yaml.Mapping map) {
        var head = Metadata.of(map);
        var logsource = logsource(map);
        var own = mapping(required(map, "filter"), "filter");
        var condition = required(own, "condition");
        if (!(condition instanceof Yaml.Scalar)) {
            throw condition.misfit("a filter's condition is text");
        }
        var items = items(own, Set.of("condition", "rules"));
        var holds = condition(condition, items);
        if (!holds.open().isEmpty()) {
            throw condition.misfit(notGiven(holds.open()));
        }
        notes.addAll(Linter.notes(own, logsource, Set.of("condition", "rules"), Set.of()));
        var id = head.id() != null ? Metadata.text(map, "id") : head.name();
        return new Filter(
                id == null ? stem(file) : id, logsource, references(own), holds.predicate());
    }

    /** Which rules a filter is for; none = any. */
    private static Set<String> references(Yaml.Mapping own) {
        var value = required(own, "rules");
        if (value instanceof Yaml.Mapping) {
            throw value.misfit("'rules' is any, a rule's id or name, or a list of them");
        }
        var references = new LinkedHashSet<String>();
        for (var one : value.asList()) {
            if (!(one instanceof Yaml.Scalar(_, _, var text, var type))
                    || type != Yaml.Scalar.Type.TEXT) {
                throw one.misfit("a rule is referred to by its id or its name");
            }
            references.add(RuleSet.key(text));
        }
        boolean any =
                value instanceof Yaml.Scalar(_, _, var text, _) && text.equalsIgnoreCase("any");
        return any ? Set.of() : references;
    }

    private static List<Rule.Grade> grades(Yaml.Mapping own, Map<String, Item> items) {
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
                            condition(required(map, "when"), items).predicate(),
                            level(required(map, "level")),
                            Metadata.text(map, "why")));
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

    private static String text(Yaml value) {
        if (value instanceof Yaml.Scalar(_, _, var text, _)) {
            return text;
        }
        throw value.misfit("expected: text");
    }

    private static List<String> texts(Yaml value) {
        return value.asList().stream().map(RuleParser::text).toList();
    }

    private static Misfit misfit(Yaml.Entry entry, String reason) {
        return new Misfit(entry.line(), entry.column(), reason);
    }
}
