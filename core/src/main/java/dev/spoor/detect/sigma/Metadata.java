package dev.spoor.detect.sigma;

import dev.spoor.event.Level;
import dev.spoor.fault.Rejected;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What rules, correlations and filters have in common (specification, "Components"): checked as the
 * reference checks it.
 *
 * @param id the {@code id} as 32 hexadecimal digits; null when there is none
 * @param link the first reference that is an address
 */
record Metadata(
        String title,
        @Nullable String id,
        @Nullable String name,
        @Nullable String author,
        @Nullable String link,
        Level level,
        List<String> techniques) {
    private static final int TITLE_CHARS_MAX = 256;
    private static final Pattern TECHNIQUE = Pattern.compile("attack\\.t(\\d{4}(\\.\\d{3})?)");
    private static final Pattern DATE =
            Pattern.compile(
                    "([1-3]\\d{3})-([01]\\d)-([0-3]\\d)|([1-3]\\d{3})/([01]?\\d)/([0-3]?\\d)");
    private static final Set<String> STATUSES =
            Set.of("unsupported", "deprecated", "experimental", "test", "stable");
    private static final Set<String> RELATIONS =
            Set.of("correlation", "derived", "merged", "obsolete", "renamed", "similar");

    Metadata {
        techniques = List.copyOf(techniques);
    }

    static Metadata of(Yaml.Mapping map) {
        var title = text(map, "title");
        if (title == null) {
            throw map.misfit("'title' is missing");
        }
        if (title.codePointCount(0, title.length()) > TITLE_CHARS_MAX) {
            throw at(map, "title")
                    .misfit("a title of more than " + TITLE_CHARS_MAX + " characters");
        }
        checkRest(map);
        var level = text(map, "level");
        return new Metadata(
                title,
                id(map),
                named(map, "name"),
                text(map, "author"),
                link(map),
                level == null ? Level.LOW : level(at(map, "level"), level),
                techniques(map));
    }

    private static void checkRest(Yaml.Mapping map) {
        named(map, "taxonomy");
        for (var key : List.of("description", "license")) {
            text(map, key);
        }
        for (var key : List.of("references", "fields", "falsepositives", "scope", "tags")) {
            list(map, key);
        }
        for (var key : List.of("date", "modified")) {
            date(map, key);
        }
        var status = text(map, "status");
        if (status != null && !STATUSES.contains(status.toLowerCase(Locale.ROOT))) {
            throw at(map, "status").misfit("status: expected one of " + sorted(STATUSES));
        }
        for (var related : list(map, "related")) {
            related(related);
        }
    }

    private static void related(Yaml related) {
        if (!(related instanceof Yaml.Mapping map)) {
            throw related.misfit("a related rule is a map with 'id' and 'type'");
        }
        var type = text(map, "type");
        if (hex(text(map, "id")) == null) {
            throw related.misfit("related: 'id' is a UUID");
        }
        if (type == null || !RELATIONS.contains(type.toLowerCase(Locale.ROOT))) {
            throw related.misfit("related: 'type' is one of " + sorted(RELATIONS));
        }
    }

    private static String sorted(Set<String> names) {
        return String.join(", ", names.stream().sorted().toList());
    }

    private static Level level(Yaml at, String text) {
        try {
            return Level.of(text.toLowerCase(Locale.ROOT));
        } catch (Rejected e) {
            throw at.misfit(Words.shown(String.valueOf(e.getMessage())));
        }
    }

    private static @Nullable String id(Yaml.Mapping map) {
        var text = text(map, "id");
        var hex = hex(text);
        if (text != null && hex == null) {
            throw at(map, "id").misfit("'id' is a UUID");
        }
        return hex;
    }

    /** A UUID in any of its spellings as 32 digits; null when it is none. */
    static @Nullable String hex(@Nullable String text) {
        if (text == null) {
            return null;
        }
        var digits =
                text.replace("urn:", "")
                        .replace("uuid:", "")
                        .replaceAll("^[{}]+|[{}]+$", "")
                        .replace("-", "")
                        .toLowerCase(Locale.ROOT);
        return digits.matches("[0-9a-f]{32}") ? digits : null;
    }

    private static void date(Yaml.Mapping map, String key) {
        var value = map.get(key);
        if (value == null || value.isNull()) {
            return;
        }
        var text = value instanceof Yaml.Scalar scalar ? scalar.text() : "";
        boolean typed =
                value instanceof Yaml.Scalar(_, _, _, var type) && type == Yaml.Scalar.Type.DATE;
        var date = DATE.matcher(typed ? iso(text) : text);
        try {
            if (date.matches()) {
                int first = date.group(1) != null ? 1 : 4;
                var unused =
                        LocalDate.of(
                                Integer.parseInt(date.group(first)),
                                Integer.parseInt(date.group(first + 1)),
                                Integer.parseInt(date.group(first + 2)));
                return;
            }
        } catch (DateTimeException e) { // told below
        }
        throw value.misfit(key + ": not a date (expected: yyyy-mm-dd)");
    }

    /** The date of a YAML timestamp, whose month and day may have one digit. */
    private static String iso(String timestamp) {
        var parts = timestamp.split("[-Tt \\t]", -1);
        return parts[0] + "-" + two(parts[1]) + "-" + two(parts[2]);
    }

    private static String two(String digits) {
        return digits.length() == 1 ? "0" + digits : digits;
    }

    private static @Nullable String link(Yaml.Mapping map) {
        for (var one : list(map, "references")) {
            if (one instanceof Yaml.Scalar(_, _, var text, _)
                    && (text.startsWith("https://") || text.startsWith("http://"))) {
                return text;
            }
        }
        return null;
    }

    private static List<String> techniques(Yaml.Mapping map) {
        var techniques = new ArrayList<String>();
        for (var tag : list(map, "tags")) {
            if (!(tag instanceof Yaml.Scalar(_, _, var text, var type))
                    || type != Yaml.Scalar.Type.TEXT
                    || text.indexOf('.') < 0) {
                throw tag.misfit("a tag is text: namespace, dot, name");
            }
            var matcher = TECHNIQUE.matcher(text.toLowerCase(Locale.ROOT));
            if (matcher.matches()) {
                techniques.add("T" + matcher.group(1));
            }
        }
        return techniques;
    }

    /** A list, or nothing. */
    static List<Yaml> list(Yaml.Mapping map, String key) {
        var value = map.get(key);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (value instanceof Yaml.Sequence(_, _, var items)) {
            return items;
        }
        throw value.misfit("'" + key + "' is a list");
    }

    private static @Nullable String named(Yaml.Mapping map, String key) {
        var text = text(map, key);
        if (text != null && text.isEmpty()) {
            throw at(map, key).misfit("'" + key + "' is empty");
        }
        return text;
    }

    /** Text, or nothing; a number, a date or a list is refused. */
    static @Nullable String text(Yaml.Mapping map, String key) {
        var value = map.get(key);
        if (value == null || value.isNull()) {
            return null;
        }
        if (value instanceof Yaml.Scalar(_, _, var text, var type)
                && type == Yaml.Scalar.Type.TEXT) {
            return text;
        }
        throw value.misfit("'" + key + "' is text (put it in quotes)");
    }

    private static Yaml at(Yaml.Mapping map, String key) {
        var value = map.get(key);
        return value == null ? map : value;
    }
}
