package dev.spoor.ledger;

import dev.spoor.ledger.SegmentReader.Values;
import dev.spoor.query.Test;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The values of a dictionary in small letters, side by side, so that a text is searched for in all
 * of them at once.
 *
 * @param bytes every ASCII letter a small one; each value stands where it does in the dictionary
 * @param odd codes of values that may hold a text although it does not stand in them: with an
 *     escape, or with letters beyond ASCII, some of which fold to one of it
 */
record Folded(byte[] bytes, int[] ends, int[] odd) {
    static Folded of(Values values) {
        var bytes = values.bytes().clone();
        var odd = new BitSet();
        for (int code = 0; code < values.size(); code++) {
            if (odd(bytes, values.start(code), values.ends()[code])) {
                odd.set(code);
            }
        }
        fold(bytes);
        return new Folded(bytes, values.ends(), odd.stream().toArray());
    }

    private static boolean odd(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0 || bytes[i] == '\\') {
                return true;
            }
        }
        return false;
    }

    private static void fold(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            bytes[i] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
        }
    }

    /** The codes whose values may hold the part; it is {@link #part}. */
    BitSet holding(Search part) {
        var found = new BitSet(ends.length);
        for (int code : odd) {
            found.set(code);
        }
        int at = part.find(bytes, 0, bytes.length);
        while (at >= 0) {
            int code = Arrays.binarySearch(ends, at + 1);
            code = code < 0 ? -1 - code : first(code);
            if (at + part.part.length <= ends[code]) {
                found.set(code);
                at = part.find(bytes, ends[code], bytes.length);
            } else {
                at = part.find(bytes, at + 1, bytes.length);
            }
        }
        return found;
    }

    /** Of equal ends (values without a byte) the first. */
    private int first(int code) {
        int found = code;
        while (found > 0 && ends[found - 1] == ends[found]) {
            found--;
        }
        return found;
    }

    /**
     * A text in small letters that every value which passes holds, however its letters are written;
     * null when the test has none.
     */
    static @Nullable Search part(Test test) {
        var text =
                switch (test) {
                    case Test.Prefix(var t, _) -> t;
                    case Test.Suffix(var t, _) -> t;
                    case Test.Contains(var t, _) -> t;
                    case Test.Like(var parts, _) -> longest(parts);
                    default -> "";
                };
        boolean plain = text.chars().allMatch(c -> c >= ' ' && c < 127 && c != '"' && c != '\\');
        return plain && text.length() > 1
                ? new Search(text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII))
                : null;
    }

    private static String longest(List<String> parts) {
        var best = "";
        for (var part : parts) {
            for (var piece : part.split("[^ -~]+|[\"\\\\]", -1)) {
                best = piece.length() > best.length() ? piece : best;
            }
        }
        return best;
    }

    long weight() {
        return bytes.length + 4L * odd.length + 64;
    }
}
