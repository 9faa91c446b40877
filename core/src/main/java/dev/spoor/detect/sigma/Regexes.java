package dev.spoor.detect.sigma;

import com.google.re2j.PatternSyntaxException;
import dev.spoor.query.Stepped;
import dev.spoor.query.Test;
import java.util.Set;

/**
 * Regular expressions of rules. Those in RE2 syntax run in time linear in the text; look-around and
 * back references, which no linear engine holds, run on {@link Stepped}.
 */
final class Regexes {
    /** A longer regular expression is refused. */
    static final int CHARS_MAX = 8192;

    private static final java.util.regex.Pattern BEYOND_LINEAR =
            java.util.regex.Pattern.compile("\\(\\?<?[=!]|\\\\[1-9]|\\\\k<|\\(\\?P=");

    private Regexes() {}

    static Test test(Value.Regex regex) {
        return test(regex.source(), regex.flags());
    }

    private static Test test(String source, Set<Character> flags) {
        if (source.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    "regular expression longer than " + CHARS_MAX + " characters");
        }
        int linear = 0;
        linear |= flags.contains('i') ? com.google.re2j.Pattern.CASE_INSENSITIVE : 0;
        linear |= flags.contains('m') ? com.google.re2j.Pattern.MULTILINE : 0;
        linear |= flags.contains('s') ? com.google.re2j.Pattern.DOTALL : 0;
        try {
            return new Test.Regex(com.google.re2j.Pattern.compile(source, linear));
        } catch (PatternSyntaxException e) {
            if (BEYOND_LINEAR.matcher(source).find()) {
                return new Test.SteppedRegex(stepped(source, flags));
            }
            throw new IllegalArgumentException("regular expression: " + e.getMessage(), e);
        }
    }

    private static Stepped stepped(String source, Set<Character> flags) {
        var prefix = new StringBuilder();
        flags.stream().sorted().forEach(prefix::append);
        var whole = (prefix.isEmpty() ? "" : "(?" + prefix + ")") + source;
        try {
            return new Stepped(
                    whole.replace("(?P<", "(?<").replaceAll("\\(\\?P=(\\w+)\\)", "\\\\k<$1>"));
        } catch (java.util.regex.PatternSyntaxException e) {
            throw new IllegalArgumentException("regular expression: " + e.getDescription(), e);
        }
    }

    /**
     * The expression with the text before or after it left open, as {@code contains}, {@code
     * startswith} and {@code endswith} ask.
     */
    static String part(String source, boolean open, boolean left) {
        var whole = alternates(source) ? "(?:" + source + ")" : source;
        var before = open && !whole.startsWith(".*") && !whole.startsWith("^") ? ".*" : "";
        var after = left && !ends(whole, ".*") && !ends(whole, "$") ? ".*" : "";
        return before + whole + after;
    }

    private static boolean ends(String source, String suffix) {
        int slashes = 0;
        int at = source.length() - suffix.length() - 1;
        while (source.endsWith(suffix) && at >= 0 && source.charAt(at) == '\\') {
            slashes++;
            at--;
        }
        return source.endsWith(suffix) && slashes % 2 == 0;
    }

    /** Whether a {@code |} stands outside of all groups and classes. */
    private static boolean alternates(String source) {
        int depth = 0;
        boolean within = false;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (within) {
                within = c != ']';
            } else if (c == '[') {
                within = true;
                i += source.startsWith("^", i + 1) ? 1 : 0;
                i += source.startsWith("]", i + 1) ? 1 : 0;
            } else if (c == '|' && depth == 0) {
                return true;
            } else {
                depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            }
        }
        return false;
    }
}
