package dev.spoor.detect.sigma;

import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.List;

/**
 * A Sigma string with its wildcards (specification, "String Wildcard" and "Escape Character"):
 * literal characters, {@link #MANY} for {@code *} and {@link Test.Like#ANY_ONE} for {@code ?}.
 */
record Pattern(String marked) {
    static final char ONE = Test.Like.ANY_ONE;
    static final char MANY = '\uE001';

    /** Reads wildcards and their escapes. */
    static Pattern of(String written) {
        var marked = new StringBuilder(written.length());
        for (int i = 0; i < written.length(); i++) {
            char c = written.charAt(i);
            if (c == '*') {
                many(marked);
            } else if (c == '?') {
                marked.append(ONE);
            } else if (c == '\\' && i + 1 < written.length() && escapes(written.charAt(i + 1))) {
                marked.append(written.charAt(++i));
            } else {
                marked.append(literal(c));
            }
        }
        return new Pattern(marked.toString());
    }

    /** Text without any wildcard. */
    static Pattern literally(String text) {
        var marked = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            marked.append(literal(text.charAt(i)));
        }
        return new Pattern(marked.toString());
    }

    private static boolean escapes(char c) {
        return c == '*' || c == '?' || c == '\\';
    }

    private static char literal(char c) {
        if (c == ONE || c == MANY) {
            throw new IllegalArgumentException(
                    "the private characters U+E000 and U+E001 cannot be matched");
        }
        return c;
    }

    private static void many(StringBuilder marked) {
        if (marked.isEmpty() || marked.charAt(marked.length() - 1) != MANY) {
            marked.append(MANY);
        }
    }

    static boolean wildcard(char c) {
        return c == ONE || c == MANY;
    }

    boolean plain() {
        return marked.indexOf(ONE) < 0 && marked.indexOf(MANY) < 0;
    }

    Pattern startingWith() {
        return marked.endsWith(String.valueOf(MANY)) ? this : new Pattern(marked + MANY);
    }

    Pattern endingWith() {
        return marked.startsWith(String.valueOf(MANY)) ? this : new Pattern(MANY + marked);
    }

    /** The simplest test that says the same. */
    Test test(boolean cased) {
        if (plain()) {
            return new Test.Equal(marked, cased);
        }
        boolean open = marked.charAt(0) == MANY;
        boolean left = marked.charAt(marked.length() - 1) == MANY;
        if (marked.length() > 1 && (open || left)) {
            var inner =
                    new Pattern(
                            marked.substring(
                                    open ? 1 : 0, left ? marked.length() - 1 : marked.length()));
            if (inner.plain()) {
                return open && left
                        ? new Test.Contains(inner.marked, cased)
                        : open
                                ? new Test.Suffix(inner.marked, cased)
                                : new Test.Prefix(inner.marked, cased);
            }
        }
        return new Test.Like(parts(), cased);
    }

    private List<String> parts() {
        var parts = new ArrayList<String>();
        int from = 0;
        for (int at = marked.indexOf(MANY); at >= 0; at = marked.indexOf(MANY, from)) {
            parts.add(marked.substring(from, at));
            from = at + 1;
        }
        parts.add(marked.substring(from));
        return parts;
    }
}
