package dev.spoor.hunt;

import java.util.ArrayDeque;

/**
 * How large a regular expression becomes when its counted repetitions are written out: {@code
 * ((a{1000}){1000}){1000}} is short and would fill the memory.
 */
final class RegexSize {
    /** Larger expressions are refused. */
    static final long SIZE_MAX = 20_000;

    private static final java.util.regex.Pattern COUNT =
            java.util.regex.Pattern.compile("\\{(\\d{1,6})(?:,(\\d{0,6}))?\\}");

    private RegexSize() {}

    /** An estimate from above, good enough to stay within memory; stops soon above the limit. */
    static boolean fits(String pattern) {
        var open = new ArrayDeque<Long>();
        var count = COUNT.matcher(pattern);
        long sum = 0;
        long last = 0;
        for (int i = 0; i < pattern.length() && sum <= SIZE_MAX; i++) {
            char c = pattern.charAt(i);
            if (c == '(') {
                open.push(sum);
                sum = 0;
                last = 0;
                continue;
            }
            if (c == ')' && !open.isEmpty()) {
                last = sum + 1;
                sum = open.pop() + last;
                continue;
            }
            if (c == '{' && count.find(i) && count.start() == i) {
                var upper = count.group(2);
                int from = Integer.parseInt(count.group(1));
                int to = upper == null || upper.isEmpty() ? from : Integer.parseInt(upper);
                sum += last * Math.max(0, Math.max(from, to) - 1L);
                last *= Math.max(1, Math.max(from, to));
                i = count.end() - 1;
                continue;
            }
            if (c == '\\') {
                i++;
            } else if (c == '[') {
                i = classEnd(pattern, i);
            }
            last = 1;
            sum++;
        }
        return sum <= SIZE_MAX;
    }

    private static int classEnd(String pattern, int from) {
        int i = from + 1;
        i += i < pattern.length() && pattern.charAt(i) == '^' ? 1 : 0;
        i += i < pattern.length() && pattern.charAt(i) == ']' ? 1 : 0;
        for (; i < pattern.length() && pattern.charAt(i) != ']'; i++) {
            i += pattern.charAt(i) == '\\' ? 1 : 0;
        }
        return i;
    }
}
