package dev.spoor.detect;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Network;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import tools.jackson.databind.JsonNode;

/**
 * Many tests on one field, found by the value instead of asked one by one: whole texts, beginnings
 * and ends by hash, parts by three characters that they have, networks by their prefix. What is
 * found is asked as it is; the index only leaves out what cannot hold.
 */
final class TestIndex {
    /** So many characters of a part lead to it; shorter parts are always asked. */
    private static final int GRAM = 3;

    private final List<Test> tests = new ArrayList<>();
    private final List<Integer> always = new ArrayList<>();
    private final Map<String, List<Integer>> whole = new HashMap<>();
    private final Map<Integer, Map<String, List<Integer>>> beginnings = new TreeMap<>();
    private final Map<Integer, Map<String, List<Integer>>> ends = new TreeMap<>();
    private final Map<String, List<Integer>> parts = new HashMap<>();
    private final Map<Prefix, List<Integer>> networks = new HashMap<>();
    private final List<Prefix> lengths = new ArrayList<>();

    /** A network, or with zeros the length of some. */
    private record Prefix(boolean v6, int bits, long high, long low) {}

    /**
     * @param tests a test is named by its place in the list
     */
    TestIndex(List<Test> tests) {
        this.tests.addAll(tests);
        var grams = new HashMap<String, Integer>();
        for (var test : tests) {
            if (test instanceof Test.Contains(var text, _)) {
                var folded = folded(text);
                for (int i = 0; i + GRAM <= folded.length(); i++) {
                    grams.merge(folded.substring(i, i + GRAM), 1, Integer::sum);
                }
            }
        }
        for (int i = 0; i < tests.size(); i++) {
            add(i, tests.get(i), grams);
        }
    }

    private void add(int number, Test test, Map<String, Integer> grams) {
        switch (test) {
            case Test.Equal(var text, _) -> put(whole, folded(text), number);
            case Test.OneOf(var texts) -> texts.forEach(text -> put(whole, folded(text), number));
            case Test.Prefix(var text, _) when !text.isEmpty() -> {
                var key = folded(text);
                put(beginnings.computeIfAbsent(key.length(), _ -> new HashMap<>()), key, number);
            }
            case Test.Suffix(var text, _) when !text.isEmpty() -> {
                var key = folded(text);
                put(ends.computeIfAbsent(key.length(), _ -> new HashMap<>()), key, number);
            }
            case Test.Contains(var text, _) when folded(text).length() >= GRAM ->
                    put(parts, rarest(folded(text), grams), number);
            case Test.Cidr(var network) -> {
                var length = new Prefix(network.v6(), network.bits(), 0, 0);
                if (!lengths.contains(length)) {
                    lengths.add(length);
                }
                networks.computeIfAbsent(prefix(network, length), _ -> new ArrayList<>())
                        .add(number);
            }
            case Test other -> {
                if (!(other instanceof Test.Exists || other instanceof Test.IsNull)) {
                    always.add(number);
                }
            }
        }
    }

    private static void put(Map<String, List<Integer>> map, String key, int number) {
        map.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(number);
    }

    private static String rarest(String text, Map<String, Integer> grams) {
        var best = text.substring(0, GRAM);
        for (int i = 1; i + GRAM <= text.length(); i++) {
            var gram = text.substring(i, i + GRAM);
            if (grams.getOrDefault(gram, 0) < grams.getOrDefault(best, 0)) {
                best = gram;
            }
        }
        return best;
    }

    /** As {@link String#equalsIgnoreCase} takes characters for the same. */
    private static String folded(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c < 128 && !(c >= 'A' && c <= 'Z');
        }
        if (plain) {
            return text;
        }
        var folded = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.toLowerCase(Character.toUpperCase(c)))
                .forEach(folded::appendCodePoint);
        return folded.toString();
    }

    /** Names every test that some of the values passes; a test may be named twice. */
    void passed(List<JsonNode> values, IntConsumer passed) {
        for (var value : values) {
            for (int number : always) {
                ask(number, value, passed);
            }
            if (!value.isContainer() && !value.isNull()) {
                passed(value, folded(value.asString("")), passed);
            }
        }
    }

    private void passed(JsonNode value, String text, IntConsumer passed) {
        ask(whole.get(text), value, passed);
        for (var length : beginnings.entrySet()) {
            if (length.getKey() > text.length()) {
                break;
            }
            ask(length.getValue().get(text.substring(0, length.getKey())), value, passed);
        }
        for (var length : ends.entrySet()) {
            if (length.getKey() > text.length()) {
                break;
            }
            ask(
                    length.getValue().get(text.substring(text.length() - length.getKey())),
                    value,
                    passed);
        }
        if (!parts.isEmpty()) {
            for (int i = 0; i + GRAM <= text.length(); i++) {
                ask(parts.get(text.substring(i, i + GRAM)), value, passed);
            }
        }
        if (!lengths.isEmpty() && !text.isEmpty() && text.indexOf('/') < 0) {
            inNetworks(value, text, passed);
        }
    }

    private void inNetworks(JsonNode value, String text, IntConsumer passed) {
        Network address;
        try {
            address = Network.of(text);
        } catch (Rejected e) {
            return; // no address is in no network
        }
        for (var length : lengths) {
            if (length.v6() == address.v6()) {
                ask(networks.get(prefix(address, length)), value, passed);
            }
        }
    }

    private static Prefix prefix(Network network, Prefix length) {
        int high = length.v6() ? Math.min(length.bits(), 64) : 0;
        int low = length.v6() ? Math.max(0, length.bits() - 64) : length.bits() + 32;
        return new Prefix(
                length.v6(), length.bits(), cut(network.high(), high), cut(network.low(), low));
    }

    private static long cut(long value, int bits) {
        return bits == 0 ? 0 : value & (-1L << (64 - bits));
    }

    private void ask(
            @org.jspecify.annotations.Nullable List<Integer> numbers,
            JsonNode value,
            IntConsumer passed) {
        if (numbers != null) {
            for (int number : numbers) {
                ask(number, value, passed);
            }
        }
    }

    private void ask(int number, JsonNode value, IntConsumer passed) {
        if (tests.get(number).holds(value)) {
            passed.accept(number);
        }
    }
}
