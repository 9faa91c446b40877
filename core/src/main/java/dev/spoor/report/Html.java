package dev.spoor.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML and inline SVG; escapes by construction. There is no way to write markup from data:
 * tags and attribute names are constants of the code, everything else is escaped, and hidden
 * characters are made visible. Elements are closed in order, checked.
 */
final class Html {
    private static final Set<String> EMPTY = Set.of("meta", "br", "link");

    private final Writer out;
    private final Deque<String> open = new ArrayDeque<>();

    Html(Writer out) {
        this.out = out;
    }

    /** The document type; once, first. */
    Html doctype() {
        return raw("<!doctype html>\n");
    }

    /**
     * Opens an element; attributes are names and values in turn, a null value leaves its attribute
     * out, an empty one writes the bare name.
     */
    Html open(String tag, @Nullable String... attributes) {
        checkName(tag);
        raw("<").raw(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            var name = attributes[i];
            var value = attributes[i + 1];
            if (name == null || value == null) {
                continue;
            }
            checkName(name);
            raw(" ").raw(name);
            if (!value.isEmpty()) {
                raw("=\"").escaped(value, false).raw("\"");
            }
        }
        raw(">");
        if (!EMPTY.contains(tag)) {
            open.push(tag);
        }
        return this;
    }

    /** Closes the innermost open element. */
    Html close() {
        return raw("</").raw(open.pop()).raw(">");
    }

    /** Closes the innermost open element and ends the line, to keep the source readable. */
    Html end() {
        return close().raw("\n");
    }

    /** An element with text only. */
    Html element(String tag, String text, @Nullable String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** Text, escaped, hidden characters visible and marked. */
    Html text(String text) {
        return escaped(text, true);
    }

    /** A sentence that may quote a log: secrets are masked first. */
    Html said(String text) {
        return escaped(Shown.masked(text), true);
    }

    /** Like {@link #text}, but line feeds stay: for preformatted text. */
    Html lines(String text) {
        int from = 0;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', from)) {
            escaped(text.substring(from, i), true).raw("\n");
            from = i + 1;
        }
        return escaped(text.substring(from), true);
    }

    /** A style sheet of ours; must not hold the end of its own element. */
    Html style(String css) {
        if (css.toLowerCase(Locale.ROOT).contains("</style")) {
            throw new IllegalArgumentException("style sheet: holds </style");
        }
        return raw("<style>").raw(css).raw("</style>\n");
    }

    /** Ends the document: every element must be closed. */
    void finish() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("still open: " + open);
        }
        raw("\n");
    }

    private static void checkName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '-'
                    || c == ':')) {
                throw new IllegalArgumentException("name: " + name + " (expected: letters)");
            }
        }
    }

    private Html escaped(String text, boolean marked) {
        var shown = text;
        int from = 0;
        int marks = 0;
        for (int i = 0; i < shown.length(); ) {
            int c = shown.codePointAt(i);
            int size = Character.charCount(c);
            marks = Visible.mark(c) ? marks + 1 : 0;
            var hidden = marks > Visible.MARKS_MAX ? Visible.written(c) : Visible.escape(c);
            var entity =
                    switch (c) {
                        case '&' -> "&amp;";
                        case '<' -> "&lt;";
                        case '>' -> "&gt;";
                        case '"' -> "&quot;";
                        case '\'' -> "&#39;";
                        default -> null;
                    };
            if (hidden != null || entity != null) {
                raw(shown.substring(from, i));
                if (hidden == null) {
                    raw(String.valueOf(entity));
                } else if (marked) {
                    raw("<i class=\"x\">").raw(hidden).raw("</i>");
                } else {
                    raw(hidden);
                }
                from = i + size;
            }
            i += size;
        }
        return raw(shown.substring(from));
    }

    private Html raw(String markup) {
        try {
            out.write(markup);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
