package dev.spoor.report;

import org.jspecify.annotations.Nullable;

/**
 * Makes what hides in text visible: control characters, marks that turn the direction of text,
 * characters without a shape, lone surrogates, and letters buried under marks. A log is written by
 * whoever is watched; it must not steer the terminal or show something else than it says.
 */
public final class Visible {
    /** More marks than this on one letter are shown as escapes. */
    static final int MARKS_MAX = 3;

    private Visible() {}

    /** The text with every hidden character as an escape such as {@code \}{@code u202e}. */
    public static String text(String text) {
        StringBuilder made = null;
        int marks = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            marks = mark(c) ? marks + 1 : 0;
            var escape = marks > MARKS_MAX ? written(c) : escape(c);
            if (escape != null && made == null) {
                made = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (made != null) {
                if (escape == null) {
                    made.appendCodePoint(c);
                } else {
                    made.append(escape);
                }
            }
            i += Character.charCount(c);
        }
        return made == null ? text : made.toString();
    }

    /** For a terminal without Unicode: what {@link #text} has made, in ASCII. */
    static String ascii(String text) {
        var made = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            switch (c) {
                case '«' -> made.append('[');
                case '»' -> made.append(']');
                case '\u00a0' -> made.append(' ');
                default -> {
                    if (c < 0x7f) {
                        made.appendCodePoint(c);
                    } else {
                        made.append(written(c));
                    }
                }
            }
            i += Character.charCount(c);
        }
        return made.toString();
    }

    /** How a hidden character is written; null for one that shows itself. */
    static @Nullable String escape(int c) {
        if (c >= ' ' && c < 0x7f) {
            return null;
        }
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> hidden(c) ? written(c) : null;
        };
    }

    /** Whether a character has no honest shape of its own. */
    static boolean hidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default ->
                    switch (c) {
                        // Letters and marks by class, but drawn as nothing
                        case 0x034f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x2800, 0x3164, 0xffa0 -> true;
                        default -> c >= 0xfe00 && c <= 0xfe0f || c >= 0xe0100 && c <= 0xe01ef;
                    };
        };
    }

    static boolean mark(int c) {
        return switch (Character.getType(c)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> true;
            default -> false;
        };
    }

    static String written(int c) {
        return c < 0x10000 ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c);
    }

    /** Columns that a terminal gives the character: 0 for a mark, 2 for a wide one, else 1. */
    static int columns(int c) {
        if (c < 0x300) {
            return 1;
        }
        if (mark(c)) {
            return 0;
        }
        return c >= 0x1100
                        && (c <= 0x115f
                                || c >= 0x2e80 && c <= 0xa4cf
                                || c >= 0xac00 && c <= 0xd7a3
                                || c >= 0xf900 && c <= 0xfaff
                                || c >= 0xfe30 && c <= 0xfe6f
                                || c >= 0xff01 && c <= 0xff60
                                || c >= 0xffe0 && c <= 0xffe6
                                || c >= 0x1f300 && c <= 0x1f64f
                                || c >= 0x1f680 && c <= 0x1f6ff
                                || c >= 0x1f900 && c <= 0x1faff
                                || c >= 0x20000 && c <= 0x3fffd)
                ? 2
                : 1;
    }

    /** Columns of a text that {@link #text} has made. */
    static int columns(String text) {
        int sum = 0;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            sum += columns(c);
            i += Character.charCount(c);
        }
        return sum;
    }
}
