package dev.spoor.detect;

import dev.spoor.event.Level;
import dev.spoor.event.Yaml;
import dev.spoor.fault.Rejected;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * What somebody has decided to live with: findings held back, by whom, why, until when and how
 * often. Local data of one site; nothing of the kind ships.
 *
 * <pre>
 * exceptions:
 *   - id: nightly-deploy
 *     owner: bob@example.com
 *     reason: the pipeline deploys to test every night
 *     expires: 2026-12-31            # a day (its end in UTC) or RFC 3339
 *     starts: 2026-11-01             # optional: a maintenance window has both ends
 *     during:                        # optional: only in these hours of every week (one, or a list)
 *       days: [sat, sun]             # on which it begins (every day)
 *       from: '22:00'
 *       to: '04:00'                  # not after from: on the next day
 *       zone: Europe/Berlin          # IANA name or offset; its clocks decide (UTC)
 *     rules: [EXE-08, CHG-*]         # ids; * at the end stands for anything
 *     when: {user: 'system:serviceaccount:ci:deployer', namespace: [test, 'dev-*']}
 *     up-to: medium                  # optional; graver findings are never held back (medium)
 * </pre>
 *
 * <p>An exception counts at the time of the event, not of the scan: the same logs give the same
 * findings next year. What is held back is counted and told, never silently gone.
 */
public final class Exceptions {
    /** A larger file is refused. */
    public static final int FILE_CHARS_MAX = 1 << 20;

    /** More exceptions are refused: so many are a rule to be mended. */
    public static final int ENTRIES_MAX = 1_000;

    private static final int DEPTH_MAX = 16;

    private static final Set<String> KEYS =
            Set.of(
                    "id", "owner", "reason", "expires", "starts", "during", "rules", "when",
                    "up-to");

    private static final Set<String> DURING = Set.of("days", "from", "to", "zone");

    /** More weekly windows of one exception are refused. */
    private static final int WINDOWS_MAX = 16;

    private static final Set<String> FIELDS =
            Set.of(
                    "user",
                    "as",
                    "verb",
                    "resource",
                    "subresource",
                    "namespace",
                    "name",
                    "address",
                    "agent",
                    "pod",
                    "image",
                    "node");

    private static final YAMLMapper YAML = Yaml.mapper(DEPTH_MAX);

    /** Holds nothing back. */
    public static final Exceptions NONE = new Exceptions(List.of());

    private record Entry(
            String id,
            String owner,
            String reason,
            @Nullable Instant starts,
            Instant expires,
            List<Weekly> during,
            List<String> rules,
            Map<String, List<String>> when,
            Level upTo) {}

    /**
     * An exception and what it did.
     *
     * @param expires the first instant at which it no longer counts
     * @param during the hours of the week in which it counts, in words; empty = all
     * @param hits findings held back
     * @param lapsed findings that it would have held back, had it not expired or not begun
     * @param outside findings that it would have held back in other hours of the week
     */
    public record Use(
            String id,
            String owner,
            String reason,
            Instant expires,
            String during,
            int hits,
            int lapsed,
            int outside) {}

    /** What one exception did so far. */
    private static final class Count {
        int hits;
        int lapsed;
        int outside;
    }

    /**
     * Findings after exceptions.
     *
     * @param kept in their order, numbered anew
     */
    public record Applied(List<Finding> kept, List<Use> uses) {
        public Applied {
            kept = List.copyOf(kept);
            uses = List.copyOf(uses);
        }
    }

    private final List<Entry> entries;

