package dev.spoor.bench;

import java.time.LocalDate;

/** Writes compact JSON in the order told, as the API server does. */
final class JsonText {
    private final StringBuilder out = new StringBuilder(32768);
    private long day = Long.MIN_VALUE;
    private String date = "";

    JsonText clear() {
        out.setLength(0);
        return this;
    }

    StringBuilder text() {
        return out;
    }

    private void comma() {
        if (!out.isEmpty() && "{[:".indexOf(out.charAt(out.length() - 1)) < 0) {
            out.append(',');
        }
    }

    JsonText key(String key) {
        comma();
        out.append('"').append(key).append("\":");
        return this;
    }

    JsonText open(char bracket) {
        comma();
        out.append(bracket);
        return this;
    }

    JsonText close(char bracket) {
        out.append(bracket);
        return this;
    }

    JsonText object(String key) {
        return key(key).open('{');
    }

    JsonText array(String key) {
        return key(key).open('[');
    }

    JsonText value(String value) {
        comma();
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '&' -> out.append("\\u0026"); // Go's encoding/json
                case '<' -> out.append("\\u003c");
                case '>' -> out.append("\\u003e");
                default -> out.append(c);
            }
        }
        out.append('"');
        return this;
    }

    JsonText text(String key, String value) {
        return key(key).value(value);
    }

    JsonText number(String key, long value) {
        key(key).out.append(value);
        return this;
    }

    JsonText word(String key, String word) {
        key(key).out.append(word);
        return this;
    }

    JsonText strings(String key, Iterable<String> values) {
        array(key);
        values.forEach(this::value);
        return close(']');
    }

    /** RFC 3339 with six digits, from microseconds since 1970. */
    JsonText time(String key, long micros) {
        key(key).out.append('"');
        time(micros);
        out.append("Z\"");
        return this;
    }

    void time(long micros) {
        long second = Math.floorDiv(micros, 1_000_000);
        long epochDay = Math.floorDiv(second, 86_400);
        if (epochDay != day) {
            day = epochDay;
            date = LocalDate.ofEpochDay(epochDay).toString();
        }
        int ofDay = (int) (second - epochDay * 86_400);
        out.append(date).append('T');
        two(ofDay / 3600).append(':');
        two(ofDay / 60 % 60).append(':');
        two(ofDay % 60).append('.');
        out.append(Long.toString(1_000_000 + Math.floorMod(micros, 1_000_000)), 1, 7);
    }

    private StringBuilder two(int value) {
        return out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
    }
}
