package dev.spoor.query;

import java.util.Locale;

/**
 * Matches a value against literal parts with gaps: greedy from the left, linear in value × parts.
 */
final class Likeness {
    private static final char ONE = Test.Like.ANY_ONE;

    private Likeness() {}

    static boolean matches(Test.Like like, String value) {
        var text = like.caseSensitive() ? value : value.toLowerCase(Locale.ROOT);
        var parts = like.parts();
        int last = parts.size() - 1;
        if (last < 0) {
            return text.isEmpty();
        }
        var first = folded(like, 0);
        int from = end(text, 0, first);
        if (last == 0 || from < 0) {
            return from == text.length();
        }
        for (int i = 1; i < last; i++) {
            var part = folded(like, i);
            int end = end(text, from, part);
            while (end < 0 && from + part.length() < text.length()) {
                from += Character.charCount(text.codePointAt(from));
                end = end(text, from, part);
            }
            if (end < 0) {
                return false;
            }
            from = end;
        }
        var tail = folded(like, last);
        int longest = tail.length() + (int) tail.chars().filter(c -> c == ONE).count();
        for (int start = Math.max(from, text.length() - longest);
                start <= text.length() - tail.length();
                start++) {
            if (!inside(text, start) && end(text, start, tail) == text.length()) {
                return true;
            }
        }
        return false;
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

    /** Whether the place is within a character of two units. */
    private static boolean inside(String text, int at) {
        return at > 0
                && at < text.length()
                && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }

    /** Where the part ends when it stands there; -1 when it does not. */
    private static int end(String text, int from, String part) {
        int at = from;
        for (int i = 0; i < part.length(); i++) {
            if (at >= text.length()) {
                return -1;
            }
            char c = part.charAt(i);
            if (c == ONE) {
                at += Character.charCount(text.codePointAt(at));
            } else if (c == text.charAt(at)) {
                at++;
            } else {
                return -1;
            }
        }
        return at;
    }
}
