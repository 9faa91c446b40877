package dev.spoor.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spoor.event.Kind;
import dev.spoor.event.Received;
import dev.spoor.event.Scanned;
import dev.spoor.event.ShapeScanner;
import dev.spoor.event.Wrapping;
import dev.spoor.ledger.Ledger;
import dev.spoor.ledger.LedgerKeys;
import dev.spoor.ledger.LedgerReader;
import dev.spoor.ledger.LiveConfig;
import dev.spoor.ledger.LiveLedger;
import dev.spoor.ledger.LiveSink;
import dev.spoor.query.EventSearch;
import dev.spoor.query.Span;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers against a plain reading of the raw lines: another parser of JSON, loops and maps, nothing
 * of the query engine.
 */
class OracleTest {
    private static final int LINES = 10_000;

    /** A sample; {@code -Drounds=200} asks for more. */
    private static final int ROUNDS = Integer.getInteger("rounds", 6);

    /** A question in the language, and what it means. */
    private record Asked(String text, Predicate<JsonNode> holds) {}

    @TempDir private Path folder;

    @Test
    void everyOperatorAnswersAsAPlainReadingOfTheLines() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var lines = lines(random);
        try (var ledger = ledger(lines)) {
            check(ledger, lines, random, ROUNDS, seed);
        }
    }

    @Test
    void recordedEventsAreAnsweredAsAPlainReadingOfTheLines() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var lines = new ArrayList<String>();
        for (var event : Recordings.of("benign").events()) {
            lines.add(new String(event.original(), StandardCharsets.UTF_8));
        }
        try (var ledger = ledger(lines)) {
            check(ledger, lines, new Random(seed), ROUNDS, seed);
        }
    }

    @Test
    void aLedgerThatIsWrittenAndSealedAnswersAsAPlainReadingOfItsSnapshot() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new Random(seed);
        var lines = lines(random);
        var config = LiveConfig.usual().withJournalBytes(200_000);
        try (var ledger =
                LiveLedger.open(folder, config, LedgerKeys.ephemeral(), InstantSource.system())) {
            var writer = Thread.ofPlatform().start(() -> write(ledger, lines));
            int rounds = 0;
            while (writer.isAlive() || rounds == 0) {
                try (var snapshot = ledger.reader()) {
                    var kept = rows(snapshot, "* | stats count()").getFirst().getFirst();
                    int size = Integer.parseInt(kept);
                    var as = "-Dseed=" + seed + ", " + size + " lines";
                    if (size > 0) {
                        check(snapshot, lines.subList(0, size), random, 1, seed);
                    }
                    assertThat(rows(snapshot, "* | stats count()").getFirst().getFirst())
                            .as(as)
                            .isEqualTo(kept);
                    rounds++;
                }
            }
            writer.join();
            try (var whole = ledger.reader()) {
                check(whole, lines, random, 1, seed);
            }
        }
    }

    private static List<String> lines(Random random) {
        var lines = new ArrayList<String>();
        for (int i = 0; i < LINES; i++) {
            lines.add(line(random, i));
        }
        return lines;
    }

    private static void write(LiveLedger ledger, List<String> lines) {
        var sink = new LiveSink(ledger, position -> {}, 1200);
        int source = sink.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "log", null);
        var record = new Received();
        for (int i = 0; i < lines.size(); i++) {
            var bytes = lines.get(i).getBytes(StandardCharsets.UTF_8);
            record.plain(bytes, 0, bytes.length);
            record.source = source;
            record.line = i + 1L;
            sink.take(record);
            if (i % 97 == 0) {
                sink.flush();
            }
        }
        sink.flush();
    }

    private static void check(
            EventSearch ledger, List<String> lines, Random random, int rounds, long seed) {
        var mapper = JsonMapper.builder().build();
        var all = lines.stream().map(mapper::readTree).toList();
        for (int round = 0; round < rounds; round++) {
            var asked = filter(random, all, 2);
            var found = new ArrayList<Integer>();
            for (int i = 0; i < all.size(); i++) {
                if (asked.holds.test(all.get(i))) {
                    found.add(i);
                }
            }
            var nodes = found.stream().map(all::get).toList();
            var as = asked.text + " (-Dseed=" + seed + ")";
            assertThat(rows(ledger, asked.text + " | fields _line"))
                    .as(as)
                    .isEqualTo(found.stream().map(i -> List.of("" + (i + 1))).toList());
            var n = 1 + random.nextInt(30);
            assertThat(rows(ledger, asked.text + " | tail " + n + " | fields _line"))
                    .as(as)
                    .isEqualTo(
                            found.subList(Math.max(0, found.size() - n), found.size()).stream()
                                    .map(i -> List.of("" + (i + 1)))
                                    .toList());
            counts(ledger, asked, nodes, random, as);
            newest(ledger, asked, found, all, n, as);
            numbers(ledger, asked, nodes, as);
            times(ledger, asked, nodes, 60 * (1 + random.nextInt(9)), as);
            first(ledger, asked, found, all, as);
            sequence(ledger, asked, found, all, random, as);
            differences(ledger, asked, nodes, all, random, as);
            ends(ledger, asked, nodes, random, as);
            extracted(ledger, asked, nodes, as);
            lookedUp(ledger, asked, nodes, random, as);
            patterns(ledger, asked, nodes, as);
        }
    }

    // --- one operator each

    private static void counts(
            EventSearch ledger, Asked asked, List<JsonNode> nodes, Random random, String as) {
        var a = pick(random, FIELDS);
        var b = pick(random, FIELDS);
        if (a.equals(b)) {
            return;
        }
        var counts = new TreeMap<String, Long>();
        for (var node : nodes) {
            for (var x : keys(node, a)) {
                for (var y : keys(node, b)) {
                    counts.merge(x + "|" + y, 1L, Long::sum);
                }
            }
        }
        var told = new TreeMap<String, Long>();
        for (var row :
                rows(ledger, asked.text + " | stats count() by \"" + a + "\", \"" + b + "\"")) {
            told.put(row.get(0) + "|" + row.get(1), Long.parseLong(row.get(2)));
        }
        assertThat(told).as(as + " by " + a + ", " + b).isEqualTo(counts);
        var one = new HashMap<String, Long>();
        nodes.forEach(node -> keys(node, a).forEach(x -> one.merge(x, 1L, Long::sum)));
        var largest = one.values().stream().sorted(Comparator.reverseOrder()).limit(5).toList();
        var top = rows(ledger, asked.text + " | top 5 \"" + a + "\"");
        assertThat(top.stream().map(row -> Long.parseLong(row.get(1))).toList())
                .as(as + " top " + a)
                .isEqualTo(largest);
        top.forEach(row -> assertThat(one.get(row.get(0))).isEqualTo(Long.parseLong(row.get(1))));
        long sum = one.values().stream().mapToLong(Long::longValue).sum();
        assertThat(rows(ledger, asked.text + " | rare 100000 \"" + a + "\" | stats sum(count)"))
                .as(as)
                .isEqualTo(List.of(List.of(one.isEmpty() ? "null" : "" + sum)));
        var different = new HashSet<String>();
        nodes.forEach(node -> different.addAll(values(node, a)));
        assertThat(rows(ledger, asked.text + " | stats dc(\"" + a + "\") as n, count() as c"))
                .as(as)
                .isEqualTo(List.of(List.of("" + different.size(), "" + nodes.size())));
    }

    private static void newest(
            EventSearch ledger,
            Asked asked,
            List<Integer> found,
            List<JsonNode> all,
            int n,
            String as) {
        var sorted = new ArrayList<>(found);
        sorted.sort(
                Comparator.comparing((Integer i) -> time(all.get(i)), Comparator.reverseOrder()));
        assertThat(rows(ledger, asked.text + " | sort -_time | head " + n + " | fields _line"))
                .as(as)
                .isEqualTo(sorted.stream().limit(n).map(i -> List.of("" + (i + 1))).toList());
    }

    private static void numbers(EventSearch ledger, Asked asked, List<JsonNode> nodes, String as) {
        var values =
                nodes.stream()
                        .map(node -> node.path("responseStatus").path("code"))
                        .filter(JsonNode::isNumber)
                        .mapToDouble(JsonNode::asDouble)
                        .sorted()
                        .toArray();
        var row =
                rows(
                                ledger,
                                asked.text
                                        + " | stats sum(responseStatus.code), avg(responseStatus.code), min(responseStatus.code), max(responseStatus.code), p50(responseStatus.code), p99(responseStatus.code)")
                        .getFirst();
        if (values.length == 0) {
            assertThat(row).as(as).containsOnly("null");
            return;
        }
        double sum = Arrays.stream(values).sum();
        var expected =
                List.of(
                        sum,
                        sum / values.length,
                        values[0],
                        values[values.length - 1],
                        values[(values.length + 1) / 2 - 1],
                        values[(int) Math.ceil(values.length * 0.99) - 1]);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(Double.parseDouble(row.get(i)))
                    .as(as + " column " + i)
                    .isCloseTo(expected.get(i), within(1e-6));
        }
    }

    private static void times(
            EventSearch ledger, Asked asked, List<JsonNode> nodes, int seconds, String as) {
        var bins = new TreeMap<String, Long>();
        for (var node : nodes) {
            long at = time(node).getEpochSecond();
            bins.merge(
                    Instant.ofEpochSecond(Math.floorDiv(at, (long) seconds) * seconds).toString(),
                    1L,
                    Long::sum);
        }
        var told = new TreeMap<String, Long>();
        for (var row : rows(ledger, asked.text + " | timechart " + seconds + "s count()")) {
            if (!row.get(1).equals("0")) {
                told.put(row.get(0), Long.parseLong(row.get(1)));
            }
        }
        assertThat(told).as(as).isEqualTo(bins);
    }

    private static void first(
            EventSearch ledger, Asked asked, List<Integer> found, List<JsonNode> all, String as) {
        var seen = new HashSet<String>();
        var kept = new ArrayList<List<String>>();
        for (int i : found) {
            var key = keys(all.get(i), "verb") + "|" + keys(all.get(i), "objectRef.resource");
            if (seen.add(key)) {
                kept.add(List.of("" + (i + 1)));
            }
        }
        assertThat(rows(ledger, asked.text + " | dedup verb, objectRef.resource | fields _line"))
                .as(as)
                .isEqualTo(kept);
    }

    private static void sequence(
            EventSearch ledger,
            Asked asked,
            List<Integer> found,
            List<JsonNode> all,
            Random random,
            String as) {
        var a = filter(random, all, 0);
        var b = filter(random, all, 0);
        var not = filter(random, all, 0);
        int within = 1 + random.nextInt(300);
        var byUser = new TreeMap<String, List<Integer>>();
        for (int i : found) {
            for (var user : values(all.get(i), "user.username")) {
                byUser.computeIfAbsent(user, _ -> new ArrayList<>()).add(i);
            }
        }
        var expected = new ArrayList<List<String>>();
        byUser.forEach((user, events) -> {
            events.sort(Comparator.comparing((Integer i) -> time(all.get(i))));
            for (int i = 0; i < events.size(); i++) {
                if (!a.holds.test(all.get(events.get(i)))) {
                    continue;
                }
                var until = time(all.get(events.get(i))).plusSeconds(within);
                for (int j = i + 1; j < events.size(); j++) {
                    var node = all.get(events.get(j));
                    if (time(node).isAfter(until)) {
                        break;
                    }
                    if (b.holds.test(node)) {
                        expected.add(
                                List.of(
                                        user,
                                        "log:" + (events.get(i) + 1),
                                        "log:" + (events.get(j) + 1)));
                        i = j;
                        break;
                    }
                    if (not.holds.test(node)) {
                        break;
                    }
                }
            }
        });
        assertThat(
                        rows(
                                ledger,
                                "%s | sequence by user.username within %ds [%s] -> ![%s] -> [%s] | fields user.username, first, last"
                                        .formatted(asked.text, within, a.text, not.text, b.text)))
                .as(as + " %s, not %s, %s in %d s", a.text, not.text, b.text, within)
                .isEqualTo(expected);
    }

    private static void differences(
            EventSearch ledger,
            Asked asked,
            List<JsonNode> nodes,
            List<JsonNode> all,
            Random random,
            String as) {
        var others = filter(random, all, 1);
        var there = all.stream().filter(others.holds).toList();
        var field = pick(random, FIELDS);
        var expected = new TreeMap<String, String>();
        for (var value :
                new HashSet<>(nodes.stream().flatMap(n -> values(n, field).stream()).toList())) {
            long count = nodes.stream().filter(n -> values(n, field).contains(value)).count();
            long other = there.stream().filter(n -> values(n, field).contains(value)).count();
            if ((double) count * Math.max(1, there.size())
                    > (double) other * Math.max(1, nodes.size())) {
                expected.put(value, count + " " + other);
            }
        }
        var told = new TreeMap<String, String>();
        for (var row :
                rows(
                        ledger,
                        asked.text
                                + " | diff 100000 \""
                                + field
                                + "\" against ("
                                + others.text
                                + ")")) {
            told.put(row.get(1), row.get(2) + " " + row.get(4));
        }
        assertThat(told).as(as + " against " + others.text + " in " + field).isEqualTo(expected);
    }

    private static void ends(
            EventSearch ledger, Asked asked, List<JsonNode> nodes, Random random, String as) {
        var field =
                pick(random, List.of("verb", "user.username", "objectRef.resource", "sourceIPs"));
        var first = new TreeMap<String, List<String>>();
        var last = new TreeMap<String, List<String>>();
        var all = new TreeMap<String, java.util.TreeSet<String>>();
        for (var node : nodes) {
            for (var key : keys(node, "stage")) {
                var values = values(node, field);
                first.putIfAbsent(key, List.of());
                last.putIfAbsent(key, List.of());
                all.computeIfAbsent(key, _ -> new java.util.TreeSet<>()).addAll(values);
                if (!values.isEmpty()) {
                    first.merge(key, values, (known, more) -> known.isEmpty() ? more : known);
                    last.put(key, values);
                }
            }
        }
        var told =
                HuntsTest.ask(
                                ledger,
                                "%1$s | stats first(\"%2$s\"), last(\"%2$s\"), values(\"%2$s\") by stage"
                                        .formatted(asked.text, field))
                        .rows();
        assertThat(told).as(as).hasSize(first.size());
        for (var row : told) {
            var key = row.getFirst().isNull() ? "null" : row.getFirst().asString("");
            assertThat(texts(row.get(1))).as(as + " first " + field).isEqualTo(first.get(key));
            assertThat(texts(row.get(2))).as(as + " last " + field).isEqualTo(last.get(key));
            assertThat(texts(row.get(3)))
                    .as(as + " values " + field)
                    .containsExactlyElementsOf(all.getOrDefault(key, new java.util.TreeSet<>()));
        }
    }

    private static List<String> texts(JsonNode cell) {
        var found = new ArrayList<String>();
        if (cell.isArray()) {
            cell.forEach(each -> found.add(each.asString("")));
        } else if (!cell.isNull()) {
            found.add(cell.asString(""));
        }
        return found;
    }

    private static void extracted(
            EventSearch ledger, Asked asked, List<JsonNode> nodes, String as) {
        var counts = new TreeMap<String, Long>();
        for (var node : nodes) {
            var agent = node.path("userAgent").asString("");
            int slash = agent.indexOf('/');
            counts.merge(slash <= 0 ? "null" : agent.substring(0, slash), 1L, Long::sum);
        }
        var told = new TreeMap<String, Long>();
        for (var row :
                rows(
                        ledger,
                        asked.text
                                + " | extract userAgent /^(?<program>[^\\/]+)\\//"
                                + " | stats count() by program")) {
            told.put(row.get(0), Long.parseLong(row.get(1)));
        }
        assertThat(told).as(as).isEqualTo(counts);
    }

    private static void lookedUp(
            EventSearch ledger, Asked asked, List<JsonNode> nodes, Random random, String as) {
        var teams = new TreeMap<String, String>();
        var table = new StringBuilder("who,team\n");
        for (var node : nodes) {
            for (var user : values(node, "user.username")) {
                if (teams.size() < 20 && random.nextInt(10) == 0 && !teams.containsKey(user)) {
                    var team = "team " + random.nextInt(4);
                    teams.put(user, team);
                    table.append('"').append(user.replace("\"", "\"\"")).append("\",");
                    table.append(team).append('\n');
                }
            }
        }
        var counts = new TreeMap<String, Long>();
        for (var node : nodes) {
            for (var user : keys(node, "user.username")) {
                counts.merge(teams.getOrDefault(user, "null"), 1L, Long::sum);
            }
        }
        var answer = new KeptAnswer();
        Hunts.run(
                Query.parse(
                        asked.text
                                + " | lookup teams.csv by user.username | stats count() by team"),
                ledger,
                Span.ALL,
                HuntLimits.USUAL,
                name -> LookupTable.read(name, table.toString().getBytes(StandardCharsets.UTF_8)),
                answer);
        var told = new TreeMap<String, Long>();
        for (var row : answer.rows()) {
            told.put(
                    row.getFirst().isNull() ? "null" : row.getFirst().asString(""),
                    row.get(1).asLong());
        }
        assertThat(told).as(as).isEqualTo(counts);
    }

    /** Every text is counted in one pattern, and each pattern fits its example. */
    private static void patterns(EventSearch ledger, Asked asked, List<JsonNode> nodes, String as) {
        var texts = nodes.stream().flatMap(node -> values(node, "userAgent").stream()).toList();
        var told = rows(ledger, asked.text + " | patterns 100000 userAgent");
        assertThat(told.stream().mapToLong(row -> Long.parseLong(row.get(0))).sum())
                .as(as)
                .isEqualTo(texts.size());
        var expressions = new ArrayList<java.util.regex.Pattern>();
        for (var row : told) {
            var parts = new ArrayList<String>();
            for (var part : row.get(2).split("<\\*>", -1)) {
                parts.add(java.util.regex.Pattern.quote(part).replace(" ", "\\E\\s+\\Q"));
            }
            var expression = java.util.regex.Pattern.compile(String.join("\\S*", parts));
            assertThat(expression.matcher(row.get(3)).matches())
                    .as(as + ": " + row.get(2) + " for " + row.get(3))
                    .isTrue();
            expressions.add(expression);
        }
        for (var text : new HashSet<>(texts)) {
            assertThat(expressions.stream().anyMatch(one -> one.matcher(text.strip()).matches()))
                    .as(as + ": a pattern for " + text)
                    .isTrue();
        }
    }

    // --- filters

    private static final List<String> FIELDS =
            List.of(
                    "verb",
                    "user.username",
                    "user.groups",
                    "objectRef.resource",
                    "objectRef.namespace",
                    "responseStatus.code",
                    "sourceIPs",
                    "userAgent",
                    "stage",
                    "annotations.authorization.k8s.io/decision");

    private static Asked filter(Random random, List<JsonNode> all, int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            var left = filter(random, all, depth - 1);
            var right = filter(random, all, depth - 1);
            return switch (random.nextInt(3)) {
                case 0 ->
                        new Asked(
                                "(" + left.text + " and " + right.text + ")",
                                left.holds.and(right.holds));
                case 1 ->
                        new Asked(
                                "(" + left.text + " or " + right.text + ")",
                                left.holds.or(right.holds));
                default -> new Asked("(not " + left.text + ")", left.holds.negate());
            };
        }
        var field = pick(random, FIELDS);
        var name = "\"" + field + "\"";
        var sample = values(pick(random, all), field);
        var value = sample.isEmpty() ? "none" : sample.getFirst();
        return switch (random.nextInt(7)) {
            case 0 -> new Asked(name + ":*", node -> !values(node, field).isEmpty());
            case 1 -> {
                var start = value.substring(0, Math.min(value.length(), 3));
                yield new Asked(
                        name + ":" + escaped(start) + "*",
                        node -> values(node, field).stream().anyMatch(v -> v.startsWith(start)));
            }
            case 2 -> {
                var part = value.substring(value.length() / 2);
                yield new Asked(
                        name + ":*" + escaped(part) + "*",
                        node -> values(node, field).stream().anyMatch(v -> v.contains(part)));
            }
            case 3 ->
                    new Asked(
                            "responseStatus.code >= 400",
                            node -> node.path("responseStatus").path("code").asInt(0) >= 400);
            case 4 ->
                    new Asked(
                            "sourceIPs:10.0.0.0/9",
                            node ->
                                    values(node, "sourceIPs").stream()
                                            .anyMatch(ip ->
                                                    ip.matches(
                                                            "10\\.(\\d{1,2}|1[01]\\d|12[0-7])\\..*")));
            default ->
                    new Asked(
                            name + ":\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"",
                            node -> values(node, field).contains(value));
        };
    }

    private static String escaped(String text) {
        return text.replaceAll("([^A-Za-z0-9])", "\\\\$1");
    }

    // --- the plain reading

    private static Instant time(JsonNode node) {
        return Instant.parse(node.path("requestReceivedTimestamp").asString());
    }

    /** The values as texts; {@code null} stands for no value. */
    private static List<String> keys(JsonNode node, String field) {
        var values = values(node, field);
        return values.isEmpty() ? List.of("null") : values.stream().distinct().toList();
    }

    private static List<String> values(JsonNode node, String field) {
        JsonNode at = node;
        int dot = field.indexOf('.');
        at = at.path(dot < 0 ? field : field.substring(0, dot));
        if (dot >= 0) {
            at = at.path(field.substring(dot + 1));
        }
        var found = new ArrayList<String>();
        if (at.isArray()) {
            at.forEach(each -> found.add(each.asString()));
        } else if (!at.isMissingNode() && !at.isNull()) {
            found.add(at.asString());
        }
        return found;
    }

    private static List<List<String>> rows(EventSearch events, String query) {
        return HuntsTest.ask(events, query).rows().stream()
                .map(row ->
                        row.stream()
                                .map(cell -> cell.isNull() ? "null" : cell.asString(""))
                                .toList())
                .toList();
    }

    // --- events

    private static String line(Random random, int i) {
        var event = new LinkedHashMap<String, String>();
        event.put("\"kind\"", "\"Event\"");
        event.put("\"auditID\"", "\"" + new java.util.UUID(random.nextLong(), i) + "\"");
        event.put(
                "\"stage\"",
                random.nextInt(4) == 0 ? "\"RequestReceived\"" : "\"ResponseComplete\"");
        event.put(
                "\"verb\"", "\"" + pick(random, List.of("get", "list", "create", "delete")) + "\"");
        var user = pick(random, List.of("alice", "b\\u006fb", "system:node:n1", "Zo\u00eb"));
        event.put(
                "\"user\"",
                "{\"username\":\"%s\",\"groups\":[%s]}"
                        .formatted(
                                user,
                                pick(
                                        random,
                                        List.of("", "\"devs\"", "\"devs\",\"ops\"", "\"ops\""))));
        event.put(
                "\"sourceIPs\"",
                pick(
                        random,
                        List.of("[\"10.1.2.3\"]", "[\"10.200.0.1\",\"10.1.2.4\"]", "[\"::1\"]")));
        if (random.nextInt(3) > 0) {
            event.put("\"userAgent\"", "\"agent/" + random.nextInt(5000) + "\"");
        }
        if (random.nextInt(5) > 0) {
            event.put(
                    "\"objectRef\"",
                    random.nextInt(3) == 0
                            ? "{\"resource\":\"nodes\"}"
                            : "{\"resource\":\"%s\",\"namespace\":\"%s\"}"
                                    .formatted(
                                            pick(random, List.of("pods", "secrets")),
                                            pick(random, List.of("shop", "web", "kube-system"))));
        }
        if (random.nextInt(6) > 0) {
            event.put(
                    "\"responseStatus\"",
                    "{\"metadata\":{},\"code\":%d}"
                            .formatted(pick(random, List.of(200, 201, 403, 404, 500))));
        }
        event.put(
                "\"requestReceivedTimestamp\"",
                "\""
                        + Instant.parse("2026-01-02T00:00:00.000001Z")
                                .plusMillis(i * 250L + random.nextInt(5000))
                        + "\"");
        if (random.nextBoolean()) {
            event.put("\"annotations\"", "{\"authorization.k8s.io/decision\":\"allow\"}");
        }
        var members = new ArrayList<String>();
        event.forEach((key, value) -> members.add(key + ":" + value));
        if (random.nextInt(20) == 0) {
            Collections.swap(members, 0, members.size() - 1);
        }
        return "{" + String.join(",", members) + "}";
    }

    private LedgerReader ledger(List<String> lines) {
        var keys = LedgerKeys.ephemeral();
        var scanner = new ShapeScanner();
        var scanned = new Scanned();
        var path = folder.resolve("ledger");
        var clock = InstantSource.fixed(Instant.parse("2026-01-03T00:00:00Z"));
        try (var ledger = Ledger.create(path, keys, scanner, clock, false)) {
            int source = ledger.open(Kind.KUBERNETES_AUDIT, Wrapping.NATIVE, "log", null);
            var record = new Received();
            for (int i = 0; i < lines.size(); i++) {
                var bytes = lines.get(i).getBytes(StandardCharsets.UTF_8);
                record.plain(bytes, 0, bytes.length);
                record.source = source;
                record.line = i + 1L;
                scanner.scan(Kind.KUBERNETES_AUDIT, bytes, 0, bytes.length, scanned);
                ledger.append(record, scanned);
            }
            ledger.seal();
        }
        return LedgerReader.open(path, keys);
    }

    private static <T> T pick(Random random, List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
