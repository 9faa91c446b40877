package dev.spoor.bench;

import java.util.List;
import java.util.SplittableRandom;

/** Chance with a seed: the same seed gives the same corpus, byte for byte. */
final class Draw {
    private static final String HEX = "0123456789abcdef";
    private static final String NAME =
            "bcdfghjklmnpqrstvwxz2456789"; // as Kubernetes makes suffixes

    private final SplittableRandom random;

    Draw(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    double share() {
        return random.nextDouble();
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    @SafeVarargs
    final <T> T of(T... all) {
        return all[random.nextInt(all.length)];
    }

    <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    /** The first ones far more often, as busy namespaces and people are. */
    <T> T skewed(List<T> all) {
        double share = random.nextDouble();
        return all.get(Math.min(all.size() - 1, (int) (all.size() * share * share * share)));
    }

    String hex(int length) {
        return letters(HEX, length);
    }

    String suffix(int length) {
        return letters(NAME, length);
    }

    /** A random UUID (RFC 9562 section 5.4). */
    String uuid() {
        var hex = hex(32);
        return hex.substring(0, 8)
                + "-"
                + hex.substring(8, 12)
                + "-4"
                + hex.substring(13, 16)
                + "-"
                + "89ab".charAt(below(4))
                + hex.substring(17, 20)
                + "-"
                + hex.substring(20);
    }

    private String letters(String alphabet, int length) {
        var text = new char[length];
        for (int i = 0; i < length; i++) {
            text[i] = alphabet.charAt(random.nextInt(alphabet.length()));
        }
        return new String(text);
    }

    /** Always the same for the same thing: a hash, an object's UID, a replica set's suffix. */
    static String fixedHex(Object thing, int length) {
        return new Draw(thing.hashCode() * 0x9e3779b97f4a7c15L).hex(length);
    }

    static String fixedSuffix(Object thing, int length) {
        return new Draw(thing.hashCode() * 0x9e3779b97f4a7c15L).suffix(length);
    }

    static String fixedUuid(Object thing) {
        return new Draw(thing.hashCode() * 0x9e3779b97f4a7c15L).uuid();
    }
}
