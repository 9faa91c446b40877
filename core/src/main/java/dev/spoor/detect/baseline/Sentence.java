package dev.spoor.detect.baseline;

/** Fills a watch's words with the figures it rests on. */
final class Sentence {
    /** Longer values are cut in a sentence. */
    private static final int VALUE_CHARS_MAX = 160;

    private String text;

    Sentence(String template) {
        this.text = template;
    }

    Sentence with(String name, Object value) {
        var place = "{" + name + "}";
        if (text.contains(place)) {
            text = text.replace(place, shown(value.toString()));
        }
        return this;
    }

    String text() {
        return text;
    }

    /** Fit for a line of text; the writers mask what is secret. Braces would be filled again. */
    static String shown(String text) {
        var cut = text.length() > VALUE_CHARS_MAX ? text.substring(0, VALUE_CHARS_MAX) + "…" : text;
        return cut.replaceAll("\\p{C}", "?").replace('{', '(').replace('}', ')');
    }

    /** {@code 30 days}, {@code 5 hours}. */
    static String span(long hours) {
        return hours < 1
                ? "less than an hour"
                : hours < 48 ? hours + (hours == 1 ? " hour" : " hours") : hours / 24 + " days";
    }
}
