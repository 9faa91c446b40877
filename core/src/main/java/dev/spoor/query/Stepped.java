package dev.spoor.query;

import java.util.regex.Pattern;

/**
 * A regular expression with look-around or back references, which can only be matched by trying.
 * Every look at a character is counted, so that neither rule nor log can make it run for long.
 */
public final class Stepped {
    /** More looks at characters of one value end in {@link StepsExceeded}. */
    public static final int STEPS_MAX = 1_000_000;

    private final Pattern pattern;

    /**
     * @throws java.util.regex.PatternSyntaxException when it is not in Java's syntax
     */
    public Stepped(String pattern) {
        this.pattern = Pattern.compile(pattern);
    }

    /**
     * Whether it is found anywhere in the text.
     *
     * @throws StepsExceeded when that was not settled within {@link #STEPS_MAX} steps
     */
    public boolean find(String text) {
        try {
            return pattern.matcher(new Counted(text, new int[1], pattern)).find();
        } catch (StackOverflowError e) { // its recursion is deeper than ours may be
            throw new StepsExceeded(pattern.pattern());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Stepped stepped
                && stepped.pattern.pattern().equals(pattern.pattern());
    }

    @Override
    public int hashCode() {
        return pattern.pattern().hashCode();
    }

    /** The expression in Java's syntax. */
    @Override
    public String toString() {
        return pattern.pattern();
    }

    private record Counted(CharSequence text, int[] steps, Pattern pattern)
            implements CharSequence {
        @Override
        public char charAt(int index) {
            if (++steps[0] > STEPS_MAX) {
                throw new StepsExceeded(pattern.pattern());
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), steps, pattern);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
