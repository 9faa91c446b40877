package dev.spoor.bench;

import dev.spoor.detect.History;
import dev.spoor.detect.facts.Facts;
import dev.spoor.detect.sigma.Rule;
import dev.spoor.detect.sigma.RuleSets;
import dev.spoor.hunt.HuntLimits;
import dev.spoor.hunt.Hunts;
import dev.spoor.hunt.KeptAnswer;
import dev.spoor.hunt.Query;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.query.Span;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * How long answers take in one warm process. Each question is asked 200 times with another constant
 * each time, drawn with a seed from what the ledger holds, every fourth one not there at all; the
 * median of the last hundred is told.
 *
 * <ul>
 *   <li>{@code answers AUDIT-DIR CONTAINER-DIR KEY-FILE}: every question of the floors
 *   <li>{@code audit|needles|container|rules DIR KEY-FILE}: only those about audit events, only about seldom
 *       addresses, about container lines, only the rules over everything
 *   <li>{@code others AUDIT-DIR KEY-FILE}: questions without a floor, some of which look at every
 *       event
 *   <li>{@code growth KEY-FILE DIR…}: the same needles in ledgers of growing size
 * </ul>
 */
final class Ask {
    private static final List<String> PARTS = List.of("audit", "needles", "container", "rules", "others");
    private static final int CALLS = 200;
    private static final long SEED = 42;
    /** Events of an address that counts as a needle at most. */
    private static final int SELDOM = 100;

    private static final Duration DAY = Duration.ofDays(1);

    private record Question(
            String text, java.time.Instant since, java.time.Instant until, boolean raw) {}

    private final LedgerReader ledger;
    private final Random random = new Random(SEED);
    private final double[] medians = new double[16];
    private int rows;
    private boolean quiet;
    private long sink;

    private Ask(LedgerReader ledger) {
        this.ledger = ledger;
    }

    public static void main(String[] arguments) {
        if (arguments.length == 4 && arguments[0].equals("answers")) {
            var keys = LedgerKeys.reading(Path.of(arguments[3]));
            head();
            try (var reader = LedgerReader.open(Path.of(arguments[1], "ledger"), keys)) {
                new Ask(reader).audit();
            }
            try (var reader = LedgerReader.open(Path.of(arguments[2], "ledger"), keys)) {
                new Ask(reader).container();
            }
            try (var reader = LedgerReader.open(Path.of(arguments[1], "ledger"), keys)) {
                new Ask(reader).rules();
            }
        } else if (arguments.length == 3
                && PARTS.contains(arguments[0])) {
            head();
            var keys = LedgerKeys.reading(Path.of(arguments[2]));
            try (var reader = LedgerReader.open(Path.of(arguments[1], "ledger"), keys)) {
                var ask = new Ask(reader);
                switch (arguments[0]) {
                    case "audit" -> ask.audit();
                    case "needles" -> ask.needles(ask.time("* | head 1"), ask.time("* | tail 1").plusNanos(1));
                    case "container" -> ask.container();
                    case "rules" -> ask.rules();
                    default -> ask.others();
                }
            }
        } else if (arguments.length > 2 && arguments[0].equals("growth")) {
            growth(arguments);
        } else {
            System.err.println(
                    "usage: java -cp JAR Ask.java answers AUDIT-DIR CONTAINER-DIR KEY-FILE\n"
                            + "   or: java -cp JAR Ask.java audit|needles|container|rules|others DIR KEY-FILE\n"
                            + "   or: java -cp JAR Ask.java growth KEY-FILE DIR…");
            System.exit(2);
        }
    }

