package dev.spoor.intake;

import dev.spoor.event.Kind;
import java.nio.charset.StandardCharsets;

/** Tells the text formats by the head of a line; nothing is allocated. */
final class LineKinds {
    private static final byte[] STDOUT = " stdout ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STDERR = " stderr ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MONTHS =
            "JanFebMarAprMayJunJulAugSepOctNovDec".getBytes(StandardCharsets.US_ASCII);

    /** A tag of RFC 3164 has at most 32 characters; programs write longer ones. */
    private static final int TAG_BYTES_MAX = 256;

    /** What stands before an event on its line is shorter. */
    private static final int PREFIX_BYTES_MAX = 512;

    private LineKinds() {}

    /** Whether a line is one of its kind; text is anything. */
    static boolean holds(Kind kind, byte[] bytes, int from, int to) {
        return switch (kind) {
            case CONTAINER_CRI -> cri(bytes, from, to);
            case SYSLOG -> syslog(bytes, from, to);
            case KUBERNETES_AUDIT,
                    CONTAINER_DOCKER,
                    JOURNAL,
                    FALCO,
                    TETRAGON,
                    OPA,
                    GATEKEEPER,
                    JSON,
                    TEXT,
                    SPOOR_SOURCE,
                    SPOOR_WRAPPER,
                    SPOOR_GAP ->
                    true;
        };
    }

    /** {@code time stdout|stderr P|F message} (Kubernetes CRI log format). */
    static boolean cri(byte[] bytes, int from, int to) {
        int time = isoTime(bytes, from, to);
        if (time < 0 || !(starts(bytes, time, to, STDOUT) || starts(bytes, time, to, STDERR))) {
            return false;
        }
        int tag = time + STDOUT.length;
        if (tag >= to || (bytes[tag] != 'P' && bytes[tag] != 'F')) {
            return false;
        }
        return tag + 1 == to || bytes[tag + 1] == ' ' || bytes[tag + 1] == ':';
    }

    /**
     * RFC 5424, RFC 3164, or with an ISO time in place of the old one; with or without priority.
     */
    static boolean syslog(byte[] bytes, int from, int to) {
        int at = priority(bytes, from, to);
        if (at > from && at + 2 < to && bytes[at] == '1' && bytes[at + 1] == ' ') {
            return at + 3 == to || bytes[at + 2] == '-' || isoTime(bytes, at + 2, to) > 0;
        }
        int time = isoTime(bytes, at, to);
        if (time < 0) {
            time = oldTime(bytes, at, to);
        }
        if (time < 0 || time >= to || bytes[time] != ' ') {
            return at == from && to - from > 3 && bytes[from] == '-' && bytes[from + 1] == '-';
        }
        return at > from || tagged(bytes, time + 1, to);
    }

    /** {@code host tag:} or {@code host tag[pid]:}. */
    private static boolean tagged(byte[] bytes, int from, int to) {
        int host = space(bytes, from, to);
        if (host <= from) {
            return false;
        }
        int end = Math.min(to, host + 1 + TAG_BYTES_MAX);
        for (int i = host + 1; i < end; i++) {
            byte b = bytes[i];
            if (b == ':') {
                return i > host + 1 && (i + 1 == to || bytes[i + 1] == ' ');
            }
            if (b == '[') {
                return i > host + 1;
            }
            if (b <= ' ' && b >= 0) {
                return false;
            }
        }
        return false;
    }

    /** Behind {@code <PRI>}, or {@code from}. */
    static int priority(byte[] bytes, int from, int to) {
        if (from >= to || bytes[from] != '<') {
            return from;
        }
        int i = from + 1;
        while (i < to && i < from + 4 && digit(bytes[i])) {
            i++;
        }
        return i > from + 1 && i < to && bytes[i] == '>' ? i + 1 : from;
    }

    /** Behind {@code Mmm dd hh:mm:ss[.fraction]}, or -1. */
    static int oldTime(byte[] bytes, int from, int to) {
        if (to - from < 15 || bytes[from + 3] != ' ' || month(bytes, from) < 0) {
            return -1;
        }
        if ((bytes[from + 4] != ' ' && !digit(bytes[from + 4]))
                || !digit(bytes[from + 5])
                || bytes[from + 6] != ' '
                || bytes[from + 9] != ':'
                || bytes[from + 12] != ':') {
            return -1;
        }
        int i = from + 15;
        if (i < to && bytes[i] == '.') {
            i++;
            while (i < to && digit(bytes[i])) {
                i++;
            }
        }
        return i;
    }

    /** Month from 1, or -1. */
    static int month(byte[] bytes, int from) {
        for (int i = 0; i < MONTHS.length; i += 3) {
            if (bytes[from] == MONTHS[i]
                    && bytes[from + 1] == MONTHS[i + 1]
                    && bytes[from + 2] == MONTHS[i + 2]) {
                return i / 3 + 1;
            }
        }
        return -1;
    }

    /**
     * Behind {@code yyyy-mm-ddThh:mm:ss[.fraction][Z|+hh:mm|+hhmm]}, or -1 when it is not one or
     * goes on with something else than a space.
     */
    static int isoTime(byte[] bytes, int from, int to) {
        if (to - from < 19
                || !digit(bytes[from])
                || bytes[from + 4] != '-'
                || bytes[from + 7] != '-'
                || bytes[from + 10] != 'T'
                || bytes[from + 13] != ':'
                || bytes[from + 16] != ':'
                || !digit(bytes[from + 18])) {
            return -1;
        }
        int end = Math.min(to, from + 40);
        for (int i = from + 19; i < end; i++) {
            byte b = bytes[i];
            if (b == ' ') {
                return i;
            }
            if (!digit(b) && b != '.' && b != ',' && b != 'Z' && b != '+' && b != '-' && b != ':') {
                return -1;
            }
        }
        return end == to ? to : -1;
    }

    /**
     * Where the JSON object begins in a line that has something before it: a time and a stream
     * ({@code aws logs}), a node ({@code oc adm node-logs}), a syslog head; -1 = nowhere.
     */
    static int behindPrefix(byte[] bytes, int from, int to) {
        int end = Math.min(to - 1, from + PREFIX_BYTES_MAX);
        for (int i = from + 1; i < end; i++) {
            if (bytes[i] == '{' && bytes[i + 1] == '"') {
                return bytes[i - 1] == ' ' || bytes[i - 1] == '\t' ? i : -1;
            }
        }
        return -1;
    }

    static int space(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static boolean starts(byte[] bytes, int from, int to, byte[] word) {
        if (to - from < word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (bytes[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }
}
