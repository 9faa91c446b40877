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

    /**
     * Character by character, folded as {@link String#equalsIgnoreCase} does; nothing is copied.
     */
    static boolean containsIgnoringCase(String value, String part) {
        if (part.isEmpty()) {
            return true;
        }
        char lower = Character.toLowerCase(Character.toUpperCase(part.charAt(0)));
        char upper = Character.toUpperCase(part.charAt(0));
        int last = value.length() - part.length();
        for (int i = 0; i <= last; i++) {
            char c = value.charAt(i);
            if ((c == lower || c == upper || c > 127)
                    && value.regionMatches(true, i, part, 0, part.length())) {
                return true;
            }
        }
        return false;
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
