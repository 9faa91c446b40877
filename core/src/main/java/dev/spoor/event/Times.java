package dev.spoor.event;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * When an event happened, by what its kind says. Runs once per event of whole ledgers: where the
 * time stands as usual it is found in the bytes, without reading the event as a tree.
 */
public final class Times {
    private static final TailKey RECEIVED = new TailKey("requestReceivedTimestamp");
    private static final TailKey TIME = new TailKey("time");

    /** Where JSON logs keep their time, best first. */
    public static final List<String> JSON_KEYS =
            List.of("time", "timestamp", "@timestamp", "ts", "eventTime", "date", "datetime");

    private static final byte[][] JSON_HEADS = {
        "{\"time\":\"".getBytes(StandardCharsets.US_ASCII),
        "{\"timestamp\":\"".getBytes(StandardCharsets.US_ASCII),
        "{\"@timestamp\":\"".getBytes(StandardCharsets.US_ASCII),
        "{\"ts\":\"".getBytes(StandardCharsets.US_ASCII)
    };

    private Times() {}

    /** The time of a record at hand, or null when it does not tell one. */
    public static @Nullable Instant of(Source source, Received record) {
        return of(
                source.kind(),
                source.wrapping(),
                record.view,
                record.viewOffset,
                record.viewLength);
    }

    /** The event's time, or null when it does not tell one. */
    public static @Nullable Instant of(
            Kind kind, Wrapping wrapping, byte[] view, int offset, int length) {
        int end = offset + length;
        return switch (kind) {
            case KUBERNETES_AUDIT -> audit(wrapping, view, offset, length);
            case CONTAINER_CRI -> {
                int to = token(view, offset, end);
                yield parseUtc(view, offset, to);
            }
            case CONTAINER_DOCKER, FALCO -> {
                var time = quoted(view, TIME.find(view, offset, end), end);
                yield time != null ? time : slow(kind, wrapping, view, offset, length);
            }
            case JSON, TETRAGON, OPA, GATEKEEPER -> {
                var time = head(view, offset, end);
                yield time != null ? time : slow(kind, wrapping, view, offset, length);
            }
            case SYSLOG -> SyslogLine.of(view, offset, length).time();
            case TEXT -> parse(view, offset, token(view, offset, end));
            case JOURNAL -> slow(kind, wrapping, view, offset, length);
            case SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP -> null;
        };
    }

    private static @Nullable Instant audit(Wrapping wrapping, byte[] view, int offset, int length) {
        if (wrapping != Wrapping.GKE) {
            int end = offset + length;
            var time = quoted(view, RECEIVED.find(view, offset, end), end);
            if (time != null) {
                return time;
            }
        }
        return slow(Kind.KUBERNETES_AUDIT, wrapping, view, offset, length);
    }

    /** By the normal form: what the fast ways must agree with. */
    static @Nullable Instant slow(
            Kind kind, Wrapping wrapping, byte[] view, int offset, int length) {
        var tree = Lens.tree(kind, wrapping, view, offset, length);
        return switch (kind) {
            case KUBERNETES_AUDIT -> AuditEvent.of(tree).time();
            case CONTAINER_DOCKER -> parseUtc(tree.path("time").asString(""));
            case FALCO -> falco(tree);
            case JSON, TETRAGON, OPA, GATEKEEPER -> json(tree);
            case JOURNAL -> journal(tree);
            case CONTAINER_CRI, SYSLOG, TEXT, SPOOR_SOURCE, SPOOR_WRAPPER, SPOOR_GAP ->
                    parse(tree.path("time").asString(""));
        };
    }

