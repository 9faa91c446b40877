package dev.spoor.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines of a width, at spaces where there are any. */
final class Wrap {
    private Wrap() {}

    /**
     * At most {@code linesMax} lines of at most {@code width} columns; what does not fit is cut and
     * the last line ends in {@code ellipsis}. SGR codes ({@code ESC [ … m}) take no columns. There
     * is always at least one line.
     */
    static List<String> lines(String text, int width, int linesMax, String ellipsis) {
        var lines = new ArrayList<String>();
        int from = 0;
        while (from < text.length()) {
            int end = end(text, from, width);
            if (lines.size() == linesMax - 1 && end < text.length()) {
                int cut = fitting(text, from, width - ellipsis.length());
                lines.add(text.substring(from, cut).stripTrailing() + ellipsis);
                return lines;
            }
            lines.add(text.substring(from, end).stripTrailing());
            from = end;
            while (from < text.length() && text.charAt(from) == ' ') {
                from++;
            }
        }
        if (lines.isEmpty()) {
            lines.add("");
        }
        return lines;
    }

    /**
     * Where the line that begins at {@code from} ends: at its last space, or inside a long word.
     */
    private static int end(String text, int from, int width) {
        int fit = fitting(text, from, width);
        if (fit == text.length() || text.charAt(fit) == ' ') {
            return fit;
        }
        int space = text.lastIndexOf(' ', fit);
        return space > from ? space : fit;
    }

    /** The first index that no longer fits; always moves on. */
    private static int fitting(String text, int from, int width) {
        int columns = 0;
        int i = from;
        while (i < text.length()) {
            int c = text.codePointAt(i);
            if (c == '\u001b') {
                int end = text.indexOf('m', i);
                i = end < 0 ? text.length() : end + 1;
                continue;
            }
            columns += Visible.columns(c);
            if (columns > width && i > from) {
                return i;
            }
            i += Character.charCount(c);
        }
        return i;
    }
}
