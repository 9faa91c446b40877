package dev.spoor.query;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalField;
import java.util.regex.Pattern;

/** Parts of a written time: hour, week and so on, as written. */
final class TimeParts {
    private static final Pattern TIME =
            Pattern.compile(
                    "(\\d{4})-(\\d\\d)-(\\d\\d)(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:[.,]\\d+)?)?"
                            + "\\s?(?:[Zz]|[-+]\\d\\d:?\\d\\d)?)?");

    private TimeParts() {}

    static boolean holds(Test.TimePart test, String value) {
        if (value.length() < 10 || value.length() > 40) {
            return false;
        }
        var time = TIME.matcher(value);
        if (!time.matches()) {
            return false;
        }
        boolean hour = time.group(4) != null;
        try {
            var local =
                    LocalDateTime.of(
                            Integer.parseInt(time.group(1)),
                            Integer.parseInt(time.group(2)),
                            Integer.parseInt(time.group(3)),
                            hour ? Integer.parseInt(time.group(4)) : 0,
                            hour ? Integer.parseInt(time.group(5)) : 0);
            int part = local.get(field(test.unit()));
            return Test.compares(test.op(), Integer.compare(part, test.number()));
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static TemporalField field(Test.TimePart.Unit unit) {
        return switch (unit) {
            case MINUTE -> ChronoField.MINUTE_OF_HOUR;
            case HOUR -> ChronoField.HOUR_OF_DAY;
            case DAY -> ChronoField.DAY_OF_MONTH;
            case WEEK -> IsoFields.WEEK_OF_WEEK_BASED_YEAR;
            case MONTH -> ChronoField.MONTH_OF_YEAR;
            case YEAR -> ChronoField.YEAR;
        };
    }
}
