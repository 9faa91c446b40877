package dev.spoor.incident;

import dev.spoor.event.AuditEvent;
import dev.spoor.event.Mask;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** The command of an exec request: the {@code command} parameters of its URI, in order. */
final class Commands {
    /** More words are left out. */
    private static final int WORDS_MAX = 50;

    private Commands() {}

    /** The command line with secrets masked, empty when there is none. */
    static String of(AuditEvent event) {
        var words = new ArrayList<String>();
        int query = event.requestURI().indexOf('?');
        if (query < 0) {
            return "";
        }
        for (var part : event.requestURI().substring(query + 1).split("&", -1)) {
            if (part.startsWith("command=") && words.size() < WORDS_MAX) {
                words.add(decoded(part.substring("command=".length())));
            }
        }
        return Plain.value(Mask.text(String.join(" ", words)));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
