package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One line of syslog in the fields of RFC 5424, whatever the form: RFC 5424, RFC 3164 (no year: no
 * time), or with an ISO time in place of the old one, as rsyslog, Falco and journalctl write it.
 *
 * @param priority {@code facility * 8 + severity}, -1 when not told
 * @param data structured data: element, name, value
 */
record SyslogLine(
        int priority,
        String timestamp,
        @Nullable Instant time,
        String hostname,
        String appname,
        String procid,
        String msgid,
        Map<String, Map<String, String>> data,
        String message) {
    private static final String NIL = "-";

    /** Longer tags are part of the message. */
    private static final int TAG_CHARS_MAX = 256;

    static SyslogLine of(byte[] bytes, int offset, int length) {
        var text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        int priority = -1;
        int close = text.startsWith("<") ? text.indexOf('>') : -1;
        if (close > 1
                && close < 5
                && text.substring(1, close).chars().allMatch(Character::isDigit)) {
            priority = Integer.parseInt(text.substring(1, close));
            text = text.substring(close + 1);
            if (text.startsWith("1 ")) {
                return current(priority, text.substring(2));
            }
        }
        return old(priority, text);
    }

    /** RFC 5424, section 6: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA [MSG]. */
    private static SyslogLine current(int priority, String text) {
        var words = text.split(" ", 6);
        var head = new String[5];
        for (int i = 0; i < 5; i++) {
            head[i] = i < words.length && !words[i].equals(NIL) ? words[i] : "";
        }
        var rest = words.length > 5 ? words[5] : "";
        var data = new TreeMap<String, Map<String, String>>();
        int end = rest.startsWith("[") ? data(rest, data) : rest.startsWith(NIL) ? 1 : 0;
        var message = rest.substring(Math.min(end, rest.length()));
        message = message.startsWith(" ") ? message.substring(1) : message;
        message = message.startsWith("\ufeff") ? message.substring(1) : message;
        return new SyslogLine(
                priority,
                head[0],
                Times.parse(head[0]),
                head[1],
                head[2],
                head[3],
                head[4],
                data,
                message);
    }

    /** Reads {@code [id name="value" …]…} and returns where it ends. */
    private static int data(String text, Map<String, Map<String, String>> data) {
        int at = 0;
        while (at < text.length() && text.charAt(at) == '[') {
            int i = at + 1;
            while (i < text.length() && " ]".indexOf(text.charAt(i)) < 0) {
                i++;
            }
            var element = new TreeMap<String, String>();
            data.put(text.substring(at + 1, i), element);
            while (i < text.length() && text.charAt(i) == ' ') {
                int equals = text.indexOf("=\"", i);
                if (equals < 0) {
                    return text.length();
                }
                var value = new StringBuilder();
                int v = equals + 2;
                while (v < text.length() && text.charAt(v) != '"') {
                    if (text.charAt(v) == '\\' && v + 1 < text.length()) {
                        v++;
                    }
                    value.append(text.charAt(v++));
                }
                element.put(text.substring(i + 1, equals), value.toString());
                i = v + 1;
            }
            if (i >= text.length() || text.charAt(i) != ']') {
                return Math.min(i, text.length());
            }
            at = i + 1;
        }
        return at;
    }

    /** {@code TIME HOST TAG[PID]: MESSAGE}. */
    private static SyslogLine old(int priority, String text) {
        int end = timeEnd(text);
        if (end <= 0 || end >= text.length()) {
            return new SyslogLine(priority, "", null, "", "", "", "", Map.of(), text);
        }
        var timestamp = text.substring(0, end);
        var rest = text.substring(end + 1).stripLeading();
        int space = rest.indexOf(' ');
        var first = space < 0 ? rest : rest.substring(0, space);
        var host = "";
        // a relay may leave the host out: then the first word is the tag
        if (!first.endsWith(":") && space > 0) {
            host = first;
            rest = rest.substring(space + 1);
        }
        int colon = rest.indexOf(':');
        if (colon <= 0
                || colon > TAG_CHARS_MAX
                || rest.substring(0, colon).chars().anyMatch(Character::isWhitespace)) {
            return new SyslogLine(
                    priority, timestamp, Times.parse(timestamp), host, "", "", "", Map.of(), rest);
        }
        var tag = rest.substring(0, colon);
        var message = rest.substring(colon + 1);
        int open = tag.endsWith("]") ? tag.lastIndexOf('[') : -1;
        return new SyslogLine(
                priority,
                timestamp,
                Times.parse(timestamp),
                host,
                open > 0 ? tag.substring(0, open) : tag,
                open > 0 ? tag.substring(open + 1, tag.length() - 1) : "",
                "",
                Map.of(),
                message.startsWith(" ") ? message.substring(1) : message);
    }

    private static int timeEnd(String text) {
        if (text.length() > 19 && text.charAt(4) == '-' && text.charAt(10) == 'T') {
            return text.indexOf(' ');
        }
        if (text.length() > 15 && text.charAt(3) == ' ' && text.charAt(9) == ':') {
            return text.indexOf(' ', 15);
        }
        return -1;
    }
}
