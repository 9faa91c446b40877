package dev.spoor.query;

import java.util.Locale;

/**
 * Matches a value against literal parts with gaps: greedy from the left, linear in value × parts.
 */
final class Likeness {
    private Likeness() {}

    static boolean matches(Test.Like like, String value) {
        var text = like.caseSensitive() ? value : value.toLowerCase(Locale.ROOT);
        var parts = like.parts();
        int last = parts.size() - 1;
        if (last < 0) {
            return text.isEmpty();
        }
        var first = folded(like, 0);
        if (last == 0) {
            return text.length() == first.length() && at(text, 0, first);
        }
        if (!at(text, 0, first)) {
            return false;
        }
        int from = first.length();
        for (int i = 1; i < last; i++) {
            var part = folded(like, i);
            while (from + part.length() <= text.length() && !at(text, from, part)) {
                from++;
            }
            if (from + part.length() > text.length()) {
                return false;
            }
            from += part.length();
        }
        var tail = folded(like, last);
        return text.length() - tail.length() >= from
                && at(text, text.length() - tail.length(), tail);
    }

    private static String folded(Test.Like like, int i) {
        var part = like.parts().get(i);
        return like.caseSensitive() ? part : part.toLowerCase(Locale.ROOT);
    }

    private static boolean at(String text, int from, String part) {
        if (from + part.length() > text.length()) {
            return false;
        }
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c != Test.Like.ANY_ONE && c != text.charAt(from + i)) {
                return false;
            }
        }
        return true;
    }
}
