package dev.spoor.incident;

import java.util.Collection;
import java.util.List;

/** Text for people, made from values an attacker may have chosen. */
final class Plain {
    /** Longer values are cut, with an ellipsis. */
    static final int VALUE_CHARS_MAX = 120;

    /** Longer sentences are cut, with an ellipsis. */
    static final int SENTENCE_CHARS_MAX = 600;

    /** More names in one sentence are counted instead of named. */
    static final int NAMES_MAX = 4;

    private Plain() {}

    static String value(String text) {
        return text(text, VALUE_CHARS_MAX);
    }

    static String sentence(String text) {
        return text(text, SENTENCE_CHARS_MAX);
    }

    /**
     * Replaces what could move a cursor, hide or reorder text: controls, line and paragraph
     * separators, format characters (bidirectional overrides, zero-width), lone surrogates.
     */
    private static String text(String text, int charsMax) {
        return text.length() <= charsMax && ordinary(text) ? text : spelled(text, charsMax);
    }

    /** Nothing but printable ASCII, as nearly everything is. */
    private static boolean ordinary(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return true;
    }

    private static String spelled(String text, int charsMax) {
        var out = new StringBuilder(Math.min(text.length(), charsMax) + 16);
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                        out.append("\\u%04x".formatted(c));
                default -> out.appendCodePoint(c);
            }
            if (out.length() >= charsMax && i < text.length()) {
                return out.append('…').toString();
            }
        }
        return out.toString();
    }

    /** {@code a, b and c}; beyond {@link #NAMES_MAX}: {@code a, b, c, d and 24 more}. */
    static String names(Collection<String> names) {
        var all = List.copyOf(names);
        var out = new StringBuilder();
        int shown = all.size() == NAMES_MAX + 1 ? all.size() : Math.min(all.size(), NAMES_MAX);
        for (int i = 0; i < shown; i++) {
            boolean last = i == shown - 1 && shown == all.size();
            out.append(i == 0 ? "" : last ? " and " : ", ").append(value(all.get(i)));
        }
        if (shown < all.size()) {
            out.append(" and ").append(all.size() - shown).append(" more");
        }
        return out.toString();
    }

    /** {@code 1 pod}, {@code 2 pods}. */
    static String count(int n, String singular, String plural) {
        return n + " " + (n == 1 ? singular : plural);
    }
}
