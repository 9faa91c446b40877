package dev.spoor.detect.facts;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A line as a server would understand it: escapes of JSON and of access logs undone, percent signs
 * decoded as often as they were encoded, comments of SQL taken for the space they stand for.
 * Attacks are written in such ways to slip past who reads the line as it stands.
 */
final class Payload {
    /** Encoded more often, it stays as it is: no server decodes it. */
    private static final int ROUNDS = 4;

    private static final List<String> METHODS =
            List.of(
                    "get ",
                    "post ",
                    "put ",
                    "head ",
                    "delete ",
                    "options ",
                    "patch ",
                    "trace ",
                    "connect ",
                    "propfind ");

    /** What logs in JSON and in pairs of names and values call the address that was asked for. */
    private static final Set<String> NAMES =
            Set.of(
                    "path",
                    "uri",
                    "url",
                    "request_uri",
                    "requesturi",
                    "request",
                    "request_path",
                    "requestpath",
                    "request_url",
                    "requesturl",
                    "target",
                    "query",
                    "query_string",
                    "querystring",
                    "args",
                    ":path",
                    "http.target",
                    "http.url",
                    "http.path",
                    "url.path",
                    "url.query",
                    "url.original");

    private static final int NAME_MAX = 16;

    private Payload() {}

    /**
     * The request that an access log tells of, without what stands around it, decoded; empty when
     * the line tells of none.
     *
     * @param line in lower case
     */
    static String request(String line) {
        var text = unescaped(line);
        var all = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int from = c == '"' ? quoted(text, i + 1) : c == '=' ? paired(text, i) : -1;
            if (from >= 0) {
                int end = end(text, from, c == '"' || text.charAt(from - 1) == '"');
                all.append(all.isEmpty() ? "" : "\n").append(text, from, end);
                i = end;
            }
        }
        return decoded(all.toString());
    }

    /** Where a request begins that stands behind a quote: of a method, or of a name's value. */
    private static int quoted(String text, int from) {
        for (var method : METHODS) {
            if (text.startsWith(method, from)) {
                return from + method.length();
            }
        }
        int end = text.indexOf('"', from);
        if (end < 0 || end - from > NAME_MAX || !NAMES.contains(text.substring(from, end))) {
            return -1;
        }
        int at = spaces(text, end + 1);
        if (!text.startsWith(":", at)) {
            return -1;
        }
        at = spaces(text, at + 1);
        return text.startsWith("\"", at) ? at + 1 : -1;
    }

    private static int spaces(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    /** {@code path=/x}, {@code uri="/x"}: where the value begins. */
    private static int paired(String text, int equals) {
        int from = equals;
        while (from > 0 && equals - from <= NAME_MAX && letter(text.charAt(from - 1))) {
            from--;
        }
        boolean name = from < equals && NAMES.contains(text.substring(from, equals));
        if (!name || from > 0 && text.charAt(from - 1) != ' ') {
            return -1;
        }
        int at = text.startsWith("\"", equals + 1) ? equals + 2 : equals + 1;
        return text.startsWith("/", at) ? at : -1;
    }

    private static boolean letter(char c) {
        return c >= 'a' && c <= 'z' || c == '_' || c == '.';
    }

    private static int end(String text, int from, boolean quoted) {
        int end = text.indexOf(quoted ? '"' : ' ', from);
        return end < 0 ? text.length() : end;
    }

    /** The whole line, decoded. */
    static String opened(String line) {
        return decoded(unescaped(line));
    }

    /** Without the escapes of JSON strings and of nginx ({@code \x22}). */
    private static String unescaped(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var made = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                made.append(c);
                continue;
            }
            char next = text.charAt(++i);
            int code =
                    switch (next) {
                        case 'x' -> hex(text, i + 1, 2);
                        case 'u' -> hex(text, i + 1, 4);
                        default -> -1;
                    };
            if (code >= 0) {
                made.append((char) code);
                i += next == 'x' ? 2 : 4;
            } else if (next == '"' || next == '/' || next == '\\') {
                made.append(next);
            } else {
                made.append(c).append(next);
            }
        }
        return made.toString();
    }

    private static String decoded(String text) {
        var open = text;
        for (int i = 0; i < ROUNDS; i++) {
            var more = once(open);
            if (more.equals(open)) {
                break;
            }
            open = more;
        }
        return open.indexOf("/*") < 0 ? open : COMMENT.matcher(open).replaceAll(" ");
    }

    private static final Pattern COMMENT = Pattern.compile("/\\*[^*]{0,80}\\*/");

    /** A percent sign that begins no code stays, as it does in servers. */
    private static String once(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        var made = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int code = c == '%' ? hex(text, i + 1, 2) : -1;
            if (c == '+') {
                made.append(' ');
            } else if (code < 0) {
                int wide = c == '%' && text.startsWith("u", i + 1) ? hex(text, i + 2, 4) : -1;
                made.append(wide < 0 ? c : (char) wide);
                i += wide < 0 ? 0 : 5;
            } else if ((code == 0xc0 || code == 0xc1) && text.startsWith("%", i + 3)) {
                // a letter in more bytes than it needs, which some servers take for it
                int low = hex(text, i + 4, 2);
                made.append(low < 0 ? '?' : (char) ((code & 1) << 6 | low & 0x3f));
                i += low < 0 ? 2 : 5;
            } else {
                made.append((char) code);
                i += 2;
            }
        }
        return made.toString().toLowerCase(Locale.ROOT);
    }

    private static int hex(String text, int from, int digits) {
        if (from + digits > text.length()) {
            return -1;
        }
        int code = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return -1;
            }
            code = code << 4 | digit;
        }
        return code;
    }
}
