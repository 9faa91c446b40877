package dev.spoor.detect.sigma;

/** Text of unknown origin made fit for one line of a message. */
final class Words {
    /** Longer text is cut in messages. */
    private static final int SHOWN_MAX = 120;

    private Words() {}

    static String shown(String text) {
        var cut = text.length() > SHOWN_MAX ? text.substring(0, SHOWN_MAX) + "…" : text;
        var safe = new StringBuilder(cut.length());
        for (int i = 0; i < cut.length(); i++) {
            char c = cut.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        return safe.toString();
    }
}
