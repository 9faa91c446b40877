package dev.spoor.report;

import dev.spoor.event.EntityRef;
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

    /** Kind and name; a user is named by the name alone, {@code this cluster} needs no kind. */
    static String named(EntityRef entity) {
        return entity.kind().equals("user") || entity.id().equals("this " + entity.kind())
                ? entity.id()
                : entity.kind() + " " + entity.id();
    }
}