    private static void head() {
        System.out.println("| question | median ms | 99th | first | CPU ms | matches | floor |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    }

    private void audit() {
        var from = time("* | head 1");
        var to = time("* | tail 1").plusNanos(1);
        needles(from, to);
        var users = drawn("user.username");
        row(
                "count of deleted secrets, 1 h",
                "1.5",
                i -> {
                    var start = from.plusSeconds(random.nextInt(82_800));
                    return new Question(
                            "verb:delete and objectRef.resource:secrets | stats count()",
                            start,
                            start.plusSeconds(3600),
                            false);
                });
        row("top 10 users, 24 h", "8", i -> since(from, to, i, "* | top 10 user.username"));
        row(
                "5-minute buckets by code, 24 h",
                "15",
                i -> since(from, to, i, "* | timechart 5m count() by responseStatus.code"));
        row(
                "last 100 of one user, raw",
                "30",
                i ->
                        new Question(
                                "user.username:" + quoted(users, i, "nobody-") + " | tail 100",
                                null,
                                null,
                                true));
    }

    /** Questions without a floor, some of which look at every event. */
    private void others() {
        var from = time("* | head 1");
        var to = time("* | tail 1").plusNanos(1);
        row(
                "part of a request URI: count",
                "-",
                i -> all("requestURI:*" + i + "-" + i % 7 + "* | stats count()"));
        row("a word anywhere: count", "-", 4, i -> all("nowhere" + i + " | stats count()"));
        row(
                "time taken, p99 by verb",
                "-",
                4,
                i -> since(from, to, i, "* | stats p99(_took_ms), sum(_bytes) by verb"));
    }

    /** Addresses that are seldom seen, each of them in other events than the others. */
    private void needles(Instant from, Instant to) {
        var seldom = new ArrayList<String>();
        for (var row : table("* | rare 2000 sourceIPs", from, to)) {
            if (Long.parseLong(row.get(1)) <= SELDOM) {
                seldom.add(row.get(0));
            }
        }
        java.util.Collections.shuffle(seldom, random);
        row("address, 24 h: count", "1", i -> between(needle(seldom, i) + " | stats count()", from, to, false));
        row("address, 24 h: raw events", "8", i -> between(needle(seldom, i), from, to, true));
        var common = drawn("sourceIPs");
        row(
                "common address, 24 h: count",
                "-",
                i ->
                        between(
                                "sourceIPs:" + quoted(common, i, "absent-") + " | stats count()",
                                from,
                                to,
                                false));
    }

    /** Every fourth was never seen. */
    private static String needle(List<String> seldom, int i) {
        return "sourceIPs:" + (i % 4 == 3 || seldom.isEmpty() ? "198.51.100." + i % 250 : seldom.get(i % seldom.size()));
    }

    /** What events drawn from all parts of the ledger have in the field. */
    private List<String> drawn(String field) {
        var all = column("* | dedup " + field + " | fields " + field, 0);
        var some = new ArrayList<>(all.stream().filter(value -> !value.isEmpty()).toList());
        java.util.Collections.shuffle(some, random);
        return some.subList(0, Math.min(CALLS, some.size()));
    }

    private void container() {
        var words = new ArrayList<String>();
        var from = time("* | head 1");
        var messages = new ArrayList<String>();
        for (int hour = 0; hour < 24; hour++) {
            var start = from.plus(Duration.ofHours(hour));
            table("* | head 1000 | fields message", start, start.plusSeconds(3600))
                    .forEach(row -> messages.add(row.getFirst()));
        }
        for (var message : messages) {
            if (message.length() > 40 && random.nextInt(10) == 0) {
                int at = random.nextInt(message.length() - 12);
                var part = message.substring(at, at + 8 + random.nextInt(4));
                if (part.codePoints().allMatch(c -> c >= ' ' && c < 127)) {
                    words.add(part);
                }
            }
        }
        java.util.Collections.shuffle(words, random);
        row(
                "substring of all messages: count",
                "30",
                i ->
                        all(
                                "message:*"
                                        + escaped(i % 4 == 3 ? "absent-" + i : words.get(i % words.size()))
                                        + "* | stats count()"));
        row(
                "rare substring of all messages: raw",
                "30",
                i ->
                        new Question(
                                "message:*xmrig-pool" + (i % 2 == 0 ? "" : "-" + i) + "*",
                                null,
                                null,
                                true));
    }

    private static String escaped(String text) {
        return text.replaceAll("([^A-Za-z0-9])", "\\\\$1");
    }

    /** 200 rules over everything: those that ship, and made ones; what they cost at the third time. */
    private void rules() {
        var shipped = RuleSets.shipped().rules();
        var made = RuleSpeed.rules(200);
        rules("200 made rules over all events", made, "1200");
        var mixed = new ArrayList<>(shipped);
        mixed.addAll(made.subList(0, Math.max(0, 200 - shipped.size())));
        rules(shipped.size() + " shipped rules and " + (mixed.size() - shipped.size()) + " made", mixed, "1200");
    }

    private void rules(String name, List<Rule> rules, String floor) {
        var wall = new double[5];
        var cpu = new double[5];
        var found = new long[1];
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < wall.length; i++) {
            found[0] = 0;
            long before = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            new History(rules, new Facts())
                    .search(
                            ledger,
                            Span.ALL,
                            (position, holding, event) -> {
                                found[0] += holding.cardinality();
                                return true;
                            });
            wall[i] = (System.nanoTime() - start) / 1e6;
            cpu[i] = (threads.getCurrentThreadCpuTime() - before) / 1e6;
        }
        var work = ledger.work();
        System.out.printf(
                Locale.ROOT,
                "| %s | %.0f | %.0f | %.0f | %.0f | %d | %s |%n",
                name,
                median(wall),
                Arrays.stream(wall).max().orElse(0),
                wall[0],
                median(cpu),
                found[0],
                floor);
        System.err.println(name + ": " + (work == null ? 0 : work.rebuilt()) + " events put together");
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** The same questions with the same number of matches, in ledgers of growing size. */
    private static void growth(String[] arguments) {
        var keys = LedgerKeys.reading(Path.of(arguments[1]));
        var names =
                List.of(
                        "planted address in everything: count",
                        "planted address in everything: raw",
                        "address, one day: count",
                        "address, one day: raw events",
                        "count of deleted secrets, 1 h of one day",
                        "count of deleted secrets, 1 h of any day",
                        "top 10 users, one day");
        var medians = new ArrayList<double[]>();
        var sizes = new ArrayList<Long>();
        for (int pass = 0; pass < 2; pass++) { // the first one only compiles
            medians.clear();
            sizes.clear();
            for (int i = 2; i < arguments.length; i++) {
                try (var reader = LedgerReader.open(Path.of(arguments[i], "ledger"), keys)) {
                    var ask = new Ask(reader);
                    ask.quiet = true;
                    sizes.add(reader.size());
                    medians.add(ask.grown());
                }
            }
        }
        System.out.println("| question | ms at " + sizes.stream().map(n -> n / 1_000_000 + " million").reduce((a, b) -> a + " | " + b).orElse("") + " | last to first |");
        System.out.println("| --- |" + " --- |".repeat(sizes.size() + 1));
        for (int row = 0; row < names.size(); row++) {
            var line = new StringBuilder("| " + names.get(row));
            for (var one : medians) {
                line.append(String.format(Locale.ROOT, " | %.2f", one[row]));
            }
            System.out.println(line + String.format(Locale.ROOT, " | %.2f x |", medians.getLast()[row] / medians.getFirst()[row]));
        }
        var memory = Runtime.getRuntime();
        System.gc();
        System.err.printf(Locale.ROOT, "in use at the end: %d MiB%n", (memory.totalMemory() - memory.freeMemory()) >> 20);
    }

    private double[] grown() {
        var from = time("* | head 1");
        long days =
                Math.max(1, Duration.between(from, time("* | tail 1")).plusHours(12).toDays());
        var seldom = new ArrayList<String>();
        for (var row : table("* | rare 2000 sourceIPs", from, from.plus(DAY))) {
            if (Long.parseLong(row.get(1)) <= SELDOM) {
                seldom.add(row.get(0));
            }
        }
        java.util.Collections.shuffle(seldom, random);
        row("", "", i -> all("sourceIPs:(203.0.113.77 or 198.51.100." + i + ") | stats count()"));
        row("", "", i -> new Question("sourceIPs:(203.0.113.77 or 198.51.100." + i + ")", null, null, true));
        row("", "", i -> day(needle(seldom, i) + " | stats count()", from, days, i, false));
        row("", "", i -> day(needle(seldom, i), from, days, i, true));
        row("", "", i -> hour(from.plus(DAY.multipliedBy(days / 2))));
        row("", "", i -> hour(from.plus(DAY.multipliedBy(random.nextInt((int) days)))));
        row("", "", i -> day("* | top 10 user.username", from, days, i, false));
        return medians;
    }

    private Question hour(Instant day) {
        var start = day.plusSeconds(random.nextInt(82_800));
        return new Question(
                "verb:delete and objectRef.resource:secrets | stats count()",
                start,
                start.plusSeconds(3600),
                false);
    }

    private Instant time(String query) {
        return Instant.parse(column(query + " | fields _time", 0).getFirst());
    }

    private Question day(String text, Instant from, long days, int i, boolean raw) {
        var start = from.plus(DAY.multipliedBy(random.nextInt((int) days)));
        return new Question(text, start, start.plus(DAY), raw);
    }

    private static String quoted(List<String> values, int i, String absent) {
        return "\"" + (i % 4 == 3 ? absent + i : values.get(i % values.size())) + "\"";
    }

    private static Question all(String text) {
        return new Question(text, null, null, false);
    }

    private static Question between(String text, Instant from, Instant to, boolean raw) {
        return new Question(text, from, to, raw);
    }

    private static Question since(Instant from, Instant to, int i, String text) {
        return new Question(text, from.plus(Duration.ofMillis(10L * i)), to, false);
    }

    private void row(String name, String floor, IntFunction<Question> question) {
        row(name, floor, CALLS, question);
    }

    private void row(String name, String floor, int calls, IntFunction<Question> question) {
        var wall = new double[calls];
        double cpu = 0;
        long matches = 0;
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < calls; i++) {
            var asked = question.apply(i);
            long before = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            long matched = ask(asked);
            wall[i] = (System.nanoTime() - start) / 1e6;
            boolean warm = i >= calls / 2;
            cpu += warm ? (threads.getCurrentThreadCpuTime() - before) / 1e6 : 0;
            matches += warm ? matched : 0;
        }
        var warm = Arrays.copyOfRange(wall, calls / 2, calls);
        Arrays.sort(warm);
        medians[rows++] = warm[warm.length / 2];
        if (!quiet) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f | %.2f | %.1f | %.2f | %d | %s |%n",
                    name,
                    warm[warm.length / 2],
                    warm[warm.length * 99 / 100],
                    wall[0],
                    cpu / (calls - calls / 2),
                    matches / (calls - calls / 2),
                    floor);
        }
    }

    private long ask(Question question) {
        var answer = new KeptAnswer();
        var outcome =
                Hunts.run(
                        Query.parse(question.text()),
                        ledger,
                        Span.of(question.since(), question.until()),
                        HuntLimits.USUAL,
                        answer);
        sink += outcome.matched();
        if (question.raw()) {
            for (var event : answer.events()) {
                sink += new String(event.original(), StandardCharsets.UTF_8).length();
            }
        }
        return outcome.matched();
    }

    private List<String> column(String query, int column) {
        return table(query).stream().map(row -> row.get(column)).toList();
    }

    private List<List<String>> table(String query) {
        return table(query, null, null);
    }

    private List<List<String>> table(String query, Instant since, Instant until) {
        var answer = new KeptAnswer();
        Hunts.run(Query.parse(query), ledger, Span.of(since, until), HuntLimits.USUAL, answer);
        return answer.rows().stream()
                .map(row -> row.stream().map(cell -> cell.asString("")).toList())
                .toList();
    }
}
