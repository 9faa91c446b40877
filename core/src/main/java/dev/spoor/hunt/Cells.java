package dev.spoor.hunt;

import dev.spoor.event.Json;
import dev.spoor.event.Times;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The values in a table: JSON scalars, lists of them, and objects as they were. */
final class Cells {
    /** Numbers with larger or smaller exponents are not added up: one would fill the memory. */
    private static final int EXPONENT_MAX = 400;

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
                    .appendFraction(ChronoField.NANO_OF_SECOND, 6, 9, true)
                    .appendLiteral('Z')
                    .toFormatter(java.util.Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    static final JsonNode NULL = NODES.nullNode();

    /**
     * Nulls last; before them false, true, numbers by value, times by instant, text by characters.
     */
    static final Comparator<JsonNode> ORDER = Cells::compare;

    private Cells() {}

    static JsonNode text(@Nullable String value) {
        return value == null ? NULL : NODES.stringNode(value);
    }

    static JsonNode number(long value) {
        return NODES.numberNode(value);
    }

    /** A whole number as one, whatever it was made of. */
    static JsonNode number(BigDecimal value) {
        var short_ = value.stripTrailingZeros();
        boolean whole = short_.scale() <= 0 && short_.precision() - (long) short_.scale() <= 18;
        return whole ? NODES.numberNode(short_.longValueExact()) : NODES.numberNode(short_);
    }

    /** RFC 3339 in UTC with six digits of a second, nine where needed; null for no time. */
    static JsonNode time(@Nullable Instant time) {
        return time == null ? NULL : NODES.stringNode(TIME.format(time));
    }

    static JsonNode seconds(long epochSecond) {
        return NODES.stringNode(Instant.ofEpochSecond(epochSecond).toString());
    }

    /** All values of a field as one cell: none is null, one is itself, several are a list. */
    static JsonNode cell(List<JsonNode> values) {
        if (values.isEmpty()) {
            return NULL;
        }
        if (values.size() == 1) {
            return values.getFirst();
        }
        var list = NODES.arrayNode();
        values.forEach(list::add);
        return list;
    }

    /** A value to group by: equal numbers are equal however written, an object is its text. */
    static JsonNode key(JsonNode value) {
        if (value.isNumber()) {
            var number = value.decimalValue();
            return summable(number) ? number(number) : NODES.stringNode(value.asString(""));
        }
        return value.isContainer() ? NODES.stringNode(json(value)) : value;
    }

    /** Distinguishes every two different keys. */
    static String id(JsonNode key) {
        char kind = key.isNumber() ? 'n' : key.isBoolean() ? 'b' : key.isNull() ? '0' : 's';
        return kind + key.asString("");
    }

    /** What stands in a line of text: a list's values with commas, an object as JSON. */
    static String shown(JsonNode cell) {
        if (cell.isArray()) {
            var text = new StringBuilder();
            for (var value : cell) {
                text.append(text.isEmpty() ? "" : ", ").append(shown(value));
            }
            return text.toString();
        }
        return cell.isNull() ? "" : cell.isObject() ? json(cell) : cell.asString("");
    }

    static String json(JsonNode value) {
        return Json.mapper().writeValueAsString(value);
    }

    /** A number, or text that reads as one; null for anything else and for absurd exponents. */
    static @Nullable BigDecimal numeric(JsonNode value) {
        if (value.isNumber()) {
            var number = value.decimalValue();
            return summable(number) ? number : null;
        }
        if (!value.isString() || value.asString().isEmpty() || value.asString().length() > 100) {
            return null;
        }
        char first = value.asString().charAt(0);
        if ((first < '0' || first > '9') && first != '-' && first != '+' && first != '.') {
            return null;
        }
        try {
            var number = new BigDecimal(value.asString());
            return summable(number) ? number : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean summable(BigDecimal number) {
        return Math.abs((long) number.scale()) <= EXPONENT_MAX
                && number.precision() <= EXPONENT_MAX;
    }

    private static int compare(JsonNode a, JsonNode b) {
        int order = Integer.compare(rank(a), rank(b));
        if (order != 0) {
            return order;
        }
        return switch (rank(a)) {
            case 0 -> Boolean.compare(a.asBoolean(), b.asBoolean());
            case 1 -> a.decimalValue().compareTo(b.decimalValue());
            case 2 -> {
                var left = Times.parse(a.asString());
                var right = Times.parse(b.asString());
                int times = left == null || right == null ? 0 : left.compareTo(right);
                yield times != 0 ? times : a.asString().compareTo(b.asString());
            }
            case 3 -> a.asString().compareTo(b.asString());
            case 4 -> json(a).compareTo(json(b));
            default -> 0;
        };
    }

    private static int rank(JsonNode value) {
        if (value.isBoolean()) {
            return 0;
        }
        if (value.isNumber()) {
            return 1;
        }
        if (value.isString()) {
            return time(value.asString()) ? 2 : 3;
        }
        return value.isNull() ? 5 : 4;
    }

    private static boolean time(String text) {
        return text.length() >= 20
                && text.charAt(4) == '-'
                && text.charAt(10) == 'T'
                && Times.parse(text) != null;
    }

    /** Roughly what a cell takes in memory. */
    static long bytes(JsonNode cell) {
        if (cell.isContainer()) {
            return 64 + 2L * json(cell).length();
        }
        return 48 + (cell.isString() ? 2L * cell.asString().length() : 0);
    }
}