    private static @Nullable Instant falco(JsonNode tree) {
        var time = parse(tree.path("time").asString(""));
        if (time != null) {
            return time;
        }
        for (var key : List.of("evt.time", "evt.time.iso8601", "evt.rawtime")) {
            var value = number(tree.path("output_fields").path(key));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private static @Nullable Instant json(JsonNode tree) {
        for (var key : JSON_KEYS) {
            var value = tree.path(key);
            var time = value.isString() ? parse(value.asString()) : number(value);
            if (time != null) {
                return time;
            }
        }
        return null;
    }

    /** Microseconds since 1970, as text. */
    private static @Nullable Instant journal(JsonNode tree) {
        var text = tree.path("__REALTIME_TIMESTAMP").asString("");
        if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> digit((byte) c))) {
            return null;
        }
        long micros = Long.parseLong(text);
        return Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000);
    }

    /** Seconds, milli-, micro- or nanoseconds since 1970, told apart by size: 2001 to 2286. */
    private static @Nullable Instant number(JsonNode value) {
        if (!value.isNumber()) {
            return null;
        }
        var exact = value.decimalValue();
        if (exact.scale() > 18 || exact.precision() - exact.scale() > 20 || exact.signum() <= 0) {
            return null;
        }
        long whole = exact.longValue();
        if (whole >= 1_000_000_000L && whole < 10_000_000_000L) {
            long nanos =
                    exact.subtract(java.math.BigDecimal.valueOf(whole))
                            .movePointRight(9)
                            .longValue();
            return Instant.ofEpochSecond(whole, nanos);
        }
        for (long unit = 1000; unit <= 1_000_000_000L; unit *= 1000) {
            long seconds = whole / unit;
            if (seconds >= 1_000_000_000L && seconds < 10_000_000_000L) {
                return Instant.ofEpochSecond(seconds, whole % unit * (1_000_000_000L / unit));
            }
        }
        return null;
    }

    /** RFC 3339; null for anything else. */
    public static @Nullable Instant parse(String text) {
        if (text.length() < 20 || text.length() > 40) {
            return null;
        }
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return parse(bytes, 0, bytes.length);
    }

    /** RFC 3339 in bytes; null for anything else. Digits of a second beyond nine are dropped. */
    public static @Nullable Instant parse(byte[] bytes, int from, int to) {
        return parse(bytes, from, to, false);
    }

    /** As {@link #parse}, and a time without a zone is UTC: what container runtimes write. */
    static @Nullable Instant parseUtc(byte[] bytes, int from, int to) {
        return parse(bytes, from, to, true);
    }

    static @Nullable Instant parseUtc(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return parse(bytes, 0, bytes.length, true);
    }

    private static @Nullable Instant parse(byte[] b, int from, int to, boolean utc) {
        if (to - from < 19
                || to - from > 40
                || b[from + 4] != '-'
                || b[from + 7] != '-'
                || (b[from + 10] != 'T' && b[from + 10] != 't' && b[from + 10] != ' ')
                || b[from + 13] != ':'
                || b[from + 16] != ':') {
            return null;
        }
        int year = number(b, from, 4);
        int month = number(b, from + 5, 2);
        int day = number(b, from + 8, 2);
        int hour = number(b, from + 11, 2);
        int minute = number(b, from + 14, 2);
        int second = number(b, from + 17, 2);
        if ((year | month | day | hour | minute | second) < 0) {
            return null;
        }
        int at = from + 19;
        int nanos = 0;
        if (at < to && (b[at] == '.' || b[at] == ',')) {
            at++;
            int first = at;
            int scale = 100_000_000;
            for (; at < to && digit(b[at]); at++) {
                nanos += (b[at] - '0') * scale;
                scale /= 10;
            }
            if (at == first) {
                return null;
            }
        }
        int zone = zone(b, at, to, utc);
        if (zone == Integer.MIN_VALUE
                || month < 1
                || month > 12
                || day < 1
                || day > 31
                || hour > 23
                || minute > 59
                || second > 59) {
            return null;
        }
        if (day > 28 && day > LocalDate.of(year, month, 1).lengthOfMonth()) {
            return null;
        }
        long seconds =
                days(year, month, day) * 86_400 + hour * 3600L + minute * 60L + second - zone;
        return Instant.ofEpochSecond(seconds, nanos);
    }

    /** Offset in seconds; MIN_VALUE when there is none or it is not one. */
    private static int zone(byte[] b, int at, int to, boolean utc) {
        if (at == to) {
            return utc ? 0 : Integer.MIN_VALUE;
        }
        if (b[at] == 'Z' || b[at] == 'z') {
            return at + 1 == to ? 0 : Integer.MIN_VALUE;
        }
        if ((b[at] != '+' && b[at] != '-') || (to - at != 6 && to - at != 5)) {
            return Integer.MIN_VALUE;
        }
        int hours = number(b, at + 1, 2);
        int minutes = number(b, to - 2, 2);
        if (hours < 0
                || minutes < 0
                || hours * 60 + minutes > 18 * 60
                || minutes > 59
                || (to - at == 6 && b[at + 3] != ':')) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3600 + minutes * 60;
        return b[at] == '-' ? -seconds : seconds;
    }

    /** Days since 1970 of a date of the Gregorian calendar (years counted from March). */
    private static long days(int year, int month, int day) {
        long y = month <= 2 ? year - 1L : year;
        long era = Math.floorDiv(y, 400L);
        long ofEra = y - era * 400;
        long ofYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
    }

    /** A month, day and time without a year, where the year is known from elsewhere. */
    static @Nullable Instant inYear(
            int year, int month, int day, int hour, int minute, int second) {
        try {
            return LocalDateTime.of(year, month, day, hour, minute, second)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(byte[] b, int from, int digits) {
        int value = 0;
        for (int i = from; i < from + digits; i++) {
            if (!digit(b[i])) {
                return -1;
            }
            value = value * 10 + b[i] - '0';
        }
        return value;
    }

    private static boolean digit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static int token(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + 41);
        for (int i = from; i < end; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return end;
    }

    /** Whether the time of this kind is what stands first in an event, where that is one. */
    public static boolean headed(Kind kind) {
        return switch (kind) {
            case JSON, TETRAGON, OPA, GATEKEEPER -> true;
            case KUBERNETES_AUDIT,
                    CONTAINER_CRI,
                    CONTAINER_DOCKER,
                    JOURNAL,
                    FALCO,
                    SYSLOG,
                    TEXT,
                    SPOOR_SOURCE,
                    SPOOR_WRAPPER,
                    SPOOR_GAP ->
                    false;
        };
    }

    /** Whether a {@link #headed} event that begins so has its time behind that, up to a quote. */
    public static boolean head(byte[] start) {
        for (var head : JSON_HEADS) {
            if (java.util.Arrays.equals(head, start)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Instant head(byte[] view, int offset, int end) {
        for (var head : JSON_HEADS) {
            int from = offset + head.length;
            if (from < end && java.util.Arrays.equals(view, offset, from, head, 0, head.length)) {
                return quoted(view, from, end);
            }
        }
        return null;
    }

    /** The time up to the next quote. */
    private static @Nullable Instant quoted(byte[] view, int from, int end) {
        if (from < 0) {
            return null;
        }
        int to = from;
        while (to < end && to - from <= 40 && view[to] != '"') {
            to++;
        }
        return to < end ? parse(view, from, to) : null;
    }
}
