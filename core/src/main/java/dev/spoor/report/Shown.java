package dev.spoor.report;

import dev.spoor.event.Mask;

/** What a sentence that may quote a log looks like to a reader. */
final class Shown {
    private Shown() {}

    /** Secrets masked. */
    static String masked(String text) {
        return Mask.text(text);
    }

    /** Secrets masked and hidden characters visible. */
    static String of(String text) {
        return Visible.text(masked(text));
    }
}