    private Exceptions(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads a file of exceptions.
     *
     * @param file its name, for messages
     * @throws Rejected with every problem found, one a line
     */
    public static Exceptions read(String file, String text) {
        if (text.length() > FILE_CHARS_MAX) {
            throw new Rejected(file + ": larger than " + FILE_CHARS_MAX + " characters");
        }
        JsonNode root;
        try {
            root = YAML.readTree(text);
        } catch (JacksonException e) {
            throw new Rejected(file + ": " + e.getOriginalMessage(), e);
        }
        var list = root.path("exceptions");
        if (!list.isArray() || list.size() > ENTRIES_MAX) {
            throw new Rejected(
                    file + ": 'exceptions' (expected: a list of at most " + ENTRIES_MAX + ")");
        }
        var problems = new ArrayList<String>();
        var entries = new ArrayList<Entry>();
        var ids = new HashSet<String>();
        for (int i = 0; i < list.size(); i++) {
            var reader = new Reading(file + ": exception " + (i + 1), list.get(i), problems);
            var entry = reader.entry("exception-" + (i + 1));
            if (!ids.add(entry.id())) {
                problems.add(file + ": id '" + entry.id() + "' stands twice");
            }
            entries.add(entry);
        }
        if (!problems.isEmpty()) {
            throw new Rejected(String.join(System.lineSeparator(), problems));
        }
        return new Exceptions(entries);
    }

    /** Takes out what is excepted; the first exception that fits counts the hit. */
    public Applied apply(List<Finding> findings) {
        if (entries.isEmpty()) {
            return new Applied(findings, List.of());
        }
        var counts = new ArrayList<Count>();
        entries.forEach(_ -> counts.add(new Count()));
        var kept = new ArrayList<Finding>(findings.size());
        for (var finding : findings) {
            if (!held(finding, counts)) {
                kept.add(finding.numbered("F-" + (kept.size() + 1)));
            }
        }
        var uses = new ArrayList<Use>(entries.size());
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            var count = counts.get(i);
            uses.add(
                    new Use(
                            entry.id(),
                            entry.owner(),
                            entry.reason(),
                            entry.expires(),
                            String.join(
                                    "; ", entry.during().stream().map(Weekly::toString).toList()),
                            count.hits,
                            count.lapsed,
                            count.outside));
        }
        return new Applied(kept, uses);
    }

