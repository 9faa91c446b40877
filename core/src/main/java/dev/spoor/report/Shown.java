package dev.spoor.report;

import dev.spoor.event.EntityRef;
import dev.spoor.event.Mask;

/** What a sentence that may quote a log looks like to a reader. */
final class Shown {
    private static final int CREDENTIAL_MAX = 28;

    private Shown() {}

    /** Secrets masked. */
    static String masked(String text) {
        return Mask.text(text);
    }

    /** Secrets masked and hidden characters visible. */
    static String of(String text) {
        return Visible.text(masked(text));
    }

    /**
     * Kind and name; a user is named by the name alone, {@code this cluster} needs no kind, of a
     * credential's long id the beginning will do.
     */
    static String named(EntityRef entity) {
        var id = entity.id();
        if (entity.kind().equals("user") || id.equals("this " + entity.kind())) {
            return id;
        }
        boolean shorten = entity.kind().equals("credential") && id.length() > CREDENTIAL_MAX;
        return entity.kind() + " " + (shorten ? id.substring(0, CREDENTIAL_MAX - 4) + "…" : id);
    }
}
