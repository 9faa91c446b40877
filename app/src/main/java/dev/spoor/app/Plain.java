package dev.spoor.app;

/** Text that came from a log, made harmless for a terminal. */
final class Plain {
    private Plain() {}

    /**
     * Control characters (escape sequences among them), bidirectional overrides and line separators
     * become {@code \}{@code uXXXX}: what a log says must not move the cursor or reorder a line.
     */
    static String text(String text) {
        int index = 0;
        while (index < text.length() && !harmful(text.charAt(index))) {
            index++;
        }
        if (index == text.length()) {
            return text;
        }
        var plain = new StringBuilder(text.length() + 16).append(text, 0, index);
        for (; index < text.length(); index++) {
            char c = text.charAt(index);
            if (harmful(c)) {
                plain.append("\\u").append("%04x".formatted((int) c));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static boolean harmful(char c) {
        return c < 0x20
                || (c >= 0x7f && c < 0xa0)
                || (c >= 0x200b && c <= 0x200f)
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2060 && c <= 0x206f)
                || c == 0xfeff;
    }
}