    private boolean held(Finding finding, List<Count> counts) {
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            if (!fits(entry, finding)) {
                continue;
            }
            var count = counts.get(i);
            var time = finding.time();
            if (time == null
                    || !time.isBefore(entry.expires())
                    || entry.starts() != null && time.isBefore(entry.starts())) {
                count.lapsed++;
            } else if (!entry.during().isEmpty()
                    && entry.during().stream().noneMatch(weekly -> weekly.holds(time))) {
                count.outside++;
            } else {
                count.hits++;
                return true;
            }
        }
        return false;
    }

    private static boolean fits(Entry entry, Finding finding) {
        if (finding.level().compareTo(entry.upTo()) > 0
                || !matches(entry.rules(), finding.rule())) {
            return false;
        }
        for (var one : entry.when().entrySet()) {
            var values = values(finding, one.getKey());
            if (values.stream().noneMatch(value -> matches(one.getValue(), value))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> values(Finding finding, String field) {
        if (field.equals("pod") || field.equals("image") || field.equals("node")) {
            return finding.entities().stream()
                    .filter(entity -> entity.kind().equals(field))
                    .map(entity -> entity.id())
                    .toList();
        }
        var request = finding.request();
        if (request == null) {
            return List.of();
        }
        var event = request.last();
        var value =
                switch (field) {
                    case "user" -> event.user();
                    case "as" -> event.impersonatedUser();
                    case "verb" -> event.verb();
                    case "resource" -> event.object().resource();
                    case "subresource" -> event.object().subresource();
                    case "namespace" -> event.object().namespace();
                    case "name" -> event.object().name();
                    case "address" -> event.address();
                    case "agent" -> event.userAgent();
                    default -> "";
                };
        return value.isEmpty() ? List.of() : List.of(value);
    }

    /** Case counts; {@code *} at the end or the beginning stands for anything. */
    private static boolean matches(List<String> patterns, String value) {
        for (var pattern : patterns) {
            boolean open = pattern.endsWith("*");
            boolean tail = pattern.startsWith("*");
            if (open && value.startsWith(pattern.substring(0, pattern.length() - 1))
                    || tail && value.endsWith(pattern.substring(1))
                    || value.equals(pattern)) {
                return true;
            }
        }
        return false;
    }

    /** One entry; notes what is wrong and goes on, so that all problems are told at once. */
    private record Reading(String place, JsonNode node, List<String> problems) {
        Entry entry(String name) {
            for (var key : node.properties()) {
                if (!KEYS.contains(key.getKey())) {
                    problems.add(place + ": '" + key.getKey() + "' is not known");
                }
            }
            var rules = texts(node.path("rules"));
            if (rules.isEmpty()) {
                problems.add(place + ": 'rules' is missing (expected: ids of rules)");
            }
            var starts = node.has("starts") ? time("starts", false) : null;
            return new Entry(
                    node.path("id").asString(name),
                    needed("owner"),
                    needed("reason"),
                    starts,
                    time("expires", true),
                    during(),
                    rules,
                    when(),
                    upTo());
        }

        private String needed(String key) {
            var text = node.path(key).asString("").strip();
            if (text.isEmpty()) {
                problems.add(place + ": '" + key + "' is missing");
            }
            return text;
        }

        private Map<String, List<String>> when() {
            var when = new LinkedHashMap<String, List<String>>();
            for (var one : node.path("when").properties()) {
                if (!FIELDS.contains(one.getKey())) {
                    problems.add(
                            place
                                    + ": when: '"
                                    + one.getKey()
                                    + "' (expected one of "
                                    + String.join(", ", new TreeSet<>(FIELDS))
                                    + ")");
                }
                when.put(one.getKey(), texts(one.getValue()));
            }
            return when;
        }

        private List<Weekly> during() {
            var node = this.node.path("during");
            var windows = new ArrayList<Weekly>();
            if (node.isArray() && node.size() <= WINDOWS_MAX) {
                node.forEach(one -> weekly(one, windows));
            } else if (!node.isMissingNode()) {
                weekly(node, windows);
            }
            return windows;
        }

        private void weekly(JsonNode window, List<Weekly> windows) {
            if (!window.isObject()) {
                problems.add(
                        place
                                + ": 'during' (expected: days, from, to, zone, or at most "
                                + WINDOWS_MAX
                                + " of these)");
                return;
            }
            for (var key : window.properties()) {
                if (!DURING.contains(key.getKey())) {
                    problems.add(place + ": during: '" + key.getKey() + "' is not known");
                }
            }
            try {
                var days = new TreeSet<DayOfWeek>();
                for (var day : texts(window.path("days"))) {
                    days.add(Weekly.day(day));
                }
                windows.add(
                        new Weekly(
                                days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days,
                                LocalTime.parse(window.path("from").asString("")),
                                LocalTime.parse(window.path("to").asString("")),
                                ZoneId.of(window.path("zone").asString("UTC"))));
            } catch (DateTimeException e) {
                problems.add(
                        place
                                + ": during: "
                                + e.getMessage()
                                + " (expected: days: [mon, sun], from: '22:00', to: '04:00', zone: Europe/Berlin)");
            }
        }

        private Level upTo() {
            try {
                return Level.of(node.path("up-to").asString("medium").toLowerCase(Locale.ROOT));
            } catch (Rejected e) {
                problems.add(place + ": up-to: " + e.getMessage());
                return Level.MEDIUM;
            }
        }

        /** A day counts to its end when it is the last one. */
        private Instant time(String key, boolean end) {
            var text = node.path(key).asString("").strip();
            try {
                return text.length() == "2026-12-31".length()
                        ? LocalDate.parse(text)
                                .plusDays(end ? 1 : 0)
                                .atStartOfDay(ZoneOffset.UTC)
                                .toInstant()
                        : Instant.parse(text);
            } catch (DateTimeException e) {
                problems.add(
                        place
                                + ": '"
                                + key
                                + "' is missing or no time (expected: 2026-12-31 or RFC 3339)");
                return Instant.EPOCH;
            }
        }

        private static List<String> texts(JsonNode node) {
            var texts = new ArrayList<String>();
            if (node.isArray()) {
                node.forEach(one -> texts.add(one.asString("")));
            } else if (!node.isMissingNode()) {
                texts.add(node.asString(""));
            }
            texts.removeIf(String::isBlank);
            return texts;
        }
    }
}
