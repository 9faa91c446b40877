package dev.spoor.bench;

import dev.spoor.hunt.HuntLimits;
import dev.spoor.hunt.Hunts;
import dev.spoor.hunt.KeptAnswer;
import dev.spoor.hunt.Query;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LedgerReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * How long answers take in one warm process: {@code java -cp spoor.jar Ask.java AUDIT-DIR
 * CONTAINER-DIR KEY-FILE}, folders made by {@code scan --data} of a {@link Corpus}. Each question
 * is asked 200 times with another constant each time; the median of the last hundred is told.
 */
final class Ask {
    private static final int CALLS = 200;

    private record Question(
            String text, java.time.Instant since, java.time.Instant until, boolean raw) {}

    private final LedgerReader ledger;
    private long sink;

    private Ask(LedgerReader ledger) {
        this.ledger = ledger;
    }

    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("usage: java -cp JAR Ask.java AUDIT-DIR CONTAINER-DIR KEY-FILE");
            System.exit(2);
        }
        var keys = LedgerKeys.reading(Path.of(arguments[2]));
        System.out.println("| question | median ms | 99th | first | CPU ms | floor |");
        System.out.println("| --- | --- | --- | --- | --- | --- |");
        try (var reader = LedgerReader.open(Path.of(arguments[0], "ledger"), keys)) {
            new Ask(reader).audit();
        }
        try (var reader = LedgerReader.open(Path.of(arguments[1], "ledger"), keys)) {
            new Ask(reader).container();
        }
    }

    private void audit() {
        var span = table("* | stats min(_time), max(_time)").getFirst();
        var from = Instant.parse(span.get(0));
        var to = Instant.parse(span.get(1));
        var addresses = column("* | rare 400 sourceIPs", 0);
        var users = column("* | top 200 user.username", 0);
        row(
                "address, 24 h: count",
                "1",
                i -> all(needle(i) + " | stats count()"));
        row(
                "address, 24 h: raw events",
                "8",
                i -> new Question(needle(i), null, null, true));
        row(
                "address of 50 events or more: count",
                "-",
                i -> all("sourceIPs:" + quoted(addresses, i) + " | stats count()"));
        row(
                "count of deleted secrets, 1 h",
                "1.5",
                i -> {
                    var start = from.plusSeconds(397L * i % 82_800);
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
                                "user.username:" + quoted(users, i) + " | tail 100",
                                null,
                                null,
                                true));
    }

    private void container() {
        var needles = new ArrayList<String>();
        for (var message : column("* | head 40000 | fields message", 0)) {
            if (needles.size() < 150 && message.length() > 40 && message.hashCode() % 97 == 0) {
                needles.add(message.substring(20, 30).replaceAll("[\"\\\\*?|()]", "a"));
            }
        }
        needles.add("xmrig-pool");
        row(
                "substring of all messages: count",
                "30",
                i ->
                        all(
                                "message:*"
                                        + needles.get(i % needles.size())
                                                .replaceAll("([^A-Za-z0-9])", "\\\\$1")
                                        + "* | stats count()"));
        row(
                "rare substring of all messages: raw",
                "30",
                i ->
                        new Question(
                                "message:*xmrig-pool" + (i % 3 == 0 ? "" : "-" + i) + "*",
                                null,
                                null,
                                true));
    }

    /** Three events, and an address that was never seen. */
    private static String needle(int i) {
        return "sourceIPs:(203.0.113.77 or 198.51." + i / 200 + "." + i % 200 + ")";
    }

    private static String quoted(List<String> values, int i) {
        return "\"" + values.get(i % values.size()) + "\"";
    }

    private static Question all(String text) {
        return new Question(text, null, null, false);
    }

    private static Question since(Instant from, Instant to, int i, String text) {
        return new Question(text, from.plus(Duration.ofMillis(10L * i)), to, false);
    }

    private void row(String name, String floor, IntFunction<Question> question) {
        var wall = new double[CALLS];
        double cpu = 0;
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < CALLS; i++) {
            long before = threads.getCurrentThreadCpuTime();
            long start = System.nanoTime();
            ask(question.apply(i));
            wall[i] = (System.nanoTime() - start) / 1e6;
            cpu += i >= CALLS / 2 ? (threads.getCurrentThreadCpuTime() - before) / 1e6 : 0;
        }
        var warm = Arrays.copyOfRange(wall, CALLS / 2, CALLS);
        Arrays.sort(warm);
        System.out.printf(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.1f | %.2f | %s |%n",
                name,
                warm[warm.length / 2],
                warm[warm.length * 99 / 100],
                wall[0],
                cpu / (CALLS / 2),
                floor);
    }

    private void ask(Question question) {
        var answer = new KeptAnswer();
        var outcome =
                Hunts.run(
                        Query.parse(question.text()),
                        ledger,
                        question.since(),
                        question.until(),
                        HuntLimits.USUAL,
                        answer);
        sink += outcome.matched();
        if (question.raw()) {
            for (var event : answer.events()) {
                sink += new String(event.original(), StandardCharsets.UTF_8).length();
            }
        }
    }

    private List<String> column(String query, int column) {
        return table(query).stream().map(row -> row.get(column)).toList();
    }

    private List<List<String>> table(String query) {
        var answer = new KeptAnswer();
        Hunts.run(Query.parse(query), ledger, null, null, HuntLimits.USUAL, answer);
        return answer.rows().stream()
                .map(row -> row.stream().map(cell -> cell.asString("")).toList())
                .toList();
    }
}
