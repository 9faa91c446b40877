package dev.spoor.hunt;

import dev.spoor.fault.Rejected;
import dev.spoor.query.Test;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A place in a query's text: reads words, quoted strings and signs, and says where it went wrong.
 */
final class Cursor {
    /** Characters of the query that are shown around an error. */
    private static final int SHOWN_MAX = 72;

    private final String text;
    private int at;
    private @Nullable Rejected told;

    Cursor(String text) {
        this.text = text;
        if (text.length() > Query.LENGTH_MAX) {
            throw new Rejected(
                    "query: %d characters (expected: at most %d)"
                            .formatted(text.length(), Query.LENGTH_MAX));
        }
    }

    /**
     * A word as written without quotes.
     *
     * @param literal the word, escapes taken away
     * @param parts the literal texts between the {@code *}; a {@code ?} is {@link
     *     Test.Like#ANY_ONE}
     * @param plain neither wildcards nor escapes
     */
    record Word(int start, String literal, List<String> parts, boolean plain) {
        boolean wild() {
            return parts.size() > 1 || parts.getFirst().indexOf(Test.Like.ANY_ONE) >= 0;
        }

        boolean star() {
            return parts.size() > 1 && parts.stream().allMatch(String::isEmpty);
        }

        boolean is(String keyword) {
            return plain && literal.toLowerCase(Locale.ROOT).equals(keyword);
        }
    }

    int position() {
        return at;
    }

    void back(int position) {
        at = position;
    }

    boolean end() {
        return at >= text.length();
    }

    /** The character here, or 0 at the end. */
    char here() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    boolean next(String sign) {
        return text.startsWith(sign, at);
    }

    boolean skip(String sign) {
        if (!next(sign)) {
            return false;
        }
        at += sign.length();
        return true;
    }

    void space() {
        while (at < text.length() && blank(text.charAt(at))) {
            at++;
        }
    }

    /** Whether a value or word may end here. */
    boolean boundary() {
        return end() || blank(here()) || here() == ')' || here() == '|';
    }

    static boolean blank(char c) {
        return Character.isWhitespace(c) || c == '\u00a0' || c == '\ufeff';
    }

    /**
     * Reads up to a blank, a parenthesis, a pipe, a quote or one of {@code stops}. A backslash
     * takes the next character as it is.
     */
    Word word(String stops) {
        int start = at;
        boolean plain = true;
        var literal = new StringBuilder();
        var part = new StringBuilder();
        var parts = new ArrayList<String>();
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (blank(c) || "()|\"".indexOf(c) >= 0 || stops.indexOf(c) >= 0) {
                break;
            }
            if (c == '*' || c == '?') {
                plain = false;
                literal.append(c);
                boolean again = !parts.isEmpty() && part.isEmpty() && c == '*';
                if (again) {
                    continue; // ** is *
                }
                if (c == '*') {
                    parts.add(part.toString());
                    part.setLength(0);
                } else {
                    part.append(Test.Like.ANY_ONE);
                }
                continue;
            }
            if (c == '\\') {
                plain = false;
                at++;
                if (end()) {
                    throw error(at, "a character after \\");
                }
                c = text.charAt(at);
            }
            if (c == Test.Like.ANY_ONE) {
                throw error(at, "no character U+E000 outside of quotes");
            }
            literal.append(c);
            part.append(c);
        }
        parts.add(part.toString());
        return new Word(start, literal.toString(), parts, plain);
    }

    /** Reads a string; the quote stands here. */
    String quoted() {
        int start = at++;
        var value = new StringBuilder();
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return value.toString();
            }
            if (c == '\\' && at + 1 < text.length()) {
                c = text.charAt(++at);
                c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
            }
            value.append(c);
        }
        throw error(start, "a closing \" for this one");
    }

    /** The position after the closing slash of a regular expression that begins here, or -1. */
    int regexEnd() {
        return regexEnd("");
    }

    /** The same, where one of {@code stops} may follow it, too. */
    int regexEnd(String stops) {
        if (here() != '/') {
            return -1;
        }
        boolean inClass = false; // a slash in [ ] is a character like others
        for (int i = at + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (inClass) {
                inClass = c != ']';
            } else if (c == '[') {
                inClass = text.indexOf(']', i + 2) > 0;
                i += inClass && text.charAt(i + 1) == ']' ? 1 : 0;
            } else if (c == '/') {
                int end = i + 1 < text.length() && text.charAt(i + 1) == 'i' ? i + 2 : i + 1;
                boolean closed =
                        end >= text.length()
                                || ends(text.charAt(end))
                                || stops.indexOf(text.charAt(end)) >= 0;
                return closed && i > at + 1 ? end : -1;
            }
        }
        return -1;
    }

    private static boolean ends(char c) {
        return blank(c) || c == ')' || c == '|';
    }

    String from(int start) {
        return text.substring(start, at);
    }

    Rejected error(String expected) {
        return error(at, expected);
    }

    Rejected error(int position, String expected) {
        told = new Rejected(place(position) + "expected " + expected + shown(position));
        return told;
    }

    Rejected because(int position, Rejected reason) {
        told = new Rejected(place(position) + reason.getMessage() + shown(position), reason);
        return told;
    }

    /** The same error with a place, unless it tells one already. */
    Rejected placed(int position, Rejected error) {
        return error == told ? error : because(position, error);
    }

    private String place(int position) {
        int column = text.codePointCount(0, Math.min(position, text.length())) + 1;
        return "column " + column + ": ";
    }

    /** The line around the position, and a caret below it. Control characters are shown as dots. */
    private String shown(int position) {
        int from = Math.max(0, position - SHOWN_MAX / 2);
        int to = Math.min(text.length(), from + SHOWN_MAX);
        var line = new StringBuilder("\n  ").append(from > 0 ? "…" : "");
        var caret = new StringBuilder("\n  ").append(from > 0 ? " " : "");
        int count = 0;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean shows = c >= ' ' && c < 127 || Character.isLetterOrDigit(c);
            line.append(blank(c) ? ' ' : shows ? c : '.');
            count += i < position ? 1 : 0;
        }
        return line.append(to < text.length() ? "…" : "")
                .append(caret)
                .append(" ".repeat(count))
                .append('^')
                .toString();
    }
}
