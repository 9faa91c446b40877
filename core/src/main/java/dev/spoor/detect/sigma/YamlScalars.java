package dev.spoor.detect.sigma;

import dev.spoor.detect.sigma.Yaml.Scalar.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** What plain scalars mean in YAML 1.1 (yaml.org/type), as the reference's reader takes them. */
final class YamlScalars {
    private static final Pattern BOOLEAN =
            Pattern.compile(
                    "yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF");
    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern INTEGER =
            Pattern.compile(
                    "[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
                            + "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");
    private static final Pattern FRACTION =
            Pattern.compile(
                    "[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
                            + "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*"
                            + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
    private static final Pattern DATE =
            Pattern.compile(
                    "\\d{4}-\\d\\d-\\d\\d|\\d{4}-\\d\\d?-\\d\\d?(?:[Tt]|[ \\t]+)\\d\\d?:\\d\\d:\\d\\d"
                            + "(?:\\.\\d*)?(?:[ \\t]*(?:Z|[-+]\\d\\d?(?::\\d\\d)?))?");
    private static final Pattern FALSE = Pattern.compile("no|off|false", Pattern.CASE_INSENSITIVE);

    /** A longer number is refused. */
    private static final int DIGITS_MAX = 400;

    private YamlScalars() {}

    static Type type(String plain) {
        if (NULL.matcher(plain).matches()) {
            return Type.NULL;
        }
        if (BOOLEAN.matcher(plain).matches()) {
            return Type.BOOLEAN;
        }
        if (INTEGER.matcher(plain).matches() || FRACTION.matcher(plain).matches()) {
            return Type.NUMBER;
        }
        return DATE.matcher(plain).matches() ? Type.DATE : Type.TEXT;
    }

    static boolean truth(String plain) {
        return !FALSE.matcher(plain).matches();
    }

    /** Binary, octal, hexadecimal and base 60 too; underscores mean nothing. */
    static BigDecimal number(String plain) {
        if (plain.length() > DIGITS_MAX) {
            throw new NumberFormatException("more than " + DIGITS_MAX + " digits");
        }
        var text = plain.replace("_", "").toLowerCase(Locale.ROOT);
        boolean minus = text.startsWith("-");
        if (minus || text.startsWith("+")) {
            text = text.substring(1);
        }
        var value = magnitude(text);
        return minus ? value.negate() : value;
    }

    private static BigDecimal magnitude(String text) {
        if (text.indexOf(':') >= 0) {
            var value = BigDecimal.ZERO;
            for (var digit : text.split(":", -1)) {
                value = value.multiply(BigDecimal.valueOf(60)).add(new BigDecimal(digit));
            }
            return value;
        }
        boolean whole = text.indexOf('.') < 0;
        if (text.startsWith("0b")) {
            return new BigDecimal(new BigInteger(text.substring(2), 2));
        }
        if (text.startsWith("0x")) {
            return new BigDecimal(new BigInteger(text.substring(2), 16));
        }
        if (whole && text.length() > 1 && text.startsWith("0")) {
            return new BigDecimal(new BigInteger(text, 8));
        }
        return decimal(text);
    }

    /** A decimal number of bounded length and size. */
    static BigDecimal decimal(String text) {
        if (text.length() > DIGITS_MAX) {
            throw new NumberFormatException("more than " + DIGITS_MAX + " digits");
        }
        var value = new BigDecimal(text);
        if (Math.abs((long) value.scale()) > DIGITS_MAX) {
            throw new NumberFormatException("out of range");
        }
        return value;
    }
}
